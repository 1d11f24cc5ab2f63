"""What Rangamani's recurrent networks have learned: frequencies, ranks, singular vectors, ablations, fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from margin.analysis.axes import Array
from margin.analysis.circuits.ablation import at_frequencies, by_rank, without_directions, without_frequencies
from margin.analysis.circuits.pairing import directions
from margin.analysis.circuits.sums import plane_power, sum_fit, sum_share
from margin.analysis.fourier import key_frequencies, power, power_without_mean
from margin.analysis.singular import decomposed
from training.tables.circuits.kept import FITTED, KEY, Trained, first_step, trained
from training.tables.collection import Collection, Table, number

MATRICES = {  # the ranks that are tried
    "embedding": range(41),
    "unembedding": range(41),
    "weight_ih": range(41),
    "weight_hh": range(0, 65, 2),
}
NUMBERS = 64  # singular directions of a matrix that are kept
VECTORS = 16  # of these, of the embedding and the unembedding, those whose whole spectrum is kept
PLACES = ("embedding", "unembedding", "state1", "state2", "state3")
EXACT = 1.0
ZERO = 0.01  # test loss that counts as none
PRINTED_STEP = 4000  # by which the paper has no test loss left
LEAST = 1e-3  # share of a pair of frequencies that is kept
_LAST = ("train_accuracy", "test_accuracy", "train_loss", "test_loss", "train_margin", "test_margin", "norm_2")


class Measured:
    """A trained recurrent network of two inputs on all of them: its matrices and states, in float64."""

    def __init__(self, run: Trained) -> None:
        self.run, self.model = run, run.model()
        self.n = self.model.population.n
        with torch.no_grad():
            places = self.model.forward(run.parameters, self.model.inputs)
        self.last, self.labels = places["normalised"].numpy(), self.model.labels.numpy()
        self.matrices: dict[str, Array] = {name: run.parameters[name].numpy() for name in MATRICES}
        self.states: dict[str, Array] = {  # elements first: (n, m), (n, n, m)
            name: places[name].numpy().reshape(self.n, self.n, -1) for name in ("state1", "state2", "state3")
        }
        self.states["state1"] = self.states["state1"][:, 0]

    def frequencies(self, place: str) -> list[int]:
        """The key frequencies of a place, along either element where it depends on two."""
        values = self.matrices.get(place, self.states.get(place))
        assert values is not None
        axes = (0, 1) if values.ndim == 3 else (0,)
        return sorted({int(z) for axis in axes for z in key_frequencies(values, axis)})

    def by_power(self) -> list[int]:
        """The key frequencies of the unembedding, that of most power first."""
        shares = power_without_mean(self.matrices["unembedding"], 0, pooled=1)
        return sorted(self.frequencies("unembedding"), key=lambda z: -shares[z - 1])

    def on_elements(self, matrix: str) -> Array:
        """What each singular direction of a matrix is as a function of the element, (n, r), by size of the direction.

        Left singular vectors of embedding and unembedding; e(a) and h_1(a) along the right ones of W_ih and W_hh.
        """
        found = decomposed(self.matrices[matrix])
        if matrix in ("embedding", "unembedding"):
            return found.left
        values: Array = (self.matrices["embedding"] if matrix == "weight_ih" else self.states["state1"]) @ found.right.T
        return values

    def accuracy(self, matrix: str) -> Callable[[Array], float]:
        """The accuracy on all inputs with another matrix in the place of this one."""
        if matrix == "unembedding":  # the states stay
            return lambda values: float(((self.last @ values.T).argmax(1) == self.labels).mean())
        return lambda values: self.run.accuracy(self.model, {matrix: torch.from_numpy(np.ascontiguousarray(values))})


def measured(collection: Collection) -> Iterator[Measured]:
    """Every run of the experiment `recurrent` that is there. Raises FileNotFoundError if none is."""
    return map(Measured, trained(collection, "recurrent"))


def reached(collection: Collection) -> Table:
    """Where each run is, the steps at which it had learned, and the key frequencies of each place."""
    rows: list[Sequence[Any]] = []
    for network in measured(collection):
        run, records = network.run, network.run.records
        steps = [first_step(records, f"{half}_accuracy", FITTED) for half in ("train", "test")]
        steps.append(first_step(records, "test_accuracy", EXACT))
        steps.append(next((int(record["step"]) for record in records if record["test_loss"] <= ZERO), None))
        early = [record["test_loss"] for record in records if record["step"] <= PRINTED_STEP][-1]
        losses = number(early, 6), number(min(record["test_loss"] for record in records), 6)
        last = (number(run.record[name], 6) for name in _LAST)
        end = records[-1]["step"], number(records[-1]["test_accuracy"], 6), number(records[-1]["test_loss"], 6)
        sets = (" ".join(map(str, network.frequencies(place))) for place in PLACES)
        about = network.n, run.config.flat()["train_share"], number(run.accuracy(network.model, {}), 7)
        rows.append((*run.key, *about, *last, *("" if x is None else x for x in steps), *losses, *end, *sets))
    steps_of = ("train_step", "test_step", "exact_step", "zero_step", f"test_loss_{PRINTED_STEP}", "least_test_loss")
    ends = ("end", "end_test_accuracy", "end_test_loss")
    return Table((*KEY, "n", "train_share", "accuracy", *_LAST, *steps_of, *ends, *PLACES), rows)


def spectra(collection: Collection) -> Table:
    """Shares of what varies at each frequency, along each element: of matrices, and of the states on all inputs."""
    rows: list[Sequence[Any]] = []
    for network in measured(collection):
        for place in PLACES:
            values = network.matrices.get(place, network.states.get(place))
            assert values is not None
            for axis in range(values.ndim - 1):
                others = [other for other in range(values.ndim) if other != axis]
                shares = power_without_mean(values, axis, pooled=others)
                rows += [(*network.run.key, place, axis, z, number(x, 5)) for z, x in enumerate(shares, 1)]
    return Table((*KEY, "place", "element", "frequency", "share"), rows)


def planes(collection: Collection) -> Table:
    """Shares of the states' squared norm at pairs of frequencies of both elements, those of some size; 0 0 the mean."""
    rows: list[Sequence[Any]] = []
    for network in measured(collection):
        for place in ("state2", "state3"):
            shares = plane_power(network.states[place], 0, 1)
            for y, z in np.argwhere(shares >= LEAST):
                rows.append((*network.run.key, place, int(y), int(z), number(shares[y, z], 5)))
    return Table((*KEY, "place", "first", "second", "share"), rows)


