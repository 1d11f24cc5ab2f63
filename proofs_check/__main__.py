"""Check the papers' claims, or certificates.

python -m proofs_check [IDS...]                 # claims: a verdict each; see --help
python -m proofs_check agreement --date DATE    # what agrees with what, made anew
python -m proofs_check verify c.json [...]
python -m proofs_check verify --both c.json     # with both checkers, where there are two; they must agree
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from margin.io.command import Parser, Refused, run, say
from proofs_check import check, check_groups, check_parity

PROG = "python -m proofs_check"
VERIFY = f"{PROG} verify"
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
    """Claims, or certificates after the word verify; the exit code. Raises Refused."""
    if arguments[:1] != ["verify"]:
        from proofs_check.register import command as claims

        return claims.main(arguments)
    parser = Parser(VERIFY, "Checks certificates: a line for each.", "exit codes: 0 verified, 1 rejected, 2 malformed")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--both", action="store_true", help="with both checkers, where there are two; they must agree")
    options = parser.parse_args(arguments[1:])
    if not options.both:
        return verify(options.files)
    try:
        from proofs_check import recheck
    except ImportError as error:
        raise Refused(f"--both needs python-flint ({error}); pip install 'algebraic-margin[recheck]'") from None
    return verify(options.files, recheck)


if __name__ == "__main__":
    run(VERIFY if sys.argv[1:2] == ["verify"] else PROG, lambda: main(sys.argv[1:]))
