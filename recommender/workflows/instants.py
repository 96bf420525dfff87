"""Instants as people give them on a command line."""

from datetime import datetime

from recommender.catalogue.readers.values import instant
from recommender.errors import InvalidField, InvalidParameter


def read_instant(parameter: str, found: str | None) -> datetime | None:
    """Return the instant that an option names, in UTC; None where nobody gave one.

    Args:
        parameter: the option.
        found: ISO 8601; without an offset it is taken as UTC, a date as its midnight.

    Returns:
        The instant.

    Raises:
        InvalidParameter: if the text is none.
    """
    try:
        return instant(parameter, found)
    except InvalidField as error:
        expected = "an ISO 8601 date or time such as 2026-03-01T09:30:00Z"
        raise InvalidParameter(parameter, error.found, expected) from None
