"""The project's one entry point: every command under one name.

algebraic-margin predict --p 23 --k 3
python -m margin predict --p 23 --k 3      the same
"""

from __future__ import annotations

import difflib
import os
import runpy
import sys
from importlib.util import find_spec

import margin
from margin.io.catalogue import COMMANDS, Command, install_extra
from margin.io.command import Parser, Refused, call_program, run, say

PROG = "algebraic-margin"


def overview() -> str:
    """Every command with what it does and an example."""
    lines = [
        f"usage: {PROG} COMMAND ...",
        "",
        "Exact maximum margins of neural networks on algebraic tasks.",
        "Each command has a --help.",
        "",
    ]
    for command in COMMANDS:
        extra = f" (extra: {command.extra})" if command.extra else ""
        lines.append(f"  {command.name:<9} {command.summary}{extra}")
        lines.append(f"  {'':<9}   {' '.join((PROG, command.name, command.examples[0])).strip()}")
    lines += [
        "",
        "--help, --version: this text, and the version. An extra is installed so,",
        f"{install_extra('solve')}.",
        "exit codes: 0 done or yes, 1 the answer is no, 2 the input is wrong,",
        "3 the command itself failed, 128 + n signal n",
    ]
    return "\n".join(lines)


def main() -> int:
    """What is answered without a command. Raises Refused for an unknown one."""
    arguments = sys.argv[1:]
    if arguments in ([], ["-h"], ["--help"]):
        say(overview())
        return 0
    if arguments == ["--version"]:
        Parser(PROG, "", "").parse_args(arguments)
    names = [command.name for command in COMMANDS]
    nearest = difflib.get_close_matches(arguments[0], names, 1)
    near = f" (near {nearest[0]})" if nearest else ""
    raise Refused(f"unknown command {arguments[0][:40]!r}{near}, expected one of {', '.join(names)}; see {PROG} --help")


def start(command: Command, arguments: list[str]) -> None:
    """Run a command as `python -m` would, under the name that it was called by.

    The command stands in a package above this one (training, proofs_check, paper_figures); none of margin's files may
    know these, but an entry point calls whatever the list names.
    """
    _forget_the_folder()
    if find_spec(command.module) is None:
        run(PROG, lambda: _missing(command.module))
    call_program(command.prog, f"{PROG} {command.name}")
    sys.argv = [PROG, *command.first, *arguments]
    runpy.run_module(command.module, run_name="__main__", alter_sys=True)


def _missing(module: str) -> int:
    raise Refused(f"the package {module.partition('.')[0]} is not installed beside margin; {install_extra(None)}")


def _forget_the_folder() -> None:
    """With `python -m`, the current folder comes first, and a folder `training` in it would be taken for ours."""
    here = os.path.realpath(os.getcwd())
    if os.path.realpath(sys.path[0] or here) == here and os.path.realpath(os.path.dirname(margin.__path__[0])) != here:
        del sys.path[0]


def enter() -> None:
    """The entry point: the command named first, or what can be said without one."""
    command = next((command for command in COMMANDS if sys.argv[1:2] == [command.name]), None)
    if command is None:
        run(PROG, main)
    start(command, sys.argv[2:])


if __name__ == "__main__":
    enter()
