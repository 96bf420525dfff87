"""Every field of every answer: its type, and what it means.

A field that may be null says when. Every field is always there; others may be added by a later
version, so a client passes over what it does not know.
"""

from collections.abc import Iterable
from typing import Any

from recommender.domain.pick import Origin, Rung
from service.public.parameters import MAX_BATCH, MAX_LIMIT

Schema = dict[str, Any]

REASONS = ("shared_tags", "shared_words", "same_tag", "same_section", "recent", "pinned")
"""The codes of all reasons."""


def text(description: str, **more: object) -> Schema:
    """Return the schema of a text.

    Args:
        description: what it means.
        more: what else holds for it.
    """
    return {"type": "string", "description": description, **more}


def number(description: str, kind: str = "integer", **more: object) -> Schema:
    """Return the schema of a number that is not negative.

    Args:
        description: what it means.
        kind: `integer` or `number`.
        more: what else holds for it.
    """
    return {"type": kind, "minimum": 0, "description": description, **more}


def instant(description: str) -> Schema:
    """Return the schema of an instant in UTC.

    Args:
        description: what happened then.
    """
    return text(description, format="date-time")


def one_of(names: Iterable[str], description: str) -> Schema:
    """Return the schema of a text that is one of a few.

    Args:
        names: the few.
        description: what each means.
    """
    return text(description, enum=[str(name) for name in names])


def record(description: str, **fields: Schema) -> Schema:
    """Return the schema of an object.

    Args:
        description: what it means.
        fields: all that is always there.
    """
    return {
        "type": "object",
        "description": description,
        "required": list(fields),
        "properties": fields,
    }


def several(description: str, of: Schema, **more: object) -> Schema:
    """Return the schema of a list.

    Args:
        description: what it means.
        of: each entry.
        more: what else holds for it.
    """
    return {"type": "array", "description": description, "items": of, **more}


