"""When an overlay has grown so large that a training should fold it in.

An overlay is written anew, whole, at every event, and opened anew by every worker; what it holds is
compared with every newcomer. All of that grows with the number of its articles. The advice comes
long before it is felt.
"""

LARGE_OVERLAY = 2_000
"""Articles in an overlay from which on it is large. Each adds some 60 µs of computing to every
generation, so that this many take an eighth of a second, out of the second within which a
publication is to be seen."""


def advice_on(n_articles: int) -> str | None:
    """Return what to do about an overlay, None for nothing.

    Args:
        n_articles: that it holds.

    >>> advice_on(12)
    """
    if n_articles < LARGE_OVERLAY:
        return None
    found = f"{n_articles:,} articles are new, or were corrected, since the model was trained"
    return f"{found}: train and promote, so that publishing stays quick."
