"""All weights of one network mod 91, which figures show neuron by neuron."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any

import numpy as np

from margin.analysis.cyclic.network import Network
from margin.analysis.simple import simple
from training.tables.collection import Collection, Table, number
from training.tables.multiscale.shards import CASE, Case, Line, cases, use

PAPER = dict(
    zip(CASE, ("91", "91", "128", "32", "20000", "parameters", "0.0001", "2"), strict=True)
)  # batches, as in the paper


def example(collection: Collection, wanted: dict[str, str] = PAPER) -> Table:
    """A line for each row of each tensor, those of `training.models.embedding`, as its first axes follow another.

    The network has what the figures are of, if one has: accuracy 1, a frequency that shares a factor with n, a cluster
    of fine-tuning neurons; of several, that of the least seed. One that the table has already stays.
    Raises FileNotFoundError where there is no such case with weights.
    """
    for case in cases(collection, "multiscale-example"):
        if dict(zip(CASE, case.key, strict=True)) != wanted:
            continue
        if case.before.rows:
            use(collection, case, [])
            return Table(list(case.before.rows[0]), list(case.rows()))
        lines = [line for line in case.finished if line["weights"] is not None]
        if lines:
            return of_network(collection, case, max(lines, key=lambda line: (shown(case, line), -line["seed"])))
    named = ", ".join(f"{name} = {value}" for name, value in wanted.items())
    raise FileNotFoundError(f"no network with weights and {named}, expected a shard of multiscale-batch.toml")


def of_network(collection: Collection, case: Case, line: Line) -> Table:
    """The table of one network."""
    use(collection, case, [line])
    rows: list[Sequence[Any]] = []
    for name, array in case.arrays(line).items():
        flat = array.reshape(-1, array.shape[-1])
        rows += [(*case.key, line["seed"], name, i, " ".join(number(x, 4) for x in row)) for i, row in enumerate(flat)]
    return Table((*CASE, "seed", "tensor", "row", "values"), rows)


def shown(case: Case, line: Line) -> int:
    """How many of the properties a network has."""
    network, _ = case.network(line)
    coset = any(gcd(f, network.n) > 1 for f in line["frequencies"])
    return int(line["accuracy"] == 1) + int(coset) + int(any(mostly_fine(network, f) for f in line["frequencies"]))


def mostly_fine(network: Network, frequency: int) -> bool:
    """Whether fewer than half of a cluster's neurons are simple, of three or more."""
    members = network.members(frequency)
    return len(members) > 2 and bool(2 * np.count_nonzero(simple(network.vectors)[members]) < len(members))