def or_null(schema: Schema, when: str) -> Schema:
    """Return the schema of what may be missing.

    Args:
        schema: of what is there otherwise.
        when: in which case it is null.
    """
    note = f"{schema['description']} Null {when}."
    if "enum" in schema:
        schema = {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"], "description": note}


def named(name: str) -> Schema:
    """Return a reference to one of `SCHEMAS`.

    Args:
        name: which.
    """
    return {"$ref": f"#/components/schemas/{name}"}


_TAGS = several("Its tags, as the editor wrote them.", {"type": "string"})
_URL = text("Its address, as it was imported: http, https or a path of the site.")

IMAGE = record(
    "Its picture.",
    url=text("Address of the picture: http, https or a path of the site."),
    alt=text("What it shows; may be empty."),
    caption=text("The line under it; may be empty."),
    credit=text("Who made it; may be empty."),
    width=or_null(number("Pixels."), "if not known"),
    height=or_null(number("Pixels."), "if not known"),
)

PICK = record(
    "An article to show.",
    rank=number("Its place, from 1.", minimum=1, maximum=MAX_LIMIT),
    id=text("The article’s id."),
    url=or_null(_URL, "if it has none"),
    title=text("Its headline, or its first words if it has none."),
    summary=text("Its deck; may be empty."),
    image=or_null(IMAGE, "if it has none"),
    published_at=or_null(instant("When it was published, in UTC."), "if not known"),
    section=or_null(text("The part of the site."), "if it has none"),
    tags=_TAGS,
    language=or_null(text("ISO 639 code."), "if the newsroom did not say"),
    score=or_null(
        number(
            "What the slot orders its picks by, with six decimals: the similarity times factors "
            "such as freshness.",
            "number",
            maximum=1,
        ),
        "if the origin is not “model”",
    ),
    origin=one_of(Origin, "Who chose it: the model, an editor’s pin, or the ladder of fallbacks."),
    slot=text("The slot of the placement that it fills."),
    rung=or_null(one_of(Rung, "The step of the ladder."), "if the origin is not “fallback”"),
    reason=record(
        "Why it is there, for readers.",
        code=one_of(REASONS, "For machines."),
        label=text("The same as a short phrase in English."),
    ),
)

ANSWER = record(
    "The related articles of one article.",
    picks_id=text("The inputs of this answer, encoded; keep it in logs, to compute it again."),
    query=or_null(
        record(
            "The article asked about.",
            id=text("Its id."),
            url=or_null(_URL, "if it has none"),
            title=text("Its headline."),
            tags=_TAGS,
        ),
        "if it is not known",
    ),
    label=text("What the block is headed."),
    placement=text("The place on the site."),
    model=record(
        "What the picks come from.",
        version=text("The model version."),
        trained_at=instant("When it was trained."),
        data_through=or_null(
            instant("When the newest article was published that it was trained on."),
            "if none has a date",
        ),
    ),
    requested=number("The limit.", minimum=1, maximum=MAX_LIMIT),
    returned=number("How many items there are.", maximum=MAX_LIMIT),
    fallback_used={
        "type": "boolean",
        "description": "Whether the ladder filled a place, or the article is not known.",
    },
    complete={
        "type": "boolean",
        "description": "False where filters left too little of what is stored, and nobody searched "
        "for more.",
    },
    items=several(
        "The picks, in the order of the placement’s slots.", named("Pick"), maxItems=MAX_LIMIT
    ),
)

PROBLEM = record(
    "What went wrong (RFC 9457).",
    type=text("A URI that stays the same as long as the meaning does."),
    title=text("The type in words."),
    status=number("The HTTP status.", minimum=400, maximum=599),
    detail=text("One sentence on this request."),
)
PROBLEM["properties"]["errors"] = several(
    "Every fault of the request, where parameters are at fault.",
    record(
        "One fault.",
        parameter=text("The parameter’s name."),
        detail=text("What was found, and what was expected."),
    ),
)

BATCH = record(
    "The answers to several questions.",
    answers=several(
        "One for each id, in the order asked; a problem for what is no id, and for an article that "
        "is not known where that is a 404.",
        {"anyOf": [named("Answer"), named("Problem")]},
        minItems=1,
        maxItems=MAX_BATCH,
    ),
)

_MODEL_AGE = number("Seconds since the model was trained.")
_OVERLAY_AGE = number("Seconds since the overlay was made; large where nothing happens.")
_TROUBLE = or_null(
    record(
        "What stands in the way of anything newer.",
        detail=text("One sentence, of this worker or of the follower."),
        since=text("Since when."),
    ),
    "if nothing does",
)

HEALTH = record(
    "The process is there.",
    status=one_of(("ok",), "Always so."),
    model_age_s=or_null(_MODEL_AGE, "while there is none"),
    overlay_age_s=or_null(_OVERLAY_AGE, "while there is none"),
)

READINESS = record(
    "What one worker answers from.",
    status=one_of(("ready",), "Always so."),
    version=text("The model version served."),
    trained_at=instant("When it was trained."),
    model_age_s=_MODEL_AGE,
    overlay_generated_at=instant("When the overlay was made."),
    overlay_age_s=_OVERLAY_AGE,
    overlay_articles=number("Articles that were corrected, or are new, since the training."),
    last_event=number("Number of the last event of the history that the overlay has."),
    problem=_TROUBLE,
    advice=or_null(text("What should be done before it becomes a problem."), "if nothing should"),
)

NOT_READY = {
    "allOf": [named("Problem")],
    "required": ["problem"],
    "properties": {"problem": _TROUBLE},
    "description": "There is nothing to answer from yet.",
}

SCHEMAS: dict[str, Schema] = {
    "Answer": ANSWER,
    "Pick": PICK,
    "Batch": BATCH,
    "Health": HEALTH,
    "Readiness": READINESS,
    "NotReady": NOT_READY,
    "Problem": PROBLEM,
}
