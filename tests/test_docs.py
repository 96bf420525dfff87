"""The reference says what there is: all of it, as it is, and nothing else."""

import dataclasses
import importlib.metadata
import inspect
import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.core import ParameterSource
from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel

from recommender import cli, errors
from recommender.domain.article import MAX_ID_LENGTH
from recommender.domain.placement import DEFAULT_PLACEMENT, Placements, Slot
from recommender.domain.url import TRACKING_PARAMETERS
from recommender.ranking.bundle import BUNDLE_FORMAT
from recommender.ranking.files import MANIFEST
from recommender.ranking.in_slot import Miss
from recommender.ranking.on_ladder import LadderMiss
from recommender.ranking.overlay_size import LARGE_OVERLAY
from recommender.ranking.pointer import pointer_path
from recommender.ranking.standing import Ground
from recommender.settings import ENVIRONMENT_PREFIX, NOT_SETTINGS, SETTINGS_FILE, Settings
from recommender.training.config import TrainingConfig
from recommender.training.notebook import PIPELINE_FILE
from recommender.workflows.following import STATUS_FILE
from recommender.workflows.metrics import Tally
from recommender.workflows.placements import as_toml
from recommender.workflows.served import Served
from recommender.workflows.serving import server_command
from recommender.workflows.why_not import HIDDEN
from service.desk import app as desk
from service.public import filter_parameters, parameters, query_string
from tests.documents import (
    DOCUMENTS,
    ROOT,
    blocks,
    headings,
    named,
    prose,
    read,
    rows,
    section,
    spans,
)
from tests.service.newsroom import Newsroom, open_newsroom, seven

COMMANDS = "docs/commands.md"
SETTINGS = "docs/settings.md"
HTTP = "docs/http.md"
PLACEMENTS = "docs/placements.md"
SERVING = "docs/serving.md"
MODELS = "models/README.md"

WITHOUT_LITERAL_DEFAULT = {
    "home",
    "database_url",
    "desk_secret",
    "desk_url",
    "memory",
    "metrics_port",
    "preview",
    "site_url",
    "webhook_url",
    "webhook_secret",
}
"""Settings whose default is described: it depends on where morefrom lies, or is none."""


def words(document: str) -> Iterator[str]:
    """Yield everything in code of a document, in lines and in blocks."""
    yield from spans(prose(document))
    yield from re.findall(r"^```\w*\n(.*?)^```$", read(document), re.MULTILINE | re.DOTALL)


