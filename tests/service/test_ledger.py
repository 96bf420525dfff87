"""A newsroom's weeks, told by the picks ids of the answers that it gave."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import service.ledger
from recommender.catalogue import history
from recommender.catalogue.catalogue import Catalogue
from recommender.cli import main
from recommender.domain.article import Article, Status, Tag, tag_slug
from recommender.domain.corpus import epoch_us
from recommender.domain.override import OverrideKind
from recommender.domain.picks_id import ALL, PicksInputs
from recommender.errors import (
    InvalidParameter,
    InvalidPicksId,
    NoChampionThen,
    UnknownArticle,
    UnknownVersion,
    VersionGone,
)
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings, load_settings
from recommender.workflows import follower, overriding, training
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.promoting import promote, rollback
from recommender.workflows.training import Training, train
from service.ledger import answers_on, replay
from service.public.answers import JSON, answer_question
from service.public.parameters import Question

START = datetime(2024, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
TALKS = Question("talks", None)
SITE = {"MOREFROM_SITE_NAME": "The Test Post"}
QUESTIONS = [
    TALKS,
    Question("grain", None, 6),
    Question("late", None, 3),
    Question("opera", None, 20),
    Question(None, "https://post.example/answer"),
    Question(None, "https://post.example/nobody?utm_source=x"),
    Question("no such id", None),
]


def article(article_id: str, *tags: str, hours: float = -30, **fields: Any) -> Article:
    labels = tuple(Tag(tag_slug(tag), tag) for tag in tags)
    words = " ".join((article_id, *tags))
    made = {"title": f"On {words}", "body": f"{words} and what came of it.", "section": "World"}
    when = START + hours * HOUR
    return Article(article_id, tags=labels, published_at=when, **{**made, **fields})


ARTICLES = [
    article("talks", "Russia", "USA"),
    article("answer", "Russia", hours=-31, url="https://post.example/answer"),
    article("grain", "Trade", hours=-32),
    article("ships", "Trade", "Russia", hours=-33),
    article("opera", "Milan", hours=-34, section="Culture"),
    article("later", "Russia", hours=3),
    article("late", "Trade", hours=-1, embargoed_until=START + 5 * HOUR),
]


class Clock(datetime):
    """Stands for `datetime` where events are recorded."""

    at = START

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        assert tz is UTC
        return cls.at


class Story:
    """A home, its follower, a clock that is moved by hand, and all answers that were given."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now = START
        self.given: dict[str, bytes] = {}
        self.told: list[tuple[datetime, Question, dict[str, Any]]] = []

    @property
    def now(self) -> datetime:
        return Clock.at

    @now.setter
    def now(self, instant: datetime) -> None:
        Clock.at = instant

    def store(self, *articles: Article) -> None:
        with Catalogue.open(self.settings.catalogue_url) as catalogue:
            catalogue.upsert(articles, "anna", "test")

    def promote(self) -> str:
        version = train(self.settings, Training(None, False, "anna", 1), lambda *_: None).version
        promote(self.settings, version, "anna", "test")
        return version

    def wish(self, kind: OverrideKind, article_id: str, **fields: Any) -> int:
        event = override(self.settings, Wish(kind, article_id, **fields), "ben", "why")
        return event.number

    def answer(self, question: Question) -> dict[str, Any]:
        """Give an answer as the public app does."""
        snapshot = Snapshot.open(self.settings)
        now_us = epoch_us(self.now)
        answer = answer_question(snapshot, question, self.settings.site_name, now_us)
        content: dict[str, Any] = json.loads(answer.body)
        known = self.given.setdefault(content["picks_id"], answer.body)
        assert known == answer.body, "one picks id, two answers"
        return content

    def tell(self, at_work: Follower, *, hours: float = 0.5) -> None:
        """Let time pass, then answer every question; once before the follower looks."""
        self.now += hours * HOUR
        if self.settings.serving_dir.exists():
            self.answer(QUESTIONS[0])
        at_work.step(self.now)
        for question in QUESTIONS:
            self.told.append((self.now, question, self.answer(question)))
        self.now += TICK  # what is recorded next comes after what was answered


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Return a story with all that can happen to a list, and two models."""
    home = tmp_path_factory.mktemp("ledger") / "home"
    with pytest.MonkeyPatch.context() as patch:
        for module in (history, training, overriding, service.ledger):
            patch.setattr(module, "datetime", Clock)
        story = Story(load_settings(home, SITE))
        _live_through(story)
        yield story


def _live_through(story: Story) -> None:
    story.store(*ARTICLES)
    first = story.promote()
    with Catalogue.open(story.settings.catalogue_url) as catalogue:
        at_work = Follower(story.settings, catalogue)

        def happens(*articles: Article) -> None:
            story.store(*articles)
            story.tell(at_work)

        story.tell(at_work)
        new = article("new", "Russia", hours=0)
        happens(new)
        happens(replace(ARTICLES[3], published_at=START - 2 * HOUR, title="Ships sail"))
        happens(replace(ARTICLES[1], status=Status.RETRACTED))
        happens(replace(new, tags=(Tag("milan", "Milan"),)))
        pinned = story.wish(OverrideKind.PIN, "opera", query_id="talks", position=1)
        story.tell(at_work)
        begins, ends = (str(START + hours * HOUR) for hours in (4, 4.5))
        story.wish(OverrideKind.BLOCK, "ships", starts_at=begins, ends_at=ends)
        story.tell(at_work)
        for _ in range(4):  # at 4, 4.5 and 5 o'clock nothing is recorded, and things change
            story.tell(at_work, hours=0.5)
        happens(replace(new, status=Status.RETRACTED))
        undo(story.settings, pinned, "ben", "enough")
        happens(replace(ARTICLES[0], title="Talks end"), replace(ARTICLES[1], title="It is back"))
        assert story.promote() != first
        story.tell(at_work)
        happens(article("newest", "Trade", hours=5), replace(new, title="New again"))
        rollback(story.settings, "ben", "worse")
        story.tell(at_work)
        story.tell(at_work, hours=20)
        story.tell(at_work, hours=24 * 40)


def test_every_answer_comes_again_bit_for_bit(told: Story) -> None:
    assert len(told.given) > 60
    for picks_id, body in told.given.items():
        assert JSON.encode(replay(told.settings, picks_id)).encode() == body


def test_answers_after_a_rollback_in_haste_come_again_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier version has to compare what came since, and answers before it is done."""
    for module in (history, training, overriding, service.ledger):
        monkeypatch.setattr(module, "datetime", Clock)
    monkeypatch.setattr(follower, "COMPARING_S", 0.0)
    monkeypatch.setattr(Clock, "at", START)  # and back to where the other story ended
    story = Story(load_settings(tmp_path / "home", SITE))
    story.store(*ARTICLES)
    first = story.promote()
    with Catalogue.open(story.settings.catalogue_url) as catalogue:
        at_work = Follower(story.settings, catalogue)
        story.tell(at_work)
        comers = [article(f"new {n}", "Russia", "Trade", hours=n / 10) for n in range(3)]
        story.store(*comers, replace(ARTICLES[1], title="Russia answers", status=Status.RETRACTED))
        assert story.promote() != first
        story.tell(at_work)
        story.store(replace(ARTICLES[3], title="Ships with grain for Russia"))
        rollback(story.settings, "ben", "worse")
        until = []
        for _ in range(5):
            story.tell(at_work, hours=0.001)
            until.append(Snapshot.open(story.settings).overlay.compared_until)
    assert until == sorted(until)
    assert len(set(until)) == 5
    assert any(PicksInputs.decode(one).compared_until != ALL for one in story.given)
    for picks_id, body in story.given.items():
        assert JSON.encode(replay(story.settings, picks_id)).encode() == body


