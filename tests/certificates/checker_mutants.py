"""Weakened copies of the checker: every condition left out or loosened in turn, in memory."""

from __future__ import annotations

import ast
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from types import FrameType
from typing import Any

from proofs_check import check
from tests.certificates.checkers import Checker

# Messages, files and exit codes: nothing there decides a verdict.
NO_CONDITIONS = {"_short", "main", "check_bytes", "Rejected.__init__"}
WEAKER: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE],
    ast.LtE: [ast.Lt],
    ast.Gt: [ast.GtE],
    ast.GtE: [ast.Gt],
}
WITH_FORMULAS = ("Checker._rule_", "Checker._orders", "Checker._sums_", "Checker._exp", "Checker._claim", "_squarefree")
ANSWERS = {"_equal": 2, "_roots": 1}  # methods that verify one of their arguments and return it


@dataclass(frozen=True)
class Change:
    """A node of the source, by its number in `ast.walk`, and what takes its place."""

    function: str
    before: str
    after: str
    number: int
    new: ast.AST

    @property
    def name(self) -> str:
        return f"{self.function}: {_clipped(self.before)} -> {_clipped(self.after)}"


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:97] + "..."


def _true() -> ast.expr:
    return ast.Constant(True)


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_refusal(statements: list[ast.stmt]) -> bool:
    last = statements[-1]
    return isinstance(last, ast.Raise) or (isinstance(last, ast.Expr) and _called(last.value) == "_fail")


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    """Each operator loosened or tightened by its edge; equalities and memberships taken for granted."""
    for i, operator in enumerate(node.ops):
        for other in WEAKER.get(type(operator), []):
            new = deepcopy(node)
            new.ops[i] = other()
            yield new
    if isinstance(node.ops[0], (ast.Eq, ast.In)):
        yield _true()
    if isinstance(node.ops[0], (ast.NotEq, ast.NotIn)):
        yield ast.Constant(False)
    if len(node.ops) == 2:  # one end of a range open
        yield ast.Compare(node.left, node.ops[:1], node.comparators[:1])
        yield ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and _called(node.value) in {"_require", "_spend", "_equal", "_fail"}:
        yield ast.Pass()
    elif isinstance(node, ast.If) and _is_refusal(node.body):
        new = deepcopy(node)
        new.test = ast.Constant(False)
        yield new
    elif isinstance(node, ast.IfExp) and "_fail" in (_called(node.body), _called(node.orelse)):
        yield node.body if _called(node.orelse) == "_fail" else node.orelse
    elif isinstance(node, ast.Call) and _called(node) in ANSWERS:
        yield node.args[ANSWERS[_called(node)]]
    elif isinstance(node, ast.BoolOp):
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, ast.keyword) and node.arg in {"parse_float", "parse_constant", "object_pairs_hook"}:
        yield ast.keyword(node.arg, ast.Constant(None))


def _larger_constants(node: ast.AST) -> Iterator[ast.AST]:
    """Each integer that stands directly in arithmetic, a comparison or a call, plus 1."""
    if isinstance(node, (ast.BinOp, ast.Compare, ast.Call)):
        for field, old in ast.iter_fields(node):
            for i, entry in enumerate(old if isinstance(old, list) else [old]):
                if isinstance(entry, ast.Constant) and type(entry.value) is int:
                    new = deepcopy(node)
                    larger = ast.Constant(entry.value + 1)
                    setattr(new, field, [*old[:i], larger, *old[i + 1 :]] if isinstance(old, list) else larger)
                    yield new


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{x.name}", x) for x in node.body if isinstance(x, ast.FunctionDef))


def changes(source: str) -> list[Change]:
    """Every change to be tried, in the order of the source."""
    tree = ast.parse(source)
    numbers = {id(node): i for i, node in enumerate(ast.walk(tree))}
    found = {}
    for name, function in _functions(tree):
        for node in ast.walk(function) if name not in NO_CONDITIONS else ():
            arithmetic = _larger_constants(node) if name.startswith(WITH_FORMULAS) else ()
            for new in (*_replacements(node), *arithmetic):
                before, after = (ast.unparse(x) if not isinstance(x, ast.keyword) else str(x.arg) for x in (node, new))
                after = "left out" if isinstance(new, (ast.Pass, ast.If, ast.keyword)) else after
                change = Change(name, before, after, numbers[id(node)], new)
                if after != before:
                    found[change.number, after] = change
    return list(found.values())


class _Replace(ast.NodeTransformer):
    def __init__(self, node: ast.AST, new: ast.AST) -> None:
        self.node, self.new = node, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.node else self.generic_visit(node)


def weakened(source: str, change: Change) -> Checker:
    """`check_bytes` of the source with one change."""
    tree = ast.parse(source)
    node = list(ast.walk(tree))[change.number]
    tree = ast.fix_missing_locations(_Replace(node, deepcopy(change.new)).visit(tree))
    space: dict[str, Any] = {"__name__": "weakened"}
    exec(compile(tree, "weakened", "exec"), space)
    function: Checker = space["check_bytes"]
    return function


class TooLong(BaseException):
    """No verdict in time."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def verdict(function: Callable[[bytes], Any], data: bytes, seconds: float = 20) -> tuple[str, str]:
    """Status and rule; an exception or no verdict in time is a verdict too."""
    try:
        with time_limit(seconds):
            found = function(data)
    except TooLong:
        return "TOO LONG", ""
    except Exception as error:
        return "RAISED", type(error).__name__
    return found.status, found.rule


def source() -> str:
    with open(check.__file__, encoding="utf-8") as file:
        return file.read()
