"""`morefrom desk` and `morefrom token` as an operator types them, with the real server."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from recommender import cli
from recommender.errors import CannotListen
from recommender.settings import load_settings
from recommender.workflows.desk import desk, desk_command

START_S = 30.0


def run(home: Path, *words: str) -> Any:
    return CliRunner().invoke(cli.main, ["--home", str(home), *words])


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_tokens_on_the_command_line(tmp_path: Path) -> None:
    assert run(tmp_path, "token", "list").exit_code == 1

    made = run(tmp_path, "token", "create", "cms")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert secret.startswith("mf_")
    assert "stored nowhere else" in made.stderr

    listed = run(tmp_path, "token", "list")
    assert "in force" in listed.stdout
    assert secret not in listed.stdout
    assert run(tmp_path, "token", "create", "cms").exit_code == 2
    assert run(tmp_path, "token", "revoke", "cms").stdout == "The token cms is revoked.\n"
    assert run(tmp_path, "token", "revoke", "cms").exit_code == 1
    (row,) = json.loads(run(tmp_path, "token", "list", "--json").stdout)
    assert row.keys() == {"name", "created_at", "created_by", "revoked_at", "revoked_by"}
    assert "revoked" in run(tmp_path, "token", "list").stdout


def test_no_token_at_all(tmp_path: Path) -> None:
    (tmp_path / "nothing.jsonl").touch()
    run(tmp_path, "import", str(tmp_path / "nothing.jsonl"))

    assert run(tmp_path, "token", "list").stdout == "There is no token.\n"


def test_the_server_is_told_the_settings(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {}, {"desk_port": 9001, "desk_host": "::1"})

    command = desk_command(settings)

    assert command[command.index("--port") + 1] == "9001"
    assert command[command.index("--host") + 1] == "::1"


def test_a_port_that_is_taken_is_told_with_its_setting(tmp_path: Path, port: int) -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", port)), pytest.raises(CannotListen, match="desk_port"):
        desk(load_settings(tmp_path, {}, {"desk_port": port}), said.append)

    assert said == []


@pytest.fixture
def served(tmp_path: Path, port: int) -> Iterator[tuple[int, str]]:
    """Return port and secret of a desk app in the real server."""
    secret = run(tmp_path, "token", "create", "cms").stdout.strip()
    command = [sys.executable, "-m", "recommender.cli", "--home", str(tmp_path), "desk"]
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == f"The desk is on http://127.0.0.1:{port}/ (Ctrl-C stops).\n"
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port, secret
    process.send_signal(signal.SIGINT)
    assert process.wait(START_S) == 0
    process.stdout.close()


def test_the_real_server_publishes_and_refuses_floods(served: tuple[int, str]) -> None:
    port, secret = served
    kind = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def ask(
        path: str, body: Any, headers: dict[str, str] = kind, **more: Any
    ) -> tuple[int, dict[str, str], bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=START_S)) as connection:
            connection.request("PUT", path, body, headers, **more)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()

    status, headers, body = ask("/v1/articles/a%2Fb%20%F0%9F%98%80", '{"title": "Talks"}')
    assert (status, json.loads(body)["article"]) == (201, "a/b 😀")
    assert headers["etag"] == json.loads(body)["etag"]

    pieces = iter([b'{"title": "', b"x" * 1_000_000, b'"}'])
    status, _, body = ask("/v1/articles/pieces", pieces, encode_chunked=True)
    assert (status, json.loads(body)["event"]) == (201, 2)

    endless = (b"x" * 1_000_000 for _ in range(13))
    with suppress(BrokenPipeError, ConnectionResetError):  # the server had heard enough
        status, _, body = ask("/v1/articles/endless", endless, encode_chunked=True)
        assert (status, json.loads(body)["status"]) == (413, 413)

    status, _, body = ask("/v1/articles/talks", "{}", {})
    assert (status, json.loads(body)["status"]) == (401, 401)
    status, _, _ = ask("/v1/articles/talks", "{}", {**kind, "If-Match": '"' + "x" * 6_000 + '"'})
    assert status == 400
    for flood in (
        {**kind, **{f"X-{n}": "1" for n in range(90)}},
        {**kind, "X-Long": "x" * 1_000_000},
    ):
        with suppress(OSError, http.client.HTTPException):
            status, _, _ = ask("/v1/articles/talks", '{"title": ""}', flood)
            assert 400 <= status < 500
    status, _, body = ask("/v1/articles/last", '{"title": "Talks"}')
    assert (status, json.loads(body)["event"]) == (201, 3)
