"""The options that say what a file of weights is: its task, activation and roles, as several commands take them."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from margin.io.command import Parser, Refused, group_tables, integer, refusing

if TYPE_CHECKING:
    from margin.networks.activations import Activation
    from margin.tasks import Task

ROLES = (
    "Roles: input, embedding, tokens, position, hidden, output, projection, unembedding, embedding_offset, bias,"
    " projection_offset, offset, ignore; input1, input2, ... for one input each; :in,out or :out,in says how a"
    " matrix lies."
)


def add_options(parser: Parser) -> None:
    """--task, --k, --activation, --map."""
    parser.add_argument("--task", help="mod:59, group:S4 or parity:10,4; our own files know it")
    parser.add_argument("--k", type=integer("--k", 1, "2"), help="number of inputs (not needed with parity:N,K)")
    parser.add_argument("--activation", metavar="NAME", help="x^2, relu, abs, a polynomial; default x^k, or the file's")
    parser.add_argument("--map", action="append", default=[], metavar="NAME=ROLE", help="of a tensor; may be repeated")


def read_files(arguments: Namespace) -> dict[str, str]:
    """The files that the options name, by what to call them: a group's table."""
    given: str = arguments.task or ""
    return group_tables(given.removeprefix("group:") if given.startswith("group:") else None)


def parsed(arguments: Namespace) -> tuple[Task | None, Activation | None]:
    """The task and the activation that are given. Raises Refused for unknown ones, and for a --map that is none."""
    from margin.inspection.roles import parse as parse_map
    from margin.networks.activations import parse as parse_activation
    from margin.tasks import parse as parse_task

    if arguments.k is not None and arguments.task is None:
        raise Refused("--k without --task; expected both, for example --task mod:59 --k 2")
    with refusing("--task"):
        task = None if arguments.task is None else parse_task(arguments.task, arguments.k).listed()
    with refusing("--activation"):
        activation = None if arguments.activation is None else parse_activation(arguments.activation)
    with refusing("--map"):
        parse_map(arguments.map)
    return task, activation
