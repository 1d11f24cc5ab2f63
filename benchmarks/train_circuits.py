"""Training steps of the recurrent network and of attention at paper size, against plain loops of torch's modules.

python -m benchmarks.train_circuits

A step is forward, backward and optimiser, one thread. The project's recurrent step also bears its share of a
measurement of the whole population in float64; the plain loop measures nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor, nn

from benchmarks.timing import measure, rounds_argument
from training.loop import Training, interval
from training.presets import preset

TARGETS = {"rangamani-rnn": 1.5, "li-attention-k3-p61": 10.0, "li-attention-k4-p31": 10.0, "li-attention-k5-p17": 10.0}


class Recurrent(nn.Module):
    """nn.Embedding, nn.RNN, nn.Linear."""

    def __init__(self, n: int, width: int) -> None:
        super().__init__()
        self.table, self.rnn = nn.Embedding(n + 1, width), nn.RNN(width, width, batch_first=True)
        self.output = nn.Linear(width, n, bias=False)

    def forward(self, inputs: Tensor) -> Tensor:
        tokens = torch.cat([inputs, torch.full_like(inputs[:, :1], self.table.num_embeddings - 1)], 1)
        logits: Tensor = self.output(self.rnn(self.table(tokens))[0][:, -1])
        return logits


class Attention(nn.Module):
    """Every matrix of every head applied to every input of the batch, and torch's own attention; each input attends."""

    def __init__(self, n: int, heads: int, dimension: int) -> None:
        super().__init__()
        self.table, inner = nn.Embedding(n, dimension), heads * dimension
        self.query = nn.Linear(dimension, inner, bias=False)
        self.value = nn.Linear(dimension, inner, bias=False)
        self.projection, self.heads = nn.Linear(inner, n, bias=False), heads

    def forward(self, inputs: Tensor) -> Tensor:
        embedded = self.table(inputs)
        rows, k, dimension = embedded.shape
        queries = self.query(embedded).view(rows, k, self.heads, dimension).transpose(1, 2)
        values = self.value(embedded).view(rows, k, self.heads, dimension).transpose(1, 2)
        keys = embedded[:, None].expand(-1, self.heads, -1, -1)
        read = nn.functional.scaled_dot_product_attention(queries, keys, values, scale=1.0)
        logits: Tensor = self.projection(read.transpose(1, 2).reshape(rows, k, -1))
        return logits.mean(1)


def plain(run: Training) -> Callable[[], object]:
    """A step of a plain loop on inputs and labels as the run's."""
    config, population = run.config, run.model.population
    if config.model.kind == "recurrent":
        module: nn.Module = Recurrent(population.n, config.model.width)
    else:
        module = Attention(population.n, config.model.width, config.flat()["dimension"])
    optimiser = torch.optim.AdamW(module.parameters(), config.optimiser.lr, fused=True)
    batch = run.rows if config.model.kind == "recurrent" else torch.randint(population.size, (1024,))
    assert batch is not None
    inputs, labels = population.inputs(batch), run.model.labels[batch]

    def step() -> None:
        optimiser.zero_grad()
        nn.functional.cross_entropy(module(inputs), labels).backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    return step


def report(name: str, target: float, rounds: int) -> None:
    run = Training.begin(preset(name).config("paper"))
    contenders: dict[str, Callable[[], object]] = {"project": run.advance, "plain": plain(run)}
    share = 0.0
    if run.config.model.kind == "recurrent":
        contenders["measurement"] = lambda: run.measure(0.0)
        share = 1 / interval(run.config, run.model.population)
    seconds = measure(contenders, rounds)
    logged = seconds.get("measurement", [0.0] * rounds)
    ours = [step + share * logging for step, logging in zip(seconds["project"], logged, strict=True)]
    ratios = sorted(theirs / own for theirs, own in zip(seconds["plain"], ours, strict=True))
    verdict = "met" if median(ratios) >= target else "MISSED"
    print(f"{name}, paper scale, one thread, {rounds} rounds")
    print(f"  project {1e3 * median(ours):9.1f} ms a step{', with its share of the measurements' if share else ''}")
    print(f"  plain   {1e3 * median(seconds['plain']):9.1f} ms a step")
    print(f"  {median(ratios):.2f} x as fast [{ratios[0]:.2f}, {ratios[-1]:.2f}], target >= {target:g}: {verdict}")
    print(f"  {run.config.steps} steps: {run.config.steps * median(ours) / 60:.1f} minutes")


def main() -> None:
    rounds = rounds_argument("Training steps of recurrent networks and attention on one thread", 7)
    for name, target in TARGETS.items():
        report(name, target, rounds)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
