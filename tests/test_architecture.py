"""What may import what, what is packaged, how long files are."""

from __future__ import annotations

import ast
import importlib
import tomllib
from pathlib import Path
from statistics import median

import pytest

import margin
from tests.command_line import ROOT, spawn

NO_PACKAGES = {"tests", "benchmarks"}  # folders that are not installed
ABOVE_MARGIN = {"proofs_check", "training", "paper_figures", "tests", "benchmarks"}
NUMERICAL = {"numpy", "sympy", "scipy"}
FAST_PATH = [
    *("__init__", "integers", "surds", "tasks", "program", "phases", "networks", "exact_network", "constructions"),
    *("width", "cliques", "checks", "command", "report", "predict"),
]
BLOCKED = """
import sys

blocked = {"torch", "flint", "cvxpy", "dask", "scipy", "matplotlib"}

class Blocker:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocker)
for name in blocked:
    try:
        __import__(name)
    except ImportError as error:
        assert "is blocked" in str(error)
    else:
        raise AssertionError(name)

import margin

for name in margin.__all__:
    getattr(margin, name)
task = margin.ModularAddition(6, 2)
network = margin.construct(task).numeric()
assert network.exact().normalised_margin() == margin.maximum_margin(task).exact
print(network.U.shape, sorted(blocked & set(sys.modules)))
"""


def sources(*folders: Path) -> list[Path]:
    """The Python files under folders, without hidden and built ones."""
    found = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    ignored = [{part for part in path.relative_to(ROOT).parts if part[0] == "." or part == "build"} for path in found]
    return [path for path, hidden in zip(found, ignored, strict=True) if not hidden]


def imported(tree: ast.AST, nested: bool = True) -> set[str]:
    """Top-level names of all packages imported, also by name; without `nested` only what loading the file imports."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Call) and nested and "import" in ast.unparse(node.func):
            names |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
        function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if nested or not (function or typing_only):
            names |= imported(node, nested)
    return {name.partition(".")[0] for name in names}


def imports_of(path: Path, nested: bool = True) -> set[str]:
    return imported(ast.parse(path.read_text()), nested)


MARGIN = sources(ROOT / "margin")
ALL = sources(ROOT)


def test_imports_are_seen_wherever_they_are() -> None:
    text = """
import a.b as c
from d.e import f
if TYPE_CHECKING:
    import g
else:
    import h
def function():
    import i
class Class:
    import j
    def method(self):
        from k import l
try:
    import m
except ImportError:
    x = import_module("n.o")
