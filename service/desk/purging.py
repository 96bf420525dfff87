"""By which names a CDN forgets what a decision may have changed."""

from collections.abc import Iterable, Iterator

from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.override import UNDOES, OverrideKind
from service.public.caching import article_key, model_key


def keys_of_decisions(events: Iterable[Event], decided: Decisions, version: str) -> Iterator[str]:
    """Yield the names of all answers that decisions may have changed.

    A pin changes the list under one article, a block those that show what it keeps out. Which lists
    a rule or a policy changes nobody can name, nor in which an article comes back: these are all.

    Args:
        events: the decisions.
        decided: what is decided after them.
        version: of the model that is served.

    Yields:
        Names, some of them more than once.
    """
    for event in events:
        is_undone = UNDOES in event.detail
        number = event.detail[UNDOES] if is_undone else event.number
        found = decided.overrides.get(number) if isinstance(number, int) else None
        if event.kind is not EventKind.OVERRIDE or found is None:
            yield model_key(version)
        elif found.query_id is not None:
            yield article_key(found.query_id)
        elif found.kind is OverrideKind.BLOCK and not is_undone:
            yield article_key(found.article_id)
        else:
            yield model_key(version)
