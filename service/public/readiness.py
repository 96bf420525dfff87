"""What `/readyz` tells: what is being served, how old it is, and what stands in the way of newer.

Having something to answer from makes a worker ready, however old it is: an old list under an
article is better than none, and the age is there for whoever watches it.
"""

import json
from datetime import datetime
from pathlib import Path

from recommender.ranking.cards import iso_utc
from recommender.ranking.overlay_size import advice_on
from recommender.ranking.snapshot import Snapshot
from service.public.answers import model_facts
from service.public.live import Trouble

STATUS_FILE = "status.json"
"""Where the follower leaves the last problem that it met, in the serving folder."""


def readiness(
    snapshot: Snapshot | None, trouble: Trouble | None, serving_dir: Path, now: datetime
) -> dict[str, object]:
    """Return what a worker knows of its own state, as JSON values.

    Args:
        snapshot: what it answers from, None if there is nothing.
        trouble: why it could not follow the pointer, None if it could.
        serving_dir: where the follower writes.
        now: aware.
    """
    problem = _problem(trouble, serving_dir / STATUS_FILE)
    if snapshot is None:
        return {"problem": problem}
    model, overlay = model_facts(snapshot), snapshot.overlay
    n_articles = len(overlay.articles)
    return {
        "status": "ready",
        "version": model["version"],
        "trained_at": model["trained_at"],
        "overlay_generated_at": overlay.generated_at,
        **ages(snapshot, now),
        "overlay_articles": n_articles,
        "last_event": overlay.last_event,
        "problem": problem,
        "advice": advice_on(n_articles),
    }


def ages(snapshot: Snapshot | None, now: datetime) -> dict[str, int | None]:
    """Return how old what a worker answers from is, in seconds.

    Args:
        snapshot: what it answers from, None if there is nothing.
        now: aware.
    """
    trained_at = None if snapshot is None else model_facts(snapshot)["trained_at"]
    generated_at = None if snapshot is None else snapshot.overlay.generated_at
    return {
        "model_age_s": _age_s(trained_at, now),
        "overlay_age_s": _age_s(generated_at, now),
    }


def _problem(trouble: Trouble | None, status_path: Path) -> dict[str, str | None] | None:
    """Return what is wrong, a worker's own trouble before the follower's, or None."""
    if trouble is not None:
        return {"detail": trouble.detail, "since": iso_utc(trouble.since)}
    try:
        status = json.loads(status_path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(status, dict) or not status.get("problem"):
        return None
    return {"detail": str(status["problem"]), "since": str(status.get("at"))}


def _age_s(instant: str | None, now: datetime) -> int | None:
    if instant is None:
        return None
    return max(0, int((now - datetime.fromisoformat(instant)).total_seconds()))
