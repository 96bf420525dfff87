"""What many articles say is found by hashes as it is found by counting texts."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Image
from recommender.training.boilerplate import Boilerplate, Found, hashes
from recommender.training.folding import fold
from recommender.training.gleaning import (
    MIN_ARTICLES,
    MIN_OF_AUTHOR,
    SHARE_OF_AUTHOR,
    glean,
    learn_boilerplate,
)

texts = st.sampled_from(
    ["Alpha.", "“Beta” gamma", "beta GAMMA!", "delta", "***", "中文", "epsilon"]
)
articles = st.lists(
    st.builds(
        lambda body, authors: Article(
            "x", title="T", body="\n\n".join(body), authors=tuple(authors)
        ),
        st.lists(texts, max_size=4),
        st.lists(st.sampled_from(["Ann", "Bob", "Cy"]), unique=True, max_size=3),
    ),
    max_size=40,
)


def learnt(some: list[Article], share: float) -> Boilerplate:
    return learn_boilerplate([glean(some)], share)


def ask(known: Boilerplate, text: str, *authors: str) -> Found:
    return known.find(hashes([fold(text)]), authors)


def naive(some: list[Article], share: float) -> tuple[set[bytes], set[tuple[str, bytes]]]:
    """Return what stands in the archive and with each author, first articles of a body only."""
    seen, standing, with_author = set(), Counter[bytes](), Counter[tuple[str, bytes]]()
    n_of_author: dict[str, int] = defaultdict(int)
    for one in some:
        folded = [fold(text) for text in one.body.split("\n\n") if fold(text)]
        if b"".join(folded) in seen:
            continue
        seen.add(b"".join(folded))
        standing.update(set(folded))
        for author in one.authors:
            n_of_author[author] += 1
            with_author.update((author, text) for text in set(folded))
    least = max(MIN_ARTICLES, share * len(seen))
    return (
        {text for text, n in standing.items() if n >= least},
        {
            (author, text)
            for (author, text), n in with_author.items()
            if n >= max(MIN_OF_AUTHOR, SHARE_OF_AUTHOR * n_of_author[author])
        },
    )


@given(articles, st.sampled_from([0.01, 0.3, 1.0]))
def test_finds_what_counting_finds(some: list[Article], share: float) -> None:
    known = learnt(some, share)
    standing, with_author = naive(some, share)

    for text in ["Alpha.", "beta gamma", "delta", "中文", "epsilon", "zeta"]:
        assert bool(ask(known, text).standing[0]) == (fold(text) in standing)
        for author in ["Ann", "Bob", "Cy", "Dee"]:
            found = bool(ask(known, text, author).with_author[0])
            assert found == ((author, fold(text)) in with_author)
    assert known.table.dtype == np.uint64
    assert np.all(known.table[1:] > known.table[:-1])


@given(articles, st.lists(st.integers(0, 40), max_size=3))
def test_how_an_archive_is_parted_makes_no_difference(some: list[Article], cuts: list[int]) -> None:
    ends = sorted({0, len(some), *(min(cut, len(some)) for cut in cuts)})
    parts = [some[start:end] for start, end in pairwise(ends)] or [some]

    parted = learn_boilerplate(map(glean, parts), 0.3)

    assert parted.table.tolist() == learnt(some, 0.3).table.tolist()


def pages(n: int, line: str, **fields: object) -> list[Article]:
    return [
        Article(f"{i}", title=f"T{i}", body=f"Own text {i}.\n\n{line}", **fields) for i in range(n)
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize(("n", "stands"), [(4, False), (5, True)])
def test_five_articles_make_it_stand(n: int, stands: bool) -> None:
    known = learnt(pages(n, "Sign up for our newsletter!"), 0.01)
    assert bool(ask(known, "sign up for our NEWSLETTER").standing[0]) is stands


def test_threshold_grows_with_the_archive() -> None:
    some = [*pages(9, "Sign up!"), *(Article(f"o{i}", body=f"Other {i}") for i in range(991))]
    assert not ask(learnt(some, 0.01), "Sign up!").standing[0]
    assert ask(learnt(some, 0.009), "Sign up!").standing[0]


def test_the_same_body_counts_once() -> None:
    some = [
        Article(f"{i}", title=f"T{i}", body="One.\n\nTwo.", authors=("Ann",)) for i in range(50)
    ]
    found = ask(learnt(some, 0.01), "One.", "Ann")
    assert not found.standing[0]
    assert not found.with_author[0]


def test_cards_are_known_by_headline_and_by_the_rest() -> None:
    image = Image("/x", "An alt text", "A caption")
    known = learnt([Article("a", title="A headline", summary="A deck", image=image)], 0.01)

    assert ask(known, "a HEADLINE").headline[0]
    assert all(ask(known, text).blurb[0] for text in ("A deck.", "An alt text", "A caption"))
    assert not ask(known, "A deck").headline[0]
    assert not ask(known, "A headline").blurb[0]
    assert not ask(known, "A headline").standing[0]


def test_an_empty_archive_knows_nothing() -> None:
    found = ask(learnt([], 0.01), "Anything", "Ann")
    assert not (found.standing | found.with_author | found.headline | found.blurb).any()
