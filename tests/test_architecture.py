"""The house keeps its shape: who imports whom, what serves readers, how long a file may grow."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 300

NEVER_SERVES = (
    "sklearn",
    "scipy",
    "pandas",
    "joblib",
    "sqlalchemy",
    "alembic",
    "numba",
    "recommender.training",
    "recommender.workflows",
    "recommender.catalogue",
)
"""What a process that answers readers must not even have loaded."""

UNPICKLERS = frozenset({"pickle", "_pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve"})
RUNS_WORK = frozenset({"Parallel", "delayed"})
"""What of joblib spreads work and reads no file."""

SERVING = ("service", "recommender/ranking", "recommender/domain")
"""Where an answer comes from: whatever is read here may have been written by somebody else."""

START_THE_PUBLIC_APP = """
import json, sys
from pathlib import Path
from recommender.settings import load_settings
from service.public.app import create_app

client = create_app(load_settings(home=Path(sys.argv[1]))).test_client()
for path in ("/healthz", "/readyz", "/v1/related?id=none"):
    client.get(path)
print(json.dumps(sorted(sys.modules)))
"""


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_flow_one_way() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run(
        [lint_imports, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_public_app_loads_nothing_that_trains_or_writes(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", START_THE_PUBLIC_APP, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr
    loaded = json.loads(run.stdout.splitlines()[-1])
    assert "service.public.app" in loaded
    assert [name for name in loaded if name in NEVER_SERVES] == []


def test_no_file_outgrows_one_idea() -> None:
    lengths = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules("recommender", "service")
    }

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_public_module_says_what_it_is() -> None:
    silent = [
        shown(path)
        for path in modules("recommender", "service")
        if (not path.stem.startswith("_") or path.stem in {"__init__", "__main__"})
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_nothing_that_serves_can_unpickle() -> None:
    found = [
        f"{shown(path)}:{line}: {what}"
        for path in modules(*SERVING)
        for line, what in pickle_loaders(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_search_for_pickle_loaders_finds_them() -> None:
    source = "import joblib.numpy_pickle\nfrom pickle import loads\nnp.load(p)\npd.read_pickle(p)\n"
    safe = "np.load(p, allow_pickle=False)\njson.load(f)\ntomllib.loads(t)\n"
    parallel = "from joblib import Parallel, delayed\n"
    sly = "np.load(p, allow_pickle=True)\nnumpy.load(p, 'r', flag)\n"

    assert [line for line, _ in pickle_loaders(source)] == [1, 2, 3, 4]
    assert [line for line, _ in pickle_loaders(sly)] == [1, 2]
    assert list(pickle_loaders(safe + parallel)) == []


def pickle_loaders(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of whatever in a module could run code from a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            only_runs_work = {alias.name for alias in node.names} <= RUNS_WORK
            names = [] if only_runs_work else [node.module or ""]
        elif isinstance(node, ast.Call) and may_unpickle(node):
            yield node.lineno, ast.unparse(node)
            continue
        else:
            continue
        if any(name.split(".")[0] in UNPICKLERS for name in names):
            yield node.lineno, ast.unparse(node)


def may_unpickle(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    if called in {"np.load", "numpy.load"}:
        allowed = [word.value for word in call.keywords if word.arg == "allow_pickle"]
        return [ast.unparse(value) for value in allowed] != ["False"]
    return called.rsplit(".", 1)[-1] == "read_pickle"
