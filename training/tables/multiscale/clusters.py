"""What the clusters of the first networks of each case do: ranks, shifts, noise, ablation, phases; their planes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.analysis.cyclic import logits, planes
from margin.analysis.cyclic.network import Network, score
from margin.analysis.phases import phases
from training.tables.collection import Collection, Table, number
from training.tables.multiscale.shards import CASE, Case, cases, prefix

STUDIED = 100  # networks of each case, those of the least seeds, whose weights are kept
SIGMAS = (0.1, 0.225, 0.5)  # of the noise
DRAWS = 3  # of the noise for each
COMPONENTS = 8
PURE = 0.9  # least share of a component at its frequency


def studied(case: Case) -> Iterator[tuple[int, Network, NDArray[np.float64]]]:
    """Seed, network and embeddings of the first networks with weights."""
    for line in [line for line in case.finished if line["weights"] is not None][:STUDIED]:
        yield line["seed"], *case.network(line)


def clusters(collection: Collection) -> Table:
    """A line for each cluster.

    `first`: share of the pairs whose right label it ranks first, alone; `rank`: the median. `shift_error` and `turns`:
    how far its contribution is from moving by 4 when a and b move by 2, and how far the move that fits best is from 4
    in turns of its wave. `loss`: of the network on all pairs; then with noise, means of DRAWS; without the cluster.
    `spread`: p-value of its neurons' phases being spread evenly.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection):
        for seed, network, _ in studied(case):
            loss, accuracy = score(network.logits, network.labels)
            for z in network.frequencies.tolist():
                values = [*cluster(network, z), loss, accuracy, *noise(network, z, seed)]
                values += score(logits.without(network, network.members(z)), network.labels)
                turns = [phases(network.inputs[i][:, network.members(z)], z, 0) for i in (0, 1)]
                values.append(planes.phase_spread(*turns))
                rows.append((*prefix(case), seed, z, len(network.members(z)), *(number(x, 4) for x in values)))
    noises = [f"{what}_{sigma}" for sigma in SIGMAS for what in ("loss", "accuracy")]
    head = ("seed", "frequency", "neurons", "first", "rank", "shift_error", "turns", "loss", "accuracy", *noises)
    return Table((*CASE, *head, "loss_without", "accuracy_without", "spread"), rows)


def cluster(network: Network, frequency: int) -> list[float]:
    """Share ranked first, median rank, error of the shift, turns between the best move and 4."""
    ranks = logits.ranks(logits.contribution(network, frequency), network.labels)
    error, move = logits.shift_of(network, frequency, 2)
    turns = frequency * (move - 4) / network.n
    return [float((ranks == 0).mean()), float(np.median(ranks)), error, abs(turns - round(turns))]


def noise(network: Network, frequency: int, seed: int) -> list[float]:
    """Loss and accuracy for each of SIGMAS, means of DRAWS."""
    values: list[float] = []
    for sigma in SIGMAS:
        generator = np.random.default_rng([seed, frequency])
        scores = [score(logits.noised(network, frequency, sigma, generator), network.labels) for _ in range(DRAWS)]
        values += np.mean(scores, axis=0).tolist()
    return values


def ranks(collection: Collection) -> Table:
    """How often the right label has each rank, by one cluster alone, and by the whole network."""
    rows: list[Sequence[Any]] = []
    for case in cases(collection):
        n = case.key[0]
        alone, together = np.zeros(n, np.int64), np.zeros(n, np.int64)
        for _, network, _ in studied(case):
            together += np.bincount(logits.ranks(network.logits, network.labels), minlength=n)
            for z in network.frequencies.tolist():
                found = logits.ranks(logits.contribution(network, z), network.labels)
                alone += np.bincount(found, minlength=n)
        if together.any():
            rows += [(*prefix(case), rank, int(alone[rank]), int(together[rank])) for rank in range(n)]
    return Table((*CASE, "rank", "alone", "together"), rows)


def pairs(collection: Collection) -> Table:
    """Neighbouring principal components of both embeddings side by side: same frequency or not, circular or not.

    `pure`: both have at least PURE of their norm at their frequency.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection):
        counts: Counter[tuple[int, int, int]] = Counter()
        for _, _, tables in studied(case):
            both = np.concatenate(list(tables), axis=1)
            found = planes.components(both, min(COMPONENTS, *both.shape))
            for i in range(len(found.frequencies) - 1):
                same = found.frequencies[i] == found.frequencies[i + 1]
                pure = found.purity[i : i + 2].min() >= PURE
                circular = planes.circular(found.directions[:, i], found.directions[:, i + 1])
                counts[int(same), int(pure), int(circular)] += 1
        rows += [(*prefix(case), *kind, count) for kind, count in sorted(counts.items())]
    return Table((*CASE, "same", "pure", "circular", "pairs"), rows)
