from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import MAX_ID_LENGTH, Article, Status, is_article_id, tag_slug

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "labels",
    [
        (
            "European Union",
            " european  union ",
            "European_Union",
            "EUROPEAN-UNION",
            "european\tunion",
        ),
        ("Straße", "STRASSE"),
        ("Côte d’Ivoire", "CO\u0302TE D’IVOIRE"),
        ("ﬁnance", "Finance"),
        ("Россия", "россия"),
        ("中国", "中国 "),
    ],
)
def test_spellings_of_one_tag(labels: tuple[str, ...]) -> None:
    assert len({tag_slug(label) for label in labels}) == 1


def test_different_tags_stay_different() -> None:
    labels = ["U.S.", "US", "Йод", "Иод", "résumé", "resume", "C++", "C"]

    assert len({tag_slug(label) for label in labels}) == len(labels)


@pytest.mark.parametrize("label", ["", " ", "-", " _ - ", "\u3000"])
def test_blank_labels_have_no_slug(label: str) -> None:
    assert tag_slug(label) == ""


@given(st.text(max_size=20))
def test_slug_of_a_slug_is_the_slug(label: str) -> None:
    slug = tag_slug(label)

    assert tag_slug(slug) == slug
    assert not set(slug) & set(" _\t\n")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", True),
        ("https://x.example/guid?p=1&q=ü 2", True),
        ("x" * MAX_ID_LENGTH, True),
        ("x" * (MAX_ID_LENGTH + 1), False),
        ("", False),
        (" x", False),
        ("x ", False),
        ("a\nb", False),
        ("a\0b", False),
        ("\udcff", False),
        ("a\u200bb", False),
    ],
)
def test_article_ids(text: str, expected: bool) -> None:
    assert is_article_id(text) is expected


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("embargo", [None, NOON - SECOND, NOON, NOON + SECOND])
def test_only_published_and_free_articles_are_open(
    status: Status, embargo: datetime | None
) -> None:
    article = Article("a", status=status, embargoed_until=embargo)

    expected = status is Status.PUBLISHED and (embargo is None or embargo <= NOON)
    assert article.is_open(NOON) is expected
    assert replace(article, published_at=NOON + SECOND).is_open(NOON) is expected


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (Article("a", title="Title", summary="Deck", body="Body"), "Title"),
        (Article("a", summary="A deck.", body="Body"), "A deck."),
        (Article("a", body=" One\n two  three "), "One two three"),
        (Article("a", body="w " * 14), "w " * 13 + "w"),
        (Article("a", body="w " * 15), "w " * 13 + "w…"),
        (Article("a", body="中" * 140), "中" * 140),
        (Article("a", body="中" * 5_000), "中" * 140 + "…"),
        (Article("a"), ""),
    ],
)
def test_headline(article: Article, expected: str) -> None:
    assert article.headline == expected


def test_headline_of_an_endless_text_is_short() -> None:
    assert len(Article("a", body="x" * 5_000_000).headline) == 141
