"""Whatever a newsroom does, in whatever order: the answers keep every promise."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any, ClassVar

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from recommender.domain.override import OverrideKind
from recommender.domain.url import canonical_url
from recommender.errors import InvalidParameter, PositionTaken
from recommender.ranking.bundle import Bundle
from recommender.workflows.overriding import Wish
from tests.accidents import figures
from tests.accidents.clockwork import Clock, Home, ids, quick_folder

IDS = [f"post-{number}" for number in range(8)]
UNKNOWN = "nobody-knows-this"
URLS = [None, *(f"https://post.example/{page}" for page in "abcd")]
TAGS = [[], ["Russia"], ["russia", "Sanctions"], ["China", "Trade"], ["Sanctions", "China"]]
SECTIONS = [None, "World", "Economy"]
SUBJECTS = [
    "Ministers met in Geneva to speak of sanctions against Russian banks and oil. ",
    "Grain ships wait at the Black Sea while insurers count what a voyage costs. ",
    "China answered the tariffs with export controls on gallium and germanium. ",
]
BODIES = [*SUBJECTS, *(subject * 4 for subject in SUBJECTS), ""]
"""Short ones, and long ones: two articles that share a long one tell the same story."""

HOUR = timedelta(hours=1)
ANSWER = [
    *("picks_id", "query", "label", "placement", "model"),
    *("requested", "returned", "fallback_used", "complete", "items"),
]
QUERY = ["id", "url", "title", "tags"]
ITEM = [
    *("rank", "id", "url", "title", "summary", "image", "published_at", "section", "tags"),
    *("language", "score", "origin", "slot", "rung", "reason"),
]
IMAGE = ["url", "alt", "caption", "credit", "width", "height"]

some_id = st.sampled_from(IDS)
some_place = st.integers(0, 30)
some_end = st.one_of(st.none(), st.sampled_from([3, 30]))
hours = st.sampled_from([-10 * 24, -30, -2, 3, 30, 10 * 24])
fields = st.fixed_dictionaries(
    {
        "url": st.sampled_from(URLS),
        "tags": st.sampled_from(TAGS),
        "section": st.sampled_from(SECTIONS),
        "body": st.sampled_from(BODIES),
        "published_at": st.sampled_from([None, *range(-5, 0)]),
    }
)


class Newsroom(RuleBasedStateMachine):
    """A newsroom at work, and beside it the simplest account of what its articles are.

    Every revision has a word of its own in headline, deck and caption, so that whatever stands in
    an answer tells by itself which revision it came from.
    """

    totals: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.totals["newsrooms"] += 1
        self.clock = Clock()
        self.resources = ExitStack()
        self.folder = self.resources.enter_context(quick_folder())
        self.resources.enter_context(self.clock.ruling())
        self.home = self.resources.enter_context(Home(self.folder / "one", self.clock))
        self.articles: dict[str, dict[str, Any]] = {}
        self.words: dict[str, str] = {}
        self.stories: dict[str, dict[str, int]] = {}
        self.standing: list[str] = []
        self.overrides: dict[int, Wish] = {}
        self.turn = 0
        self.bodies: dict[str, bytes] = {}
        self.etags: dict[bytes, str] = {}

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.compare_with_another_order()
        finally:
            self.resources.close()
        said = (f"{number:,} {what}" for what, number in self.totals.items())
        figures.note("promises", ", ".join(said))

    # What the newsroom does.

    @initialize(rows=st.dictionaries(some_id, fields, min_size=2))
    def open(self, rows: dict[str, dict[str, Any]]) -> None:
        self.bring(rows)
        self.train_and_promote()

    @rule(rows=st.dictionaries(some_id, fields, min_size=1, max_size=4))
    def bring(self, rows: dict[str, dict[str, Any]]) -> None:
        self.store(
            {
                key: {**row, "published_at": self.at(row["published_at"])}
                for key, row in rows.items()
            }
        )

    @rule(article_id=some_id)
    def correct_title(self, article_id: str) -> None:
        self.change(article_id)

    @rule(article_id=some_id, url=st.sampled_from(URLS))
    def correct_url(self, article_id: str, url: str | None) -> None:
        self.change(article_id, url=url)

    @rule(article_id=some_id, tags=st.sampled_from(TAGS), section=st.sampled_from(SECTIONS))
    def correct_labels(self, article_id: str, tags: list[str], section: str | None) -> None:
        self.change(article_id, tags=tags, section=section)

    @rule(article_id=some_id, body=st.sampled_from(BODIES))
    def correct_text(self, article_id: str, body: str) -> None:
        self.change(article_id, body=body)

    @rule(article_id=some_id, date=st.one_of(st.none(), hours))
    def correct_date(self, article_id: str, date: int | None) -> None:
        self.change(article_id, published_at=self.at(date))

    @rule(article_id=some_id, status=st.sampled_from(["retracted", "draft", "published"]))
    def retract_or_restore(self, article_id: str, status: str) -> None:
        self.change(article_id, status=status)

    @rule(article_id=some_id, until=st.one_of(st.none(), hours))
    def embargo_or_lift(self, article_id: str, until: int | None) -> None:
        self.change(article_id, embargoed_until=self.at(until))

    @rule(
        place=some_place,
        query=some_place,
        position=st.one_of(st.none(), st.integers(1, 4)),
        until=some_end,
    )
    def pin(self, place: int, query: int, position: int | None, until: int | None) -> None:
        article_id, query_id = self.known(place), self.known(query)
        wish = Wish(OverrideKind.PIN, article_id, query_id, None, position, None, self.iso(until))
        is_free = not any(
            one.query_id == query_id and self.holds(one) and in_the_way(one, wish)
            for one in self.overrides.values()
        )
        self.override(wish, is_possible=article_id != query_id and is_free)

    @rule(place=some_place, query=st.one_of(st.none(), some_place), until=some_end)
    def block(self, place: int, query: int | None, until: int | None) -> None:
        article_id, query_id = self.known(place), None if query is None else self.known(query)
        wish = Wish(OverrideKind.BLOCK, article_id, query_id, ends_at=self.iso(until))
        self.override(wish, is_possible=article_id != query_id)

    @precondition(lambda self: self.overrides)
    @rule(place=some_place)
    def undo(self, place: int) -> None:
        number = list(self.overrides)[place % len(self.overrides)]
        self.home.undo(number)
        del self.overrides[number]
        self.look()

    @precondition(lambda self: any(self.is_open(key) for key in self.articles))
    @rule()
    def train(self) -> None:
        self.make_version()
        self.look()

    @precondition(lambda self: any(self.is_open(key) for key in self.articles))
    @rule()
    def train_and_promote(self) -> None:
        self.make_version()
        self.promote(-1)

    @precondition(lambda self: self.stories)
    @rule(place=some_place)
    def promote(self, place: int) -> None:
        version = list(self.stories)[place % len(self.stories)]
        self.home.promote(version)
        self.standing = [*self.standing, version]
        if self.standing[-2:] == [version, version]:
            self.standing.pop()
        self.look()

    @precondition(lambda self: len(self.standing) > 1)
    @rule()
    def roll_back(self) -> None:
        self.standing.pop()
        assert self.home.roll_back() == self.standing[-1]
        self.look()

    @rule(by=hours)
    def clock_jumps(self, by: int) -> None:
        self.clock.shift(by * HOUR)
        self.look()

    @rule(follower=st.booleans())
    def restart(self, follower: bool) -> None:
        if follower:
            self.home.restart_follower()
        else:
            self.home.restart_app()
        self.look()

    # What is asked of it.

    def look(self) -> None:
        """Let the follower follow, ask for every article, and hold the answers to the promises."""
        self.totals["steps"] += 1
        self.home.follow()
        assert self.home.follower.problem is None
        if not self.standing:
            assert self.home.readiness()[0] == 503
            return
        self.turn = 1 - self.turn  # each time half of the questions
        for place, key in enumerate([*IDS, UNKNOWN][self.turn :: 2]):
            self.check(self.ask(1 + place if place < 2 else 20, id=key), key)
        for url in URLS[1 + self.turn :: 2]:
            self.check(self.ask(20, url=f"{url}/?utm_source=test"), self.at_page(url))

    def ask(self, limit: int, **key: str) -> Any:
        response = self.home.get("/v1/related", limit=limit, **key)
        assert response.status_code == 200, response.text
        self.totals["answers"] += 1
        etag = response.headers["ETag"]
        assert self.bodies.setdefault(etag, response.data) == response.data
        assert self.etags.setdefault(response.data, etag) == etag, "one body has two ETags"
        answer = json.loads(response.data)
        assert list(answer) == ANSWER
        assert answer["requested"] == limit
        assert answer["model"]["version"] == self.standing[-1]
        return answer

    def check(self, answer: Any, key: str | None) -> None:
        """Check an answer to a question for an article, or None where any open one will do."""
        query, items = answer["query"], answer["items"]
        shown = ids(answer)
        if key is not None:
            assert (query is not None) == self.is_open(key)
        if query is not None:
            assert list(query) == QUERY
            assert key in {None, query["id"]}
            assert self.is_open(query["id"])
            assert self.word(query["id"]) in query["title"]
        self.check_form(answer)
        self.check_overrides(answer)
        for item in items:
            assert self.may_be_picked(item["id"]), item
            assert item["title"] == f"About {self.word(item['id'])}"
            assert item["image"]["caption"] == f"Picture {self.word(item['id'])}"
            assert item["url"] == self.articles[item["id"]]["url"]
            assert item["tags"] == self.articles[item["id"]]["tags"]
        here = [*shown, *([query["id"]] if query else [])]
        assert len(set(here)) == len(here), "an article stands twice, or under itself"
        for name, of in (("page", self.page), ("story", self.story)):
            kept = [of(one) for one in here if of(one) is not None]
            assert len(set(kept)) == len(kept), f"a {name} stands twice"
        self.check_words(json.dumps(answer), set(here))
        if len(items) < answer["requested"]:
            self.check_nothing_is_missing(query and query["id"], here)

    def check_form(self, answer: Any) -> None:
        items = answer["items"]
        assert answer["returned"] == len(items) <= answer["requested"]
        assert [item["rank"] for item in items] == list(range(1, len(items) + 1))
        for item in items:
            assert list(item) == ITEM
            assert list(item["image"]) == IMAGE
            assert item["reason"].keys() == {"code", "label"}
            assert (item["score"] is None) == (item["origin"] != "model")
            assert (item["rung"] is not None) == (item["origin"] == "fallback")
            assert item["origin"] != "model" or 0 < item["score"] <= 1
        topped_up = any(item["origin"] == "fallback" for item in items) or answer["query"] is None
        assert answer["fallback_used"] is topped_up

    def check_overrides(self, answer: Any) -> None:
        """Check that what is pinned stands in its place, and what is blocked nowhere."""
        query_id = answer["query"] and answer["query"]["id"]
        places: dict[int, str] = {}
        for one in self.pins(query_id):
            here = [query_id, *places.values()]
            free = set(range(answer["requested"])) - places.keys()
            room = [place for place in sorted(free) if place + 1 >= (one.position or 1)]
            fits = self.may_be_picked(one.article_id) and not self.is_blocked(
                one.article_id, query_id
            )
            if room and fits and not self.is_said(one.article_id, here):
                places[room[0]] = one.article_id
        pinned = {
            item["rank"] - 1: item["id"] for item in answer["items"] if item["origin"] == "pin"
        }
        assert list(pinned.values()) == [places[place] for place in sorted(places)]
        if answer["returned"] == answer["requested"]:
            assert pinned == places
        for item in answer["items"]:
            assert not self.is_blocked(item["id"], query_id), item
        self.totals["pinned picks"] += len(pinned)

    def check_words(self, body: str, here: set[str]) -> None:
        """Check that no word of any other article, or of an earlier revision, stands anywhere."""
        for word, article_id in self.words.items():
            if word != self.word(article_id) or article_id not in here:
                assert word not in body

    def check_nothing_is_missing(self, query_id: str | None, here: list[str]) -> None:
        for key in self.articles:
            if self.may_be_picked(key) and key not in here and not self.is_blocked(key, query_id):
                assert self.is_said(key, here), f"{key} could have filled a place"

    def compare_with_another_order(self) -> None:
        """Check that a home which met the final state in another order answers the same."""
        if not any(self.is_open(key) for key in self.articles):
            return
        self.train_and_promote()
        with Home(self.folder / "two", self.clock) as other:
            rows = [self.row(key) for key in sorted(self.articles, reverse=True)]
            other.bring(*rows[::2])
            other.bring(*rows[1::2])
            other.promote()
            for one in self.overrides.values():
                if self.holds(one):
                    other.override(one)
            other.follow()
            for key in self.questions():
                assert essence(other.related(**key)) == essence(self.home.related(**key))

    # The simplest account of it.

    def at(self, n_hours: int | None) -> datetime | None:
        """Return an instant so many hours from now; never quite at one that the clock meets."""
        return None if n_hours is None else self.clock.now() + n_hours * HOUR + HOUR / 2

    def make_version(self) -> None:
        version = self.home.train()
        bundle = Bundle.open(self.home.folder(version))
        told = {bundle.articles.id_of(row): int(bundle.stories[row]) for row in range(len(bundle))}
        assert told.keys() == {key for key in self.articles if self.is_open(key)}
        for one, other in combinations(told, 2):
            body = self.articles[one]["body"]
            if len(body) > 200 and body == self.articles[other]["body"]:
                assert told[one] == told[other], "two that say the same are two stories"
        self.stories[version] = told

    def known(self, place: int) -> str:
        """Return one of the articles that there are."""
        return sorted(self.articles)[place % len(self.articles)]

    def override(self, wish: Wish, *, is_possible: bool) -> None:
        try:
            number = self.home.override(wish)
        except (InvalidParameter, PositionTaken):
            assert not is_possible
            return
        assert is_possible
        self.overrides[number] = wish
        self.look()

    def holds(self, one: Wish) -> bool:
        return one.ends_at is None or datetime.fromisoformat(one.ends_at) > self.clock.now()

    def pins(self, query_id: str | None) -> list[Wish]:
        """Return the pins of a list in the order in which they are placed."""
        found = [
            one
            for one in self.overrides.values()
            if one.kind is OverrideKind.PIN and one.query_id == query_id and self.holds(one)
        ]
        return sorted(found, key=lambda one: one.position or sys.maxsize)

    def is_blocked(self, key: str, query_id: str | None) -> bool:
        return any(
            one.kind is OverrideKind.BLOCK
            and one.article_id == key
            and one.query_id in {None, query_id}
            and self.holds(one)
            for one in self.overrides.values()
        )

    def is_said(self, key: str, here: Sequence[str | None]) -> bool:
        """Return whether an article, its page or its story stands among others."""
        return any(
            key == one or (of(key) is not None and of(key) == of(one))
            for one in here
            if one is not None
            for of in (self.page, self.story)
        )

    def iso(self, n_hours: int | None) -> str | None:
        at = self.at(n_hours)
        return None if at is None else at.isoformat()

    def change(self, article_id: str, **changed: Any) -> None:
        if article_id in self.articles:
            self.store({article_id: changed})

    def store(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        for key, changed in changes.items():
            word = f"zq{len(self.words)}x"
            self.words[word] = key
            said = {"status": "published", "embargoed_until": None, **self.articles.get(key, {})}
            self.articles[key] = {**said, **changed, "word": word}
        self.home.bring(*map(self.row, changes))
        self.look()

    def row(self, key: str) -> dict[str, Any]:
        held = self.articles[key]
        instants = {
            name: held[name].isoformat()
            for name in ("published_at", "embargoed_until")
            if held[name] is not None
        }
        return {
            "id": key,
            "title": f"About {held['word']}",
            "summary": f"Deck {held['word']}",
            "image": {"url": "/ship.svg", "caption": f"Picture {held['word']}"},
            **{name: held[name] for name in ("url", "tags", "section", "body", "status")},
            **instants,
        }

    def word(self, key: str) -> str:
        return str(self.articles[key]["word"])

    def is_open(self, key: str) -> bool:
        held = self.articles.get(key)
        if held is None or held["status"] != "published":
            return False
        return held["embargoed_until"] is None or held["embargoed_until"] <= self.clock.now()

    def may_be_picked(self, key: str) -> bool:
        date = self.articles[key]["published_at"]
        return self.is_open(key) and (date is None or date <= self.clock.now())

    def page(self, key: str) -> str | None:
        url = self.articles[key]["url"]
        return canonical_url(url) if url else None

    def story(self, key: str) -> int | None:
        """Return the number of the story that an article told when the champion was trained."""
        return self.stories[self.standing[-1]].get(key)

    def at_page(self, url: str | None) -> str | None:
        """Return which article is published at an address: the newest of those that are open."""
        found = [key for key in self.articles if self.is_open(key) and self.page(key) == url]
        return min(found, key=self.order, default=None)

    def order(self, key: str) -> tuple[float, str]:
        date = self.articles[key]["published_at"]
        return (-date.timestamp() if date else 0.0, key)

    def questions(self) -> Iterator[dict[str, str]]:
        yield from ({"id": key} for key in [*IDS, UNKNOWN])
        yield from ({"url": str(url)} for url in URLS[1:])


def in_the_way(held: Wish, wish: Wish) -> bool:
    """Return whether two pins of one list cannot both stand."""
    is_same_place = held.position is not None and held.position == wish.position
    return held.kind is OverrideKind.PIN and (is_same_place or held.article_id == wish.article_id)


def essence(answer: Any) -> Any:
    """Return an answer without what names the version that made it."""
    return {key: value for key, value in answer.items() if key not in {"picks_id", "model"}}


TestPromises = Newsroom.TestCase
TestPromises.settings = settings(max_examples=40, stateful_step_count=24)
