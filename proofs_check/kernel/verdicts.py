"""Verdicts of the first family of checkers: the rules by kind of task, and the command that checks files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress

from proofs_check.kernel import addition, composition, dihedral, logits, parity, shared, width
from proofs_check.kernel.form import EXIT_CODES, MOST_BYTES, Rules, Verdict, shown, verdict

HELP = (
    "A line for each file: VERIFIED, REJECTED, MALFORMED or FAILED, and why. formats/ has the rules.",
    "exit code: the largest of 0 verified, 1 rejected, 2 malformed or wrong use, 3 the checker itself failed",
)
ALL = (
    addition.RULES,
    composition.RULES,
    dihedral.RULES,
    logits.RULES,
    parity.RULES,
    shared.RULES,
    width.RULES,
)
RULES = {rules.kind: rules for rules in ALL}


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
    """The verdict on the bytes of a certificate. Raises what a failure of the checker itself raises."""
    return verdict(data, choose)


def check_file(path: str, check: Callable[[bytes], Verdict]) -> Verdict:
    """The verdict on a file; never raises: FAILED where the checker itself does not get to one."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        return Verdict("MALFORMED", "", f"cannot be read: {getattr(error, 'strerror', None) or error}")
    except MemoryError:
        return Verdict("FAILED", "", "no memory to read it; this is no verdict")
    try:
        return check(data)
    except Exception as error:
        return Verdict("FAILED", "", f"the checker itself failed, this is no verdict: {type(error).__name__}: {error}")


def say(line: str) -> None:
    """Print a line, in whatever encoding. Raises OSError where nobody takes it."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            sys.stdout.close()  # or the interpreter tries once more at its end
        raise


def command(arguments: list[str], check: Callable[[bytes], Verdict], prog: str) -> int:
    """A bare checker: its options, or the files to check; the exit code.

    What begins with - is an option, unless it comes after --; an unknown one is refused before any file is read.
    """
    usage = f"usage: {prog} [-h] [--version] [--] FILE..."
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    for option in options:
        if option in ("-h", "--help", "--version"):
            lines = [f"{prog}: certificates of version 1"] if option == "--version" else [usage, *HELP]
            return _told(lines, prog)
        if option.startswith("-"):
            _complain(f"{prog}: unknown option {shown(option)}; {usage}; a file of that name comes after --")
            return 2
    return check_files([*options, *arguments[len(options) + 1 :]], check, prog=prog)


def _told(lines: list[str], prog: str) -> int:
    try:
        for line in lines:
            say(line)
    except Exception as error:
        _complain(f"{prog}: cannot write to standard output: {shown(str(error) or type(error).__name__)}")
        return 3
    return 0


def check_files(
    paths: list[str], check: Callable[[bytes], Verdict], write: Callable[[str], None] = say, prog: str = "check.py"
) -> int:
    """Check files, print a line for each, return the largest exit code.

    A failure of the checker, or of writing the lines, is 3 and leaves no later file unchecked.
    """
    worst, unwritten = 0 if paths else 2, ""
    if not paths:
        _complain(f"{prog}: got no files, expected: {prog} FILE...")
    for path in paths:
        found = check_file(path, check)
        worst = max(worst, EXIT_CODES[found.status])
        try:
            if not unwritten:
                write(shown(f"{found.status} {path}: {found.detail}"))
        except Exception as error:
            unwritten = str(error) or type(error).__name__
    if unwritten:
        _complain(f"{prog}: cannot write the verdicts to standard output: {shown(unwritten)}")
    return 3 if unwritten else worst


def _complain(line: str) -> None:
    try:
        print(line, file=sys.stderr)
    except OSError:
        with suppress(OSError):
            sys.stderr.close()
