"""Live articles as a list, and the slow way to ask them: an engine built anew."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.ranking import live, segments
from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.live import Live, Newcomer
from recommender.ranking.live_search import Lasts
from recommender.ranking.rows import MILLION, SparseRows
from recommender.ranking.segments import Vector

N_COLUMNS = 40


def vector_of(rng: np.random.Generator) -> Vector:
    """Return a vector of few columns and weights, so that many scores are equal."""
    values = rng.integers(1, 3, N_COLUMNS) * (rng.random(N_COLUMNS) < 0.15)
    columns = np.flatnonzero(values).astype(np.int32)
    norm = np.sqrt((values**2).sum()) or 1.0
    return Vector.of(columns, (values[columns] / norm).astype(np.float32), N_COLUMNS)


def instant_of(rng: np.random.Generator) -> int:
    """Return one of few instants, or none."""
    return int(rng.choice([UNDATED_US, *range(0, 50, 10)]))


def rows_of(vectors: list[Vector]) -> SparseRows:
    indptr = np.cumsum([0, *(one.columns.size for one in vectors)], dtype=np.int64)
    columns = np.concatenate([np.empty(0, np.int32), *(one.columns for one in vectors)])
    weights = np.concatenate([np.empty(0, np.float32), *(one.weights for one in vectors)])
    return SparseRows(indptr, columns, weights, N_COLUMNS)


@dataclass
class World:
    """Articles as a list, and the slow way to ask them."""

    n_base: int
    newcomers: list[Newcomer]
    alive: list[bool] = field(default_factory=list)

    @classmethod
    def of(cls, n_base: int, n_groups: int, rng: np.random.Generator) -> "World":
        made = sorted(
            (newcomer(f"base-{number:03}", n_groups, rng) for number in range(n_base)),
            key=lambda one: (-one.published_us, one.id),
        )
        return cls(n_base, made, [True] * n_base)

    @property
    def published_us(self) -> NDArray[np.int64]:
        return np.array([one.published_us for one in self.newcomers[: self.n_base]], np.int64)

    def id_of(self, row: int) -> str:
        return self.newcomers[row].id

    def state(self) -> Live:
        base = self.newcomers[: self.n_base]
        groups = [one.group for one in base]
        return Live.of(Engine(rows_of([one.vector for one in base])), self, groups)

    def in_order(self) -> list[int]:
        """Return the numbers of all that count, in row order."""
        return sorted(
            (row for row, counts in enumerate(self.alive) if counts),
            key=lambda row: (-self.newcomers[row].published_us, self.newcomers[row].id),
        )

    def rebuilt(self, until_us: int | None = None) -> "Rebuilt":
        """Return an engine built of the articles that count."""
        rows = [
            row
            for row in self.in_order()
            if until_us is None or UNDATED_US < self.newcomers[row].published_us <= until_us
        ]
        held = [self.newcomers[row] for row in rows]
        return Rebuilt(rows, held, Engine(rows_of([one.vector for one in held])))


@dataclass
class Rebuilt:
    """An engine of some articles, and which they are."""

    rows: list[int]
    articles: list[Newcomer]
    engine: Engine

    def listed(
        self, query: Newcomer, k: int, barred: frozenset[int] = frozenset()
    ) -> list[tuple[int, int]]:
        """Return the k nearest, by number."""
        found = self.engine.search(
            *query.vector,
            k,
            groups=[one.group for one in self.articles],
            group=query.group,
            barred=np.array([row in barred for row in self.rows], np.bool_),
        )
        return [(self.rows[place], near) for place, near in pairs(found)]


def newcomer(article_id: str, n_groups: int, rng: np.random.Generator) -> Newcomer:
    group = int(rng.integers(n_groups))
    return Newcomer(article_id, instant_of(rng), vector_of(rng), group)


def pairs(found: Neighbours) -> list[tuple[int, int]]:
    """Return a list without its padding, which must be at its end."""
    held = list(zip(found.rows.tolist(), found.similarity.tolist(), strict=True))
    n_found = sum(near > 0 for _, near in held)
    assert all(pair == (-1, 0) for pair in held[n_found:])
    return held[:n_found]


def last_of(lists: list[list[tuple[int, int]]], k: int) -> Lasts:
    """Return the last of each list that is full."""
    lasts = [own[k - 1] if len(own) >= k else (-1, 0) for own in lists]
    return Lasts(
        np.array([near for _, near in lasts], np.int32),
        np.array([row for row, _ in lasts], np.int32),
    )


def closed(n: int) -> Lasts:
    """Return the last of n lists that nobody can enter."""
    return Lasts(np.full(n, MILLION + 1, np.int32), np.full(n, -1, np.int32))


def make_segments_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make few articles go through all that many would."""
    monkeypatch.setattr(live, "TAIL_ROWS", 3)
    monkeypatch.setattr(live, "FANOUT", 2)
    monkeypatch.setattr(segments, "INDEXED_ROWS", 5)
