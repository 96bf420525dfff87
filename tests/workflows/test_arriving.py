"""Later articles against the nearest that scikit-learn finds, all that was learnt being frozen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.neighbors import NearestNeighbors

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Status, Tag, tag_slug
from recommender.ranking.bundle import Bundle
from recommender.ranking.rows import MILLION
from recommender.ranking.stored_vocabulary import load_vocabulary
from recommender.settings import Settings
from recommender.workflows.as_trained import AsTrained
from recommender.workflows.gathering import Gathering
from recommender.workflows.promoting import open_bundle
from recommender.workflows.training import Training, train

PLACES = ("Moscow", "Kyiv", "Beijing", "Brussels", "Ankara", "Tehran", "Geneva", "Vienna")
WORDS = ("talks", "sanctions", "grain", "ships", "gas", "troops", "summit", "vote", "bank", "coal")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def written(number: int, rng: np.random.Generator, **more: Any) -> Article:
    """Return an article about a few places and a few words."""
    places, words = rng.choice(PLACES, 2, replace=False), rng.choice(WORDS, 4, replace=False)
    said = " ".join(rng.permutation([*places, *words, *rng.choice(WORDS, 3)]))
    tag = str(places[0])
    held = {
        "title": f"{places[0]}: {words[0]} and {words[1]}",
        "body": f"{said}. In {places[1]} they said {said.lower()}.",
        "tags": (Tag(tag_slug(tag), tag),),
        "section": "World",
        "language": "en",
        "published_at": NOW - timedelta(days=number * 3, hours=int(rng.integers(24))),
    }
    return Article(f"a{number:03}", **{**held, **more})


@pytest.fixture(scope="module")
def archive() -> list[Article]:
    rng = np.random.default_rng(7)
    return [written(number, rng) for number in range(150)]


@pytest.fixture(scope="module")
def comers() -> list[Article]:
    rng = np.random.default_rng(8)
    new = [written(200 + n, rng, published_at=NOW + timedelta(hours=n)) for n in range(20)]
    backfilled = [written(300 + n, rng, published_at=NOW - timedelta(days=400)) for n in range(5)]
    corrected = [replace(written(n, rng), id=f"a{n:03}") for n in range(40, 60)]
    return [*new, *backfilled, *corrected]


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, archive: Sequence[Article], comers: Sequence[Article]
) -> tuple[Settings, str]:
    """Return a newsroom that trained once, and went on publishing."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.upsert(archive, "test", "")
    version = train(settings, Training(None, False, "test", 1), lambda *_: None).version
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.upsert(comers, "test", "")
        catalogue.upsert([replace(archive[100], status=Status.RETRACTED)], "test", "")
    return settings, version


@pytest.fixture(scope="module")
def gathering(home: tuple[Settings, str]) -> Gathering:
    settings, version = home
    with Catalogue.open(settings.catalogue_url) as catalogue:
        gathering = Gathering(open_bundle(settings, catalogue, version))
        gathering.look(catalogue, NOW + timedelta(days=30))
    gathering.compare()
    return gathering


def test_the_stored_vocabulary_reads_as_the_training_did(
    home: tuple[Settings, str], archive: Sequence[Article]
) -> None:
    settings, version = home
    with Catalogue.open(settings.catalogue_url) as catalogue:
        bundle = open_bundle(settings, catalogue, version)
    as_trained = AsTrained(bundle)
    read = [as_trained.read(one).article for one in sorted(archive, key=lambda one: one.id)]
    found = load_vocabulary(bundle.vocabulary).vectors(read, "en")
    for row, article in enumerate(read):
        own = bundle.articles.row_of_id(article.id)
        assert own is not None
        for ours, theirs in zip(found.row(row), bundle.vectors.row(own), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def _all_rows(bundle: Bundle, gathering: Gathering) -> sp.csr_matrix:
    """Return the vectors of bundle and arrivals, one below the other, as scikit-learn has them."""
    arrivals = gathering.comparing.arrivals
    later = arrivals.vectors(list(arrivals.values()))
    parts = [
        sp.csr_matrix(
            (one.weights.astype(float), one.columns, one.indptr), (one.n_rows, one.n_columns)
        )
        for one in (bundle.vectors, later)
    ]
    return sp.vstack(parts).tocsr()


def test_arrivals_are_what_brute_force_finds(gathering: Gathering) -> None:
    bundle, arrivals = gathering.bundle, gathering.comparing.arrivals
    n, rows = len(bundle), _all_rows(gathering.bundle, gathering)
    brute = NearestNeighbors(n_neighbors=n, metric="cosine", algorithm="brute").fit(rows[:n])
    distances, neighbours = brute.kneighbors(rows[n:])
    assert len(arrivals) == 45
    for place, one in enumerate(arrivals.values()):
        own = bundle.articles.row_of_id(one.article_id)
        near = dict(zip(neighbours[place].tolist(), 1 - distances[place], strict=True))
        near = {row: cosine for row, cosine in near.items() if row != own and cosine > 1e-6}
        k = min(bundle.candidate_rows.shape[1], len(near))
        best = sorted(near.values(), reverse=True)[:k]
        np.testing.assert_allclose(one.closest.similarity / MILLION, best, atol=1.5e-6)
        for row, similarity in zip(*map(np.ndarray.tolist, one.closest), strict=True):
            assert near[row] == pytest.approx(similarity / MILLION, abs=1.5e-6)
        least = bundle.candidate_similarity[:, -1]
        entered = {row for row, cosine in near.items() if cosine * MILLION > least[row] + 2}
        perhaps = {row for row, cosine in near.items() if cosine * MILLION > least[row] - 2}
        assert entered <= set(one.entered.rows.tolist()) <= perhaps


def test_background_has_what_is_old_enough(gathering: Gathering) -> None:
    bundle, published_us = gathering.bundle, gathering.bundle.articles.published_us
    for number, one in gathering.comparing.arrivals.items():
        own_us = next(
            entry.published_us
            for entry in gathering.changes(NOW + timedelta(days=30)).entries
            if entry.event == number
        )
        assert (published_us[one.older.rows] <= own_us - bundle.older_us).all()
        assert (published_us[one.entered_older.rows] >= own_us + bundle.older_us).all()
        assert one.older.rows.size or own_us < NOW.timestamp() * 1e6 - 300 * 86_400e6
    assert any(one.entered_older.rows.size for one in gathering.comparing.arrivals.values())


def test_arrivals_come_in_the_order_of_the_history_however_often_interrupted(
    home: tuple[Settings, str], gathering: Gathering
) -> None:
    settings, version = home
    with Catalogue.open(settings.catalogue_url) as catalogue:
        again = Gathering(open_bundle(settings, catalogue, version))
        again.look(catalogue, NOW)
    n_steps, reached = 0, [0]
    while again.comparing.n_waiting:
        again.compare(seconds=0)
        reached.append(again.comparing.until)
        n_steps += 1
    assert n_steps == 45
    assert reached == sorted(set(reached))
    assert again.comparing.until == again.last_event
    whole = gathering.comparing.arrivals
    for number, one in again.comparing.arrivals.items():
        assert all(map(np.array_equal, one.closest, whole[number].closest))
        assert again.comparing.arrivals.near(number) == whole.near(number)
