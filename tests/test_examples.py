"""What the documents show works: links, settings, commands, requests and Python as they stand."""

import json
import re
import shlex
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import click
import pytest
from flask import Flask
from werkzeug.serving import make_server

from recommender import cli
from recommender.catalogue.catalogue import Catalogue
from recommender.domain.placement import DEFAULT_PLACEMENT, Placements
from recommender.domain.policy import Policy
from recommender.settings import SETTINGS_FILE, load_settings
from recommender.training.config import TrainingConfig, load_config
from recommender.workflows.follower import Follower
from recommender.workflows.importing import import_files
from recommender.workflows.promoting import promote
from recommender.workflows.training import Training, train
from service.public.app import create_app
from tests.documents import DOCUMENTS, ROOT, blocks, headings, prose

SAMPLE = ROOT / "data" / "sample" / "articles.jsonl"
PICTURE = ROOT / "docs" / "block.png"
MAX_PICTURE_BYTES = 300_000
VERSION = re.compile(r"\b[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12}\b")
ADDRESS = "http://127.0.0.1:8000"
ENDS = frozenset({"|", ">", "&&", ";"})


def cases(*languages: str) -> list[object]:
    """Return every block of code in some languages as a case of its own."""
    return [
        pytest.param(code, id=f"{document}-{number}")
        for document in DOCUMENTS
        for number, code in enumerate(blocks(document, *languages), start=1)
    ]


def lines(program: str, address: str = "") -> list[object]:
    """Return every line of the documents' shell blocks that runs a program, as its words.

    Args:
        program: its name.
        address: what stands in the line too.
    """
    found = []
    for document in DOCUMENTS:
        for code in blocks(document, "sh", "console"):
            for line in code.replace("\\\n", " ").splitlines():
                words = (
                    shlex.split(line.removeprefix("$ "), comments=True) if program in line else []
                )
                if words[:1] == [program] and address in line:
                    end = next((at for at, word in enumerate(words) if word in ENDS), len(words))
                    found.append(pytest.param(words[1:end], id=f"{document}: {line}"))
    return found


@dataclass(frozen=True)
class Site:
    """A home in which the sample is served."""

    home: Path
    version: str
    app: Flask


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    home = tmp_path_factory.mktemp("examples")
    settings = load_settings(home=home, environment={"MOREFROM_SITE_NAME": "The Meridian Post"})
    import_files(settings, [SAMPLE], author="anna")
    config = ROOT / "models" / "configs" / "default.toml"
    trained = train(settings, Training(config, False, "anna", 1), lambda *_: None)
    promote(settings, trained.version, "anna", "tags count more")
    with Catalogue.open(settings.catalogue_url) as catalogue:
        Follower(settings, catalogue).step(datetime.now(UTC))
    return Site(home, trained.version, create_app(settings))


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_lead_somewhere(document: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        path, _, anchor = target.partition("#")
        if urlsplit(target).scheme:
            continue
        place = (ROOT / document).parent / path if path else ROOT / document
        assert place.exists(), target
        if anchor:
            name = place.resolve().relative_to(ROOT.resolve()).as_posix()
            assert anchor in map(anchor_of, headings(name)), target


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_picture_of_the_block_is_small_enough_for_a_page() -> None:
    assert PICTURE.stat().st_size < MAX_PICTURE_BYTES


@pytest.mark.parametrize("code", cases("json"))
def test_json_parses(code: str) -> None:
    assert json.loads(code)


@pytest.mark.parametrize("code", cases("toml"))
def test_configuration_is_accepted(code: str, tmp_path: Path) -> None:
    if tomllib.loads(code).keys() <= TrainingConfig.model_fields.keys():
        path = tmp_path / "experiment.toml"
        path.write_text(code, encoding="utf-8")
        assert load_config(path) != TrainingConfig()
    elif DEFAULT_PLACEMENT in tomllib.loads(code):
        assert Placements.from_values(tomllib.loads(code))
    elif "assertions" in tomllib.loads(code):
        assert Policy.from_values(tomllib.loads(code)).rules
    else:
        (tmp_path / SETTINGS_FILE).write_text(code, encoding="utf-8")
        assert load_settings(home=tmp_path, environment={}) != load_settings(
            home=tmp_path / "none", environment={}
        )


@pytest.mark.parametrize("words", lines("morefrom"))
def test_command_lines_are_understood(words: list[str]) -> None:
    group = click.Context(cli.main, info_name="morefrom")
    rest = words[2:] if words[0] == "--home" else words

    command: click.Command = cli.main.commands[rest[0]]
    if isinstance(command, click.Group) and rest[1:2] and rest[1] in command.commands:
        command, rest = command.commands[rest[1]], rest[1:]
    context = command.make_context(rest[0], rest[1:], parent=group)  # exits if it is not so

    assert context.params.keys() == {parameter.name for parameter in command.params}


@pytest.mark.parametrize("words", lines("curl", ADDRESS))
def test_requests_are_answered(words: list[str], site: Site) -> None:
    [target] = [word for word in words if word.startswith(ADDRESS)]
    after = [words[at + 1] for at, word in enumerate(words) if word == "--data-urlencode"]
    query = urlencode(dict(pair.split("=", 1) for pair in after))

    response = site.app.test_client().get(target.removeprefix(ADDRESS) + (query and f"?{query}"))

    assert response.status_code == 200
    answer = json.loads(response.data)
    assert answer["items"]
    assert after or answer["query"], "the example asks for an article that the sample has not"


@pytest.mark.parametrize("code", cases("python"))
def test_python_runs(code: str, site: Site, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.home)

    exec(VERSION.sub(site.version, code).replace(ADDRESS, address), {"__name__": "example"})


def test_answer_in_the_readme_has_the_fields_of_a_real_one(site: Site) -> None:
    [shown] = [json.loads(code) for code in blocks("README.md", "json")]

    real = json.loads(site.app.test_client().get(f"/v1/related?id={shown['query']['id']}").data)

    assert shapes(shown) == shapes(real)


def shapes(value: object) -> object:
    """Return the names and types of a JSON value, of a list those of its first entry."""
    if isinstance(value, dict):
        return {name: shapes(held) for name, held in value.items()}
    if isinstance(value, list):
        return [shapes(value[0])] if value else []
    return type(value)