def commands(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Yield the commands of a group and of the groups in it, by what is typed to run them."""
    for name, command in sorted(group.commands.items()):
        yield " ".join([*names, name]), command
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)


EVERY_COMMAND = dict(commands(cli.main))


def test_every_command_has_its_section() -> None:
    titles = re.findall(
        r"^morefrom ([\w -]+)$", "\n".join(spans("\n".join(headings(COMMANDS)))), re.M
    )

    assert sorted(titles) == sorted(EVERY_COMMAND)


@pytest.mark.parametrize("name", [None, *EVERY_COMMAND])
def test_every_option_is_documented_with_its_default(name: str | None) -> None:
    command = cli.main if name is None else EVERY_COMMAND[name]
    place = "The command line" if name is None else f"`morefrom {name}`"
    text = prose(COMMANDS).split("\n## ")[0] if name is None else section(COMMANDS, place)
    context = click.Context(command, info_name="morefrom")
    expected = {"-h", "--help"} if name is None else set()

    said = {span.split()[0].strip("."): row for span, row in named(text).items()}

    for parameter in command.params:
        shown = parameter.opts if isinstance(parameter, click.Option) else [parameter.name.upper()]
        expected.update(shown)
        assert default_of(parameter, context) in said[shown[0]][1], shown
    assert said.keys() == expected


def default_of(parameter: click.Parameter, context: click.Context) -> str:
    """Return what the column of defaults must say of a parameter."""
    if isinstance(parameter, click.Argument) or parameter.name in {"jobs", "version"}:
        return ""
    if parameter.required:
        return "required"
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return "off"
    context.set_parameter_source(parameter.name, ParameterSource.DEFAULT)
    default = parameter.get_default(context)
    return str(default) if isinstance(default, int | str) else ""


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_usage_of_every_command_is_what_click_prints(name: str) -> None:
    context = click.Context(EVERY_COMMAND[name], info_name=f"morefrom {name}")
    usage = context.command.get_usage(context).removeprefix("Usage: ")

    assert f"\n```\n{usage}\n```\n" in read(COMMANDS)


def test_every_exit_code_is_documented() -> None:
    codes = {int(row[0]) for row in rows(section(COMMANDS, "Exit codes"))}

    raised = {one.exit_code for one in error_classes().values()}
    assert codes == {0, click.UsageError.exit_code, cli.INTERRUPTED} | raised


def test_every_setting_is_documented_as_it_is() -> None:
    said = {row[0].strip("`"): row for row in rows(section(SETTINGS, "All settings"))}

    assert said.keys() == Settings.model_fields.keys()
    for name, (_, variable, default, allowed, _) in said.items():
        field = Settings.model_fields[name]
        assert variable == f"`{ENVIRONMENT_PREFIX}{name.upper()}`"
        if name not in WITHOUT_LITERAL_DEFAULT:
            literal = json.dumps(field.default) if field.default is True else field.default
            assert default == f"`{literal}`"
        assert numbers(allowed) >= bounds(field.metadata), name


def test_every_training_setting_is_documented_as_it_is() -> None:
    said = named(section(SETTINGS, "Training settings"))
    known = dict(training_settings(TrainingConfig))

    assert said.keys() == known.keys()
    for name, field in known.items():
        default = json.loads(said[name][1])
        assert (default, type(default)) == (field.default, type(field.default)), name
        assert numbers(said[name][2]) >= bounds(field.metadata), name


def training_settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from training_settings(field.annotation, f"{name}.")
        else:
            yield f"{prefix}{name}", field


def bounds(metadata: list[Any]) -> set[float]:
    """Return the numbers that limit a field."""
    names = ("ge", "gt", "le", "lt", "min_length", "max_length")
    found = (getattr(one, name, None) for one in metadata for name in names)
    return {float(bound) for bound in found if bound is not None}


def numbers(text: str) -> set[float]:
    return {float(number) for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", text)}


def test_every_ground_of_why_not_is_documented() -> None:
    said = set(spans(section(COMMANDS, "`morefrom related`")))

    assert {*Ground, *Miss, *LadderMiss, HIDDEN} <= said


def test_every_error_is_documented_with_its_exit_code() -> None:
    said = named(prose("docs/errors.md"))
    classes = error_classes()

    assert said.keys() == classes.keys()
    assert {name: int(row[1]) for name, row in said.items()} == {
        name: one.exit_code for name, one in classes.items()
    }


def error_classes() -> dict[str, type[errors.MorefromError]]:
    members = inspect.getmembers(errors, inspect.isclass)
    return {name: one for name, one in members if issubclass(one, errors.MorefromError)}


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    newsroom = open_newsroom(tmp_path_factory.mktemp("documented"))
    newsroom.serve(newsroom.train(seven()))
    return newsroom


def test_every_route_is_documented(newsroom: Newsroom) -> None:
    app = newsroom.app(preview=ROOT / "data" / "sample" / "articles.jsonl")
    routes, of_desk = routes_of(app), routes_of(desk.create_app(newsroom.settings))

    said = {spans(row[0])[0] for row in rows(prose(HTTP)) if row[0].startswith("`/")}

    assert {re.sub(r"{\w+}", "{}", route.partition("?")[0]) for route in said} == routes
    for document in DOCUMENTS:
        for word in words(document):
            for route in re.findall(r"(?<![\w.-])/(?:v1/[\w/{}-]+|healthz|readyz)", word):
                assert is_route(route, routes | of_desk), f"{document}: {route}"


def routes_of(app: Flask) -> set[str]:
    return {re.sub(r"<[^>]*>", "{}", rule.rule) for rule in app.url_map.iter_rules()}


def is_route(path: str, routes: set[str]) -> bool:
    return any(re.fullmatch(route.replace("{}", "[^?]+"), path) for route in routes)


def test_every_field_of_an_answer_is_documented(newsroom: Newsroom) -> None:
    client = newsroom.client()
    said = named(section(HTTP, "The answer"))
    answers = [json.loads(client.get(f"/v1/related?id={one}").data) for one in ("russia-2", "none")]

    fields = dict(pair for answer in answers for pair in flattened(answer))

    assert said.keys() == fields.keys()
    may_be_null = {name for answer in answers for name, value in flattened(answer) if value is None}
    assert {name for name in may_be_null if not said[name][3]} == set()


def test_every_field_of_readiness_is_documented(newsroom: Newsroom) -> None:
    status = pointer_path(newsroom.settings.serving_dir).with_name(STATUS_FILE)
    status.write_text(json.dumps({"problem": "Ink is out.", "at": "2024-05-01T12:00:00Z"}))

    facts = json.loads(newsroom.client().get("/readyz").data)

    assert named(section(HTTP, "Health")).keys() == dict(flattened(facts)).keys()


def test_every_field_and_type_of_a_problem_is_documented(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    client = newsroom.client()
    said = named(section(HTTP, "Problems"))
    answers = {
        (row[0], spans(row[1])[0]) for row in rows(section(HTTP, "Problems")) if row[0].isdigit()
    }
    sources = (path.read_text("utf-8") for path in (ROOT / "service" / "public").glob("*.py"))
    kinds = {kind for source in sources for kind in re.findall(r'kind="([a-z-]+)"', source)}

    problem = json.loads(client.get("/v1/related?limit=99").data)

    assert said.keys() == dict(flattened(problem)).keys()
    assert {kind for _, kind in answers} == {
        "about:blank",
        *(f"urn:morefrom:problem:{kind}" for kind in kinds),
    }
    assert {
        (str(response.status_code), json.loads(response.data)["type"])
        for response in (
            client.get("/v1/related"),
            client.get("/nowhere"),
            client.post("/v1/related"),
            newsroom.client(unknown_article="404").get("/v1/related?id=none"),
            newsroom.client(home=tmp_path).get("/v1/related?id=none"),
        )
    } == {answer for answer in answers if answer[0] != "500"}


def flattened(value: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every field of a JSON object under the name that the tables use, and its value."""
    for name, held in value.items():
        yield f"{prefix}{name}", held
        if isinstance(held, dict):
            yield from flattened(held, f"{prefix}{name}.")
        elif isinstance(held, list):
            for entry in held:
                if isinstance(entry, dict):
                    yield from flattened(entry, f"{prefix}{name}[].")


def test_every_parameter_is_documented_with_its_limits() -> None:
    said = named(section(HTTP, "Asking"))

    assert said.keys() == {"id", "url", "limit", "placement"}
    assert f"{MAX_ID_LENGTH} printable" in said["id"][2]
    assert f"{parameters.MAX_URL_LENGTH:,} characters" in said["url"][2]
    assert f"1 to {parameters.MAX_LIMIT}" in said["limit"][2]
    assert said["limit"][3] == str(parameters.DEFAULT_LIMIT)
    assert said["placement"][3] == f"`{DEFAULT_PLACEMENT}`"


def test_every_filter_is_documented_with_its_limits() -> None:
    said = named(section(HTTP, "Filters"))

    assert said.keys() == {*filter_parameters.FILTERS, *filter_parameters.REPEATABLE_FILTERS}
    for name, (_, repeatable, *_) in said.items():
        assert (repeatable == "yes") == (name in filter_parameters.REPEATABLE_FILTERS)
    assert f"0 to {filter_parameters.MAX_AGE_DAYS}" in said["max_age_days"][2]
    assert f"at most {query_string.MAX_PARAMETERS} parameters" in section(HTTP, "Filters")


def test_every_key_of_a_placement_is_documented_with_its_default() -> None:
    said = named(section(PLACEMENTS, "Keys"))

    slot = {field.name: field for field in dataclasses.fields(Slot)}
    assert said.keys() == slot.keys() | {"slots", "prefer_fewer"}
    for name, field in slot.items():
        default = said[name][1].strip("`")
        if field.default is dataclasses.MISSING:
            assert default == "required"
        elif field.default is None:
            assert default == "none"
        else:
            held = list(field.default) if isinstance(field.default, tuple) else field.default
            assert json.loads(default) == held, name
        assert numbers(said[name][2]) >= numbers(field.metadata["rule"].expected), name


def test_default_placements_are_those_of_the_document() -> None:
    (code,) = blocks(PLACEMENTS, "toml")

    assert Placements.from_values(tomllib.loads(code)) == Placements.default()
    assert as_toml(Placements.default()) == code


def test_every_option_of_the_server_is_documented_with_its_value() -> None:
    said = {name: row[1].strip("`") for name, row in named(section(SERVING, "The server")).items()}
    _, _, _, *words, target = server_command(Settings(home=ROOT))

    told = {}
    for word, following in itertools.pairwise([*words, "--"]):
        if word.startswith("--"):
            told[word] = "" if following.startswith("--") else following
    for name in ("host", "port", "workers"):
        told[f"--{name}"] = f"the setting `{name}"
    assert said == told
    assert target in spans(section(SERVING, "gunicorn"))


def test_every_metric_is_documented_as_it_is(newsroom: Newsroom) -> None:
    said = named(section(SERVING, "Metrics"))
    registry = CollectorRegistry()
    for collector in (Tally(), Served(newsroom.settings, lambda: None)):
        registry.register(collector)

    told = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        kind = "gauge" if family.name.endswith("_info") else family.type
        name = f"{family.name}_total" if kind == "counter" else family.name
        told[name] = (kind, {label for one in family.samples for label in one.labels} - {"le"})

    assert {name: (row[1], set(spans(row[2]))) for name, row in said.items()} == told
    assert f"{LARGE_OVERLAY:,} articles" in section(SERVING, "When to train")


def test_every_event_of_the_log_is_documented() -> None:
    said = named(section(SERVING, "Logs"))
    sources = [
        path.read_text("utf-8")
        for folder in ("recommender", "service")
        for path in (ROOT / folder).rglob("*.py")
    ]
    told = r'(?:tell, \(_log, |tell\(_log, |say\(|"event": )"([a-z-]+)"'

    assert said.keys() == {event for source in sources for event in re.findall(told, source)}


def test_the_nginx_of_the_document_leaves_times_to_us() -> None:
    (code,) = blocks(SERVING, "nginx")

    assert code.count("{") == code.count("}")
    assert not re.findall(r"proxy_cache_(?:valid|use_stale)|proxy_ignore_headers|expires", code)


def test_every_tracking_parameter_is_documented() -> None:
    text = section(HTTP, "Addresses")
    listed = text[text.index("Tracking parameters, in any case") : text.index("Refused with")]

    assert set(spans(listed)) == TRACKING_PARAMETERS | {"utm_", "itm_"}


def test_every_make_target_and_variable_is_documented() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    targets = {f"make {target}" for target in phony[1].split() if target != "again"}
    variables = set(re.findall(r"^(\w+) \?=", makefile, re.MULTILINE))

    assert named(section(COMMANDS, "make")).keys() == targets | variables
    assert {"make demo", "make test"} <= targets


def test_every_file_of_a_bundle_is_documented_with_dtype_and_shape() -> None:
    said = {
        name: f"{row[1]} {row[2].replace(',', '')}"
        for name, row in named(section(MODELS, "A version")).items()
    }

    assert said == {f"{name}.npy": layout for name, layout in BUNDLE_FORMAT.layout.items()}
    assert {MANIFEST, PIPELINE_FILE} <= set(spans(section(MODELS, "A version")))


def test_every_key_of_a_manifest_is_documented(newsroom: Newsroom) -> None:
    [version] = newsroom.settings.versions_dir.iterdir()
    manifest = json.loads((version / MANIFEST).read_bytes())

    said = {name.partition(".")[0] for name in named(section(MODELS, "The manifest"))}

    assert said == manifest.keys()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_names_a_setting_or_command_that_is_not(document: str) -> None:
    settings = {name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    for word in words(document):
        assert set(re.findall(rf"{ENVIRONMENT_PREFIX}(\w+)", word)) <= settings
        for command in re.findall(r"^(?:\$ )?morefrom ([a-z]+)", word, re.MULTILINE):
            assert command in cli.main.commands, f"morefrom {command}"
        for target in re.findall(r"^make ([a-z]+)", word, re.MULTILINE):
            assert f"make {target}" in named(section(COMMANDS, "make")), f"make {target}"


def test_settings_are_where_the_documents_say() -> None:
    assert SETTINGS_FILE in spans(prose(SETTINGS))


def test_newest_entry_of_the_changelog_is_this_version() -> None:
    newest = next(one for one in headings("CHANGELOG.md") if one.startswith("["))

    assert newest.startswith(f"[{importlib.metadata.version('morefrom')}] - ")
