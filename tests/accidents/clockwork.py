"""A real home on a clock of its own: catalogue, versions, a follower stepped by hand, an app."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.pointer import Pointer, read_pointer
from recommender.settings import Settings, load_settings
from recommender.workflows.follower import Follower
from recommender.workflows.importing import ImportReport, import_files
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.promoting import promote, rollback
from recommender.workflows.training import Training, train
from service.public.app import create_app

START = datetime(2031, 5, 1, 12, tzinfo=UTC)
Row = Mapping[str, Any]
WORKFLOWS = ("workflows.training", "workflows.importing", "workflows.overriding")
_MEMORY = Path("/dev/shm")


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Make a folder in memory, where there is such a place: no power cut is played in it."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


class Clock:
    """The time of day in a home, set at will; no two looks see the same microsecond."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._n_looks = 0

    def now(self) -> datetime:
        self._n_looks += 1
        return self._start + timedelta(microseconds=self._n_looks)

    def shift(self, by: timedelta) -> None:
        self._start += by

    def time_ns(self) -> int:
        return int(self.now().timestamp() * 1_000_000) * 1_000

    @contextmanager
    def ruling(self) -> Iterator[None]:
        """Rule over trainings, imports and answers."""
        clock = self

        class Instant(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                del tz
                return clock.now()

        with ExitStack() as patches:
            for module in (*WORKFLOWS, "catalogue.history"):
                patches.enter_context(patch(f"recommender.{module}.datetime", Instant))
            patches.enter_context(patch("service.public.app.time", clock))
            yield


class Home:
    """A home whose follower and public app live in this process."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        environment = {"MOREFROM_SITE_NAME": "The Test Post"}
        self.settings: Settings = load_settings(folder, environment)
        self.clock = clock
        self.catalogue = Catalogue.open(self.settings.catalogue_url)
        self.restart_follower()
        self.restart_app()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.catalogue.close()

    def restart_follower(self) -> None:
        self.follower = Follower(self.settings, self.catalogue)

    def restart_app(self) -> None:
        always = self.settings.model_copy(update={"poll_interval_s": 0.0})
        self.client: FlaskClient = create_app(always).test_client()

    def follow(self) -> bool:
        return self.follower.step(self.clock.now())

    def bring(self, *rows: Row) -> ImportReport:
        """Import rows, all of which must be taken."""
        path = self.settings.home / "rows.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        report = import_files(self.settings, [path], author="anna")
        assert report.rejected == 0, report
        return report

    def train(self) -> str:
        return train(self.settings, Training(None, False, "anna", 1), lambda *_: None).version

    def promote(self, version: str | None = None) -> str:
        return promote(self.settings, version or self.train(), "anna", "test").subject

    def roll_back(self) -> str:
        return rollback(self.settings, "anna", "test").subject

    def override(self, wish: Wish) -> int:
        return override(self.settings, wish, "anna", "test").number

    def undo(self, number: int) -> None:
        undo(self.settings, number, "anna", "test")

    def folder(self, version: str) -> Path:
        return self.settings.versions_dir / version

    def pointer(self) -> Pointer:
        return read_pointer(self.settings.serving_dir)

    def get(self, path: str, **query: object) -> TestResponse:
        return self.client.get(path, query_string={key: str(value) for key, value in query.items()})

    def related(self, limit: int = 20, **key: str) -> Any:
        response = self.get("/v1/related", limit=limit, **key)
        assert response.status_code == 200, response.text
        return json.loads(response.data)

    def readiness(self) -> tuple[int, Any]:
        response = self.get("/readyz")
        return response.status_code, json.loads(response.data)


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer["items"]]
