"""Verdicts of the second family of checkers: the rules by kind of task, and the command that checks files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from proofs_check.second import addition, composition, parity
from proofs_check.second.form import FILE_BYTES, Stop, Verdict, load

RULES: dict[str, Callable[[dict[str, Any]], str]] = {
    addition.KIND: addition.prove,
    composition.KIND: composition.prove,
    parity.KIND: parity.prove,
}


def chosen(x: dict[str, Any]) -> Callable[[dict[str, Any]], str]:
    """The rules for the kind of task; those for addition refuse a file of no known kind."""
    task = x.get("task")
    kind = task.get("kind") if isinstance(task, dict) else None
    return RULES.get(kind, addition.prove) if isinstance(kind, str) else addition.prove


def check_bytes(data: bytes) -> Verdict:
    """The verdict on the bytes of a certificate; never raises."""
    try:
        x = load(data)
        return Verdict("VERIFIED", "", chosen(x)(x))
    except Stop as stop:
        return Verdict(*stop.args[0])
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError) as error:
        return Verdict("MALFORMED", "", f"the checker gave up ({type(error).__name__})")


def main(arguments: list[str]) -> int:
    """Check files, print a line for each, return the worst exit code."""
    if not arguments:
        print("usage: python recheck.py FILE...", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    worst = 0
    for name in arguments:
        try:
            with open(name, "rb") as file:
                verdict = check_bytes(file.read(FILE_BYTES + 1))
        except (OSError, ValueError) as error:
            verdict = Verdict("MALFORMED", "", f"cannot be read ({type(error).__name__})")
        print(f"{verdict.status} {name}: {verdict.detail}")
        worst = max(worst, ["VERIFIED", "REJECTED", "MALFORMED"].index(verdict.status))
    return worst
