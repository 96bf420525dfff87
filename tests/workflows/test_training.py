"""Training: the same articles make the same arrays, odd ones make a model or a sentence."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Status, Tag
from recommender.domain.event import EventKind
from recommender.errors import CannotWrite, CatalogueUnavailable, InvalidSettings, NothingToTrain
from recommender.settings import load_settings
from recommender.training.notebook import load_pipeline
from recommender.workflows import training


def manifest(newsroom: Any, version: str) -> dict[str, Any]:
    return json.loads((newsroom.path(version) / "manifest.json").read_bytes())


def test_same_articles_make_the_same_arrays_in_whatever_order_they_came(
    newsroom: Any, few: Sequence[Article], tmp_path: Path
) -> None:
    newsroom.store(*few)
    one, other = newsroom.train().version, newsroom.train().version
    second = type(newsroom)(load_settings(tmp_path / "second", {}))
    for article in reversed(few):
        second.store(replace(article, title="not yet"))
    second.store(*reversed(few))

    arrays = newsroom.hashes(one)
    assert len(arrays) > 10
    assert newsroom.hashes(other) == arrays
    assert second.hashes(second.train().version) == arrays
    assert one != other


def test_training_is_told(stocked: Any) -> None:
    trained = stocked.train()

    assert trained.is_new
    assert (trained.n_articles, trained.n_without_candidates) == (5, 1)
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        (event,) = catalogue.events((EventKind.TRAINING,))
    bundle = stocked.bundle(trained.version)
    assert (event.subject, event.author) == (trained.version, "anna")
    assert event.detail == {"manifest_sha256": bundle.manifest_sha256, "n_articles": 5}
    assert bundle.vectors.n_columns == trained.n_columns
    assert bundle.last_event == 5
    assert trained.languages == {"en": 5}
    assert (trained.n_stories, trained.n_in_stories, trained.median_floor) == (0, 0, 0.0)


def test_stories_and_languages_are_told(newsroom: Any) -> None:
    newsroom.store(
        Article("a", title="Grain ships"),
        Article("b", title="GRAIN SHIPS"),
        Article("c", title="Зерно", language="ru"),
    )

    trained = newsroom.train()

    assert (trained.n_stories, trained.n_in_stories) == (1, 2)
    assert list(trained.languages.items()) == [("en", 2), ("ru", 1)]
    assert manifest(newsroom, trained.version)["metadata"]["found"]["n_stories"] == 1


def test_manifest_says_what_the_model_was_made_of(stocked: Any, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("n_candidates = 50\n", encoding="utf-8")

    version = stocked.train(config=config).version
    stocked.store(Article("new", title="New"))
    later = stocked.train().version

    metadata = manifest(stocked, version)["metadata"]
    assert metadata["config"]["n_candidates"] == 50
    assert metadata["config"]["fields"]["title"] == 1.5
    assert metadata["language"] == "en"
    assert {"numpy", "scikit-learn", "PyStemmer"} <= metadata["libraries"].keys()
    assert len(metadata["corpus_fingerprint"]) == 64
    assert (
        metadata["corpus_fingerprint"] != manifest(stocked, later)["metadata"]["corpus_fingerprint"]
    )
    assert stocked.bundle(version).candidate_rows.shape == (5, 50)


def test_data_reach_to_the_newest_article_that_is_not_from_the_future(newsroom: Any) -> None:
    far = datetime(9999, 12, 31, tzinfo=UTC)
    past = datetime(2024, 5, 1, tzinfo=UTC)
    for articles, expected in (
        ([Article("a", title="Undated"), Article("b", title="Far", published_at=far)], None),
        ([Article("c", title="Past", published_at=past)], past),
    ):
        newsroom.store(*articles)
        metadata = manifest(newsroom, newsroom.train().version)["metadata"]
        found = metadata["data_through"]
        assert (found and datetime.fromisoformat(found)) == expected


def test_pipeline_lies_beside_the_bundle(stocked: Any, few: Sequence[Article]) -> None:
    pipeline = load_pipeline(stocked.path(stocked.train().version))

    assert pipeline.named_steps["vectors"].transform(few).shape[0] == 5


def test_only_open_articles_are_learnt_from(stocked: Any, few: Sequence[Article]) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    stocked.store(
        replace(few[0], status=Status.RETRACTED),
        replace(few[1], status=Status.DRAFT),
        replace(few[2], embargoed_until=tomorrow, title="Secret"),
        replace(few[3], embargoed_until=tomorrow - timedelta(days=2)),
    )

    trained = stocked.train()

    assert trained.n_articles == 2
    files = b"".join(path.read_bytes() for path in stocked.path(trained.version).iterdir())
    assert b"Secret" not in files
    assert b"secret" not in files


def test_if_changed_trains_only_when_there_is_something_to_learn(
    stocked: Any, few: Sequence[Article], tmp_path: Path
) -> None:
    def is_new() -> bool:
        trained = stocked.train(if_changed=True)
        if trained.is_new:
            stocked.promote(trained.version)
        return bool(trained.is_new)

    assert [is_new(), is_new()] == [True, False]
    assert stocked.train(if_changed=True).n_articles == 5
    stocked.store(*few)  # nothing new in it
    assert not is_new()
    stocked.store(replace(few[0], title="Corrected"))
    assert [is_new(), is_new()] == [True, False]
    stocked.store(replace(few[0], status=Status.RETRACTED))
    assert [is_new(), is_new()] == [True, False]
    other = tmp_path / "other.toml"
    other.write_text("[fields]\ntitle = 9\n", encoding="utf-8")
    assert stocked.train(config=other, if_changed=True).is_new
    assert not is_new()
    (tmp_path / "home" / "morefrom.toml").write_text('language = "fr"', encoding="utf-8")
    french = type(stocked)(load_settings(tmp_path / "home", {}))
    assert french.train(if_changed=True).is_new


def test_if_changed_trains_when_the_champion_is_broken(stocked: Any) -> None:
    version = stocked.train().version
    stocked.promote(version)
    (stocked.path(version) / "stories.npy").unlink()

    assert stocked.train(if_changed=True).is_new


def test_if_changed_trains_when_an_embargo_has_ended(
    stocked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = datetime(2031, 1, 1, tzinfo=UTC)

    class Clock(datetime):
        instant = end - timedelta(microseconds=1)

        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return cls.instant.astimezone(tz)

    monkeypatch.setattr(training, "datetime", Clock)
    stocked.store(Article("later", title="Later", embargoed_until=end))
    stocked.promote()
    assert not stocked.train(if_changed=True).is_new
    Clock.instant = end

    trained = stocked.train(if_changed=True)

    assert (trained.is_new, trained.n_articles) == (True, 6)


def test_nothing_to_train_on(newsroom: Any) -> None:
    with pytest.raises(CatalogueUnavailable, match="there is none; import articles first"):
        newsroom.train()
    assert not newsroom.settings.home.exists()
    newsroom.store()
    with pytest.raises(NothingToTrain, match="of the 0 articles"):
        newsroom.train()
    newsroom.store(Article("a", status=Status.DRAFT), Article("b", status=Status.RETRACTED))
    with pytest.raises(NothingToTrain, match="of the 2 articles"):
        newsroom.train()
    assert not newsroom.settings.versions_dir.exists()


def test_wrong_configuration_changes_nothing(stocked: Any, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("n_candidates = 3", encoding="utf-8")

    with pytest.raises(InvalidSettings):
        stocked.train(config=config)

    assert not stocked.settings.versions_dir.exists()


def test_disk_that_refuses(stocked: Any) -> None:
    (stocked.settings.home / "models").write_text("in the way", encoding="utf-8")

    with pytest.raises(CannotWrite):
        stocked.train()

    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        assert catalogue.events((EventKind.TRAINING,)) == []


RUSSIA = Tag("russia", "Russia")
FAR = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
ODD = {
    "one": [Article("a", title="Grain")],
    "stop words": [Article("a", title="The of"), Article("b", body="and it is")],
    "no tags": [Article("a", title="Grain ships"), Article("b", title="Grain prices")],
    "one tag": [Article("a", tags=(RUSSIA,)), Article("b", tags=(Tag("russia", "RUSSIA"),))],
    "no bodies": [Article("a", title="Grain", tags=(RUSSIA,)), Article("b", tags=(RUSSIA,))],
    "five megabytes": [Article("a", body="x" * 5_000_000), Article("b", body="grain " * 833_333)],
    "dates": [Article("a", title="Grain", published_at=FAR), Article("b", title="Grain")],
    "right to left": [Article("a", title="أخبار روسيا"), Article("b", title="חדשות רוסיה")],
    "chinese": [Article("a", title="中国新闻"), Article("b", title="中国经济")],
    "same words": [Article("a", title="Grain ships"), Article("b", title="Grain ships")],
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_corpora_make_a_model(newsroom: Any, name: str) -> None:
    newsroom.store(*ODD[name])

    version = newsroom.train().version
    newsroom.promote(version)

    bundle = newsroom.bundle(version)
    assert len(bundle) == len(ODD[name])
    for row in range(len(bundle)):
        candidates = bundle.candidate_rows[row]
        assert row not in candidates
        assert set(candidates[candidates >= 0].tolist()) <= set(range(len(bundle)))
