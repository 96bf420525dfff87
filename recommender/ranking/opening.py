"""A bundle's articles as an engine: mapped, so that all processes share it, and open at once."""

from recommender.ranking.bundle import Bundle
from recommender.ranking.engine import Engine
from recommender.ranking.postings import Index


def open_engine(bundle: Bundle, *, is_verified: bool) -> Engine:
    """Return the engine over the articles of a bundle.

    Args:
        bundle: open.
        is_verified: whether `Bundle.verify` found it sound, here or in the process that handed it
            on: then nothing is read, and it takes milliseconds. Else everything is read once, for
            compiled loops look up what they find in the arrays without asking whether it is there.

    Returns:
        The engine; `BrokenBundle` if the arrays are not sound.
    """
    if not is_verified:
        bundle.check_vectors()
    vectors, stored = bundle.vectors, bundle.index
    forward = (vectors.indptr, vectors.columns, vectors.weights)
    postings = (stored.starts, stored.rows, stored.weights)
    return Engine.of(vectors, Index(forward, postings, stored.stops, stored.rest))
