"""`morefrom policy`: what is sensitive, tried by its own assertions before it is put in force."""

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.domain.assertions import Kinds, Outcome, mentioned, outcomes
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.policy import SENSITIVITY_POLICY, Policy
from recommender.domain.traits import Key
from recommender.errors import InvalidPolicy, NoChampion, UnreadableFile
from recommender.settings import Settings
from recommender.workflows.asserting import kinds_among, kinds_in, refuse_failing
from recommender.workflows.changes import decisions_after
from recommender.workflows.deciding import append, checked_reason
from recommender.workflows.gathering import Gathering
from recommender.workflows.promoting import champion, open_champion


def policy_in_force(settings: Settings) -> Policy:
    """Return the policy in force; one without rules where none was put in force.

    Args:
        settings: whose home.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        return policy_of_history(catalogue)


def policy_of_history(catalogue: Catalogue) -> Policy:
    """Return the policy in force; one without rules where none was put in force.

    Args:
        catalogue: whose history decides.
    """
    return decisions_after(catalogue, Decisions(), catalogue.last_event()).policy


def read_policy(path: Path) -> Policy:
    """Read a file of a policy strictly.

    Args:
        path: a TOML file.

    Returns:
        The policy; InvalidPolicy if anything in it is unknown, missing or out of range.

    Raises:
        UnreadableFile: if it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(path, f"it is not TOML: {error}") from error
    return policy_of(text, str(path))


def policy_of(text: str, where: str) -> Policy:
    """Read the text of a policy strictly.

    Args:
        text: TOML.
        where: the file, for the sentence on what is wrong.

    Returns:
        The policy.

    Raises:
        InvalidPolicy: if it is no TOML, or anything in it is unknown, missing or out of range.
    """
    try:
        values = tomllib.loads(text)
        json.dumps(values)
    except (tomllib.TOMLDecodeError, RecursionError, TypeError) as error:
        expected = "TOML with texts, lists and tables"
        raise InvalidPolicy(where, "the file", str(error), expected) from error
    return Policy.from_values(values, where)


def check(settings: Settings, policy: Policy) -> list[Outcome]:
    """Try the assertions of a policy on the articles of today.

    Args:
        settings: whose home.
        policy: the policy.

    Returns:
        What came of each.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        return _outcomes(settings, catalogue, policy)


def put_in_force(
    settings: Settings,
    policy: Policy,
    author: str,
    reason: str,
    seen: int | None = None,
) -> Event:
    """Let all lists follow a policy from now on.

    Args:
        settings: whose home.
        policy: it replaces the one in force wholly.
        author: who wants it.
        reason: why.
        seen: number of the last decision that they had seen; None for who did not look.

    Returns:
        The event; PolicyFails if an assertion is not true, and then nothing has changed.
    """
    reason = checked_reason(reason)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        refuse_failing(_outcomes(settings, catalogue, policy))
        entry = Entry(EventKind.POLICY, SENSITIVITY_POLICY, dict(policy.values))
        return append(settings, catalogue, lambda _: entry, author, reason, seen)


def as_toml(policy: Policy) -> str:
    """Return a policy as the file that would put it in force.

    Args:
        policy: any.
    """
    lines: list[str] = []
    for name, traits in policy.values.get("flags", {}).items():
        lines += [f"[flags.{_text(name)}]", *_keys(traits), ""]
    for name in ("rules", "assertions"):
        for table in policy.values.get(name, ()):
            lines += [f"[[{name}]]", *_keys(table), ""]
    return "\n".join(lines)


def _outcomes(settings: Settings, catalogue: Catalogue, policy: Policy) -> list[Outcome]:
    now, decided = (
        datetime.now(UTC),
        decisions_after(catalogue, Decisions(), catalogue.last_event()),
    )
    names = mentioned(policy, decided.synonyms)
    return outcomes(policy, decided.synonyms, _kinds_today(settings, catalogue, names, now))


def _kinds_today(
    settings: Settings, catalogue: Catalogue, names: frozenset[Key], now: datetime
) -> Kinds:
    """Return the articles of today: those served, or those published where nothing is served."""
    try:
        bundle = open_champion(settings, champion(catalogue))
    except NoChampion:
        synonyms = decisions_after(catalogue, Decisions(), catalogue.last_event()).synonyms
        with catalogue.corpus(now) as corpus:
            return kinds_among(synonyms.applied(corpus), names)
    gathering = Gathering(bundle)
    gathering.look(catalogue, now)
    overlay = gathering.overlay(now)
    nothing = np.empty(0, np.int32)
    return kinds_in([(bundle.articles, overlay.hidden_rows), (overlay.articles, nothing)], names)


def _keys(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items()]


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
