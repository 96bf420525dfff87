"""Each baseline against the plainest program that does the same."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.domain.article import Article, Tag
from recommender.domain.corpus import Corpus
from recommender.ranking.text import terms
from recommender.training.bags import Bags
from recommender.training.baselines import K1, B, baselines, without

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
WORDS = ("grain", "ships", "sanctions", "ministers", "opera", "talks", "the", "of", "harbour")
TAGS = ("russia", "trade", "arts", "egypt")


def make_corpus(n: int = 60) -> Corpus:
    rng = np.random.default_rng(7)
    return Corpus.of(
        Article(
            f"a{number:02}",
            title=" ".join(rng.choice(WORDS, 3)),
            summary=" ".join(rng.choice(WORDS, 4)),
            body=" ".join(rng.choice(WORDS, int(rng.integers(0, 30)))),
            tags=tuple(Tag(tag, tag) for tag in TAGS if rng.random() < 0.3),
            published_at=NOON - timedelta(days=int(rng.integers(0, 40))),
        )
        for number in range(n)
    )


CORPUS = make_corpus()
ARTICLES = list(CORPUS)
N = len(ARTICLES)
QUERIES = np.arange(N)
FIRSTS = np.minimum(QUERIES, N - 5)
BAGS = Bags.of(CORPUS, "en")


def ranked(name: str, k: int = 20, firsts: np.ndarray = FIRSTS) -> np.ndarray:
    (one,) = [one for one in baselines(BAGS, 1) if one.name == name]
    rows = one.rank(QUERIES, firsts, k)
    assert rows.shape == (N, k)
    assert rows.dtype == np.int32
    return rows


def check(rows: np.ndarray, scores: np.ndarray) -> None:
    """See that rows are those of the greatest scores among the candidates, in that order.

    Scores that differ by less than the engine's millionth may change places.
    """
    for query, first in zip(QUERIES, FIRSTS, strict=True):
        candidates = [row for row in range(first, N) if row != query and scores[query, row] > 1e-6]
        expected = sorted((scores[query, row] for row in candidates), reverse=True)
        found = [int(row) for row in rows[query] if row >= 0]
        assert len(found) == len(set(found)) == min(len(candidates), rows.shape[1])
        assert set(found) <= set(candidates)
        assert scores[query, found] == pytest.approx(expected[: len(found)], abs=2e-6)


@pytest.mark.parametrize("with_tags", [False, True])
def test_tfidf_is_the_vectoriser_as_it_comes(with_tags: bool) -> None:
    texts = [f"{one.title} {one.summary} {one.body}" for one in ARTICLES]
    if with_tags:
        tags = (" ".join(tag.label for tag in one.tags) for one in ARTICLES)
        texts = [f"{text} {labels}" for text, labels in zip(texts, tags, strict=True)]
    matrix = TfidfVectorizer().fit_transform(texts)

    check(ranked("tfidf-tags" if with_tags else "tfidf"), (matrix @ matrix.T).toarray())


def slow_bm25(with_tags: bool) -> np.ndarray:
    """Return scores by the formula, term by term, each row divided by what it could reach."""
    bags = []
    for one in ARTICLES:
        parts = [one.title, one.summary, one.body, *(tag.label for tag in one.tags if with_tags)]
        bags.append(Counter(term for part in parts for term in terms(part, "en")))
    lengths = [sum(bag.values()) for bag in bags]
    mean = sum(lengths) / N
    n_with = Counter(term for bag in bags for term in bag)
    idf = {term: log(1 + (N - n + 0.5) / (n + 0.5)) for term, n in n_with.items()}
    scores = np.zeros((N, N))
    for query, asked in enumerate(bags):
        most = sum(count * idf[term] for term, count in asked.items())
        for row, bag in enumerate(bags):
            saturation = K1 * (1 - B + B * lengths[row] / mean)
            scores[query, row] = sum(
                count * idf[term] * bag[term] / (bag[term] + saturation) / most
                for term, count in asked.items()
                if bag[term]
            )
    return scores


@pytest.mark.parametrize("with_tags", [False, True])
def test_bm25_is_its_formula(with_tags: bool) -> None:
    check(ranked("bm25-tags" if with_tags else "bm25"), slow_bm25(with_tags))


def test_tag_overlap_counts_tags_and_then_the_newest_comes_first() -> None:
    rows = ranked("tag-overlap")
    held = [{tag.slug for tag in one.tags} for one in ARTICLES]

    for query, first in zip(QUERIES, FIRSTS, strict=True):
        candidates = [row for row in range(first, N) if row != query and held[query] & held[row]]
        expected = sorted(candidates, key=lambda row: (-len(held[query] & held[row]), row))
        assert [row for row in rows[query] if row >= 0] == expected[:20]


def test_newest_with_a_shared_tag() -> None:
    rows = ranked("recent-tag", k=7)
    held = [{tag.slug for tag in one.tags} for one in ARTICLES]

    for query, first in zip(QUERIES, FIRSTS, strict=True):
        expected = [row for row in range(first, N) if row != query and held[query] & held[row]]
        assert [row for row in rows[query] if row >= 0] == expected[:7]


def test_random_draws_candidates_each_once_and_the_same_again() -> None:
    rows = ranked("random")

    assert (rows == ranked("random")).all()
    for query, first in zip(QUERIES, FIRSTS, strict=True):
        found = [row for row in rows[query] if row >= 0]
        assert len(found) == len(set(found)) == min(20, N - first - (query >= first))
        assert set(found) <= set(range(first, N)) - {query}


def test_articles_can_be_counted_in_another_order_and_some_not_at_all() -> None:
    moved = BAGS.at(np.array([3, -1, 0]))

    for name in ("words", "words_of_tags", "terms", "terms_of_tags", "tags"):
        whole, part = getattr(BAGS, name).toarray(), getattr(moved, name).toarray()
        assert (part == np.stack([whole[3], np.zeros(whole.shape[1]), whole[0]])).all()


def test_archive_without_tags_has_no_baseline_with_tags_as_text() -> None:
    bags = Bags.of(Corpus.of([Article("a", title="Grain"), Article("b", title="Ships")]), "en")

    names = [one.name for one in baselines(bags, 1)]

    assert names == ["bm25", "tfidf", "tag-overlap", "recent-tag", "random"]


def test_archive_without_words_has_empty_lists() -> None:
    bags = Bags.of(Corpus.of([Article("a"), Article("b"), Article("c", title="—")]), "en")

    for one in baselines(bags, 1):
        rows = one.rank(np.arange(3), np.zeros(3, np.int64), 2)
        assert (rows == -1).all() == (one.name != "random")


@given(st.permutations(range(7)), st.integers(1, 6), st.integers(0, 6))
def test_without_drops_the_query_and_else_the_last(best: list[int], k: int, query: int) -> None:
    (found,) = without(np.array([best[: k + 1]], np.int32), np.array([query]))

    assert found.tolist() == [row for row in best[: k + 1] if row != query][:k]
