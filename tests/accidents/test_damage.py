"""Bundles, overlays and pointers that were damaged: refused by name, and the readers see nothing.

Damage comes as another file in the place of the old one, as a copy, a restore or a sync tool leaves
it; how each file's damage is found at all is in `tests/ranking/test_damage.py`.
"""

import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import BrokenBundle
from recommender.ranking.bundle import BUNDLE_FORMAT
from recommender.ranking.files import MANIFEST
from recommender.ranking.overlay import OVERLAY_FORMAT
from recommender.ranking.pointer import pointer_path
from recommender.training.notebook import PIPELINE_FILE
from recommender.workflows import follower as follower_module
from recommender.workflows import shelf as shelf_module
from recommender.workflows.following import STATUS_FILE, _Status
from tests.accidents import figures
from tests.accidents.clockwork import Clock, Home, quick_folder

N_FLIPS, N_CUTS = 300, 100
BUNDLE_FILES = [MANIFEST, PIPELINE_FILE, *(f"{name}.npy" for name in sorted(BUNDLE_FORMAT.layout))]
OVERLAY_FILES = [MANIFEST, *(f"{name}.npy" for name in sorted(OVERLAY_FORMAT.layout))]
WORDS = ["Geneva", "sanctions", "banks", "oil", "grain", "ships", "tariffs", "gallium", "opera"]


@dataclass(frozen=True)
class Damage:
    """An accident to a file: what it holds after it, None if it has gone."""

    name: str
    how: str
    after: Callable[[bytes], bytes | None]


