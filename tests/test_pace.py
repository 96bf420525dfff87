"""What a line of progress says of how fast work goes."""

import pytest

from recommender import terminal
from recommender.pace import Pace


class Clock:
    """Tells the time that it is set to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_time_left_follow_from_the_stage_alone() -> None:
    clock = Clock()
    pace = Pace(clock)

    assert pace.of("reading", 2_000, 100_000) == ""
    clock.now += 0.5
    assert pace.of("reading", 4_000, 100_000) == ""  # too early to tell
    clock.now += 1.5
    assert pace.of("reading", 6_000, 100_000) == "2,000/s 0:47 left"
    clock.now += 98
    assert pace.of("reading", 100_000, 100_000) == "980/s"
    assert pace.of("comparing", 0, 100_000) == ""
    clock.now += 7_200
    assert pace.of("comparing", 50_000, 100_000) == "6.9/s 2:00:00 left"


def test_a_stage_that_begins_again_has_a_new_rate() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.of("reading", 50, 100)
    clock.now += 10
    pace.of("reading", 10, 100)
    clock.now += 10
    assert pace.of("reading", 30, 100) == "2.0/s 0:35 left"


def test_a_log_has_a_line_for_each_long_stage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    monkeypatch.setattr(terminal, "Pace", lambda: Pace(clock))
    with terminal.progress_shown() as show:
        for stage, seconds in (("reading", 20.0), ("counting", 5.0), ("comparing", 80.0)):
            for done in (0, 500, 1_000):
                show(stage, done, 1_000)
                clock.now += seconds / 2
        clock.now += 1_000

    assert capsys.readouterr().err.splitlines() == [
        "reading: 1,000 of 1,000 in 0:20, 50/s",
        "comparing: 1,000 of 1,000 in 1:20, 12/s",
    ]
