"""The writing of a bundle: whole and sound, or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.errors import shorten
from recommender.ranking.bundle import BUNDLE_FORMAT, version_folder
from recommender.ranking.cards import iso_utc
from recommender.ranking.erasing import ERASED
from recommender.ranking.factors import FactorsWriter, kinship
from recommender.ranking.files import FolderWriter
from recommender.ranking.language_codes import packed
from recommender.ranking.postings import index_of
from recommender.ranking.rows import MILLION, SparseRows
from recommender.ranking.stored_index import StoredIndex
from recommender.ranking.stored_vocabulary import empty_vocabulary, write_vocabulary
from recommender.ranking.table_writer import Entry, TablePart, write_parts
from recommender.ranking.terms import TermTable, write_terms
from recommender.ranking.vocabulary import Vocabulary

_ROWS_A_PART = 1_000


def write_bundle(  # noqa: PLR0913 - every part of a bundle has its name at the one call
    versions_dir: Path,
    version_id: str,
    *,
    corpus: Corpus,
    rows: SparseRows,
    terms: TermTable,
    candidate_rows: NDArray[np.int32],
    candidate_similarity: NDArray[np.int32],
    older_rows: NDArray[np.int32],
    older_similarity: NDArray[np.int32],
    stories: NDArray[np.int32],
    floor: NDArray[np.int32],
    languages: Sequence[str],
    boilerplate: NDArray[np.uint64],
    vocabulary: Vocabulary | None = None,
    metadata: Mapping[str, object],
    extra_files: Mapping[str, Callable[[Path], object]] | None = None,
    parts: Iterable["BundlePart"] | None = None,
) -> str:
    """Write and publish a bundle: whole, or not at all.

    Args:
        versions_dir: the folder of all versions.
        version_id: the new version's id.
        corpus: the articles that the model was trained on, read once more; bodies are not stored.
        rows: their unit vectors, n rows.
        terms: what the vectors' columns are.
        candidate_rows: int32[n, k], best first, -1 where there are no more.
        candidate_similarity: int32[n, k], millionths, descending; 0 beside -1.
        older_rows: int32[n, m], the same among the articles published long before each.
        older_similarity: int32[n, m].
        stories: int32[n], the same number for articles that tell the same story.
        floor: int32[n], millionths.
        languages: what language each is written in, n ISO 639 codes.
        boilerplate: uint64[m], ascending.
        vocabulary: what reads later articles; None where the vectors were made without one, and
            none can be read.
        metadata: what the training says of itself, in JSON values.
        extra_files: for notebooks: file names, and what writes each at the path it is given.
        parts: of the corpus, in row order, where other processes read it; None to read it here.

    Returns:
        The sha256 of the manifest, in hexadecimal, which stands for the whole bundle.
    """
    path = version_folder(versions_dir / version_id)
    arrays = {
        "candidate rows": candidate_rows,
        "candidate similarities": candidate_similarity,
        "older rows": older_rows,
        "older similarities": older_similarity,
        "stories": stories,
        "floor": floor,
    }
    _check_arrays(arrays, rows, languages, len(corpus))
    _check_boilerplate(boilerplate)
    with FolderWriter(path) as folder:
        factors = FactorsWriter()
        write_parts(folder, _checked(parts or _read_here(corpus), corpus, languages, factors))
        factors.write(folder, rows)
        folder.array("candidates.rows", candidate_rows)
        folder.array("candidates.similarity", candidate_similarity)
        folder.array("older.rows", older_rows)
        folder.array("older.similarity", older_similarity)
        folder.array("vectors.indptr", rows.indptr)
        folder.array("vectors.columns", rows.columns)
        folder.array("vectors.weights", rows.weights)
        write_terms(folder, terms, rows.n_columns)
        _write_index(folder, rows)
        folder.array("stories", stories)
        folder.array("floor", floor)
        folder.array("boilerplate", boilerplate)
        write_vocabulary(folder, vocabulary or empty_vocabulary(rows.n_columns))
        for name, write in (extra_files or {}).items():
            folder.notebook_file(name, write)
        return folder.publish(
            {
                **BUNDLE_FORMAT.heading,
                "version": version_id,
                "n_articles": len(corpus),
                "last_event": corpus.last_event,
                "taken_at": iso_utc(corpus.taken_at),
                "metadata": dict(metadata),
                ERASED: [],
            }
        )


def _write_index(folder: FolderWriter, rows: SparseRows) -> None:
    """Write what a search needs beside the vectors."""
    index = index_of(rows)
    StoredIndex(*index.postings, index.stops, index.rest).write(folder)


@dataclass(frozen=True, eq=False)
class BundlePart:
    """What a bundle needs of successive articles; cheap to send to another process.

    Attributes:
        table: their rows, but for the languages.
        kinship: of each, first author and section.
    """

    table: TablePart
    kinship: list[tuple[str, str]]

    @classmethod
    def of(cls, articles: Iterable[Article]) -> "BundlePart":
        """Read articles.

        Args:
            articles: in row order; each is looked at once and let go.

        Returns:
            What a bundle needs of them.
        """
        kin: list[tuple[str, str]] = []

        def entries() -> Iterator[Entry]:
            for article in articles:
                kin.append(kinship(article))
                yield Entry.of(article, "")

        return cls(TablePart.of(entries()), kin)


def _checked(
    parts: Iterable[BundlePart], corpus: Corpus, languages: Sequence[str], factors: FactorsWriter
) -> Iterator[TablePart]:
    """Yield the corpus's articles, sure that they are those that the vectors were made of.

    Args:
        parts: of the corpus, read once more.
        corpus: whose ids they must have.
        languages: what language each is written in.
        factors: takes note of each.

    Yields:
        The rows of each part, with their languages.

    Raises:
        ValueError: if the corpus does not read the same articles twice.
    """
    n = 0
    for part in parts:
        for row, found in enumerate(part.table.ids, start=n):
            if row >= len(corpus) or found != corpus.ids[row]:
                problem = f"row {row} of the corpus is now {shorten(found)}"
                raise ValueError(problem)
        spoken = [packed(code) for code in languages[n : n + len(part.table)]]
        n += len(part.table)
        factors.extend(part.kinship)
        yield replace(part.table, language=np.array(spoken, np.uint32))
    if n < len(corpus):
        problem = f"the corpus now ends after {n} of {len(corpus)} articles"
        raise ValueError(problem)


def _read_here(corpus: Corpus) -> Iterator[BundlePart]:
    articles = iter(corpus)
    while portion := list(islice(articles, _ROWS_A_PART)):
        yield BundlePart.of(portion)


def _check_arrays(
    arrays: Mapping[str, NDArray[np.int32]], rows: SparseRows, languages: Sequence[str], n: int
) -> None:
    """Refuse arrays that do not belong together: what is published can only be trusted.

    Args:
        arrays: those of one line an article.
        rows: the vectors.
        languages: one an article.
        n: how many articles there are.

    Raises:
        ValueError: if a size, dtype or range is not as `write_bundle` documents it.
    """
    rows.check()
    problems = [] if rows.n_rows == n else [f"{rows.n_rows} vectors"]
    problems += [] if len(languages) == n else [f"{len(languages)} languages"]
    ranges = {"rows": (-1, n - 1), "similarities": (0, MILLION), "floor": (0, MILLION)}
    for name, values in arrays.items():
        lowest, highest = ranges.get(name.split()[-1], (0, 2**31 - 1))
        if len(values) != n or values.dtype != np.int32:
            problems.append(f"{values.dtype}{list(values.shape)} {name}")
        elif values.size and not lowest <= values.min() <= values.max() <= highest:
            problems.append(f"{name} out of range")
    for kind in ("candidate", "older"):
        if arrays[f"{kind} rows"].shape != arrays[f"{kind} similarities"].shape:
            problems.append(f"{kind} rows and similarities of different shape")
    if problems:
        raise ValueError(f"{n} articles, but " + ", ".join(problems))


def _check_boilerplate(hashes: NDArray[np.uint64]) -> None:
    if hashes.dtype != np.uint64 or np.any(hashes[1:] <= hashes[:-1]):
        problem = f"{hashes.dtype} boilerplate, expected uint64 in ascending order"
        raise ValueError(problem)
