"""A training step in two processes against one, beside what the machine gives: bare matrix products in two and in one.

python -m benchmarks.processes

Four times a round, each per call: the three matrix products of the step with all prefixes in the first process, the
second idle; with half the prefixes in each of two at once; the whole step in the first; the step shared by both, the
sum of their gradients included. Of two processes the slower counts. Processor time leaves out what other work on the
machine takes and the waiting for each other; time on the clock, which has both, is said beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import torch

from benchmarks.train_step import network
from margin.io.command import Parser, complain, integer, run, say
from training.losses import CrossEntropy
from training.models.neurons import Neurons
from training.sharding.processes import Processes, inputs, launched

PROG, COUNT, TARGET = "python -m benchmarks.processes", 2, 1.7
NAMES = ("products, one process", "products, two", "step, one process", "step, two")
Seconds = list[tuple[float, float]]  # of a round: by the processor, by the clock


def products(model: Neurons, prefixes: int) -> Callable[[], object]:
    """The matrix products of `FactoredStep` for some prefixes: powers with Khatri-Rao products, and both gradients."""
    n, columns = model.population.n, (model.population.k - 1) * model.chosen.width
    powers, pairs = torch.randn(prefixes, columns), torch.randn(n * n, columns)
    logits, dpowers, dpairs = torch.empty(prefixes, n * n), torch.empty_like(powers), torch.empty_like(pairs)

    def multiply() -> None:
        torch.mm(powers, pairs.T, out=logits)
        torch.mm(logits.T, powers, out=dpairs)
        torch.mm(logits, pairs, out=dpowers)

    return multiply


def timed(work: Callable[[], object], calls: int) -> tuple[float, float]:
    """Seconds a call, by this process's processor time and by the clock."""
    begun, clock = process_time(), perf_counter()
    for _ in range(calls):
        work()
    return (process_time() - begun) / calls, (perf_counter() - clock) / calls


def measured(model: Neurons, processes: Processes, rounds: int, calls: int) -> list[Seconds]:
    """For each of NAMES the seconds of all rounds, the slower process's; a first round warms up."""
    loss, first = CrossEntropy(1e-4, model.degree, model.degree), not processes.rank
    whole, half = inputs(model), inputs(model) // COUNT
    ways: list[tuple[bool, Callable[[], object]]] = [
        (first, products(model, whole)),
        (True, products(model, half)),
        (first, lambda: model.step(loss)),
        (True, lambda: processes.step(model, loss, None)),
    ]
    seconds: list[Seconds] = [[] for _ in ways]
    for index in range(rounds + 1):
        for (working, way), times in zip(ways, seconds, strict=True):
            processes.wait()
            slower = torch.tensor(timed(way, calls) if working else (0.0, 0.0), dtype=torch.float64)
            torch.distributed.all_reduce(slower, torch.distributed.ReduceOp.MAX)
            if index:
                times.append((float(slower[0]), float(slower[1])))
    return seconds


def lines(seconds: list[Seconds]) -> list[str]:
    """Both ratios and their quotient, by processor time and by the clock.

    >>> print(*lines([[(4, 4)], [(2.5, 3)], [(6, 6)], [(4, 5)]]), sep="\\n")
    by processor time
      products, one process     4000.00 ms
      products, two             2500.00 ms, 1.60 x as fast [1.60, 1.60]: what the machine gives
      step, one process         6000.00 ms
      step, two                 4000.00 ms, 1.50 x as fast [1.50, 1.50], target >= 1.7: MISSED
      the step has 0.94 of what the machine gives [0.94, 0.94]
    by the clock
      products, one process     4000.00 ms
      products, two             3000.00 ms, 1.33 x as fast [1.33, 1.33]: what the machine gives
      step, one process         6000.00 ms
      step, two                 5000.00 ms, 1.20 x as fast [1.20, 1.20], target >= 1.7: MISSED
      the step has 0.90 of what the machine gives [0.90, 0.90]
    """
    result = []
    for place, by in enumerate(("processor time", "the clock")):
        one, two, alone, shared = ([times[place] for times in way] for way in seconds)
        given = [a / b for a, b in zip(one, two, strict=True)]
        reached = [a / b for a, b in zip(alone, shared, strict=True)]
        verdict = "met" if median(reached) >= TARGET else "MISSED"
        ends = (
            "",
            f", {_spread(given, ' x as fast')}: what the machine gives",
            "",
            f", {_spread(reached, ' x as fast')}, target >= {TARGET}: {verdict}",
        )
        result.append(f"by {by}")
        for name, times, end in zip(NAMES, (one, two, alone, shared), ends, strict=True):
            result.append(f"  {name:<24}{1e3 * median(times):9.2f} ms{end}")
        quotients = [a / b for a, b in zip(reached, given, strict=True)]
        result.append(f"  the step has {_spread(quotients, ' of what the machine gives')}")
    return result


def _spread(values: list[float], unit: str) -> str:
    return f"{median(values):.2f}{unit} [{min(values):.2f}, {max(values):.2f}]"


def main() -> int:
    parser = Parser(PROG, __doc__.partition("\n")[0] if __doc__ else "", "")
    residues = integer("--residues", 3, "23")  # torchrun would take --n for a short form of its own
    parser.add_argument("--residues", type=residues, default=23, help="n, of three inputs; default: 23")
    parser.add_argument("--width", type=integer("--width", 1, "1024"), default=1024, help="neurons; default: 1024")
    parser.add_argument("--rounds", type=integer("--rounds", 1, "9"), default=9, help="default: 9")
    parser.add_argument("--calls", type=integer("--calls", 1, "4"), default=4, help="in each measurement; default: 4")
    given = parser.parse_args()
    if not launched():
        root = Path(__file__).resolve().parents[1]
        command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(COUNT)]
        command += ["-m", "benchmarks.processes", *sys.argv[1:]]
        environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, *command], cwd=root, env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            return complain(PROG, f"the processes ended with exit code {done.returncode}", 3)
        say(done.stdout.removesuffix("\n"))
        return 0
    torch.set_num_threads(1)
    with Processes("cpu") as processes:
        seconds = measured(network(f"mod:{given.residues}", 3, given.width), processes, given.rounds, given.calls)
        if not processes.rank:
            head = f"n = {given.residues}, k = 3, m = {given.width}, one thread each, {given.rounds} rounds"
            say("\n".join([head, *lines(seconds)]))
    return 0


if __name__ == "__main__":
    run(PROG, main)
