"""`morefrom train`: a corpus in, an immutable bundle and its event in the history out."""

import importlib.metadata
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import Corpus, epoch_us
from recommender.domain.event import EventKind
from recommender.domain.version import new_version_id
from recommender.errors import BrokenBundle, NoChampion, NothingToTrain
from recommender.ranking.atomic import temporary_folder, writing
from recommender.ranking.bundle import Bundle
from recommender.ranking.bundle_writer import BundlePart, write_bundle
from recommender.settings import Settings
from recommender.training.config import TrainingConfig, load_config
from recommender.training.keeping import Keeper
from recommender.training.model import Model, fit_model
from recommender.training.notebook import PIPELINE_FILE, save_pipeline
from recommender.training.parts import in_parts
from recommender.training.room import Room, default_memory
from recommender.workflows.asserting import check_corpus
from recommender.workflows.changes import synonyms_in_force
from recommender.workflows.promoting import champion, open_champion
from recommender.workflows.unfinished import announced, remove_unfinished

Progress = Callable[[str, int, int], object]
"""Called with what is being done, how many articles of it are done, and how many there are."""


_LIBRARIES = ("morefrom", "numpy", "scipy", "scikit-learn", "numba", "joblib", "PyStemmer")


@dataclass(frozen=True)
class Trained:
    """What a training made.

    Attributes:
        version: the new version's id, or the champion's where nothing had changed.
        is_new: False where training was skipped because nothing had changed.
        n_articles: articles in its corpus.
        n_columns: tags, terms and phrases in its vocabulary.
        n_without_candidates: articles that share nothing with any other.
        n_stories: stories that more than one article tells.
        n_in_stories: articles that tell one of those.
        median_floor: similarity that a candidate must reach to be closer than chance, of the
            article in the middle.
        languages: how many articles are in each language, by ISO 639 code, most first.
        search: how the nearest were found, exactly or with what recall (`Lists.search`).
        dropped: what was left out of the texts: for each reason in how many `paragraphs` and
            `articles`, a deck counted as a paragraph.
        seconds: how long it took.
    """

    version: str
    is_new: bool
    n_articles: int
    n_columns: int
    n_without_candidates: int
    n_stories: int
    n_in_stories: int
    median_floor: float
    languages: dict[str, int]
    search: dict[str, Any]
    dropped: dict[str, dict[str, int]]
    seconds: float


@dataclass(frozen=True)
class Training:
    """What one training is to do.

    Attributes:
        config: the experiment's file, None for the defaults.
        if_changed: do nothing where the champion knows the same articles by the same configuration.
        author: who trains.
        n_jobs: threads; never changes the result.
    """

    config: Path | None
    if_changed: bool
    author: str
    n_jobs: int


def train(settings: Settings, training: Training, progress: Progress) -> Trained:
    """Train a model on what is published now.

    Args:
        settings: whose home.
        training: what to do.
        progress: told how far it is.

    Returns:
        What was made. The version serves nobody until it is promoted. PolicyFails if what the
        policy in force asserts is not true of the articles.

    Raises:
        NothingToTrain: if no article is published and free of embargo.
    """
    config = load_config(training.config)
    started = time.monotonic()
    now = datetime.now(UTC)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        remove_unfinished(settings.versions_dir, catalogue)
        if training.if_changed and (held := _unchanged(settings, catalogue, config, now)):
            return _summary(held, started, is_new=False)
        synonyms = synonyms_in_force(catalogue)
        erasures = catalogue.events((EventKind.ERASURE,))
        with catalogue.corpus(now) as taken:
            corpus = synonyms.applied(taken)
            if not len(corpus):
                raise NothingToTrain(catalogue.n_articles())
            check_corpus(catalogue, corpus, synonyms)
            with _room(settings) as room:
                language, n_jobs = settings.language, training.n_jobs
                model = fit_model(corpus, config, language, n_jobs, progress, room)
                metadata = {
                    **metadata_of(settings, corpus, config),
                    "synonyms": synonyms.to_values(),
                    "dropped": model.dropped,
                    "found": model.found(),
                    "search": model.lists.search,
                    "story_similarity": model.lists.story_similarity,
                }
                version = new_version_id(now, f"{now.isoformat()} {corpus.fingerprint}".encode())
                with announced(settings.versions_dir, version, catalogue):
                    sha256 = write_version(
                        settings, version, corpus, model, metadata, n_jobs, progress
                    )
                    detail = {"manifest_sha256": sha256, "n_articles": len(corpus)}
                    catalogue.append_if(  # what was erased meanwhile must not come in by a version
                        EventKind.TRAINING,
                        version,
                        training.author,
                        "",
                        detail,
                        expected_last_of=(EventKind.ERASURE,),
                        expected_number=erasures[-1].number if erasures else 0,
                    )
    return _summary(Bundle.open(settings.versions_dir / version, sha256), started, is_new=True)


