"""Articles read in blocks are the terms of their texts, whoever read which block."""

import pickle
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Tag, tag_slug
from recommender.ranking.languages import language_of_article
from recommender.ranking.lexicon import Lexicon
from recommender.ranking.sequences import TEXT_FIELDS
from recommender.ranking.text import MAX_TOKEN_CHARS, is_unspaced, terms, tokens
from recommender.training import blocks
from recommender.training.blocks import count_block
from recommender.training.tokens import Tokens, TokensWriter

WORDS = ("Kerry", "Lavrov", "the", "sanctions", "Sanction", "U.S.", "NATO", "中国", "Россия", "7")
LABELS = ("Russia", "russia", "China talks", "中国")

texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
labels = st.lists(st.sampled_from(LABELS), unique_by=tag_slug, max_size=3)


def article(article_id: str, tags: Sequence[str] = (), **fields: Any) -> Article:
    return Article(article_id, tags=tuple(Tag(tag_slug(tag), tag) for tag in tags), **fields)


articles = st.lists(
    st.builds(
        lambda title, summary, body, tags: article(
            "x", tags, title=title, summary=summary, body=body
        ),
        texts,
        texts,
        texts,
        labels,
    ),
    max_size=7,
)


def said(tokens: Tokens) -> list[list[str]]:
    """Return each article's sequence: fields by name, terms after a blank."""
    names = tokens.lexicon.terms.strings().texts()
    found = [
        TEXT_FIELDS[-1 - token] if token < 0 else f" {names[token]}" for token in tokens.tokens
    ]
    return [found[first:end] for first, end in zip(tokens.starts, tokens.starts[1:], strict=False)]


def naive(one: Article) -> list[str]:
    language = language_of_article(one, "en")
    stretches = [(field, getattr(one, field)) for field in TEXT_FIELDS[:3]]
    stretches += [("tags", tag.label) for tag in one.tags]
    found = []
    for field, text in stretches:
        written = terms(text, language)
        found += [field, *(f" {term}" for term in written)] if written else []
    return found


def assert_same(one: Tokens, other: Tokens) -> None:
    assert said(one) == said(other)
    assert one.lexicon.terms.strings().texts() == other.lexicon.terms.strings().texts()
    assert one.spellings.labels.texts() == other.spellings.labels.texts()
    for name in ("n_written", "capitals", "digits", "unspaced"):
        ours, theirs = getattr(one.spellings, name), getattr(other.spellings, name)
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype
    for ours, theirs in zip(one.tags, other.tags, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (one.slugs, one.tag_labels) == (other.slugs, other.tag_labels)


@given(articles)
def test_sequences_are_the_terms_of_the_texts(some: list[Article]) -> None:
    found = Tokens.of(some, "en")

    assert found.n_articles == len(some)
    assert said(found) == [naive(one) for one in some]
    names = found.lexicon.terms.strings().texts()
    assert names == sorted(set(names))
    assert found.spellings.unspaced.tolist() == [*map(is_unspaced, names), False]


@given(articles, st.data())
def test_blocks_and_workers_change_nothing(some: list[Article], data: st.DataObject) -> None:
    ends = sorted(data.draw(st.lists(st.integers(0, len(some)), max_size=3)))
    workers = [Lexicon(), Lexicon()]
    workers[0].read(blocks.ArticleWords.of([article("w", body="other words of before")], "en"))
    writer = TokensWriter()
    for number, (first, end) in enumerate(zip([0, *ends], [*ends, len(some)], strict=True)):
        block = count_block(some[first:end], "en", workers[number % 2])
        writer.add(pickle.loads(pickle.dumps(block)))

    assert_same(writer.finish(), Tokens.of(some, "en"))


def test_files_hold_what_memory_holds(tmp_path: Path) -> None:
    some = [article(f"{i}", ["Russia"], title="Kerry", body="grain " * i) for i in range(9)]
    writer = TokensWriter(tmp_path)
    for first in range(0, 9, 4):
        writer.add(count_block(some[first : first + 4], "en", Lexicon()))

    assert_same(writer.finish(), Tokens.of(some, "en"))
    assert any(tmp_path.iterdir())
    nothing = TokensWriter(tmp_path)
    assert nothing.finish().n_articles == 0


def test_labels_are_the_commonest_spelling() -> None:
    counts = Tokens.of([
        article("a", ["russia"], body="Sanctions sanctions Sanction"),
        article("b", ["Russia"], body="sanctions SANCTIONS"),
        article("c", ["Russia"], body="Zebra zebra"),
    ], "en")  # fmt: skip

    names, spellings = counts.lexicon.terms.strings().texts(), counts.spellings
    labels_of = dict(zip(names, spellings.labels.texts(), strict=True))
    assert labels_of["sanction"] == "sanctions"
    assert labels_of["zebra"] == "Zebra"  # of equally common ones the first by code point
    assert counts.tag_labels == ["Russia"]
    assert dict(zip(names, spellings.n_written, strict=True))["sanction"] == 5
    assert dict(zip(names, spellings.capitals, strict=True))["sanction"] == 3 / 5


@given(articles)
def test_shares_of_capitals_and_digits(some: list[Article]) -> None:
    found = Tokens.of(some, "en")
    firsts: dict[str, Counter[str]] = {}
    for one in some:
        language = language_of_article(one, "en")
        for text in (one.title, one.summary, one.body, *(tag.label for tag in one.tags)):
            for word in tokens(text):
                for term in terms(word, language):
                    firsts.setdefault(term, Counter())[word[0]] += 1

    for number, name in enumerate(found.lexicon.terms.strings().texts()):
        counted = firsts[name]
        for shares, is_such in (("capitals", str.isupper), ("digits", str.isdigit)):
            such = sum(n for first, n in counted.items() if is_such(first))
            assert getattr(found.spellings, shares)[number] == such / counted.total()


def test_encoded_data_is_not_kept() -> None:
    data = [f"{number:0{MAX_TOKEN_CHARS + 1}}" for number in range(50)]

    found = Tokens.of([article("a", body=f"Moscow {' '.join(data)} Berlin")], "en")

    assert said(found) == [["body", " moscow", " berlin"]]
    assert found.lexicon.forms["en"].table.strings().texts() == ["Moscow", "Berlin"]


def test_texts_are_let_go_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_CHARS", 100)
    alive = most = 0

    class Text(str):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def stream() -> Any:
        nonlocal alive, most
        for number in range(50):
            alive += 1
            most = max(most, alive)
            yield Article(f"{number}", body=Text("word " * 20))

    Tokens.of(stream(), "en")

    assert most <= 3
