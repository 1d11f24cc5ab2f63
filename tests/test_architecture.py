"""What may import what, what is packaged, how long files are."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

import margin
from tests.helpers.architecture import (
    arrows,
    circles,
    dotted,
    imports,
    imports_of,
    listed,
    loaded_by,
    modules,
    top_level,
    tracked,
)
from tests.helpers.command_line import ROOT, spawn

NO_PACKAGES = {"tests", "benchmarks", "docs"}  # folders that are not installed
ABOVE_MARGIN = {"proofs_check", "training", "paper_figures", "tests", "benchmarks"}
NUMERICAL = {"numpy", "sympy", "scipy"}
MOST_FILES = 15  # Python files of a folder
# rooms of margin from the ground up: a file imports from its own room and from lower ones
FLOORS = (
    ("margin.analysis", "margin.io", "margin.numbers"),
    ("margin.finite_groups",),
    ("margin.tasks",),
    ("margin.networks",),
    ("margin.answers",),
    ("margin.minimal_width",),
    ("margin.addition", "margin.parity", "margin.parts", "margin.solver"),
    ("margin.composition", "margin.shared"),  # a cyclic group's composition is addition; separate embeddings compared
    ("margin.theory", "margin.finite_lambda"),
    ("margin.inspection",),
    ("margin.surveys", "margin.pruning"),
)
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
assert margin.recognise(network).normalised_margin() == margin.maximum_margin(task).exact
print(network.U.shape, sorted(blocked & set(sys.modules)))
"""

ALL = tracked("*.py")
MARGIN = [path for name, path in modules().items() if name.partition(".")[0] == "margin"]


def room(name: str) -> int | None:
    """The floor of a module; None for a command, which stands above all."""
    return next(
        (i for i, rooms in enumerate(FLOORS) if any(name == r or name.startswith(f"{r}.") for r in rooms)), None
    )


