"""Search: an editor's few words, and the articles meant by them, as fast as they are typed.

There is no index but the bundle's. An id or an address finds its article. Words are looked up one
by one in the postings of the vectors, where each counts by how rare it is; that they stand in the
headline counts more, and most that the headline goes on as it was typed.
"""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article, tag_slug
from recommender.domain.url import canonical_url, is_safe_url
from recommender.ranking.cards import Card
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.found import Hit, Hits, Match, TagHit
from recommender.workflows.headlines import has_word
from recommender.workflows.hidden_articles import state_of
from recommender.workflows.matching import in_headline, is_telling, matches, state_now
from recommender.workflows.searchable import Searchable, Trained
from recommender.workflows.typed import Typed

N_RANKED = 250
"""Articles whose headlines are compared with what was typed: those in which most of it stands."""

MAX_TAGS = 6
"""Tags named beside the articles."""

_IN_HEADLINE = 0.5
"""What it counts beside 1, for a word that is all an article says, that the headline has it."""

_BEGINS, _WITHIN, _IS = 0.5, 0.25, 1.0
"""What it counts that a headline begins with all that was typed, has it, or is it."""

_STEP = 0.25
"""Of articles that differ by less the newer comes first; with several words, by as much less."""


class Finder:
    """Finds articles; several threads may ask, and one at a time makes ready what is new."""

    def __init__(self) -> None:
        """Make nothing ready yet."""
        self._preparing = threading.Lock()
        self._trained: tuple[str, Trained] | None = None
        self._searchable: Searchable | None = None

    def find(
        self,
        snapshot: Snapshot,
        hidden: Mapping[str, Article],
        text: str,
        now: datetime,
        limit: int,
        *,
        newest_first: bool = False,
    ) -> Hits:
        """Return the articles that are meant by what was typed.

        Args:
            snapshot: what is served.
            hidden: articles that may not be shown, by id.
            text: what was typed.
            now: the instant.
            limit: how many articles at most.
            newest_first: order those that have all the words by their date alone.

        Returns:
            What was found.
        """
        searchable = self._ready(snapshot, hidden)
        return _Search(searchable, Typed.read(text), now).hits(limit, newest_first=newest_first)

    def _ready(self, snapshot: Snapshot, hidden: Mapping[str, Article]) -> Searchable:
        with self._preparing:
            held = self._searchable
            if held is None or held.snapshot is not snapshot or held.hidden is not hidden:
                sha256 = snapshot.bundle.manifest_sha256
                if self._trained is None or self._trained[0] != sha256:
                    self._trained = sha256, Trained.of(snapshot.bundle)
                held = self._searchable = Searchable(self._trained[1], snapshot, hidden)
            return held


