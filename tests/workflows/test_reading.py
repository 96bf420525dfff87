"""What training left out of an article can be looked at, and is counted."""

from pathlib import Path

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.errors import NoChampion, UnknownArticle
from recommender.settings import Settings
from recommender.training.body import Reason
from recommender.workflows.promoting import promote
from recommender.workflows.reading import Part, as_json, read_article
from recommender.workflows.training import Trained, Training, train


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    some = [
        Article(
            f"{i}",
            title=f"Talks {i}",
            summary=f"Deck {i}",
            body=f"Grain {i}.\n\nSign up!\n\nGrain {i}.",
        )
        for i in range(6)
    ]
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.upsert(some, "anna", "import")
    return settings


def train_and_promote(home: Settings) -> Trained:
    trained = train(home, Training(None, False, "anna", 1), lambda *_: None)
    promote(home, trained.version, "anna", "test")
    return trained


def test_an_article_is_shown_as_the_champion_reads_it(home: Settings) -> None:
    trained = train_and_promote(home)
    read = read_article(home, "3")

    assert (read.version, read.id, read.title) == (trained.version, "3", "Talks 3")
    assert (read.language, as_json(read)["language"]) == ("en", "en")
    assert read.parts == (
        Part("summary", "Deck 3", None),
        Part("body", "Grain 3.", None),
        Part("body", "Sign up!", Reason.BOILERPLATE),
        Part("body", "Grain 3.", Reason.REPEAT),
    )
    assert as_json(read)["parts"][2] == {  # type: ignore[index]
        "field": "body", "text": "Sign up!", "dropped": "boilerplate",
    }  # fmt: skip


def test_training_counts_what_it_left_out(home: Settings) -> None:
    six = {"paragraphs": 6, "articles": 6}
    assert train_and_promote(home).dropped == {"repeat": six, "boilerplate": six}


def test_an_article_published_later_is_read_by_the_same(home: Settings) -> None:
    train_and_promote(home)
    with Catalogue.open(home.catalogue_url) as catalogue:
        catalogue.upsert([Article("new", body="Something else.\n\nSIGN UP!")], "anna", "import")

    assert [part.reason for part in read_article(home, "new").parts] == [None, Reason.BOILERPLATE]


def test_what_is_not_there_is_one_sentence(home: Settings) -> None:
    with pytest.raises(NoChampion):
        read_article(home, "3")
    train_and_promote(home)
    with pytest.raises(UnknownArticle, match="no article 'none'"):
        read_article(home, "none")
