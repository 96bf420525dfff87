"""What tags' articles are about, against the obvious slow way, and halves of one tag."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking.rows import SparseRows
from recommender.training import tag_contexts
from recommender.training.tag_contexts import TagContexts


def bundle_of(matrix: NDArray[np.float64], kinds: list[int] | None = None) -> Any:
    """Return all of a bundle that contexts look at."""
    rows, columns = np.nonzero(matrix)
    indptr = np.searchsorted(rows, np.arange(len(matrix) + 1)).astype(np.int64)
    weights = matrix[rows, columns].astype(np.float32)
    vectors = SparseRows(indptr, columns.astype(np.int32), weights, matrix.shape[1])
    held = np.array(kinds or [0] * matrix.shape[1], np.uint8)
    return SimpleNamespace(vectors=vectors, terms=SimpleNamespace(kinds=held))


def members(*lists: list[int]) -> list[NDArray[np.int32]]:
    return [np.array(rows, np.int32) for rows in lists]


def slow(matrix: NDArray[np.float64], tags: list[list[int]]) -> float:
    """Return the cosine of two means less the archive's, freed of what chance adds to each."""
    centre = matrix.mean(axis=0)
    means, lengths = [], []
    for rows in tags:
        mean = matrix[rows].mean(axis=0)
        seen = float(((mean - centre) ** 2).sum())
        spread = float(((matrix[rows] - mean) ** 2).sum())
        chance = spread / (len(rows) * (len(rows) - 1)) if len(rows) > 1 else 0.0
        means.append(mean - centre)
        lengths.append(max(seen - chance, 0.1 * seen) ** 0.5 or 1.0)
    return min(1.0, max(-1.0, float(means[0] @ means[1]) / (lengths[0] * lengths[1])))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_similarity_is_what_the_slow_way_finds(seed: int, n_a: int, n_b: int) -> None:
    chance = np.random.default_rng(seed)
    matrix = chance.random((9, 5)).astype(np.float32).astype(np.float64)
    matrix *= chance.random((9, 5)) < 0.6
    a = sorted(chance.choice(9, n_a, replace=False).tolist())
    b = sorted(chance.choice(9, n_b, replace=False).tolist())
    contexts = TagContexts(bundle_of(matrix), members(a, b))

    found = contexts.similarity(np.array([0]), np.array([1]))[0]
    assert found == pytest.approx(slow(matrix, [a, b]), abs=1e-6)


def drawn(n_articles: int, subject: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Return the unit vectors of articles on one of four subjects, much of each being chance."""
    rows = chance.random((n_articles, 80)) * (chance.random((n_articles, 80)) < 0.25)
    rows[:, 5 * subject : 5 * subject + 5] += chance.random((n_articles, 5))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_halves_of_one_subject_are_alike_however_few_articles_they_have() -> None:
    chance = np.random.default_rng(3)
    matrix = np.vstack([drawn(60, subject, chance) for subject in range(4)])
    same, other = [], []
    for _ in range(60):
        for n in (3, 6, 20):
            one = chance.permutation(60)
            rows = members(
                sorted(one[:n].tolist()),
                sorted(one[n : 2 * n].tolist()),
                sorted((60 + chance.permutation(60)[:n]).tolist()),
            )
            contexts = TagContexts(bundle_of(matrix), rows)
            found = contexts.similarity(np.array([0, 0]), np.array([1, 2]))
            same.append(found[0])
            other.append(found[1])

    assert np.mean(same) == pytest.approx(1, abs=0.15)
    assert np.mean(other) < 0


def test_only_words_count() -> None:
    words = np.eye(4)
    tagged = np.hstack([words, np.ones((4, 2))])
    rows = members([0, 1], [2, 3])
    plain, with_tags = (
        TagContexts(bundle_of(words), rows),
        TagContexts(bundle_of(tagged, [0, 0, 0, 0, 1, 2]), rows),
    )
    pair = np.array([0]), np.array([1])
    assert plain.similarity(*pair) == with_tags.similarity(*pair)


def test_near_pairs_are_those_that_are_similar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_contexts, "_BLOCK", 3)
    chance = np.random.default_rng(1)
    matrix = np.vstack([drawn(12, subject, chance) for subject in range(4)])
    rows = members(*(sorted(chance.choice(48, 4, replace=False).tolist()) for _ in range(10)))
    contexts = TagContexts(bundle_of(matrix), rows)
    among = np.array([0, 2, 3, 5, 6, 8, 9])

    found = set(zip(*(part.tolist() for part in contexts.near(among, 0.1)), strict=True))

    pairs = [(a, b) for a in among.tolist() for b in among.tolist() if a < b]
    first, second = np.array(pairs).T
    similar = contexts.similarity(first, second) >= 0.1
    assert found == {pair for pair, is_near in zip(pairs, similar, strict=True) if is_near}
    assert 0 < len(found) < len(pairs)


def test_only_the_newest_articles_of_a_tag_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_contexts, "MAX_ARTICLES", 2)
    matrix = np.eye(5)
    long, short = (
        TagContexts(bundle_of(matrix), members([0, 1, 2, 3], [4])),
        TagContexts(bundle_of(matrix), members([0, 1], [4])),
    )
    pair = np.array([0]), np.array([1])
    assert long.similarity(*pair) == short.similarity(*pair)


def test_no_tags_have_no_pairs() -> None:
    contexts = TagContexts(bundle_of(np.eye(3)), [])
    nothing = np.empty(0, np.int64)
    assert len(contexts.similarity(nothing, nothing)) == 0
    assert [len(part) for part in contexts.near(nothing, 0.5)] == [0, 0]
