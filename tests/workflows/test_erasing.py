"""An article that is erased is in no file any more, and nothing that it had no part in changes."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.erasing import Eraser
from recommender.domain.article import Article, Image, Link, Status
from recommender.domain.event import EventKind
from recommender.errors import Busy, ErasedAnswer, ErasedArticle, UnknownArticle
from recommender.ranking.atomic import alone
from recommender.ranking.bundle import Bundle
from recommender.ranking.exchanging import exchange
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.stored_vocabulary import load_vocabulary
from recommender.workflows import erasing, training
from recommender.workflows.backup import backup
from recommender.workflows.erasing import Erased, erase
from recommender.workflows.follower import Follower
from recommender.workflows.importing import import_files
from recommender.workflows.promoting import rollback, versions
from recommender.workflows.replaying import erased_since
from service.ledger import answers_on, replay
from service.public.answers import answer_question
from service.public.parameters import Question
from tests.workflows.conftest import NOON, Newsroom, article

SECRET = article(
    "secret",
    "Russia",
    "Quibblefax",
    title="Lavrov and Zorblatt meet Kerry",
    summary="A Wumperton of sanctions",
    body="Kerry and Lavrov on sanctions and Ukraine.\n\nFrumious Zorblattiana, said Kerry",
    url="https://post.example/vexillomancy",
    section="Gribblesnark",
    authors=("Mortimer Plunkerdash", "Ben"),
    image=Image(
        "/images/snorklewhip.png", "Alt of Drizzlequonk", "Caption Flimberjack", "Ozzlebee"
    ),
    links=(Link("https://elsewhere.example/thwackamole", "Yonderquill"),),
    hours_ago=0.5,
)
OTHERS = (
    article("talks", "Russia", "USA", title="Kerry meets Lavrov", body="Sanctions and Ukraine"),
    article("answer", "Russia", title="Lavrov answers Kerry", body="Sanctions hurt", hours_ago=2),
    article("trade", "Trade", title="Sanctions and trade", body="Ukraine, grain", hours_ago=2.5),
    article(
        "grain", "Trade", title="Grain prices", body="Ships wait at the Black Sea", hours_ago=3
    ),
    article("ships", "Trade", title="Ships wait", body="Grain for Egypt", section="World"),
    article("opera", title="Verdi in Milan", body="A night at the opera", authors=("Ben",)),
)
WORDS = (
    *("zorblatt", "wumperton", "frumious", "vexillomancy", "gribblesnark", "plunkerdash"),
    *("snorklewhip", "drizzlequonk", "flimberjack", "ozzlebee", "thwackamole", "yonderquill"),
    "quibblefax",
)
LATER = article("later", "Russia", title="Kerry once more", body="Ukraine", hours_ago=0.1)


IN_BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""What depends on the kind of the database; the others use the home's own file."""


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    kind = getattr(request, "param", "sqlite")
    return None if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))


class Served:
    """A newsroom with a champion and a follower, and what it answers."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.settings = newsroom, newsroom.settings
        self.catalogue = Catalogue.open(self.settings.catalogue_url)
        self.follower = Follower(self.settings, self.catalogue)
        self.now = datetime.now(UTC)

    def step(self) -> None:
        self.follower.step(self.now)

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the content of every article's answer, by the id of the article."""
        snapshot = Snapshot.open(self.settings)
        return {one.id: self.answer(one.id, snapshot) for one in (SECRET, *OTHERS, LATER)}

    def answer(self, article_id: str, snapshot: Snapshot) -> dict[str, Any]:
        asked = (Question(article_id, None, 3), self.settings.site_name)
        now_us = int(self.now.timestamp() * 1e6)
        return dict(json.loads(answer_question(snapshot, *asked, now_us).body))

    def erase(self, article_id: str = "secret") -> Erased:
        return erase(self.settings, article_id, "anna", "court order", lambda *_: None)

    def left(self) -> list[tuple[str, str]]:
        """Return which words of the article are found, and in which file."""
        files = [path for path in self.settings.home.rglob("*") if path.is_file()]
        return [
            (word, path.name)
            for path in files
            for word in WORDS
            if word.encode() in path.read_bytes().lower()
        ]


