"""From a similarity to the probability that a pick is relevant, learnt from graded pairs.

A logistic curve in the logarithm of the similarity (Platt, "Probabilistic outputs for support
vector machines", 1999): it rises from 0 for what has nothing in common, and has two numbers to
learn, so that two hundred pairs are enough. Never falling: a closer article is never less probable.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

_LEAST = 1e-3
"""Similarities below are taken for this one: the logarithm of nothing is infinite."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A probability that rises with the similarity.

    Attributes:
        intercept: log odds of relevance at similarity 1.
        slope: how much they rise with the logarithm of the similarity, at least 0.
    """

    intercept: float
    slope: float

    @classmethod
    def fit(cls, similarity: NDArray[np.float64], is_relevant: NDArray[np.bool_]) -> Self:
        """Learn from graded pairs.

        Args:
            similarity: float64[m], in [0, 1].
            is_relevant: bool[m], some of either kind; scikit-learn's ValueError otherwise.

        Returns:
            The calibration.
        """
        model = LogisticRegression(C=np.inf).fit(_logarithm(similarity)[:, None], is_relevant)
        slope = float(model.coef_[0, 0])
        if slope >= 0:
            return cls(float(model.intercept_[0]), slope)
        odds = is_relevant.mean() / (1 - is_relevant.mean())
        return cls(float(np.log(odds)), 0.0)

    def probability(self, similarity: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability that picks are relevant.

        Args:
            similarity: float64[m], in [0, 1].

        Returns:
            float64[m] in [0, 1], ascending where the similarity is.
        """
        found: NDArray[np.float64] = expit(self.intercept + self.slope * _logarithm(similarity))
        return found

    def similarity_at(self, probability: float) -> float | None:
        """Return the similarity from which picks are at least so probable to be relevant.

        Args:
            probability: between 0 and 1.

        Returns:
            A similarity in [0, 1]; None where not even the greatest is enough.
        """
        wanted = np.log(probability / (1 - probability))
        if self.intercept < wanted:
            return None
        if not self.slope:
            return 0.0
        found = float(np.exp((wanted - self.intercept) / self.slope))
        return found if found > _LEAST else 0.0


def _logarithm(similarity: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.log(np.maximum(similarity, _LEAST))
    return found
