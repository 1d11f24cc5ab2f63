"""The analysis lies under every package: numpy, the standard library and itself, nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT

FILES = sorted((ROOT / "margin" / "analysis").rglob("*.py"))


def modules(tree: ast.AST) -> set[str]:
    """Dotted names of all modules imported, anywhere."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def allowed(name: str) -> bool:
    top = name.partition(".")[0]
    return top in {"numpy", *sys.stdlib_module_names} or name.startswith("margin.analysis.")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_numpy_alone(path: Path) -> None:
    assert [name for name in modules(ast.parse(path.read_text())) if not allowed(name)] == []


def test_other_imports_would_be_seen() -> None:
    text = "import torch\ndef f():\n    from margin.tasks import Task\nfrom . import axes\nimport numpy.fft\n"
    names = modules(ast.parse(text))
    assert {name for name in names if not allowed(name)} == {"torch", "margin.tasks", "."}
    assert {"axes", "fourier", "isotypic", "singular", "clusters"} <= {path.stem for path in FILES}
