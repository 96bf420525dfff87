"""Lists with later articles, against the lists of a bundle that was made of today's articles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.pick import Origin
from recommender.domain.placement import Slot, Source
from recommender.ranking.bundle import Bundle
from recommender.ranking.entered import lists_entered
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import Selection, select
from recommender.ranking.snapshot import Snapshot
from tests.ranking.comers import vector_of
from tests.ranking.lists import NOW, NOW_US, REVISED, TAGS, TRAINED, placements_of, snapshot_of

MakeBundle = Callable[..., Bundle]
WORDS = "Grain Trade in Snow Ice"
EVERYTHING = [
    Article("all-en", title=WORDS, tags=tuple(TAGS), language="en"),
    Article("all-fr", title=WORDS, tags=tuple(TAGS), language="fr"),
]
"""So that no word or tag of a later article is new to the bundle."""
SLOTS = placements_of(
    Slot("near", Source.CLOSEST, places=3, floor=0.0, ladder=()),
    Slot("old", Source.BACKGROUND, places=2, floor=0.3, half_life_days=2.0, ladder=()),
)
LEARNT = {"closeness_half_life_days": 2.0, "closeness_least": 0.5, "other_section": 0.7}
"""Factors that say of a pair the same whoever else there is."""


def told(selection: Selection) -> list[tuple[str, str, float | None]]:
    picks = (one.pick for one in selection.picks)
    return [(one.article_id, one.slot, one.score) for one in picks if one.origin is Origin.MODEL]


@given(TRAINED, REVISED, REVISED)
def test_lists_are_those_of_a_bundle_made_anew(
    make_bundle: MakeBundle, trained: list[Article], first: list[Article], then: list[Article]
) -> None:
    options = {"k": 20, "n_older": 20, "learnt": LEARNT}
    bundle = make_bundle([*EVERYTHING, *trained], **options)
    served = snapshot_of(bundle, [*first, *then], SLOTS, compared=True)
    latest = {one.id: one for one in [*EVERYTHING, *trained, *first, *then]}
    today = [replace(one, embargoed_until=None) for one in latest.values() if one.is_open(NOW)]
    anew = snapshot_of(make_bundle(today, **options), (), SLOTS)
    for article in today:
        ours, theirs = served.find(article.id), anew.find(article.id)
        assert told(select(served, ours, 5, NOW_US)) == told(select(anew, theirs, 5, NOW_US))


@given(TRAINED, REVISED, st.integers(1, 4))
def test_nobody_is_missing_above_the_last_of_a_list(
    make_bundle: MakeBundle, trained: list[Article], revised: list[Article], k: int
) -> None:
    bundle = make_bundle([*EVERYTHING, *trained], k=k)
    snapshot = snapshot_of(bundle, revised, compared=True)
    known, refs = snapshot.known, _refs(snapshot)
    for row, ref in refs.items():
        near = {
            other: _similarity(snapshot, row, other)
            for other, one in refs.items()
            if other != row and snapshot.language(one) == snapshot.language(ref)
        }
        closest = known.closest(row)
        shown = {
            other: similarity
            for other, similarity in zip(*map(np.ndarray.tolist, closest), strict=True)
            if other in near  # the lists of these bundles are of all languages
        }
        assert list(shown.items()) == sorted(
            shown.items(), key=lambda one: (-one[1], known_order(snapshot, one[0]))
        )
        assert all(near[other] == similarity for other, similarity in shown.items())
        above = {other for other, similarity in near.items() if similarity > known.last(row)}
        assert above <= shown.keys()


@given(TRAINED, REVISED, st.integers(1, 4))
def test_whose_list_one_enters_is_told(
    make_bundle: MakeBundle, trained: list[Article], revised: list[Article], k: int
) -> None:
    snapshot = snapshot_of(make_bundle([*EVERYTHING, *trained], k=k), revised, compared=True)
    refs = _refs(snapshot)
    for ref in refs.values():
        row = snapshot.row_of(ref)
        lists = [
            snapshot.id_of(other)
            for own, other in refs.items()
            for near in (snapshot.known.closest(own), snapshot.known.older(own))
            if ref.in_overlay and row in near.rows
        ]
        told_of = lists_entered(snapshot, snapshot.id_of(ref))
        assert set(lists) <= set(told_of)
        assert len(told_of) == len(set(told_of))
        assert ref.in_overlay or not told_of


def known_order(snapshot: Snapshot, row: int) -> tuple[int, str]:
    ref = snapshot.listed(row)
    assert ref is not None
    return snapshot.order(ref)


def _refs(snapshot: Snapshot) -> dict[int, Ref]:
    """Return where the articles of today are, by their rows."""
    everyone = [Ref(False, row) for row in range(len(snapshot.bundle))]
    everyone = [ref for ref in everyone if snapshot.overlay.hidden(ref.row) is None]
    everyone += [Ref(True, row) for row in range(len(snapshot.overlay.articles))]
    found = {snapshot.row_of(ref): ref for ref in everyone}
    return {row: ref for row, ref in found.items() if row is not None}


def _similarity(snapshot: Snapshot, one: int, other: int) -> int:
    """Return the one score, in plain Python."""
    vectors = [
        dict(zip(*map(np.ndarray.tolist, snapshot.known.vectors.row(row)), strict=True))
        for row in (one, other)
    ]
    total = 0.0
    for column in sorted(vectors[0].keys() & vectors[1].keys()):
        total += vectors[0][column] * vectors[1][column]
    return min(round(total * 1e6), 1_000_000)


def test_vectors_of_later_articles_are_kept(make_bundle: MakeBundle) -> None:
    bundle = make_bundle(EVERYTHING)
    comer = Article("comer", title="Snow in Grain", language="en")
    snapshot = snapshot_of(bundle, [comer], compared=True)
    columns, weights = snapshot.known.vectors.row(2)
    assert columns.tolist() == vector_of(bundle, comer).columns.tolist()
    assert weights.tolist() == vector_of(bundle, comer).weights.tolist()


@pytest.mark.parametrize(("days_apart", "both"), [(1, False), (9, True)])
@pytest.mark.parametrize("is_trained", [True, False])
def test_one_story_stands_once_in_a_list(
    make_bundle: MakeBundle, days_apart: int, both: bool, is_trained: bool
) -> None:
    """Of a later article only the similarity tells, within the days of a story."""
    query = Article("query", title="Grain Trade", published_at=NOW, language="en")
    one = replace(query, id="one", title="Grain Trade Snow")
    twin = replace(one, id="twin", published_at=NOW - timedelta(days=days_apart))
    trained = [query, one] if is_trained else [query]
    bundle = make_bundle([*EVERYTHING, *trained], k=20)
    learnt = {"story_similarity": 900_000, "config": {"older_days": 1, "stories": {"days": 3}}}
    bundle = replace(bundle, metadata={**bundle.metadata, **learnt})
    later = [twin] if is_trained else [one, twin]
    snapshot = snapshot_of(bundle, later, SLOTS, compared=True)

    picks = {one for one, *_ in told(select(snapshot, snapshot.find("query"), 5, NOW_US))}

    assert len(picks & {"one", "twin"}) == 1 + both
