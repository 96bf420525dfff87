"""A bundle's articles as an engine: what was written is what is searched, and nothing astray."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.domain.article import Article
from recommender.errors import BrokenBundle
from recommender.ranking.bundle import Bundle
from recommender.ranking.engine import Engine
from recommender.ranking.opening import open_engine
from recommender.ranking.rows import SparseRows
from recommender.ranking.stored_index import StoredIndex


@pytest.fixture
def bundle(
    tmp_path: Path, save_bundle: Callable[..., tuple[Path, str]], few: list[Article]
) -> Bundle:
    return Bundle.verify(*save_bundle(tmp_path, few))


@pytest.mark.parametrize("is_verified", [True, False])
def test_an_opened_index_is_the_one_that_inverting_makes(bundle: Bundle, is_verified: bool) -> None:
    opened, made = open_engine(bundle, is_verified=is_verified), Engine(bundle.vectors)

    for found, expected in zip(opened.index.postings, made.index.postings, strict=True):
        assert found.dtype == expected.dtype
        assert np.array_equal(found, expected)
    assert np.array_equal(opened.index.stops, made.index.stops)
    assert np.array_equal(opened.index.rest, made.index.rest)
    one, other = (engine.neighbours(range(len(bundle)), 3) for engine in (opened, made))
    assert np.array_equal(one.rows, other.rows)
    assert np.array_equal(one.similarity, other.similarity)


def test_what_is_verified_is_not_read_again(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bundle, "check_vectors", lambda _: pytest.fail("read"))
    open_engine(bundle, is_verified=True)


def changed(array: np.ndarray[Any, Any], place: int, value: float) -> np.ndarray[Any, Any]:
    copy = array.copy()
    copy.flat[place] = value
    return copy


def test_nothing_that_leads_out_of_the_arrays_is_searched(bundle: Bundle) -> None:
    index, n = bundle.index, len(bundle)
    n_columns = bundle.vectors.n_columns
    hostile = [
        (index._replace(starts=index.starts[:-1]), "starts of postings"),
        (index._replace(starts=changed(index.starts, 0, -1)), "do not run from 0"),
        (index._replace(starts=changed(index.starts, -1, 10**9)), "do not run from 0"),
        (index._replace(starts=changed(index.starts, 1, 10**6)), "starts descend"),
        (index._replace(rows=index.rows[:-1]), "postings"),
        (index._replace(weights=index.weights[:-1]), "postings"),
        (index._replace(rows=changed(index.rows, 2, n)), f"within .0, {n}."),
        (index._replace(rows=changed(index.rows, 2, -1)), f"within .0, {n}."),
        (index._replace(weights=changed(index.weights, 0, np.inf)), "posting is not finite"),
        (index._replace(stops=index.stops[:0], rest=index.rest[:0]), "stops do not fall"),
        (index._replace(stops=changed(index.stops, -1, 1)), "stops do not fall"),
        (index._replace(stops=changed(index.stops, 0, n_columns + 1)), "stops do not fall"),
        (index._replace(stops=changed(index.stops, 0, -1)), "stops do not fall"),
        (index._replace(rest=index.rest[:, :-1]), "rest"),
        (index._replace(rest=changed(index.rest, 0, np.nan)), "rest of a row is not finite"),
    ]
    for astray, problem in hostile:
        with pytest.raises(BrokenBundle, match=problem):
            open_engine(replace(bundle, index=astray), is_verified=False)


def test_vectors_are_looked_at_as_well(bundle: Bundle) -> None:
    held = bundle.vectors
    astray = SparseRows(held.indptr, changed(held.columns, 0, -5), held.weights, held.n_columns)
    with pytest.raises(BrokenBundle, match="columns run from -5"):
        open_engine(replace(bundle, vectors=astray), is_verified=False)


def test_a_verified_bundle_has_been_looked_at(
    tmp_path: Path,
    save_bundle: Callable[..., tuple[Path, str]],
    few: list[Article],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Written by somebody who hashes well and means harm."""
    write = StoredIndex.write
    monkeypatch.setattr(
        StoredIndex, "write", lambda self, sink: write(self._replace(rows=self.rows - 1), sink)
    )
    path, sha256 = save_bundle(tmp_path, few)
    with pytest.raises(BrokenBundle, match="postings run from row -1"):
        Bundle.verify(path, sha256)
