"""Changes every number that the claims' checks state, one at a time, and empties every loop; says what nothing notices.

    python -m tests.proofs_check.claims.mutants                    # all: many minutes on two cores
    python -m tests.proofs_check.claims.mutants c07 a0 --sample 20 # at most 20 of each of these files, always the same

A change is noticed if the check refutes its claim, raises, has another verdict, or says something else than before:
texts and the number of conditions are recorded, and a test compares them with the record. It is also noticed if a test
fails that speaks of the module: of tables that are planted, as the saved ones do not have everything, or of functions.
Each change is made in a process of its own.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, TypeGuard

from tqdm import tqdm

from proofs_check import claims
from proofs_check.register import registry
from proofs_check.register.claim import Claim, Finding, Kind

PACKAGE = claims.__name__
SECONDS = 3  # of the processor, and ten times what the checks take without a change: what takes longer is noticed
MEMORY = 8 << 30
SURVIVED, BROKEN, BY_TEXT, BY_CHECK, BY_TEST = range(5)  # exit codes of the processes; Python's own failure is 1
OUTCOMES = {
    SURVIVED: "survived",
    BROKEN: "could not be tried",
    BY_TEXT: "the record differs",
    BY_CHECK: "the check refuses",
    BY_TEST: "a test fails",
}
PLANTED = ("li/test_transformers.py", "multiscale/test_networks.py", "rangamani/test_networks.py")  # have tables
WHOLE = {"judged", "load"}  # functions of tests that run whole claims
TESTING = 60  # seconds of the processor for tests

TOO_LONG, NOTHING = "too long", "no change"


@dataclass(frozen=True)
class Change:
    """A number, or the iterable of a loop, of a module: which of them in the order of `ast.walk`, and its new value.

    `new` is the number added to it, None for a loop that is emptied. A number is noticed if adding or taking that much
    away is.
    """

    module: str
    position: int
    new: int | float | None
    where: str  # line and column, and what is there
    text: str  # of the line

    @property
    def file(self) -> str:
        """The name of the file, without its ending."""
        return self.module.rpartition(".")[2]

    @property
    def name(self) -> str:
        """The file, what is changed, and the text of the line: no line number, which every edit above it changes."""
        return f"{self.file}: {self.where} in {self.text}"


@cache
def source(module: str) -> str:
    """The text of a module."""
    return Path(path(module)).read_text("utf-8")


@cache
def path(module: str) -> str:
    """The path of a module's file."""
    spec = find_spec(module)
    assert spec is not None
    return str(spec.origin)


def modules() -> list[str]:
    """Names of the modules of the claims, and of what they share."""
    names = [module.name for module in walk_packages(claims.__path__, f"{PACKAGE}.") if not module.ispkg]
    return [name for name in names if not name.endswith(".template")]


def is_number(node: ast.AST) -> bool:
    """Whether a node is a number."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def loops(tree: ast.AST) -> list[ast.For | ast.comprehension]:
    """Every loop and comprehension."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]


