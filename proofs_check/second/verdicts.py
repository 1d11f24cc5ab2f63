"""Verdicts of the second family of checkers: the rules by kind of task, and the command that checks files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from proofs_check.second import addition, composition, dihedral, logits, parity, shared, width
from proofs_check.second.form import EXIT_CODES, FILE_BYTES, Stop, Verdict, clean, load

USAGE = "usage: python recheck.py FILE..."
CODES = "0 all verified, 1 one rejected, 2 one malformed or wrong usage, 3 a failure of the checker itself"
RULES: dict[str, Callable[[dict[str, Any]], str]] = {
    addition.KIND: addition.prove,
    composition.KIND: composition.prove,
    dihedral.KIND: dihedral.prove,
    logits.KIND: logits.prove,
    parity.KIND: parity.prove,
    shared.KIND: shared.prove,
    width.KIND: width.prove,
}


def chosen(x: dict[str, Any]) -> Callable[[dict[str, Any]], str]:
    """The rules for the kind of task; those for addition refuse a file of no known kind."""
    task = x.get("task")
    kind = task.get("kind") if isinstance(task, dict) else None
    return RULES.get(kind, addition.prove) if isinstance(kind, str) else addition.prove


def check_bytes(data: bytes) -> Verdict:
    """The verdict on the bytes of a certificate. Raises what a failure of the checker itself raises."""
    try:
        x = load(data)
        return Verdict("VERIFIED", "", clean(chosen(x)(x)))
    except Stop as stop:
        status, rule, detail = stop.args[0]
        return Verdict(status, rule, clean(detail))


def check_file(name: str) -> Verdict:
    """The verdict on a file; FAILED where the checker itself breaks down."""
    try:
        with open(name, "rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        return Verdict("MALFORMED", "", f"cannot be read ({type(error).__name__})")
    try:
        return check_bytes(data)
    except Exception as error:
        return Verdict(
            "FAILED", "", f"the checker itself gave up, this is no verdict ({type(error).__name__}: {error})"
        )


def main(arguments: list[str]) -> int:
    """Check files, print a line for each, return the largest exit code; 3 where lines cannot be printed."""
    names: list[str] = []
    for place, word in enumerate(arguments):
        if word == "--":
            names += arguments[place + 1 :]
            break
        if word in {"--help", "-h"}:
            return 0 if printed(f"{USAGE}; exit code {CODES}") else 3
        if word == "--version":
            return 0 if printed("recheck.py: certificates of version 1") else 3
        if word[:1] == "-":
            complain(
                f"recheck.py has no option {clean(word)} (files whose names begin with - follow after --). {USAGE}"
            )
            return 2
        names.append(word)
    if not names:
        complain(USAGE)
        return 2
    worst, silent = 0, False
    for name in names:
        verdict = check_file(name)
        worst = max(worst, EXIT_CODES[verdict.status])
        silent = silent or not printed(clean(f"{verdict.status} {name}: {verdict.detail}"))
    if silent:
        complain("recheck.py: the verdicts could not be printed")
    return 3 if silent else worst


def printed(line: str) -> bool:
    """Print a line; whether that was possible."""
    out = sys.stdout
    if out is None:
        return False
    try:
        coding = out.encoding or "ascii"
        print(line.encode(coding, "backslashreplace").decode(coding), flush=True)
    except (OSError, ValueError):
        with suppress(OSError):
            out.close()  # what is left in it is not tried again at the end
        return False
    return True


def complain(text: str) -> None:
    try:
        print(text, file=sys.stderr)
    except OSError:
        with suppress(OSError):
            sys.stderr.close()