def ranks(collection: Collection) -> Table:
    """Accuracy on all inputs with a matrix cut to each rank, and with what is left of it."""
    rows: list[Sequence[Any]] = []
    for network in measured(collection):
        for matrix, tried in MATRICES.items():
            values = network.matrices[matrix]
            possible = [rank for rank in tried if rank <= min(values.shape)]
            for kept in by_rank(values, possible, network.accuracy(matrix)):
                numbers = (number(x, 6) for x in (kept.share, kept.energy, kept.accuracy, kept.complement))
                rows.append((*network.run.key, matrix, kept.rank, *numbers))
    return Table((*KEY, "matrix", "rank", "share", "energy", "accuracy", "complement"), rows)


def singular(collection: Collection) -> Table:
    """Singular values, and what each direction is as a function of the element: its frequency, and its spectrum."""
    rows: list[Sequence[Any]] = []
    for network in measured(collection):
        for matrix in MATRICES:
            values, columns = decomposed(network.matrices[matrix]).values, network.on_elements(matrix)[:, :NUMBERS]
            shown = VECTORS if matrix in ("embedding", "unembedding") else 0
            shares = power(columns, 0)
            for i, found in enumerate(directions(columns)):
                kept = " ".join(number(x, 3) for x in shares[:, i]) if i < shown else ""
                about = (number(values[i], 7), found.frequency, number(found.share, 5))
                rows.append((*network.run.key, matrix, i, *about, kept))
    return Table((*KEY, "matrix", "number", "value", "frequency", "share", "spectrum"), rows)


def ablation(collection: Collection) -> Table:
    """Accuracy on all inputs with frequencies taken out of the unembedding, that of most power first.

    `single` and `several`: this one, and it with all before it, each with its singular directions among the first
    2 x frequencies; `exact` and `several_exact` by projection along the labels; `only` has these alone and the mean.
    """
    rows: list[Sequence[Any]] = []
    for network in measured(collection):
        matrix, accuracy = network.matrices["unembedding"], network.accuracy("unembedding")
        order, found = network.by_power(), decomposed(network.matrices["unembedding"])
        belongs = [direction.frequency for direction in directions(found.left[:, : 2 * len(order)])]
        for i, frequency in enumerate(order):
            before = order[: i + 1]
            numbers = [[j for j, z in enumerate(belongs) if z in chosen] for chosen in ([frequency], before)]
            values = (
                *(accuracy(without_directions(found, chosen)) for chosen in numbers),
                *(accuracy(without_frequencies(matrix, chosen, 0)) for chosen in ([frequency], before)),
                accuracy(at_frequencies(matrix, [0, *before], 0)),
            )
            rows.append((*network.run.key, i + 1, frequency, len(numbers[0]), *(number(x, 6) for x in values)))
    columns = ("number", "frequency", "directions", "single", "several", "exact", "several_exact", "only")
    return Table((*KEY, *columns), rows)


def fits(collection: Collection) -> Table:
    """The last state by waves of a + b, along singular vectors of the unembedding, and along its waves.

    `along` vector: the right singular vectors; cosine, sine: what the unembedding has of these waves of the label, at
    each key frequency, that of most power first. `error` is relative, of the state scaled to length 1; `plain_error` of
    the state as it is; `sum_share` the share of the scaled one's squared norm that depends on a + b alone.
    """
    rows: list[Sequence[Any]] = []
    for network in measured(collection):
        state, matrix = network.states["state3"], network.matrices["unembedding"]
        scaled, found = state / np.linalg.norm(state, axis=2, keepdims=True), decomposed(matrix)
        order = network.by_power()
        columns = enumerate(directions(found.left[:, : 2 * len(order)]))
        along = [("vector", i, column.frequency, found.right[i]) for i, column in columns if column.frequency]
        for i, z in enumerate(order):
            angles = 2 * np.pi * z * np.arange(network.n) / network.n
            for name, wave in (("cosine", np.cos(angles)), ("sine", np.sin(angles))):
                vector = wave @ matrix
                along.append((name, i, z, vector / np.linalg.norm(vector)))
        for name, i, z, vector in along:
            values = scaled @ vector
            fit, plain = sum_fit(values, z), sum_fit(state @ vector, z)
            numbers = (number(x, 6) for x in (fit.alpha, fit.beta, fit.error, plain.error, sum_share(values)))
            rows.append((*network.run.key, name, i, z, *numbers))
    columns_of = ("along", "number", "frequency", "alpha", "beta", "error", "plain_error", "sum_share")
    return Table((*KEY, *columns_of), rows)


TABLES: dict[str, Callable[[Collection], Table]] = {
    "rangamani-runs": reached,
    "rangamani-spectra": spectra,
    "rangamani-planes": planes,
    "rangamani-ranks": ranks,
    "rangamani-singular": singular,
    "rangamani-ablation": ablation,
    "rangamani-fits": fits,
}
