"""Drafts: what a text finds is what it will find once published, and looking leaves no trace."""

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import DRAFT_ID, Article, Status, Tag, is_article_id, tag_slug
from recommender.domain.corpus import epoch_us
from recommender.errors import CatalogueUnavailable, NoChampion
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot
from recommender.settings import load_settings
from recommender.workflows import drafting, tagging
from recommender.workflows.drafting import Draft, Drafts, as_if_published
from recommender.workflows.gathering import Gathering
from recommender.workflows.promoting import champion, open_champion, promote
from recommender.workflows.same_story import MAX_NAMED
from recommender.workflows.snapshots import current_snapshot
from recommender.workflows.suggested_tags import MAX_EVIDENCE, MAX_TAGS
from recommender.workflows.training import Training, train
from tests.workflows.conftest import NOON, Newsroom

SUBJECTS = {
    "Russia": "moscow sanctions gas troops kremlin pipeline embassy rouble border missile",
    "China": "beijing tariffs factories exports shanghai yuan islands chips harbour trade",
    "Opera": "soprano verdi stage orchestra premiere aria conductor chorus costumes tenor",
}
NOW = NOON + timedelta(days=30)


def written(number: int, label: str, **more: Any) -> Article:
    """Return an article on one subject, in words drawn for it."""
    drawn = random.Random(f"{number}-{label}")
    words = [drawn.choice(SUBJECTS[label].split()) for _ in range(40)]
    words += [
        f"{drawn.choice('bcdfg')}{drawn.choice('aeiou')}{drawn.choice('lmnr')}" for _ in "1234"
    ]
    held = {
        "id": f"{label.lower()}-{number}",
        "title": " ".join(words[:4]),
        "body": " ".join(words),
        "tags": (Tag(tag_slug(label), label),),
        "language": "en",
        "published_at": NOON - timedelta(days=number),
    }
    return Article(**{**held, **more})


ARCHIVE = [written(number, label) for number in range(20) for label in SUBJECTS]
RUSSIA = ARCHIVE[0]
NEW = written(99, "Russia", id="new", published_at=NOW)


def serving(newsroom: Newsroom) -> Newsroom:
    """Have the archive served; in one of three subjects a third of all pairs are no chance."""
    newsroom.store(*ARCHIVE)
    config = newsroom.settings.home / "config.toml"
    config.write_text("[floor]\nnoise_quantile = 0.6\n", encoding="utf-8")
    newsroom.promote(newsroom.train(config=config).version)
    return newsroom


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom that serves the archive; nobody writes to it."""
    newsroom = Newsroom(load_settings(tmp_path_factory.mktemp("drafts"), {}))
    return serving(newsroom)


@pytest.fixture
def promoted(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom of one's own that serves the archive."""
    return serving(newsroom)


@pytest.fixture(scope="module")
def drafts(served: Newsroom) -> Drafts:
    return Drafts(served.settings)


def picks(snapshot: Snapshot, article_id: str, at: datetime = NOW) -> list[Any]:
    ref = snapshot.find(article_id)
    assert ref is not None
    return [one.pick for one in select(snapshot, ref, 20, epoch_us(at)).picks]


def of_draft(draft: Draft, at: datetime = NOW) -> list[Any]:
    selection = select(draft.snapshot, draft.ref, 20, epoch_us(at))
    return [one.pick for one in selection.picks]


def told(draft: Draft) -> list[str]:
    return [card.id for card, _ in draft.same_story]


def state(newsroom: Newsroom) -> tuple[int, list[Any], list[Path]]:
    """Return all that a look could have left behind."""
    with Catalogue.open(newsroom.settings.catalogue_url) as catalogue:
        events = list(catalogue.events())
        number = catalogue.last_event()
    files = sorted(path for path in newsroom.settings.home.rglob("*") if "-" not in path.name[-5:])
    return number, events, files


def test_nothing_is_stored(served: Newsroom, drafts: Drafts) -> None:
    before = state(served)

    drafts.look(NEW, NOW)
    drafts.look(replace(RUSSIA, title="Another"), NOW)

    assert state(served) == before
    with Catalogue.open(served.settings.catalogue_url) as catalogue:
        assert catalogue.article(NEW.id) is None
        assert catalogue.article(RUSSIA.id) == RUSSIA


