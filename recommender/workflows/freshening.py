"""What another freshness would change: the block of a sample of pages, as it is and as it would be.

The sample is drawn at random among all pages, always the same one, so that two settings are tried
on the same pages; the intervals say how far the share in the whole archive may lie from it.
"""

from dataclasses import dataclass, replace

import numpy as np

from recommender.domain.placement import DEFAULT_PLACEMENT, Placements, Slot
from recommender.evaluation.intervals import SEED, estimates
from recommender.evaluation.results import Estimate
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.side_by_side import Pair, pair

N_SAMPLED = 500
N_PICKS = 4
N_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """What would change.

    Attributes:
        n_pages: how many were looked at.
        changed: share of them whose block would be another, or in another order.
        replaced: picks a page that would be others, on average.
        most: the pages that would change most.
    """

    n_pages: int
    changed: Estimate
    replaced: Estimate
    most: tuple[Pair, ...]


def fading_slots(snapshot: Snapshot) -> list[Slot]:
    """Return the slots of the default placement whose scores fade with age."""
    slots = snapshot.overlay.placements.named(DEFAULT_PLACEMENT).slots
    return [slot for slot in slots if slot.half_life_days is not None]


def effect(snapshot: Snapshot, slot: str, half_life_days: float, now_us: int) -> Effect | None:
    """Return what another half-life of a slot would change.

    Args:
        snapshot: what is served.
        slot: name of one of `fading_slots`.
        half_life_days: age at which freshness would be a half, above 0.
        now_us: the instant.

    Returns:
        The effect; None where there are no pages.
    """
    other = _with_half_life(snapshot, slot, half_life_days)
    n = len(snapshot.bundle)
    drawn = np.random.default_rng(SEED).permutation(n)[:N_SAMPLED].tolist()
    pairs = []
    for row in drawn:
        ref = snapshot.today(row)
        if ref is None:
            continue
        before, after = (
            [one.card for one in select(held, ref, N_PICKS, now_us).picks]
            for held in (snapshot, other)
        )
        pairs.append(pair(snapshot.card(ref), before, after))
    if not pairs:
        return None
    values = np.array([[one.differs, one.n_changed] for one in pairs], np.float64)
    changed, replaced = estimates(values)
    most = sorted((one for one in pairs if one.differs), key=lambda one: -one.n_changed)
    return Effect(len(pairs), changed, replaced, tuple(most[:N_SHOWN]))


def _with_half_life(snapshot: Snapshot, name: str, half_life_days: float) -> Snapshot:
    """Return a snapshot of the same articles, one slot of which fades otherwise."""
    placements = snapshot.overlay.placements
    placement = placements.named(DEFAULT_PLACEMENT)
    slots = tuple(
        replace(slot, half_life_days=half_life_days) if slot.name == name else slot
        for slot in placement.slots
    )
    named = {**placements.by_name, DEFAULT_PLACEMENT: replace(placement, slots=slots)}
    overlay = replace(snapshot.overlay, placements=Placements(named, placements.event))
    return Snapshot(snapshot.bundle, overlay, snapshot.pointer)
