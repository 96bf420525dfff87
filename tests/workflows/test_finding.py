"""Search: what was typed finds what was meant, against the texts themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.domain.article import Article, Status
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.text import terms
from recommender.settings import load_settings
from recommender.workflows import tagging
from recommender.workflows.finding import Finder
from recommender.workflows.found import Hits
from recommender.workflows.hidden_articles import HiddenArticles
from recommender.workflows.snapshots import current_snapshot
from tests.workflows.conftest import Newsroom, article

NOW = datetime(2024, 6, 1, tzinfo=UTC)
HOSTILE = '<script>alert("1")</script>\u2028 & "\\ {{7*7}} \u202e%00 \U0001f600'

ARCHIVE = (
    article("talks", "Russia", "USA", title="Kerry meets Lavrov", body="Sanctions and Ukraine"),
    article("answer", "Russia", title="Lavrov answers Kerry", body="Sanctions hurt", hours_ago=2),
    article("grain", "Trade", title="Grain prices rise", body="Ships wait for sanctions to end"),
    article("ships", "Trade", title="Ships wait", body="Grain for Egypt", section="World"),
    article("opera", title="Verdi in Milan", body="A night at the opera", published_at=None),
    article("puccini", title="Puccini: the Milan premiere", body="A night at the opera"),
    article("us", "USA", title="U.S. negotiations go on", body="Negotiations with Egypt, again"),
    article("egypt", title="Egypt buys wheat", body="Negotiations in Cairo about grain"),
    article("orban", title="Orbán in Beijing", body="Grain, wheat and sanctions"),
    article(
        "wait", title="Orban waits", body="Wheat for Beijing", url="https://post.example/w?a=1"
    ),
    article("zh1", title="俄罗斯与乌克兰交换被俘人员", body="俄罗斯制裁", language="zh"),
    article("zh2", title="伊朗宣布制裁欧盟", body="制裁俄罗斯", language="zh"),
    article("ar1", title="رئيس الحكومة في تونس", body="الحكومة الجديدة", language="ar"),
    article("ar2", title="الحُكُومَة تعلن", body="في تونس", language="ar"),
    article("ru1", title="Переговоры с Украиной", body="Санкции против России", language="ru"),
    article("ru2", title="Новые санкции", body="Переговоры о мире с Украиной", language="ru"),
    article("odd", HOSTILE, title=HOSTILE, body="Grain"),
)


class Search:
    """Asks one finder about one newsroom."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.finder, self._hidden = Finder(), HiddenArticles()
        self.refresh()

    def refresh(self) -> None:
        """Take what is served and stored now."""
        url = self.newsroom.settings.catalogue_url
        with Catalogue.open(url) as catalogue:
            self.snapshot: Snapshot = current_snapshot(self.newsroom.settings, catalogue, NOW)
        database = Database.open(url)
        self.hidden = self._hidden.look(database, NOW)
        database.close()

    def __call__(self, text: str, limit: int = 20, **more: Any) -> Hits:
        return self.finder.find(self.snapshot, self.hidden, text, NOW, limit, **more)

    def ids(self, text: str, **more: Any) -> list[str]:
        return [one.card.id for one in self(text, **more).hits]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    newsroom = Newsroom(load_settings(tmp_path_factory.mktemp("found") / "home", {}))
    newsroom.store(*ARCHIVE)
    newsroom.promote()
    return Search(newsroom)


@pytest.fixture
def changing(newsroom: Newsroom) -> Search:
    newsroom.store(*ARCHIVE)
    newsroom.promote()
    return Search(newsroom)


@pytest.mark.parametrize("wanted", ARCHIVE, ids=lambda one: one.id)
def test_a_headline_finds_its_article_and_so_does_all_but_its_end(
    search: Search, wanted: Article
) -> None:
    assert search.ids(wanted.title)[0] == wanted.id
    assert search.ids(wanted.title[:-1])[0] == wanted.id


@pytest.mark.parametrize("wanted", ARCHIVE, ids=lambda one: one.id)
def test_an_id_finds_its_article_first(search: Search, wanted: Article) -> None:
    first = search(wanted.id).hits[0]
    assert first.card.id == wanted.id
    assert first.matches[0].where == "id"


