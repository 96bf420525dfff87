"""Which articles are taken for one story."""

import numpy as np

from recommender.domain.article import Article
from recommender.training.stories import StoryNumbers

LONG = "Moscow and Washington agreed on Friday to extend the talks over the winter. " * 4


def numbers(*articles: Article) -> list[int]:
    stories = StoryNumbers()
    assert list(stories.watch(articles)) == list(articles)
    found = stories.stories()
    assert found.dtype == np.int32
    return found.tolist()


def test_same_words_are_one_story_whatever_their_case_and_spacing() -> None:
    found = numbers(
        Article("a", title="One", body=LONG),
        Article("b", title="Quite another", body=LONG.upper().replace(" ", "\n ")),
        Article("c", title="One", body=f"{LONG} And more."),
        Article("d", summary="A deck", body=LONG),
    )

    assert found == [0, 0, 2, 0]


def test_formula_in_the_body_makes_no_story() -> None:
    found = numbers(
        Article("a", title="Storm in Spain", body="Watch the video."),
        Article("b", title="Storm in Peru", body="Watch the video."),
        Article("c", title="storm in  SPAIN", body="watch the video."),
        Article("d", title="Storm in Spain", summary="Twelve dead", body="Watch the video."),
        Article("e", title="Storm in Chile", body=f"Watch{' ' * 300}the video."),
        Article("f", title="Storm in Fiji", body=f"Watch{' ' * 300}the video."),
    )

    assert found == [0, 1, 0, 3, 4, 5]


def test_articles_without_words_are_each_a_story_of_their_own() -> None:
    assert numbers(Article("a"), Article("b", body=" \n"), Article("c", title=" ")) == [0, 1, 2]


def test_headlines_alone_can_be_a_story() -> None:
    assert numbers(Article("a", title="Flash"), Article("b", title="FLASH")) == [0, 0]


def test_no_articles() -> None:
    assert numbers() == []
