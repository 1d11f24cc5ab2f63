"""A short test of an installation that has no pytest: every kind of task, exactly, and a certificate of each kind.

python -m margin.selftest
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import margin
from margin.io.command import Parser, run, say
from margin.tasks import parse
from margin.theory import CONSTRUCTIONS, maximum_margin, predict

PROG = "python -m margin.selftest"
CHECKER = "proofs_check.__main__"  # stands above this package: called by name, and only where it is installed
Outcome = tuple[str, bool]  # what was tested, and whether it passed


def addition() -> Iterator[Outcome]:
    """Every logit of small networks, both constructions, exactly."""
    for n, k in ((n, k) for n in range(2, 8) for k in range(1, 4)):
        task = parse(f"mod:{n}", k)
        for construction in CONSTRUCTIONS:
            check = predict(task, construction, "slow").check
            yield f"{task}, {construction} construction", bool(check.passed and check.exact)


def composition() -> Iterator[Outcome]:
    """Every logit of small groups' networks, and that cyclic groups agree with addition."""
    for name, k in (("S3", 2), ("Q8", 2), ("A4", 2), ("S3", 3)):
        answer = predict(parse(f"group:{name}", k), check="slow")
        yield f"composition of {k} elements of {name}", bool(answer.check.passed)
    for n in (2, 5, 6):
        by_characters = maximum_margin(parse(f"group:C{n}", 2).listed())
        agree = abs(float(by_characters) / float(maximum_margin(parse(f"mod:{n}", 2))) - 1) < 1e-14
        yield f"addition of 2 inputs mod {n} as composition in C{n}", agree


def parity() -> Iterator[Outcome]:
    """Every input of small parities."""
    for n, k in ((2, 1), (4, 2), (5, 3)):
        answer = predict(parse(f"parity:{n},{k}"), check="slow")
        yield f"parity of {k} of {n} bits", bool(answer.check.passed)


def certificates(folder: Path) -> Iterator[Outcome]:
    """A certificate of each kind, written by the commands into the folder and checked."""
    verify: Callable[[list[str]], int] = import_module(CHECKER).verify
    weights = folder / "weights.safetensors"
    written = [_command("margin.predict", "--p", "5", "--k", "2", "--save", str(weights))]
    for kind, (module, *arguments) in {
        "addition": ("margin.predict", "--p", "6", "--k", "2", "--certificate"),
        "composition": ("margin.predict", "--group", "S3", "--k", "2", "--certificate"),
        "parity": ("margin.predict", "--parity", "5,3", "--certificate"),
        "weights": ("margin.certify", str(weights), "--out"),
    }.items():
        path = folder / f"{kind}.json"
        written.append(_command(module, *arguments, str(path)))
        yield f"certificate of {kind}", not any(written) and verify([str(path)]) == 0


def _command(module: str, *arguments: str) -> int:
    """The exit code of a command in a process of its own, which sees this package and no folder named alike."""
    places = [os.path.dirname(margin.__path__[0]), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-P", "-m", module, *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    return subprocess.run(command, stdout=subprocess.DEVNULL, env=environment).returncode


def main() -> int:
    Parser(
        PROG,
        "Every logit of small networks of each kind of task, and a certificate of each kind, in exact arithmetic"
        " where it exists.",
        "exit codes: 0 all passed, 1 one failed",
    ).parse_args()
    passed = failed = 0
    with TemporaryDirectory() as folder:
        tests = [addition(), composition(), parity()]
        if find_spec(CHECKER.partition(".")[0]) is not None:
            tests.append(certificates(Path(folder)))
        for what, outcome in chain.from_iterable(tests):
            passed, failed = passed + outcome, failed + (not outcome)
            if not outcome:
                say(f"FAILED {what}")
    if len(tests) == 3:
        say("certificates: not checked, proofs_check is not installed beside margin")
    say(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    run(PROG, main)
