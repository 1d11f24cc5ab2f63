"""Rangamani's recurrent networks at every kept step: does what is seen at the step of least test loss hold there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

from margin.analysis.circuits.ablation import without_directions
from margin.analysis.circuits.pairing import directions
from margin.analysis.circuits.sums import sum_fit
from margin.analysis.singular import decomposed
from training.tables.circuits.kept import KEY, at_every_step
from training.tables.circuits.recurrent import PLACES, Measured
from training.tables.collection import Collection, Table, number

HIDDEN_RANK = 32  # of W_hh in the paper
PAIRED = ("embedding", "unembedding", "weight_ih")
_MEASURED = ("train_accuracy", "test_accuracy", "train_loss", "test_loss")


def steps(collection: Collection) -> Table:
    """Of every kept step: key frequencies, accuracy at the claimed ranks, directions two by two, ablations, fits.

    With f key frequencies of the unembedding: `same` is 1 where every place has these; `rank_...` the accuracy on all
    inputs with the matrix cut to rank 2f (W_hh to 32); `pairs` the frequencies that have two of the first 2f
    directions, `least_share` the least share of one at its own; `single` and `half` the least accuracy without the
    directions of one frequency, and that without half of them; `error` the fits' median relative error. Empty if f = 0.
    """
    rows: list[Sequence[Any]] = []
    for run in at_every_step(collection, "recurrent"):
        network = Measured(run)
        about = (number(run.record[name], 6) for name in _MEASURED)
        found = network.by_power()
        same = all(network.frequencies(place) == sorted(found) for place in PLACES)
        whole = number(run.accuracy(network.model, {}), 7)
        values = _values(network, found) if found else {}
        numbers = (number(values.get(name), 6) for name in COLUMNS)
        rows.append((*run.key, run.config.flat()["train_share"], *about, whole, len(found), int(same), *numbers))
    return Table((*KEY, "train_share", *_MEASURED, "accuracy", "frequencies", "same", *COLUMNS), rows)


COLUMNS = (*(f"rank_{name}" for name in (*PAIRED, "weight_hh")), "pairs", "least_share", "single", "half", "error")


def _values(network: Measured, order: Sequence[int]) -> dict[str, float]:
    """The values of COLUMNS; `order` has the key frequencies, that of most power first."""
    values, count = {}, 2 * len(order)
    for matrix in (*PAIRED, "weight_hh"):
        own = network.matrices[matrix]
        rank = min(HIDDEN_RANK if matrix == "weight_hh" else count, *own.shape)
        values[f"rank_{matrix}"] = network.accuracy(matrix)(decomposed(own).truncated(rank))
    accuracy, found = network.accuracy("unembedding"), decomposed(network.matrices["unembedding"])
    first = directions(found.left[:, :count])
    values["pairs"] = sum(n == 2 for n in Counter(direction.frequency for direction in first).values())
    values["least_share"] = min(direction.share for direction in first)
    belongs = [direction.frequency for direction in first]

    def without(chosen: Sequence[int]) -> float:
        return accuracy(without_directions(found, [i for i, z in enumerate(belongs) if z in chosen]))

    values["single"] = min(without([z]) for z in order)
    values["half"] = without(order[: (len(order) + 1) // 2])
    state = network.states["state3"]
    scaled = state / np.linalg.norm(state, axis=2, keepdims=True)
    fits = [sum_fit(scaled @ found.right[i], z) for i, z in enumerate(belongs) if z]
    values["error"] = median(fit.error for fit in fits)
    return values