"""
    tree = ast.parse(text)
    assert imported(tree) == {*"adghijkmn"}
    assert imported(tree, nested=False) == {*"adjm"}
    assert imported(ast.parse("from . import a")) == {""}


@pytest.mark.parametrize("path", MARGIN, ids=lambda path: path.stem)
def test_margin_imports_nothing_above_it(path: Path) -> None:
    names = imports_of(path)
    assert not names & {"torch", ""}  # relative imports are not used, and would be missed
    assert not names & ABOVE_MARGIN


@pytest.mark.parametrize("path", sorted((ROOT / "proofs_check").glob("*.py")), ids=lambda path: path.stem)
def test_certificate_checkers_import_nothing_of_the_project_but_each_other(path: Path) -> None:
    """__main__ alone reaches for the claims and for margin, and only once it is asked for claims."""
    names = imports_of(path, nested=path.stem != "__main__")
    assert not names & {"margin", "training", "paper_figures", "tests", "benchmarks", "torch", ""}


@pytest.mark.parametrize("path", sorted((ROOT / "proofs_check" / "claims").glob("*.py")), ids=lambda path: path.stem)
def test_claims_import_margin_and_training_alone(path: Path) -> None:
    """And training, which needs torch, only inside functions."""
    assert not imports_of(path) & {"paper_figures", "tests", "benchmarks", ""}
    assert not imports_of(path, nested=False) & {"training", "torch", "pyarrow", "flint", "cvxpy", "scipy"}


def test_the_arrows_of_claims_are_seen() -> None:
    claims = ROOT / "proofs_check" / "claims"
    assert "margin" in imports_of(claims / "exact.py", nested=False)
    assert "training" in imports_of(claims / "saved_runs.py")
    assert "margin" in imports_of(ROOT / "proofs_check" / "__main__.py")


@pytest.mark.parametrize("name", FAST_PATH)
def test_a_prediction_loads_no_numerical_package(name: str) -> None:
    assert not imports_of(ROOT / "margin" / f"{name}.py", nested=False) & NUMERICAL


def test_the_numerical_modules_are_recognised_as_such() -> None:
    assert "numpy" in imports_of(ROOT / "margin" / "rendering.py", nested=False)
    assert "numpy" in imports_of(ROOT / "margin" / "networks.py")
    assert {path.stem for path in MARGIN} > set(FAST_PATH)


def test_fast_path_is_complete() -> None:
    """Whatever `margin.predict` loads from margin at top level, directly or not, is on the list."""
    reached, waiting = set(), ["predict"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        tree = ast.parse((ROOT / "margin" / f"{name}.py").read_text())
        modules = {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
        inside = {module.removeprefix("margin.") for module in modules if module.startswith("margin.")}
        waiting += sorted(inside - reached)
    assert reached <= set(FAST_PATH)
    assert {"checks", "surds", "integers"} <= reached


def test_no_unsafe_serialisation() -> None:
    word = "pick" + "le"
    assert [path for path in ALL if word in path.read_text()] == []
    assert [path for path in ALL if "safetensors" in path.read_text()] != []


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ALL}
    assert {path: length for path, length in lengths.items() if length > 500} == {}
    assert median(lengths.values()) < 150
    assert {"margin/predict.py", "tests/test_architecture.py"} <= set(lengths)


def packages() -> list[str]:
    """Folders with __init__.py, dotted, other than tests and benchmarks."""
    folders = [path.parent.relative_to(ROOT).parts for path in ALL if path.name == "__init__.py"]
    return sorted(".".join(parts) for parts in folders if parts and parts[0] not in NO_PACKAGES)


def test_every_package_is_listed_and_every_listed_one_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert sorted(project["tool"]["setuptools"]["packages"]) == packages()
    assert "margin" in packages()
    assert not NO_PACKAGES & set(packages())


def test_dependencies_cover_the_imports() -> None:
    """What margin imports from outside is a declared dependency, and the other way round."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {line.partition(">")[0].partition("=")[0] for line in project["dependencies"]}
    used = {name for path in MARGIN for name in imports_of(path)}
    assert {"numpy", "sympy", "safetensors", "tqdm"} <= used
    assert declared <= used
    assert not used & {"torch", "matplotlib", "mpmath"}
    extra = {line.partition(">")[0] for line in project["optional-dependencies"]["solve"]}
    assert extra == {"cvxpy", "scipy"} == used & {"cvxpy", "scipy"}
    solver = {path for path in MARGIN if path.parent.name == "solver"}
    assert {path for path in MARGIN if imports_of(path) & extra} <= solver  # and there inside functions
    assert not {path for path in MARGIN if imports_of(path, nested=False) & extra}


def test_works_without_optional_packages() -> None:
    answer = spawn(program=BLOCKED)
    assert answer.err == ""
    assert answer.out == "(2, 6, 14) []\n"
    assert spawn(program=BLOCKED.replace('"scipy"', '"numpy"')).code == 1


def test_public_names() -> None:
    assert len(margin.__all__) == len(set(margin.__all__)) > 0
    for name in margin.__all__:
        value = getattr(margin, name)
        home = importlib.import_module(value.__module__)
        assert getattr(home, name) is value
        assert value.__doc__
    assert margin.__version__.count(".") == 2
    for name in ("no_such_name", "maximum", "__wrapped__"):
        with pytest.raises(AttributeError, match=f"module 'margin' has no attribute '{name}'"):
            getattr(margin, name)
