"""Tags that suit a draft: those that its text names, and those of the articles nearest to it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from recommender.domain.article import Tag
from recommender.domain.synonyms import Synonyms
from recommender.ranking.cards import Card
from recommender.ranking.refs import Ref
from recommender.ranking.snapshot import Snapshot

MAX_TAGS = 8
"""Tags suggested."""

MAX_EVIDENCE = 3
"""Articles named for each of them."""

_N_ASKED = 20
"""Nearest articles whose tags are looked at."""

_LEAST_SHARE = 0.15
"""What fewer of them have, by their similarity, is no suggestion unless the text names it."""


@dataclass(frozen=True, slots=True)
class SuggestedTag:
    """A tag that the draft has not.

    Attributes:
        tag: it, under its canonical name.
        share: of the nearest articles, weighted by their similarity, those that have it; 0 to 1.
        is_named: whether the text names it.
        articles: the nearest that have it, at most `MAX_EVIDENCE`.
    """

    tag: Tag
    share: float
    is_named: bool
    articles: tuple[Card, ...]


def suggested_tags(snapshot: Snapshot, ref: Ref, synonyms: Synonyms) -> tuple[SuggestedTag, ...]:
    """Return tags that the nearest articles have, or the text names, and the draft has not.

    Args:
        snapshot: with the draft.
        ref: where the draft is.
        synonyms: which tags are one today; the model may be from before.

    Returns:
        At most `MAX_TAGS`: first those that the text names, then by share.
    """
    tags: dict[str, Tag] = {}
    weights: defaultdict[str, int] = defaultdict(int)
    cards: defaultdict[str, list[Card]] = defaultdict(list)
    near = list(_nearest(snapshot, ref))
    for card, similarity in near:
        for slug, tag in _canonical(card.tags, synonyms).items():
            tags.setdefault(slug, tag)
            weights[slug] += similarity
            cards[slug].append(card)
    named = _canonical(_named(snapshot, ref), synonyms)
    own = _canonical(snapshot.card(ref).tags, synonyms)
    total = sum(similarity for _, similarity in near) or 1
    suited = (
        SuggestedTag(
            tag,
            share=round(weights[slug] / total, 6),
            is_named=slug in named,
            articles=tuple(cards[slug][:MAX_EVIDENCE]),
        )
        for slug, tag in {**named, **tags}.items()
        if slug not in own
    )
    telling = (one for one in suited if one.is_named or one.share >= _LEAST_SHARE)
    best = sorted(telling, key=lambda one: (not one.is_named, -one.share, one.tag.slug))
    return tuple(best[:MAX_TAGS])


def _nearest(snapshot: Snapshot, ref: Ref) -> Iterator[tuple[Card, int]]:
    """Yield the nearest articles that are no nearer by chance, and their similarity."""
    known, row = snapshot.known, snapshot.known.n + ref.row
    floor, n_found = int(known.floor[row]), 0
    for other, similarity in zip(*(part.tolist() for part in known.closest(row)), strict=True):
        held = snapshot.listed(other)
        if similarity < floor or n_found == _N_ASKED:
            return
        if held is not None:
            yield snapshot.card(held), similarity
            n_found += 1


def _named(snapshot: Snapshot, ref: Ref) -> tuple[Tag, ...]:
    """Return the tags that are coordinates of an article's vector: set, or named by its text."""
    terms = snapshot.bundle.terms
    columns, _ = snapshot.known.vectors.row(snapshot.known.n + ref.row)
    return tuple(
        Tag(terms.key_of(column).removeprefix("tag:"), label)
        for column in columns.tolist()
        for kind, label in [terms[column]]
        if kind == "tag"
    )


def _canonical(tags: tuple[Tag, ...], synonyms: Synonyms) -> dict[str, Tag]:
    """Return tags by slug, each under the name that stands for it today."""
    standing = (synonyms.canonical(tag.slug) or tag for tag in tags)
    return {tag.slug: tag for tag in standing}
