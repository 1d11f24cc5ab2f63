"""Every input of the population once: accuracy, the least logit margin and where it is, logits by difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from margin.analysis.axes import Array
from margin.inspection.effective import Effective
from margin.tasks import ElementTask, Task

if TYPE_CHECKING:
    from margin.networks.inputs import Rows

TIGHTEST = 10
MOST = 10**13  # products of a pass over the population; about an hour
_CHUNK = 1 << 21  # hidden values held at a time (16 MB)
_SECONDS = 2  # before progress is shown
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Tight:
    """An input with its label, the wrong label of largest logit, and the logit margin f[label] - f[wrong]."""

    input: tuple[int, ...]
    label: int
    wrong: int
    margin: float


@dataclass(frozen=True)
class Differences:
    """Logit margins f[y] - f[y g] over all inputs with label y, by the difference g; each (n,), 0 at the identity."""

    mean: Array
    least: Array
    largest: Array


@dataclass(frozen=True)
class Margins:
    """`correct` of `population` inputs have their label's logit above all others; the tightest inputs, first the least.

    `ranks` (classes,): of how many inputs the label's logit has so many logits at or above it.
    """

    population: int
    correct: int
    tightest: tuple[Tight, ...]
    ranks: Integers
    by_difference: Differences | None

    @property
    def accuracy(self) -> float:
        return self.correct / self.population

    @property
    def least(self) -> float:
        """The least logit margin; negative where an input is classified wrongly."""
        return self.tightest[0].margin


class Tally:
    """Margins, from logits that come part by part."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.correct = self.seen = 0
        self.ranks = np.zeros(task.classes, np.int64)
        self.tightest: list[Tight] = []
        n = task.classes
        self.total, self.least, self.largest = np.zeros(n), np.full(n, np.inf), np.full(n, -np.inf)
        self.table = task.products() if isinstance(task, ElementTask) else None

    def add(self, inputs: Rows, values: Array) -> None:
        """Inputs (rows, columns) with their logits (rows, classes). Raises OverflowError unless these are finite."""
        if not np.isfinite(values).all():
            raise OverflowError("a logit exceeds the float64 range; scale the weights down")
        labels = self.task.labels(inputs)
        rows = np.arange(len(values))
        right = values[rows, labels]
        above = (values >= right[:, None]).sum(axis=1) - 1
        self.ranks += np.bincount(above, minlength=len(self.ranks))
        if self.table is not None:
            differences = right[:, None] - np.take_along_axis(values, self.table[labels], axis=1)
            self.total += differences.sum(axis=0)
            self.least = np.minimum(self.least, differences.min(axis=0))
            self.largest = np.maximum(self.largest, differences.max(axis=0))
        others = values.copy()
        others[rows, labels] = -np.inf
        wrong = others.argmax(axis=1)
        margins = right - others[rows, wrong]
        self.correct += int((margins > 0).sum())
        self.seen += len(values)
        few = np.argsort(margins, kind="stable")[:TIGHTEST]
        self.tightest += [
            Tight(tuple(map(int, inputs[i])), int(labels[i]), int(wrong[i]), float(margins[i])) for i in few
        ]
        self.tightest = sorted(self.tightest, key=lambda tight: tight.margin)[:TIGHTEST]

    def margins(self) -> Margins:
        """What was seen."""
        differences = Differences(self.total / self.seen, self.least, self.largest) if self.table is not None else None
        return Margins(self.seen, self.correct, tuple(self.tightest), self.ranks, differences)


def margins(effective: Effective, progress: bool = False) -> Margins:
    """Of the network with its biases, by all inputs of the task.

    Raises OverflowError if a logit is not finite, ValueError for a task and width of more than 10^13 products.
    """
    network, task = effective.network, effective.network.task
    products = task.population * network.width * task.classes
    if products > MOST:
        raise ValueError(f"{task} with {network.width} neurons takes {float(products):.1e} products, limit {MOST:.0e}")
    tally = Tally(task)
    rows = max(1, _CHUNK // network.width)
    total = -(-task.population // rows)
    chunks = tqdm(
        range(0, task.population, rows), total=total, desc="logits", delay=_SECONDS, disable=None if progress else True
    )
    with np.errstate(over="ignore", invalid="ignore"):
        for first in chunks:
            inputs = numbered(task, np.arange(first, min(first + rows, task.population)))
            hidden = network.inputs.hidden(network.U, inputs)
            if effective.bias is not None:
                hidden = hidden + effective.bias
            values = network.activation.value(hidden) @ network.W
            tally.add(inputs, values if effective.offset is None else values + effective.offset)
    return tally.margins()


def numbered(task: Task, numbers: Integers) -> Integers:
    """Inputs of these numbers in lexicographic order: elements (numbers, k), or bits (numbers, n) with 1 first."""
    base, places = (task.n, task.k) if isinstance(task, ElementTask) else (2, task.n)
    digits = np.stack([numbers // base ** (places - 1 - j) % base for j in range(places)], axis=1)
    return digits if isinstance(task, ElementTask) else 1 - 2 * digits
