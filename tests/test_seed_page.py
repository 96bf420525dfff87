"""A page as readers see it, with all that clutters one, gives vectors of its story alone."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.bundle import Bundle
from recommender.settings import Settings
from recommender.training.body import Reason
from recommender.workflows.follower import Follower
from recommender.workflows.importing import import_files
from recommender.workflows.promoting import promote
from recommender.workflows.reading import read_article
from recommender.workflows.training import Training, train
from service.public.app import create_app

HEADLINE = "Russia’s foreign minister still hasn’t called Kerry back"
BLOCK = "More from Foreign Policy"


@dataclass(frozen=True)
class Newsroom:
    settings: Settings
    rows: list[dict[str, Any]]
    bundle: Bundle
    client: FlaskClient


def exported(page: str) -> list[dict[str, Any]]:
    """Return the page's article as a newsroom exports it, and the four of its block."""
    column, _, rest = page.partition(HEADLINE)
    deck, _, body = rest.strip().partition("\n\n")
    seed = {
        "id": "seed",
        "title": HEADLINE,
        "summary": deck,
        "body": body,
        "section": column.split("\n")[0],
        "author": "Josh Rogin",
        "tags": ["Russia"],
        "published_at": "2013-02-15",
        "image": {"url": "/images/kerry.jpg", "credit": "ANATOLIAN NEWS AGENCY/AFP/Getty Images"},
    }
    pieces = body.partition(BLOCK)[2].strip().split("\n\n")
    cards = zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    return [seed, *(card(number, *texts) for number, texts in enumerate(cards))]


def card(number: int, picture: str, title: str, deck: str) -> dict[str, Any]:
    caption, alt = picture.split("\n")
    return {
        "id": f"more-{number}",
        "title": title,
        "summary": deck,
        "url": f"/2022/{number}",
        "published_at": f"2012-0{number + 1}-01",
        "image": {"url": f"/images/{number}.jpg", "alt": alt, "caption": caption},
    }


@pytest.fixture(scope="module")
def newsroom(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    (page,) = real_data.glob("seed_*.txt")
    rows = exported(page.read_text(encoding="utf-8"))
    home = tmp_path_factory.mktemp("home")
    file = home / "export.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    settings = Settings(home=home, poll_interval_s=0.01)
    assert import_files(settings, [file], author="anna").new == 5
    config = home / "every-word.toml"  # though none of the other four articles has it
    config.write_text("[terms]\nmin_df = 1\n", encoding="utf-8")
    trained = train(settings, Training(config, False, "anna", 1), lambda *_: None)
    promote(settings, trained.version, "anna", "test")
    with Catalogue.open(settings.catalogue_url) as catalogue:
        assert Follower(settings, catalogue).step(datetime.now(UTC))
    bundle = Bundle.open(settings.versions_dir / trained.version)
    return Newsroom(settings, rows, bundle, create_app(settings).test_client())


def vector(newsroom: Newsroom, article_id: str) -> set[str]:
    """Return the labels of an article's terms, tags and phrases."""
    vectors, row = newsroom.bundle.vectors, newsroom.bundle.articles.row_of_id(article_id)
    assert row is not None
    columns = vectors.columns[vectors.indptr[row] : vectors.indptr[row + 1]].tolist()
    return {newsroom.bundle.terms[column][1].casefold() for column in columns}


def test_each_part_of_the_page_is_known_for_what_it_is(newsroom: Newsroom) -> None:
    read = read_article(newsroom.settings, "seed")
    found = [(part.reason, part.text) for part in read.parts]

    by_reason: dict[Reason | None, list[str]] = {}
    for reason, text in found:
        by_reason.setdefault(reason, []).append(text)
    assert len(by_reason[None]) == 12
    assert by_reason[None][0].startswith("As you head off for your Presidents' Day weekend")
    assert by_reason[None][-1] == '"Again, I’m going to refer you to the Russians," she said.'
    assert by_reason[Reason.CAPTION] == ["ANATOLIAN NEWS AGENCY/AFP/Getty Images"]
    assert [text[:20] for text in by_reason[Reason.BIOGRAPHY]] == [
        "Josh Rogin covers na",
        "Previously, Josh cov",
        "A graduate of George",
        "Josh's reporting has",
    ]
    assert by_reason[Reason.TAGS] == ["Tag: Russia"]
    assert by_reason[Reason.TEASER][0] == BLOCK
    assert len(by_reason[Reason.TEASER]) == 1 + 4 * 3
    assert found[0][0] is Reason.REPEAT  # the deck, cut off
    assert len(by_reason[Reason.REPEAT]) == 1 + 2 + 2 + 4


def test_vector_is_of_the_story_alone(newsroom: Newsroom) -> None:
    story = vector(newsroom, "seed")

    assert {"kerry", "lavrov", "nuclear", "phone", "briefing", "nuland", "africa"} <= story
    clutter = "anatolian getty philadelphia yokohama lobbying rogin tag mao hanoi greece berlin"
    assert not set(clutter.split()) & story


def test_block_of_four_cards_can_be_shown(newsroom: Newsroom) -> None:
    answer = newsroom.client.get("/v1/related?id=seed&limit=4").get_json()

    wanted = {row["id"]: row for row in newsroom.rows[1:]}
    assert {item["id"] for item in answer["items"]} == set(wanted)
    for item in answer["items"]:
        row = wanted[item["id"]]
        assert (item["title"], item["summary"], item["url"]) == (
            row["title"],
            row["summary"],
            row["url"],
        )
        for key in ("url", "alt", "caption"):
            assert item["image"][key] == row["image"][key]
