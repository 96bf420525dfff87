"""What a publication has a CDN forget, against the answers that it changed."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.article import Article, tag_slug
from recommender.domain.pick import Rung
from recommender.ranking.entered import lists_entered
from recommender.ranking.rerank import Selection
from service.public.caching import article_key, rung_key, surrogate_keys
from tests.ranking.conftest import in_memory
from tests.ranking.lists import IDS, NOW
from tests.ranking.test_touched import answer, revised_articles, world, worlds


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
