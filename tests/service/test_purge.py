"""What a publication has a CDN and the answer cache forget, against the answers it changed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from recommender.domain.article import Article, tag_slug
from recommender.domain.corpus import epoch_us
from recommender.domain.pick import Rung
from recommender.ranking.entered import lists_entered
from recommender.ranking.rerank import Selection
from service.public.caching import article_key, changed_keys, names_of, rung_key, surrogate_keys
from tests.ranking.conftest import in_memory
from tests.ranking.lists import IDS, NOW
from tests.ranking.test_touched import URL, answer, revised_articles, times, world, worlds


def shown(selection: Selection) -> Selection:
    """Return what of a list a reader sees, without what only tells when it was made."""
    return replace(selection, last_event=0, since_us=0, until_us=0, rungs=())


@settings(max_examples=60)
@given(worlds, revised_articles, st.sampled_from([*IDS[:6], "new"]))
def test_every_answer_that_a_publication_changes_is_named_by_what_it_purges(
    drawn: Any, published: Article, query_id: str
) -> None:
    trained, happened, placements, stories = drawn
    given_world = world(in_memory, (trained, [*happened, published], placements, stories))
    last = 10 + len(happened)
    before, query = answer(given_world.snapshot(last, NOW), NOW, query_id, None)
    snapshot = given_world.snapshot(last + 1, NOW)
    after, _ = answer(snapshot, NOW, query_id, None)
    if shown(before) == shown(after) or query is None:
        return
    earlier = [one for one in [*trained, *happened] if isinstance(one, Article)]
    revisions = [*[one for one in earlier if one.id == published.id][-1:], published]
    purged = {rung_key(Rung.RECENT), article_key(published.id)}
    purged |= {article_key(one) for one in lists_entered(snapshot, published.id)}
    for one in revisions:
        purged |= {rung_key(Rung.TAG, tag.slug) for tag in one.tags}
        purged |= {rung_key(Rung.SECTION, tag_slug(one.section))} if one.section else set()
    assert purged & set(surrogate_keys(before, "version"))


@settings(max_examples=120)
@given(
    worlds,
    st.tuples(st.integers(10, 19), times, st.booleans()),
    st.tuples(st.integers(0, 3), times, st.booleans()),
    st.sampled_from([*IDS[:4], *IDS[:4], "new", None]),
)
def test_every_answer_that_a_snapshot_changes_depends_on_what_it_names(
    drawn: Any,
    first: tuple[int, datetime, bool],
    second: tuple[int, datetime, bool],
    query_id: str | None,
) -> None:
    """Within the time for which the answer was said to be right, by id and by address."""
    given_world = world(in_memory, drawn)
    last = 10 + len(given_world.happened)
    asked = (query_id, URL if query_id is None else None)
    number, made_at, is_compared = first
    number = min(number, last)
    former = replace(given_world, compared=is_compared).snapshot(number, made_at)
    before, _ = answer(former, made_at, *asked)
    n_more, later, is_compared = second
    assume(epoch_us(made_at) <= epoch_us(later) < before.until_us)
    following = replace(given_world, compared=is_compared)
    snapshot = following.snapshot(min(number + n_more, last), later)

    after, _ = answer(snapshot, later, *asked)
    changed = changed_keys(former, snapshot)
    names = names_of(before, tuple(surrogate_keys(before, "version")))
    is_forgotten = changed is None or names is None or not changed.isdisjoint(names)
    event(f"forgotten: {is_forgotten}, all: {changed is None}")
    assert is_forgotten or shown(before) == shown(after)
