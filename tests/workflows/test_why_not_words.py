"""Why not, in words: each ground as an editor reads it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recommender.domain.article import Tag
from recommender.domain.corpus import epoch_us
from recommender.domain.event import Event, EventKind
from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Explanation, Origin, Pick, Reason, Rung
from recommender.domain.placement import Placement, Slot, Source
from recommender.ranking.cards import Card
from recommender.ranking.in_slot import Fare, InSlot, Miss, PassedOver, Stored
from recommender.ranking.on_ladder import LadderMiss, OnLadder
from recommender.ranking.refs import NEVER_US
from recommender.ranking.rerank import Selected, Selection
from recommender.ranking.standing import Ground
from recommender.ranking.why_not import WhyNot
from recommender.workflows.slot_words import in_slot
from recommender.workflows.why_not_facts import Facts
from recommender.workflows.why_not_words import more, verdict

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
CLOSEST = Slot("closest", Source.CLOSEST, places=2)
LATEST = Slot("latest", Source.LATEST)
OLDER = Slot("older", Source.BACKGROUND, min_age_days=90, max_age_days=900)
REASON = Reason("shared_tags", "Also about grain")
ONE, TWO = (
    Pick(key, rank, "closest", Origin.MODEL, REASON, None, similarity, (), similarity)
    for key, rank, similarity in (("one", 1, 0.5), ("two", 2, 0.412))
)
PIN = Pick("me", 1, "closest", Origin.PIN, REASON)
RUNG = Pick("me", 3, "latest", Origin.FALLBACK, REASON, Rung.TAG)
CARDS = (Card("one", "First"), Card("two", "Second"))
SELECTION = Selection(tuple(map(Selected, (ONE, TWO), CARDS)), None, False, 0, 0, NEVER_US)
WHY = Explanation((), 0.45, (("freshness", 0.846667),), 0.381)
FARE = Fare(
    floor=0.172,
    explanation=WHY,
    stored=Stored(100, 0.213),
    age_days=12,
    tags=("Egypt", "NATO"),
    rank=7,
    n_ranked=1083,
    last=TWO,
    passed_over=None,
)
BLOCK = Override(11, OverrideKind.BLOCK, "me")
PINNED = Override(12, OverrideKind.PIN, "me", "query", position=3)
FACTS = Facts(
    query=Card("query", "Query", published_at="2024-05-01T00:00:00Z"),
    other=Card("me", "Me", section="News", tags=(Tag("un", "UN"), Tag("eu", "EU"))),
    languages=("en", "fr"),
    placement=Placement("more-from", (CLOSEST, LATEST, OLDER)),
    limit=4,
    now_us=epoch_us(NOON),
    decided={
        number: Event(number, EventKind.OVERRIDE, "me", NOON, "anna", reason)
        for number, reason in ((11, "a client"), (12, "a favourite"))
    },
)


def told(ground: Ground | Miss, slot: Slot = CLOSEST, **values: Any) -> str:
    return in_slot(InSlot(slot, ground, replace(FARE, **values)), SELECTION, FACTS)


def found(ground: Ground | Miss, **values: Any) -> WhyNot:
    return WhyNot("me", ground, SELECTION, **values)


@pytest.mark.parametrize(
    ("ground", "slot", "values", "sentence"),
    [
        (
            Miss.OPEN, CLOSEST, {},
            "“closest” ranks it 7 of 1,083, with a score of 0.381 (similarity 0.450 × freshness "
            "0.847).",
        ),
        (
            Miss.OUTRANKED, CLOSEST, {},
            "“closest” ranks it 7 of 1,083, with a score of 0.381 (similarity 0.450 × freshness "
            "0.847). It is outranked by 0.031: the last pick of this slot (pick 2, “Second”) has "
            "0.412.",
        ),
        (
            Miss.OUTRANKED, CLOSEST, {"explanation": Explanation((), 0.41197, (), 0.41197)},
            "“closest” ranks it 7 of 1,083, with a score of 0.41197 (similarity 0.41197). It is "
            "outranked by 0.00003: the last pick of this slot (pick 2, “Second”) has 0.41200.",
        ),
        (
            Miss.OUTRANKED, CLOSEST, {"explanation": Explanation((), 0.412, (), 0.412)},
            "“closest” ranks it 7 of 1,083, with a score of 0.412 (similarity 0.412), and the last "
            "pick of this slot (pick 2, “Second”) has just as much: of equals the newer comes "
            "first, then the lower id.",
        ),
        (
            Miss.PASSED_OVER, CLOSEST, {"passed_over": PassedOver(TWO, ONE, 0.83)},
            "“closest” ranks it 7 of 1,083, with a score of 0.381 (similarity 0.450 × freshness "
            "0.847). For diversity pick 2, “Second”, was put before it, for it is so like pick 1, "
            "“First”: 0.830.",
        ),
        (
            Miss.NO_PLACE, CLOSEST, {"last": None},
            "“closest” ranks it 7 of 1,083, with a score of 0.381 (similarity 0.450 × freshness "
            "0.847), but pins have taken its places.",
        ),
        (
            Miss.NOT_STORED, CLOSEST, {"rank": None},
            "“closest” looks at 100 articles (the nearest, down to a similarity of 0.213); this "
            "one has 0.450.",
        ),
        (
            Miss.NOT_STORED, LATEST, {"rank": None},
            "“latest” looks at 100 articles (the nearest, down to a similarity of 0.213, and the "
            "newest on the rarest tags); this one has 0.450.",
        ),
        (
            Miss.NOT_STORED, OLDER, {"rank": None},
            "“older” looks at 100 articles (the nearest, down to a similarity of 0.213, of those "
            "that were old when the one being read appeared, two of a story at most); this one "
            "has 0.450.",
        ),
        (
            Miss.NOT_STORED, OLDER, {"rank": None, "stored": Stored(0, 0.0)},
            "“older” has no articles that were old when the one being read appeared to look at.",
        ),
        (
            Miss.FADED, CLOSEST, {"explanation": Explanation((), 0.2, (("freshness", 0.0),), 0.0)},
            "“closest” leaves nothing of it: a score of 0.000 (similarity 0.200 × freshness "
            "0.000).",
        ),
        (Miss.UNRELATED, CLOSEST, {}, "The two have no tag, word or phrase in common that counts."),
        (
            Ground.FLOOR, CLOSEST, {"explanation": Explanation((), 0.101, (), 0.101)},
            "Its similarity of 0.101 is below the floor of “closest”, 0.172: no closer than "
            "chance.",
        ),
        (
            Ground.FLOOR, replace(CLOSEST, floor=0.172),
            {"explanation": Explanation((), 0.171999, (), 0.171999)},
            "Its similarity of 0.171999 is below the floor of “closest”, 0.172000.",
        ),
        (
            Ground.TOO_NEW, OLDER, {},
            "“older” takes what is at least 90 days older than the article being read; it is 12 "
            "days older.",
        ),
        (
            Ground.TOO_NEW, OLDER, {"age_days": -1},
            "“older” takes what is at least 90 days older than the article being read; it is 1 day "
            "newer.",
        ),
        (
            Ground.TOO_OLD, replace(CLOSEST, max_age_days=1), {},
            "“closest” takes what is at most 1 day old; it is 12 days old.",
        ),
        (
            Ground.TOO_OLD, replace(CLOSEST, max_age_days=1), {"age_days": None},
            "“closest” takes what is at most 1 day old; it has no date.",
        ),
        (
            Ground.SECTION, replace(CLOSEST, sections=("World", "Sport")), {},
            "“closest” takes only what is in World or Sport; it is in News.",
        ),
        (
            Ground.TAG, replace(CLOSEST, tags=("China",), not_tags=("EU",)), {},
            "“closest” takes only what is tagged China and nothing that is tagged EU; it is tagged "
            "UN, EU.",
        ),
        (
            Ground.NO_SHARED_TAG, LATEST, {},
            "It has none of the tags by which “latest” chooses here: Egypt, NATO.",
        ),
    ],
)  # fmt: skip
def test_each_ground_of_a_slot(
    ground: Ground | Miss, slot: Slot, values: dict[str, Any], sentence: str
) -> None:
    assert told(ground, slot, **values) == sentence


def test_what_is_missing_is_named() -> None:
    bare = replace(FACTS, other=Card("me", "Me"), query=Card("query", "Query"))
    for ground, slot, end in (
        (Ground.SECTION, replace(CLOSEST, not_sections=("A",)), "it is in no section."),
        (Ground.TAG, replace(CLOSEST, tags=("A",)), "it has no tag."),
        (Ground.TOO_NEW, OLDER, "that one has no date."),
    ):
        fare = replace(FARE, age_days=None)
        assert in_slot(InSlot(slot, ground, fare), SELECTION, bare).endswith(f"; {end}")


def test_a_list_may_end_before_a_slot() -> None:
    short = replace(FACTS, limit=3)
    sentence = in_slot(InSlot(OLDER, Miss.NO_PLACE, replace(FARE, last=None)), SELECTION, short)
    assert sentence.endswith(", but a list of 3 ends before this slot.")


@pytest.mark.parametrize(
    ("ladder", "sentence"),
    [
        (OnLadder(LadderMiss.LATER, Rung.RECENT), "(rung “recent”), after those that came in."),
        (OnLadder(LadderMiss.NO_PLACE, Rung.TAG), "(rung “tag”), which had no place to fill."),
        (OnLadder(LadderMiss.NOT_ON_LADDER), "It is on no rung of the ladder."),
        (OnLadder(LadderMiss.NO_LADDER), "There is no ladder to bring it in."),
        (OnLadder(Ground.SECTION, Rung.TAG), "(rung “tag”), which asks for another section."),
        (OnLadder(Ground.TAG, Rung.TAG), "(rung “tag”), which asks for other tags."),
    ],
)
def test_the_ladder_has_a_say_where_the_model_has_none(ladder: OnLadder, sentence: str) -> None:
    for ground in (Miss.NEW, Miss.QUERY_NEW):
        assert in_slot(InSlot(CLOSEST, ground, None, ladder), SELECTION, FACTS).endswith(sentence)
    outranked = InSlot(CLOSEST, Miss.OUTRANKED, FARE, ladder)
    assert "ladder" not in in_slot(outranked, SELECTION, FACTS)
    below = in_slot(InSlot(CLOSEST, Ground.FLOOR, FARE, ladder), SELECTION, FACTS)
    assert below.endswith(sentence) == (ladder.rung is not None)


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (found(Ground.QUERY), "It is the article being read itself."),
        (found(Ground.LANGUAGE), "Its language is “fr”, that of the article being read “en”."),
        (found(Ground.STORY), "It tells the same story as the article being read."),
        (found(Ground.ADDRESS), "It is published at the address of the article being read."),
        (
            found(Ground.STORY, pick=ONE),
            "It tells the same story as pick 1, “First”, and no list tells one twice.",
        ),
        (
            found(Ground.ADDRESS, pick=TWO),
            "It is published at the same address as pick 2, “Second”.",
        ),
        (
            found(Ground.PICKED, pick=replace(TWO, moved=-1), explanation=WHY),
            "It is pick 2, chosen by “closest” with a score of 0.381 (similarity 0.450 × freshness "
            "0.847); diversity moved it by -1.",
        ),
        (
            found(Ground.PICKED, pick=RUNG),
            "It is pick 3, from the ladder of “latest” (rung “tag”).",
        ),
        (
            found(Ground.PICKED, pick=PIN, pins=(PINNED,)),
            "It is pick 1, pinned by anna on 2024-05-01 (event 12: a favourite).",
        ),
        (
            found(Ground.BLOCKED, override=BLOCK, otherwise=found(Ground.PICKED, pick=RUNG)),
            "It is blocked everywhere by anna on 2024-05-01 (event 11: a client). Undone, it would "
            "be pick 3, from the ladder of “latest” (rung “tag”).",
        ),
        (
            found(
                Ground.BLOCKED,
                override=replace(BLOCK, query_id="query", placement="side", ends_at=NOON),
                otherwise=found(Ground.STORY),
            ),
            "It is blocked under the article being read in “side” until 2024-05-01T12:00:00Z by "
            "anna on 2024-05-01 (event 11: a client). Undone, it would be no pick all the same. It "
            "tells the same story as the article being read.",
        ),
    ],
)  # fmt: skip
def test_each_ground_of_the_whole_list(why: WhyNot, sentence: str) -> None:
    assert verdict(why, FACTS) == sentence


def test_to_come() -> None:
    facts = replace(FACTS, other=Card("me", "Me", published_at="2031-01-01T00:00:00Z"))
    assert verdict(found(Ground.FUTURE), facts) == (
        "It is dated 2031-01-01T00:00:00Z, which is to come."
    )


@pytest.mark.parametrize(
    ("pin", "why", "end"),
    [
        (PINNED, found(Ground.STORY), "(event 12: a favourite), but a pin does not overrule that."),
        (PINNED, found(Ground.ADDRESS, pick=PIN), ", but a pin does not overrule that."),
        (PINNED, found(Ground.STORY, pick=ONE), ", but no place was free from there on."),
        (PINNED, found(Ground.LANGUAGE), ", but no place was free from there on."),
        (PINNED, found(Ground.PICKED, pick=RUNG), ", but no place was free from there on."),
        (replace(PINNED, placement="side"), found(Ground.QUERY), ": a favourite)."),
        (
            replace(PINNED, starts_at=NOON + timedelta(days=1)), found(Ground.QUERY),
            "pinned at position 3 from 2024-05-02T12:00:00Z on by anna on 2024-05-01 (event 12: a "
            "favourite).",
        ),
    ],
)  # fmt: skip
def test_pins_that_show_nothing(pin: Override, why: WhyNot, end: str) -> None:
    (sentence,) = more(replace(why, pins=(pin,)), FACTS)
    assert sentence.startswith("It is pinned at position 3 ")
    assert sentence.endswith(end)
    assert more(found(Ground.PICKED, pick=PIN, pins=(PINNED,)), FACTS) == []


def test_slots_in_which_it_fares_alike_are_one_sentence() -> None:
    slots = [InSlot(one, Ground.FLOOR, FARE) for one in (CLOSEST, LATEST, OLDER)]
    why = found(Ground.FLOOR, slots=tuple(slots), slot=slots[0])
    assert "floor of “closest”, “latest” and “older”, 0.172" in verdict(why, FACTS)
    assert more(why, FACTS) == []

    slots[1] = replace(slots[1], fare=replace(FARE, floor=0.6))
    slots[2] = replace(slots[2], ladder=OnLadder(LadderMiss.LATER, Rung.TAG))
    why = replace(why, slots=tuple(slots))
    assert "floor of “closest”, 0.172" in verdict(why, FACTS)
    assert ["latest" in one or "older" in one for one in more(why, FACTS)] == [True, True]
    outranked = [replace(one, ground=Miss.OUTRANKED) for one in slots]
    assert len(more(replace(why, slots=tuple(outranked), slot=outranked[0]), FACTS)) == 2


def test_nothing_is_said_twice() -> None:
    slots = tuple(InSlot(one, Miss.QUERY_NEW) for one in (CLOSEST, LATEST))
    assert len(more(found(Ground.ADDRESS, pick=ONE, slots=slots), FACTS)) == 1


def test_every_ground_has_words() -> None:
    alone = {Ground.QUERY, Ground.PICKED, Ground.FUTURE, Ground.LANGUAGE, Ground.STORY}
    alone |= {Ground.ADDRESS, Ground.BLOCKED, Ground.RULE}
    for ground in (*Ground, *Miss):
        if ground in {Miss.NEW, Miss.QUERY_NEW}:
            assert in_slot(InSlot(CLOSEST, ground), SELECTION, FACTS)
        elif ground not in alone:
            assert told(ground).endswith(".")
