"""Fixtures of the public app's tests."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.service.newsroom import Newsroom, open_newsroom, seven


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Return a newsroom in which nothing has been trained."""
    return open_newsroom(tmp_path)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom that serves seven articles, shared by tests that change nothing."""
    newsroom = open_newsroom(tmp_path_factory.mktemp("served"))
    newsroom.serve(newsroom.train(seven()))
    return newsroom


@pytest.fixture(scope="session")
def client(served: Newsroom) -> FlaskClient:
    """Return a client of the app of that newsroom."""
    return served.client()
