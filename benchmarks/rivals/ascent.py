"""Column generation against its strongest plain rival: one wide network that ascends the soft minimum of its margins.

python -m benchmarks.rivals.ascent --n 7 11 13

The rival knows no theory: random weights, the margins of addition mod n with k = 2 divided by the network's norm, their
soft minimum under a sharpness that rises, Adam. It is told gamma* and stops as soon as it has the share asked for; the
solver is told nothing and stops by its own estimate of what is missing. Seconds are this process's own (CPU time), so
that other work on the machine counts little; contenders take turns. For one thread set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import process_time

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from margin.addition.maximum import maximum_margin
from margin.io.command import Parser, Refused, integer, run, say
from margin.networks.network import Network
from margin.solver import from_task, solve
from margin.solver.symmetry import KINDS
from margin.tasks import ModularAddition

PROG = "python -m benchmarks.rivals.ascent"
SHARE, MOST_SHARE = 0.999, 0.999999  # of gamma*; single precision reaches no more
MANY_STARTS = 200  # of the solver's pricing: its default without symmetries
CHECKED = 10  # steps between two looks at the margin


@dataclass(frozen=True)
class Settings:
    """Of the rival. Sharpness is that over the margins' mean size; rate and sharpness change by a factor a step."""

    width: int = 128
    steps: int = 1000
    rate: float = 0.03
    last_rate: float = 0.0006
    sharpness: float = 10.0
    last_sharpness: float = 300.0
    beta2: float = 0.95


def ascend(n: int, share: float, settings: Settings, seed: int) -> Network:
    """A network for addition mod n from random weights, once it has that share of gamma*, or after the last step."""
    m, generator = settings.width, torch.Generator().manual_seed(seed)
    U = torch.randn((2, n, m), generator=generator).requires_grad_()
    W = torch.randn((m, n), generator=generator).requires_grad_()
    labels = (torch.arange(n)[:, None] + torch.arange(n)).remainder(n).view(-1, 1)
    gamma = float(maximum_margin(ModularAddition(n, 2)))
    optimiser = torch.optim.Adam([U, W], lr=settings.rate, betas=(0.9, settings.beta2), fused=True)
    for step in range(settings.steps):
        over = step / settings.steps
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * (settings.last_rate / settings.rate) ** over
        sharpness = settings.sharpness * (settings.last_sharpness / settings.sharpness) ** over
        losses = _losses(U, W, labels)
        if step % CHECKED == 0 and -float(losses.detach().amax()) >= share * gamma:
            break
        sharpness = sharpness / losses.detach().nan_to_num(neginf=0).abs().mean()
        optimiser.zero_grad(set_to_none=False)
        ((losses * sharpness).view(-1).logsumexp(0) / (sharpness * gamma)).backward()
        optimiser.step()
    return Network.from_arrays(U.detach().numpy(), W.detach().numpy())


def _losses(U: Tensor, W: Tensor, labels: Tensor) -> Tensor:
    """Minus the normalised margins, shape (n^2, n), -inf at the labels."""
    n, m = U.shape[1:]
    hidden = (U[0][:, None] + U[1]).view(n * n, m).square()
    size = ((U.square().sum((0, 1)) + W.square().sum(1)) ** 1.5).sum()
    logits = hidden @ (W / size)
    return (logits - logits.gather(1, labels)).scatter(1, labels, -torch.inf)


def contenders(n: int, share: float, settings: Settings) -> dict[str, Callable[[int], float]]:
    """By name: the margin reached, over gamma*, from a seed."""
    task = ModularAddition(n, 2)
    gamma, data = float(maximum_margin(task)), from_task(task)

    def rival(seed: int) -> float:
        return float(ascend(n, share, settings, seed).normalised_margin()) / gamma

    def ours(starts: int | None, *symmetries: str) -> Callable[[int], float]:
        def solved(seed: int) -> float:
            return solve(data, tolerance=1 - share, starts=starts, seed=seed, symmetries=symmetries).value / gamma

        return solved

    return {
        "ascent in torch": rival,
        "solver": ours(None),
        "solver, symmetries": ours(None, *KINDS),
        f"the same, {MANY_STARTS} starts": ours(MANY_STARTS, *KINDS),
    }


def report(n: int, share: float, rounds: int, settings: Settings) -> list[str]:
    """A line for each contender: median seconds, the rival's time over ours, the least share reached."""
    ways = contenders(n, share, settings)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    reached: dict[str, list[float]] = {name: [] for name in ways}
    for seed in tqdm(range(rounds), desc=f"rounds, n = {n}", disable=None):
        for name, way in ways.items():
            start = process_time()
            reached[name].append(way(seed))
            seconds[name].append(process_time() - start)
    rival, *_ = ways
    lines = [f"n = {n}, share {share} of gamma*, {rounds} round{'s' * (rounds > 1)}, {settings.width} neurons in torch"]
    for name, times in seconds.items():
        line = f"  {name:<19}{median(times):8.2f} s, reached {min(reached[name]):.7f}"
        if min(reached[name]) < share - 1e-6:
            line += f", SHORT in {int(np.sum(np.array(reached[name]) < share - 1e-6))}"
        if name != rival:
            ratios = sorted(theirs / own for theirs, own in zip(seconds[rival], times, strict=True))
            line += f", the ascent takes {median(ratios):.2f} x [{ratios[0]:.2f}, {ratios[-1]:.2f}]"
            line += f", target > 1: {'met' if median(ratios) > 1 else 'MISSED'}"
        lines.append(line)
    return lines


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= MOST_SHARE:
        raise Refused(f"--share {text[:40]!r}: expected a number above 0 and at most {MOST_SHARE}, for example 0.999")
    return share


def main() -> int:
    parser = Parser(PROG, __doc__.partition("\n")[0] if __doc__ else "", "")
    sizes = integer("--n", 3, "11")
    parser.add_argument("--n", type=sizes, nargs="+", default=[7, 11, 13], help="residues; default: 7 11 13")
    parser.add_argument("--rounds", type=integer("--rounds", 1, "5"), default=5, help="default: 5")
    parser.add_argument("--share", type=_share, default=SHARE, help=f"of gamma*, to be reached; default: {SHARE}")
    parser.add_argument("--width", type=integer("--width", 1, "128"), default=128, help="of the ascent; default: 128")
    parser.add_argument("--steps", type=integer("--steps", 1, "1000"), default=1000, help="at most; default: 1000")
    parser.add_argument(
        "--sharpness", type=integer("--sharpness", 11, "300"), default=300, help="the ascent's last; default: 300"
    )
    given = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings(given.width, given.steps, last_sharpness=float(given.sharpness))
    ascend(3, 0.5, Settings(8, 2), 0)  # loads torch's optimiser
    solve(from_task(ModularAddition(3, 2)))  # loads scipy
    for n in given.n:
        say("\n".join(report(n, given.share, given.rounds, settings)))
    return 0


if __name__ == "__main__":
    run(PROG, main)