def test_files_of_virtual_environments_are_not_the_projects(tmp_path: Path) -> None:
    """Before Python 3.13 nothing in one tells git to ignore it, and its name may be any."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for name in ("own.py", "room/own.py", "any/lib/python3/site-packages/other.py", "noted/mine.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    ours = [tmp_path / name for name in ("noted/mine.py", "own.py", "room/own.py")]
    assert len(listed(tmp_path, "*.py")) == 4
    (tmp_path / "any" / "pyvenv.cfg").touch()
    assert listed(tmp_path, "*.py") == ours


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
    assert top_level(imports(tree)) == {*"adghijkmn"}
    assert top_level(imports(tree, typing=False)) == {*"adhijkmn"}
    assert top_level(imports(tree, nested=False)) == {*"adhjm"}
    assert {"a.b", "d.e.f", "n.o"} <= imports(tree)
    assert imports(ast.parse("from . import a")) == {"."}


def test_circles_are_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == [["b", "c"]]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_circle_of_files() -> None:
    """Imports inside functions and for type checkers count; `margin`, which loads names on first use, stands above."""
    every = arrows(typing=True)
    graph = {name: targets - {"margin"} for name, targets in every.items() if name != "margin"}
    assert circles(graph) == []
    assert len(graph) > 100
    assert "margin.tasks" in graph["margin.predict"] | graph["margin.theory"]


@pytest.mark.parametrize("name", [name for name in modules() if name.startswith("margin.")])
def test_no_arrow_back_up_in_margin(name: str) -> None:
    floor = room(name)
    for target in arrows(typing=True)[name] - {"margin"}:
        height = room(target)
        if floor is None:
            assert height is not None or target.startswith("margin."), f"{name} imports {target}"
        else:
            assert height is not None, f"{name} imports {target}"
            assert height <= floor, f"{name} imports {target}"
            beside = [r for r in FLOORS[floor] if name == r or name.startswith(f"{r}.")]
            if height == floor and floor != room("margin.theory"):
                assert target.startswith(beside[0]), f"{name} imports {target}, a room beside it"


def test_every_room_of_margin_has_a_floor_or_is_a_command() -> None:
    above = {name for name in modules() if name.startswith("margin.") and room(name) is None}
    assert all(name.count(".") == 1 for name in above)
    assert {"margin.predict", "margin.certify", "margin.solve", "margin.selftest", "margin.survey"} <= above
    for name in above:
        assert hasattr(importlib.import_module(name), "main"), f"{name} is no command and stands on no floor"


@pytest.mark.parametrize("path", MARGIN, ids=dotted)
def test_margin_imports_nothing_above_it(path: Path) -> None:
    names = top_level(imports_of(path))
    assert not names & {"torch", ""}  # relative imports are not used, and would be missed
    assert not names & ABOVE_MARGIN


@pytest.mark.parametrize("path", [p for n, p in modules().items() if n.startswith("margin.analysis")], ids=dotted)
def test_analysis_stands_on_numpy_alone(path: Path) -> None:
    assert not {name for name in imports_of(path) if name.startswith("margin.")} - {
        name for name in imports_of(path) if name.startswith("margin.analysis")
    }
    assert not top_level(imports_of(path)) & {"scipy", "sympy", "torch", "tqdm"}


def test_the_transform_is_taken_in_one_place() -> None:
    """Fourier power has one convention: nobody else takes a discrete Fourier transform of weights."""
    transforms = re.compile(r"\bfft\b|\brfft")
    users = {name for name, path in modules().items() if transforms.search(path.read_text("utf-8"))}
    assert users
    assert all(name.startswith("margin.analysis.") for name in users)


@pytest.mark.parametrize("name", [name for name in modules() if name.startswith("training")])
def test_training_imports_margin_alone(name: str) -> None:
    assert not top_level(arrows(typing=True)[name]) - {"training", "margin"}
    assert not top_level(imports_of(modules()[name])) & {"tests", "benchmarks", ""}


@pytest.mark.parametrize("name", [name for name in modules() if name.startswith("paper_figures")])
def test_figures_import_margin_alone(name: str) -> None:
    assert not top_level(arrows(typing=True)[name]) - {"paper_figures", "margin"}
    assert not top_level(imports_of(modules()[name])) & {"torch", "tests", "benchmarks", ""}


def test_a_prediction_loads_no_numerical_package() -> None:
    """Whatever `margin.predict` loads at top level, directly or not, for every kind of task that needs none."""
    path = loaded_by("margin.predict") | {f"margin.{wing}.maximum" for wing in ("addition", "parity")}
    reached = set().union(*map(loaded_by, path))
    assert {"margin.io.command", "margin.numbers.square_roots", "margin.tasks"} <= reached
    heavy = {name for name in reached if top_level(imports_of(modules()[name], nested=False)) & NUMERICAL}
    assert heavy == set()


def test_the_numerical_modules_are_recognised_as_such() -> None:
    assert "numpy" in top_level(imports_of(modules()["margin.solver.dataset"], nested=False))
    assert "numpy" in top_level(imports_of(modules()["margin.tasks"]))


def test_no_unsafe_serialisation() -> None:
    word = "pick" + "le"
    assert [path for path in ALL if word in path.read_text("utf-8")] == []
    assert [path for path in ALL if "safetensors" in path.read_text("utf-8")] != []


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in ALL}
    assert {path: length for path, length in lengths.items() if length > 500} == {}
    assert median(lengths.values()) < 150
    assert {"margin/predict.py", "tests/test_architecture.py"} <= set(lengths)


def test_folders_are_small() -> None:
    """A stranger finds the file: at most about a dozen Python files in a folder."""
    files = Counter(str(path.parent.relative_to(ROOT)) for path in ALL if path.name != "__init__.py")
    assert {folder: count for folder, count in files.items() if count > MOST_FILES} == {}
    assert files["margin/finite_groups"] > 5


def test_files_of_packages_are_read_as_their_data() -> None:
    """An installed copy has no folder above it: nothing installed climbs out of its package."""
    climbing = re.compile(r"__file__.*(parents\[|\.parent\.parent)")
    assert [name for name, path in modules().items() if climbing.search(path.read_text("utf-8"))] == []
    assert climbing.search("ROOT = Path(__file__).resolve().parents[2]")


def test_every_folder_of_code_is_a_package() -> None:
    """setuptools packages what it finds, which is what has an __init__.py."""
    folders = {path.parent for path in ALL if path.relative_to(ROOT).parts[0] not in NO_PACKAGES}
    assert [folder for folder in folders if folder != ROOT and not (folder / "__init__.py").is_file()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    include = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert include == ["margin*", "paper_figures*", "proofs_check*", "training*"]


def test_every_package_says_that_it_is_typed() -> None:
    for package in ("margin", "proofs_check", "training", "paper_figures"):
        assert (ROOT / package / "py.typed").is_file()
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert "py.typed" in data["*"]


def test_dependencies_cover_the_imports() -> None:
    """What margin imports from outside is a declared dependency, and the other way round."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {line.partition(">")[0].partition("=")[0] for line in project["dependencies"]}
    used = {name for path in MARGIN for name in top_level(imports_of(path))}
    assert {"numpy", "sympy", "safetensors", "tqdm"} <= used
    assert (
        declared - used == {"mpmath"} <= {name for path in modules().values() for name in top_level(imports_of(path))}
    )
    assert not used & {"torch", "matplotlib", "mpmath"}
    extra = {line.partition(">")[0] for line in project["optional-dependencies"]["solve"]}
    assert extra == {"cvxpy", "scipy"} >= {"scipy"} == used & {"cvxpy", "scipy"}  # cvxpy: for semidefinite programs
    solver = {path for path in MARGIN if path.parent.name == "solver"} | {
        ROOT / "margin" / place for place in ("shared/planes.py", "parts/conditions.py")
    }
    assert {path for path in MARGIN if top_level(imports_of(path)) & extra} <= solver  # and there inside functions
    assert not {path for path in MARGIN if top_level(imports_of(path, nested=False)) & extra}


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
    assert set(margin.__all__) <= set(dir(margin))
    for name in ("no_such_name", "maximum", "__wrapped__"):
        with pytest.raises(AttributeError, match=f"module 'margin' has no attribute '{name}'"):
            getattr(margin, name)
