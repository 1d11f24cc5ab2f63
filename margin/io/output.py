"""Standard output belongs to the command's answer: nothing that a library prints can enter it.

While a command works, descriptor 1 and `sys.stdout` are standard error, for C and for Python alike; the answer goes
through `say` to a duplicate of the descriptor that was there before.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, TextIO


class Unwritable(Exception):
    """The answer cannot be written to standard output, as on a full disk; a reader that has gone is BrokenPipeError."""


class _Answers:
    """Where answers go while a command works."""

    stream: TextIO | None = None
    owned = False  # whether a command works; outside, `say` is print
    remarks: ClassVar[set[str]] = set()


def shown(text: str) -> str:
    """The text with everything that acts on a terminal escaped, line ends too: \\x1b, \\n, \\u202e, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def say(*lines: str) -> None:
    """Print lines of the answer. Characters that act on a terminal are escaped, all but line ends and tabs.

    Raises BrokenPipeError if nobody reads any longer, Unwritable for any other failure to write.
    """
    stream = _Answers.stream if _Answers.owned else sys.stdout
    if stream is None:  # closed: `require_stream` says so once the work is done
        return
    parts = ("\t".join(map(shown, line.split("\t"))) for text in lines for line in text.split("\n"))
    try:
        stream.write("".join(f"{part}\n" for part in parts))
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(str(error)) from error


@contextmanager
def collected(stream: TextIO) -> Iterator[None]:
    """Within it answers go to this stream: those of a command that is called by another command."""
    before = _Answers.stream, _Answers.owned
    _Answers.stream, _Answers.owned = stream, True
    try:
        yield
    finally:
        _Answers.stream, _Answers.owned = before


def remark(line: str) -> None:
    """Print a line about the input on standard error, once; nothing where no command works."""
    if _Answers.owned and sys.stderr is not None and line not in _Answers.remarks:
        _Answers.remarks.add(line)
        sys.stderr.write(f"{shown(line)}\n")


def require_stream() -> None:
    """Raise Unwritable if standard output was closed from the start."""
    if _Answers.owned and _Answers.stream is None:
        raise Unwritable("it is closed")


def drop() -> None:
    """Send what is still buffered nowhere, so that the interpreter's own flush at exit says nothing."""
    if _Answers.stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), _Answers.stream.fileno())


@contextmanager
def answering() -> Iterator[None]:
    """Make standard output the command's own.

    The process's real standard output is not put back: C libraries flush their buffers when the process ends, and that
    would follow the answer. Any other stream, as in tests, is put back with descriptor 1.
    """
    stream = sys.stdout
    _fill_descriptors()
    real = stream is not None and _descriptor(stream) == 1
    if stream is not None:
        stream.flush()
    before = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr if sys.stderr is not None else open(os.devnull, "w")  # noqa: SIM115
    answers = stream
    if real:
        answers = open(before, "w", encoding=stream.encoding, errors="backslashreplace")  # noqa: SIM115
    outer = _Answers.stream, _Answers.owned
    _Answers.remarks.clear()
    _Answers.stream, _Answers.owned = answers, True
    try:
        yield
    finally:
        if not real:
            _Answers.stream, _Answers.owned = outer
            sys.stdout = stream
            os.dup2(before, 1)
            os.close(before)


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):  # no file, as io.StringIO, or closed
        return None


def _fill_descriptors() -> None:
    """Open what is closed of the three standard descriptors, or the next file opened would be standard output."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
