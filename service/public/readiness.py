"""What `/readyz` tells: what is being served, how old it is, and what stands in the way of newer.

Having something to answer from makes a worker ready, however old it is: an old list under an
article is better than none, and the age is there for whoever watches it.
"""

import json
from datetime import datetime
from pathlib import Path

from recommender.ranking.snapshot import Snapshot
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
    model = model_facts(snapshot)
    return {
        "status": "ready",
        "version": model["version"],
        "trained_at": model["trained_at"],
        "model_age_s": _age_s(model["trained_at"], now),
        "overlay_generated_at": snapshot.overlay.generated_at,
        "overlay_age_s": _age_s(snapshot.overlay.generated_at, now),
        "last_event": snapshot.overlay.last_event,
        "problem": problem,
    }
