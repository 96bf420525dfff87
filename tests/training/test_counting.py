"""Counting in arrays finds what counting in dictionaries finds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Tag, tag_slug
from recommender.ranking.languages import language_of_article
from recommender.ranking.text import (
    MAX_TOKEN_CHARS,
    Normaliser,
    is_unspaced,
    terms,
    tokens,
)
from recommender.training import counting
from recommender.training.counting import TEXT_FIELDS, TermCounter
from recommender.training.counts import Counts, Entries

WEIGHTS = {"title": 1.5, "summary": 1.25, "body": 1.0, "tags": 0.5}
WORDS = ("Kerry", "Lavrov", "the", "sanctions", "Sanction", "U.S.", "NATO", "中国", "Россия", "7")
LABELS = ("Russia", "russia", "China talks", "中国")

texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
labels = st.lists(st.sampled_from(LABELS), unique_by=tag_slug, max_size=3)


def article(article_id: str, tags: Sequence[str] = (), **fields: Any) -> Article:
    return Article(article_id, tags=tuple(Tag(tag_slug(tag), tag) for tag in tags), **fields)


articles = st.lists(
    st.builds(
        lambda title, summary, body, tags: article(
            "x", tags, title=title, summary=summary, body=body
        ),
        texts,
        texts,
        texts,
        labels,
    ),
    max_size=7,
)


def count(some: Sequence[Article], weights: Mapping[str, float] = WEIGHTS) -> Counts:
    return TermCounter(weights, "en", phrases=True).count(some)


def named(counts: Counts) -> dict[tuple[int, str], float]:
    """Return the counts by row and name of the column."""
    names = counts.term_names
    low = np.uint64(0xFFFFFFFF)

    def phrase(key: np.uint64) -> str:
        return f"{names[int(key >> np.uint64(32))]} {names[int(key & low)]}"

    kinds: list[tuple[str, Entries, Any]] = [
        ("term", counts.terms, lambda key: names[int(key)]),
        ("phrase", counts.phrases, phrase),
        ("tag", counts.tags, lambda key: counts.tag_slugs[int(key)]),
    ]
    found = {}
    for kind, entries, name in kinds:
        for row, key, weight in zip(entries.rows, entries.keys, entries.weights, strict=True):
            place = (int(row), f"{kind}:{name(key)}")
            assert place not in found
            found[place] = float(weight)
    return found


def naive(some: Sequence[Article], weights: Mapping[str, float]) -> dict[tuple[int, str], float]:
    found: dict[tuple[int, str], float] = defaultdict(float)
    for row, one in enumerate(some):
        language = language_of_article(one, "en")
        normaliser = Normaliser(language)
        stretches = [(field, getattr(one, field)) for field in TEXT_FIELDS[:3]]
        for field, text in stretches + [("tags", tag.label) for tag in one.tags]:
            for term in terms(text, language):
                found[row, f"term:{term}"] += weights[field]
            pairs = [(word, normaliser.term(word)) for word in tokens(text)]
            kept = [(word, term) for word, term in pairs if term is not None]
            for (before, first), (word, second) in pairwise(kept):
                if not is_unspaced(before) and not is_unspaced(word):
                    found[row, f"phrase:{first} {second}"] += weights[field]
        for tag in one.tags:
            found[row, f"tag:{tag.slug}"] = 1
    return {place: weight for place, weight in found.items() if weight > 0}


@given(articles, st.integers(1, 4), st.sampled_from([1.0, 0.0]))
def test_finds_what_dictionaries_find(some: list[Article], block: int, body: float) -> None:
    weights = {**WEIGHTS, "body": body}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "BLOCK_ARTICLES", block)
        counts = count(some, weights)

    assert counts.n_articles == len(some)
    assert named(counts) == pytest.approx(naive(some, weights))


@given(articles, st.randoms(use_true_random=False))
def test_order_of_articles_only_moves_rows(some: list[Article], chance: Any) -> None:
    order = list(range(len(some)))
    chance.shuffle(order)
    before, after = named(count(some)), named(count([some[row] for row in order]))

    assert {(order[row], name): weight for (row, name), weight in after.items()} == before


@given(articles, st.integers(1, 30))
def test_blocks_change_nothing(some: list[Article], chars: int) -> None:
    whole = count(some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "BLOCK_CHARS", chars)
        blocks = count(some)

    for kind in ("terms", "phrases", "tags"):
        one, other = getattr(whole, kind), getattr(blocks, kind)
        for part in ("rows", "keys", "weights"):
            np.testing.assert_array_equal(getattr(one, part), getattr(other, part))
            assert getattr(one, part).dtype == getattr(other, part).dtype
    assert whole.term_labels == blocks.term_labels
    assert whole.tag_labels == blocks.tag_labels


def test_entries_ascend_by_row_then_key() -> None:
    counts = count([article("a", body="one two three one"), article("b", body="three two one")])

    pairs = list(zip(counts.terms.rows.tolist(), counts.terms.keys.tolist(), strict=True))

    assert pairs == sorted(set(pairs))
    assert (counts.terms.rows.dtype, counts.terms.keys.dtype) == (np.int32, np.uint64)
    assert counts.terms.weights.dtype == np.float32


def test_phrases_end_with_their_field_and_their_tag() -> None:
    counts = count(
        [article("a", ["Delta", "Echo"], title="alpha", summary="bravo", body="charlie")]
    )

    assert [name for _, name in named(counts) if name.startswith("phrase:")] == []


def test_phrases_reach_over_stop_words() -> None:
    counts = count([article("a", body="Bank of England")])

    assert (0, "phrase:bank england") in named(counts)


def test_labels_are_the_commonest_spelling() -> None:
    counts = count([
        article("a", ["russia"], body="Sanctions sanctions Sanction"),
        article("b", ["Russia"], body="sanctions SANCTIONS"),
        article("c", ["Russia"], body="Zebra zebra"),
    ])  # fmt: skip

    labels_of = dict(zip(counts.term_names, counts.term_labels, strict=True))
    assert labels_of["sanction"] == "sanctions"
    assert labels_of["zebra"] == "Zebra"  # of equally common ones the first by code point
    assert counts.tag_labels == ["Russia"]


def test_nothing_to_count() -> None:
    nothing = dict.fromkeys(TEXT_FIELDS, 0.0)
    for some, weights in (
        ([], WEIGHTS),
        ([Article("a")], WEIGHTS),
        ([article("a", body="x")], nothing),
    ):
        counts = count(some, weights)
        assert counts.n_articles == len(some)
        assert named(counts) == {}


def test_encoded_data_is_not_kept() -> None:
    counter = TermCounter(WEIGHTS, "en", phrases=True)
    data = [f"{number:0{MAX_TOKEN_CHARS + 1}}" for number in range(50)]

    counts = counter.count([article("a", body=f"Moscow {' '.join(data)} Berlin")])

    expected = dict.fromkeys(
        [(0, "term:moscow"), (0, "term:berlin"), (0, "phrase:moscow berlin")], 1
    )
    assert named(counts) == expected
    assert not any(word in data for word in counter._numbering.words)


def test_texts_are_let_go_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BLOCK_CHARS", 100)
    alive = most = 0

    class Text(str):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def stream() -> Any:
        nonlocal alive, most
        for number in range(50):
            alive += 1
            most = max(most, alive)
            yield Article(f"{number}", body=Text("word " * 20))

    count(stream())  # type: ignore[arg-type]

    assert most <= 3
