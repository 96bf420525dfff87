"""Which tags a newsroom decided to be one.

The catalogue keeps what editors wrote; what is made of it, models and overlays, speaks of the
canonical tag only. A decision is a fact of the history: `{"alias", "canonical", "label"}`; where it
was taken back, a canonical that is null; where two that look alike are two for good, with `apart`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from recommender.domain.article import Article, Tag, tag_slug
from recommender.domain.corpus import Corpus
from recommender.domain.placement import Placement, Placements
from recommender.domain.traits import Traits
from recommender.errors import InvalidField, InvalidParameter

SYNONYMS_POLICY = "synonyms"
"""The subject of the events by which tags are merged and split."""


@dataclass(frozen=True)
class Synonyms:
    """The merges that stand at some point of the history.

    Attributes:
        merged: each alias's slug, and the tag that it was merged into.
        split: pairs of slugs that are two: they were one once, or somebody decided so; alias first.
        event: number of the last event that they come from, 0 for none.
    """

    merged: Mapping[str, Tag] = field(default_factory=dict)
    split: frozenset[tuple[str, str]] = frozenset()
    event: int = 0

    def canonical(self, slug: str) -> Tag | None:
        """Return the tag that stands for another, at the end of the chain; None for itself.

        Args:
            slug: any tag's.
        """
        found = None
        while slug in self.merged:
            found = self.merged[slug]
            slug = found.slug
        return found

    def fold(self, article: Article) -> Article:
        """Return an article with the canonical tag in the place of each alias.

        Args:
            article: as the catalogue has it.

        Returns:
            The article, the same object where it has no alias; no slug twice, the first counts.
        """
        if self.merged.keys().isdisjoint(tag.slug for tag in article.tags):
            return article
        tags: dict[str, Tag] = {}
        for tag in article.tags:
            standing = self.canonical(tag.slug) or tag
            tags.setdefault(standing.slug, standing)
        return replace(article, tags=tuple(tags.values()))

    def applied(self, corpus: Corpus) -> Corpus:
        """Return a corpus whose articles are folded as they are read.

        Args:
            corpus: as the catalogue has it.
        """
        if not self.merged:
            return corpus
        return corpus.changed(self.fold)

    def in_placements(self, placements: Placements) -> Placements:
        """Return placements whose slots mean each tag that they name by all of its names.

        So a rule holds on, whichever name it was written with, also among articles that a model
        from before the merge has under the other name.

        Args:
            placements: as the newsroom put them in force.
        """
        if not self.merged:
            return placements
        by_name = {one.name: self._in_placement(one) for one in placements}
        return replace(placements, by_name=by_name)

    def in_traits(self, traits: Traits) -> Traits:
        """Return traits that mean each tag that they name by all of its names.

        Args:
            traits: as somebody wrote them.
        """
        if not (self.merged and traits.tags):
            return traits
        return replace(traits, tags=tuple(dict.fromkeys(self._all_names(traits.tags))))

    def _in_placement(self, placement: Placement) -> Placement:
        slots = (
            replace(slot, tags=self._all_names(slot.tags), not_tags=self._all_names(slot.not_tags))
            for slot in placement.slots
        )
        return replace(placement, slots=tuple(slots))

    def _all_names(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """Return tags as they are named, and the slugs of all that are one with them."""
        ends = {self._end(tag_slug(label)) for label in labels}
        others = {tag.slug for tag in self.merged.values()} | self.merged.keys()
        return labels + tuple(sorted(slug for slug in others if self._end(slug) in ends))

    def _end(self, slug: str) -> str:
        found = self.canonical(slug)
        return slug if found is None else found.slug

    def with_merge(self, alias: str, canonical: Tag) -> Self:
        """Return the synonyms after a tag became another name of a second one.

        Args:
            alias: the slug that is given up; if it was merged before, it leads elsewhere now.
            canonical: the tag that stands for it from now on.

        Raises:
            InvalidParameter: if the two are one already, so that a chain would become a circle.
        """
        others = {slug: tag for slug, tag in self.merged.items() if slug != alias}
        standing = type(self)(others).canonical(canonical.slug) or canonical
        if alias == standing.slug:
            expected = f"another tag than “{alias}”, and none that is merged into it"
            raise InvalidParameter(parameter="canonical", found=canonical.slug, expected=expected)
        split = self.split - {(alias, canonical.slug)}
        return replace(self, merged={**others, alias: canonical}, split=split)

    def without(self, alias: str) -> Self:
        """Return the synonyms after a tag stands for itself again.

        Args:
            alias: its slug.

        Raises:
            InvalidParameter: if it is merged into none.
        """
        if alias not in self.merged:
            expected = "a tag that is merged into another one"
            raise InvalidParameter(parameter="alias", found=alias, expected=expected)
        rest = {slug: tag for slug, tag in self.merged.items() if slug != alias}
        return replace(self, merged=rest, split=self.split | {(alias, self.merged[alias].slug)})

    def after(self, detail: Mapping[str, Any]) -> Self:
        """Return the synonyms after a decision as the history holds it.

        Args:
            detail: of an event; `InvalidParameter` if it cannot be followed.

        Raises:
            InvalidField: if none of `merge_values`, `split_values` and `apart_values` returned it.
        """
        alias, slug, label = (detail.get(key) for key in ("alias", "canonical", "label"))
        if not isinstance(alias, str) or not isinstance(slug, str | None):
            expected = "an alias and a canonical tag, both slugs"
            raise InvalidField(field="synonym", found=dict(detail), expected=expected)
        if slug is None:
            return self.without(alias)
        if detail.get("apart") is True:
            return replace(self, split=self.split | {(alias, slug)})
        return self.with_merge(alias, Tag(slug, label if isinstance(label, str) else slug))

    def to_values(self) -> dict[str, list[str]]:
        """Return the merges that stand as JSON values: each alias's canonical slug and label."""
        found = {alias: self.canonical(alias) for alias in sorted(self.merged)}
        return {alias: [tag.slug, tag.label] for alias, tag in found.items() if tag is not None}

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Return the merges that `to_values` made values of; what was split is not among them.

        Args:
            values: what `to_values` returned.

        Raises:
            InvalidField: if a tag that stands for another is merged itself, perhaps in a circle.
        """
        merged = {alias: Tag(slug, label) for alias, (slug, label) in values.items()}
        if any(tag.slug in merged for tag in merged.values()):
            expected = "each alias with its canonical tag"
            raise InvalidField(field="synonyms", found=dict(values), expected=expected)
        return cls(merged)


def merge_values(alias: str, canonical: Tag) -> dict[str, object]:
    """Return the detail of the event by which a tag is merged into another.

    Args:
        alias: the slug that is given up.
        canonical: the tag that stands for it.
    """
    return {"alias": alias, "canonical": canonical.slug, "label": canonical.label}


def split_values(alias: str) -> dict[str, object]:
    """Return the detail of the event by which a tag stands for itself again.

    Args:
        alias: its slug.
    """
    return {"alias": alias, "canonical": None}


def apart_values(alias: str, other: str) -> dict[str, object]:
    """Return the detail of the event by which two tags that look alike are two for good.

    Args:
        alias: the slug of the one that would be given up.
        other: that of the one that would stand for it.
    """
    return {"alias": alias, "canonical": other, "apart": True}
