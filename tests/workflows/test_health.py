"""The health of an archive: against a plain count over the lists that the site shows."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Image, Status
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.event import EventKind
from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Origin
from recommender.errors import Busy, UnknownPlacement
from recommender.ranking.atomic import alone
from recommender.workflows import health_lists
from recommender.workflows.changes import decisions_after
from recommender.workflows.erasing import erase
from recommender.workflows.health import examine
from recommender.workflows.health_pass import Seen
from recommender.workflows.health_report import (
    LOCK,
    WHAT,
    Health,
    is_at_work,
    last_examination,
    place_of,
)
from recommender.workflows.health_rows import rows_now
from recommender.workflows.health_words import WORDS, Ailment
from recommender.workflows.overriding import Wish, override
from recommender.workflows.relating import related
from recommender.workflows.snapshots import current_snapshot
from recommender.workflows.tagging import keep_apart, merge_proposed
from tests.workflows.conftest import Newsroom, article

PICTURE = Image("/ship.svg", "A ship", "", "", 1200, 800)
TO_COME = datetime(2999, 1, 1, tzinfo=UTC)
SOON = (datetime.now(UTC) + timedelta(days=2)).isoformat()


def archive() -> list[Any]:
    """Return 60 articles: a hub of many words, small kinds of a few, and some like nothing."""
    themes = [f"{one} {two}" for one in ("grain", "naval", "court") for two in ("port", "wage")]
    kinds = [
        article(
            f"a{number:02}",
            "World",
            themes[number % 6].title(),
            title=f"{themes[number % 6]} talks {number}",
            body=f"{themes[number % 6]} {themes[number % 6]} again",
            image=PICTURE if number % 2 else None,
            hours_ago=number,
        )
        for number in range(54)
    ]
    image = replace(PICTURE, alt="")
    to_come = article("later", "World", title="grain port", published_at=TO_COME)
    lonely = [
        article(f"z{number}", title=f"zebra{number} xylophone{number}", image=image, hours_ago=99)
        for number in range(6)
    ]
    return [*kinds, *lonely, to_come]


@pytest.fixture
def served(newsroom: Newsroom, tmp_path: Path) -> Newsroom:
    newsroom.store(*archive())
    config = tmp_path / "config.toml"
    config.write_text("[floor]\nsimilarity = 0.05\n", encoding="utf-8")
    newsroom.promote(newsroom.train(config=config).version)
    return newsroom


def looked(newsroom: Newsroom) -> Health:
    return examine(newsroom.settings, lambda *_: None)


def named(found: Health, ailment: Ailment) -> dict[str, int | None]:
    work = found.worklists[ailment]
    assert work.n == len(work.entries)
    return {entry.subject: entry.n for entry in work.entries}


def test_every_list_counts_as_it_is_answered(
    served: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_lists, "HUB_TIMES", 1.5)
    own: dict[str, int] = {}
    shown: Counter[str] = Counter()
    chosen: Counter[str] = Counter()
    for one in archive():
        picks = related(served.settings, one.id, 4).selection.picks
        own[one.id] = sum(pick.pick.origin is not Origin.FALLBACK for pick in picks)
        shown.update(pick.card.id for pick in picks)
        chosen.update(pick.card.id for pick in picks if pick.pick.origin is Origin.MODEL)

    found = looked(served)

    assert named(found, Ailment.FALLBACK).keys() == {one for one, n in own.items() if n == 0}
    assert named(found, Ailment.FEW) == {one: n for one, n in own.items() if 0 < n < 4}
    hubs = named(found, Ailment.HUBS)
    assert hubs == {one: n for one, n in chosen.items() if n >= 6}
    assert list(hubs.values()) == sorted(hubs.values(), reverse=True)
    assert hubs
    out = {one.id for one in archive()} - {"later"}
    assert named(found, Ailment.NEVER).keys() == out - shown.keys()
    assert named(found, Ailment.NO_IMAGE) == {
        one.id: shown[one.id] for one in archive() if one.image is None
    }
    assert named(found, Ailment.NO_ALT).keys() == {f"z{number}" for number in range(6)}
    assert named(found, Ailment.FALLBACK).keys() >= {"z1", "z5"}
    assert (found.n_articles, found.n_later) == (61, 0)
    assert found.newest_at == "2024-05-01T12:00:00Z"


def test_tags_that_say_nothing_and_tags_that_may_be_one(served: Newsroom) -> None:
    pair = [
        article(f"s{number}", slug, title=f"bread flour {number}", body="bread and flour")
        for number, slug in enumerate(["Supply Chain"] * 4 + ["Supply Chains"] * 3)
    ]
    served.store(*pair)
    served.promote()

    found = looked(served)
    assert named(found, Ailment.BROAD_TAGS) == {"world": 55}
    (proposed,) = found.worklists[Ailment.SYNONYMS].entries
    assert {proposed.more[key]["slug"] for key in ("alias", "canonical")} == {
        "supply-chain",
        "supply-chains",
    }

    keep_apart(served.settings, "supply-chains", "supply-chain", "anna", "two things")
    assert not looked(served).worklists[Ailment.SYNONYMS].entries


def test_a_merge_that_was_proposed_is_on_record(served: Newsroom) -> None:
    tag = archive()[0].tags[1]
    event = merge_proposed(served.settings, "world", tag, "anna", "the same")
    assert (event.kind, event.author, event.detail["canonical"]) == (
        EventKind.POLICY,
        "anna",
        tag.slug,
    )


def test_pins_that_show_nothing_and_what_ended(served: Newsroom) -> None:
    settings = served.settings
    dead = override(settings, Wish(OverrideKind.PIN, "a01", "a02"), "anna", "why")
    override(settings, Wish(OverrideKind.PIN, "a03", "a02"), "anna", "why")
    override(settings, Wish(OverrideKind.PIN, "a01", "a05", starts_at=SOON), "anna", "why")
    now = datetime.now(UTC)
    for days in (3, 90):
        held = Override(
            1, OverrideKind.PIN, f"a{days}", "a02", position=2, ends_at=now - timedelta(days=days)
        )
        with Catalogue.open(settings.catalogue_url) as catalogue:
            catalogue.append(EventKind.OVERRIDE, f"a{days}", "anna", "once", held.to_values())
    served.store(article("a01", title="Gone", status=Status.RETRACTED))

    found = looked(served)
    assert named(found, Ailment.DEAD_PINS).keys() == {str(dead.number)}
    (ended,) = found.worklists[Ailment.ENDED].entries
    assert ended.more["article_id"] == "a3"
    assert found.worklists[Ailment.DEAD_PINS].entries[0].more["problem"].endswith("is retracted")


def test_what_is_so_of_nearly_all_is_no_work(newsroom: Newsroom) -> None:
    newsroom.store(*(replace(one, image=None) for one in archive()))
    newsroom.promote()
    work = looked(newsroom).worklists[Ailment.NO_IMAGE]
    assert (work.n, work.of, work.entries, work.is_general) == (61, 61, (), True)


def test_the_file_says_what_was_found(served: Newsroom) -> None:
    assert last_examination(served.settings) is None
    found = looked(served)
    assert last_examination(served.settings) == found
    assert set(found.worklists) == set(Ailment) == set(WORDS)

    for damaged in (b"", b"{}", b"[]", b'{"format": 2}', b"\xff"):
        place_of(served.settings).write_bytes(damaged)
        assert last_examination(served.settings) is None


def test_the_file_has_no_words_and_goes_with_an_erasure(served: Newsroom) -> None:
    looked(served)
    text = place_of(served.settings).read_text("utf-8")
    assert "xylophone" not in text
    assert json.loads(text)["n_articles"] == 61
    erase(served.settings, "z1", "anna", "asked", lambda *_: None)
    assert not place_of(served.settings).exists()


def test_one_pass_at_a_time(served: Newsroom) -> None:
    assert not is_at_work(served.settings)
    with alone(place_of(served.settings, LOCK), WHAT):
        assert is_at_work(served.settings)
        with pytest.raises(Busy):
            looked(served)
    assert not is_at_work(served.settings)


def test_a_placement_that_is_none(served: Newsroom) -> None:
    with pytest.raises(UnknownPlacement):
        examine(served.settings, lambda *_: None, "nowhere")


def test_a_story_is_shown_if_any_telling_of_it_is() -> None:
    seen = Seen(
        refs=[],
        n_own=np.zeros(5),
        n_lists=np.array([1, 0, 0, 0, 0]),
        n_chosen=np.zeros(5),
        has_image=np.zeros(5, bool),
        has_alt=np.zeros(5, bool),
        published_us=np.array([1, 2, 3, 4, 5]),
        story=np.array([7, 7, 8, -1, -1]),
        now_us=4,
    )
    assert seen.is_told.tolist() == [True, True, False, False, False]
    assert seen.is_out.tolist() == [True, True, True, True, False]


def test_what_was_done_since_is_said(served: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_lists, "HUB_TIMES", 1.5)
    settings, found = served.settings, looked(served)
    hub = found.worklists[Ailment.HUBS].entries[0]
    bare = found.worklists[Ailment.NO_IMAGE].entries[0]
    override(settings, Wish(OverrideKind.BLOCK, hub.subject), "anna", "why")
    held = {one.id: one for one in archive()}
    served.store(
        replace(held[bare.subject], image=PICTURE), replace(held["z1"], status=Status.RETRACTED)
    )
    now = datetime.now(UTC)
    with Catalogue.open(settings.catalogue_url) as catalogue:
        snapshot = current_snapshot(settings, catalogue, now)
        decided = decisions_after(catalogue, Decisions(), catalogue.last_event())

    def since(ailment: Ailment) -> dict[str, str | None]:
        entries = found.worklists[ailment].entries
        rows = rows_now(snapshot, decided, found, ailment, entries, epoch_us(now))
        return {row.entry.subject: row.since for row in rows if row.since}

    assert since(Ailment.HUBS) == {hub.subject: "blocked since"}
    assert since(Ailment.NO_IMAGE) == {bare.subject: "has a picture now"}
    assert since(Ailment.FALLBACK) == {"z1": "no longer shown"}
    assert since(Ailment.BROAD_TAGS) == {}
