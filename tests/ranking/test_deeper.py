"""Lists under filters: only what passes, and the same whether it was stored or searched for."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.pick import Origin
from recommender.ranking.asked import Asked
from recommender.ranking.bundle import Bundle
from recommender.ranking.conditions import Conditions
from recommender.ranking.deeper import DeeperSources
from recommender.ranking.refs import Trail
from recommender.ranking.rerank import Listing, Selection, select
from tests.ranking.lists import IDS, NOW, NOW_US, Situation, is_kept_out, situations
from tests.ranking.pairs import SlowSearcher

MakeBundle = Callable[..., Bundle]
DAY_US = 86_400_000_000

CONDITIONS = st.builds(
    Conditions,
    tags=st.sampled_from([(), (), ("eu",), ("nato", "un")]),
    sections=st.sampled_from([(), (), ("world",)]),
    languages=st.sampled_from([(), (), ("en",), ("fr",)]),
    published_from_us=st.sampled_from([None, None, NOW_US - 2 * DAY_US]),
    published_before_us=st.sampled_from([None, None, NOW_US - DAY_US]),
    max_age_days=st.sampled_from([None, None, 1, 3]),
    exclude=st.lists(st.sampled_from(IDS), max_size=3).map(tuple),
    min_score=st.sampled_from([0, 0, 300_000]),
    ladder=st.booleans(),
)


def passes(article: Article, conditions: Conditions) -> bool:
    """Say the conditions once more, in plain words."""
    published = article.published_at
    at_least, below = conditions.published_from_us, conditions.published_before_us
    us = None if published is None else int(published.timestamp()) * 1_000_000
    slugs = {tag.slug for tag in article.tags}
    days = conditions.max_age_days
    is_recent = days is None or (
        published is not None and published.date() >= NOW.date() - timedelta(days=days)
    )
    return (
        (not conditions.tags or bool(slugs & set(conditions.tags)))
        and (not conditions.sections or (article.section or "").lower() in conditions.sections)
        and (not conditions.languages or article.language in conditions.languages)
        and (at_least is None or (us is not None and us >= at_least))
        and (below is None or (us is not None and us < below))
        and is_recent
        and article.id not in conditions.exclude
    )


def shown(selection: Selection) -> list[tuple[str, object, object]]:
    return [(one.card.id, one.pick.slot, one.pick.score) for one in selection.picks]


@settings(max_examples=100)
@given(situations(), st.booleans(), CONDITIONS, st.sampled_from([1, 2, 3, 5]), st.integers(1, 5))
def test_what_is_stored_is_used_only_where_it_makes_no_difference(
    make_bundle: MakeBundle,
    situation: Situation,
    compared: bool,
    conditions: Conditions,
    k: int,
    limit: int,
) -> None:
    snapshot = situation.snapshot(make_bundle, compared=compared, k=k)
    for article in situation.today.values() if compared else situation.trained:
        query = snapshot.find(article.id)
        if query is None:
            continue
        found = select(
            snapshot, query, limit, NOW_US, conditions=conditions, searcher=SlowSearcher()
        )
        assert found.is_certain
        for one in found.picks:
            shown_one = situation.today[one.card.id]
            assert passes(shown_one, conditions)
            assert not any(is_kept_out(shown_one, article, rule) for rule in situation.rules)
            assert conditions.ladder or one.pick.origin is not Origin.FALLBACK
            score = one.pick.score
            assert score is None or score >= conditions.min_score / 1_000_000
        if not conditions.are_none or situation.rules:
            placed = snapshot.overlay.placements.named("more-from")
            asked = Asked(snapshot, query, placed, Trail(NOW_US), conditions)
            assert asked.row is not None
            searched = Listing(asked, limit, DeeperSources(asked, asked.row, SlowSearcher())).fill()
            assert shown(found) == shown(searched)
