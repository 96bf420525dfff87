"""All that can be found: the articles of a bundle, those that came since, and those not shown.

Each has a place: those of the bundle their rows, behind them the rows of the overlay, behind those
the articles that no list may show. What was corrected counts as it is now; what was taken away
since the training keeps the place and the vector that it had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article, tag_slug
from recommender.domain.corpus import epoch_us
from recommender.domain.synonyms import Synonyms
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import Card
from recommender.ranking.refs import Ref
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.completions import Completions
from recommender.workflows.headlines import Headlines, has_word
from recommender.workflows.spelling import plain
from recommender.workflows.word_hits import LEAST, Word, in_bundle, in_rows

_MOST_BY_HEADLINE = 2_000
"""Headlines that are looked at for a word which the vocabulary does not have."""

_spelt = lru_cache(maxsize=50_000)(plain)


@dataclass(frozen=True, eq=False)
class Trained:
    """What of a bundle is made ready once: seconds for a million articles.

    Attributes:
        headlines: by row.
        completions: of half-typed words.
        tags: how many articles carry each tag, by slug, ascending.
        synonyms: tags that counted as one at the training.
    """

    headlines: Headlines
    completions: Completions
    tags: Mapping[str, int]
    synonyms: Synonyms

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Make it ready.

        Args:
            bundle: any.

        Returns:
            What is ready.
        """
        titles = (bundle.articles.card(row).title for row in range(len(bundle)))
        tags = dict(sorted(bundle.articles.tag_sizes().items()))
        synonyms = Synonyms.from_values(bundle.metadata.get("synonyms", {}))
        return cls(Headlines(titles), Completions(bundle), tags, synonyms)


class Searchable:
    """What can be found at one moment; n articles of the bundle, and m behind them."""

    def __init__(self, trained: Trained, snapshot: Snapshot, hidden: Mapping[str, Article]) -> None:
        """Lay the three side by side.

        Args:
            trained: of the snapshot's bundle.
            snapshot: what is served.
            hidden: articles that may not be shown, by id.
        """
        self.trained, self.snapshot, self.hidden = trained, snapshot, hidden
        bundle, overlay = snapshot.bundle, snapshot.overlay
        self.n = len(bundle)
        table = overlay.articles
        self._cards = [table.card(row) for row in range(len(table))]
        self._has_vector = [*overlay.arrived.has_lists.tolist()]
        self.places_of_hidden: dict[str, int] = {}
        for article in hidden.values():
            row = bundle.articles.row_of_id(article.id)
            if row is None:
                self.places_of_hidden[article.id] = self.n + len(self._cards)
                self._cards.append(Card.of(article))
                self._has_vector.append(False)
            else:
                self.places_of_hidden[article.id] = row
        self._headlines = [_spelt(card.title) for card in self._cards]
        self._texts = [
            f"{headline} {_beside(card)}"
            for card, headline in zip(self._cards, self._headlines, strict=True)
        ]
        of_hidden = [hidden[card.id].published_at for card in self._cards[len(table) :]]
        self.published_us = np.concatenate(
            [
                bundle.articles.published_us,
                table.published_us,
                np.array([epoch_us(one) for one in of_hidden], np.int64),
            ]
        )
        self.counts = self._counting(overlay.hidden_rows)

    @property
    def n_places(self) -> int:
        """How many places there are."""
        return self.n + len(self._cards)

    def card(self, place: int) -> Card:
        """Return what is shown of an article, as it is now."""
        if place >= self.n:
            return self._cards[place - self.n]
        today = self.snapshot.today(place)
        card = self.snapshot.card(today or Ref(in_overlay=False, row=place))
        return Card.of(self.hidden[card.id]) if card.id in self.hidden else card

    def headline(self, place: int) -> str:
        """Return a headline in one spelling."""
        if place < self.n:
            return self.trained.headlines[place]
        return self._headlines[place - self.n]

    def weights(self, words: list[Word]) -> list[NDArray[np.float32]]:
        """Return how much each of some words is to every article.

        Args:
            words: the words.

        Returns:
            For each float32[n + m], 0 where it does not stand, else from `word_hits.LEAST` to 1.
        """
        arrived = self.snapshot.overlay.arrived
        later = in_rows(words, arrived.vectors)
        found = []
        for word, of_later in zip(words, later, strict=True):
            of_bundle = in_bundle(word, self.snapshot.bundle.index, self.n)
            if not word.columns.size and not word.begun.size and not word.is_empty:
                rows = self.trained.headlines.rows_with(word.text, _MOST_BY_HEADLINE)
                of_bundle[rows] = 1
            behind = np.zeros(len(self._cards), np.float32)
            behind[: of_later.size] = of_later
            if not word.is_empty:
                self._read_texts(word.text, behind)
            both = np.concatenate([of_bundle, behind])
            tagged = self.tagged(tag_slug(word.text))
            both[tagged] = np.maximum(both[tagged], LEAST)
            found.append(both)
        return found

    def places_with(self, phrase: str, most: int) -> set[int]:
        """Return the places whose headlines have a phrase, at most so many, the newest.

        Args:
            phrase: in one spelling.
            most: of the bundle's articles.
        """
        if not phrase:
            return set()
        rows = self.trained.headlines.rows_with(phrase, most)
        behind = (self.n + i for i, one in enumerate(self._headlines) if has_word(one, phrase))
        return {*rows.tolist(), *behind}

    def tagged(self, slug: str) -> NDArray[np.int64]:
        """Return the places of the articles that carry a tag or one that means the same, int64.

        Args:
            slug: the tag's.
        """
        standing = self.trained.synonyms.canonical(slug)
        names = {slug} if standing is None else {slug, standing.slug}
        groups = [self.snapshot.tagged(name) for name in names]
        first = self.n + len(self.snapshot.overlay.articles)
        of_hidden = (
            place
            for place, card in enumerate(self._cards[first - self.n :], start=first)
            if any(tag.slug in names for tag in card.tags)
        )
        of_lists = (part for one in groups for part in (one.in_bundle, one.in_overlay + self.n))
        return _places(*of_lists, of_hidden)

    def in_section(self, slug: str) -> NDArray[np.int64]:
        """Return the places of the articles of a section, int64.

        Args:
            slug: its name, spelt as a tag's slug.
        """
        group = self.snapshot.in_section(slug)
        first = self.n + len(self.snapshot.overlay.articles)
        of_hidden = (
            place
            for place, card in enumerate(self._cards[first - self.n :], start=first)
            if card.section and tag_slug(card.section) == slug
        )
        return _places(group.in_bundle, group.in_overlay + self.n, of_hidden)

    def _read_texts(self, word: str, found: NDArray[np.float32]) -> None:
        """Look for a word in headline, deck and tags of what no vector is known of."""
        for place, (text, has_vector) in enumerate(zip(self._texts, self._has_vector, strict=True)):
            if not has_vector and has_word(text, word):
                found[place] = max(found[place], LEAST)

    def _counting(self, hidden_rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which places count, bool[n + m]: not those of what was corrected since."""
        counts = np.ones(self.n_places, np.bool_)
        for row in hidden_rows.tolist():
            today = self.snapshot.today(row)
            counts[row] = today is None
        return counts


def _beside(card: Card) -> str:
    """Return what an article says beside its headline, in one spelling."""
    return _spelt(" ".join([card.summary, *(tag.label for tag in card.tags)]))


def _places(*parts: object) -> NDArray[np.int64]:
    return np.concatenate([np.fromiter(part, np.int64) for part in parts])  # type: ignore[call-overload]
