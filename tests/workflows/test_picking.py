"""The file of picks is the plain ranking of every article, whole or not there."""

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from recommender.domain.article import Article, Status
from recommender.errors import (
    BrokenBundle,
    CannotWrite,
    CatalogueUnavailable,
    InvalidParameter,
    NoChampion,
    UnknownPlacement,
    UnknownVersion,
)
from recommender.ranking.rows import MILLION, similarity
from recommender.ranking.scoring import scores
from recommender.training.notebook import load_pipeline
from recommender.workflows import plain
from recommender.workflows.picking import Wanted, write_picks
from recommender.workflows.plain import Candidates

WORDS = ["kremlin", "grain", "ships", "sea", "prices", "talks", "gas", "winter", "army", "vote"]


def written(
    newsroom: Any, out: Path, k: int = 10, version: str | None = None, **more: Any
) -> list[Any]:
    n = write_picks(newsroom.settings, Wanted(version, k, **more), out, lambda _done, _total: None)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert len(lines) == n
    return [json.loads(line) for line in lines]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "picks.jsonl"


@pytest.fixture
def large(newsroom: Any, tmp_path: Path) -> Any:
    """Return a newsroom with more articles than a bundle stores candidates, and no factors."""
    rng = np.random.default_rng(5)
    articles = [
        Article(f"{n:03}", title="Brief", body=" ".join(rng.choice(WORDS, 6)), language="en")
        for n in range(130)
    ]
    newsroom.store(*articles, Article("lonely", title="Zzyzx"))
    config = tmp_path / "plain.toml"
    config.write_text("[factors]\ncompany_least = 1.0\nlength_power = 0.0\n", encoding="utf-8")
    newsroom.promote(newsroom.train(config=config).version)
    return newsroom


def test_every_article_has_its_picks(stocked: Any, out: Path) -> None:
    stocked.promote()

    lines = written(stocked, out)

    assert sorted(line["id"] for line in lines) == ["answer", "grain", "opera", "ships", "talks"]
    for line in lines:
        assert line.keys() == {"id", "picks"}
        picks = line["picks"]
        assert [pick["rank"] for pick in picks] == list(range(1, len(picks) + 1))
        assert line["id"] not in [pick["id"] for pick in picks]
        for pick in picks:
            assert pick.keys() == {"id", "rank", "score", "similarity"}
            assert 0 < pick["similarity"] <= 1
            assert 0 < pick["score"] <= pick["similarity"]
        scores = [pick["score"] for pick in picks]
        assert scores == sorted(scores, reverse=True)
    (opera,) = (line for line in lines if line["id"] == "opera")
    assert opera["picks"] == []


@pytest.mark.parametrize("k", [1, 10, 100, 101, 130, 131, 10**12])
def test_picks_are_brute_force_whatever_was_stored(large: Any, out: Path, k: int) -> None:
    lines = written(large, out, k)

    bundle = large.bundle(picking_version(large))
    n = len(bundle)
    vectors = load_pipeline(large.path(bundle.version)).named_steps["neighbours"].engine_.rows
    dense = np.zeros((n, vectors.n_columns))
    for row in range(n):
        held = slice(vectors.indptr[row], vectors.indptr[row + 1])
        dense[row, vectors.columns[held]] = vectors.weights[held]
    some = min(k, n - 1)
    nearest = NearestNeighbors(n_neighbors=some, metric="cosine", algorithm="brute").fit(dense)
    expected = 1 - nearest.kneighbors()[0]
    for line, similarities in zip(lines, expected, strict=True):
        found = [pick["similarity"] for pick in line["picks"]]
        np.testing.assert_allclose(found, similarities[: len(found)], atol=1.5e-6)
        assert (similarities[len(found) :] < 1e-6).all()
        assert len({pick["id"] for pick in line["picks"]}) == len(found)


def picking_version(newsroom: Any) -> str:
    return max(path.name for path in newsroom.settings.versions_dir.iterdir())