@dataclass
class Scene:
    """A home that serves its second version, and the answers of both."""

    home: Home
    first: str
    second: str
    answers: dict[str, bytes]

    def ask(self) -> bytes:
        response = self.home.get("/v1/related", id="post-1", limit=6)
        assert response.status_code == 200, response.text
        return response.data

    def tell(self) -> None:
        """Leave the follower's word where `morefrom follow` leaves it."""
        status = _Status(self.home.settings.serving_dir / STATUS_FILE)
        status.tell(self.home.follower.problem)

    def problem(self) -> str | None:
        self.tell()
        code, facts = self.home.readiness()
        assert code == 200
        return facts["problem"]["detail"] if facts["problem"] else None


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    clock = Clock()
    with (
        quick_folder() as folder,
        clock.ruling(),
        Home(folder / "home", clock) as home,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(follower_module, "COMPARING_S", 60.0)  # so that one step is enough
        home.bring(*(row(number) for number in range(8)))
        first = home.promote()
        home.follow()
        scene = Scene(home, first, "", {})
        home.bring({**row(2), "body": "Another text about tariffs and gallium"}, row(8))
        home.follow()
        scene.answers[first] = scene.ask()
        scene.second = home.promote()
        home.follow()
        scene.answers[scene.second] = scene.ask()
        yield scene


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the follower look again at once at what it has refused."""
    monkeypatch.setattr(shelf_module, "RETRY_S", 0.0)


def row(number: int) -> dict[str, Any]:
    words = random.Random(number).sample(WORDS, 6)
    return {"id": f"post-{number}", "title": f"Post {number}", "body": " ".join(words)}


@contextmanager
def damaged(folder: Path, damage: Damage) -> Iterator[None]:
    """Have an accident, and put the file back in the end if its folder is still there."""
    path = folder / damage.name
    intact = path.read_bytes()
    after = damage.after(intact)
    put(path, after)
    assert after != intact, damage
    yield
    if folder.exists():
        put(path, intact)


def put(path: Path, content: bytes | None) -> None:
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)


def flip(content: bytes, share: float, bit: int) -> bytes:
    changed = bytearray(content)
    changed[int(share * (len(content) - 1))] ^= 1 << bit
    return bytes(changed)


def cut(content: bytes, share: float) -> bytes:
    return content[: int(share * len(content))]


def damages(folder: Path, other: Path, n_flips: int, n_cuts: int) -> Iterator[Damage]:
    """Yield accidents to every file of a folder, those of the other folder's files included."""
    for path in sorted(folder.iterdir()):
        dice = random.Random(path.name)
        shares = [0.0, 1.0, *(dice.random() for _ in range(n_flips))][:n_flips]
        for share in shares:
            bit = dice.randrange(8)
            yield Damage(path.name, "flipped", partial(flip, share=share, bit=bit))
        for share in [0.0, 0.999, *(dice.random() for _ in range(n_cuts))][:n_cuts]:
            yield Damage(path.name, "cut", partial(cut, share=share))
        yield Damage(path.name, "missing", lambda _: None)
        theirs = (other / path.name).read_bytes()
        if theirs != path.read_bytes():
            yield Damage(path.name, "another's", lambda _, theirs=theirs: theirs)


def some(found: Iterable[Damage]) -> list[Damage]:
    """Return every fifth accident: each kind, of most files. That each is found is told above."""
    return list(found)[::5]


def spread(n: int, files: list[str]) -> int:
    """Return how many a file come to at least `n` for all of them."""
    return -(-n // len(files))


def test_the_lists_of_files_are_complete(scene: Scene) -> None:
    folders = (scene.home.folder(scene.second), overlay_of(scene.home))
    found = [sorted(path.name for path in folder.iterdir()) for folder in folders]
    assert found == [sorted(BUNDLE_FILES), sorted(OVERLAY_FILES)]


def test_a_damaged_version_is_not_promoted(scene: Scene) -> None:
    home, folder = scene.home, scene.home.folder(scene.second)
    n_flips, n_cuts = spread(N_FLIPS, BUNDLE_FILES), spread(N_CUTS, BUNDLE_FILES)
    tried = list(damages(folder, home.folder(scene.first), n_flips, n_cuts))
    assert sum(one.how == "flipped" for one in tried) >= N_FLIPS
    assert sum(one.how == "cut" for one in tried) >= N_CUTS
    assert sum(one.how == "missing" for one in tried) == len(BUNDLE_FILES)
    assert sum(one.how == "another's" for one in tried) > len(BUNDLE_FILES) // 2
    last = home.catalogue.last_event()
    for one in tried:
        sentence = rf"/{one.name} is damaged: .*; .*\.$"
        with damaged(folder, one), pytest.raises(BrokenBundle, match=sentence):
            home.promote(scene.second)
    assert home.catalogue.last_event() == last
    figures.note("damaged bundles", f"{len(tried)} of {len(tried)} refused")


def test_a_champion_that_is_damaged_gives_way_until_it_is_whole(scene: Scene) -> None:
    home, folder = scene.home, scene.home.folder(scene.second)
    home.follow()
    for one in some(damages(folder, home.folder(scene.first), n_flips=1, n_cuts=2)):
        with damaged(folder, one):
            assert scene.ask() == scene.answers[scene.second], "from what is mapped"
            assert home.follow()
            assert scene.ask() == scene.answers[scene.first]
            problem = str(scene.problem())
            assert f"{scene.first} is in its place" in problem
            assert f"/{one.name} is damaged" in problem
            home.restart_app()
            assert scene.ask() == scene.answers[scene.first], "a worker that has just started"
        home.follow()
        assert scene.ask() == scene.answers[scene.second]
        assert scene.problem() is None


def test_a_follower_that_starts_with_a_damaged_champion_finds_another(scene: Scene) -> None:
    home, folder = scene.home, scene.home.folder(scene.second)
    for one in some(damages(folder, home.folder(scene.first), n_flips=1, n_cuts=1)):
        with damaged(folder, one):
            home.restart_follower()
            assert home.follow()
            assert home.pointer().version == scene.first
            assert f"/{one.name} is damaged" in str(scene.problem())
    home.restart_follower()
    home.follow()
    assert scene.ask() == scene.answers[scene.second]


def overlay_of(home: Home) -> Path:
    return home.settings.serving_dir / home.pointer().overlay


def test_a_damaged_overlay_is_written_anew(scene: Scene) -> None:
    home = scene.home
    home.bring({**row(3), "title": "Corrected"})
    home.follow()
    elsewhere = home.settings.home / "elsewhere"
    shutil.copytree(overlay_of(home), elsewhere)
    home.bring({**row(3), "title": "Corrected again"}, {**row(4), "status": "retracted"})
    home.follow()
    before = scene.ask()
    assert b"Corrected again" in before
    tried = some(damages(overlay_of(home), elsewhere, n_flips=2, n_cuts=1))
    for one in tried:
        place = overlay_of(home)
        with damaged(place, one):
            assert scene.ask() == before, "from what is mapped"
            assert home.follow()
            assert overlay_of(home) != place
            assert scene.ask() == before
            home.restart_app()
            assert scene.ask() == before, "a worker that has just started"
            assert scene.problem() is None
    figures.note("damaged overlays", f"{len(tried)} of {len(tried)} written anew")


def test_a_damaged_pointer_is_written_anew(scene: Scene) -> None:
    """Whatever it holds: never another answer, and never for longer than to the next look."""
    home = scene.home
    home.follow()
    before = scene.ask()
    serving, place = home.settings.serving_dir, pointer_path(home.settings.serving_dir)
    dice = random.Random(0)
    changes: list[Callable[[bytes], bytes | None]] = [
        *(partial(flip, share=dice.random(), bit=dice.randrange(8)) for _ in range(60)),
        *(partial(cut, share=dice.random()) for _ in range(20)),
        lambda _: None,
    ]
    n_refused = 0
    for change in changes:
        with damaged(serving, Damage(place.name, "", change)):
            assert scene.ask() == before, "from what is mapped"
            home.restart_app()
            code, facts = home.readiness()
            n_refused += code == 503
            if code == 200:  # a digit of the number or of the time was turned, or it is gone
                assert scene.ask() == before
            else:
                sentence = facts["problem"]["detail"] if facts["problem"] else facts["detail"]
                assert sentence.endswith(".")
                assert home.get("/v1/related", id="post-1").status_code == 503
            assert home.follow()
            home.restart_app()
            assert scene.ask() == before
            place_now = place.read_bytes()
        put(place, place_now)
        home.follow()
    assert n_refused > 0.8 * len(changes)
    n = len(changes)
    figures.note("damaged pointers", f"{n_refused} of {n} refused, {n} written anew")
