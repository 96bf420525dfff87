"""`/openapi.json` is true: every route, every bound, every field; and answers are as it says."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema_rs
import pytest
import schemathesis
from flask.testing import FlaskClient
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from werkzeug.test import Client

from service.public import filter_parameters, parameters
from service.public.front import Front
from service.public.openapi.document import openapi_document
from tests.service.newsroom import NASTY, Newsroom
from tests.service.test_front import MB

SEARCH = {
    "seed": 20261123,
    "continue-on-failure": True,
    "generation": {
        "deterministic": True,
        "max-examples": 25,
        "no-shrink": True,
        "database": "none",
    },
    "phases": {"stateful": {"enabled": False}},
}
"""Examples, values at every bound and just beyond, and some by chance; each time the same."""

UNSAYABLE = re.compile(
    r"beside an id: give one of the two\.$"
    r"|^Parameter “id” is missing, .* or its address in “url”\.$"
    r"|^Parameter “placement” is .*, expected one of "
    r"|^Parameter “query string” is .*, expected at most 100 parameters\.$"
    r"|^Parameter “published_(after|before)” is '\d{4}-\d{2}-\d{2}[T']"
    r"|^Parameter “url” is '(https?://|/)"
    r"|^Parameter “min_score” is '\d(\.\d)?e-0[56]'",
    re.IGNORECASE,
)
"""What OpenAPI cannot say: that one of two is needed, what is in force, how many there may be in
all; and which days are in the calendar, and hosts in a network, which no pattern tells."""

ALWAYS = {"Content-Type", "Content-Length", "Access-Control-Allow-Origin", "X-Content-Type-Options"}
OF_PAGES = {"Content-Security-Policy", "X-Robots-Tag"}
"""Headers that need no description."""

ADDRESSES = (
    "/v1/related?id=russia-1",
    "/v1/related?id=russia-3&limit=20",
    "/v1/related?id=lonely",
    "/v1/related?id=none",
    "/v1/articles/china-1/related?fallback=none&min_score=0.5",
    "/v1/related/batch?id=russia-1&id=none&id=%20",
    "/v1/related.html?id=russia-1",
    "/embed.js",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/docs",
    "/v1/related",
    "/docs?a=1",
)


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    return json.loads(client.get("/openapi.json").data)


def test_schemathesis_finds_nothing(served: Newsroom) -> None:
    app = served.app()
    front = Front(app, app.extensions["morefrom.live"], MB)
    config = SchemathesisConfig.from_dict(SEARCH)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", front, config=config)

    scenarios, errors = [], []
    for event in from_schema(schema.exclude(method="HEAD")).execute():
        if isinstance(event, events.ScenarioFinished):
            scenarios.append(event)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            errors.append(event)

    assert errors == []
    assert sum(len(scenario.recorder.cases) for scenario in scenarios) > 500
    assert [found for scenario in scenarios for found in failures(scenario)] == []


def failures(scenario: events.ScenarioFinished) -> Iterator[str]:
    """Yield what was found, but refusals of what no schema can rule out."""
    for case, checks in scenario.recorder.checks.items():
        interaction = scenario.recorder.interactions[case]
        for check in checks:
            if check.failure_info is None:
                continue
            is_refusal = check.name == "positive_data_acceptance"
            if is_refusal and is_excused(interaction.request.uri, interaction.response):
                continue
            message = check.failure_info.failure.message
            yield f"{interaction.request.uri}: {message}"


def is_excused(address: str, response: Response | None) -> bool:
    """Return whether each fault of a refused request is one that no schema can rule out.

    Schemathesis reads Unicode's classes in a pattern more widely than the standard does, and takes
    texts for valid that hold what is neither assigned nor printable.
    """
    if response is None or response.status_code != 400:
        return False
    texts = {
        unquote(urlsplit(address).path),
        *(text for _, text in parse_qsl(urlsplit(address).query)),
    }
    has_unprintable = not all(text.isprintable() for text in texts)
    return all(
        UNSAYABLE.search(fault["detail"]) or (has_unprintable and "printable" in fault["detail"])
        for fault in response.json()["errors"]
    )


def test_every_route_stands_in_it_and_no_other(served: Newsroom, document: dict[str, Any]) -> None:
    rules = {
        re.sub(r"<\w+:article_id>", "{id}", one.rule) for one in served.app().url_map.iter_rules()
    }

    assert document["paths"].keys() == rules
    for path in document["paths"].values():
        assert path.keys() - {"parameters"} == {"get", "head"}


def test_every_parameter_is_one_that_the_parser_knows(document: dict[str, Any]) -> None:
    common = {
        "limit",
        "placement",
        *filter_parameters.FILTERS,
        *filter_parameters.REPEATABLE_FILTERS,
    }
    own = {"/v1/related": {"id", "url"}, "/v1/related.html": {"id", "url"}}

    for name, path in document["paths"].items():
        taken = [resolved(document, one) for one in path.get("parameters", ())]
        names = {one["name"] for one in taken}
        if name.startswith("/v1/"):
            assert names == common | own.get(name, {"id"})
            repeatable = {one["name"] for one in taken if one["schema"]["type"] == "array"}
            many = {"id"} if name.endswith("batch") else set()
            assert repeatable == {*filter_parameters.REPEATABLE_FILTERS} | many
        else:
            assert names == set()


def test_bounds_are_those_of_the_parser(document: dict[str, Any]) -> None:
    known = document["components"]["parameters"]

    assert known["limit"]["schema"]["maximum"] == parameters.MAX_LIMIT
    assert known["url"]["schema"]["maxLength"] == parameters.MAX_URL_LENGTH
    assert known["ids"]["schema"]["maxItems"] == parameters.MAX_BATCH
    assert known["max_age_days"]["schema"]["maximum"] == filter_parameters.MAX_AGE_DAYS
    assert set(known["fallback"]["schema"]["enum"]) == filter_parameters.FALLBACKS.keys()


def resolved(document: dict[str, Any], held: dict[str, Any]) -> dict[str, Any]:
    found: Any = document
    for name in held["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("unknown_article", ["recent", "404"])
def test_real_answers_have_every_field_and_no_other(
    served: Newsroom, address: str, unknown_article: str
) -> None:
    changes = {"unknown_article": unknown_article, "surrogate_header": "Cache-Tag"}
    client = served.client(**changes)
    document = openapi_document(served.settings.model_copy(update=changes))
    answer = client.get(address)

    said = document["paths"][path_of(address)]["get"]["responses"][str(answer.status_code)]

    schema = said["content"][answer.mimetype]["schema"]
    if schema.get("type") != "string":
        whole = {
            **closed(schema),
            "components": {"schemas": closed(document["components"]["schemas"])},
        }
        jsonschema_rs.validator_for(whole, validate_formats=True).validate(json.loads(answer.data))
    assert {*answer.headers.keys()} - ALWAYS - OF_PAGES == said["headers"].keys()


def path_of(address: str) -> str:
    return address.partition("?")[0].replace("/china-1/", "/{id}/")


def closed(schema: Any) -> Any:
    """Return a schema whose objects may have no field that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    held = {name: closed(value) for name, value in schema.items()}
    is_object = "properties" in schema and isinstance(schema.get("required"), list)
    return {**held, "additionalProperties": False} if is_object else held


