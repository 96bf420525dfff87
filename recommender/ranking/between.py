"""What differs between two snapshots of one bundle, by the names of what answers depend on.

An answer that depends on nothing of this is the same from either snapshot: it bears the names of
its article, of what it shows and of the rungs that were looked at (`rerank.Selection`), and whoever
may come into it or leave it is named here with the rungs it stands on and the lists it entered.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from recommender.domain.article import tag_slug
from recommender.domain.pick import Rung
from recommender.ranking.entered import lists_entered
from recommender.ranking.refs import Ref
from recommender.ranking.snapshot import Snapshot

MOST_REVISIONS = 200
"""Of more revisions than these nobody asks what they change: they may be an import."""


class Difference(NamedTuple):
    """Names of what is another in one of two snapshots.

    Attributes:
        article_ids: of articles that are others, or whose lists are.
        rungs: whose newest articles are others: the rung, and the slug of the tag or section.
    """

    article_ids: frozenset[str]
    rungs: frozenset[tuple[Rung, str]]


def difference(former: Snapshot, snapshot: Snapshot) -> Difference | None:
    """Return what differs between two snapshots.

    Args:
        former: what was served.
        snapshot: what is served after it.

    Returns:
        The names; None if nothing less than everything may differ: another bundle, another decision
        of the newsroom, an earlier end of an embargo, or very many revisions.
    """
    old, new = former.overlay, snapshot.overlay
    is_next = former.bundle is snapshot.bundle and old.last_event <= new.last_event
    is_decided = old.decided_until == new.decided_until
    if not (is_next and is_decided and old.next_change_us <= new.next_change_us):
        return None
    gone, came = list(_other_refs(former, snapshot)), list(_other_refs(snapshot, former))
    if len(gone) + len(came) > MOST_REVISIONS:
        return None
    ids, rungs = set[str](), {(Rung.RECENT, "")} if gone or came else set()
    for holder, refs in ((former, gone), (snapshot, came)):
        for ref in refs:
            card = holder.card(ref)
            ids.add(card.id)
            rungs |= {(Rung.TAG, tag.slug) for tag in card.tags}
            rungs |= {(Rung.SECTION, tag_slug(card.section))} if card.section else set()
    for ref in came:
        ids.update(lists_entered(snapshot, snapshot.id_of(ref)))
        ids.update(_answered_before(former, snapshot.page_of(ref)))
    return Difference(frozenset(ids), frozenset(rungs))


def _other_refs(snapshot: Snapshot, other: Snapshot) -> Iterator[Ref]:
    """Yield the revisions that one of two snapshots has and the other has not, or not compared."""
    own, others = snapshot.overlay, other.overlay
    compared_until = min(own.compared_until, others.compared_until)
    event = own.articles.event
    is_other = ~np.isin(event, others.articles.event) | (event > compared_until)
    yield from (Ref(True, row) for row in np.flatnonzero(is_other).tolist())
    shown = np.setdiff1d(others.hidden_rows, own.hidden_rows, assume_unique=True)
    yield from (Ref(False, row) for row in shown.tolist())


def _answered_before(former: Snapshot, page: str) -> Iterable[str]:
    """Return which article answered for an address, were it only by having left it."""
    ref = former.find(url=page) if page else None
    return () if ref is None else (former.id_of(ref),)
