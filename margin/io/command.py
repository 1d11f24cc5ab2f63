"""What all commands share: arguments, one-line refusals, exit codes.

0: done, or the answer is yes. 1: the answer is no. 2: the input is wrong (one line on stderr). 128 + n: signal n.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

EXACT_BITS = 200_000  # size of exact numbers that are still worth printing; takes about a second


class Refused(Exception):
    """Wrong input; the message says what came, what is expected, and how to go on."""


class Parser(argparse.ArgumentParser):
    """Refuses in one line, without the usage text; takes no abbreviations."""

    def __init__(self, prog: str, description: str, epilog: str) -> None:
        super().__init__(prog, description=description, epilog=epilog, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message}; see {self.prog} --help")


def integer(name: str, least: int, example: str, most_digits: int = 4000) -> Callable[[str], int]:
    """An argument type: a decimal integer >= least."""

    def parse(text: str) -> int:
        shown = repr(text if len(text) <= 40 else text[:37] + "...")
        digits = text.removeprefix("-").removeprefix("+")
        if not (digits.isascii() and digits.isdigit()):
            raise Refused(f"{name} {shown}: expected an integer >= {least}, for example {name} {example}")
        if len(digits) > most_digits:
            raise Refused(f"{name} {shown}: {len(digits)} digits, expected at most {most_digits}")
        if int(text) < least:
            raise Refused(f"{name} {text}: expected an integer >= {least}, for example {name} {example}")
        return int(text)

    return parse


def parity(text: str) -> str:
    """An argument type: two numbers "N,K", the bits and how many of them count."""
    if not re.fullmatch(r"[0-9]{1,9},[0-9]{1,9}", text, re.ASCII):
        raise Refused(f"--parity {text[:40]!r}: expected N,K, for example --parity 10,4")
    return text


@contextmanager
def refusing(option: str) -> Iterator[None]:
    """Turn what an option's work raises into a refusal that names the option."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (ValueError, OSError, MemoryError, OverflowError) as error:
        raise Refused(f"{option}: {error or type(error).__name__}") from error


def require_places(places: dict[str, str | None]) -> None:
    """Refuse, before any work, files that cannot be written; keys are options, None is a file not asked for."""
    wanted = {option: path for option, path in places.items() if path is not None}
    if not wanted:
        return
    from pathlib import Path

    from margin.io.files import require_place

    seen: dict[Path, str] = {}
    for option, path in wanted.items():
        with refusing(option):
            require_place(Path(path))
            other = seen.setdefault(Path(path).resolve(), option)
            if other != option:
                raise ValueError(f"{path!r} is also the name given to {other}, expected another")


def write_files(places: dict[str, str | None], writers: dict[str, Callable[[str], None]]) -> list[str]:
    """Write the files asked for, each by the writer of its option; returns their paths."""
    for option, path in places.items():
        if path is not None:
            with refusing(option):
                writers[option](path)
    return [path for path in places.values() if path is not None]


def answer(content: str | dict[str, Any], written: list[str]) -> None:
    """Print an answer: text with the files written, or an object as JSON."""
    if isinstance(content, dict):
        import json

        print(json.dumps(content, indent=2))
    else:
        print(content)
        print(*(f"{'written':<16}{path}" for path in written), sep="\n", end="\n" * bool(written))


def run(prog: str, main: Callable[[], int]) -> NoReturn:
    """Run a command's main and exit by the table above; no traceback for anything a user can cause."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminated)
    try:
        code = main()
        sys.stdout.flush()
    except Refused as refusal:
        code = _say(prog, str(refusal))
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        code = _drop_output(0)
    except (OSError, AttributeError) as error:
        if sys.stdout is not None and isinstance(error, AttributeError):
            raise
        code = _drop_output(_say(prog, f"cannot write the answer to standard output: {error}"))
    except KeyboardInterrupt:
        code = _say(prog, "interrupted; nothing was left half written", 130)
    sys.exit(code)


def _drop_output(code: int) -> int:
    """Send what is still buffered nowhere, so that the interpreter's own flush at exit says nothing."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _terminated(signum: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signum)  # raises SystemExit, so that temporary files are removed on the way out


def _say(prog: str, message: str, code: int = 2) -> int:
    print(f"{prog}: {' '.join(message.split())}", file=sys.stderr)
    return code
