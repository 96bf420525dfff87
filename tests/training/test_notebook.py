"""The pickle beside a bundle is opened only when it is the one that was written with it."""

import hashlib
import json
from pathlib import Path

import joblib
import pytest
from sklearn.pipeline import Pipeline

from recommender.domain.article import Article
from recommender.errors import BrokenBundle
from recommender.training.notebook import PIPELINE_FILE, load_pipeline
from recommender.training.vectors import ArticleVectorizer

SOME = [Article("a", title="Grain ships"), Article("b", title="Grain prices")]


def describe(folder: Path) -> None:
    sha256 = hashlib.sha256((folder / PIPELINE_FILE).read_bytes()).hexdigest()
    manifest = {"notebook_files": {PIPELINE_FILE: {"sha256": sha256}}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture
def version(tmp_path: Path) -> Path:
    joblib.dump(
        Pipeline([("vectors", ArticleVectorizer(min_df=1).fit(SOME))]), tmp_path / PIPELINE_FILE
    )
    describe(tmp_path)
    return tmp_path


def test_opens_what_was_written(version: Path) -> None:
    for place in (version, str(version)):
        assert load_pipeline(place).transform(SOME).shape == (2, 3)


def test_refuses_a_file_that_changed_by_one_bit(version: Path) -> None:
    path = version / PIPELINE_FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(BrokenBundle, match=r"found sha256 .*, expected sha256 .*train again\.$"):
        load_pipeline(version)


@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", '{"notebook_files": {}}', "[" * 9])
def test_refuses_a_manifest_that_does_not_name_it(version: Path, manifest: str | None) -> None:
    path = version / "manifest.json"
    path.unlink() if manifest is None else path.write_text(manifest, encoding="utf-8")

    with pytest.raises(BrokenBundle, match="expected a file that the manifest names"):
        load_pipeline(version)


def test_refuses_a_file_that_is_gone(version: Path) -> None:
    (version / PIPELINE_FILE).unlink()

    with pytest.raises(BrokenBundle):
        load_pipeline(version)


def test_refuses_what_another_scikit_learn_wrote(
    version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("sklearn.base.__version__", "0.9.1")
        joblib.dump(
            Pipeline([("vectors", ArticleVectorizer(min_df=1).fit(SOME))]), version / PIPELINE_FILE
        )
    describe(version)

    with pytest.raises(BrokenBundle, match=r"found scikit-learn 0\.9\.1"):
        load_pipeline(version)
