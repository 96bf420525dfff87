"""What the model knows of a pair of articles beside their words: factors that lower a score.

Articles of one week are closer than articles years apart, and those in the company of the same
others closer than those that share no more than a few words; so may be those of one author or one
section. A text much shorter than the one being read has less to say to its reader, and the cosine
favours it (Singhal, Buckley and Mitra, "Pivoted document length normalization", SIGIR 1996). What
that is worth is a matter of experience (`[factors]` of a training's configuration). A factor is in
(0, 1], so the score never exceeds the similarity; where a date, an author or a section is unknown,
the factor is 1: nothing speaks against the pair.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article, tag_slug
from recommender.domain.corpus import DAY_US, UNDATED_US
from recommender.ranking.blobs import Arrays, Keys, KeysWriter
from recommender.ranking.company import Company
from recommender.ranking.joined import Column, Joined
from recommender.ranking.rows import SparseRows
from recommender.ranking.sink import ArraySink

FACTORS_LAYOUT = {
    "factors.author": "int32 articles",
    "factors.section": "int32 articles",
    "factors.length": "int32 articles",
    **Keys.layout("factors.authors", "authors"),
    **Keys.layout("factors.sections", "sections"),
}
"""Of each article its first author and its section, numbered as they first appear, -1 for none; and
how many different things it says, as `lengths` returns it. The slug of each number stands in the
two tables, so that later articles can be numbered too."""
_UNKNOWN = -1

Alike = Callable[[Company, Any, NDArray[np.int32]], NDArray[np.float64]]
"""`Company.alike`, or what does the same for many queries."""


class LaterFacts(NamedTuple):
    """What the factors need to know of m later articles, as of those of the bundle.

    Attributes:
        published_us: int64[m], microseconds since 1970 or `UNDATED_US`.
        length: int32[m].
        author: int32[m].
        section: int32[m].
        nearest: int32[m, k], rows of the bundle, padded with -1.
        similarity: int32[m, k], millionths.
    """

    published_us: NDArray[np.int64]
    length: NDArray[np.int32]
    author: NDArray[np.int32]
    section: NDArray[np.int32]
    nearest: NDArray[np.int32]
    similarity: NDArray[np.int32]


class Factors:
    """The factors of pairs of a bundle's rows."""

    def __init__(
        self, arrays: Arrays, published_us: NDArray[np.int64], learnt: Mapping[str, float]
    ) -> None:
        """Take them out of a bundle.

        Args:
            arrays: the bundle's; its candidates are needed if company counts.
            published_us: int64[n], microseconds since 1970, or `UNDATED_US`.
            learnt: `closeness_half_life_days`, `closeness_least`, `company_least`,
                `length_power`, `other_author`, `other_section` as
                `training.config.FactorSettings` explains them; what is missing is off.
        """
        self._published_us: Column = published_us
        self._half_life_days = learnt.get("closeness_half_life_days", 0.0)
        self._least = learnt.get("closeness_least", 1.0)
        self._no_company = learnt.get("company_least", 1.0)
        self._company: Company | None = None
        if self._no_company < 1:
            self._company = Company(arrays["candidates.rows"], arrays["candidates.similarity"])
        self._length_power = learnt.get("length_power", 0.0)
        self._lengths: Column = arrays["factors.length"]
        self._others: list[tuple[str, Column, float]] = [
            (name, arrays[f"factors.{name}"], learnt.get(f"other_{name}", 1.0))
            for name in ("author", "section")
        ]
        self._slugs = {name: Keys(arrays, f"factors.{name}s") for name in ("author", "section")}

    @property
    def are_off(self) -> bool:
        """Whether every factor is 1, so that each score is the similarity."""
        is_timeless = not self._half_life_days or self._least == 1
        is_plain = self._company is None and not self._length_power
        return is_timeless and is_plain and all(other == 1 for _, _, other in self._others)

    def numbers(self, name: str, slugs: Sequence[str]) -> NDArray[np.int32]:
        """Return the numbers of the authors or sections of later articles.

        Args:
            name: `author` or `section`.
            slugs: m slugs, empty for none.

        Returns:
            int32[m]; what no article of the bundle has is numbered on, -1 stands for none.
        """
        known, more = self._slugs[name], dict[str, int]()

        def number_of(slug: str) -> int:
            held = known.row_of(slug)
            return more.setdefault(slug, len(known) + len(more)) if held is None else held

        return np.array([number_of(slug) if slug else _UNKNOWN for slug in slugs], np.int32)

    def length_of(self, n_columns: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return how much later articles say, as `lengths` would have it.

        Args:
            n_columns: int32[m], how many different things each says.
        """
        held = self._lengths[np.arange(len(self._lengths))]
        return np.clip(n_columns, 1, np.max(held, initial=1))

    def with_later(self, later: "LaterFacts") -> "Factors":
        """Return the factors of the same pairs and of pairs with later articles.

        Args:
            later: of m articles, whose rows come behind those of the bundle.
        """
        wider = copy(self)
        wider._published_us = Joined(self._published_us, later.published_us)
        wider._lengths = Joined(self._lengths, later.length)
        if self._company is not None:
            wider._company = self._company.with_later(later.nearest, later.similarity)
        numbers = {"author": later.author, "section": later.section}
        wider._others = [
            (name, Joined(held, numbers[name]), other) for name, held, other in self._others
        ]
        return wider

    def named(
        self,
        query_rows: int | NDArray[np.int64],
        rows: NDArray[np.int32],
        alike: Alike = Company.alike,
    ) -> dict[str, NDArray[np.float64]]:
        """Return the factors that are in use, by name.

        Args:
            query_rows: the query, in [0, n); or int64[q, 1], one for each line of `rows`.
            rows: int32[m], or int32[q, m], the candidates, each in [0, n).
            alike: compares companies, of many queries too if there are many.

        Returns:
            `closeness`, `company`, `length`, `author` and `section`, as far as they are in use, of
            the shape of `rows`: float64 in (0, 1].
        """
        found: dict[str, NDArray[np.float64]] = {}
        if self._half_life_days and self._least < 1:
            found["closeness"] = self._closeness(query_rows, rows)
        if self._company is not None:
            shared = alike(self._company, query_rows, rows)
            found["company"] = self._no_company + (1 - self._no_company) * shared
        if self._length_power:
            shorter = np.minimum(self._lengths[rows] / self._lengths[query_rows], 1.0)
            found["length"] = shorter**self._length_power
        for name, numbers, other in self._others:
            if other < 1:
                own, theirs = numbers[query_rows], numbers[rows]
                differs = (theirs != own) & (theirs != _UNKNOWN) & (own != _UNKNOWN)
                found[name] = np.where(differs, other, 1.0)
        return found

    def _closeness(
        self, query_rows: int | NDArray[np.int64], rows: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        own, theirs = self._published_us[query_rows], self._published_us[rows]
        days = np.abs(own - theirs) / DAY_US
        close = self._least + (1 - self._least) * np.exp2(-days / self._half_life_days)
        return np.where((own == UNDATED_US) | (theirs == UNDATED_US), 1.0, close)


class FactorsWriter:
    """Numbers the authors and sections of articles that pass by."""

    def __init__(self) -> None:
        """Begin with none."""
        self._authors: dict[str, int] = {}
        self._sections: dict[str, int] = {}
        self._rows: list[tuple[int, int]] = []

    def add(self, article: Article) -> None:
        """Take note of the next row's article."""
        self.extend([kinship(article)])

    def extend(self, names: Iterable[tuple[str, str]]) -> None:
        """Take note of the next rows.

        Args:
            names: what `kinship` says of the article of each.
        """
        self._rows += [
            (_number(self._authors, author), _number(self._sections, section))
            for author, section in names
        ]

    def write(self, sink: ArraySink, rows: SparseRows) -> None:
        """Write what was noted.

        Args:
            sink: takes the arrays.
            rows: the articles' vectors.
        """
        numbers = np.array(self._rows, np.int32).reshape(-1, 2)
        sink.array("factors.author", np.ascontiguousarray(numbers[:, 0]))
        sink.array("factors.section", np.ascontiguousarray(numbers[:, 1]))
        sink.array("factors.length", lengths(rows))
        for name, slugs in (("authors", self._authors), ("sections", self._sections)):
            keys = KeysWriter(sink, f"factors.{name}")
            keys.extend(list(slugs))
            keys.finish()


def lengths(rows: SparseRows) -> NDArray[np.int32]:
    """Return how many different tags, terms and phrases each article has, at least 1.

    At most as many as half of the articles have: beyond that, nobody misses anything.

    Args:
        rows: the articles' vectors, n rows.

    Returns:
        int32[n].
    """
    n_entries = np.diff(rows.indptr)
    most = int(np.median(n_entries)) if len(n_entries) else 1
    return np.clip(n_entries, 1, max(most, 1)).astype(np.int32)


def kinship(article: Article) -> tuple[str, str]:
    """Return an article's first author and its section, spelt as tags are compared by."""
    author = article.authors[0] if article.authors else ""
    return tag_slug(author), tag_slug(article.section or "")


def _number(numbers: dict[str, int], slug: str) -> int:
    return numbers.setdefault(slug, len(numbers)) if slug else _UNKNOWN
