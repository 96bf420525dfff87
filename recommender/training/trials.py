"""Trials: how good the picks of a configuration would be, without training a version with it.

Texts are read and counted once. What a trial then costs is weighting, and a search for the queries
alone; trials that differ in factors only share their search.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.evaluation.judges import Judge, Totals
from recommender.evaluation.metrics import Values, measure
from recommender.ranking.blobs import Arrays
from recommender.ranking.by_score import Lists, by_score
from recommender.ranking.company import N_COMPANY
from recommender.ranking.engine import Neighbours
from recommender.ranking.factors import Factors, FactorsWriter
from recommender.ranking.languages import language_of_article
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import SparseRows
from recommender.ranking.sink import MemoryArrays
from recommender.ranking.tiles import Archive
from recommender.training.all_lists import Work, all_lists
from recommender.training.config import FactorSettings, TrainingConfig
from recommender.training.copies import first_rows, own_words
from recommender.training.tokens import Tokens

DEPTH = 100
"""Candidates whose scores are compared: as many as a bundle stores."""

_LOOKED_AT = 10
"""Picks of each list that the measures look at."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What the trials are measured by.

    Attributes:
        judge: what knows the grades.
        query_rows: int64[q], the queries.
        first_rows: int64[q], each query's first row that is a candidate.
        totals: what there is to find for each query.
    """

    judge: Judge
    query_rows: NDArray[np.int64]
    first_rows: NDArray[np.int64]
    totals: Totals

    @classmethod
    def of(
        cls, judge: Judge, query_rows: NDArray[np.int64], first_rows: NDArray[np.int64]
    ) -> "Asked":
        """Return some queries with what there is to find for them.

        Args:
            judge: what knows the grades.
            query_rows: int64[q].
            first_rows: int64[q].
        """
        return cls(judge, query_rows, first_rows, judge.totals(query_rows, first_rows))


class Trials:
    """A corpus, ready to be ranked by any configuration."""

    def __init__(  # noqa: PLR0913 - what is read, by what it is measured, and how
        self,
        corpus: Corpus,
        base: TrainingConfig,
        language: str,
        published_us: NDArray[np.int64],
        asked: Asked,
        n_jobs: int,
        progress: Callable[[str, int, int], object],
    ) -> None:
        """Read and count a corpus.

        Args:
            corpus: the articles.
            base: the configuration that the trials vary; its cleaning holds for all.
            language: ISO 639 code for articles whose language nothing tells.
            published_us: int64[n], microseconds since 1970, or `UNDATED_US`.
            asked: what they are measured by.
            n_jobs: threads; never changes a result.
            progress: called with the stage's name, the articles done and the articles in all.
        """
        self.asked = asked
        self._language, self._n_jobs, self._published_us = language, n_jobs, published_us
        self._kinship = FactorsWriter()
        cleaner = base.cleaner().fit(corpus)
        numbers = dict[str, int]()
        own = bytearray()
        spoken: list[int] = []

        def cleaned() -> Iterator[Article]:
            for done, article in enumerate(corpus, start=1):
                progress("reading", done, len(corpus))
                self._kinship.add(article)
                code = language_of_article(article, language)
                spoken.append(numbers.setdefault(code, len(numbers)))
                kept = replace(cleaner.read(article).article, language=code)
                own.extend(own_words(kept))
                yield kept

        self._tokens = Tokens.of(cleaned(), language)
        self._copies = first_rows(np.frombuffer(own, np.uint64))
        self._groups = None if base.mix_languages else np.array(spoken, np.int32)
        self._searched: tuple[str, tuple[SparseRows, Neighbours]] | None = None
        self._companies: Arrays | None = None

    def measured(self, config: TrainingConfig) -> Values:
        """Return how good a configuration's picks are for each query.

        Args:
            config: one that differs from the base in fields, terms, tags and factors only.
        """
        judge, queries = self.asked.judge, self.asked.query_rows
        rows = self.ranked(config).rows[:, :_LOOKED_AT]
        return measure(judge.grades(queries, rows), self.asked.totals, judge.relevant_from)

    def ranked(self, config: TrainingConfig) -> Lists:
        """Return the picks of a configuration for each query, of its nearest `DEPTH`.

        Args:
            config: as for `measured`.
        """
        rows, nearest = self._searched_with(config)
        if self._companies is None and config.factors.company_least < 1:
            self.settle(config)
        sink = MemoryArrays()
        self._kinship.write(sink, rows)
        arrays = {**sink.arrays(), **(self._companies or {})}
        factors = Factors(arrays, self._published_us, config.factors.model_dump())
        return by_score(factors, self.asked.query_rows, *nearest)

    def settle(self, config: TrainingConfig) -> None:
        """Find every article's nearest by a configuration; from now on they are its company.

        To find them anew for each trial would take most of the time, and change little: trials keep
        to the company that the first of them needed, until somebody settles on another.

        Args:
            config: as for `measured`.
        """
        archive = Archive.of(self.vectors(config), self._groups)
        (found,) = all_lists(archive, (Wanted(N_COMPANY),), Work(self._n_jobs))
        sink = MemoryArrays()
        sink.array("candidates.rows", found.rows)
        sink.array("candidates.similarity", found.similarity)
        self._companies = sink.arrays()

    def stories(self, config: TrainingConfig) -> Callable[[float], NDArray[np.int32]]:
        """Return what numbers the stories of all articles for any value of `rewritten`.

        Args:
            config: as for `measured`.
        """
        archive = Archive.of(self.vectors(config), self._groups)
        (candidates,) = all_lists(archive, (Wanted(DEPTH),), Work(self._n_jobs))
        likeness = config.stories.likeness()

        def at(rewritten: float) -> NDArray[np.int32]:
            asked = replace(likeness, rewritten=rewritten)
            return asked.stories(self._copies, candidates, self._tokens, self._published_us)

        return at

    def vectors(self, config: TrainingConfig) -> SparseRows:
        """Return the unit vectors of a configuration.

        Args:
            config: as for `measured`.
        """
        return self._searched_with(config)[0]

    def _searched_with(self, config: TrainingConfig) -> tuple[SparseRows, Neighbours]:
        """Return vectors and the queries' nearest, made anew only if the last ones were others."""
        key = config.model_copy(update={"factors": FactorSettings()}).model_dump_json()
        if self._searched is None or self._searched[0] != key:
            rows = config.vectorizer(self._language).fit_tokens(self._tokens)
            (found,) = all_lists(
                Archive.of(rows, self._groups),
                (Wanted(DEPTH, self.asked.first_rows),),
                Work(self._n_jobs),
                query_rows=self.asked.query_rows,
            )
            self._searched = key, (rows, found)
        return self._searched[1]
