"""How the project's files import one another, read from their source: for the tests of its architecture."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

from tests.helpers.command_line import ROOT


@cache
def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would add, as absolute paths: what the project is, whatever else lies on the disk."""
    return listed(ROOT, *(patterns or ("*.py",)))


def listed(root: Path, *patterns: str) -> list[Path]:
    """`tracked` of any checkout; without virtual environments, which git would add where no rule ignores them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns, "*pyvenv.cfg"]
    listing = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    paths = [root / name for name in sorted(set(listing.split("\0"))) if name and (root / name).is_file()]
    environments = {path.parent for path in paths if path.name == "pyvenv.cfg"} - {root}
    return [path for path in paths if not environments.intersection(path.parents)]


def dotted(path: Path) -> str:
    """The module's name; a package for its __init__."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST, nested: bool = True, typing: bool = True) -> set[str]:
    """Dotted names of all modules and members imported, also by name.

    Without `nested` only what loading the file imports; without `typing` not what only type checkers see.
    """
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names |= {f"{module}.{alias.name}" if node.module else module for alias in node.names}
        elif isinstance(node, ast.Call) and nested and "import" in ast.unparse(node.func):
            names |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
        function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if isinstance(node, ast.If) and typing_only and not (typing and nested):
            names |= imports(ast.Module(body=node.orelse, type_ignores=[]), nested, typing)
        elif nested or not function:
            names |= imports(node, nested, typing)
    return names


@cache
def imports_of(path: Path, nested: bool = True, typing: bool = True) -> frozenset[str]:
    return frozenset(imports(ast.parse(path.read_text("utf-8")), nested, typing))


def top_level(names: frozenset[str] | set[str]) -> set[str]:
    """First parts of dotted names."""
    return {name.partition(".")[0] for name in names}


@cache
def modules() -> dict[str, Path]:
    """Every module of the installed packages by its dotted name."""
    folders = ("margin", "proofs_check", "training", "paper_figures")
    return {dotted(path): path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in folders}


def arrows(nested: bool = True, typing: bool = False) -> dict[str, set[str]]:
    """For each module of the project the modules of the project that it imports."""
    known = modules()

    def home(name: str) -> str | None:
        return name if name in known else name.rpartition(".")[0] if name.rpartition(".")[0] in known else None

    found = {name: {home(target) for target in imports_of(path, nested, typing)} for name, path in known.items()}
    return {name: {target for target in targets if target and target != name} for name, targets in found.items()}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Sets of nodes that reach one another (strongly connected components of more than one node), sorted."""

    def reach(start: str) -> set[str]:
        seen, waiting = set[str](), [start]
        while waiting:
            for target in graph[waiting.pop()] - seen:
                seen.add(target)
                waiting.append(target)
        return seen

    reached = {node: reach(node) for node in graph}
    found = {tuple(sorted(b for b in reached[a] if a in reached[b])) for a in graph if a in reached[a]}
    return sorted(map(list, found))


def loaded_by(start: str) -> set[str]:
    """Modules of the project that importing one of them loads, packages included."""
    graph = arrows(nested=False)
    reached, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        parents = {name.rsplit(".", i)[0] for i in range(1, name.count(".") + 1)}
        waiting += sorted((graph[name] | parents) - reached)
    return reached
