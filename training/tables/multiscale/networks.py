"""A line for each network, and the histogram of embedding weights of each case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from margin.analysis.cyclic.neurons import combined, fine_tuning
from margin.analysis.simple import simple
from training.sweeps.summary import HISTOGRAM
from training.tables.collection import Collection, Table, number
from training.tables.multiscale.shards import CASE, Case, Line, cases, use

SEED = len(CASE)  # the place of the seed in a row


def by_seed(case: Case, rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
    """Rows of a case with those that the table has already, by seed; the rows of one seed stay in their order."""
    return sorted([*case.rows(), *rows], key=lambda row: int(row[SEED]))


def networks(collection: Collection) -> Table:
    """Where each network ended and which frequencies it has; of kept weights also fine-tuning and simple neurons.

    `frequencies`, `sizes` and `simples` are lists: frequencies of live neurons, how many have each, and how many of
    these are simple. `fine`: live neurons that combine frequencies.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-networks"):
        use(collection, case, case.finished)
        own: list[Sequence[Any]] = []
        for line in case.finished:
            fine, simples = neurons(case, line)
            values = (number(line[name], 5) for name in ("accuracy", "test_accuracy", "loss", "over_one", "near_zero"))
            lists = (" ".join(map(str, x)) for x in (line["frequencies"], line["sizes"], simples))
            own.append((*case.key, line["seed"], *values, line["live"], line["simple"], fine, *lists))
        rows += by_seed(case, own)
    head = ("seed", "accuracy", "test_accuracy", "loss", "over_one", "near_zero", "live", "simple", "fine")
    return Table((*CASE, *head, "frequencies", "sizes", "simples"), rows)


def neurons(case: Case, line: Line) -> tuple[int | str, list[int]]:
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
    for case in cases(collection, "multiscale-weights"):
        lines = case.finished
        use(collection, case, lines)
        had = [int(row["weights"]) for row in case.before.rows]
        counts = np.sum([line["bins"] for line in lines] + ([had] if had else []), axis=0).tolist()
        if lines or had:
            edges = (number(float(edge), 5) for edge in HISTOGRAM[:-1])
            rows += [(*case.key, edge, count) for edge, count in zip(edges, counts, strict=True)]
    return Table((*CASE, "from", "weights"), rows)


def margins(collection: Collection) -> Table:
    """The least margin of each network whose weights are kept, and its norm neuron by neuron.

    `mass` is `margin.analysis.cyclic.network.Network.norm`: so margin/mass is a normalised margin whatever the network
    was trained with. Source: docs/theory.md, 7.7.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-margins"):
        lines = [line for line in case.finished if line["weights"] is not None]
        use(collection, case, lines)
        own: list[Sequence[Any]] = []
        for line in lines:
            values = (line["accuracy"], line["margin"], case.network(line)[0].norm)
            own.append((*case.key, line["seed"], len(line["frequencies"]), *(number(x, 5) for x in values)))
        rows += by_seed(case, own)
    return Table((*CASE, "seed", "frequencies", "accuracy", "margin", "mass"), rows)


def fine(collection: Collection) -> Table:
    """Which frequencies the live fine-tuning neurons of each network combine: "7,14,21 5,10" are two neurons."""
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-fine"):
        lines = [line for line in case.finished if line["weights"] is not None]
        use(collection, case, lines)
        own: list[Sequence[Any]] = []
        for line in lines:
            network, _ = case.network(line)
            chosen = np.flatnonzero(fine_tuning(network.inputs) & network.clusters.live)
            parts = combined(network.inputs[..., chosen])
            own.append((*case.key, line["seed"], " ".join(",".join(map(str, part)) for part in parts)))
        rows += by_seed(case, own)
    return Table((*CASE, "seed", "combinations"), rows)
