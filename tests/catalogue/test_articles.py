import hashlib
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recommender.catalogue import revisions
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.store import Upserted
from recommender.domain.article import Article, Image, Link, Status, Tag, is_article_id
from recommender.domain.corpus import row_order
from recommender.domain.event import EventKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FULL = Article(
    id="https://news.example/a b/ü?x=1",
    title="Grain talks resume",
    url="https://news.example/grain",
    summary="Deck",
    body="One.\n\nTwo.",
    tags=(Tag("russia", "Russia"), Tag("черное-море", "Чёрное море")),
    section="World",
    authors=("Anna", "Ben"),
    language="en",
    image=Image("/i.jpg", "Alt", "Caption", "Credit", 640, 480),
    status=Status.PUBLISHED,
    published_at=NOON,
    updated_at=NOON + timedelta(microseconds=1),
    embargoed_until=datetime(1, 1, 1, tzinfo=UTC),
    links=(Link("https://news.example/b", "Öl"), Link("/c", "")),
)


def test_every_field_comes_back(catalogue: Catalogue) -> None:
    bare = Article("bare", body="x")
    catalogue.upsert([FULL, bare], "anna", "import")
    assert catalogue.article(FULL.id) == FULL
    assert catalogue.article("bare") == bare


@pytest.mark.parametrize("article_id", ["missing", "", "a\0b", "\ud800", "x" * 600, " a"])
def test_what_is_not_there_is_none(catalogue: Catalogue, article_id: str) -> None:
    assert catalogue.article(article_id) is None


def test_upsert_counts_and_leaves_no_trace_of_what_did_not_change(catalogue: Catalogue) -> None:
    a, b = Article("a", title="A"), Article("b", title="B")
    assert catalogue.upsert([a, b], "anna", "first") == Upserted(2, 0, 0)
    assert catalogue.upsert([b, a], "anna", "again") == Upserted(0, 0, 2)
    assert catalogue.last_event() == 2
    changed = replace(a, status=Status.RETRACTED)
    assert catalogue.upsert([changed, b, FULL], "ben", "law") == Upserted(1, 1, 1)
    assert catalogue.n_articles() == 3
    assert catalogue.article("a") == changed
    told = [(event.subject, event.author, event.reason) for event in catalogue.events()]
    assert told == [
        ("a", "anna", "first"),
        ("b", "anna", "first"),
        ("a", "ben", "law"),
        (FULL.id, "ben", "law"),
    ]
    assert {event.kind for event in catalogue.events()} == {EventKind.ARTICLE}


def test_nothing_to_store_is_fine(catalogue: Catalogue) -> None:
    assert catalogue.upsert([], "anna", "") == Upserted(0, 0, 0)


def test_of_one_id_in_one_call_the_last_is_current(catalogue: Catalogue) -> None:
    first, second = Article("a", title="1"), Article("a", title="2")
    assert catalogue.upsert([first, second, second], "anna", "") == Upserted(1, 1, 1)
    assert catalogue.article("a") == second
    assert [number for number, _ in catalogue.changed_since(0)] == [2]


def test_all_or_nothing(catalogue: Catalogue) -> None:
    naive = Article("b", title="B", published_at=datetime(2026, 1, 1))  # noqa: DTZ001 — the fault
    with pytest.raises(TypeError):
        catalogue.upsert([Article("a", title="A"), naive], "anna", "")
    assert catalogue.n_articles() == catalogue.last_event() == 0


def test_older_revisions_stay(catalogue: Catalogue) -> None:
    for title in ("1", "2", "3"):
        catalogue.upsert([Article("a", title=title)], "anna", "")
    with catalogue._database.reading() as connection:
        assert [one.title for one in revisions.fetch(connection, [1, 2, 3])] == ["1", "2", "3"]


def test_many_articles_in_one_call(catalogue: Catalogue) -> None:
    many = [Article(f"{i}", title=f"T{i}") for i in range(2_500)]
    assert catalogue.upsert(many, "anna", "") == Upserted(2_500, 0, 0)
    assert catalogue.upsert(many, "anna", "") == Upserted(0, 0, 2_500)
    with catalogue.corpus(NOON) as corpus:
        assert [one.id for one in corpus] == sorted(f"{i}" for i in range(2_500))


