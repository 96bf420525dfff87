"""Hidden articles: always those that the catalogue holds back now, however they came to be so."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from recommender.catalogue.database import Database
from recommender.domain.article import Article, Status
from recommender.workflows.hidden_articles import HiddenArticles, state_of
from tests.workflows.conftest import Newsroom, article

NOW = datetime(2024, 6, 1, tzinfo=UTC)
OPEN = article("open", title="Open", body="x" * 1_000)


@pytest.fixture
def database(newsroom: Newsroom) -> Iterator[Database]:
    newsroom.store(OPEN)
    database = Database.open(newsroom.settings.catalogue_url)
    yield database
    database.close()


def states(held: Mapping[str, Article], now: datetime = NOW) -> dict[str, str]:
    return {key: state_of(one, now) for key, one in held.items()}


def test_each_change_is_seen_as_by_who_looks_for_the_first_time(
    newsroom: Newsroom, database: Database
) -> None:
    watching = HiddenArticles()
    embargo = article("embargo", title="Later", embargoed_until=NOW + timedelta(hours=1))
    for change, expected in (
        ((), {}),
        ((replace(OPEN, status=Status.RETRACTED),), {"open": "retracted"}),
        (
            (article("draft", status=Status.DRAFT), embargo),
            {"open": "retracted", "draft": "draft", "embargo": "embargoed"},
        ),
        ((OPEN,), {"draft": "draft", "embargo": "embargoed"}),
        ((article("draft"), replace(embargo, embargoed_until=None)), {}),
    ):
        newsroom.store(*change)
        assert states(watching.look(database, NOW)) == expected
        assert states(HiddenArticles().look(database, NOW)) == expected
    assert watching.look(database, NOW) is watching.look(database, NOW)


def test_the_end_of_an_embargo_opens_an_article_and_a_clock_set_back_closes_it(
    newsroom: Newsroom, database: Database
) -> None:
    ends = NOW + timedelta(hours=1)
    newsroom.store(article("embargo", embargoed_until=ends))
    watching = HiddenArticles()
    assert set(watching.look(database, NOW)) == {"embargo"}
    assert watching.look(database, ends) == {}
    assert set(watching.look(database, NOW)) == {"embargo"}


def test_of_a_long_body_only_the_opening_is_held(newsroom: Newsroom, database: Database) -> None:
    newsroom.store(replace(OPEN, title="", status=Status.RETRACTED, body="Ships wait. " * 1_000))
    (held,) = HiddenArticles().look(database, NOW).values()
    assert held.headline.startswith("Ships wait.")
    assert len(held.body) < 400
