"""Check the papers' claims, or certificates.

python -m proofs_check [IDS...]                 # claims: a verdict each; see --help
python -m proofs_check verify c.json [...]
python -m proofs_check verify --both c.json     # with both checkers, where there are two; they must agree
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from margin.io.command import complain, run, say
from proofs_check import check, check_groups, check_parity

PROG = "python -m proofs_check"
USAGE = "got {got}, expected: verify [--both] FILE..."
ONE_CHECKER = {b'"kind":"group_composition"': check_groups, b'"kind":"sparse_parity"': check_parity}


def checker(data: bytes) -> ModuleType:
    """The checker for the kind of task; a file of no kind goes to check.py, which says what is wrong with it."""
    return next((module for kind, module in ONE_CHECKER.items() if kind in data), check)


def verify(paths: list[str], second: ModuleType | None = None) -> int:
    """Check each file, also with the second checker if one is given; a disagreement counts as rejected.

    Prints a line for each and returns the worst exit code.
    """
    worst = 0
    for path in paths:
        try:
            with Path(path).open("rb") as file:
                data = file.read(check.MOST_BYTES + 1)
        except OSError as error:
            say(f"MALFORMED {path}: cannot be read: {error.strerror}")
            worst = 2
            continue
        first = checker(data)
        verdict, remark = first.check_bytes(data), ""
        if second and first is not check:
            remark = " (one checker so far for this kind of task)"
        elif second:
            other, remark = second.check_bytes(data), " (both checkers)"
            if (verdict.status, verdict.rule) != (other.status, other.rule):
                say(f"DISAGREEMENT {path}: {verdict.status} {verdict.detail} but {other.status} {other.detail}")
                worst = max(worst, 1)
                continue
        say(f"{verdict.status} {path}: {verdict.detail}{remark}")
        worst = max(worst, check.EXIT_CODES[verdict.status])
    return worst


def main(arguments: list[str]) -> int:
    command, *rest = arguments or [""]
    if command != "verify":
        from proofs_check.claims import command as claims

        return claims.main(arguments)
    both = "--both" in rest
    paths = [path for path in rest if path != "--both"]
    unknown = [path for path in paths if path.startswith("-")]
    if not paths or unknown:
        return complain(PROG, USAGE.format(got=" ".join(arguments)))
    if not both:
        return verify(paths)
    try:
        from proofs_check import recheck
    except ImportError as error:
        return complain(PROG, f"--both needs python-flint ({error}); pip install python-flint")
    return verify(paths, recheck)


if __name__ == "__main__":
    run(PROG, lambda: main(sys.argv[1:]))
