"""The words by which articles are compared: each article's own, and once.

The catalogue keeps what the newsroom wrote. Before it is counted, what says again what the article
has said, what belongs to the page and not to the article, and what half of the archive says too is
left out, paragraph by paragraph, each for a `Reason`. A body never loses all of its words.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from recommender.domain.article import Article
from recommender.training.body import Body, Reason
from recommender.training.boilerplate import Boilerplate, Hashes
from recommender.training.foot import drop_biography, drop_teasers
from recommender.training.gleaning import Gleaned, glean, learn_boilerplate
from recommender.training.paragraphs import paragraphs
from recommender.training.repeats import drop_repeats


@dataclass(frozen=True, slots=True)
class Reading:
    """How an article is read.

    Attributes:
        article: as it is counted.
        deck: why the deck is not counted; None where it is, or there is none.
        paragraphs: the body as it was written.
        reasons: why each paragraph is not counted; None where it is.
    """

    article: Article
    deck: Reason | None
    paragraphs: tuple[str, ...]
    reasons: tuple[Reason | None, ...]

    @property
    def dropped(self) -> list[Reason]:
        """The reason of each paragraph that is not counted, the deck's included."""
        return [reason for reason in (self.deck, *self.reasons) if reason is not None]


class TextCleaner(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Leaves out of articles what is not about them.

    Parameters:
        repeats: whether to leave out what the article says already.
        foot: whether to leave out biographies, and lists of other articles.
        boilerplate_share: share of the archive in which a paragraph must stand to be left out of
            all articles; 0 to look for none.

    Attributes:
        boilerplate_: uint64[m], ascending: what `Boilerplate` knows of the corpus fitted on.
    """

    def __init__(
        self, *, repeats: bool = True, foot: bool = True, boilerplate_share: float = 0.01
    ) -> None:
        self.repeats = repeats
        self.foot = foot
        self.boilerplate_share = boilerplate_share

    def fit(self, articles: Iterable[Article], y: object = None) -> Self:
        """Learn what the archive says again and again, in one pass.

        Args:
            articles: the corpus.
            y: ignored.

        Returns:
            This cleaner.
        """
        del y
        return self.fit_parts([glean(articles if self.learns else ())])

    @property
    def learns(self) -> bool:
        """Whether there is anything to be learnt of a corpus; else none need be read for it."""
        return bool(self.foot or self.boilerplate_share)

    def fit_parts(self, parts: Iterable[Gleaned]) -> Self:
        """Learn from parts of a corpus that other processes may have read.

        Args:
            parts: at least one, in row order; those of no article where nothing is learnt.

        Returns:
            This cleaner.
        """
        self.boilerplate_ = learn_boilerplate(parts, self.boilerplate_share).table
        return self

    def transform(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Clean articles as they come; scikit-learn's NotFittedError before `fit`.

        Args:
            articles: any articles.

        Returns:
            The articles, in order, without what is not about them.
        """
        return (self.read(article).article for article in articles)

    def with_boilerplate(self, table: Hashes) -> Self:
        """Take what was learnt from another corpus, such as a bundle's, instead of fitting.

        Args:
            table: uint64[m], ascending.

        Returns:
            This cleaner.
        """
        self.boilerplate_ = table
        return self

    def read(self, article: Article) -> Reading:
        """Return an article as it is counted, and why the rest of it is not.

        Args:
            article: any article; scikit-learn's NotFittedError before `fit`.
        """
        if not hasattr(self, "boilerplate_"):  # asked only then, for its answer takes its time
            check_is_fitted(self)
        if not (self.repeats or self.foot or self.boilerplate_share):
            whole = tuple(paragraphs(article.body))
            return Reading(article, None, whole, (None,) * len(whole))
        body = Body(article)
        repeats_deck = drop_repeats(body) if self.repeats else False
        if len(body):
            self._drop_what_is_not_its_own(body)
        deck = Reason.REPEAT if repeats_deck else self._why_no_deck(article.summary)
        if deck or any(body.reasons):
            kept = [text for text, why in zip(body.texts, body.reasons, strict=True) if why is None]
            summary = "" if deck else article.summary
            article = replace(article, summary=summary, body="\n\n".join(kept))
        return Reading(article, deck, tuple(body.texts), tuple(body.reasons))

    def _why_no_deck(self, summary: str) -> Reason | None:
        if not (summary and self.boilerplate_share):
            return None
        is_placeholder = Boilerplate(self.boilerplate_).is_placeholder(summary)
        return Reason.BOILERPLATE if is_placeholder else None

    def _drop_what_is_not_its_own(self, body: Body) -> None:
        boilerplate = Boilerplate(self.boilerplate_)
        found = boilerplate.find(body.hashes, body.article.authors)
        if self.boilerplate_share and not found.nothing:
            for place in np.flatnonzero(found.standing).tolist():
                body.drop(place, Reason.BOILERPLATE)
            for place in np.flatnonzero(found.with_author).tolist():
                body.drop(place, Reason.AUTHOR)
        if self.foot:
            drop_teasers(body, found, boilerplate)
            drop_biography(body)
        body.keep_some()


class Tally:
    """Counts what is dropped from articles that pass by."""

    def __init__(self) -> None:
        self._paragraphs: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()

    def add(self, reading: Reading) -> None:
        """Count one article."""
        reasons = reading.dropped
        self._paragraphs.update(reasons)
        self._articles.update(set(reasons))

    def update(self, other: "Tally") -> None:
        """Add what another one counted."""
        self._paragraphs.update(other._paragraphs)
        self._articles.update(other._articles)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return for each reason met the `paragraphs` dropped and the `articles` they stood in."""
        return {
            str(reason): {
                "paragraphs": self._paragraphs[reason],
                "articles": self._articles[reason],
            }
            for reason in Reason
            if reason in self._paragraphs
        }
