"""Every file of a bundle and an overlay, damaged in every way: refused, with its name."""

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from recommender.domain.article import Article
from recommender.domain.decisions import Decisions
from recommender.domain.override import Override, OverrideKind
from recommender.errors import BrokenBundle
from recommender.ranking.bundle import BUNDLE_FORMAT, Bundle
from recommender.ranking.changes import Changes, revisions
from recommender.ranking.generations import write_overlay
from recommender.ranking.overlay import Overlay

FILES = [
    "manifest.json",
    "pipeline.joblib",
    *(f"{name}.npy" for name in BUNDLE_FORMAT.layout),
]
VERSION = "20240501T120000Z-0123456789ab"
OTHER = "20240601T120000Z-0123456789ab"


@pytest.fixture(scope="module")
def versions(
    tmp_path_factory: pytest.TempPathFactory,
    save_bundle: Callable[..., tuple[Path, str]],
    few: list[Article],
) -> dict[str, tuple[Path, str]]:
    """Two versions of the same articles, whose files are of the same sizes."""
    folder = tmp_path_factory.mktemp("versions")
    relabelled = [Article("z", title="Another headline", section="World"), *few[1:]]
    return {
        VERSION: save_bundle(folder, few, VERSION),
        OTHER: save_bundle(folder, relabelled, OTHER, stories={"b": 3}),
    }


@pytest.fixture
def bundle_path(versions: dict[str, tuple[Path, str]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(versions[VERSION][0], tmp_path / VERSION))


def damage(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def flips(content: bytes, seed: str) -> Iterator[bytes]:
    """Yield a content with one bit turned, at the edges and at some places between."""
    chance = random.Random(seed)
    for place in {0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(8))}:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        yield bytes(changed)


def test_the_list_of_files_is_complete(bundle_path: Path) -> None:
    assert {path.name for path in bundle_path.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_turned_bit_is_found(
    versions: dict[str, tuple[Path, str]], bundle_path: Path, name: str
) -> None:
    content = (bundle_path / name).read_bytes()
    for changed in flips(content, name):
        damage(bundle_path / name, changed)
        with pytest.raises(BrokenBundle, match=f"{name} is damaged"):
            Bundle.verify(bundle_path, versions[VERSION][1])
    damage(bundle_path / name, content)
    Bundle.verify(bundle_path, versions[VERSION][1])


@pytest.mark.parametrize("name", FILES)
def test_a_cut_a_growth_and_a_loss_are_found(
    versions: dict[str, tuple[Path, str]], bundle_path: Path, name: str
) -> None:
    content = (bundle_path / name).read_bytes()
    opens_without = name == "pipeline.joblib"  # serving neither maps nor needs it
    for changed in (b"", content[:1], content[: len(content) // 2], content[:-1], content + b"\0"):
        damage(bundle_path / name, changed)
        with pytest.raises(BrokenBundle, match=f"{name} is damaged"):
            Bundle.verify(bundle_path, versions[VERSION][1])
        if not opens_without:
            with pytest.raises(BrokenBundle, match=f"{name} is damaged"):
                Bundle.open(bundle_path, versions[VERSION][1])
    (bundle_path / name).unlink()
    with pytest.raises(BrokenBundle, match=f"{name} is damaged: found no such file"):
        Bundle.verify(bundle_path, versions[VERSION][1])
    (bundle_path / name).mkdir()
    with pytest.raises(BrokenBundle, match=f"{name} is damaged: found is a directory"):
        Bundle.verify(bundle_path, versions[VERSION][1])


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_version_is_found(
    versions: dict[str, tuple[Path, str]], bundle_path: Path, name: str
) -> None:
    theirs = (versions[OTHER][0] / name).read_bytes()
    if theirs == (bundle_path / name).read_bytes():
        return  # the same file in both: nothing to find
    damage(bundle_path / name, theirs)
    with pytest.raises(BrokenBundle, match=f"{name} is damaged"):
        Bundle.verify(bundle_path, versions[VERSION][1])
    with pytest.raises(BrokenBundle):  # where nobody has said what the manifest should hash to
        Bundle.verify(bundle_path)


def test_the_two_versions_differ_where_it_matters(
    versions: dict[str, tuple[Path, str]],
) -> None:
    (one, _), (other, _) = versions.values()
    files = [name for name in FILES if not name.startswith("vocabulary.")]  # which is empty here
    same = {name for name in files if (one / name).read_bytes() == (other / name).read_bytes()}
    assert len(same) < len(files) // 2


def test_every_file_of_an_overlay_is_hashed(
    versions: dict[str, tuple[Path, str]], tmp_path: Path, few: list[Article], now: datetime
) -> None:
    bundle = Bundle.open(*versions[VERSION])
    decided = Decisions(overrides={13: Override(13, OverrideKind.PIN, "new", "a", position=1)})
    revised = revisions([(11, few[0]), (12, Article("new", title="New"))], "en")
    changes = Changes.of(revised, now, decided)
    name, sha256 = write_overlay(tmp_path, bundle, changes, last_event=13, generated_at=now)
    assert {"overrides.npy", "placements.npy"} < {file.name for file in (tmp_path / name).iterdir()}
    for file in (tmp_path / name).iterdir():
        content = file.read_bytes()
        for changed in flips(content, file.name):
            damage(file, changed)
            with pytest.raises(BrokenBundle, match=f"{file.name} is damaged"):
                Overlay.verify(tmp_path / name, VERSION, sha256)
        damage(file, content)
    Overlay.verify(tmp_path / name, VERSION, sha256)
