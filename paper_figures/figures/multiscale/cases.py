"""Which rows of the tables are of the paper's networks, and the network whose weights are saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin.analysis.cyclic.network import Network
from paper_figures import tables
from paper_figures.tables import Row

PAPER = {"width": "128", "dimension": "32", "norm": "parameters", "strength": "0.0001", "exponent": "2"}
BATCH_STEPS, FULL_STEPS = "20000", "4000"
MODULI = (89, 91)
Array = NDArray[np.float64]


def rows(name: str, **wanted: str) -> list[Row]:
    """Rows of multiscale-NAME whose columns have these values. Raises MissingTable."""
    return [row for row in tables.read(f"multiscale-{name}") if all(row[key] == x for key, x in wanted.items())]


def batches(name: str, n: int) -> list[Row]:
    """Rows of the paper's networks mod n, trained in batches of n."""
    return rows(name, n=str(n), batch=str(n), steps=BATCH_STEPS, **PAPER)


def full(name: str, n: int) -> list[Row]:
    """Rows of the paper's networks mod n, trained on the whole training set in every step."""
    return rows(name, n=str(n), batch="0", steps=FULL_STEPS, **PAPER)


def integers(text: str) -> list[int]:
    return [int(part) for part in text.split()]


@dataclass(frozen=True)
class Example:
    """One network mod n, its embeddings (2, n, d), its seed; frequencies from the largest cluster down."""

    network: Network
    embeddings: Array
    seed: int
    frequencies: list[int]

    def told(self) -> str:
        """For a caption."""
        return f"one seed ({self.seed}) of addition mod {self.network.n}, trained in batches of {self.network.n}"


def example() -> Example:
    """The network of the table multiscale-example. Raises MissingTable."""
    read = rows("example")
    parts: dict[str, list[list[float]]] = {}
    for row in read:
        parts.setdefault(row["tensor"], []).append(tables.numbers(row["values"]))
    arrays = {name: np.array(values) for name, values in parts.items()}
    n = int(read[0]["n"])
    arrays |= {"embedding": arrays["embedding"].reshape(-1, n, arrays["embedding"].shape[1])}
    arrays |= {name: arrays[name].reshape(-1) for name in ("bias", "offset")}
    network = Network.embedded(arrays)
    largest = sorted(network.frequencies.tolist(), key=lambda f: (-len(network.members(f)), f))
    return Example(network, arrays["embedding"], int(read[0]["seed"]), largest)


def one_heading(data: object) -> str:
    """Task, activation and size of the network whose weights are saved."""
    one = example()
    return (
        f"Addition of 2 inputs mod {one.network.n}, embeddings and {len(one.network.bias)} ReLU neurons; one network,"
        f" trained anew (seed {one.seed})"
    )


def heading(name: str, data: object) -> str:
    """Task, activation and size of the networks of a table that are of MODULI. Raises MissingTable."""
    moduli = " and mod ".join(map(str, sorted({int(row["n"]) for row in rows(name)} & set(MODULI))))
    return f"Addition of 2 inputs mod {moduli}, embeddings and {PAPER['width']} ReLU neurons; networks trained anew"


def networks(counts: Sequence[int], moduli: Sequence[int] = MODULI) -> str:
    """'40 seeds of n = 89, 60 seeds of n = 91'."""
    return ", ".join(f"{count} seeds of n = {n}" for n, count in zip(moduli, counts, strict=True))