def test_corpus_holds_what_is_open(catalogue: Catalogue) -> None:
    held = [
        Article("open", title="x"),
        Article("future", title="x", published_at=NOON + timedelta(days=9)),
        Article("ended", title="x", embargoed_until=NOON),
        Article("embargoed", title="x", embargoed_until=NOON + timedelta(microseconds=1)),
        Article("draft", title="x", status=Status.DRAFT),
        Article("retracted", title="x", status=Status.RETRACTED),
    ]
    catalogue.upsert(held, "anna", "")
    with catalogue.corpus(NOON) as corpus:
        assert corpus.ids == ("future", "ended", "open")
        assert set(corpus.ids) == {one.id for one in held if one.is_open(NOON)}
        assert corpus.last_event == 6
        assert corpus.taken_at == NOON
    with catalogue.corpus(NOON.astimezone(timezone(timedelta(hours=5)))) as corpus:
        assert len(corpus) == 3


def test_corpus_stays_the_same_while_others_write(catalogue: Catalogue, catalogue_url: str) -> None:
    catalogue.upsert([Article("a", title="old"), Article("b", title="old")], "anna", "")
    with catalogue.corpus(NOON) as corpus:
        walk = iter(corpus)
        with Catalogue.open(catalogue_url) as other:
            other.upsert([Article("a", title="new"), Article("c", title="new")], "ben", "")
            other.upsert([Article("b", title="x", status=Status.RETRACTED)], "ben", "")
        for _ in range(2):
            assert [(one.id, one.title) for one in corpus] == [("a", "old"), ("b", "old")]
        assert [one.title for one in walk] == ["old", "old"]
        assert corpus.last_event == 2
    with catalogue.corpus(NOON) as corpus:
        assert [(one.id, one.title) for one in corpus] == [("a", "new"), ("c", "new")]


def test_corpus_never_holds_all_texts(catalogue: Catalogue) -> None:
    for batch in range(10):
        texts = [Article(f"{batch}-{i}", body=f"{i}" * 1_000_000) for i in range(3)]
        catalogue.upsert(texts, "anna", "")
    tracemalloc.start()
    with catalogue.corpus(NOON) as corpus:
        assert sum(len(article.body) for article in corpus) == 30_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_no_articles_make_an_empty_corpus(catalogue: Catalogue) -> None:
    with catalogue.corpus(NOON) as corpus:
        assert (len(corpus), list(corpus), corpus.last_event) == (0, [], 0)


def test_changed_since_tells_current_revisions_in_order(catalogue: Catalogue) -> None:
    catalogue.upsert([Article(x, title="1") for x in "abc"], "anna", "")
    catalogue.upsert([Article("b", title="2"), Article("a", title="2")], "anna", "")
    told = [(number, one.id, one.title) for number, one in catalogue.changed_since(0)]
    assert told == [(3, "c", "1"), (4, "b", "2"), (5, "a", "2")]
    assert [number for number, _ in catalogue.changed_since(4)] == [5]
    assert list(catalogue.changed_since(5)) == []


def test_revised_since_tells_what_is_no_longer_in_force_too(catalogue: Catalogue) -> None:
    for title in "123":
        catalogue.upsert([Article(x, title=title) for x in "ab"], "anna", "")

    def told(after: int, until: int | None = None) -> list[tuple[int, str, str]]:
        found = catalogue.revised_since(after, until)
        return [(number, one.id, one.title) for number, one in found]

    assert told(3) == [(4, "b", "2"), (5, "a", "3"), (6, "b", "3")]
    assert told(0, 3) == [(1, "a", "1"), (2, "b", "1"), (3, "a", "2")]
    assert told(6) == told(4, 4) == []


def test_embargoed_at_tells_what_an_event_found(catalogue: Catalogue) -> None:
    held = Article("a", title="t", embargoed_until=NOON + timedelta(hours=1))
    catalogue.upsert([held, replace(held, id="b", status=Status.DRAFT)], "anna", "")
    catalogue.upsert([replace(held, title="again"), Article("c", title="t")], "anna", "")
    catalogue.upsert([replace(held, embargoed_until=None)], "anna", "")

    def told(number: int, instant: datetime = NOON) -> list[tuple[int, str]]:
        return [(n, one.title) for n, one in catalogue.embargoed_at(number, instant)]

    assert [told(number) for number in range(1, 6)] == [
        *[[(1, "t")]] * 2,
        *[[(3, "again")]] * 2,
        [],
    ]
    assert told(4, NOON + timedelta(hours=1)) == []


def test_last_event_at_goes_by_the_time_of_recording(catalogue: Catalogue) -> None:
    catalogue.upsert([Article(x, title="t") for x in "ab"], "anna", "")
    event = catalogue.event(2)
    assert event is not None
    assert (event.subject, catalogue.event(3)) == ("b", None)
    assert catalogue.last_event_at(event.at) == 2
    assert catalogue.last_event_at(event.at - timedelta(microseconds=1)) == 0


