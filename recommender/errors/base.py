"""What all errors are, and how they quote."""


class MorefromError(Exception):
    """Base of every error that a user can cause or mend.

    Its string is one sentence for a person.
    """

    exit_code = 1
    """The command line exits with it: 1 refused or failed, 2 wrong input, 3 others are at work,
    130 interrupted."""

    def __reduce__(self) -> tuple[object, ...]:
        """Return what makes it again, as it is, where a worker process sends it."""
        return _restored, (type(self), self.args), self.__dict__


def shorten(value: object, limit: int = 80) -> str:
    """Quote a value for an error sentence, cut so that hostile input cannot flood a log.

    Args:
        value: anything.
        limit: the longest text kept, in characters.

    Returns:
        The value's representation, with its middle left out where it is longer than `limit`.
    """
    text = repr(value[: 4 * limit]) if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[: limit - 12]}…{text[-8:]}"


def _restored(kind: type[MorefromError], args: tuple[object, ...]) -> MorefromError:
    """Return an error with its sentence; `kind` itself would want the facts again."""
    error = kind.__new__(kind)
    error.args = args
    return error
