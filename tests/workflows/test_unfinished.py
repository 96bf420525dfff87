"""Folders of trainings that died before the history knew of them, and those of nobody else."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.workflows.unfinished import announced, announcements, remove_unfinished
from tests.workflows.conftest import Newsroom

VERSION = "20240501T120000Z-0123456789ab"


@pytest.fixture
def versions_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "versions"
    folder.mkdir()
    return folder


@pytest.fixture
def catalogue(newsroom: Newsroom) -> Catalogue:
    return Catalogue.open(newsroom.settings.catalogue_url)


def names(folder: Path) -> Sequence[str]:
    return sorted(path.name for path in folder.iterdir())


def publish(versions_dir: Path) -> None:
    (versions_dir / VERSION).mkdir()
    (versions_dir / VERSION / "manifest.json").write_bytes(b"{}")


def leave_word_of_the_dead(versions_dir: Path) -> None:
    (versions_dir / f".training-{VERSION}").touch()


def test_a_training_that_goes_on_is_left_alone(versions_dir: Path, catalogue: Catalogue) -> None:
    with announced(versions_dir, VERSION, catalogue):
        publish(versions_dir)
        assert announcements(versions_dir) == {VERSION: False}
        assert remove_unfinished(versions_dir, catalogue) == []
        assert names(versions_dir) == [f".training-{VERSION}", VERSION]
    assert names(versions_dir) == [VERSION]


def test_a_training_that_fails_takes_its_folder_along(
    versions_dir: Path, catalogue: Catalogue
) -> None:
    def fail() -> None:
        with announced(versions_dir, VERSION, catalogue):
            publish(versions_dir)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(versions_dir) == []


def test_what_a_dead_training_published_is_removed(
    versions_dir: Path, catalogue: Catalogue
) -> None:
    publish(versions_dir)
    leave_word_of_the_dead(versions_dir)
    assert announcements(versions_dir) == {VERSION: True}
    assert remove_unfinished(versions_dir, catalogue) == [VERSION]
    assert names(versions_dir) == []
    assert remove_unfinished(versions_dir, catalogue) == []


def test_what_the_history_knows_stays(versions_dir: Path, catalogue: Catalogue) -> None:
    publish(versions_dir)
    leave_word_of_the_dead(versions_dir)
    catalogue.append(EventKind.TRAINING, VERSION, "anna", "")
    assert remove_unfinished(versions_dir, catalogue) == []
    assert names(versions_dir) == [VERSION]


def test_a_folder_of_which_no_training_left_word_stays(
    versions_dir: Path, catalogue: Catalogue
) -> None:
    publish(versions_dir)
    (versions_dir / ".training-of-somebody").touch()
    assert remove_unfinished(versions_dir, catalogue) == []
    assert VERSION in names(versions_dir)


def test_each_training_clears_up_first(stocked: Newsroom) -> None:
    versions_dir = stocked.settings.versions_dir
    versions_dir.mkdir(parents=True)
    publish(versions_dir)
    leave_word_of_the_dead(versions_dir)
    trained = stocked.train()
    assert names(versions_dir) == [trained.version]