def numbers(tree: ast.AST) -> list[ast.Constant]:
    """Every number."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and is_number(node)]


def is_effort(node: ast.AST) -> TypeGuard[ast.IfExp]:
    """Whether a node is `... if effort == "quick" else ...`, or `... if quick else ...`."""
    return isinstance(node, ast.IfExp) and ast.unparse(node.test) in ("quick", "effort == 'quick'")


def only_full(node: ast.AST) -> list[ast.stmt]:
    """The statements that the full effort alone comes to, where a node is `if effort == "full": ...`."""
    return node.body if isinstance(node, ast.If) and ast.unparse(node.test) == "effort == 'full'" else []


def is_data(node: ast.AST) -> bool:
    """Whether a node is `data=...`, which is not recorded."""
    return isinstance(node, ast.keyword) and node.arg == "data"


def message(node: ast.AST) -> list[ast.expr]:
    """The words of a refusal, of `demand(condition, words)` and `every(conditions, words)`: not recorded."""
    called = isinstance(node, ast.Call) and ast.unparse(node.func) in ("demand", "every")
    return node.args[1:] if called and isinstance(node, ast.Call) else []


def changes(module: str) -> Iterator[Change]:
    """What is changed in a module: each number by 1, or a hundredth where it is no integer (0.0 by 1); each loop.

    Numbers of the full effort are left alone, as all checks are quick, and what is kept as data for programs, and
    what only a refusal says.
    """
    tree, lines = ast.parse(source(module)), source(module).splitlines()
    full = {id(x) for node in ast.walk(tree) if is_effort(node) for x in ast.walk(node.orelse)}
    full |= {id(x) for node in ast.walk(tree) for statement in only_full(node) for x in ast.walk(statement)}
    full |= {id(x) for node in ast.walk(tree) if is_data(node) for x in ast.walk(node)}
    full |= {id(x) for node in ast.walk(tree) for words in message(node) for x in ast.walk(words)}
    per_line: Counter[int] = Counter()
    for position, number in enumerate(numbers(tree)):
        per_line[number.lineno] += 1
        if id(number) in full:
            continue
        value: Any = number.value
        step = 1 if type(value) is int else value / 100 or 1.0
        line = lines[number.lineno - 1]
        yield Change(module, position, step, f"number {per_line[number.lineno]}, {value!r},", line.strip())
    for position, loop in enumerate(loops(tree)):
        if id(loop) in full:
            continue
        line = lines[loop.iter.lineno - 1]
        yield Change(module, position, None, f"loop over {ast.unparse(loop.iter)!r}", line.strip())


def changed(change: Change) -> ast.Module:
    """The tree of the module with the change."""
    tree = ast.parse(source(change.module))
    if change.where == NOTHING:
        return tree
    if change.new is None:
        loop = loops(tree)[change.position]
        loop.iter = ast.copy_location(ast.Tuple([], ast.Load()), loop.iter)
    else:
        number = numbers(tree)[change.position]
        value: Any = number.value
        number.value = value + change.new
    return tree


@cache
def imported(module: str) -> frozenset[str]:
    """Modules of the claims that a module imports, itself among them."""
    names = {module}
    for node in ast.walk(ast.parse(source(module))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}.shared"):
            parts = [node.module or ""] if node.module != f"{PACKAGE}.shared" else []
            parts += [f"{PACKAGE}.shared.{alias.name}" for alias in node.names if not parts]
            for part in parts:
                names |= imported(part)
    return frozenset(names)


@cache
def holding() -> list[str]:
    """Modules that hold claims."""
    return registry.modules()


def dependent(module: str) -> list[str]:
    """Modules of claims that a module is used in; itself if it holds claims."""
    return [module] if module in holding() else [name for name in holding() if module in imported(name)]


Check = Callable[[str], Finding]
Texts = dict[str, tuple[object, ...]]  # by id


def told(claim: Claim) -> tuple[object, ...]:
    """What a quick check finds, as it is recorded."""
    x = claim.run("quick")
    judged = (claim.check.__module__, x.verdict, bool(x.data.get("refuted")))
    return *judged, x.checks, claim.claim, x.evidence, x.counterexample, x.correction, x.scope


def executed(tree: ast.Module, name: str) -> list[Claim]:
    """Make a module of that name from a tree, in place of the one that is there; the claims that it registers.

    They are kept apart from the register, where their ids are taken.
    """
    kept: list[Claim] = []

    def claim(id: str, claim: str, source: str, kind: Kind, requires: tuple[str, ...] = ()) -> Callable[[Check], Check]:
        def decorate(check: Check) -> Check:
            kept.append(Claim(id, claim, source, kind, requires, check))
            return check

        return decorate

    package, _, last = name.rpartition(".")
    module = ModuleType(name)
    module.__file__, module.__package__ = path(name), package
    tree.body = [x for x in tree.body if not (isinstance(x, ast.ImportFrom) and x.module == registry.__name__)]
    module.__dict__["claim"] = claim
    sys.modules[name] = module
    setattr(sys.modules[package], last, module)
    exec(compile(tree, name, "exec"), module.__dict__)
    return kept


def ids(module: str) -> set[str]:
    """Ids of the claims that a module registers, by its text."""
    keywords = [node for node in ast.walk(ast.parse(source(module))) if isinstance(node, ast.keyword)]
    return {str(x.value.value) for x in keywords if x.arg == "id" and isinstance(x.value, ast.Constant)}


def said(node: ast.AST) -> set[str]:
    """The names and the texts in a tree."""
    names = {x.id for x in ast.walk(node) if isinstance(x, ast.Name)}
    return names | {x.value for x in ast.walk(node) if isinstance(x, ast.Constant) and isinstance(x.value, str)}


def aliases(tree: ast.AST, module: str) -> set[str]:
    """What a file calls a module that it imports, or what it imports from it."""
    package, _, last = module.rpartition(".")
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    own = {(node.module, alias.name): alias.asname or alias.name for node in imports for alias in node.names}
    return {name for (source, what), name in own.items() if source == module or (source, what) == (package, last)}


@cache
def tests_of(module: str) -> tuple[str, ...]:
    """The tests of this folder, `FILE::NAME`, that speak of a module, or of one of its ids in the files of PLANTED.

    Left out are those that run whole claims: the claims are run in any case.
    """
    found: list[str] = []
    for path in sorted(Path(__file__).parent.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names = aliases(tree, module)
        if not names or path.name == "test_mutants.py":
            continue
        known = said(tree) & ids(module) if str(path).endswith(PLANTED) else set()
        for node in tree.body:
            if not (isinstance(node, ast.FunctionDef) and node.name.startswith("test_")) or said(node) & WHOLE:
                continue
            if said(node) & (names | known):
                found.append(f"{path}::{node.name}")
            elif "parametrize('id', CHECKS)" in "".join(map(ast.unparse, node.decorator_list)):
                found += [f"{path}::{node.name}[{id}]" for id in sorted(known)]
    return tuple(found)


def load_tests(tests: Sequence[str]) -> None:
    """Load what these tests import, and not themselves, so that each process need not."""
    for path in {test.partition("::")[0] for test in tests}:
        relative = Path(path).relative_to(Path(__file__).parents[3]).with_suffix("")
        name = ".".join(relative.parts)
        import_module(name)
        del sys.modules[name]


def tests_fail(tests: Sequence[str]) -> bool:
    """Whether one of these tests fails, in this process; which ends where they cannot be run."""
    import pytest

    if not tests:
        return False
    options = ["-q", "-x", "-n0", "-p", "no:cacheprovider", "--assert=plain", "--no-header", "--tb=no"]
    code = pytest.main([*options, *tests])
    for name in [name for name in sys.modules if name.rpartition(".")[2].startswith("test_")]:
        del sys.modules[name]  # it holds the claims as they are now, which are made anew
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        os._exit(BROKEN)
    return code == pytest.ExitCode.TESTS_FAILED


def outcome(change: Change, before: Texts) -> int:
    """Exit code of a process that makes the change and runs the checks; in this process, which is spoilt by it."""
    shared = change.module not in holding()
    try:
        for name in [name for name in sys.modules if name.startswith(f"{PACKAGE}.shared.")]:
            if change.module in imported(name) - {name}:
                del sys.modules[name]
                vars(sys.modules[f"{PACKAGE}.shared"]).pop(name.rpartition(".")[2], None)  # `from` asks it
        kept = executed(changed(change), change.module)
        if shared:
            users = dependent(change.module)
            kept = [claim for name in users for claim in executed(ast.parse(source(name)), name)]
    except Exception:
        return BY_CHECK
    if shared and tests_fail(tests_of(change.module)):
        return BY_TEST  # asked first, as many claims use it
    try:
        if {claim.id for claim in kept} != {id for id, texts in before.items() if texts[0] in dependent(change.module)}:
            return BY_CHECK  # a claim is missing
        for claim in kept:
            now = told(claim)
            if now[:3] != before[claim.id][:3]:
                return BY_CHECK
            if now != before[claim.id]:
                return BY_TEXT
    except Exception:
        return BY_CHECK
    tests = [test for name in dependent(change.module) for test in tests_of(name)]
    return BY_TEST if tests_fail(tests) else SURVIVED


def forked(change: Change, before: Texts, seconds: int) -> int:
    """Start a process for a change, with that much time of the processor; its id."""
    process = os.fork()
    if process:
        return process
    gc.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    try:
        os._exit(outcome(change, before))
    finally:
        os._exit(BROKEN)


def results(chosen: Sequence[Change], processes: int) -> Iterator[tuple[Change, str]]:
    """Each change with what came of it, as they come.

    Each module is first tried without a change. Raises RuntimeError if that is noticed, or if one cannot be tried.
    """
    used = {name for change in chosen for name in dependent(change.module)}
    load_tests([test for name in used | {change.module for change in chosen} for test in tests_of(name)])
    before: Texts = {}
    seconds: dict[str, float] = {}  # of the checks of each module
    for name in used:
        import_module(name.rpartition(".")[0])
        start = time.process_time()
        before |= {claim.id: told(claim) for claim in executed(ast.parse(source(name)), name)}
        seconds[name] = time.process_time() - start
    gc.freeze()  # what a process shares with this one is not touched by it
    running: dict[int, Change] = {}
    controls = [Change(name, 0, 0, NOTHING, "") for name in sorted({change.module for change in chosen})]
    waiting = [*reversed(chosen), *controls]
    while waiting or running:
        while waiting and len(running) < processes:
            change = waiting.pop()
            usual = sum(seconds[name] for name in dependent(change.module))
            running[forked(change, before, SECONDS + int(10 * usual) + TESTING)] = change
        process, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        change = running.pop(process)
        if code == BROKEN or (change.where == NOTHING and code != SURVIVED):
            raise RuntimeError(f"{change.name}: {OUTCOMES.get(code)}, expected {OUTCOMES[SURVIVED]}")
        if change.where == NOTHING:
            continue
        if code == SURVIVED and change.new is not None and change.new > 0:
            waiting.append(replace(change, new=-change.new))
        else:
            yield change, OUTCOMES.get(code, TOO_LONG if code == -signal.SIGXCPU else f"ended by signal {-code}")


def sampled(module: str, most: int | None) -> list[Change]:
    """The changes of a module, at most so many: drawn with its name as the seed, so always the same ones."""
    every = list(changes(module))
    return every if most is None or most >= len(every) else random.Random(module).sample(every, most)


def main(arguments: Sequence[str]) -> int:
    """Print what survives; 1 if in any file more does than its equivalent changes and those that are known."""
    from tests.proofs_check.claims.equivalent import UNNOTICED, reason

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="starts of names of files; default: all")
    parser.add_argument("--sample", type=int, help="how many changes of each file at most")
    parser.add_argument("--strict", action="store_true", help="what is listed as equivalent or known counts too")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    names = [m for m in modules() if not options.files or m.rpartition(".")[2].startswith(tuple(options.files))]
    chosen = [change for name in names for change in sampled(name, options.sample)]
    os.environ["OMP_NUM_THREADS"] = "1"  # also of torch: a process that is forked has no other threads
    counts: Counter[str] = Counter()
    survived: Counter[str] = Counter()  # by file
    for change, what in tqdm(results(chosen, options.processes), total=len(chosen), disable=None):
        if what == OUTCOMES[SURVIVED] and not options.strict and reason(change.name) is not None:
            what = "survived, equivalent"
        counts[what] += 1
        if what == OUTCOMES[SURVIVED]:
            survived[change.file] += 1
            print(change.name, flush=True)
    print(f"{len(chosen)} changes: {', '.join(f'{n} {what}' for what, n in sorted(counts.items()))}")
    known = {} if options.strict else UNNOTICED
    grown = {file: n for file, n in survived.items() if n > known.get(file, 0)}
    for file, n in grown.items():
        print(f"{file}: {n} changes that nothing notices, expected at most {known.get(file, 0)}")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
