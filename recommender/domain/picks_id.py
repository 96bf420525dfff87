"""The picks id: the inputs of one answer in a form that fits into a log, a URL and an e-mail.

It is no random number. Whoever holds the history and the model version can compute the answer again
from it. `p1` names this form; a form with other inputs will be `p2`.
"""

import base64
import json
from dataclasses import dataclass

PREFIX = "p1."
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class PicksInputs:
    """All that an answer was made from, in the order in which it is written.

    Attributes:
        version: the model version.
        last_event: number of the last event of the history that touched the list.
        date: the UTC date of the answer, as in `2024-05-01`.
        placement: the place on the site.
        limit: how many were asked for.
        key: `id`, or `url` for a page that no article is known for.
        value: the article's id, or the page's canonical URL.
    """

    version: str
    last_event: int
    date: str
    placement: str
    limit: int
    key: str
    value: str

    def encode(self) -> str:
        """Return the picks id: the prefix, and compact JSON in unpadded URL-safe base64."""
        inputs = (
            self.version,
            self.last_event,
            self.date,
            self.placement,
            self.limit,
            self.key,
            self.value,
        )
        text = _JSON.encode(inputs)
        return PREFIX + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
