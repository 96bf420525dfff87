"""The door of morefrom: the names that notebooks import, each loaded when it is first asked for.

>>> from recommender import Corpus, Tag, tag_slug
>>> tag_slug("European Union")
'european-union'
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.catalogue.catalogue import Catalogue
    from recommender.domain.article import Article, Tag, tag_slug
    from recommender.domain.corpus import Corpus
    from recommender.errors import MorefromError
    from recommender.ranking.bundle import Bundle
    from recommender.ranking.explain import explain
    from recommender.settings import Settings, load_settings
    from recommender.training.config import TrainingConfig, load_config
    from recommender.training.model import Model, fit_model
    from recommender.training.neighbours import CosineNeighbors
    from recommender.training.notebook import load_pipeline
    from recommender.training.vectors import ArticleVectorizer

__all__ = [
    "Article",
    "ArticleVectorizer",
    "Bundle",
    "Catalogue",
    "Corpus",
    "CosineNeighbors",
    "Model",
    "MorefromError",
    "Settings",
    "Tag",
    "TrainingConfig",
    "explain",
    "fit_model",
    "load_config",
    "load_pipeline",
    "load_settings",
    "tag_slug",
]

_HOMES = {
    "Article": "domain.article",
    "ArticleVectorizer": "training.vectors",
    "Bundle": "ranking.bundle",
    "Catalogue": "catalogue.catalogue",
    "Corpus": "domain.corpus",
    "CosineNeighbors": "training.neighbours",
    "Model": "training.model",
    "MorefromError": "errors",
    "Settings": "settings",
    "Tag": "domain.article",
    "TrainingConfig": "training.config",
    "explain": "ranking.explain",
    "fit_model": "training.model",
    "load_config": "training.config",
    "load_pipeline": "training.notebook",
    "load_settings": "settings",
    "tag_slug": "domain.article",
}


def __getattr__(name: str) -> Any:
    """Load a name from its module: a process that serves must not load scikit-learn by accident.

    Args:
        name: one of `__all__`.

    Returns:
        What it stands for.

    Raises:
        AttributeError: for any other name.
    """
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(f"recommender.{_HOMES[name]}"), name)
