"""When the articles on a list were published, as the catalogue has it today."""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.refs import Trail
from recommender.ranking.snapshot import Snapshot


def published_today(
    snapshot: Snapshot, rows: NDArray[np.int32], trail: Trail | None = None
) -> tuple[NDArray[np.int64], bool]:
    """Return when articles on a list were published.

    Args:
        snapshot: what is served.
        rows: int32[m], as `known` numbers them.
        trail: takes note of the events by which dates became others, and of embargoes' ends.

    Returns:
        int64[m], microseconds since 1970 or `UNDATED_US`; and whether any of the articles is of the
        overlay, so that rows may no longer be in the order of their dates.
    """
    overlay, n = snapshot.overlay, snapshot.known.n
    is_later = rows >= n
    published_us = snapshot.bundle.articles.published_us[np.where(is_later, 0, rows)]
    later = is_later.nonzero()[0]
    published_us[later] = overlay.articles.published_us[rows[later] - n]
    is_mixed = later.size > 0
    hidden, _ = overlay.hidden_among(rows)
    for position in hidden.nonzero()[0].tolist():
        row = int(rows[position])
        ref = snapshot.listed(row)
        if ref is None and snapshot.today(row) is not None:
            continue  # its correction has a row of its own, and a date of its own
        dated = overlay.dated(row)
        if trail is not None and dated:
            trail.note(dated)
        if ref is not None:
            published_us[position] = snapshot.published_us(ref)
            is_mixed = True
            if trail is not None and dated:
                trail.note_instant(int(overlay.opened_us[ref.row]))
    return published_us, is_mixed
