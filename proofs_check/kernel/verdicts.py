"""Verdicts of the first family of checkers: the rules by kind of task, and the command that checks files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from proofs_check.kernel import addition, composition, parity
from proofs_check.kernel.form import EXIT_CODES, MOST_BYTES, Rules, Verdict, verdict

RULES = {rules.kind: rules for rules in (addition.RULES, composition.RULES, parity.RULES)}


def choose(file: dict[str, object]) -> Rules:
    """The rules for the kind of task; those for addition say what is wrong with a file of no known kind."""
    task = file.get("task")
    kind = task.get("kind") if isinstance(task, dict) else None
    return RULES.get(kind, addition.RULES) if isinstance(kind, str) else addition.RULES


def kind_of(data: bytes) -> str:
    """The kind of task whose rules are chosen, also where the bytes are JSON but no certificate."""
    try:
        file = json.loads(data)
    except (ValueError, RecursionError):
        file = {}
    return choose(file if isinstance(file, dict) else {}).kind


def check_bytes(data: bytes) -> Verdict:
    """The verdict on the bytes of a certificate; never raises."""
    return verdict(data, choose)


def check_files(paths: list[str], check: Callable[[bytes], Verdict]) -> int:
    """Check files, print a line for each, return the worst exit code."""
    worst = 0 if paths else 2
    if not paths:
        print("check.py: got no files, expected: check.py FILE...", file=sys.stderr)
    for path in paths:
        try:
            with open(path, "rb") as file:
                found = check(file.read(MOST_BYTES + 1))
        except OSError as error:
            found = Verdict("MALFORMED", "", f"cannot be read: {error.strerror}")
        print(f"{found.status} {path}: {found.detail}")
        worst = max(worst, EXIT_CODES[found.status])
    return worst
