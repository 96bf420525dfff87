"""What all tests share: a clean environment, repeatable examples, real articles where present."""

import os
from pathlib import Path

import hypothesis
import pytest

FOR_TESTS = frozenset({"MOREFROM_REAL_DATA", "MOREFROM_CHROMIUM"})


def pytest_configure() -> None:
    """Keep the settings of whoever runs the tests, and slow machines, out of what they find."""
    for name in [name for name in os.environ if name.startswith("MOREFROM_")]:
        if name not in FOR_TESTS:
            del os.environ[name]
    hypothesis.settings.register_profile(
        "morefrom",
        derandomize=True,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("morefrom")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real articles that MOREFROM_REAL_DATA names."""
    named = os.environ.get("MOREFROM_REAL_DATA")
    if not named:
        pytest.skip("needs real articles: MOREFROM_REAL_DATA names no folder of them")
    folder = Path(named)
    assert folder.is_dir(), f"MOREFROM_REAL_DATA names {folder}, which is not a folder"
    return folder
