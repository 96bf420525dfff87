"""Why a pick is there, in a reader's words: short, true, and without a number."""

from collections.abc import Iterable, Sequence
from itertools import islice

from recommender.domain.article import Tag, tag_slug
from recommender.domain.pick import Reason
from recommender.ranking.asked import Asked
from recommender.ranking.cards import Card
from recommender.ranking.known import Known
from recommender.ranking.refs import Ref
from recommender.ranking.rows import shares

_MAX_NAMED = 2
_MAX_SHARE = 0.2
_FEW = 20
"""A tag on more than this share of the articles, and on more than a few, says nothing about two."""
_N_COMPARED = 8
"""Largest shares among which a phrase takes the place of its words."""
_N_LARGEST = 10
"""Shares that are looked at, tags included; no other could be named."""
RECENT = Reason("recent", "Recent")
PINNED = Reason("pinned", "Chosen by the editors")


def on_tag(tag: Tag) -> Reason:
    """Return the reason of a fallback that shares a tag.

    Args:
        tag: the tag.
    """
    return Reason("same_tag", f"More on {tag.label}", tag.slug)


def in_section(section: str) -> Reason:
    """Return the reason of a fallback from the same section.

    Args:
        section: its name.
    """
    return Reason("same_section", f"More from {section}", tag_slug(section))


def of_candidate(asked: Asked, ref: Ref, card: Card) -> Reason:
    """Return the reason of a pick that the model chose: the tags it shares, else the words.

    Args:
        asked: what the list is for.
        ref: where the pick is.
        card: the pick's.
    """
    slugs = {tag.slug for tag in card.tags}
    shared = [one for one in asked.tags if one.tag.slug in slugs]
    n_telling = max(_FEW, _MAX_SHARE * len(asked.snapshot.bundle))
    if shared and len(shared[0].group) <= n_telling:
        return _about(one.tag.label for one in shared if len(one.group) <= n_telling)
    pick_row = asked.snapshot.row_of(ref)
    if asked.row is None or pick_row is None:  # not compared yet: nobody can say more
        return Reason("shared_words", "Related")
    largest = _largest(asked.snapshot.known, asked.row, pick_row)
    words = named_words([label for kind, label in largest if kind != "tag"])
    if words:
        return Reason("shared_words", f"Also mentions {' and '.join(words)}")
    # A tag on half the archive, or one that was corrected away since.
    return _about([one.tag.label for one in shared] or [label for _, label in largest])


def _largest(known: Known, query_row: int, pick_row: int) -> list[tuple[str, str]]:
    """Return kind and label of what counts most of all that two articles have in common."""
    columns, products = shares(known.vectors, query_row, pick_row)
    largest = columns[(-products).argsort(kind="stable")[:_N_LARGEST]]
    return [known.terms[column] for column in largest.tolist()]


def _about(labels: Iterable[str]) -> Reason:
    return Reason("shared_tags", f"Also about {' and '.join(islice(labels, _MAX_NAMED))}")


def named_words(labels: Sequence[str]) -> list[str]:
    """Return at most two labels; where a phrase is named, its words are not.

    Args:
        labels: of words and phrases, the largest share first.
    """
    largest = labels[:_N_COMPARED]
    words = [frozenset(label.casefold().split()) for label in largest]
    telling = (
        label
        for place, (label, own) in enumerate(zip(largest, words, strict=True))
        if own not in words[:place] and not any(own < other for other in words)
    )
    return list(islice(telling, _MAX_NAMED))
