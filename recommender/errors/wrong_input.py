"""Something handed in is not what was expected."""

from collections.abc import Sequence
from pathlib import Path

from recommender.errors.base import MorefromError, shorten


class WrongInput(MorefromError):
    """Something handed in is not what was expected."""

    exit_code = 2


class InvalidField(WrongInput):
    """One field of one article holds a value that cannot be accepted.

    Its string is a clause without full stop, as the reasons of a rejects file are.
    """

    def __init__(self, field: str, found: object, expected: str) -> None:
        self.field = field
        self.found = found
        self.expected = expected
        super().__init__(f"{field} is {shorten(found)}, expected {expected}")


class UnreadableFile(WrongInput):
    """A file cannot be opened, decompressed or decoded."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        self.path = Path(path)
        self.reason = reason
        self.line = line
        where = f"{path}" if line is None else f"{path}, line {line}"
        super().__init__(f"Cannot read {where}: {reason}.")


class InvalidSettings(WrongInput):
    """A setting has a name or a value that morefrom does not know."""

    def __init__(self, where: str, key: str, problem: str, remedy: str) -> None:
        self.where = where
        self.key = key
        super().__init__(f"{where}: setting “{key}” {problem}; {remedy}.")


class InvalidPlacements(WrongInput):
    """A file of placements has a key or a value that has no meaning."""

    def __init__(
        self, where: str, place: tuple[str, ...], key: str, found: object, expected: str
    ) -> None:
        self.where = where
        self.place = place
        self.key = key
        self.found = found
        self.expected = expected
        parts = ", ".join((*place, f"“{key}”"))
        super().__init__(f"{where}: {parts} is {shorten(found)}, expected {expected}.")


class InvalidPolicy(WrongInput):
    """A policy has a key or a value that has no meaning."""

    def __init__(self, where: str, place: str, found: object, expected: str) -> None:
        self.where = where
        self.place = place
        self.found = found
        super().__init__(f"{where}: {place} is {shorten(found)}, expected {expected}.")


class PolicyFails(WrongInput):
    """What a policy asserts is not true of the articles."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        first, n_others = self.problems[0], len(self.problems) - 1
        others = f" {n_others} more fail; “morefrom policy check” names all." if n_others else ""
        super().__init__(f"The policy does not hold: {first}{others}")


class DecidedMeanwhile(WrongInput):
    """Somebody else decided something since a form was opened."""

    def __init__(self, told: Sequence[str], last_event: int) -> None:
        self.told = tuple(told)
        self.last_event = last_event
        super().__init__(
            f"Somebody was quicker: {'; '.join(self.told)}. Nothing was changed; look at it, and "
            "say it again if you still want it."
        )


class InvalidParameter(WrongInput):
    """An option of a command or a parameter of a request has an unusable value."""

    def __init__(self, parameter: str, found: object, expected: str) -> None:
        self.parameter = parameter
        self.found = found
        self.expected = expected
        super().__init__(f"Parameter “{parameter}” is {shorten(found)}, expected {expected}.")


class InvalidPicksId(WrongInput):
    """A text is not the picks id of an answer, or not the whole of it."""

    def __init__(self, found: str, problem: str) -> None:
        self.found = found
        super().__init__(
            f"The text {shorten(found)} is no picks id: {problem}; copy the whole “picks_id” of an "
            "answer."
        )


class PositionTaken(WrongInput):
    """A pin would meet another one: the same place of a list, or the same article in it."""

    def __init__(
        self,
        article_id: str,
        query_id: str,
        position: int | None,
        number: int,
        author: str,
        *,
        is_same_article: bool = False,
    ) -> None:
        self.number = number
        self.author = author
        remedy = "" if is_same_article else "choose another position, or "
        place = "pinned" if position is None else f"pinned at position {position}"
        super().__init__(
            f"Article {shorten(article_id)} is {place} under {shorten(query_id)} at that time "
            f"already, by {author} (event {number}); {remedy}undo that first."
        )


class NothingStopped(WrongInput):
    """What should be shown again was not stopped."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"No stop of {what} is in force; “morefrom overrides” lists what is stopped."
        )


class CannotUndo(WrongInput):
    """An event is not an override that still stands."""

    def __init__(self, number: int, problem: str) -> None:
        self.number = number
        super().__init__(
            f"Event {number} cannot be undone: {problem}; “morefrom overrides” lists what can."
        )
