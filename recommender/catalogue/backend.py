"""What differs from one kind of database to another, named once.

`sqlite` and `postgres` each fulfil it; `database` knows neither's habits.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from recommender.errors import MorefromError

ENGINE_OPTIONS: Mapping[str, Any] = {
    "hide_parameters": True,  # an unexpected error must not bring an article's text into a log
    "json_serializer": json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode,
}
"""What is the same for all."""


class Backend(Protocol):
    """One kind of database, and where the catalogue is in it."""

    @property
    def where(self) -> str:
        """The file or address, for sentences; never a password."""

    @property
    def elsewhere(self) -> str:
        """What to do where the place turns out to hold something else."""

    @property
    def driver_error(self) -> type[Exception]:
        """The class of all that its driver raises."""

    @property
    def reading(self) -> Mapping[str, object]:
        """Execution options of a transaction that sees one state and changes nothing."""

    @property
    def writing(self) -> Mapping[str, object]:
        """Execution options of a transaction that writes."""

    def make_engine(self, *, must_exist: bool) -> Engine:
        """Return an engine; the place is made if it can be and may be."""

    def prepare(self, connection: Connection) -> None:
        """See that the database is one that we can work with; outside of a transaction."""

    def forget_deleted(self, connection: Connection) -> bool:
        """Write the files anew, without what is no longer in the tables; outside a transaction.

        Returns:
            Whether it was done; not where that is the business of whoever runs a server.
        """

    def lock_tables(self, connection: Connection) -> None:
        """Become the only one that changes tables, until the writing transaction ends."""

    def explain(self, error: BaseException | None, *, lost: bool) -> MorefromError | None:
        """Return what an error of the driver means to a person.

        Args:
            error: what the driver raised.
            lost: whether the connection is gone.

        Returns:
            The sentence; None where our own code is at fault, which none should hide.
        """
