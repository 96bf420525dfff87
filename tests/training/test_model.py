"""What training finds is what brute force finds, and odd corpora are ordinary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted

from recommender.domain.article import Article, Tag
from recommender.domain.corpus import Corpus
from recommender.training import parts
from recommender.training.config import FloorSettings, TermSettings, TrainingConfig
from recommender.training.model import Model, fit_model

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
RUSSIA = Tag("russia", "Russia")
WORDS = ["kremlin", "grain", "ships", "sea", "prices", "talks", "gas", "winter", "army", "vote"]


def fit(
    *articles: Article, n_jobs: int = 1, progress: Any = lambda *_: None, **settings: Any
) -> Model:
    config = TrainingConfig(**settings)
    return fit_model(Corpus.of(articles, NOON), config, "en", n_jobs, progress)


def many(n: int = 60) -> list[Article]:
    rng = np.random.default_rng(3)
    return [
        Article(
            f"{number:02}",
            title=" ".join(rng.choice(WORDS, 3)),
            body=" ".join(rng.choice(WORDS, 9)),
            tags=(RUSSIA,) if number % 7 == 0 else (),
            published_at=NOON - timedelta(hours=number),
            language="en",
        )
        for number in range(n)
    ]


def test_candidates_are_the_nearest_articles() -> None:
    model = fit(*many())

    vectorizer = model.pipeline.named_steps["vectors"]
    matrix = vectorizer.transform(Corpus.of(many(), NOON)).astype(float)
    nearest = NearestNeighbors(n_neighbors=20, metric="cosine").fit(matrix)
    similarity = 1 - nearest.kneighbors()[0]
    np.testing.assert_allclose(
        model.lists.candidates.similarity[:, :20] / 1e6, similarity, atol=1e-6
    )
    for row, listed in enumerate(model.lists.candidates.rows.tolist()):
        assert row not in listed
        pairs = zip(model.lists.candidates.similarity[row].tolist(), listed, strict=True)
        held = [(-millionths, other) for millionths, other in pairs if other >= 0]
        assert held == sorted(held)
        assert all(before != after for before, after in pairwise(held))


def test_terms_are_the_columns_of_the_rows() -> None:
    model = fit(*many())

    assert model.rows.n_columns == len(model.terms.keys) == len(model.terms.labels)
    assert model.rows.n_rows == len(model.lists.stories) == 60
    assert "tag:russia" in model.terms.keys
    assert model.terms.labels[model.terms.keys.index("tag:russia")] == "Russia"


def arrays(model: Model) -> list[Any]:
    lists = model.lists
    return [*lists.candidates, *lists.older, lists.stories, lists.floor]


def test_jobs_and_the_order_of_articles_change_nothing() -> None:
    one, other = fit(*many()), fit(*reversed(many()), n_jobs=2)

    for mine, theirs in zip(arrays(one), arrays(other), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one.rows.weights, other.rows.weights)
    assert list(one.terms.keys) == list(other.terms.keys)
    assert list(one.terms.labels) == list(other.terms.labels)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_parts_read_by_workers_change_nothing(
    monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    one = fit(*many())
    monkeypatch.setattr(parts, "ROWS_A_PART", 7)
    monkeypatch.setattr(parts, "PARTS_THAT_PAY", 2)

    with parallel_config(backend):
        other = fit(*many(), n_jobs=2)

    for mine, theirs in zip(arrays(one), arrays(other), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one.rows.weights, other.rows.weights)
    np.testing.assert_array_equal(one.boilerplate, other.boilerplate)
    assert list(one.terms.keys) == list(other.terms.keys)
    assert (one.languages, one.dropped) == (other.languages, other.dropped)


def test_progress_reaches_its_end() -> None:
    told: list[tuple[str, int, int]] = []
    fit(*many(5), progress=lambda *step: told.append(step))

    assert told[0] == ("learning what repeats", 5, 5)
    assert ("reading", 5, 5) in told
    assert told[-1] == ("comparing", 5, 5)


def test_pipeline_is_fitted_and_agrees() -> None:
    model = fit(*many())
    _, vectors, neighbours = (step for _, step in model.pipeline.steps)

    check_is_fitted(vectors)
    rows = neighbours.kneighbors(vectors.transform(many()[:3]), 2, return_distance=False)
    assert rows[:, 0].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("articles", "n_columns"),
    [
        ([Article("a", title="Grain")], 1),
        ([Article("a", title="The"), Article("b", body="of and")], 0),
        ([Article("a"), Article("b"), Article("c")], 0),
        ([Article("a", tags=(RUSSIA,)), Article("b", tags=(RUSSIA,))], 1),
        ([Article("a", body="x" * 5_000_000), Article("b", body="grain")], 1),
        ([Article("a", title="العربية"), Article("b", title="中"), Article("c", title="עברית")], 3),
    ],
)
def test_articles_that_share_nothing_have_no_candidates(
    articles: list[Article], n_columns: int
) -> None:
    model = fit(*articles, terms=TermSettings(min_df=1))

    assert model.rows.n_columns == len(model.terms.keys) == n_columns
    assert model.lists.candidates.rows.shape == (len(articles), 100)
    shares = articles[-1].tags == (RUSSIA,)
    assert (model.lists.candidates.rows[:, 0] >= 0).tolist() == [shares] * len(articles)
    assert (model.lists.candidates.rows[:, 1:] == -1).all()


def test_candidates_are_of_the_same_language() -> None:
    articles = many()
    for number in range(0, 60, 3):
        articles[number] = replace(articles[number], language="fr")
    corpus = Corpus.of(articles, NOON)
    languages = [one.language for one in corpus]

    apart, mixed = fit(*articles), fit(*articles, mix_languages=True)

    assert apart.languages == mixed.languages == languages
    for model in (apart, mixed):
        pairs = [
            (languages[row], languages[other])
            for row, listed in enumerate(model.lists.candidates.rows.tolist())
            for other in listed
            if other >= 0
        ]
        assert all(one == other for one, other in pairs) == (model is apart)
    assert apart.found()["languages"] == {"en": 40, "fr": 20}


def test_background_is_old_and_candidates_are_not_only_that() -> None:
    articles = [
        replace(one, published_at=NOON - timedelta(days=3 * number))
        for number, one in enumerate(many())
    ]

    lists = fit(*articles, older_days=30).lists

    for row in range(60):
        older = lists.older.rows[row]
        assert (older[older >= 0] >= row + 10).all()
        assert (older[0] >= 0) == (row < 50)
    assert (lists.candidates.rows[50:, :10] >= 0).all()
    assert (fit(*many()).lists.older.rows == -1).all()


def test_floor_is_of_noise_or_what_the_configuration_says() -> None:
    by_noise = fit(*many()).lists.floor
    closer = fit(*many(), floor=FloorSettings(noise_quantile=0.6)).lists.floor
    learnt = fit(*many(), floor=FloorSettings(similarity=0.1234567))

    assert (by_noise > closer).all()
    assert (learnt.lists.floor == 123_457).all()
    assert learnt.found()["median_floor"] == 0.1235