def test_blocks_change_nothing(large: Any, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [written(large, out, k) for k in (10, 120)]
    monkeypatch.setattr(plain, "BLOCK_ARTICLES", 7)
    assert [written(large, out, k) for k in (10, 120)] == whole
    monkeypatch.setattr(plain, "BLOCK_PICKS", 1)
    assert [written(large, out, k) for k in (10, 120)] == whole


def test_what_became_of_an_article_does_not_count(
    stocked: Any, out: Path, few: Sequence[Article]
) -> None:
    stocked.promote()
    before = written(stocked, out)
    stocked.store(replace(few[0], status=Status.RETRACTED), Article("new", title="New"))

    assert written(stocked, out) == before


def test_any_version_can_be_asked(stocked: Any, out: Path) -> None:
    first = stocked.train().version
    stocked.store(Article("new", title="Grain"))
    stocked.promote()

    assert len(written(stocked, out, version=first)) == 5
    assert len(written(stocked, out)) == 6
    with pytest.raises(UnknownVersion):
        written(stocked, out, version="../x")


def test_progress_reaches_its_end(stocked: Any, out: Path) -> None:
    stocked.promote()
    told: list[tuple[int, int]] = []
    write_picks(stocked.settings, Wanted(None, 3), out, lambda *step: told.append(step))

    assert told == [(5, 5)]


def test_nothing_to_ask(newsroom: Any, out: Path) -> None:
    with pytest.raises(CatalogueUnavailable):
        written(newsroom, out)
    newsroom.store()
    with pytest.raises(NoChampion):
        written(newsroom, out)
    assert not out.exists()


@pytest.mark.parametrize("place", ["missing/picks.jsonl", "file/picks.jsonl", "folder"])
def test_place_that_cannot_be_written_to(stocked: Any, tmp_path: Path, place: str) -> None:
    stocked.promote()
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(CannotWrite, match=f"Cannot write {tmp_path / place}: "):
        written(stocked, tmp_path / place)

    assert sorted(tmp_path.rglob("*")) == before


def test_failure_leaves_the_old_file(stocked: Any, out: Path) -> None:
    stocked.promote()
    written(stocked, out)
    before = out.read_bytes()

    def fail(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_picks(stocked.settings, Wanted(None, 1), out, fail)

    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []


def test_damaged_champion_is_refused(stocked: Any, out: Path) -> None:
    event = stocked.promote()
    (stocked.path(event.subject) / "stories.npy").unlink()

    with pytest.raises(BrokenBundle):
        written(stocked, out)


def test_link_stays_and_what_it_leads_to_is_replaced(stocked: Any, out: Path) -> None:
    stocked.promote()
    target = out.parent / "elsewhere.jsonl"
    out.symlink_to(target)

    written(stocked, out)

    assert out.is_symlink()
    assert len(target.read_text(encoding="utf-8").splitlines()) == 5


def test_pipe_is_written_to(stocked: Any, out: Path) -> None:
    stocked.promote()
    os.mkfifo(out)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.extend(out.read_text("utf-8").splitlines()))
    reader.start()

    n = write_picks(stocked.settings, Wanted(None, 3), out, lambda _done, _total: None)

    reader.join()
    assert len(read) == n == 5


def test_as_of_has_nothing_from_the_future_and_all_that_was_there(stocked: Any, out: Path) -> None:
    stocked.promote()
    bundle = stocked.bundle(picking_version(stocked))
    date = {bundle.articles.id_of(row): int(bundle.articles.published_us[row]) for row in range(5)}
    everything = {line["id"]: line["picks"] for line in written(stocked, out)}

    for line in written(stocked, out, candidates=Candidates.AS_OF):
        found = [(pick["id"], pick["score"]) for pick in line["picks"]]
        assert found == [
            (pick["id"], pick["score"])
            for pick in everything[line["id"]]
            if date[pick["id"]] <= date[line["id"]]
        ]


@pytest.mark.parametrize("k", [1, 4, 7])
def test_factors_reorder_and_nothing_is_missed(newsroom: Any, out: Path, k: int) -> None:
    """One date far away halves the score: what is less similar but close in time comes first."""
    rng = np.random.default_rng(6)
    newsroom.store(
        *(
            Article(
                f"{n:03}",
                title="Brief",
                body=" ".join(rng.choice(WORDS, 6)),
                language="en",
                published_at=datetime(2024, 5, 1, tzinfo=UTC) - timedelta(days=500 * (n % 2)),
            )
            for n in range(130)
        )
    )
    config = out.parent / "factors.toml"
    config.write_text(
        "n_candidates = 50\n[factors]\ncloseness_half_life_days = 10.0\ncloseness_least = 0.5\n",
        encoding="utf-8",
    )
    newsroom.promote(newsroom.train(config=config).version)
    bundle = newsroom.bundle(picking_version(newsroom))

    for line in written(newsroom, out, k):
        row = bundle.articles.row_of_id(line["id"])
        others = np.array([other for other in range(130) if other != row], np.int32)
        near = np.array([similarity(bundle.vectors, row, other) for other in others], np.int32)
        score = scores(near, bundle.factors.named(row, others))
        best = np.lexsort((others, -score))[:k]
        expected = [(bundle.articles.id_of(int(others[one])), int(score[one])) for one in best]
        found = [(pick["id"], round(pick["score"] * MILLION)) for pick in line["picks"]]
        assert found == [pair for pair in expected if pair[1] > 0]


def test_lists_as_served_keep_the_rules_of_the_placement(
    stocked: Any, out: Path, few: Sequence[Article]
) -> None:
    stocked.promote()
    stocked.store(replace(few[1], status=Status.RETRACTED), Article("new", title="New"))

    lines = {line["id"]: line["picks"] for line in written(stocked, out, placement="more-from")}

    assert sorted(lines) == ["grain", "new", "opera", "ships", "talks"]
    for article_id, picks in lines.items():
        assert [pick["rank"] for pick in picks] == [1, 2, 3, 4]
        assert article_id not in [pick["id"] for pick in picks]
        assert "answer" not in [pick["id"] for pick in picks]
        for pick in picks:
            assert pick.keys() == {*("id", "rank", "score", "similarity", "slot", "rung", "origin")}
            assert (pick["score"] is None) == (pick["origin"] == "fallback")
            assert (pick["rung"] is None) == (pick["origin"] == "model")
    with pytest.raises(UnknownPlacement):
        written(stocked, out, placement="side")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"candidates": "all", "placement": "more-from"}, "“--candidates” is 'all', expected not"),
        ({"k": 21, "placement": "more-from"}, "“--limit” is 21, expected at most 20"),
    ],
)
def test_what_does_not_go_together(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        Wanted.of(**{"version": None, "k": 4, "candidates": None, **asked})
