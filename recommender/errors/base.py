"""What all errors are, and how they quote."""


class MorefromError(Exception):
    """Base of every error that a user can cause or mend.

    Its string is one sentence for a person.
    """

    exit_code = 1
    """The command line exits with it: 1 refused or failed, 2 wrong input, 3 others are at work."""


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