def test_an_address_finds_its_article_in_any_spelling(search: Search) -> None:
    for url in ("https://post.example/w?a=1", "http://POST.example/w/?a=1&utm_source=x#top"):
        first = search(url).hits[0]
        assert (first.card.id, first.matches[0].where) == ("wait", "address")


@pytest.mark.parametrize(
    "typed", ["Sanctions", "grain", "grain egypt", "wheat Beijing", "санкции", "Egypt grain wheat"]
)
def test_those_that_have_every_word_are_all_found_and_come_first(
    search: Search, typed: str
) -> None:
    language = "ru" if typed == "санкции" else "en"
    wanted = set(terms(typed, language))
    has_all = {
        one.id
        for one in ARCHIVE
        if wanted
        <= set(terms(" ".join((one.title, one.body, *(t.label for t in one.tags))), language))
    }
    found = search(typed + " ")
    assert found.n_all == len(has_all)
    assert {one.card.id for one in found.hits[: len(has_all)]} == has_all


def test_what_is_half_typed_finds_what_it_may_become(search: Search) -> None:
    whole = set(search.ids("negotiations "))
    assert whole == {"us", "egypt"}
    for end in range(4, len("negotiations")):
        assert whole <= set(search.ids("negotiations"[:end]))
    assert search.ids("negotia ") == ["us"]  # a blank says that it is whole; headlines forgive
    assert {"ru1", "ru2"} <= set(search.ids("Укра"))
    assert set(search.ids("俄")) == {"zh1", "zh2"}
    assert {"ar1", "ar2"} <= set(search.ids("الحك"))


def test_spelling_makes_no_difference(search: Search) -> None:
    assert set(search.ids("orban")) == set(search.ids("ORBÁN ")) == {"orban", "wait"}
    assert search.ids("us negotiations")[0] == search.ids("U.S. Negotiations")[0] == "us"
    assert set(search.ids("الحكومة")) == set(search.ids("الحُكُومَة")) == {"ar1", "ar2"}


def test_a_word_that_only_one_headline_has_is_found(search: Search) -> None:
    """Such a word is in no vector: it cannot make two articles alike."""
    assert search.snapshot.bundle.terms.column_of("term:premier") is None
    assert search.ids("premiere") == ["puccini"]
    assert search.ids("prem") == ["puccini"]


def test_tags_are_found_by_slug_label_and_beginning(search: Search) -> None:
    russia = {"talks", "answer"}
    for typed in ("tag:russia", "TAG:Russia", 'tag:"Russia"', "tag:rus"):
        assert set(search.ids(typed)) == russia
    assert search.ids("tag:russia ukraine answ") == ["answer"]
    assert set(search.ids("tag:russia tag:usa")) == {"talks"}
    assert search.ids("section:world") == ["ships"]
    assert russia <= set(search.ids("Russia"))
    assert [(one.slug, one.label, one.n_articles) for one in search("rus").tags] == [
        ("russia", "Russia", 2)
    ]


def test_a_tag_is_found_by_each_of_its_names(changing: Search) -> None:
    changing.newsroom.store(article("new", "Trade", title="Barges"), article("old", "Commerce"))
    tagging.merge(changing.newsroom.settings, "Trade", "Commerce", "anna", "one thing")
    changing.newsroom.promote()
    changing.newsroom.store(article("late", "Trade", title="Tankers"))
    changing.refresh()
    for name in ("trade", "Commerce"):
        assert set(changing.ids(f"tag:{name}")) == {"grain", "ships", "new", "old", "late"}


def test_what_matched_is_told_as_the_article_has_it(search: Search) -> None:
    told = {one.card.id: dict(one.matches) for one in search("lavr sanctions tag:russia").hits}
    assert told["talks"] == {"headline": ("lavrov",), "tag": ("Russia",), "text": ("Sanctions",)}


def test_nothing_typed_finds_the_newest(search: Search) -> None:
    newest = sorted(ARCHIVE, key=lambda one: one.published_at or datetime.min.replace(tzinfo=UTC))
    assert search("").hits[0].card.published_at == "2024-05-01T11:00:00Z"
    assert search("", limit=50).hits[-1].card.id == newest[0].id
    assert search("", limit=50).n_all == len(ARCHIVE)


