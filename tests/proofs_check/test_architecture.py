"""What the checkers may import, and what they may not do."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.proofs_check.building.checkers import ROOT

HOME = ROOT / "proofs_check"
FAMILIES = {"kernel": set[str](), "second": {"flint"}}  # and what each may import beside the standard library
SCRIPTS = {"check": "kernel", "check_groups": "kernel", "check_parity": "kernel", "recheck": "second"}
FILES = [(path, family) for family in FAMILIES for path in sorted((HOME / family).glob("*.py"))]
FILES += [(HOME / f"{name}.py", family) for name, family in SCRIPTS.items()]
TRUSTED = [path for path, family in FILES if family == "kernel"]
BY_PATH = {"importlib", "runpy", "imp", "pkgutil", "__import__", "exec_module", "exec", "eval", "compile", "globals"}


def imported(tree: ast.AST) -> set[str]:
    """Every module imported anywhere, with its package."""
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return names | {"." * node.level + str(node.module) for node in nodes}


def foreign(tree: ast.AST, family: str) -> set[str]:
    """Imports that the family may not have."""
    inside, allowed = f"proofs_check.{family}", sys.stdlib_module_names | FAMILIES[family]
    outside = {name for name in imported(tree) if not f"{name}.".startswith(f"{inside}.")}
    return {name for name in outside if name.partition(".")[0] not in allowed}


def names_used(tree: ast.AST) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def modules_bound(tree: ast.AST) -> set[str]:
    """Names that stand for modules: those of `import x` and, to be sure, every imported name in lower case."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {(alias.asname or alias.name).partition(".")[0] for node in nodes for alias in node.names}


def overwritten(tree: ast.AST) -> set[str]:
    """Attributes of imported names that are assigned to or deleted, and setattr."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
            base = ast.unparse(node.value).partition(".")[0].partition("(")[0]
            if base in modules_bound(tree):
                found.add(ast.unparse(node))
        if isinstance(node, ast.Global):
            found |= set(node.names)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "delattr", "vars"):
            found.add(ast.unparse(node))
    return found


@pytest.mark.parametrize(("path", "family"), FILES, ids=lambda x: x.stem if isinstance(x, Path) else x)
def test_each_family_stands_alone(path: Path, family: str) -> None:
    tree = ast.parse(path.read_text())
    assert foreign(tree, family) == set()
    assert not names_used(tree) & BY_PATH
    assert not imported(tree) & BY_PATH
    assert overwritten(tree) == set()
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", TRUSTED, ids=lambda path: path.stem)
def test_the_kernel_is_exact_and_touches_nothing(path: Path) -> None:
    source = path.read_text()
    nodes = list(ast.walk(ast.parse(source)))
    assert not imported(ast.parse(source)) & {"decimal", "random", "importlib", "subprocess", "os", "typing.Any"}
    assert "Any" not in names_used(ast.parse(source))
    assert not [node for node in nodes if isinstance(node, ast.Assert)]
    assert not [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)]
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"float", "complex", "eval", "exec", "round", "compile", "__import__"}


def test_rules_are_short() -> None:
    """So that a referee reads each at a glance."""
    for path in TRUSTED:
        functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        long = {node.name for node in functions if (node.end_lineno or 0) - node.lineno > 26}
        assert long <= {"__init__", "_read"}, path  # the form of a file, a list of cases


def test_what_is_forbidden_is_seen() -> None:
    assert foreign(ast.parse("import numpy.linalg, json, flint"), "kernel") == {"numpy.linalg", "flint"}
    assert foreign(ast.parse("from proofs_check.second import form"), "kernel") == {"proofs_check.second"}
    assert foreign(ast.parse("def f():\n    from . import form"), "kernel") == {".None"}
    assert foreign(ast.parse("import flint, proofs_check.kernelx"), "second") == {"proofs_check.kernelx"}
    assert overwritten(ast.parse("from a import form\nform.MOST = 1\nform.x.y = 2")) == {"form.MOST", "form.x.y"}
    assert overwritten(ast.parse("import a\nsetattr(a, 'b', 1)\nself.x = 1")) == {"setattr(a, 'b', 1)"}
    assert overwritten(ast.parse("def f():\n    global x\n    x = 1")) == {"x"}
    assert "exec_module" in names_used(ast.parse("spec.loader.exec_module(kernel)")) & BY_PATH
    assert {path.stem for path in TRUSTED} >= {"form", "addition", "weights", "composition", "parity", "width", "check"}