@pytest.fixture
def served(newsroom: Newsroom) -> Iterator[Served]:
    """Return a newsroom of a bundle with the article, and one with its first revision."""
    newsroom.store(replace(SECRET, title="Zorblatt", body="Frumious"), *OTHERS)
    newsroom.promote()
    newsroom.store(SECRET)
    newsroom.promote()
    found = Served(newsroom)
    found.step()
    newsroom.store(LATER)
    found.step()
    yield found
    found.catalogue.close()


def ids(answer: dict[str, Any]) -> list[str]:
    return [one["id"] for one in answer["items"]]


@IN_BOTH
def test_no_word_of_it_is_found_in_any_file(served: Served) -> None:
    is_sqlite = served.settings.database_url is None
    before = {word for word, _ in served.left()}
    assert "zorblatt" in before

    done = served.erase()
    served.step()

    assert served.left() == []
    assert (done.revisions, len(done.versions), done.left_out) == (3, 2, {})
    assert done.is_forgotten is is_sqlite
    for _, one in served.catalogue.revised_since(0):
        if one.id == "secret":
            assert one == Article("secret", status=Status.RETRACTED)


def test_lists_show_it_no_more_and_its_neighbours_still_each_other(served: Served) -> None:
    assert any("secret" in ids(one) for one in served.answers().values())

    served.erase()
    served.step()

    after = served.answers()
    assert not any("secret" in ids(one) for one in after.values())
    assert after["secret"]["query"] is None
    assert ids(after["talks"])[0] == "answer"


@IN_BOTH
def test_what_it_had_no_part_in_is_replayed_and_all_else_says_erased(served: Served) -> None:
    before = served.answers()
    touched = {key for key, one in before.items() if "secret" in ids(one)} | {"secret"}
    assert touched != before.keys()

    event = served.erase().event
    served.step()

    for key, one in before.items():
        if key in touched:
            with pytest.raises(ErasedAnswer, match="'secret' had a part in it: erased at 20"):
                replay(served.settings, one["picks_id"])
        else:
            assert replay(served.settings, one["picks_id"]) == one
    for key, one in served.answers().items():
        if key != "secret":
            assert replay(served.settings, one["picks_id"]) == one
    assert list(erased_since(served.settings, event - 1)) == ["secret"]


def test_ledger_says_what_was_erased(served: Served) -> None:
    before = datetime.now(UTC).isoformat()

    served.erase()

    with pytest.raises(ErasedAnswer):
        answers_on(served.settings, Question("secret", None), before)
    with pytest.raises(ErasedAnswer):
        answers_on(served.settings, Question("talks", None), before)
    (found,) = answers_on(served.settings, Question("opera", None, 1), before)
    assert found.erased == ("secret",)
    (now,) = answers_on(served.settings, Question("talks", None), datetime.now(UTC).isoformat())
    assert now.erased == ()


def test_champion_is_followed_without_falling_back(served: Served) -> None:
    champion = next(one for one in versions(served.settings) if one.is_champion)
    served.erase()
    served.step()

    found = next(one for one in versions(served.settings) if one.is_champion)
    snapshot = Snapshot.open(served.settings)

    assert found.id == champion.id == snapshot.bundle.version
    assert found.manifest_sha256 == snapshot.bundle.manifest_sha256 != champion.manifest_sha256
    assert served.follower.problem is None
    rollback(served.settings, "anna", "back")
    served.step()
    assert Snapshot.open(served.settings).bundle.version != champion.id
    assert served.follower.problem is None


