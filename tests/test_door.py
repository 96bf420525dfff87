"""The names that notebooks import, each loaded when it is first asked for."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import recommender


def test_every_name_is_there_and_is_what_its_module_calls_so() -> None:
    assert sorted(recommender.__all__) == sorted(recommender._HOMES)
    for name, home in recommender._HOMES.items():
        module = importlib.import_module(f"recommender.{home}")
        assert getattr(recommender, name) is getattr(module, name)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(recommender.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith("recommender")
        for alias in node.names
    }

    assert seen == {name: f"recommender.{home}" for name, home in recommender._HOMES.items()}


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = recommender.nothing


def test_door_loads_nothing_by_itself() -> None:
    code = (
        "import sys, recommender; recommender.Corpus;"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'sklearn', 'sqlalchemy')))"
    )

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
