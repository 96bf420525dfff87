"""The bundle: everything that a trained model says, as an immutable folder of mapped arrays.

Beside the articles (`table`): for each article its candidates, best first, padded with -1; the
vectors that they were found with, so that each pick can be explained; what the vectors' columns are
called; which articles tell the same story; and what the archive says again and again. Nothing in it
is ever unpickled.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import Corpus
from recommender.domain.version import is_version_id
from recommender.errors import BrokenBundle, UnknownVersion, shorten
from recommender.ranking.cards import iso_utc
from recommender.ranking.files import FolderWriter
from recommender.ranking.folder import Folder, FolderFormat, open_folder, verify_folder
from recommender.ranking.rows import MILLION, SparseRows
from recommender.ranking.table import TABLE_LAYOUT, ArticleTable, Entry, write_table
from recommender.ranking.terms import TERMS_LAYOUT, Terms, TermTable, write_terms

BUNDLE_FORMAT = FolderFormat(
    kind="bundle",
    number=1,
    layout={
        **TABLE_LAYOUT,
        "candidates.rows": "int32 articles candidates",
        "candidates.similarity": "int32 articles candidates",
        "vectors.indptr": "int64 articles+1",
        "vectors.columns": "int32 entries",
        "vectors.weights": "float32 entries",
        **TERMS_LAYOUT,
        "stories": "int32 articles",
        "boilerplate": "uint64 boilerplate",
    },
    remedy="serve another version, or train again",
)


@dataclass(frozen=True, eq=False)
class Bundle:
    """An open bundle, mapped; all threads may read it at once.

    Attributes:
        version: the model version's id.
        manifest_sha256: what its manifest hashes to, in hexadecimal.
        last_event: number of the last event of the history that the training saw.
        taken_at: the instant of the corpus, ISO 8601.
        metadata: what the training wrote of itself.
        articles: the articles, by row.
        candidate_rows: int32[n, k], best first, -1 where there are no more.
        candidate_similarity: int32[n, k], millionths, descending; 0 beside -1.
        vectors: the forward index: unit rows, one for each article.
        stories: int32[n]; articles that tell the same story have the same number.
        terms: what the vectors' columns are.
        boilerplate: uint64[m], ascending: hashes of what belongs to no single article, by which
            later articles are read as these were.
    """

    version: str
    manifest_sha256: str
    last_event: int
    taken_at: str
    metadata: Mapping[str, Any]
    articles: ArticleTable
    candidate_rows: NDArray[np.int32]
    candidate_similarity: NDArray[np.int32]
    vectors: SparseRows
    stories: NDArray[np.int32]
    terms: Terms
    boilerplate: NDArray[np.uint64]

    @classmethod
    def open(cls, path: Path, manifest_sha256: str | None = None) -> Self:
        """Open a bundle after the quick checks; `BrokenBundle` if one fails.

        Args:
            path: the version's folder.
            manifest_sha256: what its manifest must hash to; None where nobody has said.

        Returns:
            The bundle, mapped.
        """
        return cls._of(open_folder(_version_folder(path), BUNDLE_FORMAT, manifest_sha256))

    @classmethod
    def verify(cls, path: Path, manifest_sha256: str | None = None) -> Self:
        """Open a bundle after hashing every file of it; `BrokenBundle` if anything differs.

        Args:
            path: the version's folder.
            manifest_sha256: what its manifest must hash to; None where nobody has said.

        Returns:
            The bundle, mapped.
        """
        return cls._of(verify_folder(_version_folder(path), BUNDLE_FORMAT, manifest_sha256))

    @classmethod
    def _of(cls, folder: Folder) -> Self:
        arrays = folder.arrays
        folder.expect("version", folder.path.name)
        return cls(
            version=folder.path.name,
            manifest_sha256=folder.manifest_sha256,
            last_event=folder.value("last_event", int),
            taken_at=folder.value("taken_at", str),
            metadata=folder.value("metadata", dict),
            articles=ArticleTable(arrays),
            candidate_rows=arrays["candidates.rows"],
            candidate_similarity=arrays["candidates.similarity"],
            vectors=_vectors(folder),
            stories=arrays["stories"],
            terms=Terms(arrays),
            boilerplate=arrays["boilerplate"],
        )

    def __len__(self) -> int:
        return len(self.articles)


def write_bundle(  # noqa: PLR0913 - every part of a bundle has its name at the one call
    versions_dir: Path,
    version_id: str,
    *,
    corpus: Corpus,
    rows: SparseRows,
    terms: TermTable,
    candidate_rows: NDArray[np.int32],
    candidate_similarity: NDArray[np.int32],
    stories: NDArray[np.int32],
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
        stories: int32[n], the same number for articles that tell the same story.
        boilerplate: uint64[m], ascending.
        metadata: what the training says of itself, in JSON values.
        extra_files: for notebooks: file names, and what writes each at the path it is given.

    Returns:
        The sha256 of the manifest, in hexadecimal, which stands for the whole bundle.
    """
    path = _version_folder(versions_dir / version_id)
    parts = {
        "candidate rows": candidate_rows,
        "similarities": candidate_similarity,
        "stories": stories,
    }
    _check_parts(parts, rows, len(corpus))
    _check_boilerplate(boilerplate)
    with FolderWriter(path) as folder:
        write_table(folder, _entries(corpus))
        folder.array("candidates.rows", candidate_rows)
        folder.array("candidates.similarity", candidate_similarity)
        folder.array("vectors.indptr", rows.indptr)
        folder.array("vectors.columns", rows.columns)
        folder.array("vectors.weights", rows.weights)
        write_terms(folder, terms, rows.n_columns)
        folder.array("stories", stories)
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


