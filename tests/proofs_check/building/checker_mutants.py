"""Weakened copies of the kernel: every condition left out or loosened in turn, in memory."""

from __future__ import annotations

import ast
import builtins
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from traceback import walk_tb
from types import CodeType, FrameType, ModuleType
from typing import Any, TypeVar

from tests.proofs_check.building.checkers import ROOT

T = TypeVar("T")
Line = tuple[str, int]  # of a module of the kernel
PACKAGE = "proofs_check.kernel"
# in the order in which they import each other
MODULES = (
    "form",
    "numbers",
    "decimals",
    "statements",
    "weights",
    "blocks",
    "addition",
    "groups",
    "composition",
    "logits",
    "parity",
    "shared",
    "width",
    "dihedral",
    "verdicts",
)
TREES = {name: ast.parse((ROOT / "proofs_check" / "kernel" / f"{name}.py").read_text("utf-8")) for name in MODULES}
# Messages, files and exit codes: nothing there decides a verdict.
NO_CONDITIONS = {"form.short", "form.verdict", "form.Reject.__init__", "form.EXIT_CODES"}
NO_CONDITIONS |= {"form.MOST_CHARACTERS", "form.shown", "form.number_text"}
NO_CONDITIONS |= {
    f"verdicts.{name}"
    for name in ("check_bytes", "check_file", "check_files", "command", "kind_of", "say", "_complain", "_told")
}
MESSAGES = {"decimals"}  # modules of messages alone, which have tests of their own
EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Pow: ast.Mult,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}
REFUSE = {"require", "equal", "fail", "common_denominator", "require_roots", "read", "Fields"}  # as statements


@dataclass(frozen=True)
class Change:
    """A node of a part, by its number in `_walk`, and what takes its place."""

    part: str  # a function or method, or a limit
    name: str
    number: int
    new: ast.AST
    lines: frozenset[Line]  # of the source, that the node stands on

    @property
    def lines_around(self) -> frozenset[Line]:
        """Those of the function; all for limits, which no file reaches again."""
        part = PARTS[self.part]
        return _lines(part.node, part) if isinstance(part.node, ast.FunctionDef) else EVERY_LINE


@dataclass(frozen=True)
class Part:
    """A function, a method or an assignment, in a statement of a module."""

    module: str
    statement: int
    holder: str  # the class of a method, else empty
    node: ast.stmt


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:97] + "..."


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _refuses(statements: list[ast.stmt]) -> bool:
    last = statements[-1]
    return isinstance(last, (ast.Raise, ast.Return)) or (isinstance(last, ast.Expr) and _called(last.value) == "fail")


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
    if isinstance(node, ast.Expr) and (_called(node.value) in REFUSE or _called(node.value).startswith("_")):
        yield ast.Pass()
    elif isinstance(node, ast.If) and _refuses(node.body):
        yield _with(node, test=ast.Constant(False))
    elif isinstance(node, ast.IfExp):
        yield from (part for part in (node.body, node.orelse) if _called(part) != "fail")
    elif isinstance(node, ast.Call) and _called(node) == "at_least":
        yield _with(node, args=[*node.args[1::-1], *node.args[2:]])
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


def _parts() -> dict[str, Part]:
    """Functions and methods by name, and each assignment at the top of a module or a class."""
    parts: dict[str, Part] = {}
    for module, tree in TREES.items():
        for i, statement in enumerate(tree.body):
            holder = statement.name if isinstance(statement, ast.ClassDef) else ""
            for node in statement.body if isinstance(statement, ast.ClassDef) else [statement]:
                name = f"{module}.{holder}{'.' if holder else ''}{_name(node)}"
                if _name(node) and name not in NO_CONDITIONS and module not in MESSAGES:
                    parts[name] = Part(module, i, holder, node)
    return parts


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.unparse(node.target)
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else ""


def _lines(node: Any, part: Part) -> frozenset[Line]:
    """Of the source; a comprehension has none of its own."""
    first, last = (getattr(node, field, getattr(part.node, field)) for field in ("lineno", "end_lineno"))
    return frozenset((part.module, line) for line in range(first, last + 1))


PARTS = _parts()
EVERY_LINE = frozenset(line for part in PARTS.values() for line in _lines(part.node, part))


def changes() -> list[Change]:
    """Every change to be tried, in the order of the source."""
    listed: list[Change] = []
    times = Counter[str]()
    for name_of_part, part in PARTS.items():
        for number, node in enumerate(_walk(part.node)):
            before = ast.unparse(node) if isinstance(node, (ast.stmt, ast.expr, ast.comprehension)) else ""
            for new in (*_conditions(node), *_arithmetic(node)):
                after = "left out" if isinstance(new, (ast.Pass, ast.If)) else ast.unparse(new)
                if after == before:
                    continue
                name = f"{name_of_part}: {_clipped(before)} -> {_clipped(after)}"
                times[name] += 1
                name += f" ({times[name]})" if times[name] > 1 else ""
                listed.append(Change(name_of_part, name, number, new, _lines(node, part)))
    return listed


class _Replace(ast.NodeTransformer):
    def __init__(self, node: ast.AST, new: ast.AST) -> None:
        self.node, self.new = node, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.node else self.generic_visit(node)


