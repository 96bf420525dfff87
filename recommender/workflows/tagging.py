"""`morefrom tags`: which tags there are, which may be two names of one thing, and which are."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Tag, tag_slug
from recommender.domain.event import Event, EventKind
from recommender.domain.synonyms import (
    SYNONYMS_POLICY,
    Synonyms,
    apart_values,
    merge_values,
    split_values,
)
from recommender.errors import InvalidParameter
from recommender.settings import Settings
from recommender.workflows.changes import synonyms_in_force

BROAD_SHARE = 1 / 3
"""Share of the articles from which on a tag says next to nothing of each."""

_FEWEST_ARTICLES = 20
"""In a smaller archive no tag is broad."""


@dataclass(frozen=True)
class TagCount:
    """A tag as the catalogue has it, merged ones counted with the tag that stands for them.

    Attributes:
        slug: its one spelling.
        label: as editors most often write it.
        n_articles: published articles that carry it or a tag merged into it.
        share: of all published articles, 0 to 1.
        is_broad: whether so many carry it that it says next to nothing.
        aliases: the slugs of the tags merged into it, in order.
    """

    slug: str
    label: str
    n_articles: int
    share: float
    is_broad: bool
    aliases: tuple[str, ...]


def tags(settings: Settings) -> list[TagCount]:
    """Return the tags of all published articles.

    Args:
        settings: whose home.

    Returns:
        The tags, those of the most articles first, then by slug.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        synonyms = synonyms_in_force(catalogue)
        return _counted(catalogue, synonyms)


def merge(settings: Settings, alias: str, canonical: str, author: str, reason: str) -> Event:
    """Decide that a tag is another name of a second one.

    Args:
        settings: whose home.
        alias: the tag that is given up, in any spelling.
        canonical: the tag that stands for it from now on.
        author: who decides.
        reason: why; kept in the history.

    Returns:
        The event. The catalogue keeps what editors wrote; `InvalidParameter` if one of the two is
        no tag of an article, or both are one already.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        last = _last_policy(catalogue)
        synonyms = synonyms_in_force(catalogue)
        labels = {one.slug: one.label for one in _counted(catalogue, Synonyms())}
        given_up = _known("alias", alias, labels)
        slug = _known("canonical", canonical, labels)
        tag = Tag(slug, labels[slug])
        synonyms.with_merge(given_up, tag)  # which refuses a circle
        return _decide(catalogue, merge_values(given_up, tag), author, reason, last)


def merge_proposed(
    settings: Settings, alias: str, canonical: Tag, author: str, reason: str
) -> Event:
    """Decide what `tag_proposals` proposed, without reading the archive once more.

    Args:
        settings: whose home.
        alias: the slug of the tag that is given up, one of an article's.
        canonical: the tag that stands for it from now on, likewise.
        author: who decides.
        reason: why; kept in the history.

    Returns:
        The event; `InvalidParameter` if both are one already.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        last = _last_policy(catalogue)
        synonyms_in_force(catalogue).with_merge(alias, canonical)
        return _decide(catalogue, merge_values(alias, canonical), author, reason, last)


def keep_apart(settings: Settings, alias: str, other: str, author: str, reason: str) -> Event:
    """Decide that two tags that look alike are two, so that nobody is asked again.

    Args:
        settings: whose home.
        alias: the slug of the one that would have been given up.
        other: that of the one that would have stood for it.
        author: who decides.
        reason: why; kept in the history.

    Returns:
        The event.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        last = _last_policy(catalogue)
        return _decide(catalogue, apart_values(alias, other), author, reason, last)


def split(settings: Settings, alias: str, author: str, reason: str) -> Event:
    """Decide that a tag that was merged into another stands for itself again.

    Args:
        settings: whose home.
        alias: the tag, in any spelling.
        author: who decides.
        reason: why; kept in the history.

    Returns:
        The event; `InvalidParameter` if the tag is not merged into another.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        last = _last_policy(catalogue)
        slug = tag_slug(alias)
        synonyms_in_force(catalogue).without(slug)
        return _decide(catalogue, split_values(slug), author, reason, last)


def is_broad(n_articles: int, n: int) -> bool:
    """Return whether so many articles carry a tag that it says next to nothing of each.

    Args:
        n_articles: that carry it.
        n: articles in all.
    """
    return n >= _FEWEST_ARTICLES and n_articles >= BROAD_SHARE * n


def _counted(catalogue: Catalogue, synonyms: Synonyms) -> list[TagCount]:
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with catalogue.corpus(datetime.now(UTC)) as corpus:
        n = len(corpus)
        for article in synonyms.applied(corpus):
            for tag in article.tags:
                labels[tag.slug][tag.label] += 1
    aliases: defaultdict[str, list[str]] = defaultdict(list)
    for alias, (slug, _) in sorted(synonyms.to_values().items()):
        aliases[slug].append(alias)
    found = [
        TagCount(
            slug=slug,
            label=max(sorted(counts), key=counts.__getitem__),
            n_articles=counts.total(),
            share=counts.total() / n,
            is_broad=is_broad(counts.total(), n),
            aliases=tuple(aliases[slug]),
        )
        for slug, counts in labels.items()
    ]
    return sorted(found, key=lambda one: (-one.n_articles, one.slug))


def _known(parameter: str, tag: str, labels: dict[str, str]) -> str:
    """Return the slug of a tag that some article carries.

    Args:
        parameter: the name of what was given.
        tag: in any spelling.
        labels: of all tags, by slug.

    Returns:
        The slug.

    Raises:
        InvalidParameter: if no article carries it.
    """
    slug = tag_slug(tag)
    if slug not in labels:
        expected = "a tag of a published article, such as “morefrom tags” lists"
        raise InvalidParameter(parameter, tag, expected)
    return slug


def _last_policy(catalogue: Catalogue) -> int:
    events = catalogue.events((EventKind.POLICY,))
    return events[-1].number if events else 0


def _decide(
    catalogue: Catalogue, detail: dict[str, object], author: str, reason: str, last: int
) -> Event:
    """Return a decision's event, unless somebody decided something since it was looked at."""
    return catalogue.append_if(
        EventKind.POLICY,
        SYNONYMS_POLICY,
        author,
        reason,
        detail,
        expected_last_of=(EventKind.POLICY,),
        expected_number=last,
    )
