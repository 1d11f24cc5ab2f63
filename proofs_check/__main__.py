"""Check the papers' claims, or certificates.

python -m proofs_check [IDS...]                 # claims: a verdict each; see --help
python -m proofs_check agreement --date DATE    # what agrees with what, made anew
python -m proofs_check verify c.json [...]
python -m proofs_check verify --both c.json     # with both checkers, where there are two; they must agree
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from functools import partial
from typing import NamedTuple, Protocol

from margin.io.catalogue import install
from margin.io.command import Parser, Refused, run, say
from margin.io.output import Unwritable, drop, require_stream
from proofs_check.kernel.form import Verdict
from proofs_check.kernel.verdicts import check_bytes, check_files, kind_of

PROG = "python -m proofs_check"
VERIFY = f"{PROG} verify"
ONE_CHECKER = " (one checker so far for this kind of task)"


class Judgement(Protocol):
    """The verdict of a checker of either family."""

    @property
    def status(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def detail(self) -> str: ...


class Second(NamedTuple):
    """The second family of checkers, and the kinds of tasks that it has rules for."""

    kinds: Collection[str]
    check_bytes: Callable[[bytes], Judgement]


def verify(paths: list[str], second: Second | None = None) -> int:
    """Check each file, also with the second family where it can; a disagreement counts as rejected.

    Prints a line for each and returns the largest exit code; 3 where a checker, or writing a line, failed.
    """
    return check_files(paths, partial(judged, second=second), _write, VERIFY)


def judged(data: bytes, second: Second | None) -> Verdict:
    """The verdict of the first family, or of both; DISAGREEMENT where they differ."""
    verdict = check_bytes(data)
    if second is None:
        return verdict
    if kind_of(data) not in second.kinds:
        return verdict._replace(detail=verdict.detail + ONE_CHECKER)
    other = second.check_bytes(data)
    if (verdict.status, verdict.rule) != (other.status, other.rule):
        detail = f"{verdict.status} {verdict.detail} but {other.status} {other.detail}"
        return Verdict("DISAGREEMENT", "", detail)
    return verdict._replace(detail=f"{verdict.detail} (both checkers)")


def _write(line: str) -> None:
    """Raises BrokenPipeError or Unwritable; nothing of the answer is tried again afterwards."""
    try:
        require_stream()
        say(line)
    except (BrokenPipeError, Unwritable):
        drop()
        raise


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
        from proofs_check.second import verdicts as second
    except ImportError as error:
        raise Refused(f"--both needs python-flint ({error}); {install('flint')}") from None
    return verify(options.files, Second(second.RULES, second.check_bytes))


if __name__ == "__main__":
    run(VERIFY if sys.argv[1:2] == ["verify"] else PROG, lambda: main(sys.argv[1:]))
