"""The outgoing webhook: what changes lists is told to one address, signed, at least once.

It reads what happened from the history, so it tells of imports and syncs as well as of what was
published here, and nothing is lost while the other side is away: the number up to which it was
heard is kept in a file, moved only once a batch was taken. It tells of an event when the files of
the public app have it, so that what is purged then is not fetched again as it was before.
"""

import hashlib
import hmac
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from recommender.errors import MorefromError
from recommender.logs import tell
from recommender.ranking.atomic import write_file
from recommender.settings import Settings
from recommender.workflows.publishing import Publisher
from service.desk.acknowledging import Acknowledger
from service.desk.purging import keys_of_decisions
from service.public.answers import JSON

MAX_EVENTS = 100
"""Changes told at once, at most."""

LOOK_INTERVAL_S = 0.5
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
ANSWER_TIMEOUT_S = 10.0

_log = logging.getLogger(__name__)


class NotTaken(Exception):
    """The other side did not take what it was told; its text is a clause on why."""


Send = Callable[[str, bytes, dict[str, str]], None]
"""Told address, body and headers of a request; raises NotTaken."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return what proves that a body was sent by us, at a time.

    Args:
        secret: the setting `webhook_secret`.
        timestamp: seconds since 1970.
        body: of the request.

    >>> signature("secret", 0, b"{}")[:15]
    'v1=4bbe8d39de1f'
    """
    message = b"%d." % timestamp + body
    return f"v1={hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()}"


class Webhook:
    """Tells one address, batch by batch."""

    def __init__(
        self,
        settings: Settings,
        publisher: Publisher,
        acknowledger: Acknowledger,
        send: Send | None = None,
    ) -> None:
        """Prepare; nothing is sent before the first step.

        Args:
            settings: with `webhook_url` and `webhook_secret`.
            publisher: knows what happened.
            acknowledger: knows what to purge.
            send: sends a request; by HTTP if not given.
        """
        self._url = settings.webhook_url or ""
        self._secret = settings.webhook_secret or ""
        self._place = settings.home / "data" / "webhook.json"
        self._publisher = publisher
        self._acknowledger = acknowledger
        self._send = send or _post

    def run(self, stop: threading.Event) -> None:
        """Tell what happens, until told to stop; what is not taken is told again, later each time.

        Args:
            stop: set by whoever wants it to end.
        """
        pause_s, is_well = LOOK_INTERVAL_S, True
        while not stop.wait(pause_s):
            try:
                is_more = self.step()
            except (NotTaken, MorefromError) as error:
                if is_well:
                    problem = f"The webhook has to wait: {error}."
                    tell(_log, "trouble", problem, logging.WARNING)
                pause_s = FIRST_PAUSE_S if is_well else min(2 * pause_s, LONGEST_PAUSE_S)
                is_well = False
                continue
            if not is_well:
                tell(_log, "recovered", "The webhook goes on.")
            pause_s, is_well = 0.0 if is_more else LOOK_INTERVAL_S, True

    def step(self) -> bool:
        """Tell the next changes, if there are any.

        Returns:
            Whether there may be more; NotTaken if they were not taken.
        """
        reached = self._publisher.reached()
        if reached is None:
            return False
        position = self._read()
        if position is None or position > reached:  # the first time, or after a restore
            self._write(reached)
            return False
        if position == reached:
            return False
        changes = self._publisher.since(position, reached, MAX_EVENTS)
        is_more = len(changes) == MAX_EVENTS
        until = changes[-1].revision.number if is_more else reached
        decided, decisions = self._publisher.decided(position, until)
        if changes or decided:
            version = self._publisher.version() or ""
            keys = dict.fromkeys(keys_of_decisions(decided, decisions, version))
            told = []
            for one in changes:
                facts = self._acknowledger.facts(one, None, with_picks=False)
                keys.update(dict.fromkeys(facts.pop("purge")))
                told.append(facts)
            numbers = [one.number for one in decided]
            content = {"events": told, "decisions": numbers, "purge": list(keys)}
            body = JSON.encode(content).encode()
            timestamp = int(time.time())
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "morefrom",
                "Morefrom-Timestamp": str(timestamp),
                "Morefrom-Signature": signature(self._secret, timestamp, body),
            }
            self._send(self._url, body, headers)
        self._write(until)
        return is_more

    def _read(self) -> int | None:
        try:
            held = json.loads(self._place.read_bytes())
        except (OSError, ValueError):
            return None
        number = held.get("event") if isinstance(held, dict) else None
        return number if type(number) is int else None

    def _write(self, number: int) -> None:
        _make_folder(self._place.parent)
        write_file(self._place, json.dumps({"event": number}).encode())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes where it was told to go and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with _OPENER.open(request, timeout=ANSWER_TIMEOUT_S):
            return
    except urllib.error.HTTPError as error:
        error.close()
        reason = f"the other side answered {error.code}"
    except (OSError, HTTPException, ValueError) as error:
        reason = f"the other side cannot be reached ({type(error).__name__})"
    raise NotTaken(reason)


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)  # where the catalogue is a server, there is none yet
