"""What processes that serve tell of themselves: one line an event, never a word of a reader.

With `log_format = "text"` nothing is set up here: sentences that need a person go to standard
error, as Python has it by itself, and no others. With `json` every event is one JSON object a line
on standard error, also those that need nobody: a start, a swap of what is served, a recovery, an
end. Requests, their addresses and their questions are in neither.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

OWN = ("recommender", "service")
"""Our packages; of others only what needs a person is told."""


class JsonLines(logging.Formatter):
    """Writes a record as one line of ASCII, whatever is in it."""

    def __init__(self, process: str) -> None:
        """Take a name.

        Args:
            process: which of our processes this is.
        """
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON.

        Args:
            record: of `tell`, or of anybody else.
        """
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, Any] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": record.process,
            "event": getattr(record, "event", None) or record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def begin(process: str, log_format: str) -> None:
    """Set the log of this process up.

    Args:
        process: what people call it.
        log_format: the setting.
    """
    if log_format != "json":
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.getLogger().handlers = [handler]
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)


def tell(
    log: logging.Logger, event: str, message: str, level: int = logging.INFO, **facts: object
) -> None:
    """Tell of an event.

    Args:
        log: of the module that knows of it.
        event: a stable name for machines.
        message: a sentence for people.
        level: `logging.WARNING` if a person should look.
        facts: what else is to be known; nothing of a reader.
    """
    log.log(level, message, extra={"event": event, "facts": facts})
