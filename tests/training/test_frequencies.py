"""Counting in arrays finds what counting in dictionaries finds, whatever the fields weigh."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.ranking import occurrences
from recommender.ranking.languages import language_of_article
from recommender.ranking.sequences import TEXT_FIELDS
from recommender.ranking.text import Normaliser, is_unspaced, terms, tokens
from recommender.training.frequencies import frequencies
from recommender.training.tokens import Tokens
from tests.training.test_tokens import article, articles

WEIGHTS = {"title": 1.5, "summary": 1.25, "body": 1.0, "tags": 0.5}
weights = st.fixed_dictionaries(
    {name: st.sampled_from((0.0, weight)) for name, weight in WEIGHTS.items()}
)
"""Sums of these are the same in whatever order they are added."""


def as_fields(weights: Mapping[str, float]) -> np.ndarray:
    return np.array([weights[name] for name in TEXT_FIELDS], np.float32)


def counted(tokens: Tokens, weights: Mapping[str, float]) -> dict[tuple[int, str], float]:
    """Return what is counted, by article and text."""
    names = tokens.lexicon.terms.strings().texts()
    bits, found = tokens.bits, {}
    in_part, low = (1 << bits.article) - 1, (1 << bits.term) - 1
    for first, _, of_terms, of_phrases in tokens.counted(as_fields(weights), phrases=True):
        for key, weight in zip(of_terms.keys.tolist(), of_terms.weights.tolist(), strict=True):
            found[first + (key & in_part), names[key >> bits.article]] = weight
        for key, weight in zip(of_phrases.keys.tolist(), of_phrases.weights.tolist(), strict=True):
            pair = key >> bits.article
            phrase = f"{names[pair >> bits.term]} {names[pair & low]}"
            found[first + (key & in_part), phrase] = weight
        for one in (of_terms, of_phrases):
            assert (np.diff(one.keys) > 0).all()
    return found


def naive(some: Sequence[Article], weights: Mapping[str, float]) -> dict[tuple[int, str], float]:
    found: dict[tuple[int, str], float] = defaultdict(float)
    for row, one in enumerate(some):
        language = language_of_article(one, "en")
        normaliser = Normaliser(language)
        stretches = [(field, getattr(one, field)) for field in TEXT_FIELDS[:3]]
        for field, text in stretches + [("tags", tag.label) for tag in one.tags]:
            for term in terms(text, language):
                found[row, term] += weights[field]
            pairs = [(word, normaliser.term(word)) for word in tokens(text)]
            kept = [(word, term) for word, term in pairs if term is not None]
            for (before, first), (word, second) in pairwise(kept):
                if not is_unspaced(before) and not is_unspaced(word):
                    found[row, f"{first} {second}"] += weights[field]
    return {place: weight for place, weight in found.items() if weight > 0}


@given(articles, weights, st.integers(0, 2))
def test_counts_are_those_of_dictionaries(
    some: list[Article], weights: dict[str, float], bits: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(occurrences, "_MOST_ARTICLE_BITS", bits)
        assert counted(Tokens.of(some, "en"), weights) == naive(some, weights)


@given(articles, weights, st.integers(1, 3))
def test_frequencies_are_those_of_dictionaries(
    some: list[Article], weights: dict[str, float], least: int
) -> None:
    tokens = Tokens.of(some, "en")
    n_with = Counter(name for _, name in naive(some, weights))

    found = frequencies(tokens, as_fields(weights), least, None, 0.0, phrases=True)

    names = tokens.lexicon.terms.strings().texts()
    assert dict(zip(names, found.terms.tolist(), strict=True)) == {
        name: n_with[name] for name in names
    }
    firsts = np.repeat(np.arange(len(names) + 1), np.diff(found.phrases.starts))
    phrases = [
        f"{names[one]} {names[other]}"
        for one, other in zip(firsts, found.phrases.seconds, strict=True)
    ]
    assert phrases == sorted(phrases)
    assert dict(zip(phrases, found.phrases.n_with.tolist(), strict=True)) == {
        name: n for name, n in n_with.items() if " " in name and n >= least
    }
    slugs = Counter(tag.slug for one in some for tag in one.tags)
    assert dict(zip(tokens.slugs, found.n_tagged.tolist(), strict=True)) == slugs


def test_phrases_end_with_their_field_and_their_tag() -> None:
    some = [article("a", ["Delta", "Echo"], title="alpha", summary="bravo", body="charlie")]

    assert all(" " not in name for _, name in counted(Tokens.of(some, "en"), WEIGHTS))


def test_phrases_reach_over_stop_words() -> None:
    tokens = Tokens.of([article("a", body="Bank of England")], "en")

    assert counted(tokens, WEIGHTS)[0, "bank england"] == 1
