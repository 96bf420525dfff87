"""The lists that a publication changed."""

from recommender.ranking.refs import Ref
from recommender.ranking.snapshot import Snapshot


def lists_entered(snapshot: Snapshot, article_id: str) -> list[str]:
    """Return the articles among whose nearest one has come that was published or corrected since.

    What shows it by the ladder is told by the rungs, and what shows it already by the article
    itself.

    Args:
        snapshot: what is served.
        article_id: of the one.

    Returns:
        Their ids, in row order; none for an article that has not changed since the training.
    """
    ref = snapshot.find(article_id=article_id)
    if ref is None or not ref.in_overlay:
        return []
    rows = snapshot.known.lists_of(ref.row).tolist()
    refs: list[Ref | None] = [snapshot.listed(row) for row in rows]
    return [snapshot.id_of(one) for one in refs if one is not None and one != ref]
