"""Tags: counted, proposed, merged and split; what is made of the catalogue speaks of one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Status, Tag, tag_slug
from recommender.domain.event import EventKind
from recommender.domain.synonyms import SYNONYMS_POLICY
from recommender.errors import InvalidParameter
from recommender.ranking.snapshot import Snapshot
from recommender.training.tag_names import Likeness
from recommender.workflows import tagging
from recommender.workflows.follower import Follower
from recommender.workflows.placements import put_in_force
from recommender.workflows.reading import read_article
from recommender.workflows.relating import related
from recommender.workflows.snapshots import current_snapshot
from recommender.workflows.tag_proposals import Proposal, as_json, suggest

WAR = (
    "Shelling near the front killed soldiers as the offensive in Donbas went on, Kyiv said. Drones "
    "struck a depot and a bridge, artillery answered, and troops dug trenches along the river"
)
OIL = (
    "Refineries bought less crude and barrels grew cheaper while tankers waited in port. Producers "
    "may cut output, and traders watch stocks, pipelines and freight rates for diesel"
)
VOTE = (
    "Ballots were counted after the election and congress met to name a speaker. Senators, donors "
    "and governors backed a candidate, while pollsters asked voters about taxes and courts"
)


def article(article_id: str, body: str, *labels: str, **fields: Any) -> Article:
    tags = tuple(Tag(tag_slug(label), label) for label in labels)
    return Article(article_id, title=f"Report {article_id}", body=body, tags=tags, **fields)


def archive() -> list[Article]:
    """Return an archive in which three subjects have several names."""
    found = []
    for day in range(12):
        war = ["Russian Federation", "Russia", "Russia"][day % 3]
        oil = "Crude oil" if day % 2 else "Crude oils"
        vote = "United States" if day % 3 else "U.S."
        for body, label in ((WAR, war), (OIL, oil), (VOTE, vote)):
            words = body.split()
            text = " ".join([*words[day % 5 :], f"detail{day}"])
            found.append(article(f"{label}-{day}", text, label, "World", language="en"))
    return found


@pytest.fixture
def stocked(newsroom: Any) -> Any:
    newsroom.store(*archive())
    return newsroom


def pairs(found: list[Proposal]) -> dict[tuple[str, str], Likeness]:
    return {(one.alias.label, one.canonical.label): one.likeness for one in found}


def test_tags_are_counted_and_the_broad_ones_told(stocked: Any) -> None:
    stocked.store(article("draft", WAR, "Secret", status=Status.DRAFT))

    found = tagging.tags(stocked.settings)

    assert [(one.label, one.n_articles) for one in found] == [
        ("World", 36), ("Russia", 8), ("United States", 8), ("Crude oil", 6), ("Crude oils", 6),
        ("Russian Federation", 4), ("U.S.", 4),
    ]  # fmt: skip
    assert [one.slug for one in found if one.is_broad] == ["world"]
    assert found[1].share == pytest.approx(8 / 36)


def test_a_few_articles_make_no_tag_broad(newsroom: Any) -> None:
    newsroom.store(article("1", WAR, "World"), article("2", OIL, "World"))
    assert [one.is_broad for one in tagging.tags(newsroom.settings)] == [False]


def test_an_empty_catalogue_has_no_tags(newsroom: Any) -> None:
    newsroom.store()
    assert tagging.tags(newsroom.settings) == []


def test_names_of_one_thing_are_proposed_with_the_evidence(stocked: Any) -> None:
    stocked.promote()

    found = suggest(stocked.settings)

    assert pairs(found) == {
        ("Crude oils", "Crude oil"): Likeness.SAME_WORDS,
        ("Russian Federation", "Russia"): Likeness.NEAR,
        ("U.S.", "United States"): Likeness.ABBREVIATION,
    }
    russia = next(one for one in found if one.canonical.slug == "russia")
    assert (russia.n_alias, russia.n_canonical, russia.n_shared) == (4, 8, 0)
    assert 0.4 < russia.similarity < 1
    assert as_json(russia)["alias"] == {
        "slug": "russian-federation", "label": "Russian Federation", "n_articles": 4,
    }  # fmt: skip


def test_what_was_decided_is_not_proposed_again(stocked: Any) -> None:
    stocked.promote()
    tagging.merge(stocked.settings, "crude oils", "CRUDE_OIL", "anna", "plural")
    tagging.merge(stocked.settings, "u.s.", "united states", "anna", "short")
    tagging.split(stocked.settings, "U.S.", "ben", "style book")

    assert list(pairs(suggest(stocked.settings))) == [("Russian Federation", "Russia")]


def test_tags_that_stand_together_are_not_two_names_of_one_thing(newsroom: Any) -> None:
    newsroom.store(
        *(article(f"{n}", f"{WAR} {n}", "Syria", "Syrian") for n in range(8)),
        *(article(f"oil{n}", f"{OIL} {n}", "Oil") for n in range(8)),
    )
    newsroom.promote()
    assert suggest(newsroom.settings) == []


def test_a_merge_is_a_fact_of_the_history(stocked: Any) -> None:
    event = tagging.merge(stocked.settings, "RUSSIAN federation", "russia", "anna", "same state")

    assert (event.kind, event.subject) == (EventKind.POLICY, SYNONYMS_POLICY)
    assert (event.author, event.reason) == ("anna", "same state")
    assert event.detail == {
        "alias": "russian-federation", "canonical": "russia", "label": "Russia",
    }  # fmt: skip
    counted = {one.slug: one for one in tagging.tags(stocked.settings)}
    assert (counted["russia"].n_articles, counted["russia"].aliases) == (
        12,
        ("russian-federation",),
    )
    assert "russian-federation" not in counted
    apart = tagging.split(stocked.settings, "Russian Federation", "ben", "no")
    assert apart.detail == {"alias": "russian-federation", "canonical": None}
    assert len(tagging.tags(stocked.settings)) == 7
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        decided = catalogue.events((EventKind.POLICY,))
    assert [(one.author, one.reason, one.subject) for one in decided] == [
        ("anna", "same state", SYNONYMS_POLICY), ("ben", "no", SYNONYMS_POLICY),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("alias", "canonical", "parameter"),
    [("Rusia", "Russia", "alias"), ("Russia", "Rusia", "canonical"), ("Russia", "russia", "can")],
)
def test_what_cannot_be_merged_is_refused(
    stocked: Any, alias: str, canonical: str, parameter: str
) -> None:
    with pytest.raises(InvalidParameter, match=f"“{parameter}"):
        tagging.merge(stocked.settings, alias, canonical, "anna", "test")
    with pytest.raises(InvalidParameter, match="“alias”"):
        tagging.split(stocked.settings, alias, "anna", "test")
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        assert catalogue.events((EventKind.POLICY,)) == []


def test_the_next_training_speaks_of_the_canonical_tag_only(stocked: Any) -> None:
    stocked.promote()
    assert not stocked.train(if_changed=True).is_new
    tagging.merge(stocked.settings, "Russian Federation", "Russia", "anna", "same")

    trained = stocked.train(if_changed=True)
    assert trained.is_new
    stocked.promote(trained.version)
    assert not stocked.train(if_changed=True).is_new

    bundle = stocked.bundle(trained.version)
    assert len(bundle.articles.rows_with_tag("russia")) == 12
    assert len(bundle.articles.rows_with_tag("russian-federation")) == 0
    assert bundle.terms.column_of("tag:russian-federation") is None
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        held = catalogue.article("Russian Federation-0")
    assert held is not None
    assert held.tags[0].label == "Russian Federation"
    assert read_article(stocked.settings, "Russian Federation-0").language == "en"

    tagging.split(stocked.settings, "Russian Federation", "ben", "not the same")
    apart = stocked.train(if_changed=True)
    assert apart.is_new
    bundle = stocked.bundle(apart.version)
    assert len(bundle.articles.rows_with_tag("russia")) == 8
    assert len(bundle.articles.rows_with_tag("russian-federation")) == 4
    assert bundle.terms.column_of("tag:russian-federation") is not None


def test_an_overlay_speaks_of_the_canonical_tag_from_the_next_step_on(stocked: Any) -> None:
    stocked.promote()
    stocked.store(article("new", WAR, "Russian Federation", "War"))
    now = datetime.now(UTC)
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        follower = Follower(stocked.settings, catalogue)
        follower.step(now)
        assert labels(stocked, now, follower) == ["Russian Federation", "War"]
        tagging.merge(stocked.settings, "Russian Federation", "Russia", "anna", "same")
        assert labels(stocked, now, follower) == ["Russia", "War"]
        tagging.split(stocked.settings, "Russian Federation", "anna", "not quite")
        assert labels(stocked, now, follower) == ["Russian Federation", "War"]


def labels(newsroom: Any, now: datetime, follower: Follower) -> list[str]:
    """Return the tags of the new article, which command line and follower must show alike."""
    follower.step(now)
    with Catalogue.open(newsroom.settings.catalogue_url) as catalogue:
        snapshots = (
            Snapshot.open(newsroom.settings),
            current_snapshot(newsroom.settings, catalogue, now),
        )
    found = []
    for snapshot in snapshots:
        ref = snapshot.find(article_id="new")
        assert ref is not None
        found.append([tag.label for tag in snapshot.card(ref).tags])
    assert found[0] == found[1]
    return found[0]


def test_a_slots_rule_holds_by_every_name_of_its_tag_before_and_after_the_training(
    newsroom: Any, tmp_path: Path
) -> None:
    newsroom.store(
        *(article(f"{label}{n}", f"{WAR} {n}", label) for label in ("Paid", "Ad") for n in (1, 2)),
        *(article(f"war{n}", f"{WAR} {n + 2}", "War") for n in range(3)),
    )
    newsroom.promote()
    tagging.merge(newsroom.settings, "Paid", "Ad", "anna", "one name for what is paid")
    for name in ("paid", "AD"):
        rules = tmp_path / f"{name}.toml"
        rules.write_text(
            '[more-from]\n[[more-from.slots]]\nname = "all"\nsource = "closest"\nfloor = 0.0\n'
            f'not_tags = ["{name}"]\n',
            encoding="utf-8",
        )
        put_in_force(newsroom.settings, rules, "anna", "test")

        assert picked(newsroom) == {"war1", "war2"}
        newsroom.promote()
        assert picked(newsroom) == {"war1", "war2"}

    tagging.split(newsroom.settings, "Paid", "ben", "an offer, not an ad")
    newsroom.promote()
    assert picked(newsroom) == {"war1", "war2", "Paid1", "Paid2"}


def picked(newsroom: Any) -> set[str]:
    """Return all that may stand under the first article on the war."""
    found = related(newsroom.settings, "war0", 9)
    return {one.pick.article_id for one in found.selection.picks}