class _Search:
    """One search."""

    def __init__(self, searchable: Searchable, typed: Typed, now: datetime) -> None:
        self._held, self._typed, self._now = searchable, typed, now
        last, word_of = len(typed.words) - 1, searchable.trained.completions.word
        self._words = [
            word_of(written, is_open=typed.is_open and place == last)
            for place, written in enumerate(typed.words)
        ]
        self._telling = [word for word in self._words if is_telling(word)]
        self._weights = searchable.weights(self._telling)

    def hits(self, limit: int, *, newest_first: bool) -> Hits:
        """Return what is found."""
        admitted = self._admitted()
        has = [weights > 0 for weights in self._weights]
        n_with = sum((one.astype(np.int32) for one in has), np.zeros(admitted.size, np.int32))
        has_all = admitted & (n_with == len(has))
        if self._typed.phrase and not has:
            # Words such as “of the”, which only headlines tell apart.
            has_all &= self._marked(self._held.places_with(self._typed.phrase, N_RANKED))
        has_any = admitted & (n_with > 0) if has else has_all
        exact = list(self._exact())
        if newest_first or not has:
            ranked = self._newest(has_all if has_all.any() else has_any, limit)
        else:
            ranked = self._best(admitted, limit)
        found = {hit.card.id: hit for hit in exact}
        for place in ranked:
            hit = self._hit(place)
            found.setdefault(hit.card.id, hit)
        absent = (word for word, of in zip(self._telling, has, strict=True) if not of.any())
        return Hits(
            self._typed,
            tuple(found.values())[:limit],
            int(has_all.sum()),
            int(has_any.sum()),
            tuple(self._tags()),
            tuple(word.text for word in absent),
        )

    def _admitted(self) -> NDArray[np.bool_]:
        """Return which places count, and have the tags, section and state that are asked for."""
        held, typed = self._held, self._typed
        admitted = held.counts.copy()
        wishes = [
            *map(held.tagged, map(self._canonical, typed.tags)),
            *map(held.in_section, typed.sections),
        ]
        if typed.states:
            of_state = (
                held.places_of_hidden[one.id]
                for one in held.hidden.values()
                if state_of(one, self._now) in typed.states
            )
            wishes.append(np.fromiter(of_state, np.int64))
        for places in wishes:
            admitted &= self._marked(places)
        return admitted

    def _marked(self, places: Collection[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which places are some, bool[n + m]."""
        marked = np.zeros(self._held.n_places, np.bool_)
        marked[np.fromiter(places, np.int64)] = True
        return marked

    def _canonical(self, slug: str) -> str:
        """Return the slug of a tag that is meant: itself, or the most frequent that begins so."""
        tags = self._held.trained.tags
        if slug in tags or self._held.tagged(slug).size:
            return slug
        begun = [one for one in tags if one.startswith(slug)]
        return max(begun, key=tags.__getitem__, default=slug)

    def _newest(self, wanted: NDArray[np.bool_], limit: int) -> list[int]:
        places = np.flatnonzero(wanted)
        order = np.argsort(-self._held.published_us[places], kind="stable")[:limit]
        newest: list[int] = places[order].tolist()
        return newest

    def _best(self, admitted: NDArray[np.bool_], limit: int) -> list[int]:
        """Return the best places: first by what stands anywhere, those then by their headlines."""
        rarity = [_rarity(int(np.count_nonzero(one)), admitted.size) for one in self._weights]
        total = np.zeros(admitted.size, np.float32)
        for weights, rare in zip(self._weights, rarity, strict=True):
            total += weights * np.float32(rare)
        total *= admitted
        n = min(N_RANKED, total.size)
        chosen = np.argpartition(-total, n - 1)[:n] if n else np.empty(0, np.int64)
        by_phrase = self._held.places_with(self._typed.phrase, N_RANKED)
        likely = {*chosen[total[chosen] > 0].tolist(), *(one for one in by_phrase if admitted[one])}
        scores = {place: self._score(place, rarity) for place in likely}
        published_us = self._held.published_us
        return sorted(likely, key=lambda one: (-scores[one], -int(published_us[one]), one))[:limit]

    def _score(self, place: int, rarity: Sequence[float]) -> float:
        """Return how well an article is what was typed, in steps."""
        headline, phrase = self._held.headline(place), self._typed.phrase
        total = bonus = 0.0
        parts = zip(self._telling, self._weights, rarity, strict=True)
        for word, weights, rare in parts:
            total += rare * (float(weights[place]) + _IN_HEADLINE * in_headline(headline, word))
        if len(self._words) > 1 or headline == phrase:
            bonus = _WITHIN * has_word(headline, phrase) + _BEGINS * headline.startswith(phrase)
            bonus += _IS * (headline == phrase)
        step = _STEP / max(1, len(self._telling))
        return round((total / (sum(rarity) or 1.0) + bonus) / step)

    def _exact(self) -> Iterator[Hit]:
        """Yield the article of which the id or the address was typed."""
        text, held = self._typed.text, self._held
        ref = held.snapshot.find(article_id=text) if text else None
        if ref is not None or text in held.hidden:
            card = Card.of(held.hidden[text]) if ref is None else held.snapshot.card(ref)
            yield Hit(card, state_now(held, card, self._now), (Match("id", (text,)),))
        if "/" not in text or not is_safe_url(text):
            return
        page, match = canonical_url(text), (Match("address", (text,)),)
        ref = held.snapshot.find(url=text)
        if ref is not None:
            card = held.snapshot.card(ref)
            yield Hit(card, state_now(held, card, self._now), match)
        for article in held.hidden.values():
            if article.url and canonical_url(article.url) == page:
                yield Hit(Card.of(article), state_of(article, self._now), match)

    def _hit(self, place: int) -> Hit:
        held = self._held
        card, slugs = held.card(place), [self._canonical(slug) for slug in self._typed.tags]
        why = matches(held, place, self._typed, self._telling, self._weights, slugs)
        return Hit(card, state_now(held, card, self._now), tuple(why))

    def _tags(self) -> Iterator[TagHit]:
        """Yield the tags whose names begin as what was typed does, the most frequent first."""
        held, phrase = self._held, tag_slug(self._typed.phrase)
        if not phrase or self._typed.tags:
            return
        begun = [slug for slug in held.trained.tags if slug.startswith(phrase)]
        begun.sort(key=lambda slug: (slug != phrase, -held.trained.tags[slug], slug))
        terms = held.snapshot.bundle.terms
        for slug in begun[:MAX_TAGS]:
            column = terms.column_of(f"tag:{slug}")
            label = slug if column is None else terms[column][1]
            yield TagHit(slug, label, held.trained.tags[slug])


def _rarity(n_with: int, n: int) -> float:
    """Return what a word counts that so many of n articles have; nothing where none has it."""
    return float(np.log1p(n / n_with)) if n_with else 0.0