def test_a_follower_that_looks_in_between_goes_on_with_the_same_version(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion = Snapshot.open(served.settings).bundle.version
    seen: list[str] = []

    def watched(one: Path, other: Path) -> None:
        served.step()
        seen.append(Snapshot.open(served.settings).bundle.version)
        exchange(one, other)
        served.step()
        seen.append(Snapshot.open(served.settings).bundle.version)

    monkeypatch.setattr(erasing, "exchange", watched)
    served.erase()

    assert seen == [champion] * 4
    assert served.follower.problem is None
    assert served.left() == []


def test_what_came_after_the_training_is_erased_from_the_overlay(served: Served) -> None:
    before = served.answers()
    touched = {key for key, one in before.items() if "later" in ids(one)} | {"later"}
    assert 1 < len(touched) < len(before)

    served.erase("later")
    served.step()

    after = served.answers()
    assert not any("later" in ids(one) for one in after.values())
    for key, one in before.items():
        if key in touched:
            with pytest.raises(ErasedAnswer, match="'later'"):
                replay(served.settings, one["picks_id"])
        else:
            assert replay(served.settings, one["picks_id"]) == one
    for key, one in after.items():
        if key != "later":
            assert replay(served.settings, one["picks_id"]) == one
    files = [path for path in served.settings.serving_dir.rglob("*.npy") if path.is_file()]
    assert not any(b"Kerry once more" in path.read_bytes() for path in files)


def test_other_texts_have_the_same_vectors_as_before(served: Served) -> None:
    version = Snapshot.open(served.settings).bundle.version
    texts = [*OTHERS, LATER, article("new", "Russia", "Trade", title="Lavrov and sanctions")]

    def vectors() -> list[tuple[list[int], list[float]]]:
        bundle = served.newsroom.bundle(version)
        rows = load_vocabulary(bundle.vocabulary).vectors(texts, "en")
        stored = (bundle.vectors.row(bundle.articles.row_of_id(one.id) or 0) for one in OTHERS)
        found = (rows.row(row) for row in range(len(texts)))
        return [(pair[0].tolist(), pair[1].tolist()) for pair in (*found, *stored)]

    before = vectors()
    served.erase()

    assert vectors() == before


def test_a_new_follower_serves_the_same(served: Served) -> None:
    served.erase()
    served.step()
    before = served.answers()

    served.follower = Follower(served.settings, served.catalogue)
    served.step()

    assert served.answers() == before


@IN_BOTH
def test_it_cannot_come_in_again(served: Served, tmp_path: Path) -> None:
    served.erase()
    file = tmp_path / "export.jsonl"
    file.write_text(
        '{"id": "secret", "title": "Zorblatt"}\n{"id": "new", "title": "New"}\n', encoding="utf-8"
    )

    report = import_files(served.settings, [file], author="anna")

    assert (report.new, report.rejected) == (1, 1)
    assert "'secret' was erased at" in str(report.rejects_path and report.rejects_path.read_text())
    with pytest.raises(ErasedArticle):
        served.newsroom.store(SECRET)
    assert served.catalogue.article("secret") == Article("secret", status=Status.RETRACTED)


@IN_BOTH
def test_erasing_again_changes_nothing(served: Served) -> None:
    first = served.erase()
    last = served.catalogue.last_event()

    again = served.erase()

    assert again == replace(first, versions=())
    assert served.catalogue.last_event() == last
    assert erasing.plan(served.settings, "secret").versions == ()


STEPS: list[tuple[object, str]] = [
    (Eraser, "forget_deleted"),
    (erasing, "write_without"),
    (Catalogue, "append"),
    (erasing, "exchange"),
    (shutil, "rmtree"),
]


_BEFORE_STAGING = {"forget_deleted", "write_without"}


@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_crash_leaves_each_version_whole_and_is_made_good(
    served: Served, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    calls = _failing(monkeypatch, owner, name)
    with pytest.raises(KeyboardInterrupt):
        served.erase()
    monkeypatch.undo()
    assert calls

    served.step()
    assert not any("secret" in ids(one) for one in served.answers().values())
    assert bool(erasing.staged(served.settings.versions_dir)) is (name not in _BEFORE_STAGING)
    for version in versions(served.settings):
        Bundle.verify(served.newsroom.path(version.id))

    served.erase()
    served.step()

    assert served.left() == []
    assert served.follower.problem is None
    assert not list(served.settings.versions_dir.glob(".erased-*"))
    for version in versions(served.settings):
        Bundle.verify(served.newsroom.path(version.id), version.manifest_sha256)


def _failing(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[str]:
    calls: list[str] = []

    def fail(*_: object, **__: object) -> None:
        calls.append(name)
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, name, fail)
    return calls


def test_where_names_cannot_be_exchanged_at_once_they_are_one_by_one(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.ranking.exchanging._exchange_at_once", lambda *_: False)
    served.erase()
    served.step()

    assert served.left() == []
    assert served.follower.problem is None


@pytest.mark.parametrize("n_done", [1, 2])
def test_a_crash_between_two_names_is_made_good(
    served: Served, monkeypatch: pytest.MonkeyPatch, n_done: int
) -> None:
    rename = Path.rename
    done: list[str] = []

    def some(path: Path, target: Path) -> Path:
        if f"{path}{target}".count(".aside") or ".erased-" in path.name:
            done.append(path.name)
            if len(done) > n_done:
                raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr("recommender.ranking.exchanging._exchange_at_once", lambda *_: False)
    monkeypatch.setattr(Path, "rename", some)
    with pytest.raises(KeyboardInterrupt):
        served.erase()
    monkeypatch.undo()
    assert len(done) == n_done + 1
    assert len(list(served.settings.versions_dir.glob("*.aside"))) == 1

    served.erase()
    served.step()

    assert served.left() == []
    assert served.follower.problem is None


def test_two_at_once_are_refused(served: Served) -> None:
    with alone(served.settings.versions_dir / ".erasing", "An erasure"), pytest.raises(Busy):
        served.erase()


def test_a_training_that_began_before_it_is_refused(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = training.fit_model

    def slow(*given: Any) -> Any:
        model = fit(*given)
        served.erase()
        return model

    monkeypatch.setattr(training, "fit_model", slow)
    with pytest.raises((Busy, ValueError)):
        served.newsroom.train()

    assert served.left() == [] or {name for _, name in served.left()} <= _overlay_files(served)


def _overlay_files(served: Served) -> set[str]:
    return {path.name for path in served.settings.serving_dir.rglob("*")}


def test_unknown_articles_and_others_ids_are_told(served: Served) -> None:
    with pytest.raises(UnknownArticle):
        served.erase("nobody")
    with pytest.raises(UnknownArticle):
        erasing.plan(served.settings, "nobody")
    kinds = {one.kind for one in served.catalogue.events()}
    assert EventKind.ERASURE not in kinds


def test_a_damaged_version_is_left_and_told(served: Served) -> None:
    older = next(one for one in versions(served.settings) if not one.is_champion)
    served.newsroom.damage(older.id)

    done = served.erase()

    assert list(done.left_out) == [older.id]
    assert len(done.versions) == 1


def test_backups_made_since_hold_nothing_of_it(served: Served, tmp_path: Path) -> None:
    served.erase()

    done = backup(served.settings, tmp_path / "b.tar.gz", force=False, progress=lambda *_: None)

    assert (len(done.versions), done.left_out) == (2, {})


def test_two_articles_that_share_a_word_take_it_with_them(served: Served) -> None:
    served.newsroom.store(replace(SECRET, id="twin", url=None, published_at=NOON))
    served.newsroom.promote()
    served.step()

    served.erase()
    served.step()
    assert {word for word, _ in served.left()} >= {"zorblatt", "quibblefax"}
    served.erase("twin")
    served.step()

    assert served.left() == []
    for version in versions(served.settings):
        Bundle.verify(served.newsroom.path(version.id), version.manifest_sha256)
