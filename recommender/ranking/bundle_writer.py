"""The writing of a bundle: whole and sound, or not at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import Corpus
from recommender.errors import shorten
from recommender.ranking.bundle import BUNDLE_FORMAT, version_folder
from recommender.ranking.cards import iso_utc
from recommender.ranking.factors import FactorsWriter
from recommender.ranking.files import FolderWriter
from recommender.ranking.rows import MILLION, SparseRows
from recommender.ranking.table import Entry, write_table
from recommender.ranking.terms import TermTable, write_terms


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
    metadata: Mapping[str, object],
    extra_files: Mapping[str, Callable[[Path], object]] | None = None,
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
        metadata: what the training says of itself, in JSON values.
        extra_files: for notebooks: file names, and what writes each at the path it is given.

    Returns:
        The sha256 of the manifest, in hexadecimal, which stands for the whole bundle.
    """
    path = version_folder(versions_dir / version_id)
    parts = {
        "candidate rows": candidate_rows,
        "candidate similarities": candidate_similarity,
        "older rows": older_rows,
        "older similarities": older_similarity,
        "stories": stories,
        "floor": floor,
    }
    _check_parts(parts, rows, languages, len(corpus))
    _check_boilerplate(boilerplate)
    with FolderWriter(path) as folder:
        factors = FactorsWriter()
        write_table(folder, _entries(corpus, languages, factors))
        factors.write(folder, rows)
        folder.array("candidates.rows", candidate_rows)
        folder.array("candidates.similarity", candidate_similarity)
        folder.array("older.rows", older_rows)
        folder.array("older.similarity", older_similarity)
        folder.array("vectors.indptr", rows.indptr)
        folder.array("vectors.columns", rows.columns)
        folder.array("vectors.weights", rows.weights)
        write_terms(folder, terms, rows.n_columns)
        folder.array("stories", stories)
        folder.array("floor", floor)
        folder.array("boilerplate", boilerplate)
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
            }
        )


def _entries(corpus: Corpus, languages: Sequence[str], factors: FactorsWriter) -> Iterator[Entry]:
    """Yield the corpus's articles, sure that they are those that the vectors were made of.

    Args:
        corpus: read once more.
        languages: what language each is written in.
        factors: takes note of each.

    Yields:
        One entry a row.

    Raises:
        ValueError: if the corpus does not read the same articles twice.
    """
    row = 0
    for row, article in enumerate(corpus, start=1):
        if row > len(corpus) or article.id != corpus.ids[row - 1]:
            problem = f"row {row - 1} of the corpus is now {shorten(article.id)}"
            raise ValueError(problem)
        factors.add(article)
        yield Entry.of(article, languages[row - 1])
    if row < len(corpus):
        problem = f"the corpus now ends after {row} of {len(corpus)} articles"
        raise ValueError(problem)


def _check_parts(
    parts: Mapping[str, NDArray[np.int32]], rows: SparseRows, languages: Sequence[str], n: int
) -> None:
    """Refuse parts that do not belong together: what is published can only be trusted.

    Args:
        parts: the arrays of one line an article.
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
    for name, values in parts.items():
        lowest, highest = ranges.get(name.split()[-1], (0, 2**31 - 1))
        if len(values) != n or values.dtype != np.int32:
            problems.append(f"{values.dtype}{list(values.shape)} {name}")
        elif values.size and not lowest <= values.min() <= values.max() <= highest:
            problems.append(f"{name} out of range")
    for kind in ("candidate", "older"):
        if parts[f"{kind} rows"].shape != parts[f"{kind} similarities"].shape:
            problems.append(f"{kind} rows and similarities of different shape")
    if problems:
        raise ValueError(f"{n} articles, but " + ", ".join(problems))


def _check_boilerplate(hashes: NDArray[np.uint64]) -> None:
    if hashes.dtype != np.uint64 or np.any(hashes[1:] <= hashes[:-1]):
        problem = f"{hashes.dtype} boilerplate, expected uint64 in ascending order"
        raise ValueError(problem)
