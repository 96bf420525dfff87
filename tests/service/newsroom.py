"""A small newsroom on disk: real bundles, overlays and pointers, made without any training."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from flask import Flask
from flask.testing import FlaskClient

from recommender.domain.article import Article, Image, Tag, tag_slug
from recommender.domain.corpus import Corpus
from recommender.domain.version import new_version_id
from recommender.ranking.bundle import Bundle
from recommender.ranking.bundle_writer import write_bundle
from recommender.ranking.changes import Changes, Revised
from recommender.ranking.generations import write_overlay
from recommender.ranking.pointer import Pointer, write_pointer
from recommender.ranking.rows import SparseRows
from recommender.settings import Settings, load_settings
from service.public.app import create_app

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
"""Long past on any clock, so that nothing of it is ever from the future."""


NASTY = 'guid/with spaces?and "quotes" & 😀'
"""An id as feeds have them."""


def article(
    article_id: str, *tags: str, hours_ago: float = 1, title: str = "", **more: object
) -> Article:
    """Return an article of the newsroom; its headline is its id unless it is given one."""
    return Article(
        id=article_id,
        title=title or f"About {article_id}",
        tags=tuple(Tag(tag_slug(tag), tag) for tag in tags),
        published_at=NOON - timedelta(hours=hours_ago),
        **more,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Terms:
    """The columns of a model that knows tags alone."""

    keys: Sequence[str]
    labels: Sequence[str]


@dataclass
class Newsroom:
    """A home folder in which versions are trained, served and corrected in a few milliseconds."""

    settings: Settings
    last_event: int = 100
    _sha256: dict[str, str] = field(default_factory=dict)

    def train(self, articles: Iterable[Article]) -> str:
        """Write a bundle whose similarities are cosines of the articles' tags; return its id."""
        self.last_event += 1
        corpus = Corpus.of(articles, taken_at=NOON, last_event=self.last_event)
        held = list(corpus)
        slugs = sorted({tag.slug for one in held for tag in one.tags})
        dense = np.array(
            [[float(slug in {tag.slug for tag in one.tags}) for slug in slugs] for one in held]
        ).reshape(len(held), len(slugs))
        dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
        rows, similarity = _candidates(dense)
        version = new_version_id(NOON + timedelta(seconds=self.last_event), b"test")
        self._sha256[version] = write_bundle(
            self.settings.versions_dir,
            version,
            corpus=corpus,
            rows=_sparse(dense),
            terms=Terms([f"tag:{slug}" for slug in slugs], [slug.title() for slug in slugs]),
            candidate_rows=rows,
            candidate_similarity=similarity,
            older_rows=np.full((len(held), 0), -1, np.int32),
            older_similarity=np.zeros((len(held), 0), np.int32),
            stories=np.arange(len(held), dtype=np.int32),
            floor=np.zeros(len(held), np.int32),
            languages=[one.language or "en" for one in held],
            boilerplate=np.empty(0, np.uint64),
            metadata={
                "trained_at": NOON.isoformat(),
                "data_through": NOON.isoformat(),
                "language": "en",
            },
        )
        return version

    def prepare(self, version: str, changed: Iterable[Article] = ()) -> Pointer:
        """Write an overlay of changed articles beside a version; return what points to both."""
        sha256 = self._sha256[version]
        bundle = Bundle.open(self.settings.versions_dir / version, sha256)
        numbered = []
        for one in changed:
            self.last_event += 1
            numbered.append(Revised.of(self.last_event, one, "en"))
        name, overlay_sha256 = write_overlay(
            self.settings.serving_dir,
            bundle,
            Changes.of(numbered, NOON),
            last_event=self.last_event,
            generated_at=NOON,
        )
        stamp = NOON.isoformat()
        return Pointer(version, sha256, name, overlay_sha256, self.last_event, stamp)

    def serve(self, version: str, changed: Iterable[Article] = ()) -> None:
        """Write an overlay of changed articles beside a version, and move the pointer to both."""
        self.point(self.prepare(version, changed))

    def point(self, pointer: Pointer) -> None:
        """Move the pointer."""
        write_pointer(self.settings.serving_dir, pointer)

    def app(self, **changes: object) -> Flask:
        """Return an app with other settings than the usual; it looks at the pointer each time."""
        return create_app(self.settings.model_copy(update={"poll_interval_s": 0.0, **changes}))

    def client(self, **changes: object) -> FlaskClient:
        """Return a client of such an app."""
        return self.app(**changes).test_client()


def open_newsroom(home: Path) -> Newsroom:
    """Return a newsroom in which nothing has been trained yet."""
    settings = load_settings(home=home, environment={"MOREFROM_SITE_NAME": "The Test Post"})
    settings.serving_dir.mkdir(parents=True)
    settings.versions_dir.mkdir(parents=True)
    return Newsroom(settings)


def seven() -> list[Article]:
    """Return seven articles: four on Russia, two on China, and one without a tag."""
    image = Image("/images/ship.svg", "A ship", "A ship leaves.", "Test Post", 1200, 800)
    return [
        article("russia-1", "Russia", "Sanctions", hours_ago=1, section="News", image=image),
        article("russia-2", "Russia", "Sanctions", hours_ago=2, section="News", image=image),
        article("russia-3", "Russia", hours_ago=3, section="News", url="https://post.example/r3/"),
        article("china-1", "China", hours_ago=4, section="Economy", language="en"),
        article("china-2", "China", "Trade", hours_ago=5, section="Economy"),
        article("lonely", hours_ago=6, section="Culture"),
        article('guid/with spaces?and "quotes" & 😀', "Russia", hours_ago=7),
    ]


def _sparse(dense: np.ndarray) -> SparseRows:
    rows, columns = np.nonzero(dense)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(dense)))])
    weights = dense[rows, columns].astype(np.float32)
    return SparseRows(
        indptr.astype(np.int64), columns.astype(np.int32), weights, n_columns=dense.shape[1]
    )


def _candidates(dense: np.ndarray, k: int = 100) -> tuple[np.ndarray, np.ndarray]:
    rows = np.full((len(dense), k), -1, np.int32)
    similarity = np.zeros((len(dense), k), np.int32)
    for row, scores in enumerate((dense @ dense.T * 1e6).round().astype(np.int32)):
        scores[row] = 0
        order = [other for other in np.argsort(-scores, kind="stable") if scores[other] > 0][:k]
        rows[row, : len(order)] = order
        similarity[row, : len(order)] = scores[order]
    return rows, similarity