def test_ledger_says_what_was_answered_at_an_instant(told: Story) -> None:
    for instant, question, content in told.told:
        if question == TALKS:
            (held,) = answers_on(told.settings, question, instant.isoformat())
            assert held.answer == content
            assert held.since <= instant


def test_ledger_tells_a_day_without_a_gap(told: Story) -> None:
    found = answers_on(told.settings, TALKS, "2024-05-01")

    assert found[0].since == START
    assert found[-1].until == datetime(2024, 5, 2, tzinfo=UTC)
    assert [one.until for one in found[:-1]] == [one.since for one in found[1:]]
    assert all(one.answer != other.answer for one, other in pairwise(found))
    for instant, question, content in told.told:
        if question == TALKS and instant.date() == START.date():
            (held,) = [one for one in found if one.until and one.since <= instant < one.until]
            assert held.answer == content


def test_a_day_of_many_answers_is_cut(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answers_on(told.settings, TALKS, "2024-05-01")
    monkeypatch.setattr(service.ledger, "MAX_ANSWERS", 3)
    assert answers_on(told.settings, TALKS, "2024-05-01") == whole[-3:]


@pytest.mark.parametrize(
    ("article_id", "on", "error"),
    [
        ("talks", "2024-04-30", NoChampionThen),
        ("talks", "2024-05-01T11:59:59Z", NoChampionThen),
        ("talks", "2031-01-01", InvalidParameter),
        ("talks", "yesterday", InvalidParameter),
        ("talks", " ", InvalidParameter),
        ("nobody", "2024-05-01", UnknownArticle),
    ],
)
def test_what_a_ledger_cannot_say(
    told: Story, article_id: str, on: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        answers_on(told.settings, Question(article_id, None), on)


def test_inputs_that_no_answer_had_are_not_replayed(told: Story) -> None:
    inputs = PicksInputs.decode(next(reversed(told.given)))
    other = inputs.version[:-4] + ("0000" if inputs.version[-4:] != "0000" else "1111")
    for forged, error in (
        (replace(inputs, version=other), UnknownVersion),
        (replace(inputs, last_event=10_000), InvalidPicksId),
        (replace(inputs, since_us=inputs.since_us + 1), InvalidPicksId),
        (replace(inputs, placement="nowhere"), InvalidPicksId),
        (replace(inputs, wishes="color=red"), InvalidPicksId),
        (replace(inputs, is_certain=False), InvalidPicksId),
    ):
        with pytest.raises(error):
            replay(told.settings, forged.encode())


def test_version_that_is_gone(told: Story) -> None:
    picks_id = next(iter(told.given))
    folder = told.settings.versions_dir / PicksInputs.decode(picks_id).version
    aside = folder.rename(told.settings.versions_dir / "aside")
    try:
        with pytest.raises(VersionGone, match="no longer here"):
            replay(told.settings, picks_id)
    finally:
        aside.rename(folder)
    assert replay(told.settings, picks_id)["picks_id"] == picks_id


def run(told: Story, *arguments: str) -> str:
    home = str(told.settings.home)
    result = CliRunner().invoke(main, ["--home", home, *arguments], env=SITE)
    assert result.exit_code == 0, result.output
    return result.output


def test_commands(told: Story) -> None:
    instant, _, content = next(one for one in told.told if one[1] == TALKS)
    picks_id = content["picks_id"]
    assert run(told, "replay", picks_id, "--json").encode() == told.given[picks_id] + b"\n"
    shown = run(told, "replay", picks_id)
    assert [one["title"] in shown for one in content["items"]] == [True] * len(content["items"])

    asked = ["ledger", "talks", "--on", "2024-05-01"]
    answers = json.loads(run(told, *asked, "--json"))["answers"]
    assert answers[0]["since"] == "2024-05-01T12:00:00+00:00"
    assert content in [one["answer"] for one in answers]
    shown = run(told, *asked)
    assert shown.count("\nfrom 2024-05-01") == len(answers) - 1
    assert picks_id in shown
    assert "not what a CDN showed" in shown
    shown = run(told, *asked[:-1], instant.isoformat(), "--limit", "2")
    assert "until" not in shown
