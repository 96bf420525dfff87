"""From one look at all lists to the work-lists of an editor: what is worth a hand, worst first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from recommender.domain.synonyms import Synonyms
from recommender.ranking.bundle import Bundle
from recommender.ranking.snapshot import Snapshot
from recommender.workflows import tag_proposals, tagging
from recommender.workflows.health_pass import BLOCK, Seen
from recommender.workflows.health_report import Entry, Worklist
from recommender.workflows.health_words import Ailment
from recommender.workflows.override_list import Listed, State
from recommender.workflows.override_list import as_json as override_values

HUB_TIMES = 5
"""How many times as often as others a story is shown to be shown everywhere."""

MOST = 2_000
"""Entries kept of a work-list; who has worked them off counts again."""

RECENT = timedelta(days=30)


def of_lists(snapshot: Snapshot, seen: Seen) -> Iterator[Worklist]:
    """Find what is wrong with the lists and the cards.

    Args:
        snapshot: what is served.
        seen: the list of every article.

    Yields:
        A work-list each.
    """
    newest = np.argsort(-seen.published_us, kind="stable")
    most_shown = np.argsort(-seen.n_lists, kind="stable")
    most_chosen = np.argsort(-seen.n_chosen, kind="stable")
    fewest = newest[np.argsort(seen.n_own[newest], kind="stable")]
    few = (seen.n_own > 0) & (seen.n_own < BLOCK)
    hubs = seen.n_chosen >= HUB_TIMES * BLOCK
    of = partial(_of_articles, snapshot, seen)

    yield of(Ailment.FALLBACK, newest[(seen.n_own == 0)[newest]])
    yield of(Ailment.FEW, fewest[few[fewest]], seen.n_own)
    yield of(Ailment.HUBS, most_chosen[hubs[most_chosen]], seen.n_chosen)
    yield of(Ailment.NEVER, newest[(~seen.is_told & seen.is_out)[newest]])
    yield of(Ailment.NO_IMAGE, most_shown[~seen.has_image[most_shown]], seen.n_lists)
    no_alt = seen.has_image & ~seen.has_alt
    yield of(Ailment.NO_ALT, most_shown[no_alt[most_shown]], seen.n_lists)


def _of_articles(
    snapshot: Snapshot,
    seen: Seen,
    ailment: Ailment,
    places: NDArray[np.int64],
    counts: NDArray[np.int64] | None = None,
) -> Worklist:
    """Return a work-list of articles.

    Args:
        snapshot: what is served.
        seen: the list of every article.
        ailment: what is wrong.
        places: int64[m], with whom, the worst first.
        counts: int64[n], what is counted of each article; None for nothing.
    """
    work = Worklist(ailment, len(places), len(seen.refs), ())
    if work.is_general:
        return work
    named = (
        Entry(snapshot.id_of(seen.refs[place]), None if counts is None else int(counts[place]))
        for place in places[:MOST].tolist()
    )
    return replace(work, entries=tuple(named))


def of_tags(snapshot: Snapshot, seen: Seen, synonyms: Synonyms) -> Iterator[Worklist]:
    """Find what is wrong with the tags.

    Args:
        snapshot: what is served.
        seen: the articles that may be shown.
        synonyms: what was decided.

    Yields:
        The tags that say nothing, and those that may be one.
    """
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for ref in seen.refs:
        for tag in snapshot.card(ref).tags:
            standing = synonyms.canonical(tag.slug) or tag
            labels.setdefault(standing.slug, standing.label)
            counts[standing.slug] += 1
    broad = [
        Entry(slug, n, {"label": labels[slug]})
        for slug, n in counts.most_common()
        if tagging.is_broad(n, len(seen.refs))
    ]
    yield Worklist(Ailment.BROAD_TAGS, len(broad), len(counts), tuple(broad))
    yield _synonyms(snapshot.bundle, synonyms, len(counts))


def of_overrides(held: Sequence[Listed], now: datetime) -> Iterator[Worklist]:
    """Find what is wrong with the pins, blocks and rules.

    Args:
        held: all of them, past ones too.
        now: the instant at which they are judged.

    Yields:
        The pins that show nothing, and what ended a while ago.
    """
    standing = [one for one in held if one.state in {State.IN_FORCE, State.TO_COME}]
    dead = [one for one in standing if one.problem is not None and one.state is State.IN_FORCE]
    ended = [
        one for one in reversed(held) if one.state is State.ENDED and _ended_at(one) >= now - RECENT
    ]
    yield Worklist(Ailment.DEAD_PINS, len(dead), len(standing), tuple(_decided(dead)))
    yield Worklist(Ailment.ENDED, len(ended), len(held), tuple(_decided(ended)))


def _synonyms(bundle: Bundle, synonyms: Synonyms, n_tags: int) -> Worklist:
    found = [
        Entry(one.alias.slug, one.n_alias, tag_proposals.as_json(one))
        for one in tag_proposals.proposals(bundle, synonyms)
    ]
    return Worklist(Ailment.SYNONYMS, len(found), n_tags, tuple(found[:MOST]))


def _decided(several: Iterable[Listed]) -> Iterator[Entry]:
    for one in several:
        yield Entry(str(one.override.number), None, override_values(one))


def _ended_at(one: Listed) -> datetime:
    assert one.override.ends_at is not None  # or it would not have ended
    return one.override.ends_at
