"""What the server runs: the app, with the answer cache before it."""

import gc
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from service.public.server import create_server
from tests.service.newsroom import Newsroom, seven
from tests.service.test_front import is_hit


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Let what a server froze be searched for rubbish again: this process lives on without it."""
    yield
    gc.unfreeze()


@pytest.mark.parametrize(("megabytes", "hits"), [(16, [False, True]), (0, [False, False])])
def test_server_keeps_as_much_as_the_setting_says(
    newsroom: Newsroom, megabytes: int, hits: list[bool]
) -> None:
    newsroom.serve(newsroom.train(seven()))
    settings = newsroom.settings.model_copy(update={"answer_cache_mb": megabytes})
    server = Client(create_server(settings))

    assert [is_hit(server.get("/v1/related?id=russia-1")) for _ in range(2)] == hits


def test_health_is_never_kept(newsroom: Newsroom) -> None:
    server = Client(create_server(newsroom.settings))

    assert [server.get("/readyz").status_code for _ in range(2)] == [503, 503]
    newsroom.serve(newsroom.train(seven()))
    assert server.get("/readyz").status_code == 200
