"""Logs: one JSON object a line if so wished, sentences otherwise, never a word of a reader."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender import logs
from recommender.ranking.pointer import pointer_path
from tests.service.newsroom import Newsroom, open_newsroom, seven
from tests.workflows.test_serving import SERVE, free_port

ONE_OF_EACH = """
import logging, sys
from recommender.logs import begin, tell

begin("tester", sys.argv[1])
log = logging.getLogger("recommender.somewhere")
tell(log, "started", "It begins.", version="v")
tell(log, "trouble", "Ink\\nis “out”.", logging.WARNING)
log.debug("nothing to see")
logging.getLogger("some.library").info("chatter")
logging.getLogger("some.library").warning("a %s", "warning")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("It broke.")
"""


def said(log_format: str) -> str:
    command = [sys.executable, "-c", ONE_OF_EACH, log_format]
    run = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert run.stdout == ""
    return run.stderr


def test_text_is_what_python_says_by_itself() -> None:
    lines = said("text").splitlines()

    assert lines[:4] == ["Ink", "is “out”.", "a warning", "It broke."]
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_json_is_one_object_a_line() -> None:
    text = said("json")
    events = [json.loads(line) for line in text.splitlines()]

    assert text.isascii()
    told = ["started", "trouble", "some.library", "recommender.somewhere"]
    assert [one["event"] for one in events] == told
    assert [one["level"] for one in events] == ["info", "warning", "warning", "error"]
    assert {one["process"] for one in events} == {"tester"}
    assert events[0]["version"] == "v"
    assert events[1]["message"] == "Ink\nis “out”."
    assert "ZeroDivisionError" in events[3]["traceback"]


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return open_newsroom(tmp_path)


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Let the tests after this one have the loggers as they were."""
    root = logging.getLogger()
    handlers = root.handlers
    levels = {name: logging.getLogger(name).level for name in logs.OWN}
    yield
    root.handlers = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("as_it_was")
def test_the_public_app_tells_what_it_serves_and_nothing_of_who_asks(
    newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.begin("public app", "json")
    newsroom.serve(newsroom.train(seven()))
    client = newsroom.client()
    client.get(
        "/v1/related?id=secret-article&url=/secret", headers={"X-Forwarded-For": "192.0.2.7"}
    )
    other = newsroom.train(seven())
    newsroom.serve(other)
    client.get("/v1/related?id=russia-1")
    pointer_path(newsroom.settings.serving_dir).write_text("{")
    client.get("/v1/related?id=russia-1")
    client.get("/v1/related?id=russia-1")

    text = capsys.readouterr().err
    events = [json.loads(line) for line in text.splitlines()]

    assert [one["event"] for one in events] == ["swapped", "swapped", "trouble"]
    assert events[1]["version"] == other
    assert "secret" not in text
    assert "192.0.2.7" not in text
    assert "russia" not in text


def test_all_processes_write_json_if_so_wished(newsroom: Newsroom) -> None:
    settings = {"PORT": str(free_port()), "WORKERS": "1", "LOG_FORMAT": "json"}
    environment = {**os.environ, **{f"MOREFROM_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-c", SERVE, str(newsroom.settings.home)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        told, processes = [], {"launcher", "follower", "public app"}
        waiting, is_serving = set(processes), False
        for line in running.stderr:
            told.append(json.loads(line))
            is_serving |= '"Nothing to show yet' in line
            if told[-1]["event"] == "started":
                waiting.discard(told[-1]["process"])
            if is_serving and not waiting:  # on a busy machine one may be late
                running.terminate()
                is_serving = False
        assert running.stdout is not None
        assert running.stdout.read() == ""
        assert running.wait(20) == 0

    events = {(one["process"], one["event"]) for one in told}
    for process in processes:
        assert (process, "started") in events
        assert (process, "stopped") in events