@contextmanager
def _room(settings: Settings) -> Iterator[Room]:
    """Make room for what is too long for memory, on the disk that takes the version too.

    Args:
        settings: whose home.

    Yields:
        The room. Its folder does not outlive this; what a killed training leaves is litter. What
        was compared does where there is no version yet, for the next training.
    """
    with writing(settings.versions_dir):
        settings.versions_dir.mkdir(parents=True, exist_ok=True)
    memory = settings.memory or default_memory()
    with temporary_folder(settings.versions_dir) as folder, Keeper(settings.versions_dir) as keeper:
        yield Room(folder, memory, keeper)


def _unchanged(
    settings: Settings, catalogue: Catalogue, config: TrainingConfig, now: datetime
) -> Bundle | None:
    """Return the champion, if training now would only make it again."""
    try:
        bundle = open_champion(settings, champion(catalogue))
    except (NoChampion, BrokenBundle):
        return None
    taken_at = datetime.fromisoformat(bundle.taken_at)
    ended = any(article.is_open(now) for _, article in catalogue.embargoed_after(taken_at))
    changed = ended or any(True for _ in catalogue.changed_since(bundle.last_event))
    same = bundle.metadata.get("config") == config.model_dump(mode="json")
    same_language = bundle.metadata.get("language") == settings.language
    same_tags = bundle.metadata.get("synonyms") == synonyms_in_force(catalogue).to_values()
    return bundle if same and same_language and same_tags and not changed else None


def write_version(  # noqa: PLR0913 - what a version is made of, and how it is read
    settings: Settings,
    version: str,
    corpus: Corpus,
    model: Model,
    metadata: dict[str, object],
    n_jobs: int = 1,
    progress: Progress = lambda *_: None,
) -> str:
    """Write what was learnt as a version that nobody has announced.

    Args:
        settings: whose home.
        version: the new version's id.
        corpus: what the model was trained on.
        model: what was learnt.
        metadata: what the version says of itself.
        n_jobs: workers that read the corpus once more.
        progress: told how far it is.

    Returns:
        The sha256 of its manifest.
    """
    n = len(corpus)
    parts = in_parts(corpus, BundlePart.of, n_jobs, lambda done: progress("writing", done, n))
    return write_bundle(
        settings.versions_dir,
        version,
        corpus=corpus,
        rows=model.rows,
        terms=model.terms,
        candidate_rows=model.lists.candidates.rows,
        candidate_similarity=model.lists.candidates.similarity,
        older_rows=model.lists.older.rows,
        older_similarity=model.lists.older.similarity,
        stories=model.lists.stories,
        floor=model.lists.floor,
        languages=model.languages,
        boilerplate=model.boilerplate,
        vocabulary=model.vocabulary,
        metadata=metadata,
        parts=parts,
        extra_files={PIPELINE_FILE: partial(save_pipeline, model.pipeline)},
    )


def metadata_of(settings: Settings, corpus: Corpus, config: TrainingConfig) -> dict[str, object]:
    """Return what a version says of how it came to be, as JSON values.

    Args:
        settings: whose home.
        corpus: what it is trained on.
        config: the experiment.
    """
    past = (
        one.published_at
        for one in corpus
        if epoch_us(one.published_at) <= epoch_us(corpus.taken_at)
    )
    newest = next(past, None)
    return {
        "trained_at": corpus.taken_at.isoformat(timespec="seconds"),
        "data_through": newest.isoformat(timespec="seconds") if newest else None,
        "corpus_fingerprint": corpus.fingerprint,
        "config": config.model_dump(mode="json"),
        "language": settings.language,
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES},
    }


def _summary(bundle: Bundle, started: float, *, is_new: bool) -> Trained:
    first = bundle.candidate_rows[:, 0]
    return Trained(
        version=bundle.version,
        is_new=is_new,
        n_articles=len(bundle),
        n_columns=bundle.vectors.n_columns,
        n_without_candidates=int((first < 0).sum()),
        **bundle.metadata["found"],
        search=bundle.metadata["search"],
        dropped=bundle.metadata.get("dropped", {}),
        seconds=time.monotonic() - started,
    )
