"""`morefrom tags suggest`: pairs of tags that may be two names of one thing, with the evidence.

Names that differ by spelling alone are enough. Names that have less in common, or nothing, must
stand on articles about the same, and seldom on one article together: who writes *Russia* one day
and *Russian Federation* the next hardly ever sets both. Nothing is decided here.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Tag
from recommender.domain.synonyms import Synonyms
from recommender.ranking.bundle import Bundle
from recommender.ranking.text import Normaliser
from recommender.settings import Settings
from recommender.training.tag_contexts import TagContexts, tag_rows
from recommender.training.tag_names import Likeness, Name, alike
from recommender.workflows.changes import synonyms_in_force
from recommender.workflows.promoting import champion, open_champion

MAX_COMPARED = 2_000
"""The most used tags are compared each with each; rarer ones only where their names are alike."""

_LEAST_SIMILARITY = {
    Likeness.SAME_WORDS: -1.0,
    Likeness.NEAR: 0.25,
    Likeness.ABBREVIATION: 0.25,
    Likeness.ONE_WORD: 0.8,
    Likeness.CONTAINED: 0.8,
    Likeness.NONE: 0.8,
}
"""How alike two contexts must be, the less the names have in common the more: two halves of one tag
come near 1, *cpi* and *wpi*, consumer and wholesale prices, to 0.64."""

_MOST_TOGETHER = {Likeness.NEAR: 0.2, Likeness.CONTAINED: 0.1, Likeness.NONE: 0.1}
"""Share of the rarer tag's articles that may carry the other too: *Syria* stands beside *President
of Syria*, but hardly anyone sets a tag and its other name."""

_FEWEST_ARTICLES = {
    Likeness.ABBREVIATION: 2, Likeness.ONE_WORD: 3, Likeness.CONTAINED: 3, Likeness.NONE: 3,
}  # fmt: skip
"""Fewest articles of the rarer tag, where its context has to say what its name does not."""


@dataclass(frozen=True)
class Proposal:
    """Two tags that may be one.

    Attributes:
        alias: the one with fewer articles.
        canonical: the other one.
        n_alias: articles of the alias.
        n_canonical: articles of the other.
        n_shared: articles of both.
        similarity: of their articles' contexts, -1 to 1.
        likeness: what their names have in common.
    """

    alias: Tag
    canonical: Tag
    n_alias: int
    n_canonical: int
    n_shared: int
    similarity: float
    likeness: Likeness


def suggest(settings: Settings) -> list[Proposal]:
    """Propose tags to be merged.

    Args:
        settings: whose home; its champion says what the tags' articles are about.

    Returns:
        The proposals, the surest first, each alias once; none that was merged, or split again.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        bundle = open_champion(settings, champion(catalogue))
        synonyms = synonyms_in_force(catalogue)
    return proposals(bundle, synonyms)


def proposals(bundle: Bundle, synonyms: Synonyms) -> list[Proposal]:
    """Propose tags of a bundle to be merged.

    Args:
        bundle: says what the tags' articles are about.
        synonyms: what was decided.

    Returns:
        The proposals, the surest first, each alias once; none that was merged, or is two for good.
    """
    return _Tags(bundle).proposals(synonyms)


class _Tags:
    """The tags of a bundle, by place."""

    def __init__(self, bundle: Bundle) -> None:
        labels, self._rows = tag_rows(bundle)
        self._tags = [Tag(slug, label) for slug, label in labels.items()]
        self._n_articles = np.array([len(rows) for rows in self._rows], np.int64)
        normaliser = Normaliser(bundle.language)
        self._names = [Name.of(tag.label, normaliser) for tag in self._tags]
        self._contexts = TagContexts(bundle, self._rows)

    def proposals(self, synonyms: Synonyms) -> list[Proposal]:
        """Return what may be merged beyond what is.

        Args:
            synonyms: what was decided.
        """
        first, second = self._pairs()
        similarity = self._contexts.similarity(first, second)
        found = map(self._proposal, first.tolist(), second.tolist(), similarity.tolist())
        kept: dict[str, Proposal] = {}
        for one in sorted((one for one in found if _holds(one)), key=_order):
            pair = (one.alias.slug, one.canonical.slug)
            is_split = pair in synonyms.split or pair[::-1] in synonyms.split
            is_merged = not synonyms.merged.keys().isdisjoint(pair)
            if not is_split and not is_merged and one.canonical.slug not in kept:
                kept.setdefault(one.alias.slug, one)
        return list(kept.values())

    def _pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places of the pairs worth a look, the lower first, each once."""
        least = _FEWEST_ARTICLES[Likeness.NONE]
        used = np.argsort(-self._n_articles, kind="stable")[:MAX_COMPARED]
        among = np.sort(used[self._n_articles[used] >= least])
        near = self._contexts.near(among, _LEAST_SIMILARITY[Likeness.NONE])
        pairs = chain(alike(self._names), zip(*(part.tolist() for part in near), strict=True))
        table = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def _proposal(self, a: int, b: int, similarity: float) -> Proposal:
        alias, canonical = sorted((a, b), key=lambda place: (self._n_articles[place], -place))
        shared = np.intersect1d(self._rows[a], self._rows[b], assume_unique=True)
        return Proposal(
            alias=self._tags[alias],
            canonical=self._tags[canonical],
            n_alias=int(self._n_articles[alias]),
            n_canonical=int(self._n_articles[canonical]),
            n_shared=len(shared),
            similarity=round(similarity, 3),
            likeness=self._names[a].likeness(self._names[b]),
        )


def as_json(proposal: Proposal) -> dict[str, object]:
    """Return a proposal as JSON values.

    Args:
        proposal: any.
    """
    alias, canonical = proposal.alias, proposal.canonical
    return {
        "alias": {"slug": alias.slug, "label": alias.label, "n_articles": proposal.n_alias},
        "canonical": {
            "slug": canonical.slug,
            "label": canonical.label,
            "n_articles": proposal.n_canonical,
        },
        "n_shared": proposal.n_shared,
        "similarity": proposal.similarity,
        "names": proposal.likeness.name.lower(),
    }


def _holds(one: Proposal) -> bool:
    """Return whether the evidence for a pair is enough to show it."""
    together = one.n_shared / one.n_alias
    return (
        one.similarity >= _LEAST_SIMILARITY[one.likeness]
        and together <= _MOST_TOGETHER.get(one.likeness, 1.0)
        and one.n_alias >= _FEWEST_ARTICLES.get(one.likeness, 1)
    )


def _order(one: Proposal) -> tuple[int, float, str, str]:
    return (one.likeness, -one.similarity, one.alias.slug, one.canonical.slug)
