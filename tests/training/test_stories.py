"""Which articles are taken for one story."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.training.config import StorySettings, TrainingConfig
from recommender.training.copies import first_rows, own_words
from recommender.training.model import fit_model

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LONG = "Moscow and Washington agreed on Friday to extend the talks over the winter. " * 4


def same(*articles: Article) -> list[int]:
    found = first_rows(np.frombuffer(b"".join(map(own_words, articles)), np.uint64))
    assert found.dtype == np.int32
    return found.tolist()


def test_same_words_are_one_story_whatever_their_case_and_spacing() -> None:
    found = same(
        Article("a", title="One", body=LONG),
        Article("b", title="Quite another", body=LONG.upper().replace(" ", "\n ")),
        Article("c", title="One", body=f"{LONG} And more."),
        Article("d", summary="A deck", body=LONG),
    )

    assert found == [0, 0, 2, 0]


def test_formula_in_the_body_makes_no_story() -> None:
    found = same(
        Article("a", title="Storm in Spain", body="Watch the video."),
        Article("b", title="Storm in Peru", body="Watch the video."),
        Article("c", title="storm in  SPAIN", body="watch the video."),
        Article("d", title="Storm in Spain", summary="Twelve dead", body="Watch the video."),
        Article("e", title="Storm in Chile", body=f"Watch{' ' * 300}the video."),
        Article("f", title="Storm in Fiji", body=f"Watch{' ' * 300}the video."),
    )

    assert found == [0, 1, 0, 3, 4, 5]


def test_articles_without_words_are_each_a_story_of_their_own() -> None:
    assert same(Article("a"), Article("b", body=" \n"), Article("c", title=" ")) == [0, 1, 2]


def test_headlines_alone_can_be_a_story() -> None:
    assert same(Article("a", title="Flash"), Article("b", title="FLASH")) == [0, 0]


def test_no_articles() -> None:
    assert same() == []


MINE = (
    "A bulk carrier loaded with Ukrainian maize struck a drifting mine forty miles east of "
    "Constanta. Nobody aboard was hurt, and the vessel reached port under her own power."
)
AFTER = (
    "The insurers of the grain corridor suspended all sailings for two days while minesweepers "
    "from Romania, Bulgaria and Turkey search the lane."
)
COMMENT = (
    "Underwriters in London doubled their premiums at once, brokers reported, and wheat futures "
    "climbed in Chicago to the highest level since February."
)
VOTE = (
    "The senate adopted the disputed pension bill by three votes after a night of debate, and "
    "trade unions announced strikes in railways, schools and hospitals."
)


def other_news(n: int = 30) -> list[Article]:
    """Return articles about other things, each on its own day, without which nothing is rare."""
    rng = np.random.default_rng(8)
    words = [f"{first}{last}" for first in "bdfgklmnprst" for last in ("amor", "elin", "osta")]
    return [
        Article(
            f"other{number:02}",
            title=" ".join(rng.choice(words, 4)),
            body=" ".join(rng.choice(words, 30)),
            published_at=NOON - timedelta(days=10 * number),
            language="en",
        )
        for number in range(n)
    ]


def article(article_id: str, body: str, hours_ago: float | None = 0, title: str = "") -> Article:
    at = None if hours_ago is None else NOON - timedelta(hours=hours_ago)
    return Article(article_id, title=title, body=body, published_at=at, language="en")


def told(*articles: Article, settings: StorySettings | None = None) -> list[set[str]]:
    """Return the stories that more than one of some articles tell, by their ids."""
    config = TrainingConfig(stories=settings or StorySettings())
    corpus = Corpus.of([*articles, *other_news()], NOON)
    stories = fit_model(corpus, config, "en", 1, lambda *_: None).lists.stories
    assert stories.dtype == np.int32
    assert (stories <= np.arange(len(corpus))).all()
    assert (stories[stories] == stories).all()
    groups = [
        {corpus.ids[row] for row in np.flatnonzero(stories == first)}
        for first in np.unique(stories)
    ]
    return sorted((group for group in groups if len(group) > 1), key=sorted)


def test_rewrite_and_longer_version_are_one_story() -> None:
    edition = f"{MINE.replace('struck', 'hit')} {AFTER.replace('suspended', 'halted')}"
    found = told(
        article("flash", "Bulk carrier loaded with Ukrainian maize struck a drifting mine", 9),
        article("report", f"{MINE} {AFTER}", 8, "Carrier holed by a mine"),
        article("edition", f"{edition} {COMMENT}", 3, "Mine holes carrier"),
        article("vote", VOTE, 5),
        article("wheat", "Wheat futures climbed in Chicago; brokers look to Romania", 2),
    )

    assert found == [{"edition", "flash", "report"}]


def test_chains_are_one_story() -> None:
    editions = [f"{MINE} {AFTER}", f"{AFTER} {COMMENT}", f"{COMMENT} {VOTE}"]
    easily = StorySettings(rewritten=0.3)

    chain = [article(str(place), text, place) for place, text in enumerate(editions)]

    assert told(chain[0], chain[2], settings=easily) == []
    assert told(*chain, settings=easily) == [{"0", "1", "2"}]


def test_rewrites_lie_within_the_same_days() -> None:
    first = article("first", f"{MINE} {AFTER}", 0)
    again = f"{MINE} {COMMENT}"
    easily = StorySettings(rewritten=0.4, copied=0.4)

    assert told(first, article("soon", again, 71), settings=easily) == [{"first", "soon"}]
    assert told(first, article("late", again, 73), settings=easily) == []
    longer = easily.model_copy(update={"days": 4.0})
    assert told(first, article("late", again, 73), settings=longer) == [{"first", "late"}]


def test_the_longer_after_the_more_must_be_the_same() -> None:
    first, again = article("first", f"{MINE} {AFTER}"), f"{MINE} {COMMENT}"
    settings = StorySettings(rewritten=0.4, copied=0.9, days=3)

    def is_one(hours: float) -> bool:
        return bool(told(first, article("again", again, hours), settings=settings))

    assert [is_one(hours) for hours in (0, 1, 40, 70)] == [True, True, False, False]


def test_chain_does_not_grow_beyond_the_days() -> None:
    editions = [f"{MINE} {AFTER}", f"{AFTER} {COMMENT}", f"{COMMENT} {VOTE}"]
    easily = StorySettings(rewritten=0.3, copied=0.3)

    def chain(hours: float) -> list[set[str]]:
        held = [article(str(n), text, hours * n) for n, text in enumerate(editions)]
        return told(*held, settings=easily)

    assert chain(36) == [{"0", "1", "2"}]
    assert [len(story) for story in chain(37)] == [2]


FORM = (
    "There were {} grain ships loading and {} ships were waiting to load at Portland yesterday "
    "morning, according to the merchants' exchange of that harbour."
)
SOME = ["six", "seven", "eight", "nine"]


def form(day: int) -> Article:
    return article(f"day {day:02}", FORM.format(SOME[day % 4], SOME[day // 4 % 4]), 24 * day)


def test_series_is_not_one_story() -> None:
    assert told(*map(form, range(0, 40, 7))) == []
    assert told(*map(form, range(10))) == []
    assert told(form(0), form(1)) == [{"day 00", "day 01"}], "nothing tells that it is a series"


@pytest.mark.parametrize("own", [COMMENT, VOTE])
def test_one_article_of_a_series_is_enough_to_tell(own: str) -> None:
    pair = [
        article("new", f"{MINE} {AFTER} {COMMENT}", 1),
        article("old", f"{MINE} {AFTER} {VOTE}", 2),
    ]
    weeks_ago = article("weeks ago", f"{own} {AFTER}", 24 * 30)
    easily = StorySettings(rewritten=0.5)

    assert told(*pair, settings=easily) == [{"new", "old"}]
    assert told(*pair, weeks_ago, settings=easily) == []


def test_words_that_all_have_are_no_evidence() -> None:
    companies = [
        article(
            f"company{number}",
            f"Shr {n} cts vs {n + 7} cts. Net {n * 31},000 vs {n * 37},000. Revs {n}.1 mln.",
            number / 10,
            f"{name} CORP 4TH QTR NET",
        )
        for number, name in enumerate(
            ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo"]
        )
        for n in [17 + 13 * number]
    ]

    assert told(*companies) == []


def test_copy_is_one_story_whenever_it_appeared() -> None:
    first = article("first", f"{MINE} {AFTER} {COMMENT}", 0)
    years = 24 * 365 * 3
    almost = first.body.replace(". The", ", and the")

    assert told(first, article("copy", almost, years)) == [{"copy", "first"}]
    assert told(first, article("rewrite", f"{MINE} {AFTER} {VOTE}", years)) == []
    loosely = StorySettings(copied=0.3)
    rewrite = article("rewrite", f"{MINE} {AFTER} {VOTE}", years)
    assert told(first, rewrite, settings=loosely) == [{"first", "rewrite"}]


@pytest.mark.parametrize(("rewritten", "is_one"), [(0.9, False), (0.4, True)])
def test_without_dates_the_two_must_resemble_each_other(rewritten: float, is_one: bool) -> None:
    first = article("first", f"{MINE} {AFTER} {COMMENT}", None)
    other = article("other", f"{MINE} {AFTER} {VOTE}", None)

    found = told(first, other, settings=StorySettings(rewritten=rewritten))

    assert found == ([{"first", "other"}] if is_one else [])
    flash = article("flash", "A bulk carrier struck a drifting mine east of Constanta.", None)
    assert told(first, flash) == []


def test_what_says_too_little_is_told_again_only_word_for_word() -> None:
    short = [
        article("a", "", 1, "Weather at the weekend"),
        article("b", "", 2, "Weather on the weekend"),
        article("c", "", 900, "WEATHER AT THE WEEKEND"),
    ]

    assert told(*short) == [{"a", "c"}]


def test_order_of_import_changes_nothing() -> None:
    articles: Sequence[Article] = [
        article("report", f"{MINE} {AFTER}", 8),
        article("rewrite", f"{MINE} {COMMENT}", 3),
        article("copy", f"{MINE} {AFTER}", 3),
    ]
    easily = StorySettings(rewritten=0.4)

    forwards, backwards = (told(*held, settings=easily) for held in (articles, articles[::-1]))

    assert forwards == backwards == [{"copy", "report", "rewrite"}]
    renamed = [replace(one, id=f"x{one.id}") for one in articles]
    assert told(*renamed, settings=easily) == [{"xcopy", "xreport", "xrewrite"}]


@pytest.mark.parametrize(
    ("name", "fewest", "most", "longest"), [("bbc2225", 300, 345, 4), ("ecbplus", 40, 90, 6)]
)
def test_real_articles(real_data: Path, name: str, fewest: int, most: int, longest: int) -> None:
    """Near-duplicates are found; reports of one event by different outlets stay apart."""
    with gzip.open(real_data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [
            Article(row["id"], title=row.get("title") or "", body=row["body"] or "", language="en")
            for row in map(json.loads, lines)
        ]

    model = fit_model(Corpus.of(articles, NOON), TrainingConfig(), "en", 2, lambda *_: None)

    _, sizes = np.unique(model.lists.stories, return_counts=True)
    assert fewest <= sizes[sizes > 1].sum() <= most
    assert sizes.max() <= longest
