"""Parts read by workers come to what they come to here, whatever becomes of the workers."""

import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from joblib import parallel_config

from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.errors import CatalogueUnavailable, WorkersKilled
from recommender.training import parts
from recommender.training.parts import in_parts

CORPUS = Corpus.of(Article(f"{row:02}", title=f"T{row}") for row in range(25))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROWS_A_PART", 4)
    monkeypatch.setattr(parts, "PARTS_THAT_PAY", 2)


def ids(articles: Iterable[Article]) -> list[str]:
    return [one.id for one in articles]


def done(work: object, n_jobs: int = 2) -> list[Any]:
    return list(in_parts(CORPUS, work, n_jobs, lambda _: None))  # type: ignore[arg-type]


@pytest.mark.parametrize("backend", ["loky", "threading", "sequential"])
def test_parts_come_in_order_whoever_reads_them(backend: str) -> None:
    with parallel_config(backend=backend):
        found = done(ids)

    assert [len(part) for part in found] == [4] * 6 + [1]
    assert [one for part in found for one in part] == list(CORPUS.ids)


def test_few_parts_are_read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert os.getpid() not in done(process)
    monkeypatch.setattr(parts, "PARTS_THAT_PAY", 8)
    assert set(done(process)) == {os.getpid()}


def process(_: Iterable[Article]) -> int:
    return os.getpid()


def test_progress_counts_rows() -> None:
    told: list[int] = []
    list(in_parts(CORPUS, ids, 1, told.append))

    assert told == [4, 8, 12, 16, 20, 24, 25]


class Dies:
    """Kills its process at one part, each time or the first time only."""

    def __init__(self, mark: Path | None) -> None:
        self.mark = mark

    def __call__(self, articles: Iterable[Article]) -> list[str]:
        found = ids(articles)
        if "09" in found and (self.mark is None or not self.mark.exists()):
            if self.mark is not None:
                self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return found


def test_a_killed_worker_costs_its_part(tmp_path: Path) -> None:
    assert done(Dies(tmp_path / "mark")) == done(ids, n_jobs=1)


def test_workers_that_are_killed_again_and_again_end_it() -> None:
    with pytest.raises(WorkersKilled):
        done(Dies(None))


def refuse(_: Iterable[Article]) -> None:
    raise CatalogueUnavailable("/c.db", "it is locked", "wait")


def test_a_sentence_comes_back_from_a_worker_as_it_is() -> None:
    with pytest.raises(CatalogueUnavailable, match=r"/c\.db cannot be used: it is locked; wait\."):
        done(refuse)


def test_a_worker_leaves_interrupts_to_who_started_it() -> None:
    assert set(done(is_deaf)) == {True}
    assert not is_deaf(())


def is_deaf(_: Iterable[Article]) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_no_process_is_kept() -> None:
    found = in_parts(CORPUS, process, 2, lambda _: None)
    first = next(found)
    found.close()

    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
