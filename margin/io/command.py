"""What all commands share: arguments, one-line refusals, exit codes.

0: done, or the answer is yes. 1: the answer is no. 2: the input is wrong (one line on stderr). 3: the command itself
failed (a traceback and one line on stderr), which is no answer. 128 + n: signal n.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

from margin import __version__
from margin.io.catalogue import EXTRAS, TABLE_ENDINGS, examples, install
from margin.io.output import Unwritable, answering, drop, require_stream, shown
from margin.io.output import say as say

EXACT_BITS = 200_000  # size of exact numbers that are still worth printing; takes about a second


class Refused(Exception):
    """Wrong input; the message says what came, what is expected, and how to go on."""


class _Name:
    """What a program is called where it is not started by its own name: set by the entry point."""

    prog, name = "", ""


def call_program(prog: str, name: str) -> None:
    """Have messages, help and examples say `name` in place of `prog`."""
    _Name.prog, _Name.name = prog, name


def _named(text: str) -> str:
    pattern = rf"{re.escape(_Name.prog)}(?![\w.])"
    return re.sub(pattern, _Name.name.replace("\\", r"\\"), text) if _Name.prog else text


class _Help(argparse.HelpFormatter):
    """Help of 80 columns; lines of description and epilog stay lines, and indented ones as they are."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=78)

    def _format_usage(self, *arguments: Any) -> str:
        """Wraps what argparse leaves on one line: groups of options that exclude one another."""
        lines = super()._format_usage(*arguments).split("\n")
        indents = (" " * (len(line) - len(line.lstrip())) for line in lines)
        wrapped = (
            textwrap.wrap(line, 78, subsequent_indent=indent) for line, indent in zip(lines, indents, strict=True)
        )
        return "\n".join("\n".join(parts) for parts in wrapped)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = text.splitlines()
        return "\n".join(line if line.startswith(" ") else textwrap.fill(line, width) for line in lines)


class Parser(argparse.ArgumentParser):
    """Refuses in one line, without the usage text; takes no abbreviations; shows the catalogue's examples."""

    def __init__(self, prog: str, description: str, epilog: str) -> None:
        lines = [f"  {_named(example)}" for example in examples(prog)]
        end = f"{_named(epilog)}, 3 the command itself failed (no answer)" if epilog.startswith("exit code") else epilog
        super().__init__(
            _named(prog),
            description=_named(description),
            epilog="\n".join([*(["examples:", *lines, ""] if lines else []), end]),
            allow_abbrev=False,
            formatter_class=_Help,
        )
        self.add_argument("--version", action="version", version=f"algebraic-margin {__version__}")

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message}; see {self.prog} --help")

    def _print_message(self, message: str, file: object = None) -> None:
        say(message.removesuffix("\n"))  # help and version are answers; errors are raised


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


def date(text: str) -> str:
    """An argument type: a day of the calendar, YYYY-MM-DD."""
    from datetime import date as day

    try:
        known = day.fromisoformat(text).isoformat() == text  # other spellings of ISO 8601 are read too
    except ValueError:
        known = False
    if not known:
        raise Refused(f"--date {text[:40]!r}: expected a day as YYYY-MM-DD, for example --date 2026-11-21")
    return text


def parity(text: str) -> str:
    """An argument type: two numbers "N,K", the bits and how many of them count."""
    if not re.fullmatch(r"[0-9]{1,9},[0-9]{1,9}", text, re.ASCII):
        raise Refused(f"--parity {text[:40]!r}: expected N,K, for example --parity 10,4")
    return text


@contextmanager
def refusing(option: str = "") -> Iterator[None]:
    """Turn what an option's work raises into a refusal that names the option once, or the command alone without one."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (ValueError, OSError, MemoryError, OverflowError) as error:
        message = str(error) or type(error).__name__
        message = message.removeprefix(f"{option.removeprefix('--')}: ")  # a writer's, which knows no option
        named = not option or message.startswith(f"{option}: ")
        raise Refused(message if named else f"{option}: {message}") from error


def require_places(places: Mapping[str, str | None], read: Mapping[str, str] | None = None) -> None:
    """Refuse, before any work, files that cannot be written; keys are options, None is a file not asked for.

    Two outputs need two files, and none may be a file that is `read`, under whatever name.
    """
    wanted = {option: path for option, path in places.items() if path is not None}
    if not wanted:
        return
    from pathlib import Path

    from margin.io.files import require_place

    seen: dict[str, str] = {}
    for option, path in wanted.items():
        with refusing(option):
            require_place(Path(path))
            for source, other in (read or {}).items():
                if _same_file(path, other):
                    raise ValueError(f"{path!r} is the file of {source}, which would be lost; name another file")
            for other, taken in seen.items():
                if _same_file(path, taken):
                    raise ValueError(f"{path!r} is also the name given to {other}, expected another")
            seen[option] = path


def group_tables(*names: str | None) -> dict[str, str]:
    """The files that are read for --group, by what to call them: groups that are Cayley tables in files.

    With blanks around a name and without, as either may be the file that is opened.
    """
    tables = [name for name in names if name is not None and name.strip().lower().endswith(TABLE_ENDINGS)]
    return {f"--group {shown(name)}": name for table in tables for name in (table.strip(), table)}


def _same_file(path: str, other: str) -> bool:
    """Whether two names are those of one file, also through links; the file need not exist."""
    from os.path import exists, realpath, samefile

    both = exists(path) and exists(other)
    return samefile(path, other) if both else realpath(path) == realpath(other)


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

        say(json.dumps(content, indent=2))
    else:
        say(content, *(f"{'written':<16}{shown(path)}" for path in written))


def run(prog: str, main: Callable[[], int]) -> NoReturn:
    """Run a command's main and exit by the table above; no traceback for anything a user can cause."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminated)
    with answering():
        code = _exit_code(prog, main)
    sys.exit(code)


def _exit_code(prog: str, main: Callable[[], int]) -> int:
    try:
        code = main()
        if code != 3:  # a failure has said so
            require_stream()
        return code
    except Refused as refusal:
        return complain(prog, str(refusal))
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        drop()
        return 0
    except Unwritable as error:
        drop()
        return complain(prog, f"cannot write the answer to standard output: {error}")
    except KeyboardInterrupt:
        with suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would interrupt the way out alone
        return complain(prog, "interrupted; nothing was left half written", 130)
    except Exception as error:
        package = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
        if package in EXTRAS:
            return complain(prog, f"needs {package}, which is not installed; {install(package)}")
        import traceback

        _explain(traceback.format_exc())
        kind = type(error).__name__
        return complain(prog, f"the command itself failed, this is no answer; please report it: {kind}: {error}", 3)


def _terminated(signum: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signum)  # raises SystemExit, so that temporary files are removed on the way out


def complain(prog: str, message: str, code: int = 2) -> int:
    """Say one line on standard error, in the program's name; returns the exit code."""
    _explain(f"{_named(prog)}: {_named(shown(' '.join(message.split())))}\n")
    return code


def _explain(text: str) -> None:
    """Write to standard error. Where it takes nothing, the exit code alone says what happened."""
    try:
        print("\n".join(map(shown, text.split("\n"))), end="", file=sys.stderr, flush=True)
    except (OSError, ValueError):  # ValueError: it was closed before
        with suppress(OSError):
            sys.stderr.close()  # or the interpreter tries once more at its end, and exits by another code
