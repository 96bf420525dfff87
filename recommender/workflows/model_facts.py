"""What a version says of itself, for people who choose between versions."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from recommender.registry.versions import Version
from recommender.settings import Settings


class ModelFacts(NamedTuple):
    """What a version says of itself; None for what it does not, or where its files are gone.

    Attributes:
        data_through: when the newest article was published that it knows; ISO 8601.
        search: how its nearest articles were found.
        recall: share of the true ten nearest that were found, where that was measured.
        n_in_stories: articles that tell the same as another.
        languages: articles in each language, most first.
    """

    data_through: str | None = None
    search: str | None = None
    recall: float | None = None
    n_in_stories: int | None = None
    languages: tuple[tuple[str, int], ...] = ()


def facts_of(settings: Settings, version: Version) -> ModelFacts:
    """Return what a version says of itself.

    Args:
        settings: whose home.
        version: any version; what it says is not verified here, only shown.
    """
    place = settings.versions_dir / version.id / "manifest.json"
    try:
        metadata = json.loads(place.read_bytes())["metadata"]
        return _read(metadata)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ModelFacts()


def _read(metadata: Mapping[str, Any]) -> ModelFacts:
    search, found = metadata.get("search", {}), metadata.get("found", {})
    recalls = [one["mean"] for one in search.get("recall", {}).values()]
    languages = sorted(found.get("languages", {}).items(), key=lambda pair: (-pair[1], pair[0]))
    return ModelFacts(
        metadata.get("data_through"),
        search.get("mode"),
        float(recalls[0]) if recalls else None,
        found.get("n_in_stories"),
        tuple(languages),
    )
