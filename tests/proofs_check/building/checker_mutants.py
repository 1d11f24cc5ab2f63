"""Weakened copies of the checker: every condition left out or loosened in turn, in memory."""

from __future__ import annotations

import ast
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

from proofs_check import check

SOURCE = Path(check.__file__).read_text(encoding="utf-8")
# Messages, files and exit codes: nothing there decides a verdict.
NO_CONDITIONS = {"_short", "main", "check_bytes", "Rejected.__init__"}
EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Pow: ast.Mult,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}
REFUSE = {"_require", "_equal", "_fail", "_common"}  # as statements; of these two the answer is one of the arguments:
ANSWERS = {"_equal": 2, "_roots": 1}


@dataclass(frozen=True)
class Change:
    """A node of a function, by its number in `_walk`, and what takes its place."""

    function: str  # or the limits at the top that are assigned together
    name: str
    number: int
    new: ast.AST
    lines: range  # of the source, that the node stands on

    @property
    def lines_around(self) -> range:
        """Those of the function; all for the limits at the top, which no file reaches again."""
        part = PARTS[self.function]
        return _lines(part, part) if isinstance(part, ast.FunctionDef) else range(len(SOURCE))


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:97] + "..."


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _refuses(statements: list[ast.stmt]) -> bool:
    last = statements[-1]
    return isinstance(last, (ast.Raise, ast.Return)) or (isinstance(last, ast.Expr) and _called(last.value) == "_fail")


def _with(node: Any, **fields: Any) -> Any:
    new = deepcopy(node)
    for field, value in fields.items():
        setattr(new, field, value)
    return new


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    """Each edge moved; each end of a range open; an equality or a membership taken for granted."""
    for i, operator in enumerate(node.ops):
        if type(operator) in EDGES:
            yield _with(node, ops=[*node.ops[:i], EDGES[type(operator)](), *node.ops[i + 1 :]])
    if isinstance(node.ops[0], (ast.Eq, ast.In)):
        yield ast.Constant(True)
    if isinstance(node.ops[0], (ast.NotEq, ast.NotIn)):
        yield ast.Constant(False)
    if len(node.ops) == 2:
        yield ast.Compare(node.left, node.ops[:1], node.comparators[:1])
        yield ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])


def _conditions(node: ast.AST) -> Iterator[ast.AST]:
    """What stands here without a condition."""
    if isinstance(node, ast.Expr) and _called(node.value) in REFUSE:
        yield ast.Pass()
    elif isinstance(node, ast.If) and _refuses(node.body):
        yield _with(node, test=ast.Constant(False))
    elif isinstance(node, ast.IfExp):
        yield from (part for part in (node.body, node.orelse) if _called(part) != "_fail")
    elif isinstance(node, ast.Call) and _called(node) in ANSWERS:
        yield node.args[ANSWERS[_called(node)]]
    elif isinstance(node, ast.Call) and _called(node) == "_at_least":
        yield _with(node, args=node.args[::-1])
    elif isinstance(node, ast.Call) and _called(node) in ("all", "any"):
        yield ast.Constant(_called(node) == "all")
    elif isinstance(node, ast.BoolOp):
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _with(node, ifs=[])
    elif isinstance(node, ast.Compare):
        yield from _comparisons(node)


def _arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    """Each integer that stands directly here, plus 1; each operation another one."""
    for field, old in ast.iter_fields(node):
        for i, entry in enumerate(old if isinstance(old, list) else [old]):
            if isinstance(entry, ast.Constant) and type(entry.value) is int:
                larger = ast.Constant(entry.value + 1)
                yield _with(node, **{field: [*old[:i], larger, *old[i + 1 :]] if isinstance(old, list) else larger})
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in OTHER:
        yield _with(node, op=OTHER[type(node.op)]())


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Like `ast.walk`, without the texts of messages."""
    yield node
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, ast.JoinedStr):
            yield from _walk(part)


def _parts(tree: ast.Module) -> dict[str, ast.stmt]:
    """Functions and methods by name, and each assignment of limits at the top."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{x.name}": x for x in node.body if isinstance(x, ast.FunctionDef)}
        elif isinstance(node, ast.Assign) and "MOST" in ast.unparse(node.targets[0]):
            found[ast.unparse(node.targets[0])] = node
    return {name: node for name, node in found.items() if name not in NO_CONDITIONS}


