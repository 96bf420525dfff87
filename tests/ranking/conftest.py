"""Small bundles, made the obvious slow way: each word of a title and each tag is a column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.domain.article import Article, Tag, tag_slug
from recommender.domain.corpus import Corpus
from recommender.ranking.bundle import Bundle
from recommender.ranking.bundle_writer import write_bundle
from recommender.ranking.factors import Factors, FactorsWriter
from recommender.ranking.postings import index_of
from recommender.ranking.rows import SparseRows, similarity
from recommender.ranking.sink import MemoryArrays
from recommender.ranking.stored_index import StoredIndex
from recommender.ranking.table import ArticleTable
from recommender.ranking.table_writer import Entry, write_table
from recommender.ranking.terms import Terms, write_terms

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
VERSION = "20240501T120000Z-0123456789ab"


@dataclass(frozen=True)
class Columns:
    keys: Sequence[str]
    labels: Sequence[str]


def article(article_id: str, title: str = "", tags: Iterable[str] = (), **fields: Any) -> Article:
    """Return an article; `day` counts days before now."""
    if "day" in fields:
        fields["published_at"] = NOW - timedelta(days=fields.pop("day"))
    labels = tuple(Tag(tag_slug(label), label) for label in tags)
    return Article(article_id, title=title or article_id, tags=labels, **fields)


def trained(
    corpus: Corpus,
    k: int = 5,
    stories: Mapping[str, int] | None = None,
    floor: int = 0,
    n_older: int = 3,
) -> dict[str, Any]:
    """Return the parts of a bundle, as `write_bundle` wants them; old is a day older or more."""
    bags = [
        {f"term:{word.lower()}": word for word in held.title.split()}
        | {f"tag:{tag.slug}": tag.label for tag in held.tags}
        for held in corpus
    ]
    labels = {key: label for bag in reversed(bags) for key, label in bag.items()}
    keys = sorted(labels)
    column = {key: position for position, key in enumerate(keys)}
    indptr = np.cumsum([0, *map(len, bags)], dtype=np.int64)
    columns = np.array([column[key] for bag in bags for key in sorted(bag)], np.int32)
    weights = np.array([len(bag) ** -0.5 for bag in bags for _ in bag], np.float32)
    rows = SparseRows(indptr, columns, weights, len(keys))
    n = len(corpus)
    dates = [held.published_at for held in corpus]
    candidates, similarities = _lists(rows, k, lambda *_: True)
    older, older_similarity = _lists(rows, n_older, lambda row, other: _is_older(dates, row, other))
    own = range(1000, 1000 + n)
    numbers = [(stories or {}).get(key, own[row]) for row, key in enumerate(corpus.ids)]
    return {
        "rows": rows,
        "terms": Columns(keys, [labels[key] for key in keys]),
        "candidate_rows": candidates,
        "candidate_similarity": similarities,
        "older_rows": older,
        "older_similarity": older_similarity,
        "stories": np.array(numbers, np.int32),
        "floor": np.full(n, floor, np.int32),
        "languages": [held.language or "en" for held in corpus],
        "boilerplate": np.arange(3, dtype=np.uint64),
    }


def _lists(
    rows: SparseRows, k: int, may_be: Callable[[int, int], bool]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    n = rows.n_rows
    candidates, similarities = np.full((n, k), -1, np.int32), np.zeros((n, k), np.int32)
    for row in range(n):
        others = (other for other in range(n) if other != row and may_be(row, other))
        scored = sorted((-similarity(rows, row, other), other) for other in others)
        best = [pair for pair in scored if pair[0] < 0][:k]
        candidates[row, : len(best)] = [other for _, other in best]
        similarities[row, : len(best)] = [-score for score, _ in best]
    return candidates, similarities


def _is_older(dates: Sequence[datetime | None], row: int, other: int) -> bool:
    newer, older = dates[row], dates[other]
    return newer is not None and older is not None and newer - older >= timedelta(days=1)


def in_memory(
    articles: Iterable[Article], learnt: Mapping[str, float] | None = None, **options: Any
) -> Bundle:
    """Return a bundle without files, for examples by the hundred."""
    corpus = Corpus.of(articles, NOW, last_event=10)
    parts = trained(corpus, **options)
    sink = MemoryArrays()
    write_table(sink, map(Entry.of, corpus, parts["languages"]))
    write_terms(sink, parts["terms"], parts["rows"].n_columns)
    factors = FactorsWriter()
    for held in corpus:
        factors.add(held)
    factors.write(sink, parts["rows"])
    sink.array("candidates.rows", parts["candidate_rows"])
    sink.array("candidates.similarity", parts["candidate_similarity"])
    arrays = sink.arrays()
    table = ArticleTable(arrays)
    index = index_of(parts["rows"])
    return Bundle(
        version=VERSION,
        manifest_sha256="0" * 64,
        last_event=10,
        taken_at="2024-05-01T12:00:00Z",
        metadata={"config": {"older_days": 1}, "language": "en"},
        articles=table,
        factors=Factors(arrays, table.published_us, learnt or {}),
        candidate_rows=parts["candidate_rows"],
        candidate_similarity=parts["candidate_similarity"],
        older_rows=parts["older_rows"],
        older_similarity=parts["older_similarity"],
        vectors=parts["rows"],
        index=StoredIndex(*index.postings, index.stops, index.rest),
        stories=parts["stories"],
        floor=parts["floor"],
        terms=Terms(arrays),
        boilerplate=parts["boilerplate"],
        vocabulary={},
    )


def on_disk(
    folder: Path, articles: Iterable[Article], version: str = VERSION, **options: Any
) -> tuple[Path, str]:
    """Write a bundle; return its folder and its manifest's hash."""
    corpus = Corpus.of(articles, NOW, last_event=10)
    extra = {"pipeline.joblib": lambda path: path.write_bytes(b"for notebooks " * 20)}
    parts = trained(corpus, **options)
    metadata = {"config": {"k": 5, "older_days": 1}, "language": "en"}
    sha256 = write_bundle(
        folder, version, corpus=corpus, metadata=metadata, extra_files=extra, **parts
    )
    return folder / version, sha256


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    return article


@pytest.fixture(scope="session")
def make_parts() -> Callable[..., dict[str, Any]]:
    return trained


@pytest.fixture(scope="session")
def make_bundle() -> Callable[..., Bundle]:
    return in_memory


@pytest.fixture(scope="session")
def save_bundle() -> Callable[..., tuple[Path, str]]:
    return on_disk


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def few(make_article: Callable[..., Article]) -> list[Article]:
    """Five articles of which each shares something with another."""
    return [
        make_article("a", "Kerry meets Lavrov", ["Russia", "Sanctions"], day=1, section="World"),
        make_article("b", "Lavrov answers Kerry", ["Russia"], day=2, url="https://x.example/b"),
        make_article("c", "Sanctions hurt trade", ["sanctions"], day=3, section="Analysis"),
        make_article("d", "Grain prices", ["Trade"], day=4, section="Analysis"),
        make_article("e", "Grain and trade", summary="Ships wait", language="en"),
    ]
