"""Explanations: shares that sum to the similarity, which is the one that the list has."""

from collections.abc import Callable
from math import fsum, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.pick import Share
from recommender.ranking.bundle import Bundle
from recommender.ranking.explain import evidence, explain
from tests.ranking.lists import Situation, picked, situations

MakeBundle = Callable[..., Bundle]


def test_a_tag_and_a_word_in_common(make_bundle: MakeBundle, few: list[Article]) -> None:
    bundle = make_bundle(few)
    a, b = (bundle.articles.row_of_id(name) for name in "ab")
    assert a is not None
    assert b is not None
    explanation = explain(bundle, a, b)
    share = pytest.approx(1 / 20**0.5, abs=1e-6)  # 5 and 4 columns of equal weight
    assert explanation.shares == (
        Share("term", "Kerry", share),
        Share("term", "Lavrov", share),
        Share("tag", "Russia", share),
    )
    assert explanation.similarity == explanation.score == pytest.approx(3 / 20**0.5, abs=1e-6)
    assert explanation.factors == ()
    assert explanation == explain(bundle, b, a)


def test_nothing_in_common(make_bundle: MakeBundle, few: list[Article]) -> None:
    bundle = make_bundle(few)
    b, d = bundle.articles.row_of_id("b"), bundle.articles.row_of_id("d")
    assert b is not None
    assert d is not None
    assert evidence(bundle, b, d) == ()
    assert explain(bundle, b, d).similarity == 0


@given(st.lists(st.text("abcdefg ", min_size=1, max_size=20), min_size=2, max_size=6))
def test_shares_sum_to_the_similarity_of_the_list(
    make_bundle: MakeBundle, titles: list[str]
) -> None:
    articles = [Article(str(row), title=title) for row, title in enumerate(titles)]
    bundle = make_bundle(articles, k=len(titles))
    for row in range(len(bundle.articles)):
        listed = zip(bundle.candidate_rows[row], bundle.candidate_similarity[row], strict=True)
        for other, millionths in listed:
            if other < 0:
                continue
            explanation = explain(bundle, row, int(other))
            assert explanation.similarity == millionths / 1_000_000
            total = fsum(share.share for share in explanation.shares)
            assert total == pytest.approx(explanation.similarity, abs=1e-6)
            order = [(-share.share, share.label) for share in explanation.shares]
            assert order == sorted(order)
            assert all(0 < share.share <= 1 + 1e-6 for share in explanation.shares)


@given(situations())
def test_explanations_of_a_list_sum_up_whatever_the_slot(
    make_bundle: MakeBundle, situation: Situation
) -> None:
    snapshot = situation.snapshot(make_bundle)
    bundle = snapshot.bundle
    for query_row in range(len(bundle.articles)):
        query_id = bundle.articles.id_of(query_row)
        selection = picked(snapshot, query_id) if snapshot.find(query_id) is not None else None
        for selected in () if selection is None else selection.picks:
            pick, ref = selected.pick, snapshot.find(selected.pick.article_id)
            if pick.score is None or pick.similarity is None or ref is None:
                continue
            pick_row = snapshot.trained_row(ref)
            assert pick_row is not None
            explanation = explain(bundle, query_row, pick_row, pick.factors)
            assert fsum(one.share for one in explanation.shares) == pytest.approx(
                pick.similarity, abs=1e-6
            )
            assert explanation.similarity == pick.similarity
            product = explanation.similarity * prod(value for _, value in explanation.factors)
            assert product == pytest.approx(pick.score, abs=1e-6)
            assert explanation.score == pick.score
