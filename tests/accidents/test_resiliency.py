"""RESILIENCY.md names tests that are there, and leaves out none of this folder."""

import ast
from pathlib import Path

from tests.documents import ROOT, read, rows, spans

RESILIENCY = "RESILIENCY.md"
HERE = Path(__file__).parent


def defined_in(path: Path) -> set[str]:
    """Return the names of the tests of a file, classes included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    assigned = {
        target.id
        for one in tree.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return {name for name in functions | assigned if name.lower().startswith("test")}


def named() -> set[tuple[str, str]]:
    """Return file and function of each test that a row names."""
    found = set()
    for row in rows(read(RESILIENCY)):
        tests = spans(row[2])
        assert tests, row
        for test in tests:
            path, _, name = test.partition("::")
            found.add((path, name))
    return found


def test_every_row_has_its_four_cells_and_every_test_is_there() -> None:
    assert {len(row) for row in rows(read(RESILIENCY))} == {4}
    assert all(all(row) for row in rows(read(RESILIENCY)))
    for path, name in named():
        assert name in defined_in(ROOT / path), f"{path} has no {name}"


def test_every_file_of_accidents_has_its_row() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in HERE.glob("test_*.py")}
    files.remove(Path(__file__).relative_to(ROOT).as_posix())
    assert files <= {path for path, _ in named()}
