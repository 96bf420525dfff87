"""The picks id: the inputs of one answer in a form that fits into a log, a URL and an e-mail.

It is no random number. Whoever holds the history and the model version can compute the answer again
from it. `p4` names this form; a form with other inputs will be `p5`. Beside the inputs stands a
short hash of what was shown: an article that has been erased since may be missing among what the
answer was made from, and then this is how one knows.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self

from recommender.domain.corpus import instant_of
from recommender.domain.placement import MAX_PLACES
from recommender.domain.version import is_version_id
from recommender.errors import InvalidPicksId

PREFIX = "p4."
ID, URL = "id", "url"
"""What an answer can be asked by."""
ALL = -1
"""Stands for the event up to which revisions were compared where that is no question."""
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class PicksInputs:
    """All that an answer was made from, in the order in which it is written.

    Attributes:
        version: the model version.
        last_event: number of the last event of the history that touched the list.
        since_us: the last instant that did, in microseconds since 1970: a midnight in UTC, a
            publication, the end of an embargo, the beginning or end of an override.
        placement: the place on the site.
        limit: how many were asked for.
        key: `id`, or `url` for a page that no article is known for.
        value: the article's id, or the page's canonical URL.
        wishes: the query string of all else that was asked for, in its one spelling; mostly empty.
        is_certain: whether it was looked so deep that nothing was left out; a server that is busy,
            or does not search, may have answered without.
        compared_until: number of the last event whose revision had been compared with the model's
            articles; `ALL` if those that matter had been, as ever but in the seconds after a
            rollback.
        shown: `hash_of` what was shown; empty where nobody noted it.
    """

    version: str
    last_event: int
    since_us: int
    placement: str
    limit: int
    key: str
    value: str
    wishes: str = ""
    is_certain: bool = True
    compared_until: int = ALL
    shown: str = ""

    def encode(self) -> str:
        """Return the picks id: the prefix, and compact JSON in unpadded URL-safe base64."""
        text = _JSON.encode([getattr(self, name) for name in _NAMES])
        return PREFIX + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, picks_id: str) -> Self:
        """Return the inputs that a picks id holds.

        Args:
            picks_id: as an answer had it; white space around it does not count.

        Returns:
            The inputs.

        Raises:
            InvalidPicksId: if it holds none.
        """
        found = picks_id.strip()
        if not found.startswith(PREFIX):
            raise InvalidPicksId(picks_id, f"it does not begin with “{PREFIX}”")
        encoded = found.removeprefix(PREFIX)
        try:
            text = base64.b64decode(encoded + "=" * (-len(encoded) % 4), "-_", validate=True)
            values = json.loads(text)
        except (ValueError, RecursionError):
            raise InvalidPicksId(picks_id, "a part of it is missing or was changed") from None
        if not (isinstance(values, list) and list(map(type, values)) == _TYPES):
            raise InvalidPicksId(picks_id, "what it holds are no inputs of an answer")
        inputs = cls(*values)
        if not inputs._is_possible() or inputs.encode() != found:
            raise InvalidPicksId(picks_id, "what it holds are no inputs of an answer")
        return inputs

    def _is_possible(self) -> bool:
        try:
            is_instant = instant_of(self.since_us) is not None
        except OverflowError:
            is_instant = False
        is_named = is_version_id(self.version) and self.key in {ID, URL}
        is_named = is_named and self.compared_until >= ALL
        return is_instant and is_named and self.last_event >= 0 and 1 <= self.limit <= MAX_PLACES


_NAMES = [field.name for field in fields(PicksInputs)]
_TYPES = [str, int, int, str, int, str, str, str, bool, int, str]


def hash_of(shown: Iterable[Sequence[object]]) -> str:
    """Return 48 bits that tell what an answer shows from all else, in hexadecimal.

    Args:
        shown: of each pick what may differ from one model, or one list, to another.
    """
    text = "\n".join(["\t".join(map(str, one)) for one in shown])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