def test_a_draft_leaves_no_trace_in_the_next(drafts: Drafts) -> None:
    alone = drafts.look(NEW, NOW)
    drafts.look(replace(NEW, id="twin"), NOW)
    again = drafts.look(NEW, NOW)

    assert alone.snapshot.find("twin") is again.snapshot.find("twin") is None
    assert of_draft(again) == of_draft(alone)
    assert (again.tags, again.same_story) == (alone.tags, alone.same_story)


def test_what_was_gathered_is_as_before_even_if_a_look_fails(promoted: Newsroom) -> None:
    with Catalogue.open(promoted.settings.catalogue_url) as catalogue:
        gathering = Gathering(open_champion(promoted.settings, champion(catalogue)))
        promoted.store(NEW)
        gathering.look(catalogue, NOW)
    gathering.compare()
    held = (list(gathering.comparing.arrivals), gathering.comparing.until, gathering.changes(NOW))
    number = gathering.last_event + 1

    def fail() -> None:
        with gathering.with_one_more(number, replace(NEW, id="x")):
            assert list(gathering.comparing.arrivals) == [*held[0], number]
            assert len(gathering.changes(NOW).entries) == len(held[2].entries) + 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert held == (
        list(gathering.comparing.arrivals),
        gathering.comparing.until,
        gathering.changes(NOW),
    )
    assert gathering.comparing.n_waiting == 0
    assert all(number not in gathering.comparing.arrivals.near(one) for one in held[0])


@pytest.mark.parametrize("article_id", ["new", RUSSIA.id], ids=["new", "in place of another"])
def test_picks_are_those_that_it_gets_once_published(promoted: Newsroom, article_id: str) -> None:
    promoted.store(written(50, "Russia", published_at=NOON + timedelta(days=2)))
    text = replace(NEW, id=article_id)
    draft = Drafts(promoted.settings).look(text, NOW)

    promoted.store(text)
    with Catalogue.open(promoted.settings.catalogue_url) as catalogue:
        published = current_snapshot(promoted.settings, catalogue, NOW)

    assert of_draft(draft) == picks(published, article_id)
    assert of_draft(draft)[0].article_id.startswith("russia-")
    assert "russia-50" in [pick.article_id for pick in of_draft(draft)]


def test_without_an_id_the_picks_are_the_same(drafts: Drafts) -> None:
    assert of_draft(drafts.look(replace(NEW, id=DRAFT_ID), NOW)) == of_draft(drafts.look(NEW, NOW))
    assert not is_article_id(DRAFT_ID)


@pytest.mark.parametrize(
    "more",
    [
        {"status": Status.DRAFT},
        {"status": Status.RETRACTED},
        {"embargoed_until": datetime.max.replace(tzinfo=UTC)},
        {"status": Status.DRAFT, "embargoed_until": NOW + timedelta(days=1), "published_at": None},
    ],
)
def test_status_and_embargo_do_not_matter(drafts: Drafts, more: dict[str, Any]) -> None:
    found, wanted = (drafts.look(one, NOW) for one in (replace(NEW, **more), NEW))

    assert of_draft(found) == of_draft(wanted)
    assert found.snapshot.id_of(found.ref) == "new"
    opened = as_if_published(replace(NEW, **more), NOW)
    assert (opened.published_at, opened.is_open(NOW)) == (NOW, True)


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
def test_any_date_of_publication_is_taken(drafts: Drafts, at: str) -> None:
    draft = drafts.look(replace(NEW, published_at=datetime.fromisoformat(at)), NOW)

    assert of_draft(draft)[0].article_id.startswith("russia-")


