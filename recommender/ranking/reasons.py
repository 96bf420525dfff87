"""Why a pick is there, in a reader's words: short, true, and without a number."""

from collections.abc import Iterable, Sequence

from recommender.domain.article import Tag
from recommender.domain.pick import Reason, Share
from recommender.ranking.cards import Card
from recommender.ranking.explain import evidence
from recommender.ranking.snapshot import Ref, Snapshot

MAX_TAGS = 50
"""Tags of an article that are looked at; an article with more says nothing by the rest."""
_MAX_NAMED = 2
_N_COMPARED = 8
"""Largest shares among which a phrase takes the place of its words."""
RECENT = Reason("recent", "Recent")


def on_tag(label: str) -> Reason:
    """Return the reason of a fallback that shares a tag.

    Args:
        label: the tag's.
    """
    return Reason("same_tag", f"More on {label}")


def in_section(section: str) -> Reason:
    """Return the reason of a fallback from the same section.

    Args:
        section: its name.
    """
    return Reason("same_section", f"More from {section}")


def rarest_first(snapshot: Snapshot, tags: Iterable[Tag]) -> list[Tag]:
    """Return tags, those of fewest articles first; among equals in the order given.

    Args:
        snapshot: whose articles count.
        tags: any.
    """
    return sorted(tags, key=lambda tag: snapshot.n_with_tag(tag.slug))


def of_candidate(snapshot: Snapshot, query: tuple[Ref, Card], pick: tuple[Ref, Card]) -> Reason:
    """Return the reason of a pick that the model chose: the tags it shares, else the words.

    Args:
        snapshot: what both come from.
        query: the article being read.
        pick: the article picked.
    """
    slugs = {tag.slug for tag in pick[1].tags}
    shared = [tag for tag in query[1].tags[:MAX_TAGS] if tag.slug in slugs]
    if shared:
        return _about(tag.label for tag in rarest_first(snapshot, shared))
    query_row, pick_row = snapshot.bundle_row(query[0]), snapshot.bundle_row(pick[0])
    if query_row is None or pick_row is None:  # not in this bundle, which then cannot say more
        return Reason("shared_words", "Related")
    shares = evidence(snapshot.bundle, query_row, pick_row)
    words = named_words([share for share in shares if share.kind != "tag"])
    if words:
        return Reason("shared_words", f"Also mentions {' and '.join(words)}")
    return _about(share.label for share in shares)  # a tag that was corrected away since


def _about(labels: Iterable[str]) -> Reason:
    named = [label for _, label in zip(range(_MAX_NAMED), labels, strict=False)]
    return Reason("shared_tags", f"Also about {' and '.join(named)}")


def named_words(shares: Sequence[Share]) -> list[str]:
    """Return at most two labels; where a phrase is named, its words are not.

    Args:
        shares: of words and phrases, the largest first.
    """
    largest = shares[:_N_COMPARED]
    words = [frozenset(share.label.casefold().split()) for share in largest]
    said_better = [
        any(own < other for other in words) or own in words[:place]
        for place, own in enumerate(words)
    ]
    telling = [
        share.label for share, better in zip(largest, said_better, strict=True) if not better
    ]
    return telling[:_MAX_NAMED]