def test_before_any_promotion_readiness_is_as_described(newsroom: Newsroom) -> None:
    answer = newsroom.client().get("/readyz")
    document = openapi_document(newsroom.settings)

    said = document["paths"]["/readyz"]["get"]["responses"]["503"]["content"][answer.mimetype]

    whole = {**said["schema"], "components": document["components"]}
    jsonschema_rs.validator_for(whole).validate(json.loads(answer.data))
    assert answer.headers["Retry-After"] == "5"


def test_every_id_of_a_feed_is_one(document: dict[str, Any]) -> None:
    schema = document["components"]["parameters"]["id"]["schema"]

    validator = jsonschema_rs.validator_for(schema)

    assert validator.is_valid(NASTY)
    assert not any(
        validator.is_valid(text) for text in ("", " a", "a ", "a\nb", "a\u200bb", "a" * 513)
    )


def test_it_is_ready_bytes_that_caches_may_keep(client: FlaskClient) -> None:
    first = client.get("/openapi.json")
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"].startswith("public, max-age=3600,")
    assert (again.status_code, again.data) == (304, b"")
    assert set(first.headers.keys()) == {*ALWAYS, "ETag", "Cache-Control"}
    assert len(first.data) < 50_000


def test_descriptions_are_sentences(document: dict[str, Any]) -> None:
    for words in descriptions(document):
        assert re.fullmatch(r"[A-Z“].*[.”]", words, re.DOTALL), words


def descriptions(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        if isinstance(held.get("description"), str):
            yield held["description"]
        for value in held.values():
            yield from descriptions(value)
    elif isinstance(held, list):
        for value in held:
            yield from descriptions(value)


def test_what_the_front_adds_is_no_part_of_it(served: Newsroom) -> None:
    app = served.app()
    front = Client(Front(app, app.extensions["morefrom.live"], MB))

    assert front.get("/docs").headers["Server-Timing"].startswith("app;dur=")