def test_embargoed_after(catalogue: Catalogue) -> None:
    hours = {"late": 2, "soon": 1, "now": 0}
    catalogue.upsert(
        [Article(x, title="t", embargoed_until=NOON + timedelta(hours=h)) for x, h in hours.items()]
        + [Article("d", title="t", status=Status.DRAFT, embargoed_until=NOON + timedelta(days=1))]
        + [Article("free", title="t")],
        "anna",
        "",
    )
    told = [(number, one.id) for number, one in catalogue.embargoed_after(NOON)]
    assert told == [(2, "soon"), (1, "late")]


instants = st.none() | st.datetimes(timezones=st.just(UTC)) | st.sampled_from([NOON])
ids = st.text(st.sampled_from("aAzß漢\U0001f600\ue000\uffdc\U00010000 -"), max_size=3)
articles = st.builds(
    Article, id=ids.filter(is_article_id), title=st.just("t"), published_at=instants
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(articles, unique_by=lambda article: article.id, max_size=12))
@example([Article("\U00010000", title="t"), Article("\uffdc", title="t")])  # UTF-16 swaps these
@example([Article("a", title="t"), Article("B", title="t"), Article("ä", title="t")])
def test_rows_from_the_database_are_in_row_order(catalogue: Catalogue, held: list[Article]) -> None:
    with catalogue.corpus(NOON) as corpus:
        before = corpus.ids
    gone = [Article(article_id, title="t", status=Status.RETRACTED) for article_id in before]
    catalogue.upsert([*gone, *held], "anna", "")
    with catalogue.corpus(NOON) as corpus:
        expected = sorted(held, key=row_order)
        assert list(corpus) == expected
        assert corpus.ids == tuple(article.id for article in expected)


@given(st.lists(st.integers(0, 3_000_000), max_size=40))
def test_portions_hold_everything_once_and_no_more_than_fits(sizes: list[int]) -> None:
    numbers = list(range(len(sizes)))
    portions = list(revisions.chunks(numbers, sizes))
    assert [number for portion in portions for number in portion] == numbers
    for portion in portions:
        assert portion
        assert len(portion) == 1 or sum(sizes[i] for i in portion) <= revisions.CHUNK_CHARS


def test_fingerprints_tell_every_field_apart() -> None:
    later = NOON + timedelta(microseconds=1)
    others = [
        replace(FULL, id="x"),
        replace(FULL, title="x"),
        replace(FULL, url="/x"),
        replace(FULL, summary="x"),
        replace(FULL, body="x"),
        replace(FULL, tags=FULL.tags[::-1]),
        replace(FULL, section="x"),
        replace(FULL, authors=("Anna Ben",)),
        replace(FULL, language="de"),
        replace(FULL, image=None),
        replace(FULL, status=Status.DRAFT),
        replace(FULL, published_at=later),
        replace(FULL, updated_at=NOON),
        replace(FULL, embargoed_until=None),
        replace(FULL, links=(Link("/x", ""),)),
    ]
    marks = {revisions.fingerprint(revisions.to_row(one)) for one in [FULL, *others]}
    assert len(marks) == 16
    assert len(others) == len(FULL.__slots__)


def test_fingerprints_stay_the_same_for_ever() -> None:
    # Another form would make every article of every archive look changed on its next import.
    canonical = (
        '{"article_id":"1","authors":["Anna"],"body":"é","image":{"alt":"","caption":"","credit":"",'
        '"height":null,"url":"/i","width":2},"published_at":1772366400000000,"status":"published",'
        '"tags":[["eu","EU"]]}'
    )
    article = Article(
        "1",
        body="é",
        tags=(Tag("eu", "EU"),),
        authors=("Anna",),
        image=Image("/i", width=2),
        published_at=NOON,
    )
    found = revisions.fingerprint(revisions.to_row(article))
    assert found == hashlib.sha256(canonical.encode()).hexdigest()


def test_known_ids_whatever_their_status(catalogue: Catalogue) -> None:
    retracted = Article("b", title="B", status=Status.RETRACTED)
    catalogue.upsert([Article("a", title="A"), retracted], "anna", "")
    asked = ["a", "b", "c", "", " a", "a\0", *(f"{number}" for number in range(2_500))]
    assert catalogue.known(asked) == {"a", "b"}
    assert catalogue.known([]) == set()
