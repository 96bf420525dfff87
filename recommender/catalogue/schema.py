"""Which version of the tables a database has, and how it comes to have ours.

Alembic keeps the version in its table `alembic_version` and is imported only where something has to
be migrated, so that opening a catalogue stays quick.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from recommender.catalogue.backend import Backend
from recommender.errors import CatalogueUnavailable

HEAD = "v0001"
"""The newest migration; a test holds it against the folder of migrations."""

MIGRATIONS = Path(__file__).parent / "migrations"


def version(connection: Connection, backend: Backend) -> str | None:
    """Return which version of the tables a database has.

    Args:
        connection: a transaction.
        backend: where it is, for a sentence.

    Returns:
        The version, None for a database without tables.

    Raises:
        CatalogueUnavailable: if it holds something else.
    """
    names = inspect(connection).get_table_names()
    if {"alembic_version", "event"} <= set(names):
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if names:
        reason = f"it is a database of something else, with tables such as {names[0]}"
        raise CatalogueUnavailable(backend.where, reason, backend.elsewhere)
    return None


def migrate(connection: Connection, backend: Backend) -> None:
    """Bring a database to the newest version of the tables.

    Args:
        connection: a writing transaction that has done nothing yet. It looks again once it is alone
            with the tables, since another process may have been quicker.
        backend: where it is, and how its tables are locked.

    Raises:
        CatalogueUnavailable: if the database is newer than this code.
    """
    backend.lock_tables(connection)
    found = version(connection, backend)
    if found == HEAD:
        return
    # Imported here because opening a catalogue that is up to date must not wait for alembic.
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(MIGRATIONS))
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        reason = f"its version {found} is newer than {HEAD}, the newest that this morefrom knows"
        raise CatalogueUnavailable(backend.where, reason, "install the newer morefrom")
    context = MigrationContext.configure(connection)
    steps = list(scripts.iterate_revisions(HEAD, found or "base"))
    with Operations.context(context):
        for script in reversed(steps):
            script.module.upgrade()
            context.stamp(scripts, script.revision)
