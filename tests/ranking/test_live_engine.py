"""The live engine: its segments stay few, and its readers see whole states and no others."""

from threading import Event, Thread

import numpy as np
import pytest

from recommender.ranking.live_engine import LiveEngine
from recommender.ranking.live_search import Listing, search
from recommender.ranking.segments import Vector
from tests.ranking.worlds import World, closed, make_segments_small, newcomer, pairs, vector_of

Answer = tuple[tuple[int, int], ...]


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    make_segments_small(monkeypatch)


def test_segments_stay_few_and_hold_little_that_was_removed() -> None:
    rng = np.random.default_rng(5)
    engine = LiveEngine(World.of(4, 1, rng).state())
    for number in range(60):
        row, _ = engine.add(
            newcomer(f"later-{number}", 1, rng), [Listing(1)], closed(4), closed(number)
        )
        if number % 3 == 0:
            engine.remove([row])
        while engine.merge():
            pass
    standing = engine.state.segments
    assert len(standing) <= 7
    assert sum(segment.n_rows for segment in standing) <= 45
    assert any(segment.index.has_postings for segment in standing)


def test_what_is_removed_while_segments_are_merged_stays_removed() -> None:
    rng = np.random.default_rng(6)
    engine = LiveEngine(World.of(1, 1, rng).state())
    for number in range(9):
        engine.add(newcomer(f"later-{number}", 1, rng), [Listing(1)], closed(1), closed(number))
    before = engine.state
    due = before.due()
    whole = before.merge(due)
    removed = before.without(whole.rows[:1].tolist())

    after = removed.with_merged(due, whole)

    assert due
    assert after.segments[0].barred.tolist() == [True, *[False] * (whole.n_rows - 1)]
    assert len(after.segments) == len(before.segments) - len(due) + 1
    assert after.with_merged(due, whole) is after


class Reader(Thread):
    """Asks the same again and again, and notes how many states there were before each time."""

    def __init__(self, engine: LiveEngine, query: Vector, true: list[Answer], over: Event) -> None:
        super().__init__()
        self.seen: list[tuple[int, Answer]] = []
        self._asked = engine, query, true, over

    def run(self) -> None:
        engine, query, true, over = self._asked
        while not over.is_set():
            self.seen.append((len(true), answer(engine, query)))


def answer(engine: LiveEngine, query: Vector) -> Answer:
    return tuple(pairs(search(engine.state, query, [Listing(8)])[0]))


def test_every_answer_is_that_of_a_state_there_was() -> None:
    """Readers, while articles come and go and segments are merged beside them."""
    rng = np.random.default_rng(8)
    engine, query, over = LiveEngine(World.of(30, 1, rng).state()), vector_of(rng), Event()
    true = [answer(engine, query)]

    def merge() -> None:
        while not over.is_set():
            engine.merge()

    readers = [Reader(engine, query, true, over) for _ in range(3)]
    threads = [*readers, Thread(target=merge)]
    for thread in threads:
        thread.start()
    for number in range(150):
        n_rows = engine.state.n_rows
        gone = [int(rng.integers(n_rows))] if number % 2 else []
        article = newcomer(f"later-{number}", 1, rng)
        engine.add(article, [Listing(8)], closed(30), closed(n_rows - 30), gone)
        true.append(answer(engine, query))
    over.set()
    for thread in threads:
        thread.join()

    assert len(set(true)) > 10
    for reader in readers:
        assert reader.seen
        assert all(found in true[n_before - 1 :] for n_before, found in reader.seen)