def _version_folder(path: Path) -> Path:
    if not is_version_id(path.name):
        raise UnknownVersion(path.name)
    return path


def _vectors(folder: Folder) -> SparseRows:
    names = ("indptr", "columns", "weights")
    indptr, columns, weights = (folder.arrays[f"vectors.{name}"] for name in names)
    try:
        return SparseRows(indptr, columns, weights, len(folder.arrays["terms.kind"]))
    except ValueError as error:
        path = folder.path / "vectors.indptr.npy"
        raise BrokenBundle(path, str(error), "whole rows", folder.remedy) from error


def _entries(corpus: Corpus) -> Iterator[Entry]:
    """Yield the corpus's articles, sure that they are those that the vectors were made of.

    Args:
        corpus: read once more.

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
        yield Entry.of(article)
    if row < len(corpus):
        problem = f"the corpus now ends after {row} of {len(corpus)} articles"
        raise ValueError(problem)


def _check_parts(parts: Mapping[str, NDArray[np.int32]], rows: SparseRows, n: int) -> None:
    """Refuse parts that do not belong together: what is published can only be trusted.

    Args:
        parts: the arrays of one line an article.
        rows: the vectors.
        n: how many articles there are.

    Raises:
        ValueError: if a size, dtype or range is not as `write_bundle` documents it.
    """
    rows.check()
    problems = [] if rows.n_rows == n else [f"{rows.n_rows} vectors"]
    ranges = {"candidate rows": (-1, n - 1), "similarities": (0, MILLION)}
    for name, values in parts.items():
        lowest, highest = ranges.get(name, (0, 2**31 - 1))
        if len(values) != n or values.dtype != np.int32:
            problems.append(f"{values.dtype}{list(values.shape)} {name}")
        elif values.size and not lowest <= values.min() <= values.max() <= highest:
            problems.append(f"{name} out of range")
    if parts["candidate rows"].shape != parts["similarities"].shape:
        problems.append("candidates and similarities of different shape")
    if problems:
        raise ValueError(f"{n} articles, but " + ", ".join(problems))


def _check_boilerplate(hashes: NDArray[np.uint64]) -> None:
    if hashes.dtype != np.uint64 or np.any(hashes[1:] <= hashes[:-1]):
        problem = f"{hashes.dtype} boilerplate, expected uint64 in ascending order"
        raise ValueError(problem)
