"""Each article is read for its own words, once; what is left out has a reason an editor shares."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from recommender.domain.article import Article, Image, Tag
from recommender.training.body import Reason
from recommender.training.cleaning import Reading, Tally, TextCleaner

STORY = [
    "Kerry reached out to Lavrov after North Korea detonated a nuclear bomb on Monday.",
    "Lavrov, who is travelling in Africa, has not returned the call yet, officials said.",
    "“We are relaxed about this,” the spokeswoman said. “It’s up to him.”",
]
BIOGRAPHY = ["Ann Lee covers diplomacy for the Post.", "Before that, Ann wrote from Rome."]

AUTHOR = ("Ann Lee",)


def article(*body: str, **fields: Any) -> Article:
    return Article("a", **{"title": "No call yet", "body": "\n\n".join(body), **fields})


def read(one: Article, *others: Article, **options: Any) -> Reading:
    return TextCleaner(**options).fit([one, *others]).read(one)


def reasons(one: Article, *others: Article, **options: Any) -> list[Reason | None]:
    return list(read(one, *others, **options).reasons)


def test_an_article_without_repeats_is_left_as_it_is() -> None:
    one = article(*STORY, summary="Kerry waits.", authors=("Ann Lee",))
    assert read(one).article is one


def test_a_paragraph_twice_is_read_once_however_it_is_typed() -> None:
    typed = STORY[2].replace("“", '"').replace("”", '"').replace("’", "'").upper()
    found = read(article(*STORY, typed))

    assert found.reasons == (None, None, None, Reason.REPEAT)
    assert found.article.body == "\n\n".join(STORY)


@pytest.mark.parametrize(("n", "is_left_out"), [(4, False), (5, True)])
def test_a_deck_that_five_articles_have_is_a_placeholder(n: int, is_left_out: bool) -> None:
    some = [
        Article(f"{i}", title=f"Story {i}", summary="Summary", body=f"Own text {i}")
        for i in range(n)
    ]
    found = TextCleaner().fit(some).read(some[0])

    assert found.deck == (Reason.BOILERPLATE if is_left_out else None)
    assert found.article.summary == ("" if is_left_out else "Summary")
    assert found.article.body == "Own text 0"
    without = TextCleaner(boilerplate_share=0).fit(some).read(some[0])
    assert without.article.summary == "Summary"


@pytest.mark.parametrize("ending", ["...", "…", " …”", " [...]"])
def test_a_copy_cut_off_is_not_read(ending: str) -> None:
    cut = STORY[0][:60] + ending
    assert reasons(article(cut, *STORY)) == [Reason.REPEAT, None, None, None]
    assert read(article(*STORY, summary=cut)).deck is Reason.REPEAT


def test_a_deck_that_runs_on_over_paragraphs_is_not_read() -> None:
    found = read(article(*STORY, summary=f"{STORY[0]} {STORY[1][:30]} ..."))
    assert (found.deck, found.article.summary) == (Reason.REPEAT, "")
    assert found.article.body == "\n\n".join(STORY)


def test_words_that_trail_away_are_the_articles_own() -> None:
    assert reasons(article("And then…", "And then they left, and nobody called.")) == [None, None]
    assert read(article(*STORY, summary="Kerry reached out to Lavrov…")).deck is None
    assert read(article(*STORY, summary=STORY[0][:60])).deck is None


def test_what_other_fields_say_is_not_read_again() -> None:
    one = article(
        "No Call Yet", "By Ann Lee", "Ann Lee", "A ship.", "Photo: AFP/Getty", "AFP/Getty", *STORY,
        "Tags: Russia, North Korea", "Russia | North Korea", "Tag: Russia",
        authors=("Ann Lee",), tags=(Tag("russia", "Russia"), Tag("north-korea", "North Korea")),
        image=Image("/s.jpg", alt="A ship", caption="The ship", credit="AFP/Getty"),
    )  # fmt: skip
    before = [Reason.REPEAT, Reason.BYLINE, Reason.BYLINE, *[Reason.CAPTION] * 3]
    assert reasons(one) == [*before, None, None, None, *[Reason.TAGS] * 3]


def test_a_heading_that_is_a_tag_is_read() -> None:
    tags = (Tag("russia", "Russia"),)
    assert reasons(article("Russia", *STORY, "Spoke to: Kerry", tags=tags)) == [None] * 5


def test_biography_at_the_foot_is_not_read() -> None:
    one = article(
        *STORY, *BIOGRAPHY, "Tag: Russia", authors=("Ann Lee",), tags=(Tag("russia", "R"),)
    )
    bio = [Reason.BIOGRAPHY] * 2
    assert reasons(one) == [None, None, None, *bio, Reason.TAGS]


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        ([*STORY, "Ann Lee was there.", "She left later."], ("Ann Lee",)),
        ([*STORY, "I am Lee.", *BIOGRAPHY], ("Ann Lee",)),
        ([STORY[0], *BIOGRAPHY, "Ann Lee " + "has done a great many things. " * 9], ("Ann Lee",)),
        ([*STORY, "Reuters has the details."], ("Reuters",)),
        (BIOGRAPHY, ("Ann Lee",)),
        ([*STORY, "There was a long silence until another voice said that Ann Lee rang."], AUTHOR),
        ([*STORY, "Annette Leeds called."], ("Ann Lee",)),
    ],
)  # fmt: skip
def test_what_may_be_the_story_is_no_biography(body: list[str], authors: Sequence[str]) -> None:
    assert reasons(article(*body, authors=tuple(authors))) == [None] * len(body)


def others() -> list[Article]:
    titles = ["Companies are fleeing for friendlier shores", "The sea as we know it is vanishing"]
    decks = ["A new trend as geopolitics bites.", "The most attractive shores are vulnerable."]
    pairs = zip(titles, decks, strict=True)
    return [
        Article(f"o{i}", title=t, summary=d, body=f"Text {i}.") for i, (t, d) in enumerate(pairs)
    ]


def test_other_articles_at_the_foot_are_not_read() -> None:
    cards = [text for one in others() for text in (one.title, one.summary)]
    one = article(*STORY, "More from the Post", *cards)
    assert reasons(one, *others()) == [None] * 3 + [Reason.TEASER] * 5
    assert reasons(one, *others(), foot=False) == [None] * 8
    assert reasons(one) == [None] * 8


def test_a_labelled_headline_is_not_read_anywhere() -> None:
    one = article(STORY[0], f"READ MORE: {others()[0].title}", STORY[1])
    assert reasons(one, *others()) == [None, Reason.TEASER, None]


def test_one_headline_alone_at_the_foot_may_be_a_last_sentence() -> None:
    assert reasons(article(*STORY, others()[0].title), *others()) == [None] * 4


def test_headings_and_decks_of_others_in_the_text_are_read() -> None:
    one = article(STORY[0], others()[0].title, STORY[1], others()[0].summary)
    assert reasons(one, *others()) == [None] * 4


def test_what_many_articles_say_is_not_read() -> None:
    line = "Sign up for our newsletter."
    many = [article(f"Story {i}.", line) for i in range(6)]
    assert reasons(many[0], *many[1:]) == [None, Reason.BOILERPLATE]
    assert reasons(many[0], *many[1:], boilerplate_share=0) == [None, None]


def test_what_an_author_always_says_is_not_read_under_that_author() -> None:
    line = "My column appears on Mondays."
    hers = [article(f"Story {i}.", line, authors=("Ann Lee",)) for i in range(3)]
    his = article("Another.", line, authors=("Bo Ray",))
    assert reasons(hers[0], *hers[1:], his) == [None, Reason.AUTHOR]
    assert reasons(his, *hers) == [None, None]


def test_an_article_of_boilerplate_alone_keeps_it() -> None:
    watch = article("Watch the video.")
    some = [article(f"Story {i}.", "Watch the video.") for i in range(6)]
    assert read(watch, *some).article.body == "Watch the video."
    twice = article("Watch the video.", "Watch the video.")
    assert reasons(twice, *some) == [None, Reason.REPEAT]


def test_stories_published_again_and_again_keep_their_words() -> None:
    copies = [article(*STORY) for _ in range(50)]
    assert reasons(copies[0], *copies[1:]) == [None] * 3


def test_headlines_alone_are_untouched() -> None:
    some = [Article(f"{i}", title="The same headline everywhere") for i in range(9)]
    assert [one.article for one in map(TextCleaner().fit(some).read, some)] == some


def test_transform_streams_what_read_says() -> None:
    one = article(*STORY, STORY[0])
    cleaner = TextCleaner().fit([one])
    assert list(cleaner.transform(iter([one, one]))) == [cleaner.read(one).article] * 2


def test_a_table_from_elsewhere_reads_as_its_corpus_did() -> None:
    some = [article(f"Story {i}.", "Sign up!") for i in range(6)]
    table = TextCleaner().fit(some).boilerplate_
    new = article("Another story.", "Sign up!")
    assert TextCleaner().with_boilerplate(table).read(new).reasons == (None, Reason.BOILERPLATE)


def test_nothing_is_read_before_it_is_fitted() -> None:
    with pytest.raises(NotFittedError):
        TextCleaner().read(article("x"))


def test_tally_counts_paragraphs_and_articles() -> None:
    tally = Tally()
    one = article(*STORY, STORY[0], STORY[1], summary=STORY[2] + " " + STORY[0][:20] + "…")
    tally.add(read(one))
    tally.add(read(article(*STORY, STORY[0])))
    assert tally.counts() == {"repeat": {"paragraphs": 3, "articles": 2}}


lines = st.one_of(
    st.sampled_from([*STORY, *BIOGRAPHY, "Tag: Russia", "***", "Ann Lee", "Photo: AFP", "More:"]),
    st.sampled_from([STORY[0][:50] + "…", others()[0].title, others()[0].summary, "Sign up!"]),
    st.text("ab:….\n ", max_size=20),
)
some_articles = st.lists(
    st.builds(
        lambda body, summary, title: article(
            *body,
            summary=summary,
            title=title,
            authors=("Ann Lee",),
            tags=(Tag("russia", "Russia"),),
            image=Image("/x", credit="AFP"),
        ),
        st.lists(lines, max_size=8),
        lines,
        lines,
    ),
    min_size=1,
    max_size=8,
)


@given(some_articles)
def test_a_body_never_loses_all_its_words_and_gains_none(some: list[Article]) -> None:
    cleaner = TextCleaner().fit([*some, *others()])
    for one in some:
        found = cleaner.read(one)
        had_words = any(char.isalnum() for char in one.body)
        assert any(char.isalnum() for char in found.article.body) == had_words
        kept = [text for text, why in zip(found.paragraphs, found.reasons, strict=True) if not why]
        assert found.article.body.split() == " ".join(kept).split()
        assert found.article.summary in ("", one.summary)
        assert cleaner.read(one) == found


@given(some_articles)
def test_reading_depends_on_no_order(some: list[Article]) -> None:
    forwards = TextCleaner().fit(some)
    backwards = TextCleaner().fit(some[::-1])
    assert [forwards.read(one) for one in some] == [backwards.read(one) for one in some]
