"""Taking articles in that came after the training: compared with all of a bundle, both ways."""

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.domain.corpus import UNDATED_US, epoch_us
from recommender.ranking.arrival import NOBODY, Arrival, Near, least_of
from recommender.ranking.bundle import Bundle
from recommender.ranking.engine import Neighbours
from recommender.ranking.language_codes import packed
from recommender.ranking.live import Live, Newcomer
from recommender.ranking.live_search import Lasts, Listing, both_ways, search
from recommender.ranking.older_lists import N_DRAWN, first_of_each
from recommender.ranking.opening import open_engine
from recommender.ranking.rows import MILLION
from recommender.ranking.segments import Vector
from recommender.ranking.stored_vocabulary import load_vocabulary
from recommender.ranking.twins import Twins
from recommender.ranking.vocabulary import Vocabulary

_MAX_DRAWN = 1_000
"""As in training: where a story fills even this many places, the list of older ones is short."""

_CLOSED = MILLION + 1
"""A list that nobody can enter."""


class Reception:
    """What an exact search of one bundle says of later articles."""

    def __init__(self, bundle: Bundle) -> None:
        """Open what reads texts and what searches.

        Args:
            bundle: verified, here or in the process that handed it on.
        """
        self._bundle = bundle
        self._vocabulary: Vocabulary | None = None
        groups = None if bundle.mixes_languages else bundle.articles.language.view(np.int32)
        engine = open_engine(bundle, is_verified=True)
        self._live = Live.of(engine, bundle.articles, groups)
        self._lasts = _lasts(bundle.candidate_rows, bundle.candidate_similarity)
        self._older_lasts = _lasts(bundle.older_rows, bundle.older_similarity)
        self._floors: dict[int, tuple[NDArray[np.float64], NDArray[np.int32]]] = {}

    def vector_of(self, article: Article) -> Vector:
        """Return the vector of an article.

        Args:
            article: as the training would count it: cleaned, its language named.
        """
        if self._vocabulary is None:
            self._vocabulary = load_vocabulary(self._bundle.vocabulary)
        return Vector(*self._vocabulary.vectors([article], self._bundle.language).row(0))

    def compare(self, number: int, article: Article, vector: Vector) -> Arrival:
        """Return what is found of a revision; it changes nothing here.

        Args:
            number: of its event.
            article: the revision, its language named.
            vector: its own.

        Returns:
            The same for the same bundle and revision, always.
        """
        bundle, published_us = self._bundle, epoch_us(article.published_at)
        language = packed(article.language or bundle.language)
        group = 0 if bundle.mixes_languages else int(np.uint32(language).astype(np.int32))
        own = bundle.articles.row_of_id(article.id)
        live = self._live if own is None else self._live.without([own])
        newcomer = Newcomer(article.id, published_us, vector, group)
        k, until_us = bundle.candidate_rows.shape[1], published_us - bundle.older_us
        listings = [Listing(k)]
        if published_us > UNDATED_US and bundle.older_rows.shape[1]:
            listings.append(Listing(N_DRAWN, until_us))
        found = both_ways(live, newcomer, listings, self._lasts)
        closest, *drawn = map(_filled, found.lists)
        older = self._older(live, newcomer, drawn[0], until_us) if drawn else NOBODY
        story = -1 if own is None else int(bundle.stories[own])
        return Arrival(
            number,
            article.id,
            published_us,
            live.place_of(newcomer).base_row,
            vector.columns,
            vector.weights,
            closest,
            older,
            least_of(closest, k),
            least_of(older, bundle.older_rows.shape[1]),
            Near(found.entered, found.similarity),
            self._entered_older(live, newcomer),
            self._floor(language, vector.columns.size),
            story if own is not None else self._story(closest, published_us),
            group,
        )

    def _older(self, live: Live, newcomer: Newcomer, drawn: Near, until_us: int) -> Near:
        """Return the nearest among those that were old when a newcomer appeared.

        Args:
            live: without what the newcomer replaces.
            newcomer: the article.
            drawn: the first `N_DRAWN` of them.
            until_us: when the youngest of them was published, at most.
        """
        n_stored, k = self._bundle.older_rows.shape[1], N_DRAWN
        while True:
            kept = np.flatnonzero(first_of_each(drawn.rows[None], self._bundle.stories)[0])
            if kept.size >= n_stored or len(drawn.rows) < k or 2 * k > _MAX_DRAWN:
                return Near(drawn.rows[kept[:n_stored]], drawn.similarity[kept[:n_stored]])
            k *= 2
            listing = [Listing(k, until_us)]
            drawn = _filled(search(live, newcomer.vector, listing, group=newcomer.group)[0])

    def _entered_older(self, live: Live, newcomer: Newcomer) -> Near:
        """Return whose lists of older articles a newcomer enters that is old itself."""
        published_us, own_us = self._bundle.articles.published_us, newcomer.published_us
        if own_us == UNDATED_US or not self._bundle.older_rows.shape[1]:
            return NOBODY
        n_newer = int(np.searchsorted(-published_us, -(own_us + self._bundle.older_us), "right"))
        if not n_newer:
            return NOBODY
        similarity = np.full(published_us.size, _CLOSED, np.int32)
        similarity[:n_newer] = self._older_lasts.similarity[:n_newer]
        lasts = Lasts(similarity, self._older_lasts.rows)
        found = both_ways(live, newcomer, [Listing(1)], lasts)
        return Near(found.entered, found.similarity)

    def _story(self, closest: Near, published_us: int) -> int:
        """Return the story of the nearest article that a new one tells again, -1 for none."""
        if not closest.rows.size:
            return -1
        twin = int(closest.rows[0])
        others_us = int(self._bundle.articles.published_us[twin])
        twins = Twins.of(self._bundle.metadata)
        if twins.are(int(closest.similarity[0]), published_us, others_us):
            return int(self._bundle.stories[twin])
        return -1

    def _floor(self, language: int, n_columns: int) -> int:
        """Return what the training would take for chance, of an article of this length."""
        lengths, floors = self._by_length(language)
        if not floors.size:
            return 0
        of_length = np.interp(np.log(max(n_columns, 1)), lengths, floors)
        return round(float(of_length))

    def _by_length(self, language: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Return the floor by the logarithm of the length, as the articles of a language have it.

        The training drew it through the middles of a few bins, and then set it down for each
        article: so where two articles are of one length they have one floor.
        """
        if language not in self._floors:
            n_columns = np.diff(self._bundle.vectors.indptr)
            held = np.flatnonzero((self._bundle.articles.language == language) & (n_columns > 0))
            if not held.size:
                held = np.arange(len(self._bundle))
            lengths, first = np.unique(np.maximum(n_columns[held], 1), return_index=True)
            self._floors[language] = np.log(lengths), self._bundle.floor[held[first]]
        return self._floors[language]


def _lasts(rows: NDArray[np.int32], similarity: NDArray[np.int32]) -> Lasts:
    if not rows.shape[1]:
        return Lasts(np.full(len(rows), _CLOSED, np.int32), np.full(len(rows), -1, np.int32))
    return Lasts(np.ascontiguousarray(similarity[:, -1]), np.ascontiguousarray(rows[:, -1]))


def _filled(found: Neighbours) -> Near:
    n = int(np.count_nonzero(found.similarity))
    return Near(found.rows[:n], found.similarity[:n])
