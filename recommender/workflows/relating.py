"""`morefrom related`: the answer that the public app would give now, with its reasons in full."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.domain.pick import Explanation, Pick
from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.errors import UnknownArticle
from recommender.ranking.cards import Card
from recommender.ranking.explain import explain
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import Selection, select
from recommender.ranking.searching import LiveSearch
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.snapshots import current_snapshot


@dataclass(frozen=True)
class Related:
    """The picks for one article, and why.

    Attributes:
        version: the champion that they come from.
        query: the article asked about.
        placement: the name of the place on the site.
        selection: the picks with their cards.
        explanations: one a pick; None where no model chose it.
    """

    version: str
    query: Card
    placement: str
    selection: Selection
    explanations: tuple[Explanation | None, ...]


def related(
    settings: Settings, article_id: str, limit: int, placement: str = DEFAULT_PLACEMENT
) -> Related:
    """Return the picks for an article as they would be served now.

    Args:
        settings: whose home.
        article_id: the article's id.
        limit: the most picks wanted.
        placement: the name of the place on the site; UnknownPlacement if there is none such.

    Returns:
        The picks, each with its explanation; UnknownArticle if no article of that id may be shown.
    """
    now = datetime.now(UTC)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        snapshot = current_snapshot(settings, catalogue, now)
        query = query_of(snapshot, catalogue, article_id)
    searcher = LiveSearch() if settings.live_search else None
    selection = select(snapshot, query, limit, epoch_us(now), placement, searcher=searcher)
    return Related(
        version=snapshot.bundle.version,
        query=snapshot.card(query),
        placement=placement,
        selection=selection,
        explanations=tuple(_explanation(snapshot, query, one.pick) for one in selection.picks),
    )


def query_of(snapshot: Snapshot, catalogue: Catalogue, article_id: str) -> Ref:
    """Return where an article is whose list is wanted.

    Args:
        snapshot: what is served.
        catalogue: under it.
        article_id: the article's id.

    Raises:
        UnknownArticle: if no article of that id may be shown.
    """
    query = snapshot.find(article_id=article_id)
    if query is None:
        held = catalogue.article(article_id)
        raise UnknownArticle(article_id, "what may be shown", _remedy(held is not None))
    return query


def as_json(found: Related) -> dict[str, object]:
    """Return the picks and their full explanations as JSON values.

    Args:
        found: the answer.

    Returns:
        `version`, `query`, `placement`, `fallback_used` and `items`; each item's `explanation` has
        the `shares` that sum to the `similarity`, and the `factors` that turn it into the `score`.
    """
    return {
        "version": found.version,
        "query": {"id": found.query.id, "title": found.query.title, "url": found.query.url},
        "placement": found.placement,
        "fallback_used": found.selection.fallback_used,
        "items": [
            {
                "rank": one.pick.rank,
                "id": one.card.id,
                "title": one.card.title,
                "url": one.card.url,
                "score": one.pick.score,
                "origin": one.pick.origin,
                "slot": one.pick.slot,
                "rung": one.pick.rung,
                "moved": one.pick.moved,
                "reason": asdict(one.pick.reason),
                "explanation": None if why is None else asdict(why),
            }
            for one, why in zip(found.selection.picks, found.explanations, strict=True)
        ],
    }


def _explanation(snapshot: Snapshot, query: Ref, pick: Pick) -> Explanation | None:
    """Return why the model chose a pick; None for a pin or a fallback, which it did not choose."""
    found = snapshot.find(article_id=pick.article_id)
    pick_row = None if found is None else snapshot.row_of(found)
    query_row = snapshot.row_of(query)
    if query_row is None or pick_row is None or pick.score is None:
        return None
    return explain(snapshot.known, query_row, pick_row, pick.factors)


def _remedy(is_held: bool) -> str:
    if is_held:
        return "the catalogue has it as a draft, retracted or under embargo"
    return "check the id, or import the article first"
