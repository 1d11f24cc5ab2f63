"""A line for each network, and the histogram of embedding weights of each case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from margin.analysis.cyclic.neurons import fine_tuning
from margin.analysis.simple import simple
from training.sweeps.summary import HISTOGRAM
from training.tables.collection import Collection, Table, number
from training.tables.multiscale.shards import CASE, Case, cases, prefix


def networks(collection: Collection) -> Table:
    """Where each network ended and which frequencies it has; of kept weights also fine-tuning and simple neurons.

    `frequencies`, `sizes` and `simples` are lists: frequencies of live neurons, how many have each, and how many of
    these are simple. `fine`: live neurons that combine frequencies.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection):
        for line in case.finished:
            fine, simples = neurons(case, line)
            values = (number(line[name], 5) for name in ("accuracy", "test_accuracy", "loss", "over_one", "near_zero"))
            lists = (" ".join(map(str, x)) for x in (line["frequencies"], line["sizes"], simples))
            rows.append((*prefix(case), line["seed"], *values, line["live"], line["simple"], fine, *lists))
    head = ("seed", "accuracy", "test_accuracy", "loss", "over_one", "near_zero", "live", "simple", "fine")
    return Table((*CASE, *head, "frequencies", "sizes", "simples"), rows)


def neurons(case: Case, line: dict[str, Any]) -> tuple[int | str, list[int]]:
    """Live fine-tuning neurons, and simple ones of each frequency; nothing without weights."""
    if line["weights"] is None:
        return "", []
    network, _ = case.network(line)
    live = network.clusters.live
    are_simple = simple(network.vectors)
    fine = int((fine_tuning(network.inputs) & live).sum())
    return fine, [int(are_simple[network.members(z)].sum()) for z in line["frequencies"]]


def weights(collection: Collection) -> Table:
    """How many embedding weights of each case lie in each bin, those beyond the ends in the last ones."""
    rows: list[Sequence[Any]] = []
    for case in cases(collection):
        lines = case.finished
        counts = np.sum([line["bins"] for line in lines], axis=0).tolist() if lines else []
        rows += [(*prefix(case), number(float(edge), 5), c) for edge, c in zip(HISTOGRAM[:-1], counts, strict=False)]
    return Table((*CASE, "from", "weights"), rows)
