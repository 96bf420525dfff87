"""A small newsroom with a real home: catalogue, trained versions, a champion."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Tag, tag_slug
from recommender.domain.event import Event
from recommender.ranking.bundle import Bundle
from recommender.settings import Settings, load_settings
from recommender.workflows.promoting import open_bundle, promote
from recommender.workflows.training import Trained, Training, train

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
"""Long past on any clock, so that nothing of it is ever from the future."""


def article(article_id: str, *tags: str, hours_ago: float = 1, **fields: Any) -> Article:
    labels = tuple(Tag(tag_slug(tag), tag) for tag in tags)
    fields.setdefault("published_at", NOON - timedelta(hours=hours_ago))
    return Article(article_id, tags=labels, **fields)


FEW = (
    article("talks", "Russia", "USA", title="Kerry meets Lavrov", body="Sanctions and Ukraine"),
    article("answer", "Russia", title="Lavrov answers Kerry", body="Sanctions hurt", hours_ago=2),
    article(
        "grain", "Trade", title="Grain prices", body="Ships wait at the Black Sea", hours_ago=3
    ),
    article("ships", "Trade", title="Ships wait", body="Grain for Egypt", section="World"),
    article("opera", title="Verdi in Milan", body="A night at the opera", published_at=None),
)


@dataclass(frozen=True)
class Newsroom:
    settings: Settings

    def store(self, *articles: Article) -> None:
        with Catalogue.open(self.settings.catalogue_url) as catalogue:
            catalogue.upsert(articles, "anna", "test")

    def train(self, *, config: Path | None = None, if_changed: bool = False) -> Trained:
        task = Training(config, if_changed, "anna", 1)
        return train(self.settings, task, lambda *_: None)

    def promote(self, version: str | None = None) -> Event:
        return promote(self.settings, version or self.train().version, "anna", "test")

    def path(self, version: str) -> Path:
        return self.settings.versions_dir / version

    def bundle(self, version: str) -> Bundle:
        with Catalogue.open(self.settings.catalogue_url) as catalogue:
            return open_bundle(self.settings, catalogue, version)

    def hashes(self, version: str) -> dict[str, str]:
        """Return the sha256 of every array of a version."""
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.path(version).glob("*.npy"))
        }

    def damage(self, version: str, name: str = "stories.npy") -> None:
        """Change the last byte of a file, which only a hash can tell."""
        path = self.path(version) / name
        path.chmod(0o644)
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)


@pytest.fixture
def database_url() -> str | None:
    """Return the setting: the home's own file, unless a module asks for both kinds."""
    return None


@pytest.fixture
def newsroom(tmp_path: Path, database_url: str | None) -> Newsroom:
    """Return a newsroom without any article."""
    given = {"MOREFROM_DATABASE_URL": database_url} if database_url else {}
    return Newsroom(load_settings(tmp_path / "home", given))


@pytest.fixture(scope="session")
def few() -> Sequence[Article]:
    return FEW


@pytest.fixture
def stocked(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom with five articles and no model."""
    newsroom.store(*FEW)
    return newsroom
