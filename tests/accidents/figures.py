"""What the tests of accidents measured, told at the end of a run; `RESILIENCY.md` repeats it."""

_SAID: dict[str, str] = {}


def note(accident: str, figure: str) -> None:
    """Keep a figure.

    Args:
        accident: in two or three words.
        figure: what was counted or measured.
    """
    _SAID[accident] = figure


def lines() -> list[str]:
    """Return one line for each accident that was measured."""
    return [f"{accident}: {figure}" for accident, figure in _SAID.items()]
