"""Articles that tell the story of a draft already.

Those are the ones that no list shows beside it once it is published: of the same days, and as
similar as articles of one story are. An editor also wants to know of what is older and says all but
the same; there words alone count, for a draft seldom has its tags yet. What says so little that the
model may not know the words in which two texts differ must have the same headline as well.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.cards import Card
from recommender.ranking.refs import Ref
from recommender.ranking.rows import MILLION
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.terms import KINDS
from recommender.ranking.twins import Twins
from recommender.training.config import TrainingConfig

MAX_NAMED = 5
"""Articles named."""

_TAG, _TERM = KINDS.index("tag"), KINDS.index("term")
_LEAST_TERMS = 8
"""As in training: what says less is only ever told again word for word."""

_LEAST_LENGTH = 1e-12


def same_story(snapshot: Snapshot, ref: Ref) -> tuple[tuple[Card, float], ...]:
    """Return the nearest articles that tell the story of a draft.

    Args:
        snapshot: with the draft.
        ref: where the draft is.

    Returns:
        At most `MAX_NAMED`, nearest first, and how similar each is, 0 to 1.
    """
    known, metadata = snapshot.known, snapshot.bundle.metadata
    copied = TrainingConfig.model_validate(metadata["config"]).stories.copied
    row, twins = known.n + ref.row, Twins.of(metadata)
    own_us, story, words = known.published_us(row), known.story(row), _Words.of(snapshot, ref)
    found: list[tuple[Card, float]] = []
    for other, similarity in zip(*(part.tolist() for part in known.closest(row)), strict=True):
        held = snapshot.listed(other)
        if held is None:
            continue
        is_same = story is not None and known.story(other) == story
        is_twin = twins.are(similarity, own_us, known.published_us(other))
        if is_same or is_twin or words.are_those_of(_Words.of(snapshot, held), copied):
            found.append((snapshot.card(held), similarity / MILLION))
    return tuple(found[:MAX_NAMED])


class _Words(NamedTuple):
    """What an article says, so far as the model knows its words.

    Attributes:
        headline: its title.
        columns: int32[m], ascending, of its terms and phrases.
        weights: float64[m], of unit length if it has any.
        n_terms: how many are terms.
    """

    headline: str
    columns: NDArray[np.int32]
    weights: NDArray[np.float64]
    n_terms: int

    @classmethod
    def of(cls, snapshot: Snapshot, ref: Ref) -> Self:
        """Return the words of an article that was compared."""
        known = snapshot.known
        columns, weights = known.vectors.row(known.n + ref.row if ref.in_overlay else ref.row)
        kinds = known.terms.kinds[columns]
        is_word = kinds != _TAG
        of_words = weights[is_word].astype(np.float64)
        length = max(float(np.linalg.norm(of_words)), _LEAST_LENGTH)
        n_terms = int(np.count_nonzero(kinds == _TERM))
        return cls(snapshot.card(ref).title, columns[is_word], of_words / length, n_terms)

    def are_those_of(self, other: "_Words", least: float) -> bool:
        """Return whether two articles say all but the same.

        Args:
            other: of the other one.
            least: cosine.
        """
        if min(self.n_terms, other.n_terms) < _LEAST_TERMS and self.headline != other.headline:
            return False
        mine, its = self.columns, other.columns
        _, here, there = np.intersect1d(mine, its, assume_unique=True, return_indices=True)
        return bool(self.weights[here] @ other.weights[there] >= least)
