"""One training step, fused, against plain autograd and against the bare matrix products of the same shapes.

python -m benchmarks.train_step
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

from benchmarks.timing import measure, rounds_argument
from margin.tasks import parse
from training import settings
from training.losses import CrossEntropy
from training.models import autograd
from training.models.fused.output import columns
from training.models.neurons import Neurons, shapes
from training.population import Population

SIZES: list[tuple[str, int, int, float | None, float | None]] = [  # m; least times autograd, least share of products
    ("mod:23", 3, 1024, 3.0, 0.8),
    ("mod:13", 3, 512, None, 0.85),
    ("mod:23", 3, 512, None, 0.85),
    ("mod:23", 2, 256, None, None),
    ("mod:23", 2, 512, None, 0.75),
    ("mod:71", 2, 512, 1.5, 0.75),
    ("mod:113", 2, 512, None, 0.75),
]
LARGE, MOST_BYTES = ("mod:23", 4, 2048), 1.5e9


def network(task: str, k: int, width: int) -> Neurons:
    """Random weights, float32."""
    generator, population = torch.Generator().manual_seed(0), Population(parse(task, k))
    U, W = (0.1 * torch.randn(shape, generator=generator) for shape in shapes(population, width))
    return Neurons(population, settings.Neurons(width), U, W, by_prefix=True)


def products(population: Population, width: int, padded: bool = False) -> Callable[[], object]:
    """The three matrix products of a step, hidden layer times W and the two of the gradient, float32.

    `padded`: with the columns and the order of `training.models.fused.output`, which are faster.
    """
    rows, n = population.size, columns(population.classes) if padded else population.classes
    hidden, gradient = torch.randn(rows, width), torch.randn(rows, n)
    W, logits, dW = torch.randn(width, n), torch.empty(rows, n), torch.empty(width, n)
    back, dWT, WT = torch.empty(rows, width), torch.empty(n, width), W.T.contiguous()

    def run() -> None:
        torch.mm(hidden, W, out=logits)
        if padded:
            torch.mm(gradient.T, hidden, out=dWT)
            torch.mm(gradient, WT, out=back)
        else:
            torch.mm(hidden.T, gradient, out=dW)
            torch.mm(gradient, W.T, out=back)

    return run


def contenders(model: Neurons) -> dict[str, Callable[[], object]]:
    loss = CrossEntropy(1e-4, model.degree, model.degree)
    return {
        "fused": lambda: model.step(loss),
        "autograd": lambda: autograd.step(model, loss),
        "products": products(model.population, model.chosen.width),
        "padded": products(model.population, model.chosen.width, padded=True),
    }


def ratios(first: list[float], second: list[float]) -> tuple[float, float, float]:
    rounds = sorted(a / b for a, b in zip(first, second, strict=True))
    return median(rounds), rounds[0], rounds[-1]


def report(name: str, k: int, width: int, target: float | None, least: float | None, rounds: int) -> None:
    model = network(name, k, width)
    population = model.population
    seconds = measure(contenders(model), rounds)
    flops = 6 * population.size * population.classes * width
    print(f"{population.task}, m = {width}, one thread, {rounds} rounds")
    for contender, times in seconds.items():
        print(f"  {contender:<9} {1e3 * median(times):9.2f} ms  {flops / median(times) / 1e9:6.1f} GFLOP/s")
    faster, low, high = ratios(seconds["autograd"], seconds["fused"])
    verdict = "" if target is None else f", target >= {target}: {'met' if faster >= target else 'MISSED'}"
    print(f"  fused is {faster:.2f} x as fast as autograd [{low:.2f}, {high:.2f}]{verdict}")
    share, low, high = ratios(seconds["products"], seconds["fused"])
    verdict = "" if least is None else f", target >= {least}: {'met' if share >= least else 'MISSED'}"
    print(f"  fused has {share:.2f} of the rate of the bare products [{low:.2f}, {high:.2f}]{verdict}")
    share, low, high = ratios(seconds["padded"], seconds["fused"])
    print(f"  and {share:.2f} of that of the products with padded classes [{low:.2f}, {high:.2f}]")


def large() -> None:
    """One step at the large size; prints the peak memory of this process, Python and torch included."""
    name, k, width = LARGE
    model = network(name, k, width)
    model.step(CrossEntropy(1e-4, model.degree, model.degree))
    print(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> None:
    if sys.argv[1:] == ["--large"]:
        return large()
    rounds = rounds_argument("One training step on one thread", 11)
    for name, k, width, target, least in SIZES:
        report(name, k, width, target, least, rounds)
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "benchmarks.train_step", "--large"]
    peak = int(subprocess.run(command, check=True, cwd=root, capture_output=True, text=True).stdout)
    verdict = "met" if peak < MOST_BYTES else "MISSED"
    print(f"{LARGE[0]}, k = {LARGE[1]}, m = {LARGE[2]}: peak memory {peak / 1e9:.2f} GB, target < 1.5 GB: {verdict}")
    return None


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