def test_the_newest_first_keeps_to_those_that_have_all(search: Search) -> None:
    assert search.ids("lavrov sanctions", newest_first=True) == ["talks", "answer"]


def test_words_that_nobody_has_are_named(search: Search) -> None:
    found = search("xyzzyq grain")
    assert (found.unknown, found.n_all) == (("xyzzyq",), 0)
    assert {"grain", "ships"} <= {one.card.id for one in found.hits}
    assert search("xyzzyq").hits == ()


def test_those_that_no_list_may_show_are_found_and_marked(changing: Search) -> None:
    taken = replace(ARCHIVE[0], status=Status.RETRACTED, title="Kerry met Lavrov")
    late = article("late", title="Opera in Cairo", status=Status.DRAFT)
    held = article("held", title="Cairo embargo", embargoed_until=NOW + timedelta(days=1))
    to_come = article("soon", title="Cairo tomorrow", published_at=NOW + timedelta(days=1))
    changing.newsroom.store(taken, late, held, to_come)
    changing.refresh()
    for typed, article_id, state in (
        ("kerry met", "talks", "retracted"),
        ("ukraine kerry ", "talks", "retracted"),
        ("talks", "talks", "retracted"),
        ("opera in cai", "late", "draft"),
        ("embargo", "held", "embargoed"),
        ("cairo tomorr", "soon", "to come"),
    ):
        first = changing(typed).hits[0]
        assert (first.card.id, first.state) == (article_id, state), typed
    assert changing("kerry met").hits[0].card.title == "Kerry met Lavrov"
    assert changing.ids("is:retracted") == ["talks"]
    assert set(changing.ids("is:draft is:embargoed")) == {"late", "held"}
    assert changing.ids("is:draft opera") == ["late"]
    changing.newsroom.store(ARCHIVE[0])
    changing.refresh()
    assert changing("talks").hits[0].state == "published"
    assert changing.ids("is:retracted") == []


def test_what_came_since_and_was_corrected_since_is_found_as_it_is_now(changing: Search) -> None:
    new = article(
        "new", "Russia", "Verdict", title="Wheat talks", body="Negotiations, Egypt, grain"
    )
    other = replace(ARCHIVE[3], title="Barges wait", body="Sanctions for Beijing")
    changing.newsroom.store(new, other)
    changing.refresh()
    assert changing.ids("wheat talks")[0] == "new"
    assert "new" in changing.ids("negotiations ")
    assert changing.ids("tag:verdict") == ["new"]
    assert changing.ids("barges")[0] == "ships"
    assert "ships" in changing.ids("beijing sanctions ")
    assert changing("ships wait").hits[0].card.title != "Ships wait"
    assert [one.card.id for one in changing("", limit=50).hits].count("ships") == 1


def test_a_newcomer_that_was_not_compared_yet_is_found_by_headline_deck_and_tags(
    changing: Search,
) -> None:
    new = article("new", "Russia", title="Wheat talks", summary="In Odessa", body="Secretly")
    changing.newsroom.store(new)
    changing.refresh()
    overlay = changing.snapshot.overlay
    overlay.arrived.has_lists &= False
    changing.snapshot = Snapshot(changing.snapshot.bundle, overlay)
    for typed in ("wheat talks", "odessa", "russia odessa", "tag:russia odess"):
        assert changing.ids(typed)[0] == "new", typed


TYPED = st.text(max_size=30) | st.lists(
    st.sampled_from(
        [
            "tag:",
            "russia",
            "is:",
            '"',
            "grain",
            "俄罗",
            "الحك",
            "section:world",
            " ",
            HOSTILE,
            "\x00",
        ]
    ),
    max_size=6,
).map("".join)


@given(TYPED)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_whatever_is_typed_finds_something_or_nothing(search: Search, typed: str) -> None:
    found = search(typed, limit=5)
    ids: Sequence[str] = [one.card.id for one in found.hits]
    assert len(ids) == len(set(ids)) <= 5
    assert found.n_all <= found.n_any


def test_the_order_is_the_same_each_time(search: Search) -> None:
    assert search.ids("grain wheat sanctions") == search.ids("grain wheat sanctions")
    assert search.ids("grain")[:3] == search.ids("grain", limit=3)
