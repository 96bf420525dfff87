"""Which version of the tables a database has, and how it comes to have ours.

Alembic keeps the version in its table `alembic_version` and is imported only where something has to
be migrated, so that opening a catalogue stays quick.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from recommender.errors import CatalogueUnavailable

HEAD = "v0001"
"""The newest migration; a test holds it against the folder of migrations."""

MIGRATIONS = Path(__file__).parent / "migrations"


def is_current(connection: Connection, where: str) -> bool:
    """Tell whether a database has the tables of this code.

    Args:
        connection: a transaction.
        where: the file or address, for a sentence.

    Returns:
        False for a database that is empty or has another version. Tables of something else raise
        CatalogueUnavailable.
    """
    return _version(connection, where) == HEAD


def migrate(connection: Connection, where: str) -> None:
    """Bring a database to the newest version of the tables.

    Args:
        connection: a transaction that is alone in writing. It looks again first, since another
            process may have been quicker.
        where: the file or address, for a sentence.

    Raises:
        CatalogueUnavailable: if the database is newer than this code.
    """
    found = _version(connection, where)
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
        raise CatalogueUnavailable(where, reason, "install the newer morefrom")
    context = MigrationContext.configure(connection)
    steps = list(scripts.iterate_revisions(HEAD, found or "base"))
    with Operations.context(context):
        for script in reversed(steps):
            script.module.upgrade()
            context.stamp(scripts, script.revision)


def _version(connection: Connection, where: str) -> str | None:
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if names:
        reason = f"it is a database of something else, with tables such as {names[0]}"
        raise CatalogueUnavailable(where, reason, "name another file by the setting “database_url”")
    return None
