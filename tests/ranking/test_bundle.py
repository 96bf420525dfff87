"""Bundles: what the training hands over is what serving reads."""

import os
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.domain.version import is_version_id, new_version_id
from recommender.errors import BrokenBundle, CannotWrite, UnknownVersion
from recommender.ranking.bundle import Bundle
from recommender.ranking.bundle_writer import write_bundle
from recommender.ranking.cards import Card
from recommender.ranking.rows import SparseRows

VERSION = "20240501T120000Z-0123456789ab"
Save = Callable[..., tuple[Path, str]]
Parts = Callable[..., dict[str, Any]]


def test_everything_comes_back(
    tmp_path: Path, save_bundle: Save, make_parts: Parts, few: list[Article]
) -> None:
    path, sha256 = save_bundle(tmp_path, few, stories={"a": 7, "b": 7}, floor=9)
    corpus = Corpus.of(few)
    parts = make_parts(corpus, stories={"a": 7, "b": 7}, floor=9)
    assert (parts["older_rows"][:, 0] >= 0).any()
    for bundle in (Bundle.open(path, sha256), Bundle.verify(path, sha256)):
        assert (bundle.version, bundle.manifest_sha256) == (VERSION, sha256)
        assert (bundle.last_event, bundle.taken_at) == (10, "2024-05-01T12:00:00Z")
        assert bundle.metadata == {"config": {"k": 5, "older_days": 1}, "language": "en"}
        assert [bundle.articles.card(row) for row in range(5)] == [Card.of(held) for held in corpus]
        np.testing.assert_array_equal(bundle.candidate_rows, parts["candidate_rows"])
        np.testing.assert_array_equal(bundle.candidate_similarity, parts["candidate_similarity"])
        np.testing.assert_array_equal(bundle.older_rows, parts["older_rows"])
        np.testing.assert_array_equal(bundle.older_similarity, parts["older_similarity"])
        np.testing.assert_array_equal(bundle.stories, parts["stories"])
        np.testing.assert_array_equal(bundle.floor, parts["floor"])
        for name in ("indptr", "columns", "weights"):
            expected = getattr(parts["rows"], name)
            np.testing.assert_array_equal(getattr(bundle.vectors, name), expected)
        assert len(bundle.terms) == bundle.vectors.n_columns == parts["rows"].n_columns
        for column, key in enumerate(parts["terms"].keys):
            label = parts["terms"].labels[column]
            assert bundle.terms[column] == (key.partition(":")[0], label)
            is_phrase = key.startswith("phrase:")
            assert bundle.terms.column_of(key) == (None if is_phrase else column)
        assert bundle.terms.column_of("term:unheard") is None


def test_a_bundle_holds_no_body(tmp_path: Path, save_bundle: Save) -> None:
    secret = "the whole text, word for word"
    path, _ = save_bundle(tmp_path, [Article("a", title="Title", body=secret)])
    assert not any(secret.encode() in file.read_bytes() for file in path.iterdir())


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("k", [0, 3])
@pytest.mark.parametrize("has_columns", [True, False])
def test_the_smallest_bundles_work(
    tmp_path: Path, make_parts: Parts, n: int, k: int, has_columns: bool
) -> None:
    corpus = Corpus.of([Article(str(i), title="Same words") for i in range(n)])
    parts = make_parts(corpus, k=k)
    if not has_columns:
        nothing = SparseRows(
            np.zeros(n + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32), 0
        )
        parts |= {"rows": nothing, "terms": replace(parts["terms"], keys=[], labels=[])}
        for kind in ("candidate", "older"):
            parts[f"{kind}_rows"][:] = -1
            parts[f"{kind}_similarity"][:] = 0
    sha256 = write_bundle(tmp_path, VERSION, corpus=corpus, metadata={}, **parts)
    bundle = Bundle.verify(tmp_path / VERSION, sha256)
    assert len(bundle.articles) == n
    assert bundle.candidate_rows.shape == (n, k)
    assert bundle.vectors.n_columns == len(bundle.terms) == (2 if has_columns else 0)


@pytest.mark.parametrize("version", ["..", "", "latest", "20240501T120000Z-0123456789aB", "a/b"])
def test_only_version_ids_become_folders(
    tmp_path: Path, save_bundle: Save, few: list[Article], version: str
) -> None:
    with pytest.raises(UnknownVersion):
        save_bundle(tmp_path, few, version=version)
    with pytest.raises(UnknownVersion):
        Bundle.open(tmp_path / version)
    assert not is_version_id(version)
    assert list(tmp_path.iterdir()) == []


def test_new_version_ids_are_version_ids(now: Any) -> None:
    first, second = new_version_id(now, b"one"), new_version_id(now, b"two")
    assert is_version_id(first)
    assert is_version_id(second)
    assert first[:17] == second[:17] == "20240501T120000Z-"
    assert first != second


