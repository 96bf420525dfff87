"""The bundle: everything that a trained model says, as an immutable folder of mapped arrays.

Beside the articles (`table`): for each article its candidates, best first, padded with -1; the
vectors that they were found with, so that each pick can be explained; what the vectors' columns are
called; and which articles tell the same story. Nothing in it is ever unpickled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import Corpus
from recommender.domain.version import is_version_id
from recommender.errors import UnknownVersion
from recommender.ranking.blobs import BlobStore, BlobWriter, Keys, KeysWriter
from recommender.ranking.cards import iso_utc
from recommender.ranking.files import FolderWriter
from recommender.ranking.folder import Folder, FolderFormat, open_folder, verify_folder
from recommender.ranking.rows import SparseRows
from recommender.ranking.table import TABLE_LAYOUT, ArticleTable, Entry, write_table

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
        **Keys.layout("terms.keys", "terms"),
        **BlobStore.layout("terms.labels", "terms"),
        "terms.kind": "uint8 terms",
        "stories": "int32 articles",
    },
    remedy="serve another version, or train again",
)
TAG_PREFIX = "tag:"
"""Begins the key of a column that stands for a tag, before its slug."""
TERM_PREFIX = "term:"
"""Begins the key of a column that stands for a word or a phrase."""
KINDS = ("term", "tag")
"""What the numbers in `terms.kind` mean, as in `domain.pick.Share`."""


class TermTable(Protocol):
    """What the columns of the vectors are: one entry for each, in order."""

    @property
    def keys(self) -> Sequence[str]:
        """`term:` and an analysed term, or `tag:` and a slug; no key twice."""

    @property
    def labels(self) -> Sequence[str]:
        """How people write it."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """An open bundle, mapped; all threads may read it at once.

    Attributes:
        version: the model version's id.
        manifest: what the folder's manifest says.
        manifest_sha256: its hash, in hexadecimal.
        articles: the articles, by row.
        candidate_rows: int32[n, k], best first, -1 where there are no more.
        candidate_similarity: int32[n, k], millionths, descending; 0 beside -1.
        vectors: the forward index: unit rows, one for each article.
        stories: int32[n]; articles that tell the same story have the same number.
    """

    version: str
    manifest: Mapping[str, Any]
    manifest_sha256: str
    articles: ArticleTable
    candidate_rows: NDArray[np.int32]
    candidate_similarity: NDArray[np.int32]
    vectors: SparseRows
    stories: NDArray[np.int32]
    _term_keys: Keys
    _term_labels: BlobStore
    _term_kinds: NDArray[np.uint8]

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
        folder.expect_numbers("last_event")
        vectors = SparseRows(
            arrays["vectors.indptr"],
            arrays["vectors.columns"],
            arrays["vectors.weights"],
            n_columns=len(arrays["terms.kind"]),
        )
        return cls(
            version=folder.path.name,
            manifest=folder.manifest,
            manifest_sha256=folder.manifest_sha256,
            articles=ArticleTable(arrays),
            candidate_rows=arrays["candidates.rows"],
            candidate_similarity=arrays["candidates.similarity"],
            vectors=vectors,
            stories=arrays["stories"],
            _term_keys=Keys(arrays, "terms.keys"),
            _term_labels=BlobStore(arrays, "terms.labels"),
            _term_kinds=arrays["terms.kind"],
        )

    def __len__(self) -> int:
        return len(self.articles)

    @property
    def last_event(self) -> int:
        """Number of the last event of the history that the training saw."""
        return int(self.manifest["last_event"])

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the training wrote of itself."""
        metadata: Mapping[str, Any] = self.manifest["metadata"]
        return metadata

    def term(self, column: int) -> tuple[str, str]:
        """Return the kind (`tag` or `term`) and the label of a column.

        Args:
            column: in [0, n_columns).
        """
        return KINDS[self._term_kinds[column]], self._term_labels[column]

    def column_of(self, key: str) -> int | None:
        """Return the column of a tag or term, or None where the model knows none.

        Args:
            key: `tag:` and a slug, or `term:` and an analysed term.
        """
        return self._term_keys.row_of(key)


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
        metadata: what the training says of itself, in JSON values.
        extra_files: for notebooks: file names, and what writes each at the path it is given.

    Returns:
        The sha256 of the manifest, in hexadecimal, which stands for the whole bundle.
    """
    path = versions_dir / _checked_version(version_id)
    _check_shapes(len(corpus), rows, terms, candidate_rows, candidate_similarity, stories)
    with FolderWriter(path) as folder:
        write_table(folder, _entries(corpus))
        folder.array("candidates.rows", candidate_rows)
        folder.array("candidates.similarity", candidate_similarity)
        folder.array("vectors.indptr", rows.indptr)
        folder.array("vectors.columns", rows.columns)
        folder.array("vectors.weights", rows.weights)
        _write_terms(folder, terms)
        folder.array("stories", stories)
        for name, write in (extra_files or {}).items():
            folder.notebook_file(name, write)
        return folder.publish({
            **BUNDLE_FORMAT.heading,
            "version": version_id,
            "n_articles": len(corpus),
            "last_event": corpus.last_event,
            "taken_at": iso_utc(corpus.taken_at),
            "metadata": dict(metadata),
        })
