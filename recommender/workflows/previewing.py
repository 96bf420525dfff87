"""What a pin, a block or a rule would change, before it is one.

The list as it would be comes from the same functions as the list that is served, from the same
snapshot, laid over with one decision more. For one page it is exact. Of a decision about many pages
a sample is tried: the newest of those that it concerns, and some from all over the rest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import Override
from recommender.domain.pick import Pick
from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.domain.traits import NO_TRAITS, Traits
from recommender.ranking.cards import Card
from recommender.ranking.closing import rows_with
from recommender.ranking.deeper import Searcher
from recommender.ranking.list_rules import ListRules
from recommender.ranking.overrides import Overrides
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot

N_TRIED = 200
"""Pages tried of a decision about many."""

N_EXAMPLES = 5
"""Of those that change, so many are shown."""


class Fate(StrEnum):
    """What becomes of a pick."""

    SAME = "same"
    MOVED = "moved"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Line:
    """A pick, and what becomes of it.

    Attributes:
        pick: the pick.
        card: what is shown of it.
        fate: `gone` only among those before, `new` only among those after.
    """

    pick: Pick
    card: Card
    fate: Fate


@dataclass(frozen=True, slots=True)
class Beside:
    """A list as it is, and as it would be.

    Attributes:
        query: the article under which it stands.
        before: as it is.
        after: as it would be.
    """

    query: Card
    before: tuple[Line, ...]
    after: tuple[Line, ...]

    @property
    def is_changed(self) -> bool:
        """Whether a reader would see another list."""
        return any(one.fate is not Fate.SAME for one in (*self.before, *self.after))


@dataclass(frozen=True, slots=True)
class Survey:
    """What a decision about many pages would change.

    Attributes:
        n_concerned: pages that it concerns.
        n_tried: of these, how many were tried.
        n_changed: of those, how many would show another list.
        examples: the first few that would.
    """

    n_concerned: int
    n_tried: int
    n_changed: int
    examples: tuple[Beside, ...]


def laid_over(snapshot: Snapshot, wanted: Override | ListRule) -> Snapshot:
    """Return a snapshot as it would be with one decision more, in force at once.

    Args:
        snapshot: what is served.
        wanted: the decision; when it is to begin and to end does not count.
    """
    overlay = snapshot.overlay
    now = replace(wanted, number=overlay.last_event + 1, starts_at=None, ends_at=None)
    if isinstance(now, ListRule):
        more = replace(overlay, rules=ListRules((*overlay.rules, now), overlay.rules.event))
    else:
        more = replace(overlay, overrides=Overrides((*overlay.overrides, now)))
    return Snapshot(snapshot.bundle, more, snapshot.pointer)


def beside(
    before: Snapshot,
    after: Snapshot,
    query: Ref,
    now_us: int,
    placement: str | None = None,
    searcher: Searcher | None = None,
) -> Beside:
    """Return a list as it is, and as it would be.

    Args:
        before: what is served.
        after: the same with one decision more.
        query: the article under which the list stands, in both.
        now_us: the instant, in microseconds since 1970.
        placement: the name of the place on the site; the usual one, if not given.
        searcher: looks deeper, as the public app does; None to do without.
    """
    placed = before.overlay.placements.named(placement or DEFAULT_PLACEMENT)
    limit = sum(slot.places for slot in placed.slots)
    was, will_be = (
        select(one, query, limit, now_us, placed.name, searcher=searcher).picks
        for one in (before, after)
    )
    ranks = {one.card.id: one.pick.rank for one in was}
    still = {one.card.id for one in will_be}

    def fate(one: Pick) -> Fate:
        if one.article_id not in ranks:
            return Fate.NEW
        return Fate.SAME if ranks[one.article_id] == one.rank else Fate.MOVED

    return Beside(
        query=before.card(query),
        before=tuple(
            Line(one.pick, one.card, Fate.SAME if one.card.id in still else Fate.GONE)
            for one in was
        ),
        after=tuple(Line(one.pick, one.card, fate(one.pick)) for one in will_be),
    )


def survey(
    snapshot: Snapshot,
    wanted: Override | ListRule,
    now_us: int,
    searcher: Searcher | None = None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Survey:
    """Try a decision about many pages on a sample of them.

    Args:
        snapshot: what is served.
        wanted: the decision.
        now_us: the instant, in microseconds since 1970.
        searcher: looks deeper, as the public app does; None to do without.
        is_wanted: asked before each page; the survey ends early where it is not.

    Returns:
        What would change.
    """
    concerned = _concerned(snapshot, wanted)
    after = laid_over(snapshot, wanted)
    n_tried, n_changed = 0, 0
    examples: list[Beside] = []
    for query in _sample(concerned):
        if not is_wanted():
            break
        found = beside(snapshot, after, query, now_us, wanted.placement, searcher)
        n_tried += 1
        if found.is_changed:
            n_changed += 1
            if len(examples) < N_EXAMPLES:
                examples.append(found)
    n_concerned = sum(len(rows) for rows in concerned)
    return Survey(n_concerned, n_tried, n_changed, tuple(examples))


Concerned = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows of the overlay, and of the bundle, each newest first."""


def _concerned(snapshot: Snapshot, wanted: Override | ListRule) -> Concerned:
    """Return the articles under which a decision may change the list."""
    bundle, overlay = snapshot.bundle.articles, snapshot.overlay.articles
    if isinstance(wanted, ListRule):
        of_bundle, of_overlay = (
            _with(len(table), rows_with(table, _under(wanted)), wanted)
            for table in (bundle, overlay)
        )
    else:
        of_overlay = np.arange(len(overlay), dtype=np.int64)
        row = bundle.row_of_id(wanted.article_id)
        is_listed = (snapshot.bundle.candidate_rows == row).any(axis=1)
        of_bundle = np.flatnonzero(is_listed) if row is not None else np.empty(0, np.int64)
    is_hidden, _ = snapshot.overlay.hidden_among(of_bundle.astype(np.int32))
    return of_overlay, of_bundle[~is_hidden]


def _under(rule: ListRule) -> Traits:
    """Return under what a rule may change the list; nothing for under everything."""
    if rule.is_everywhere:
        return NO_TRAITS
    return rule.under + rule.shown if rule.both_ways else rule.under


def _with(n: int, groups: list[NDArray[np.int32]], rule: ListRule) -> NDArray[np.int64]:
    if rule.is_everywhere or rule.kind is RuleKind.STOP:
        return np.arange(n, dtype=np.int64)
    return np.unique(np.concatenate([np.empty(0, np.int64), *groups])).astype(np.int64)


def _sample(concerned: Concerned) -> Iterator[Ref]:
    """Yield the newest half of a sample, then as many from all over the rest."""
    of_overlay, of_bundle = concerned
    refs = [Ref(True, int(row)) for row in of_overlay[: N_TRIED // 2]]
    n_newest = N_TRIED // 2
    yield from refs
    yield from (Ref(False, int(row)) for row in of_bundle[: n_newest - len(refs)])
    rest = of_bundle[n_newest - len(refs) :]
    places = np.linspace(0, len(rest) - 1, min(N_TRIED - n_newest, len(rest))).astype(np.int64)
    yield from (Ref(False, int(rest[place])) for place in places)
