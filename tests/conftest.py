"""What all tests share: a clean environment, repeatable examples, real articles where present."""

import os
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from tests.postgres import MISSING, PostgresServer, programs

FOR_TESTS = frozenset({"MOREFROM_REAL_DATA", "MOREFROM_CHROMIUM"})


def pytest_configure() -> None:
    """Keep the settings of whoever runs the tests, and slow machines, out of what they find."""
    for name in [name for name in os.environ if name.startswith("MOREFROM_")]:
        if name not in FOR_TESTS:
            del os.environ[name]
    hypothesis.settings.register_profile(
        "morefrom",
        derandomize=True,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("morefrom")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real articles that MOREFROM_REAL_DATA names."""
    named = os.environ.get("MOREFROM_REAL_DATA")
    if not named:
        pytest.skip("needs real articles: MOREFROM_REAL_DATA names no folder of them")
    folder = Path(named)
    assert folder.is_dir(), f"MOREFROM_REAL_DATA names {folder}, which is not a folder"
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a PostgreSQL server that lives as long as the tests."""
    installed = programs()
    if installed is None:
        pytest.skip(MISSING)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = PostgresServer(installed, port)
    yield server
    server.remove()


_databases = count(1)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the address of an empty database of its own."""
    postgres_server.start()
    name = f"news_{next(_databases)}"
    postgres_server.sql(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.start()
    postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the address of a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'data' / 'catalogue.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a catalogue that is empty, in each kind of database."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(kind))


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database_url(request: pytest.FixtureRequest) -> str | None:
    """Return the setting `database_url` for each kind of database; None means the home's file."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