@pytest.mark.parametrize(
    ("part", "index", "value"),
    [
        ("candidate_rows", (0, 0), 5),
        ("candidate_rows", (0, 0), -2),
        ("candidate_similarity", (0, 0), 1_000_001),
        ("candidate_similarity", (0, 0), -1),
        ("older_rows", (0, 0), 5),
        ("older_rows", (0, 0), -2),
        ("older_similarity", (0, 0), 1_000_001),
        ("floor", 0, -1),
        ("floor", 0, 1_000_001),
        ("stories", 0, -1),
    ],
)
def test_values_out_of_range_are_refused(
    tmp_path: Path, make_parts: Parts, few: list[Article], part: str, index: Any, value: int
) -> None:
    corpus = Corpus.of(few)
    parts = make_parts(corpus)
    parts[part][index] = value
    with pytest.raises(ValueError, match="out of range"):
        write_bundle(tmp_path, VERSION, corpus=corpus, metadata={}, **parts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "part",
    [
        "candidate_rows",
        "candidate_similarity",
        "older_rows",
        "older_similarity",
        "stories",
        "floor",
    ],
)
def test_parts_of_another_size_or_dtype_are_refused(
    tmp_path: Path, make_parts: Parts, few: list[Article], part: str
) -> None:
    corpus = Corpus.of(few)
    parts = make_parts(corpus)
    for changed in (parts[part][:-1], parts[part].astype(np.int64)):
        with pytest.raises(ValueError, match="5 articles, but"):
            write_bundle(tmp_path, VERSION, corpus=corpus, metadata={}, **{**parts, part: changed})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", ["candidate_rows", "older_rows"])
def test_candidates_without_their_similarities_are_refused(
    tmp_path: Path, make_parts: Parts, few: list[Article], part: str
) -> None:
    parts = make_parts(Corpus.of(few))
    parts[part] = parts[part][:, :2]
    with pytest.raises(ValueError, match="of different shape"):
        write_bundle(tmp_path, VERSION, corpus=Corpus.of(few), metadata={}, **parts)


@pytest.mark.parametrize("keys", [["term:a"] * 99, ["word"]])
def test_terms_that_are_not_the_columns_are_refused(
    tmp_path: Path, make_parts: Parts, few: list[Article], keys: list[str]
) -> None:
    parts = make_parts(Corpus.of(few))
    parts["terms"] = replace(parts["terms"], keys=keys, labels=keys)
    with pytest.raises(ValueError, match=r"columns|no key"):
        write_bundle(tmp_path, VERSION, corpus=Corpus.of(few), metadata={}, **parts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("second_time", [["a"], ["a", "c"], ["a", "b", "c"]])
def test_a_corpus_that_changes_under_the_training_is_refused(
    tmp_path: Path, make_parts: Parts, make_article: Callable[..., Article], second_time: list[str]
) -> None:
    corpus = Corpus.of([make_article("a"), make_article("b")])
    parts = make_parts(corpus)
    moved = replace(corpus, articles=[make_article(name) for name in second_time])
    with pytest.raises(ValueError, match="corpus"):
        write_bundle(tmp_path, VERSION, corpus=moved, metadata={}, **parts)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_file_that_does_not_fit_stops_everything(
    tmp_path: Path, make_parts: Parts, few: list[Article]
) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    corpus = Corpus.of(few)
    parts = make_parts(corpus) | {"metadata": {}, "extra_files": {"pipeline.joblib": full}}
    with pytest.raises(CannotWrite, match="No space left"):
        write_bundle(tmp_path, VERSION, corpus=corpus, **parts)
    assert list(tmp_path.iterdir()) == []


def test_an_open_bundle_outlives_its_folder(
    tmp_path: Path, save_bundle: Save, few: list[Article]
) -> None:
    path, sha256 = save_bundle(tmp_path, few)
    bundle = Bundle.open(path, sha256)
    path.rename(tmp_path / "moved")
    for file in (tmp_path / "moved").iterdir():
        file.unlink()
    assert bundle.articles.card(0).title == "Kerry meets Lavrov"
    with pytest.raises(BrokenBundle, match="no such file"):
        Bundle.open(path, sha256)


def test_a_renamed_version_is_refused(
    tmp_path: Path, save_bundle: Save, few: list[Article]
) -> None:
    path, sha256 = save_bundle(tmp_path, few)
    other = path.rename(tmp_path / "20250101T000000Z-0123456789ab")
    with pytest.raises(BrokenBundle, match="found version '20240501T120000Z-0123456789ab'"):
        Bundle.open(other, sha256)


def test_rows_that_do_not_end_where_the_entries_do_are_refused(
    tmp_path: Path, save_bundle: Save, few: list[Article]
) -> None:
    path, sha256 = save_bundle(tmp_path, few)
    file = path / "vectors.indptr.npy"
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-8] + os.urandom(8))
    with pytest.raises(BrokenBundle, match=r"vectors\.indptr\.npy is damaged"):
        Bundle.open(path, sha256)


def test_a_disk_that_fills_at_any_byte_leaves_nothing(
    tmp_path: Path, save_bundle: Save, few: list[Article]
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (0, 10, 127, 128, 130, 200, 280, 1000):  # bytes; the manifest is the longest
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        try:
            with pytest.raises(CannotWrite, match=f"Cannot write .*{VERSION}: File too large"):
                save_bundle(tmp_path, few)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert list(tmp_path.iterdir()) == []
    Bundle.verify(*save_bundle(tmp_path, few))
