"""The bundle: everything that a trained model says, as an immutable folder of mapped arrays.

Beside the articles (`table`): for each article its candidates, best first, padded with -1, and
those among the articles that were old when it appeared; the vectors that they were found with, so
that each pick can be explained; what the vectors' columns are called; which articles tell the same
story; how close to each article chance alone comes; and what the archive says again and again.
Nothing in it is ever unpickled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import DAY_US
from recommender.domain.version import is_version_id
from recommender.errors import BrokenBundle, UnknownVersion
from recommender.ranking.blobs import Arrays
from recommender.ranking.factors import FACTORS_LAYOUT, Factors
from recommender.ranking.folder import Folder, FolderFormat, open_folder, verify_folder
from recommender.ranking.rows import SparseRows
from recommender.ranking.stored_index import INDEX_LAYOUT, StoredIndex
from recommender.ranking.table import TABLE_LAYOUT, ArticleTable
from recommender.ranking.terms import TERMS_LAYOUT, Terms
from recommender.ranking.vocabulary_layout import VOCABULARY_LAYOUT

BUNDLE_FORMAT = FolderFormat(
    kind="bundle",
    number=1,
    layout={
        **TABLE_LAYOUT,
        "candidates.rows": "int32 articles candidates",
        "candidates.similarity": "int32 articles candidates",
        "older.rows": "int32 articles older",
        "older.similarity": "int32 articles older",
        "vectors.indptr": "int64 articles+1",
        "vectors.columns": "int32 entries",
        "vectors.weights": "float32 entries",
        **TERMS_LAYOUT,
        **INDEX_LAYOUT,
        "stories": "int32 articles",
        "floor": "int32 articles",
        "boilerplate": "uint64 boilerplate",
        **FACTORS_LAYOUT,
        **VOCABULARY_LAYOUT,
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
        older_rows: int32[n, m], the nearest among the articles published long before each, best
            first, at most two of one story; -1 where there are no more, and for undated articles.
        older_similarity: int32[n, m], millionths, descending; 0 beside -1.
        vectors: the forward index: unit rows, one for each article.
        index: the same inverted, to be searched (`opening`).
        stories: int32[n]; articles that tell the same story have the same number.
        floor: int32[n], millionths: what is less similar to an article is no closer than chance.
        terms: what the vectors' columns are.
        boilerplate: uint64[m], ascending: hashes of what belongs to no single article, by which
            later articles are read as these were.
        factors: what else it knows of pairs of articles.
        vocabulary: what reads later articles (`stored_vocabulary`), as arrays.
    """

    version: str
    manifest_sha256: str
    last_event: int
    taken_at: str
    metadata: Mapping[str, Any]
    articles: ArticleTable
    candidate_rows: NDArray[np.int32]
    candidate_similarity: NDArray[np.int32]
    older_rows: NDArray[np.int32]
    older_similarity: NDArray[np.int32]
    vectors: SparseRows
    index: StoredIndex
    stories: NDArray[np.int32]
    floor: NDArray[np.int32]
    terms: Terms
    boilerplate: NDArray[np.uint64]
    factors: Factors
    vocabulary: Arrays

    @classmethod
    def open(cls, path: Path, manifest_sha256: str | None = None) -> Self:
        """Open a bundle after the quick checks; `BrokenBundle` if one fails.

        Args:
            path: the version's folder.
            manifest_sha256: what its manifest must hash to; None where nobody has said.

        Returns:
            The bundle, mapped.
        """
        return cls._of(open_folder(version_folder(path), BUNDLE_FORMAT, manifest_sha256))

    @classmethod
    def verify(cls, path: Path, manifest_sha256: str | None = None) -> Self:
        """Open a bundle after reading every file of it; `BrokenBundle` if anything is wrong.

        Args:
            path: the version's folder.
            manifest_sha256: what its manifest must hash to; None where nobody has said.

        Returns:
            The bundle, mapped.
        """
        bundle = cls._of(verify_folder(version_folder(path), BUNDLE_FORMAT, manifest_sha256))
        bundle.check_vectors()
        return bundle

    def check_vectors(self) -> None:
        """Read vectors and index, and refuse what compiled loops cannot be trusted with.

        Raises:
            BrokenBundle: something in them is out of range.
        """
        try:
            self.vectors.check()
            self.index.check(self.vectors)
        except ValueError as error:
            remedy = BUNDLE_FORMAT.remedy
            raise BrokenBundle(self.version, str(error), "vectors in range", remedy) from error

    @classmethod
    def _of(cls, folder: Folder) -> Self:
        arrays = folder.arrays
        folder.expect("version", folder.path.name)
        metadata = folder.value("metadata", dict)
        learnt = metadata.get("config", {}).get("factors", {})
        articles = ArticleTable(arrays)
        return cls(
            version=folder.path.name,
            manifest_sha256=folder.manifest_sha256,
            last_event=folder.value("last_event", int),
            taken_at=folder.value("taken_at", str),
            metadata=metadata,
            articles=articles,
            candidate_rows=arrays["candidates.rows"],
            candidate_similarity=arrays["candidates.similarity"],
            older_rows=arrays["older.rows"],
            older_similarity=arrays["older.similarity"],
            vectors=_vectors(folder),
            index=StoredIndex.of(arrays),
            stories=arrays["stories"],
            floor=arrays["floor"],
            terms=Terms(arrays),
            boilerplate=arrays["boilerplate"],
            factors=Factors(arrays, articles.published_us, learnt),
            vocabulary={name: arrays[name] for name in VOCABULARY_LAYOUT},
        )

    @property
    def language(self) -> str:
        """ISO 639 code for articles whose language nothing tells, as it was at the training."""
        return str(self.metadata["language"])

    @property
    def mixes_languages(self) -> bool:
        """Whether picks may be in another language than the query, as the training was told."""
        return bool(self.metadata.get("config", {}).get("mix_languages", False))

    @property
    def older_us(self) -> int:
        """How much earlier an old article was published than another, in microseconds."""
        return int(self.metadata.get("config", {}).get("older_days", 0)) * DAY_US

    def __len__(self) -> int:
        return len(self.articles)


def version_folder(path: Path) -> Path:
    """Return the path of a version's folder as it is.

    Args:
        path: the folder.

    Raises:
        UnknownVersion: if its name is no version id.
    """
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
