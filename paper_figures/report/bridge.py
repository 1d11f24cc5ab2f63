"""Questions of the report's explorer, answered by the project's own commands in this interpreter.

The page runs this file under Pyodide, the build runs it for the answers that the report holds: one road for both. Each
function takes what a command line takes and returns what JSON can hold.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from margin.io.command import Refused
from margin.io.output import collected
from margin.networks.cosines import CosineNetwork
from margin.tasks import GroupComposition, ModularAddition, SparseParity, Task, parse
from margin.theory import construct

PREDICT, CHECKER = "margin.predict", "proofs_check.check"  # commands, called by name as `margin.io.catalogue` has them
FILE = "certificate.json"
MOST_NEURONS = 4096  # of one frequency, or patterns, that are listed
MOST_WHOLE = 2**53 - 1  # the numbers of a page are floats
Json = dict[str, Any]


def answer(arguments: Sequence[str]) -> Json:
    """What `python -m margin.predict ARGUMENTS --json` says, and what the explorer draws.

    `answer` is the command's object without the seconds that its check took; integers that a page would round are
    texts in it, and then `exact` has the object as JSON, digit for digit. `certificate` is its certificate as text, or
    None with `uncertified`, the reason; `neurons` the constructed network. What the command refuses is `refused`, its
    message; a package that it lacks here is `missing`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        try:
            code, printed = called(PREDICT, (*arguments, "--json", "--certificate", str(path)))
            certificate: str | None = path.read_text("utf-8")
            reason = None
        except (Refused, ImportError) as error:
            certificate, reason = None, _folded(error, path)
            try:
                code, printed = called(PREDICT, (*arguments, "--json"))
            except Refused as refusal:
                return {"refused": _folded(refusal, path)}
            except ImportError as lacking:
                return {"missing": lacking.name or str(lacking)}
    found = json.loads(printed)
    del found["check"]["seconds"]
    result: Json = {"code": code, "answer": shown(found), "certificate": certificate, "uncertified": reason}
    if result["answer"] != found:
        result["exact"] = json.dumps(found, indent=1)
    task = parse(found["task"]["spec"], found["task"]["k"])
    return result | {"neurons": neurons(task), "title": task.title}


def shown(value: Any) -> Any:
    """The value with each integer beyond MOST_WHOLE as text."""
    if isinstance(value, dict):
        return {key: shown(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shown(inner) for inner in value]
    return str(value) if isinstance(value, int) and abs(value) > MOST_WHOLE else value


def verify(data: bytes) -> Json:
    """What `python3 -I -S proofs_check/check.py certificate.json` says of these bytes: exit code and line."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_bytes(data)
        with _caught() as printed:
            code = import_module(CHECKER).main([str(path)])
    return {"code": code, "line": printed.getvalue().strip().replace(str(path), FILE)}


def neurons(task: Task) -> list[Json]:
    """The neurons of the construction that theory proves to reach gamma*; none for a group that is not cyclic.

    Addition: for each range of `frequencies` (first and last) the `phases` (inputs, then output) of each of its `size`
    neurons, in steps of a turn divided by `denominator`. Parity: the `signs` on the bits that count, then the
    sign of w. At most MOST_NEURONS are listed.
    """
    if isinstance(task, GroupComposition):
        if task.addition is None:
            return []
        task = task.addition
    if isinstance(task, SparseParity):
        count = 2 ** (task.k - 1)
        shown = range(min(count, MOST_NEURONS))
        signs = [[1, *(1 - 2 * (pattern >> j & 1) for j in range(task.k - 1))] for pattern in shown]
        return [{"size": count, "signs": [[*row, -1 if row.count(-1) % 2 else 1] for row in signs]}]
    if not isinstance(task, ModularAddition):
        return []
    network = construct(task)
    assert isinstance(network, CosineNetwork)
    return [
        {
            "frequencies": [block.frequencies[0], block.frequencies[-1]],
            "size": block.phase_set.size,
            "denominator": block.phase_set.denominator,
            "phases": [[*alpha, omega] for alpha, omega in islice(block.phase_set.points(), MOST_NEURONS)],
        }
        for block in network.blocks
    ]


def request(text: str) -> str:
    """`answer` of a JSON list of arguments, as JSON: how the page asks."""
    return json.dumps(answer(json.loads(text)))


def verdict(data: Any) -> str:
    """`verify` of the page's bytes, as JSON."""
    return json.dumps(verify(bytes(data)))


def arguments_of(task: Mapping[str, Any]) -> list[str]:
    """The command line of a task as its description has it (`Task.description`)."""
    if task["kind"] == SparseParity.kind:
        return ["--parity", f"{task['n']},{task['k']}"]
    named = ["--group", str(task["group"])] if task["kind"] == GroupComposition.kind else ["--p", str(task["n"])]
    return [*named, "--k", str(task["k"])]


def called(module: str, arguments: Sequence[str]) -> tuple[int, str]:
    """Exit code and output of a command, by its module's name, in this process. Raises what its main raises."""
    command, before, digits = import_module(module), sys.argv, sys.get_int_max_str_digits()
    try:
        sys.argv = [module, *arguments]
        with _caught() as printed:
            code: int = command.main()
    finally:
        sys.argv = before
        sys.set_int_max_str_digits(digits)
    return code, printed.getvalue()


@contextmanager
def _caught() -> Iterator[io.StringIO]:
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(io.StringIO()), collected(printed):
        yield printed


def _folded(error: BaseException, path: Path) -> str:
    return " ".join(str(error).replace(str(path), FILE).split())
