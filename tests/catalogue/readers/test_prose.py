"""Texts that arrive as HTML are stored as text, their links beside them."""

from typing import Any

import pytest

from recommender.catalogue.readers.fields import to_article
from recommender.catalogue.readers.prose import MAX_LINK_TEXT_CHARS, Prose, Removed
from recommender.catalogue.readers.records import to_row
from recommender.catalogue.readers.rows import Accepted
from recommender.domain.article import Article, Link
from recommender.errors import InvalidField

BODY = (
    '<p>Kerry &amp; <a href="/2013/lavrov">Lavrov</a> met.</p><figure><img src="/a.jpg">'
    "<figcaption>They meet.</figcaption></figure><script>track()</script><p>They left.</p>"
)


def read(**fields: object) -> Article:
    return to_article({"id": "a", **fields}, 10_000)


def removed(**fields: object) -> Removed:
    row = to_row(1, {"id": "a", **fields}, 10_000, ())
    assert isinstance(row, Accepted)
    return row.removed


def test_body_is_text_and_its_links_stand_beside_it() -> None:
    article = read(title="T", body=BODY)

    assert article.body == "Kerry & Lavrov met.\n\nThey left."
    assert article.links == (Link("/2013/lavrov", "Lavrov"),)


def test_other_fields_are_text_only() -> None:
    article = read(
        title="<b>Russia&#8217;s</b> minister",
        summary='<p>He <a href="/x">waits</a>.</p>',
        section="Arts &amp; Culture",
        author="A &amp; B",
        tags=["R&amp;D", "R&D"],
        image={
            "url": "/i.jpg",
            "alt": "A <i>ship</i>",
            "caption": "Caf&eacute;",
            "credit": "<p>AFP</p>",
        },
    )  # fmt: skip

    assert (article.title, article.summary) == ("Russia’s minister", "He waits.")
    assert (article.section, article.authors) == ("Arts & Culture", ("A & B",))
    assert [tag.label for tag in article.tags] == ["R&D"]
    assert article.image is not None
    assert (article.image.alt, article.image.caption, article.image.credit) == (
        "A ship",
        "Café",
        "AFP",
    )
    assert article.links == ()


def test_what_was_taken_out_is_told() -> None:
    assert removed(title="T", body=BODY) == Removed(True, {"figcaption": 1, "script": 1})
    assert removed(title="<i>T</i>") == Removed(True, {})
    assert removed(title="Sears <S>", body="a < b &amp; c") == Removed(False, {})


@pytest.mark.parametrize("body", ["<script>x</script>", "<p></p>", "&nbsp;", "<!-- x -->"])
def test_an_article_of_markup_alone_is_rejected(body: str) -> None:
    with pytest.raises(InvalidField, match="body is empty"):
        read(body=body)


def test_what_references_stand_for_is_cleaned_too() -> None:
    assert read(title="a&#0;b&#10;c&#x0B;").title == "a\ufffdb c"
    assert read(body="e&#769;te").body == "éte"
    with pytest.raises(InvalidField, match="combining marks"):
        read(body="e" + "&#769;" * 40)


def test_words_of_a_link_are_cut() -> None:
    (link,) = read(body=f'<a href="/x">{"word " * 900}</a>').links
    assert len(link.text) == MAX_LINK_TEXT_CHARS


def test_too_long_counts_markup() -> None:
    prose = Prose(10)
    with pytest.raises(InvalidField, match="11 characters"):
        prose.text("body", "<p>1234</p>")


@pytest.mark.parametrize("value", [7, ["x"], {"a": 1}, True])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(InvalidField):
        read(title="T", body=value)