@pytest.mark.parametrize(
    "more",
    [
        {"status": Status.DRAFT},
        {"status": Status.RETRACTED},
        {"embargoed_until": datetime.max.replace(tzinfo=UTC)},
    ],
)
def test_a_draft_may_stand_in_the_place_of_what_is_closed(
    promoted: Newsroom, more: dict[str, Any]
) -> None:
    promoted.store(replace(RUSSIA, **more), replace(NEW, **more))
    drafts = Drafts(promoted.settings)

    for article_id in (RUSSIA.id, NEW.id):
        draft = drafts.look(replace(NEW, id=article_id), NOW)
        assert draft.snapshot.card(draft.ref).title == NEW.title
        assert article_id not in [pick.article_id for pick in of_draft(draft)]
    assert RUSSIA.id not in [pick.article_id for pick in of_draft(drafts.look(NEW, NOW))]


@pytest.mark.parametrize("text", [".", "qzx vwy", "的 的", "moscow", "\U0001f600 " * 50])
def test_texts_that_say_nothing(drafts: Drafts, text: str) -> None:
    draft = drafts.look(Article(DRAFT_ID, body=text, language="en"), NOW)

    assert len(of_draft(draft)) == 20
    assert draft.same_story == ()


def test_a_published_text_is_named_as_the_same_story(drafts: Drafts) -> None:
    for one in (RUSSIA, ARCHIVE[-1]):
        for draft in (
            replace(one, id=DRAFT_ID),
            replace(one, id=DRAFT_ID, tags=(), published_at=None),
            replace(one, id=DRAFT_ID, body=f"{one.body} again"),
            replace(one, id=DRAFT_ID, published_at=NOW + timedelta(days=900)),
        ):
            found = drafts.look(draft, NOW)
            assert told(found) == [one.id]
            assert 0 < found.same_story[0][1] <= 1


def test_a_draft_is_not_the_story_of_itself_or_of_others(drafts: Drafts) -> None:
    for draft in (RUSSIA, replace(RUSSIA, title="Another"), NEW):
        assert drafts.look(draft, NOW).same_story == ()


def test_later_articles_tell_the_same_story_too_as_long_as_they_are_there(
    promoted: Newsroom,
) -> None:
    drafts, copy = Drafts(promoted.settings), replace(NEW, id=DRAFT_ID)
    assert told(drafts.look(copy, NOW)) == []
    promoted.store(*(replace(NEW, id=f"new-{number}") for number in range(MAX_NAMED + 2)))
    assert len(told(drafts.look(copy, NOW))) == MAX_NAMED

    promoted.store(
        *(replace(NEW, id=f"new-{n}", status=Status.RETRACTED) for n in range(MAX_NAMED)),
        replace(NEW, id=f"new-{MAX_NAMED}", body=ARCHIVE[2].body, title="Tenor"),
    )

    assert told(drafts.look(copy, NOW)) == [f"new-{MAX_NAMED + 1}"]


def test_tags_are_those_of_the_nearest_with_the_evidence(drafts: Drafts) -> None:
    (tag,) = drafts.look(replace(NEW, tags=()), NOW).tags

    assert (tag.tag, tag.is_named) == (Tag("russia", "Russia"), False)
    assert 0.9 < tag.share <= 1
    assert len(tag.articles) == MAX_EVIDENCE
    assert all(card.id.startswith("russia-") for card in tag.articles)
    assert drafts.look(NEW, NOW).tags == ()


def test_tags_that_the_text_names_come_first(drafts: Drafts) -> None:
    text = replace(NEW, tags=(), body=f"{NEW.body}. Opera was given.")

    first, second = drafts.look(text, NOW).tags

    assert (first.tag.slug, first.is_named, first.articles) == ("opera", True, ())
    assert (second.tag.slug, second.is_named) == ("russia", False)


def test_spellings_of_one_tag_count_together_and_there_are_not_too_many(
    promoted: Newsroom,
) -> None:
    many = tuple(Tag(f"t{n}", f"T{n}") for n in range(12))
    spelt = ["RUSSIA", "russia", "Russia"]
    promoted.store(
        *(
            replace(one, tags=(Tag("russia", spelt[number % 3]), *many))
            for number, one in enumerate(ARCHIVE[::3])
        )
    )

    found = Drafts(promoted.settings).look(replace(NEW, tags=()), NOW).tags

    assert len(found) == MAX_TAGS
    assert [one.tag.slug for one in found].count("russia") == 1
    assert max(one.share for one in found) == next(
        one.share for one in found if one.tag.slug == "russia"
    )


