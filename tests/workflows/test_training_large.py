"""Training as large archives have it: shared out, interrupted, killed, within a budget."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from joblib import parallel_config

from recommender.domain.article import Article
from recommender.errors import CannotWrite, Interrupted
from recommender.ranking import tiles
from recommender.settings import load_settings
from recommender.training import comparing, parts, room
from recommender.workflows import training
from recommender.workflows.training import Trained, Training, train

WORDS = ("grain", "ships", "wait", "sea", "port", "harvest", "talks", "Lavrov", "Kerry", "opera")


def make_large(patch: Any = None) -> None:
    """Have small archives treated as large ones."""
    put = setattr if patch is None else patch.setattr
    put(comparing, "_IN_MEMORY", 0)
    put(comparing, "KEPT_FROM", 10)
    put(room, "STRIP_ROWS", 30)
    put(parts, "ROWS_A_PART", 20)
    put(parts, "PARTS_THAT_PAY", 2)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    make_large(monkeypatch)


@pytest.fixture
def stocked(newsroom: Any) -> Any:
    """Return a newsroom with ninety articles in two languages, some of them alike."""
    rng = np.random.default_rng(2)
    told = [" ".join(rng.choice(WORDS, 8)) for _ in range(80)]
    newsroom.store(
        *(
            Article(f"a{number}", title=f"Story {number}", body=body, language="en")
            for number, body in enumerate(told + told[:5])
        ),
        *(
            Article(f"r{number}", title="Зерно", body="Зерно и порт", language="ru")
            for number in range(5)
        ),
    )
    return newsroom


def trained(newsroom: Any, n_jobs: int = 1, config: Path | None = None) -> Trained:
    return train(newsroom.settings, Training(config, False, "anna", n_jobs), lambda *_: None)


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as one,
        distributed.Client(one),
    ):
        yield


@pytest.mark.filterwarnings("ignore")  # of what a cluster says as it comes and goes
@pytest.mark.parametrize("backend", ["threading", "loky", "dask"])
def test_every_array_is_the_same_whoever_works(
    stocked: Any, backend: str, request: pytest.FixtureRequest
) -> None:
    expected = stocked.hashes(trained(stocked).version)
    if backend == "dask":
        request.getfixturevalue("cluster")
    with parallel_config(backend=backend):
        found = stocked.hashes(trained(stocked, n_jobs=2).version)

    assert found == expected
    assert len(found) > 10


def work_folders(newsroom: Any) -> list[str]:
    return [path.name for path in newsroom.settings.versions_dir.glob(".comparing-*")]


def interrupt(patch: pytest.MonkeyPatch, at: int) -> None:
    n_tiles, real = 0, tiles.tile

    def tile(*arguments: Any) -> Any:
        nonlocal n_tiles
        n_tiles += 1
        if n_tiles == at:
            raise KeyboardInterrupt
        return real(*arguments)

    patch.setattr(tiles, "tile", tile)


def test_an_interrupted_training_is_taken_up_by_the_next(
    stocked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = stocked.hashes(trained(stocked).version)
    assert not work_folders(stocked)
    with monkeypatch.context() as patch:
        interrupt(patch, 3)
        with pytest.raises(Interrupted, match="with 60 of 90 articles compared") as caught:
            trained(stocked)
    assert caught.value.exit_code == 130
    assert len(work_folders(stocked)) == 1

    told: list[tuple[str, int, int]] = []
    task = Training(None, False, "anna", 1)
    again = train(stocked.settings, task, lambda *facts: told.append(facts))

    assert [done for stage, done, _ in told if stage == "comparing"] == [60, 90]
    assert stocked.hashes(again.version) == expected
    assert not work_folders(stocked)


def test_what_was_compared_outlives_a_disk_that_refuses_the_version(
    stocked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise CannotWrite(Path("x"), "no space")

    with monkeypatch.context() as patch:
        patch.setattr(training, "write_version", refuse)
        with pytest.raises(CannotWrite):
            trained(stocked)
    with monkeypatch.context() as patch:
        interrupt(patch, 1)
        trained(stocked)

    assert not work_folders(stocked)


def test_another_article_makes_what_was_compared_litter(
    stocked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupt(patch, 3)
        with pytest.raises(Interrupted):
            trained(stocked)
    stocked.store(Article("new", title="Grain and opera"))

    assert trained(stocked).n_articles == 91
    assert not work_folders(stocked)


_KILLED = """
import os, signal, sys
from pathlib import Path
from recommender.settings import load_settings
from recommender.training import keeping
from recommender.workflows.training import Training, train
from tests.workflows.test_training_large import make_large

make_large()
real, n_words = keeping.write_file, 2

def write_file(*arguments):
    global n_words
    n_words -= 1
    if n_words < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*arguments)

keeping.write_file = write_file
train(load_settings(Path(sys.argv[1])), Training(None, False, "anna", 1), lambda *_: None)
"""


def test_a_training_that_is_killed_is_taken_up_by_the_next(
    stocked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = stocked.hashes(trained(stocked).version)
    command = [sys.executable, "-c", _KILLED, str(stocked.settings.home)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(work_folders(stocked)) == 1
    with monkeypatch.context() as patch:
        interrupt(patch, 2)
        version = trained(stocked).version

    assert stocked.hashes(version) == expected
    assert [path.name for path in stocked.settings.versions_dir.glob(".*")] == []


def test_beyond_a_size_the_search_has_a_budget_and_its_recall_is_noted(
    stocked: Any, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[search]\nexact_up_to = 89\npostings = 8000\nlisted = 2\n", encoding="utf-8")
    exact = trained(stocked)
    assert exact.search == {"mode": "exact"}

    found = trained(stocked, config=config)

    assert found.search["mode"] == "approximate"
    assert found.search["postings"] == round(8000 * 90 / 100_000)
    assert found.search["listed"] == 2
    assert found.search["recall"].keys() == {"at_10", "at_100"}
    for recall in found.search["recall"].values():
        assert 0 < recall["percentile_5"] <= recall["mean"] <= 1
    manifest = json.loads((stocked.path(found.version) / "manifest.json").read_bytes())
    assert manifest["metadata"]["search"] == found.search
    assert stocked.hashes(found.version) != stocked.hashes(exact.version)


def test_memory_changes_nothing(stocked: Any) -> None:
    expected = stocked.hashes(trained(stocked).version)
    little = load_settings(stocked.settings.home, {}, {"memory": "256M"})

    version = train(little, Training(None, False, "anna", 1), lambda *_: None).version

    assert stocked.hashes(version) == expected
