"""The neurons of Li et al.'s MLP: spectra before and after training, and the weights of those that hold the mass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from margin.analysis.fourier import power_without_mean
from training import runs
from training.config import Config
from training.experiments import EXPERIMENTS, Source
from training.models.build import build
from training.population import Population
from training.tables.collection import EXPERIMENTS as MAKE
from training.tables.collection import Collection, Table, number
from training.tables.embeddings import NEURONS
from training.tables.weights import Array, masses, weights

MOST = 0.99  # of the mass, held by the neurons that are shown
LEAST_STEPS = 2000  # of an unfinished run of Li et al. that is worth showing


@dataclass(frozen=True)
class Kept:
    """Weights of the largest run of Li et al.'s MLP with k inputs, and what is known of it at that step."""

    source: Source
    config: Config
    step: int
    U: Array
    W: Array
    record: dict[str, Any]

    @property
    def masses(self) -> Array:
        """Share of each neuron in the mass."""
        mass = masses(self.U, self.W, self.config)
        return mass / mass.sum()

    @classmethod
    def largest(cls, collection: Collection, k: int) -> Kept:
        """At the printed size if that run is finished or far enough, else smaller. Raises FileNotFoundError."""
        sources = (*EXPERIMENTS["paper-scale"], *EXPERIMENTS["li"])
        for source in (s for s in sources if s.preset.startswith(f"li-k{k}-")):
            (config,) = source.configs()
            folder = collection.find(config)
            if folder is None:
                continue
            kept = {step: folder / runs.snapshot(step) for step in source.snapshots}
            kept = {step: path for step, path in kept.items() if step >= LEAST_STEPS and path.is_file()}
            if runs.is_finished(folder):
                kept = {config.steps: folder / runs.WEIGHTS}
            if kept:
                collection.use(source, config, folder)
                records = [r for r in runs.read_trajectory(folder) if r["step"] <= max(kept)]
                return cls(source, config, max(kept), *weights(kept[max(kept)]), records[-1] if records else {})
        raise FileNotFoundError(f"no run of li-k{k}; make it with `{MAKE} li`")


def li_spectra(collection: Collection, k: int) -> Table:
    """Frequency of largest power of each neuron's u_1, its share of the power, and the share before training."""
    run = Kept.largest(collection, k)
    generator = torch.Generator().manual_seed(run.config.seed)
    first = build(run.config, Population(run.config.task.posed()), generator).parameters["U"]
    before, now = (power_without_mean(x[0], 0) for x in (first.double().numpy(), run.U))
    rows: list[Sequence[Any]] = [
        (i, number(mass, 4), int(now[:, i].argmax() + 1), number(now[:, i].max(), 6), number(before[:, i].max(), 6))
        for i, mass in enumerate(run.masses)
    ]
    return Table(("neuron", "mass", "frequency", "share", "share_before"), rows)


def heavy(masses: Array) -> NDArray[np.int64]:
    """Numbers, in order, of the fewest neurons that hold MOST of the mass together."""
    order = np.argsort(-masses, kind="stable")
    count = int(np.searchsorted(np.cumsum(masses[order]), MOST)) + 1
    return np.sort(order[:count])


def li_neurons(collection: Collection, k: int) -> Table:
    """u_1 and w of the first neurons that hold most of the mass, with the run's size and what it reached."""
    run = Kept.largest(collection, k)
    reached = (number(run.record.get(name), 5) for name in ("step", "ratio", "train_accuracy", "test_accuracy"))
    about = (k, run.U.shape[1], run.config.model.width, run.step, *reached)
    rows: list[Sequence[Any]] = []
    for i in heavy(run.masses)[:NEURONS]:
        for name, vector in (("u1", run.U[0, :, i]), ("w", run.W[i])):
            rows.append((*about, int(i), name, " ".join(number(x, 4) for x in vector)))
    head = ("k", "p", "width", "steps", "measured_at", "ratio", "train_accuracy", "test_accuracy")
    return Table((*head, "neuron", "vector", "values"), rows)
