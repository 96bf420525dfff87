"""Who serves: only what was trained here and is whole, one promotion after the other."""

import shutil
import threading
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.errors import (
    BrokenBundle,
    Busy,
    CatalogueUnavailable,
    MorefromError,
    NoChampion,
    NothingToRollBackTo,
    UnknownVersion,
)
from recommender.registry.champions import CHAMPION_EVENTS
from recommender.workflows import promoting
from recommender.workflows.promoting import champion, promote, rollback, versions


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


def serves(newsroom: Any) -> str:
    with Catalogue.open(newsroom.settings.catalogue_url) as catalogue:
        return champion(catalogue).subject


def n_decisions(newsroom: Any) -> int:
    with Catalogue.open(newsroom.settings.catalogue_url) as catalogue:
        return len(catalogue.events(CHAMPION_EVENTS))


def back(newsroom: Any) -> str:
    return rollback(newsroom.settings, "bob", "it was better").subject


def test_promotion_says_who_when_and_why(stocked: Any) -> None:
    version = stocked.train().version

    event = promote(stocked.settings, version, "anna", "better on Fridays")

    assert (event.kind, event.subject) == (EventKind.PROMOTION, version)
    assert (event.author, event.reason) == ("anna", "better on Fridays")
    assert event.detail == {"manifest_sha256": stocked.bundle(version).manifest_sha256}
    assert serves(stocked) == version


def test_nobody_serves_before_the_first_promotion(stocked: Any) -> None:
    stocked.train()

    with pytest.raises(NoChampion):
        serves(stocked)
    with pytest.raises(NothingToRollBackTo):
        back(stocked)


@pytest.mark.parametrize(
    "version",
    [
        "",
        "x",
        "..",
        "../../etc",
        "20240501T120000Z-0123456789ab",
        "20240501T120000Z",
        "\udcff",
        "é",
    ],
)
def test_only_what_was_trained_here_is_promoted(stocked: Any, version: str) -> None:
    stocked.promote()
    with pytest.raises(UnknownVersion):
        promote(stocked.settings, version, "anna", "")
    assert n_decisions(stocked) == 1


def test_folder_that_nobody_trained_is_not_promoted(stocked: Any) -> None:
    version = stocked.train().version
    stranger = f"{version[:-12]}0123456789ab"
    shutil.copytree(stocked.path(version), stocked.path(stranger))

    with pytest.raises(UnknownVersion):
        promote(stocked.settings, stranger, "anna", "")


@pytest.mark.parametrize("harm", ["a byte", "a file", "the manifest", "the folder", "another's"])
def test_damaged_version_is_refused_and_the_champion_stays(stocked: Any, harm: str) -> None:
    good, bad = stocked.train().version, stocked.train().version
    stocked.promote(good)
    folder = stocked.path(bad)
    if harm == "a byte":
        stocked.damage(bad)
    elif harm == "a file":
        (folder / "vectors.indptr.npy").unlink()
    elif harm == "the manifest":
        stocked.damage(bad, "manifest.json")
    else:
        shutil.rmtree(folder)
        if harm == "another's":
            shutil.copytree(stocked.path(good), folder)

    with pytest.raises(BrokenBundle, match=r"is damaged: found .*, expected .*\.$"):
        promote(stocked.settings, bad, "anna", "")

    assert serves(stocked) == good
    assert n_decisions(stocked) == 1


def test_rollbacks_lead_back_one_promotion_each(stocked: Any) -> None:
    one, two, three = (stocked.train().version for _ in range(3))
    for version in (one, two, three, three):
        stocked.promote(version)

    assert [back(stocked), back(stocked)] == [two, one]
    assert serves(stocked) == one
    with pytest.raises(NothingToRollBackTo):
        back(stocked)
    stocked.promote(two)
    assert back(stocked) == one


def test_rollback_to_a_damaged_version_is_refused(stocked: Any) -> None:
    one, two = stocked.train().version, stocked.train().version
    stocked.promote(one)
    stocked.promote(two)
    stocked.damage(one)

    with pytest.raises(BrokenBundle):
        back(stocked)

    assert serves(stocked) == two


def test_of_simultaneous_promotions_each_is_ordered_or_refused(stocked: Any) -> None:
    some = [stocked.train().version for _ in range(4)]
    start = threading.Barrier(len(some))
    ends: dict[str, object] = {}

    def run(version: str) -> None:
        start.wait()
        try:
            ends[version] = promote(stocked.settings, version, "anna", "").number
        except MorefromError as error:
            ends[version] = error

    threads = [threading.Thread(target=run, args=(version,)) for version in some]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    won = {version: end for version, end in ends.items() if isinstance(end, int)}
    assert won
    assert all(isinstance(end, int | Busy) for end in ends.values())
    assert n_decisions(stocked) == len(won)
    assert serves(stocked) == max(won, key=won.__getitem__)


@pytest.mark.parametrize("act", ["promote", "rollback"])
def test_decision_made_meanwhile_is_not_overruled(
    stocked: Any, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Somebody promotes while the files of another version are being hashed."""
    one, two, three = (stocked.train().version for _ in range(3))
    stocked.promote(one)
    stocked.promote(two)
    verify = promoting.Bundle.verify

    def interrupted(*arguments: Any) -> Any:
        monkeypatch.setattr(promoting.Bundle, "verify", verify)
        promote(stocked.settings, three, "bob", "quicker")
        return verify(*arguments)

    monkeypatch.setattr(promoting.Bundle, "verify", interrupted)
    with pytest.raises(Busy, match=r"A promotion is already being done by bob"):
        back(stocked) if act == "rollback" else stocked.promote(one)

    assert serves(stocked) == three


def test_rollback_goes_where_it_says_whenever_another_promotes(
    stocked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two looks into the history somebody promotes: no rollback skips that."""
    one, two, three = (stocked.train().version for _ in range(3))
    stocked.promote(one)
    stocked.promote(two)
    events = Catalogue.events
    looks = 0

    def watched(self: Catalogue, *arguments: Any) -> Any:
        nonlocal looks
        found = events(self, *arguments)
        looks += 1
        if looks == 1:
            stocked.promote(three)
        return found

    monkeypatch.setattr(Catalogue, "events", watched)
    with pytest.raises(Busy):
        back(stocked)
    assert serves(stocked) == three


def test_versions_tell_what_became_of_each(stocked: Any) -> None:
    assert versions(stocked.settings) == []
    one, two, three = (stocked.train().version for _ in range(3))
    stocked.promote(one)
    stocked.promote(two)
    back(stocked)
    shutil.rmtree(stocked.path(three))

    found = versions(stocked.settings)

    assert [each.id for each in found] == [three, two, one]
    assert [each.is_champion for each in found] == [False, False, True]
    assert [each.is_present for each in found] == [False, True, True]
    told = promoting.as_json(found[2])
    assert told["last_promoted"]["kind"] == "rollback"  # type: ignore[index]
    assert promoting.as_json(found[0])["last_promoted"] is None


@pytest.mark.parametrize("database_url", [None])
def test_commands_do_not_make_a_catalogue(newsroom: Any) -> None:
    settings = newsroom.settings
    for command in (
        lambda: versions(settings),
        lambda: back(newsroom),
        lambda: promote(settings, "x", "anna", ""),
    ):
        with pytest.raises(CatalogueUnavailable, match="there is none"):
            command()
    assert not settings.home.exists()
