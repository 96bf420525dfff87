"""Where the truth of an evaluation comes from: files, the catalogue, or the articles themselves."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from joblib import parallel_config

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.domain.rating import Grade
from recommender.errors import InvalidParameter, NothingToMeasure
from recommender.evaluation.mining import Pages, hide, mine, n_queries
from recommender.evaluation.truth import Truth, TruthKind
from recommender.evaluation.truth_files import FILE_KINDS, read_truth
from recommender.ranking.bundle import Bundle
from recommender.settings import Settings
from recommender.training.config import TrainingConfig
from recommender.training.model import fit_model
from recommender.workflows.rating import pins, ratings
from recommender.workflows.training import metadata_of, write_version

FROM_CATALOGUE = "catalogue"
"""What stands for the ratings and pins of the catalogue where files are named."""

MIN_MINED_QUERIES = 20
"""Articles that must link to another before their links say anything of a model."""

_KINDS = (
    "links (from_id,to_id), clusters (id,cluster), graded pairs (a,b,score) or judgements "
    "(query_id,article_id,grade)"
)

Progress = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Asked:
    """Which truth somebody asked for.

    Attributes:
        sources: paths of files, or `FROM_CATALOGUE` alone; nothing for links in the bodies.
        kind: of the files; None to go by their headers.
        relevant_from: the grade from which a pick is relevant, above 0; None for the truth's own.
    """

    sources: tuple[str, ...] = ()
    kind: TruthKind | None = None
    relevant_from: float | None = None


@dataclass(frozen=True)
class Subject:
    """What is measured, and by what.

    Attributes:
        bundle: the version, or its like that has not seen the answers.
        truth: what its lists are judged by.
        articles: the articles as the model may read them.
    """

    bundle: Bundle
    truth: Truth
    articles: Iterable[Article]


@contextmanager
def subject(
    settings: Settings, bundle: Bundle, corpus: Corpus, truth: Truth | None, progress: Progress
) -> Iterator[Subject]:
    """Put together a version and its truth.

    Args:
        settings: whose home.
        bundle: the version.
        corpus: the catalogue's articles.
        truth: what was given; None to find links in the bodies, which trains the version again
            without the words of those, in a folder that does not outlive this.
        progress: told how far that is.

    Yields:
        The two.
    """
    if truth is not None:
        yield Subject(bundle, truth, corpus)
        return
    mined, blind = mined_truth(corpus)
    with TemporaryDirectory(prefix="morefrom-") as folder:
        elsewhere = settings.model_copy(update={"home": Path(folder)})
        yield Subject(_trained_alike(elsewhere, bundle, blind, progress), mined, blind)


def mined_truth(corpus: Corpus) -> tuple[Truth, Corpus]:
    """Find the links in the bodies.

    Args:
        corpus: the articles.

    Returns:
        The links as truth, and the corpus without the words that carry them.

    Raises:
        NothingToMeasure: if hardly any article links to another.
    """
    pages = Pages(corpus)
    mined = mine(corpus, pages)
    if n_queries(mined.grades) < MIN_MINED_QUERIES:
        found = f"only {n_queries(mined.grades)}" if mined.grades else "none"
        problem = f"{found} of the articles link to another in the body"
        raise NothingToMeasure(problem, f"name a file by “--truth”: {_KINDS}")
    return mined, corpus.changed(partial(hide, pages=pages))


def given_truth(catalogue: Catalogue, asked: Asked) -> Truth | None:
    """Return the truth that was asked for, None if it must be found in the articles.

    Args:
        catalogue: whose ratings and pins may be meant.
        asked: where it comes from.

    Raises:
        InvalidParameter: if the catalogue is named beside files, the kind cannot be, or kind or
            grade are named without what they are of.
    """
    if asked.kind is not None and asked.kind not in FILE_KINDS:
        raise InvalidParameter(
            parameter="truth-kind", found=asked.kind.value, expected=", ".join(FILE_KINDS)
        )
    if asked.kind is not None and set(asked.sources) <= {FROM_CATALOGUE}:
        raise InvalidParameter(
            parameter="truth-kind", found=asked.kind.value, expected="a file of it by “--truth”"
        )
    if asked.relevant_from is not None and not asked.sources:
        raise InvalidParameter(
            parameter="relevant-from",
            found=asked.relevant_from,
            expected="a truth with grades by “--truth”, for links in the bodies have none",
        )
    if not asked.sources:
        return None
    if FROM_CATALOGUE not in asked.sources:
        truth = read_truth([Path(one) for one in asked.sources], asked.kind)
    elif len(asked.sources) > 1:
        raise InvalidParameter(
            parameter="truth", found=FROM_CATALOGUE, expected="files, or the catalogue alone"
        )
    else:
        truth = _decided(catalogue)
    return truth if asked.relevant_from is None else _counted_from(truth, asked.relevant_from)


def _counted_from(truth: Truth, relevant_from: float) -> Truth:
    return truth if truth.labels else replace(truth, relevant_from=relevant_from)


def _decided(catalogue: Catalogue) -> Truth:
    """Return what editors rated and pinned: a pin is good, a rating of the same pair counts more.

    Args:
        catalogue: whose history.

    Returns:
        The truth; of several editors' grades of a pair the mean.

    Raises:
        NothingToMeasure: if nobody has.
    """
    given: dict[tuple[str, str], list[float]] = defaultdict(list)
    for rating in ratings(catalogue):
        given[rating.query_id, rating.article_id].append(float(rating.grade))
    n_rated, n_pinned = len(given), 0
    for pin in pins(catalogue):
        if pin.query_id is not None:
            n_pinned += 1
            if not given[pin.query_id, pin.article_id]:
                given[pin.query_id, pin.article_id].append(float(Grade.GOOD))
    if not given:
        problem = "the catalogue has no rating and no pin in force"
        raise NothingToMeasure(problem, "give some with “morefrom rate” or “morefrom pin”")
    description = (
        f"What editors decided: {n_rated:,} pairs rated, {n_pinned:,} pinned, which counts as good."
    )
    grades = {pair: fmean(several) for pair, several in given.items()}
    return Truth(TruthKind.CATALOGUE, description, grades, relevant_from=float(Grade.ACCEPTABLE))


def _trained_alike(
    settings: Settings, bundle: Bundle, corpus: Corpus, progress: Progress
) -> Bundle:
    """Return a bundle made of another corpus as a version was made of its own.

    Args:
        settings: of a home that takes it.
        bundle: the version.
        corpus: the articles.
        progress: told how far it is.
    """
    config = TrainingConfig.model_validate_json(json.dumps(bundle.metadata["config"]))
    alike = settings.model_copy(update={"language": bundle.language})
    with parallel_config("threading"):  # where links lead is too much to send with every part
        model = fit_model(corpus, config, bundle.language, os.cpu_count() or 1, progress)
    sha256 = write_version(alike, bundle.version, corpus, model, metadata_of(alike, corpus, config))
    return Bundle.open(alike.versions_dir / bundle.version, sha256)
