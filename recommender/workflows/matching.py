"""Why an article was found: where in it the words stand that were typed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import tag_slug
from recommender.domain.corpus import epoch_us
from recommender.ranking.cards import Card
from recommender.ranking.text import is_unspaced
from recommender.workflows.found import Match
from recommender.workflows.headlines import has_whole_word, has_word
from recommender.workflows.hidden_articles import state_of
from recommender.workflows.searchable import Searchable
from recommender.workflows.typed import Typed
from recommender.workflows.word_hits import Word

_NOT_JUST_SO = 0.7
"""What it counts beside 1 that a headline has a word with another ending."""


def state_now(searchable: Searchable, card: Card, now: datetime) -> str:
    """Return in a word whether an article is shown, and if not why, as `Hit` has it.

    Args:
        searchable: where it was found.
        card: of the article.
        now: the instant.
    """
    hidden = searchable.hidden.get(card.id)
    if hidden is not None:
        return state_of(hidden, now)
    at = card.published_at
    is_to_come = at is not None and epoch_us(datetime.fromisoformat(at)) > epoch_us(now)
    return "to come" if is_to_come else "published"


def is_telling(word: Word) -> bool:
    """Return whether a word is sought, and not only compared with headlines as “the” is."""
    return bool(word.columns.size or word.begun.size) or not word.is_empty


def in_headline(headline: str, word: Word) -> float:
    """Return how much it counts that a word stands in a headline, 0 to 1.

    Args:
        headline: in one spelling.
        word: what is sought: just so, as the beginning of a word, or with another ending.
    """
    if has_whole_word(headline, word.text):
        return 1.0
    is_there = any(has_word(headline, one) for one in (word.text, *word.stems))
    return _NOT_JUST_SO if is_there else 0.0


def matches(
    searchable: Searchable,
    place: int,
    typed: Typed,
    words: Sequence[Word],
    weights: Sequence[NDArray[np.float32]],
    slugs: Sequence[str],
) -> Iterator[Match]:
    """Yield where in an article the words stand, each where it says most.

    Args:
        searchable: where the article was found.
        place: its place.
        typed: what was asked.
        words: those sought.
        weights: for each float32[n + m], as `Searchable.weights`.
        slugs: of the tags that were asked for.

    Yields:
        Headline, tags and text, each once.
    """
    headline = searchable.headline(place)
    labels = {tag.slug: tag.label for tag in searchable.card(place).tags}
    found: dict[str, list[str]] = {"headline": [], "tag": [], "text": []}
    found["tag"] += [labels[slug] for slug in slugs if slug in labels]
    has_phrase = len(words) > 1 and has_word(headline, typed.phrase)
    if has_phrase:
        found["headline"].append(typed.phrase)
    for word, of_word in zip(words, weights, strict=True):
        slug = tag_slug(word.text)
        if in_headline(headline, word):
            found["headline"] += [] if has_phrase else [_in_full(headline, word)]
        elif slug in labels:
            found["tag"].append(labels[slug])
        elif of_word[place]:
            found["text"].append(_as_written(searchable, place, word))
    for where, said in found.items():
        if said:
            yield Match(where, tuple(dict.fromkeys(said)))


def _in_full(headline: str, word: Word) -> str:
    """Return the word of a headline that begins as another does; in unspaced writing the other."""
    if is_unspaced(word.text):
        return word.text
    begins = (
        one
        for start in (word.text, *word.stems)
        for one in headline.split()
        if one.startswith(start)
    )
    return next(begins, word.text)


def _as_written(searchable: Searchable, place: int, word: Word) -> str:
    """Return a word as articles most often write it: the label of an article's strongest column."""
    snapshot, sought = searchable.snapshot, word.all_columns
    n_later = len(snapshot.overlay.articles) if snapshot.known.has_later else 0
    if not sought.size or place >= searchable.n + n_later:
        return word.text
    columns, weights = snapshot.known.vectors.row(place)
    mine = np.isin(columns, sought)
    if not mine.any():
        return word.text
    strongest = int(columns[mine][weights[mine].argmax()])
    return snapshot.bundle.terms[strongest][1]