def test_tags_that_were_merged_since_are_one(promoted: Newsroom) -> None:
    drafts, merged = Drafts(promoted.settings), Tag("russian-federation", "Russian Federation")
    promoted.store(written(60, "Russia", tags=(merged,)))
    tagging.merge(promoted.settings, "Russia", "Russian Federation", "anna", "one name")

    assert [one.tag for one in drafts.look(replace(NEW, tags=()), NOW).tags] == [merged]
    assert drafts.look(NEW, NOW).tags == ()


def test_what_was_taken_back_is_no_evidence(promoted: Newsroom) -> None:
    drafts, text = Drafts(promoted.settings), replace(NEW, tags=())
    gone = drafts.look(text, NOW).tags[0].articles[0].id
    promoted.store(replace(next(one for one in ARCHIVE if one.id == gone), status=Status.RETRACTED))

    (tag,) = drafts.look(text, NOW).tags

    assert gone not in [card.id for card in tag.articles]
    assert len(tag.articles) == MAX_EVIDENCE
    assert 0.9 < tag.share <= 1


def test_another_champion_is_followed(promoted: Newsroom) -> None:
    drafts = Drafts(promoted.settings)
    first = drafts.look(NEW, NOW).snapshot.bundle.version
    promoted.store(written(70, "Russia"))
    promoted.promote()

    draft = drafts.look(NEW, NOW)

    assert draft.snapshot.bundle.version != first
    assert draft.snapshot.bundle.articles.row_of_id("russia-70") is not None


def test_a_champion_that_was_written_anew_is_opened_again(
    promoted: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts, opened = Drafts(promoted.settings), []

    def noted(*given: Any) -> Any:
        opened.append(given)
        return open_champion(promoted.settings, standing)

    monkeypatch.setattr(drafting, "open_champion", noted)
    with Catalogue.open(promoted.settings.catalogue_url) as catalogue:
        standing = champion(catalogue)
    drafts.look(NEW, NOW)
    drafts.look(NEW, NOW)
    assert len(opened) == 1

    rewritten = replace(standing, detail={**standing.detail, "manifest_sha256": "0" * 64})
    monkeypatch.setattr(drafting, "champion", lambda _: rewritten)
    drafts.look(NEW, NOW)

    assert len(opened) == 2


def test_another_history_is_followed(promoted: Newsroom) -> None:
    drafts, data = Drafts(promoted.settings), promoted.settings.home / "data"
    kept = {path: path.read_bytes() for path in data.iterdir() if path.is_file()}
    promoted.store(replace(NEW, id="later"))
    assert drafts.look(NEW, NOW).snapshot.find("later") is not None

    for path in data.iterdir():
        if path in kept:
            path.write_bytes(kept[path])
        elif path.is_file():
            path.unlink()

    assert drafts.look(NEW, NOW).snapshot.find("later") is None


def test_several_threads_may_ask(drafts: Drafts) -> None:
    wanted = {label: of_draft(drafts.look(written(99, label), NOW)) for label in SUBJECTS}
    found: list[tuple[str, Sequence[Any]]] = []

    def ask(label: str) -> None:
        found.extend((label, of_draft(drafts.look(written(99, label), NOW))) for _ in range(4))

    threads = [threading.Thread(target=ask, args=(label,)) for label in SUBJECTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 12
    assert all(wanted[label] == listed for label, listed in found)


def test_without_catalogue_or_champion(newsroom: Newsroom) -> None:
    empty = Drafts(newsroom.settings)
    with pytest.raises(CatalogueUnavailable):
        empty.look(NEW, NOW)
    newsroom.store(*ARCHIVE)
    for ask in (empty.warm, lambda: empty.look(NEW, NOW)):
        with pytest.raises(NoChampion):
            ask()

    trained = train(newsroom.settings, Training(None, False, "anna", 1), lambda *_: None)
    promote(newsroom.settings, trained.version, "anna", "test")
    empty.warm()
    assert of_draft(empty.look(NEW, NOW))
