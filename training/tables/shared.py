"""One shared embedding: share of gamma* reached, and the power of neurons at the multiples of their frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.analysis.cyclic.neurons import remapped
from margin.analysis.fourier import dominant, power, power_without_mean
from margin.shared.maximum import maximum_margin
from margin.shared.report import powers
from margin.tasks import SharedEmbedding
from training import runs
from training.experiments import EXPERIMENTS
from training.tables.collection import Collection, Table, number
from training.tables.weights import masses, weights

Array = NDArray[np.float64]


def multiples(vectors: Array, frequencies: NDArray[np.int64]) -> Array:
    """Power of each column of (n, m), n prime, at 0, f, 2f, .. of its frequency f in 1..n/2; shape (n//2 + 1, m).

    >>> wave = np.cos(2 * np.pi * 2 * np.arange(5) / 5)[:, None]
    >>> multiples(wave, np.array([2])).round(9).tolist(), multiples(wave, np.array([1])).round(9).tolist()
    ([[0.0], [1.0], [0.0]], [[0.0], [0.0], [1.0]])
    """
    columns = [power(remapped(vector, int(f))) for vector, f in zip(vectors.T, frequencies, strict=True)]
    return np.stack(columns, axis=1)


def predicted(task: SharedEmbedding) -> dict[str, Array]:
    """Power of u and w at 0, f, 2f, .., of the neurons that reach gamma* of x^k, by their share of the norm."""
    kinds = powers(maximum_margin(task))
    return {name: np.sum([row["share"] * np.array(row[name]) for row in kinds], axis=0) for name in ("u", "w")}


def shared(collection: Collection) -> Table:
    """Mean and standard deviation over neurons, weighted by their share of the norm; `predicted` for x^k alone.

    Neurons whose embedding is constant have no frequency and are left out.
    """
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["shared"]:
        for config, folder in collection.finished(source):
            U, W = weights(folder / runs.WEIGHTS)
            task, mass = config.task.posed(), masses(U, W, config)
            assert isinstance(task, SharedEmbedding)
            frequencies = dominant(U[0], axis=0)
            varying = frequencies > 0
            share = mass[varying] / mass[varying].sum()
            result = runs.read_result(folder)
            what = (config.task.name, task.n, task.k, config.flat()["activation"], config.model.width, config.seed)
            margins = (number(result[key], 9) for key in ("ratio", "normalised_margin"))
            reached = (config.digest(), result["step"], *margins)
            theory = predicted(task) if result["ratio"] is not None else {}
            for name, vectors in (("u", U[0]), ("w", W.T)):
                found = multiples(vectors[:, varying], frequencies[varying])
                mean = found @ share
                spread = np.sqrt((found - mean[:, None]) ** 2 @ share)
                for j, values in enumerate(zip(mean, spread, strict=True)):
                    said = number(float(theory[name][j]), 7) if theory else ""
                    rows.append((*what, *reached, name, j, *(number(float(x), 7) for x in values), said))
    head = ("task", "n", "k", "activation", "width", "seed", "run", "steps", "ratio", "normalised_margin")
    return Table((*head, "side", "multiple", "power", "deviation", "predicted"), rows)


def neurons(collection: Collection) -> Table:
    """The heaviest neuron of each frequency: its share of the norm, the power there of what varies, and its vectors.

    `side` u or w, `values` by element or label; `cluster`: how many neurons have that frequency.
    """
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["pizza"]:
        for config, folder in collection.finished(source):
            U, W = weights(folder / runs.WEIGHTS)
            mass = masses(U, W, config)
            frequencies, shares = dominant(U[0], axis=0), power_without_mean(U[0], 0)
            what = config.task.posed().n, config.flat()["activation"], config.model.width, config.seed, config.digest()
            for f in sorted(set(frequencies[frequencies > 0].tolist())):
                members = np.flatnonzero(frequencies == f)
                i = int(members[mass[members].argmax()])
                about = (int(f), len(members), i, number(mass[i] / mass.sum(), 5), number(float(shares[f - 1, i]), 5))
                for side, vector in (("u", U[0, :, i]), ("w", W[i])):
                    rows.append((*what, *about, side, " ".join(number(float(x), 4) for x in vector)))
    head = ("n", "activation", "width", "seed", "run", "frequency", "cluster", "neuron", "mass", "share")
    return Table((*head, "side", "values"), rows)
