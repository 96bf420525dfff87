"""Homes in every state from which a command can start, copied afresh for each accident."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from tests.accidents import state
from tests.accidents.warm import Outcome, Warm

POINTER = Path("models/serving/current.json")
TRAIN = ("train", "--jobs", "1")

_numbers = count(1)


@dataclass(frozen=True)
class Verb:
    """A command that can have an accident.

    Attributes:
        name: how it is called in reports.
        arguments: what is typed.
        start: the home that it starts from; it is never written to.
        before: its state.
        after: its state when the command has done its work.
        steps: the articles that are current after each transaction of an import.
        dry: the outcome of an undisturbed run.
    """

    name: str
    arguments: tuple[str, ...]
    start: Path
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    steps: Sequence[Mapping[str, str]]
    dry: Outcome

    @property
    def moves_pointer(self) -> bool:
        return self.name == "follow"


class Homes:
    """Makes homes and runs commands in them."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        self.folder = folder
        self.warm = warm
        self.exports = {
            "first": folder / "first.jsonl",
            "corrections": folder / "corrections.jsonl",
            "second": folder / "second.jsonl",
        }
        state.write_rows(self.exports["first"], state.ARCHIVE)
        state.write_rows(self.exports["corrections"], state.CORRECTIONS)
        state.write_rows(self.exports["second"], state.SECOND_EXPORT)
        self._verbs: dict[str, Verb] = {}
        self._empty = folder / "empty"
        self._empty.mkdir()
        self._grown, self.fourth = self._grow()
        self._behind = self._fall_behind()

    def copy(self, start: Path, parent: Path | None = None) -> Path:
        """Return a home that is like another one and shares no file with it."""
        home = (parent or self.folder) / f"home-{next(_numbers)}"
        return Path(shutil.copytree(start, home))

    def do(self, home: Path, *arguments: str) -> Outcome:
        """Run a command that must succeed."""
        moved = str(home / POINTER) if arguments[0] == "follow" else None
        done = self.warm.run(home, *arguments, stop_when_moved=moved)
        assert done.code == 0, (arguments, done.err)
        return done

    def verb(self, name: str) -> Verb:
        """Return a command, after one undisturbed run of it."""
        if name not in self._verbs:
            self._verbs[name] = self._try_out(name)
        return self._verbs[name]

    def _try_out(self, name: str) -> Verb:
        arguments = {
            "first import": ("import", str(self.exports["first"])),
            "import": ("import", str(self.exports["second"])),
            "train": (*TRAIN, "--promote"),
            "promote": ("promote", self.fourth, "--reason", "it is better"),
            "rollback": ("rollback",),
            "follow": ("follow",),
        }[name]
        start = {"first import": self._empty, "follow": self._behind}.get(name, self._grown)
        before = self.warm.inspect(start)
        home = self.copy(start)
        dry = self.do(home, *arguments)
        steps = [before["articles"]]
        for fact in dry.stored:
            steps.append({**steps[-1], **fact.get("articles", {})})
        return Verb(name, arguments, start, before, self.warm.inspect(home), steps, dry)

    def remove(self, home: Path) -> None:
        shutil.rmtree(home)

    def _grow(self) -> tuple[Path, str]:
        """Return a home with three champions, the last one served, and the id of a fourth model."""
        home = self.folder / "grown"
        self.do(home, "import", str(self.exports["first"]))
        self.do(home, *TRAIN, "--promote")
        self.do(home, "import", str(self.exports["corrections"]))
        self.do(home, *TRAIN, "--promote")
        self.do(home, *TRAIN, "--promote")
        self.do(home, "follow")
        fourth = json.loads(self.do(home, *TRAIN, "--json").out)
        return home, str(fourth["version"])

    def _fall_behind(self) -> Path:
        """Return a home whose follower has something to do."""
        home = self.copy(self._grown)
        self.do(home, "import", str(self.exports["second"]))
        self.do(home, "promote", self.fourth, "--reason", "it is better")
        return home
