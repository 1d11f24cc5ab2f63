"""Networks trained together, against plain torch runs one after another and against torch.func.vmap, on one thread.

python -m benchmarks.ensembles

Seconds are this process's own (CPU time), so that other work on the machine counts little; contenders take turns.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time

import torch
from torch import Tensor, nn

from benchmarks.timing import rounds_argument
from training.config import Config
from training.ensembles.ensemble import Ensemble
from training.loop import Training
from training.presets import preset

SIZES = (("multiscale-n89-batch", 20, 4, 3.0), ("multiscale-n89-full", 3, 1, 1.4))  # preset, networks, steps, target


class Plain(nn.Module):
    """The network as a user of torch writes it."""

    def __init__(self, n: int, dimension: int, width: int) -> None:
        super().__init__()
        self.first, self.second = nn.Embedding(n, dimension), nn.Embedding(n, dimension)
        self.hidden, self.output = nn.Linear(2 * dimension, width), nn.Linear(width, n)

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        embedded = torch.cat([self.first(a), self.second(b)], 1)
        logits: Tensor = self.output(torch.relu(self.hidden(embedded)))
        return logits


def plain(config: Config, fused: bool) -> Callable[[], object]:
    """One step by torch's own layers and Adam, whose weight decay is the L_2 regulariser."""
    run = Training.begin(config)
    n, batch = run.model.population.n, config.flat().get("batch", 0)
    assert run.rows is not None
    rows, labels = run.rows, run.model.labels
    network = Plain(n, 32, config.model.width)
    decay = 2 * config.flat()["strength"]
    optimiser = torch.optim.Adam(network.parameters(), config.optimiser.lr, weight_decay=decay, fused=fused)

    def step() -> None:
        chosen = rows[torch.randint(len(rows), (batch,))] if batch else rows
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(network(chosen // n, chosen % n), labels[chosen])
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    return step


def contenders(config: Config, networks: int, steps: int) -> dict[str, Callable[[], object]]:
    """Each takes `networks` x `steps` steps of a network."""
    seeds = [config.changed({"seed": seed}) for seed in range(networks)]
    together = {way: Ensemble(seeds, way) for way in ("products", "vmap")}
    own, loop, fused = Training.begin(config), plain(config, False), plain(config, True)
    return {
        "plain torch": lambda: [loop() for _ in range(networks * steps)],
        "plain, fused Adam": lambda: [fused() for _ in range(networks * steps)],
        "own runs": lambda: [own.advance() for _ in range(networks * steps)],
        "vmap": lambda: [together["vmap"].advance() for _ in range(steps)],
        "products": lambda: [together["products"].advance() for _ in range(steps)],
    }


def report(name: str, networks: int, steps: int, target: float, rounds: int) -> None:
    config = preset(name).config()
    ways = contenders(config, networks, steps)
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for index in range(rounds + 1):  # the first to warm up
        for way, step in ways.items():
            start = process_time()
            step()
            if index:
                seconds[way].append((process_time() - start) / (networks * steps))
    print(f"{name}, {networks} networks together, one thread, {rounds} rounds")
    for way, times in seconds.items():
        ratios = sorted(p / t for p, t in zip(seconds["plain torch"], times, strict=True))
        text = (
            f"  {way:<18}{1e6 * median(times):9.0f} us a step, {3600 / (median(times) * config.steps):7.1f} networks/h"
        )
        text += f", {median(ratios):.2f} x plain torch [{ratios[0]:.2f}, {ratios[-1]:.2f}]"
        verdict = "met" if median(ratios) >= target else "MISSED"
        print(text + (f", target >= {target}: {verdict}" if way == "products" else ""))


def main() -> None:
    rounds = rounds_argument("Networks together against networks one after another, on one thread", 9)
    for name, networks, steps, target in SIZES:
        report(name, networks, steps, target, rounds)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
