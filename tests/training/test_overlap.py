"""Overlap of two articles is what sets of terms and phrases, weighed one by one, give."""

from collections import Counter
from itertools import combinations, pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.training.overlap import Overlap
from recommender.training.tokens import Tokens

WORDS = st.sampled_from(["grain", "ship", "sea", "talk", "gas", "winter"])


def overlap(texts: list[str]) -> tuple[list[tuple[int, int]], Overlap]:
    pairs = list(combinations(range(len(texts)), 2))
    ones, others = np.array(pairs, np.int64).reshape(-1, 2).T
    tokens = Tokens.of((Article(str(row), body=text) for row, text in enumerate(texts)), "en")
    return pairs, Overlap.of(tokens, ones, others)


@given(st.lists(st.lists(WORDS, max_size=6), min_size=2, max_size=6))
def test_sets_weighed_one_by_one_agree(articles: list[list[str]]) -> None:
    texts = [" ".join(words) for words in articles]
    sets = [set(words) | set(pairwise(words)) for words in articles]
    n_with = Counter(thing for held in sets for thing in held)

    def weight(things: set[object]) -> float:
        return sum(
            log((1 + len(sets)) / n_with[thing]) ** 2 * (1 if isinstance(thing, str) else 0.25)  # type: ignore[index]
            for thing in things
        )

    pairs, found = overlap(texts)

    for place, (one, other) in enumerate(pairs):
        both, either = weight(sets[one] & sets[other]), weight(sets[one] | sets[other])
        lighter = min(weight(sets[one]), weight(sets[other]))
        assert found.containment[place] == pytest.approx(both / lighter if lighter else 0)
        assert found.resemblance[place] == pytest.approx(both / either if either else 0)
        assert found.n_terms[place] == min(len(set(articles[one])), len(set(articles[other])))


def test_a_flash_is_contained_in_its_report_and_does_not_resemble_it() -> None:
    flash = "Grain ship hits mine"
    report = f"{flash} off Romania. Nobody was hurt, and the crew reached the port of Constanta."
    _, found = overlap([flash, report, "Gas prices fall", "Winter talks fail"])

    assert found.containment[0] == pytest.approx(1)
    assert found.resemblance[0] < 0.5
    assert not found.containment[1:].any()


def test_no_pairs_and_no_words() -> None:
    assert overlap(["grain"])[1].containment.size == 0
    _, found = overlap(["", "the of", "grain"])
    assert not found.containment.any()
    assert not found.resemblance.any()
