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
from training.tables.multiscale.networks import by_seed
from training.tables.multiscale.shards import CASE, Case, cases, use

STUDIED = 100  # networks of each case, those of the least seeds, whose weights are kept
ABLATED = 20  # the same for random parts of clusters
SIGMAS = (0.1, 0.225, 0.5)  # of the noise
PARTS = (25, 50, 75)  # percent of a cluster's neurons that are removed
DRAWS = 3  # of the noise, and of the neurons, for each
COMPONENTS = 8
PURE = 0.9  # least share of a component at its frequency


def studied(
    collection: Collection, case: Case, most: int = STUDIED
) -> Iterator[tuple[int, Network, NDArray[np.float64]]]:
    """Seed, network and embeddings of the first networks with weights; those before count, but are not worked on."""
    lines = case.studied(most)
    use(collection, case, lines)
    for line in lines:
        yield line["seed"], *case.network(line)


def clusters(collection: Collection) -> Table:
    """A line for each cluster.

    `first`: share of the pairs whose right label it ranks first, alone; `rank`: the median. `shift_error` and `turns`:
    how far its contribution is from moving by 4 when a and b move by 2, and how far the move that fits best is from 4
    in turns of its wave. `loss`: of the network on all pairs; then with noise, means of DRAWS; without the cluster.
    `spread`: p-value of its neurons' phases being spread evenly.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-clusters"):
        own: list[Sequence[Any]] = []
        for seed, network, _ in studied(collection, case):
            loss, accuracy = score(network.logits, network.labels)
            for z in network.frequencies.tolist():
                values = [*cluster(network, z), loss, accuracy, *noise(network, z, seed)]
                values += score(logits.without(network, network.members(z)), network.labels)
                turns = [phases(network.inputs[i][:, network.members(z)], z, 0) for i in (0, 1)]
                values.append(planes.phase_spread(*turns))
                own.append((*case.key, seed, z, len(network.members(z)), *(number(x, 4) for x in values)))
        rows += by_seed(case, own)
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


def ablation(collection: Collection) -> Table:
    """A line for each cluster: loss and accuracy on all pairs, then without PARTS of its neurons, means of DRAWS.

    Source: the paper on several scales, appendix B.4, Figure 27.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-ablation"):
        own: list[Sequence[Any]] = []
        for seed, network, _ in studied(collection, case, ABLATED):
            whole = score(network.logits, network.labels)
            for z in network.frequencies.tolist():
                count = len(network.members(z))
                values = [*whole, *removed(network, z, seed)]
                own.append((*case.key, seed, z, count, *(number(x, 4) for x in values)))
        rows += by_seed(case, own)
    head = [f"{what}_{part}" for part in (0, *PARTS, 100) for what in ("loss", "accuracy")]
    return Table((*CASE, "seed", "frequency", "neurons", *head), rows)


def removed(network: Network, frequency: int, seed: int) -> list[float]:
    """Loss and accuracy without PARTS of a cluster's neurons, rounded to whole ones, and without all of them."""
    generator, count, values = np.random.default_rng([seed, frequency]), len(network.members(frequency)), []
    for part in PARTS:
        some = round(count * part / 100)
        draws = [logits.ablated(network, frequency, some, generator) for _ in range(DRAWS)]
        values += np.mean(draws, axis=0).tolist()
    return [*values, *logits.ablated(network, frequency, count, generator)]


def ranks(collection: Collection) -> Table:
    """How often the right label has each rank, by one cluster alone, and by the whole network."""
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-ranks"):
        counts = np.zeros((case.n, 2), np.int64)
        for row in case.before.rows:
            counts[int(row["rank"])] += int(row["alone"]), int(row["together"])
        for _, network, _ in studied(collection, case):
            counts[:, 1] += np.bincount(logits.ranks(network.logits, network.labels), minlength=case.n)
            for z in network.frequencies.tolist():
                found = logits.ranks(logits.contribution(network, z), network.labels)
                counts[:, 0] += np.bincount(found, minlength=case.n)
        if counts.any():
            rows += [(*case.key, rank, *map(int, counts[rank])) for rank in range(case.n)]
    return Table((*CASE, "rank", "alone", "together"), rows)


def pairs(collection: Collection) -> Table:
    """Neighbouring principal components of both embeddings side by side: same frequency or not, circular or not.

    `pure`: both have at least PURE of their norm at their frequency.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-pairs"):
        counts: Counter[tuple[int, int, int]] = Counter()
        for row in case.before.rows:
            counts[int(row["same"]), int(row["pure"]), int(row["circular"])] += int(row["pairs"])
        for _, _, tables in studied(collection, case):
            both = np.concatenate(list(tables), axis=1)
            found = planes.components(both, min(COMPONENTS, *both.shape))
            for i in range(len(found.frequencies) - 1):
                same = found.frequencies[i] == found.frequencies[i + 1]
                pure = found.purity[i : i + 2].min() >= PURE
                circular = planes.circular(found.directions[:, i], found.directions[:, i + 1])
                counts[int(same), int(pure), int(circular)] += 1
        rows += [(*case.key, *kind, count) for kind, count in sorted(counts.items())]
    return Table((*CASE, "same", "pure", "circular", "pairs"), rows)