class _Counted(ast.NodeTransformer):
    """Every turn of every loop and of every comprehension counts as a step."""

    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, ast.copy_location(ast.Expr(_call("count_step")), node))
        return node

    visit_For = visit_While = _loop

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.iter = ast.copy_location(_call("count_steps", node.iter), node.iter)
        return node


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _compiled(statement: ast.stmt, module: str) -> CodeType:
    counted = ast.Module([_Counted().visit(deepcopy(statement))], [])
    flags = sys.modules["__future__"].annotations.compiler_flag
    return compile(ast.fix_missing_locations(counted), f"copy/{module}", "exec", flags, dont_inherit=True)


CODES = {module: [_compiled(statement, module) for statement in tree.body] for module, tree in TREES.items()}


class TooManySteps(BaseException):
    """No verdict within so many steps."""


class Copy:
    """The kernel, executed from its source, with one change or none. It counts the steps of its loops."""

    def __init__(self, change: Change | None = None) -> None:
        self.steps, self.most_steps = 0, float("inf")
        self.package = ModuleType(PACKAGE)
        self.modules: dict[str, ModuleType] = {}
        names = {"__import__": self._import, "count_step": self.count_step, "count_steps": self.count_steps}
        self.builtins = vars(builtins) | names
        self.math = ModuleType("math")
        vars(self.math).update(vars(math) | {"isqrt": self.isqrt})
        for module in MODULES:
            self._execute(module, change if change and PARTS[change.part].module == module else None)

    def _execute(self, module: str, change: Change | None) -> None:
        made = ModuleType(f"copy.{module}")
        space = vars(made)
        space["__builtins__"] = self.builtins
        for i, code in enumerate(CODES[module]):
            if change is None or PARTS[change.part].statement != i:
                exec(code, space)
            else:
                self._execute_changed(change, code, space)
        self.modules[f"{PACKAGE}.{module}"] = made
        setattr(self.package, module, made)

    @staticmethod
    def _execute_changed(change: Change, code: CodeType, space: dict[str, Any]) -> None:
        part = PARTS[change.part]
        if not part.holder:
            exec(_compiled(_changed(part.node, change), part.module), space)
        elif isinstance(part.node, ast.FunctionDef):
            exec(code, space)
            method: dict[str, Any] = {}
            exec(_compiled(_changed(part.node, change), part.module), space, method)
            setattr(space[part.holder], part.node.name, method[part.node.name])
        else:
            holder = deepcopy(TREES[part.module].body[part.statement])
            assert isinstance(holder, ast.ClassDef)
            place = [ast.dump(node) for node in holder.body].index(ast.dump(part.node))
            holder.body[place] = _changed(part.node, change)
            exec(_compiled(holder, part.module), space)

    def _import(self, name: str, *arguments: Any) -> Any:
        if name == PACKAGE:
            return self.package
        if name == "math":
            return self.math
        return self.modules[name] if name in self.modules else __import__(name, *arguments)

    def count_step(self, steps: int = 1) -> None:
        self.steps += steps
        if self.steps > self.most_steps:
            raise TooManySteps

    def count_steps(self, values: Iterable[T]) -> Iterator[T]:
        for value in values:
            self.count_step()
            yield value

    def isqrt(self, n: int) -> int:
        """Counted by length: enclosures that are never narrow enough double their bits at every step."""
        self.count_step(n.bit_length() // 1000)
        return math.isqrt(n)

    def check_bytes(self, data: bytes) -> Any:
        return self.package.verdicts.check_bytes(data)

    def verdict(self, data: bytes, most_steps: float = float("inf")) -> tuple[str, str]:
        """Status and rule; an exception or too many steps are a verdict too."""
        self.steps, self.most_steps = 0, most_steps
        return verdict(self.check_bytes, data)

    def lines(self, data: bytes) -> frozenset[Line]:
        """The lines of the source that a file reaches."""
        seen: set[Line] = set()

        def local(frame: FrameType, _event: str, _argument: object) -> Any:
            seen.add((frame.f_code.co_filename.removeprefix("copy/"), frame.f_lineno))
            return local

        def enter(frame: FrameType, event: str, argument: object) -> Any:
            return local(frame, event, argument) if frame.f_code.co_filename.startswith("copy/") else None

        before = sys.gettrace()
        sys.settrace(enter)
        try:
            self.check_bytes(data)
        finally:
            sys.settrace(before)
        return frozenset(seen)

    def last_lines(self, data: bytes) -> frozenset[Line]:
        """The lines of the calls in which a file is refused."""
        try:
            file = self.package.form.parse(data)
            self.package.verdicts.choose(file).prove(file)
        except Exception as error:
            stack = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
            return frozenset((name.removeprefix("copy/"), line) for name, line in stack if name.startswith("copy/"))
        return frozenset()


def _changed(statement: ast.stmt, change: Change) -> ast.stmt:
    copy = deepcopy(statement)
    node = list(_walk(copy))[change.number]
    changed = _Replace(node, deepcopy(change.new)).visit(copy)
    assert isinstance(changed, ast.stmt)
    return changed


def verdict(function: Callable[[bytes], Any], data: bytes) -> tuple[str, str]:
    """Status and rule; an exception or too many steps are a verdict too."""
    try:
        found = function(data)
    except TooManySteps:
        return "TOO MANY STEPS", ""
    except Exception as error:
        return "RAISED", type(error).__name__
    return found.status, found.rule
