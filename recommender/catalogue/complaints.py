"""What the complaints of a PostgreSQL server and of its driver mean to a person.

Once connected, an error carries one of SQL's five-character states, which is the same in every
language. A server that refuses a connection gives words alone, in the language that its keeper set;
what is not recognised then is told in those words.
"""

import re

from recommender.errors import Busy, CatalogueUnavailable, MorefromError, shorten

_WAIT = "try again when the server is up"
_SETTING = "check the setting “database_url”"

_OF_OTHERS = frozenset({"55P03", "40P01", "40001"})
"""Lock not had in time, deadlock, serialization failure."""

_STATES = {
    "08": ("the connection to the server was lost", _WAIT),
    "25006": ("the server takes no writes, as a standby", "name the server that others copy from"),
    "25P03": ("this process stood still in the middle of writing", "run the same again"),
    "3D000": ("the server has no such database", "make it with CREATE DATABASE"),
    "3F000": ("the database has no such schema", "make it with CREATE SCHEMA"),
    "42501": (
        "the user lacks a permission there",
        "let the owner GRANT it CREATE and USAGE on the schema, or make it the owner",
    ),
    "42P01": ("its tables are no longer there", "restore it from a backup"),
    "53100": ("the disk of the server is full", "free some space there and try again"),
    "53": ("the server has no connection or memory left", "try again later, or give it more"),
    "57014": ("the server took too long to answer", "see what else it is doing and try again"),
    "57P": ("the server was stopped", _WAIT),
    "58": ("the server's disk fails", "check that disk and try again"),
    "XX": ("the server found damage", "see the server's own log, or restore it from a backup"),
}

_FAULTS_OF_OURS = frozenset({
    "IntegrityError", "ProgrammingError", "DataError", "NotSupportedError", "InterfaceError",
})  # fmt: skip

_WORDS = (
    (
        "invalid connection option|invalid .* value|invalid URI",
        "the address has an option that the driver does not know",
        _SETTING,
    ),
    (
        "password authentication failed|no password supplied|pg_hba.conf|authentication failed"
        "|role .* does not exist|not permitted to log in",
        "the server refuses this user or password",
        "check both in the setting “database_url” or in ~/.pgpass, and who may connect in the "
        "server's pg_hba.conf",
    ),
    ("database .* does not exist", *_STATES["3D000"]),
    ("permission denied", *_STATES["42501"]),
    ("starting up|shutting down|recovery mode|not yet accepting", "the server is not ready", _WAIT),
    ("too many (clients|connections)|connection slots|connection limit", *_STATES["53"]),
    ("SSL|certificate", "the connection cannot be encrypted as it should", f"{_SETTING}’s sslmode"),
    (
        "refused|timeout|timed out|not known|No such file|unreachable|No route|resolve|resolution"
        "|address associated|not responding",
        "the server cannot be reached",
        f"see that it is up, and {_SETTING}",
    ),
    ("connection|closed|EOF", *_STATES["08"]),
)
"""Patterns in the order in which they are tried, each with what it means and what to do."""


class Complaints:
    """Turns errors of the driver psycopg into sentences about one catalogue."""

    def __init__(self, where: str) -> None:
        self._where = where

    def explain(self, error: BaseException | None, *, lost: bool) -> MorefromError | None:
        """Return what an error means to a person.

        Args:
            error: what the driver raised.
            lost: whether the connection is gone.

        Returns:
            The sentence; None where our own code is at fault.
        """
        state = getattr(error, "sqlstate", None)
        if state in _OF_OTHERS:
            return Busy(what="Writing to the catalogue", holder="another process")
        if state is not None:
            known = next((_STATES[state[:n]] for n in (5, 3, 2) if state[:n] in _STATES), None)
        else:
            known = _by_words(str(error))
        if known is None and lost:
            known = _STATES["08"]
        if known is None:
            if _FAULTS_OF_OURS & {kind.__name__ for kind in type(error).__mro__}:
                return None
            known = (shorten(" ".join(str(error).split()), 200), "see the server's own log")
        return CatalogueUnavailable(self._where, *known)


def _by_words(words: str) -> tuple[str, str] | None:
    for pattern, reason, remedy in _WORDS:
        if re.search(pattern, words, re.IGNORECASE):
            return reason, remedy
    return None
