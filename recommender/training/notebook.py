"""The fitted pipeline for notebooks: a pickle, so only opened by who asks, never by a server."""

import hashlib
import json
import warnings
from pathlib import Path

import joblib
from sklearn.base import clone
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.pipeline import Pipeline

from recommender.errors import BrokenBundle
from recommender.ranking.bundle import Bundle

PIPELINE_FILE = "pipeline.joblib"
_NEIGHBOURS = "neighbours"
_REMEDY = "do not open it: a pickle can run any code; train again"


def save_pipeline(pipeline: Pipeline, path: Path) -> None:
    """Write a fitted pipeline, but not its index, which is made again of the bundle's vectors.

    Args:
        pipeline: whose last step is `neighbours`.
        path: the file; OSError if it cannot be written.
    """
    *others, (name, neighbours) = pipeline.steps
    joblib.dump(Pipeline([*others, (name, clone(neighbours))]), path)


def load_pipeline(version: Path | str) -> Pipeline:
    """Open the scikit-learn pipeline that lies beside a bundle, after checking its hash.

    Only open versions that you or your newsroom trained: whoever can write both the file and the
    manifest beside it can make it run code.

    Args:
        version: the version's folder.

    Returns:
        The fitted pipeline: `cleaning`, a `TextCleaner`, `vectors`, an `ArticleVectorizer`, and
        `neighbours`, a `CosineNeighbors` over the bundle's vectors, mapped.

    Raises:
        BrokenBundle: if the file is not the one that was written with the bundle, or another
            version of scikit-learn wrote it.
    """
    path = Path(version) / PIPELINE_FILE
    try:
        manifest = json.loads((path.parent / "manifest.json").read_bytes())
        expected = str(manifest["notebook_files"][PIPELINE_FILE]["sha256"])
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenBundle(path, repr(error), "a file that the manifest names", _REMEDY) from error
    if found != expected:
        raise BrokenBundle(path, f"sha256 {found}", f"sha256 {expected}", _REMEDY)
    with warnings.catch_warnings():
        warnings.simplefilter("error", InconsistentVersionWarning)
        try:
            pipeline = joblib.load(path)
        except InconsistentVersionWarning as error:
            written = f"scikit-learn {error.original_sklearn_version}"
            here = f"scikit-learn {error.current_sklearn_version}"
            raise BrokenBundle(
                path, written, here, "install that version, or train again"
            ) from None
    if _NEIGHBOURS in pipeline.named_steps:
        vectors = Bundle.open(path.parent).vectors
        if vectors.n_columns:
            pipeline.named_steps[_NEIGHBOURS].fit_rows(vectors)
    return pipeline
