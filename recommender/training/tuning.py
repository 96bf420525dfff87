"""Learning from labels what each kind of evidence is worth: coordinate ascent over few settings.

One setting after another is moved along its scale, a step at a time, as long as the lists of the
queries learnt from become better by more than the noise of the difference (`MIN_STEPS_OF_ERROR`
standard errors, so that settings stay at their defaults where labels say little). Metzler and
Croft, "Linear feature-based models for information retrieval", Information Retrieval 10(3), 2007,
found this as good as other methods for few parameters. Seventeen numbers are all that is learnt:
too few to remember the answers by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.training.config import TrainingConfig

MIN_STEPS_OF_ERROR = 0.5
"""Standard errors of the paired difference by which a step must gain."""

MIN_GAIN = 0.0005
"""The least gain of the measure that is worth a step, however sure."""

MAX_ROUNDS = 3

CLOSENESS = (
    (365.0, 1.0), (1460.0, 0.9), (1460.0, 0.7), (730.0, 0.8), (730.0, 0.6), (365.0, 0.8),
    (365.0, 0.6), (365.0, 0.4), (180.0, 0.8), (180.0, 0.6), (180.0, 0.4), (60.0, 0.8),
    (60.0, 0.6), (60.0, 0.4), (20.0, 0.8), (20.0, 0.6), (7.0, 0.8), (7.0, 0.6), (2.0, 0.8),
)  # fmt: skip
"""Half-lives in days with the least factor of each: the two only mean something together."""

SCALES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("factors.company_least", (1.0, 0.8, 0.6, 0.4, 0.2)),
    ("factors.length_power", (0.0, 0.05, 0.1, 0.2, 0.3)),
    ("factors.other_author", (1.0, 0.97, 0.94, 0.9, 0.85, 0.8, 0.7)),
    ("factors.other_section", (1.0, 0.97, 0.94, 0.9, 0.85, 0.8, 0.7)),
    ("terms.phrase_weight", (0.0, 0.3, 0.5, 0.65, 0.8, 1.0, 1.2, 1.5)),
    ("fields.title", (0.5, 1.0, 1.5, 2.0, 3.0, 4.5, 7.0)),
    ("tags.weight", (0.0, 0.4, 0.8, 1.3, 1.8, 2.5, 3.5)),
    ("tags.named_weight", (0.0, 0.3, 0.6, 0.8, 1.0)),
    ("fields.summary", (0.0, 0.6, 1.2, 2.0, 3.0)),
    ("fields.tags", (0.0, 0.5, 1.0, 2.0, 3.0)),
    ("terms.name_weight", (0.0, 0.1, 0.2, 0.4, 0.7)),
    ("terms.number_weight", (0.0, 0.2, 0.4, 0.7)),
    ("terms.min_df", (1, 2, 3)),
    ("terms.max_df", (0.1, 0.2, 0.5, 1.0)),
    ("terms.max_rarity", (3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 8.0, 12.0)),
)
"""What is learnt beside closeness in time, and along which values."""

Measured = Callable[[TrainingConfig], NDArray[np.float64]]
"""How good a configuration is for each query learnt from, float64[q]."""


@dataclass(frozen=True)
class Step:
    """A change that was worth making.

    Attributes:
        settings: names and new values.
        gain: by how much the mean of the measure grew.
    """

    settings: dict[str, float]
    gain: float


@dataclass(frozen=True)
class Learnt:
    """What a search found.

    Attributes:
        config: the best configuration.
        steps: the changes that led there, in order.
        n_trials: configurations tried.
    """

    config: TrainingConfig
    steps: tuple[Step, ...]
    n_trials: int


def learn(base: TrainingConfig, measured: Measured, progress: Callable[[int], object]) -> Learnt:
    """Return the best configuration found, and the way there.

    Args:
        base: where to begin; what is not learnt stays as it is.
        measured: asked once for each configuration tried.
        progress: called with the number of trials made.
    """
    search = _Search(base, measured, progress)
    for _ in range(MAX_ROUNDS):
        n_before = len(search.steps)
        search.try_each(CLOSENESS)
        for name, scale in SCALES:
            search.climb(name, scale)
        if len(search.steps) == n_before:
            break
    return Learnt(search.config, tuple(search.steps), search.n_trials)


class _Search:
    """Where the search stands."""

    def __init__(
        self, base: TrainingConfig, measured: Measured, progress: Callable[[int], object]
    ) -> None:
        self.config = base
        self.steps: list[Step] = []
        self._measured = measured
        self._progress = progress
        self._tried: dict[str, NDArray[np.float64]] = {}
        self._values = self._measure(base)

    @property
    def n_trials(self) -> int:
        """How many configurations were tried."""
        return len(self._tried)

    def try_each(self, pairs: tuple[tuple[float, float], ...]) -> None:
        """Take the best of the ways to weigh closeness in time, if it is better than now."""
        names = ("factors.closeness_half_life_days", "factors.closeness_least")
        options = [dict(zip(names, pair, strict=True)) for pair in pairs]
        best = max(options, key=lambda one: float(self._measure(self._with(one)).mean()))
        self._take_if_better(best)

    def climb(self, name: str, scale: tuple[float, ...]) -> None:
        """Move a setting along its scale, up or else down, for as long as that helps."""
        now = _value(self.config, name)
        above = [value for value in scale if value > now]
        below = [value for value in reversed(scale) if value < now]
        for way in (above, below):
            moved = False
            for value in way:
                if not self._take_if_better({name: value}):
                    break
                moved = True
            if moved:
                return

    def _take_if_better(self, settings: dict[str, float]) -> bool:
        config = self._with(settings)
        values = self._measure(config)
        differences = values - self._values
        gain = float(differences.mean())
        error = float(differences.std()) / np.sqrt(max(1, len(differences)))
        if gain < max(MIN_GAIN, MIN_STEPS_OF_ERROR * error):
            return False
        self.config, self._values = config, values
        self.steps.append(Step(settings, gain))
        return True

    def _measure(self, config: TrainingConfig) -> NDArray[np.float64]:
        key = config.model_dump_json()
        if key not in self._tried:
            self._tried[key] = self._measured(config)
            self._progress(len(self._tried))
        return self._tried[key]

    def _with(self, settings: dict[str, float]) -> TrainingConfig:
        values: dict[str, Any] = self.config.model_dump()
        for name, value in settings.items():
            table, _, key = name.partition(".")
            values[table][key] = value
        return TrainingConfig.model_validate(values)


def _value(config: TrainingConfig, name: str) -> float:
    table, _, key = name.partition(".")
    return float(getattr(getattr(config, table), key))
