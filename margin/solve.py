"""The maximum margin of any finite data set, found numerically and with no theory assumed.

python -m margin.solve --p 7 --k 2
python -m margin.solve --table latin.csv
python -m margin.solve --data file.csv --degree 3 --out network.safetensors
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from math import inf
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from margin.answers.report import table
from margin.io.command import (
    Parser,
    Refused,
    answer,
    complain,
    group_tables,
    integer,
    parity,
    refusing,
    require_places,
    run,
    write_files,
)
from margin.tasks import Task, parse

if TYPE_CHECKING:
    from margin.networks.activations import Activation
    from margin.networks.network import Network
    from margin.solver import DataSet, Solution

PROG = "python -m margin.solve"
SCHEMA = 1
SAVE_EVERY = 5.0  # seconds
BITS = 40  # of rounded weights
_WORK_A_SECOND = 2e6  # products of Python integers, on a slow machine
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_LEAST_SECONDS = 2.0  # for the exact margin, after a time limit as well


def parser() -> Parser:
    result = Parser(
        PROG,
        "Maximum margin of a finite data set for networks of one hidden layer, activation x^k, ReLU or |x|, by column"
        " generation: a network (lower bound) and an estimate of the upper bound.",
        "exit codes: 0 converged, 1 stopped before or no network separates the data, 2 wrong input, 128 + n ended by"
        " signal n with the answer found by then",
    )
    task = result.add_mutually_exclusive_group(required=True)
    task.add_argument("--p", "--n", type=integer("--p", 2, "7"), help="addition of --k inputs mod n >= 2")
    task.add_argument("--group", metavar="NAME", help="composition of --k elements of a finite group, as in predict")
    task.add_argument("--parity", type=parity, metavar="N,K", help="parity of K of N bits, activation x^K")
    task.add_argument(
        "--table",
        metavar="FILE.csv",
        help="lines and columns are the two inputs, cells the labels, empty cells missing",
    )
    task.add_argument("--data", metavar="FILE.csv", help="one input per line, its label in the last column")
    result.add_argument("--k", type=integer("--k", 1, "2"), help="number of inputs, with --p and --group")
    result.add_argument(
        "--degree", type=integer("--degree", 1, "2"), help="activation x^DEGREE; default: number of inputs"
    )
    result.add_argument("--shared", action="store_true", help="one embedding for all inputs of --p, counted once")
    result.add_argument(
        "--symmetry",
        type=_kinds,
        metavar="KIND,..",
        help="use symmetries of the data, checked on them: shifts, swap, units; one row and one neuron for each orbit",
    )
    result.add_argument("--relu", action="store_true", help="activation ReLU and norm L_2 instead")
    result.add_argument("--activation", metavar="NAME", help="x^2, relu or abs instead; with its own norm")
    kind = result.add_mutually_exclusive_group()
    kind.add_argument("--real", action="store_true", help="inputs of --data are numbers, not symbols")
    kind.add_argument("--symbols", action="store_true", help="inputs of --data are symbols, also 0.5 and -1")
    for option, where in (("header", "first line"), ("index", "first column")):
        result.add_argument(
            f"--{option}", action=argparse.BooleanOptionalAction, help=f"whether the {where} of a file is names"
        )
    result.add_argument("--share", type=_number("--share"), default=1.0, help="keep a random part of the inputs, 0..1")
    result.add_argument("--noise", type=_number("--noise"), default=0.0, help="make a random part of the labels wrong")
    result.add_argument("--seed", type=integer("--seed", 0, "1"), default=0, help="of the random starts and parts")
    result.add_argument("--tolerance", type=_number("--tolerance"), default=1e-6, help="relative gap; default: 1e-6")
    result.add_argument("--time-limit", type=_number("--time-limit"), default=inf, metavar="SECONDS")
    result.add_argument("--rounds", type=integer("--rounds", 1, "200"), default=200, help="at most; default: 200")
    result.add_argument("--warm", metavar="FILE.safetensors", help="start from a network written by --out")
    result.add_argument(
        "--out",
        metavar="FILE.safetensors",
        help="write the network, U (d, m) and W (m, classes) in float64, now and then during the work as well",
    )
    result.add_argument(
        "--certificate", metavar="FILE.json", help="certificate of the lower bound, for the whole population of --p"
    )
    result.add_argument("--json", action="store_true", help="one JSON object, for programs")
    return result


def _number(name: str) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise Refused(f"{name} {text!r}: expected a number") from None
        if not -inf < value < inf:
            raise Refused(f"{name} {text}: expected a finite number")
        return value

    return parse


def _kinds(text: str) -> tuple[str, ...]:
    from margin.solver.symmetry import require_kinds

    with refusing(f"--symmetry {text[:60]}"):
        return require_kinds(text.split(",") if text else ())


def _task(arguments: argparse.Namespace) -> Task:
    if arguments.parity is not None:
        with refusing(f"--parity {arguments.parity[:40]}"):
            return parse(f"parity:{arguments.parity}")
    kind = "shared" if arguments.shared else "mod"
    spec = f"{kind}:{arguments.p}" if arguments.p is not None else f"group:{arguments.group}"
    with refusing("--p" if arguments.p is not None else "--group"):
        return parse(spec, arguments.k).listed()


def _activation(arguments: argparse.Namespace) -> Activation | None:
    """The one asked for; None for x^k on k inputs."""
    from margin.networks.activations import Power, ReLU, parse

    if arguments.relu:
        return ReLU()
    if arguments.degree is not None:
        return Power(arguments.degree)
    if arguments.activation is None:
        return None
    with refusing("--activation"):
        activation = parse(arguments.activation)
        activation.network_degree()  # raises where there is none
    return activation


def _other_activation(arguments: argparse.Namespace) -> bool:
    """Whether the activation is not x^k with k the number of inputs."""
    from margin.networks.activations import Power

    activation = _activation(arguments)
    return activation is not None and activation != Power(arguments.k)


def _data(arguments: argparse.Namespace) -> DataSet:
    from margin.solver import from_task, read_data, read_table

    activation = _activation(arguments)
    if arguments.table is not None:
        with refusing("--table"):
            data = read_table(arguments.table, activation, arguments.header, arguments.index)
    elif arguments.data is not None:
        with refusing("--data"):
            real = True if arguments.real else False if arguments.symbols else None
            data = read_data(arguments.data, activation, real, arguments.header, arguments.index)
    else:
        task = _task(arguments)
        with refusing(str(task)):
            data = from_task(task, activation)
    with refusing("--share"):
        data = data.part(arguments.share, arguments.seed)
    with refusing("--noise"):
        return data.with_noise(arguments.noise, arguments.seed)


def _certify(path: str, solution: Solution, data: DataSet) -> None:
    from margin.addition.certificate import weights_certificate
    from margin.io.files import write_whole
    from margin.networks.network import Network
    from margin.solver.neurons import block_arrays

    write_whole(Path(path), weights_certificate(Network.from_arrays(*block_arrays(data, solution.network)))[0])


def _save(path: str, network: Network) -> None:
    from margin.networks.storage import save

    save(network, path, "solver")


def _keeper(path: str | None) -> Callable[[Network], None]:
    """Writes better networks to the file, every few seconds at most, so that a killed run leaves what it had.

    Where that fails, as on a full disk, the work goes on, with one line of warning.
    """
    last, warned = -inf, False

    def keep(network: Network) -> None:
        nonlocal last, warned
        if path is None or monotonic() - last <= SAVE_EVERY:
            return
        try:
            _save(path, network)
        except (OSError, MemoryError) as error:
            if not warned:
                complain(PROG, f"warning: --out {path}: not written during the work, which goes on: {error}")
            warned = True
        last = monotonic()

    return keep


def proved_bound(solution: Solution, seconds: float = inf) -> Fraction | None:
    """The exact margin of the network with rounded weights; None if it is not positive or takes too long."""
    from margin.networks.integer_margin import exact_margin

    if _exact_work(solution) > _WORK_A_SECOND * max(seconds, _LEAST_SECONDS):
        return None
    try:
        bound = exact_margin(solution.network)
    except ValueError:
        return None
    return bound if bound > 0 else None


def _exact_work(solution: Solution) -> float:
    """Products of words that `exact_margin` takes, about; an integer of many words counts as the square of them."""
    inputs, features = solution.network.data.features.shape
    width, classes = solution.network.W.shape
    words = 1 + solution.network.degree * BITS / 64
    return float(inputs) * width * (features + classes * words + 8 * words**1.6)


def _rounded_down(value: Fraction) -> Decimal:
    """Seven digits, no larger than the value."""
    return Context(prec=7, rounding=ROUND_FLOOR).divide(Decimal(value.numerator), Decimal(value.denominator))


def as_json(data: DataSet, solution: Solution, proved: Fraction | None) -> dict[str, Any]:
    """The answer for programs, schema 1."""
    return {
        "schema": SCHEMA,
        "data": {
            "name": data.name,
            "inputs": len(data),
            "features": data.features.shape[1],
            "classes": data.classes,
            "activation": data.activation.name,
        },
        "norm": {"inner": 2, "outer": data.degree},
        "lower_bound": solution.value,
        "lower_bound_proved": None if proved is None else {"exact": str(proved), "float": float(proved)},
        "upper_estimate": solution.upper if solution.upper < inf else None,
        "gap": solution.gap,
        "converged": solution.converged,
        "status": solution.sentence,
        "stats": solution.stats,
    }


def as_text(data: DataSet, solution: Solution, proved: Fraction | None) -> str:
    """The answer as lines."""
    from margin.solver import Outcome

    stats = solution.stats
    network = f"{solution.value:.7g}, margin of a network of {stats['neurons']} neurons, in float64"
    if not solution.value > 0:
        none = solution.status is Outcome.SEPARATED_BY_NONE
        network = "0, as no network has a positive margin" if none else "none known yet: no network found separates"
    upper = f"{solution.upper:.7g}, estimated: the best neuron found under the dual (heuristic)"
    if solution.status is Outcome.SEPARATED_BY_NONE:
        upper = "0, in exact arithmetic"
    elif solution.upper == inf:
        upper = "none known yet: no search for the best neuron was finished"
    unproved = "none, as the exact margin takes too long or is not positive" if solution.value > 0 else "none"
    certain = (
        unproved
        if proved is None
        else f"{_rounded_down(proved)}, exact margin of that network, weights rounded to 2^-{BITS}"
    )
    return table(
        [
            ("data", f"{data}: {len(data)} inputs, {data.classes} classes; activation {data.activation}"),
            ("norm", f"L_{{2,{data.degree}}}"),
            *_symmetry(stats, len(data) * (data.classes - 1)),
            ("lower bound", network),
            ("", f"proved: {certain}"),
            ("upper bound", upper),
            ("gap", f"{solution.gap:.1e}"),
            ("status", solution.sentence),
            (
                "work",
                ", ".join(
                    f"{stats[key]} {name}{'s' * (stats[key] != 1)}{end}"
                    for key, name, end in (
                        ("rounds", "round", ""),
                        ("linear_programs", "linear program", ""),
                        ("priced", "neuron", " priced"),
                    )
                ),
            ),
        ]
    )


def _symmetry(stats: dict[str, float], rows: int) -> list[tuple[str, str]]:
    if "orbits" not in stats:
        return []
    orbits = stats["orbits"]
    return [("symmetry", f"{stats['symmetries']} permutations; {rows} rows in {orbits} orbit{'s' * (orbits != 1)}")]


def _arguments() -> argparse.Namespace:
    if len(sys.argv) == 1:
        raise Refused(f"no arguments; expected a task or data, for example: {PROG} --p 7 --k 2")
    arguments = parser().parse_args()
    if (arguments.k is None) != (arguments.p is None and arguments.group is None):
        raise Refused(f"{'no --k' if arguments.k is None else '--k'}; --k goes with --p and --group; see {PROG} --help")
    chosen = {"--relu": arguments.relu, "--degree": arguments.degree, "--activation": arguments.activation}
    named = [option for option, value in chosen.items() if value not in (None, False)]
    if len(named) > 1:
        raise Refused(f"{' with '.join(named)}: expected one activation")
    if arguments.real and arguments.data is None:
        raise Refused("--real without --data: only features of a file can be numbers")
    if arguments.symbols and arguments.data is None:
        raise Refused("--symbols without --data: only features of a file can be numbers")
    if arguments.shared and arguments.p is None:
        raise Refused("--shared without --p: only inputs mod n can share an embedding")
    if (arguments.header, arguments.index) != (None, None) and arguments.data is None and arguments.table is None:
        raise Refused("--header or --index without --data or --table: only files have them")
    if arguments.certificate is not None and (
        arguments.p is None
        or arguments.shared
        or arguments.share != 1
        or arguments.noise != 0
        or _other_activation(arguments)
    ):
        raise Refused(
            "--certificate: a certificate format exists only for the whole population of --p with activation x^k;"
            " leave it out: the answer gives an exact rational lower bound, and --out the network"
        )
    return arguments


def _require_places(arguments: argparse.Namespace) -> None:
    """Refuse to write over what is read; a better network may replace the one that it started from."""
    read = {"--table": arguments.table, "--data": arguments.data, **group_tables(arguments.group)}
    present = {option: path for option, path in read.items() if path is not None}
    require_places({"--out": arguments.out, "--certificate": arguments.certificate}, present)
    if arguments.warm is not None:
        require_places({"--certificate": arguments.certificate}, {"--warm": arguments.warm})


@contextmanager
def _interruptible() -> Iterator[list[int]]:
    """While it lasts, a signal to end is an interrupt as by Ctrl-C, and noted: the answer found so far is given."""
    received: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> NoReturn:
        received.append(signum)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in _ENDING}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main() -> int:
    began = monotonic()
    arguments = _arguments()
    _require_places(arguments)
    if arguments.out is not None:
        from margin.networks.storage import require_name

        with refusing("--out"):
            require_name(arguments.out)
    data = _data(arguments)
    warm = None
    if arguments.warm is not None:
        from margin.networks.storage import load

        with refusing("--warm"):
            warm = load(arguments.warm, data)
    from margin.solver import solve

    limit = arguments.time_limit
    if 0 < limit < inf:  # reading and imports count
        limit = max(limit - (monotonic() - began), 1e-3)
    try:
        with refusing(), _interruptible() as received:
            solution = solve(
                data,
                tolerance=arguments.tolerance,
                time_limit=limit,
                most_rounds=arguments.rounds,
                seed=arguments.seed,
                warm=warm,
                progress=True,
                improved=None if arguments.out is None else _keeper(arguments.out),
                symmetries=arguments.symmetry or (),
            )
    except ImportError as error:
        raise Refused(str(error)) from error
    proved = proved_bound(solution, arguments.time_limit - (monotonic() - began))
    content = as_json(data, solution, proved) if arguments.json else as_text(data, solution, proved)
    found = solution.value > 0
    places = {"--out": arguments.out, "--certificate": arguments.certificate} if found else {}
    writers = {
        "--out": lambda path: _save(path, solution.network),
        "--certificate": lambda path: _certify(path, solution, data),
    }
    try:
        written = write_files(places, writers)
    except Refused:  # the answer is not lost with its file
        answer(content, [])
        raise
    answer(content, written)
    if received:
        return 128 + received[0]
    return 0 if solution.converged and found else 1


if __name__ == "__main__":
    run(PROG, main)