def _lines(node: Any, part: ast.stmt) -> range:
    """Of the source; a comprehension has none of its own."""
    first, last = (getattr(node, field, getattr(part, field)) for field in ("lineno", "end_lineno"))
    return range(first, last + 1)


PARTS = _parts(ast.parse(SOURCE))


def changes() -> list[Change]:
    """Every change to be tried, in the order of the source."""
    found: list[Change] = []
    times = Counter[str]()
    for function, part in PARTS.items():
        for number, node in enumerate(_walk(part)):
            before = ast.unparse(node) if isinstance(node, (ast.stmt, ast.expr, ast.comprehension)) else ""
            for new in (*_conditions(node), *_arithmetic(node)):
                after = "left out" if isinstance(new, (ast.Pass, ast.If)) else ast.unparse(new)
                if after == before:
                    continue
                name = f"{function}: {_clipped(before)} -> {_clipped(after)}"
                times[name] += 1
                name += f" ({times[name]})" * (times[name] > 1)
                found.append(Change(function, name, number, new, _lines(node, part)))
    return found


class _Replace(ast.NodeTransformer):
    def __init__(self, node: ast.AST, new: ast.AST) -> None:
        self.node, self.new = node, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.node else self.generic_visit(node)


class Copy:
    """The checker, executed from its source, one part of which can be exchanged for a while."""

    def __init__(self) -> None:
        self.space: dict[str, Any] = {"__name__": "copy"}
        self.code = compile(SOURCE, "copy", "exec")
        exec(self.code, self.space)

    def check_bytes(self, data: bytes) -> Any:
        return self.space["check_bytes"](data)

    @contextmanager
    def changed(self, change: Change) -> Iterator[None]:
        part = deepcopy(PARTS[change.function])
        node = list(_walk(part))[change.number]
        part = _Replace(node, deepcopy(change.new)).visit(part)
        module = ast.fix_missing_locations(ast.Module([part], []))
        made: dict[str, Any] = {}
        flags = sys.modules["__future__"].annotations.compiler_flag
        exec(compile(module, "copy", "exec", flags), self.space, made)
        holder, _, _ = change.function.rpartition(".")
        before: dict[str, Any] = {}
        for name, value in made.items():
            place = self.space[holder].__dict__ if holder else self.space
            before[name] = place[name]
            self._put(holder, name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                self._put(holder, name, value)

    def _put(self, holder: str, name: str, value: Any) -> None:
        if holder:
            setattr(self.space[holder], name, value)
        else:
            self.space[name] = value

    def lines(self, data: bytes) -> frozenset[int]:
        """The lines of the source that a file reaches."""
        seen: set[int] = set()

        def local(frame: FrameType, _event: str, _argument: object) -> Any:
            seen.add(frame.f_lineno)
            return local

        def enter(frame: FrameType, event: str, argument: object) -> Any:
            return local(frame, event, argument) if frame.f_code.co_filename == "copy" else None

        before = sys.gettrace()
        sys.settrace(enter)
        try:
            self.check_bytes(data)
        finally:
            sys.settrace(before)
        return frozenset(seen)

    def last_lines(self, data: bytes) -> frozenset[int]:
        """The lines of the calls in which a file is refused."""
        try:
            self.space["Checker"](data).run()
        except Exception as error:
            return frozenset(line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == "copy")
        return frozenset()


class TooLong(BaseException):
    """No verdict in time."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Of processor time, so that other work on the machine does not count."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def verdict(function: Callable[[bytes], Any], data: bytes, seconds: float) -> tuple[str, str]:
    """Status and rule; an exception or no verdict in time is a verdict too."""
    try:
        with time_limit(seconds):
            found = function(data)
    except TooLong:
        return "TOO LONG", ""
    except Exception as error:
        return "RAISED", type(error).__name__
    return found.status, found.rule
