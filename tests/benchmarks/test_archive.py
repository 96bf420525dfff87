"""Made-up archives keep their promises: the same each time, made apart, streamed, like news."""

import gzip
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from recommender.catalogue.readers import jsonl
from recommender.catalogue.readers.rows import Accepted
from recommender.domain.article import Article
from recommender.ranking.text import Normaliser, tokens
from tests.benchmarks.archive import BLOCK_ARTICLES, Archive
from tests.benchmarks.archive.__main__ import write
from tests.benchmarks.archive.draws import Zipf, hashed, uniform
from tests.benchmarks.archive.subjects import FIRST_S, SPAN_S
from tests.benchmarks.archive.words import PLURAL, WORDS, spelt


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return list(Archive(1_200, seed=3))


def spellings(numbers: Iterable[int]) -> list[str]:
    rows = spelt(np.fromiter(numbers, np.int64))[:, :PLURAL]
    return [row[row != 0].tobytes().decode() for row in rows]


def vocabulary(articles: Iterable[Article]) -> set[str]:
    return {word for article in articles for word in tokens(article.body)}


def runs_of_four(article: Article) -> set[tuple[str, ...]]:
    words = tokens(article.body)
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def test_same_seed_and_size_give_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write(Archive(60, seed), tmp_path / name)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert written["one"] == written["again"]
    assert written["one"] != written["other"]


def test_blocks_made_apart_in_any_order_are_the_archive(articles: list[Article]) -> None:
    archive = Archive(1_200, seed=3)
    apart = {block: list(archive.block(block)) for block in (1, 0)}

    assert archive.n_blocks == 2
    assert [*apart[0], *apart[1]] == articles
    assert max(map(len, apart.values())) <= BLOCK_ARTICLES


@pytest.mark.parametrize("n_articles", [0, 1, 2, 1_001])
def test_any_size_has_that_many(n_articles: int) -> None:
    assert sum(1 for _ in Archive(n_articles)) == n_articles


def test_reading_holds_one_block_and_no_more() -> None:
    next(iter(Archive(1)))  # the table of words
    held = []
    tracemalloc.start()
    reading = iter(Archive(2 * BLOCK_ARTICLES))
    for _ in range(2):
        for _ in range(BLOCK_ARTICLES - 10):
            n_bytes = len(next(reading).body)
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()

    assert abs(held[1] - held[0]) < BLOCK_ARTICLES * n_bytes / 4


def test_every_article_is_what_the_import_takes(articles: list[Article], tmp_path: Path) -> None:
    archive = Archive(300, seed=3)
    write(archive, tmp_path / "archive.jsonl.gz")

    rows = list(jsonl.rows(tmp_path / "archive.jsonl.gz", 100_000))

    assert [row.article for row in rows if isinstance(row, Accepted)] == list(archive)
    assert all(isinstance(row, Accepted) and not row.ignored_keys for row in rows)
    assert len({article.id for article in articles}) == len(articles)
    assert all(one.title and one.summary and one.body and one.section for one in articles)


def test_dates_ascend_over_twenty_years(articles: list[Article]) -> None:
    dates = [one.published_at for one in articles if one.published_at]

    assert len(dates) == len(articles)
    assert dates == sorted(dates)
    first, end = (datetime.fromtimestamp(at, UTC) for at in (FIRST_S, FIRST_S + SPAN_S))
    assert first <= dates[0] <= dates[-1] < end
    assert (dates[-1] - dates[0]).days > 0.95 * (end - first).days


def test_vocabulary_grows_with_size_but_slower(articles: list[Article]) -> None:
    small, large = vocabulary(Archive(250, seed=3)), vocabulary(articles)

    assert 1.5 * len(small) < len(large) < 4 * len(small)


def test_some_articles_are_rewrites_and_most_are_not(articles: list[Article]) -> None:
    runs = [runs_of_four(article) for article in articles[:300]]
    taken = [
        max(len(one & other) for other in runs[max(0, at - 12) : at]) / len(one)
        for at, one in enumerate(runs)
        if at
    ]

    assert 0.1 < np.mean(np.array(taken) > 0.15) < 0.5
    assert np.median(taken) < 0.02


def test_tags_have_a_long_tail_and_are_named_in_texts(articles: list[Article]) -> None:
    n_with = Counter(chain.from_iterable(one.tags for one in articles))
    named = [any(tag.label.lower() in one.body.lower() for tag in one.tags) for one in articles]

    assert n_with.most_common(1)[0][1] > 40
    assert np.median(list(n_with.values())) <= 3
    assert 0.2 < np.mean(named) < 0.9


def test_no_two_words_share_a_spelling_or_a_stem() -> None:
    words = spellings(range(0, WORDS, WORDS // 20_000))
    normalise = Normaliser("en").term

    assert len(set(words)) == len(words)
    assert len({normalise(word) for word in words}) > 0.999 * len(words)
    assert all(tokens(word) == [word] for word in words)


def test_spelling_is_that_of_the_base() -> None:
    assert spellings([0, 1, 95, 96, 9_215, 9_216]) == [
        "baba",
        "biba",
        "truba",
        "babi",
        "trutru",
        "Bababa",
    ]


def test_ranks_are_drawn_as_often_as_the_law_says() -> None:
    law = Zipf(exponent=1.5, offset=2.0, size=50)
    drawn = np.bincount(law.ranks((np.arange(200_000) + 0.5) / 200_000), minlength=50)
    edges = np.arange(51) + 2.0
    expected = np.diff(edges**-0.5)

    np.testing.assert_allclose(drawn / 200_000, expected / expected.sum(), atol=1e-5)


def test_hashes_tell_their_parts_and_places_apart() -> None:
    grid = hashed(np.arange(300)[:, None], np.arange(300))

    assert len(np.unique(grid)) == grid.size
    assert abs(uniform(np.arange(10_000)).mean() - 0.5) < 0.01


def test_file_says_neither_name_nor_time(tmp_path: Path) -> None:
    write(Archive(3), tmp_path / "a.jsonl.gz")
    content = (tmp_path / "a.jsonl.gz").read_bytes()

    assert content[3:8] == bytes(5)  # flags and time of RFC 1952
    assert gzip.decompress(content).count(b"\n") == 3
