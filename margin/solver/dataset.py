"""Finite data sets: features, labels and an activation, from a task, a table of labels or a file.

A hidden neuron sees features x (one-hot blocks or real numbers) as act(x . u); nothing else about a task reaches the
solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import log2
from os import PathLike

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.io.grids import Grid, read_grid, require_values
from margin.io.headings import data_headings, is_number, table_headings
from margin.io.output import remark
from margin.networks.activations import Activation, Power
from margin.networks.inputs import inputs_of
from margin.tasks import ModularAddition, SharedEmbedding, SparseParity, Task

Array = NDArray[np.float64]
MOST_ENTRIES = 20_000_000  # features and margins of one neuron held at a time
_NEAR = 8.0  # lengths that stay as they are: from 1 over this to this
_STEEP = 10  # exponents from which every length is scaled
_MOST = 900.0  # of the binary exponent of margins: float64 ends at 1024


@dataclass(frozen=True)
class DataSet:
    """N different inputs with features (N, d), labels (N,) in 0..classes-1, and an activation.

    `name` is what reports say. `task` is set where the data are the whole population of modular addition with its own
    activation, for which certificates exist; `blocks` are the sizes of one-hot blocks, if features are such. Repeated
    inputs are kept once. Raises ValueError for other shapes, features that are not finite, fewer than two classes, and
    inputs that come with two labels; TypeError for an activation that is none.
    """

    features: Array
    labels: NDArray[np.int64]
    classes: int
    activation: Activation
    name: str = "data set"
    blocks: tuple[int, ...] = ()
    task: ModularAddition | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        features = np.array(self.features, dtype=np.float64)
        labels = np.array(self.labels)
        if features.ndim != 2 or not features.size or labels.shape != (len(features),):
            raise ValueError(
                f"DataSet: features of shape {features.shape} and labels {labels.shape}, expected (N, d) and (N,)"
            )
        if labels.dtype.kind not in "iu":
            raise ValueError(f"DataSet: labels of type {labels.dtype}, expected integers")
        if self.classes < 2:
            raise ValueError(f"DataSet: {self.classes} class, expected at least 2: one class has no wrong label")
        if not 0 <= labels.min() <= labels.max() < self.classes:
            raise ValueError(f"DataSet: labels from {labels.min()} to {labels.max()}, expected 0..{self.classes - 1}")
        if not np.isfinite(features).all():
            row = int((~np.isfinite(features)).any(axis=1).argmax())
            raise ValueError(f"DataSet: a feature of input {row} is not finite, expected real numbers")
        if not isinstance(self.activation, Activation):
            raise TypeError(f"DataSet: activation {self.activation!r}, expected one such as Power(2) or ReLU()")
        if features.size + len(labels) * self.classes > MOST_ENTRIES:
            raise ValueError(
                f"DataSet: {len(labels)} inputs with {features.shape[1]} features and {self.classes} classes, expected"
                f" at most {MOST_ENTRIES} numbers in all"
            )
        features, labels = _without_repetition(features, labels.astype(np.int64))
        object.__setattr__(self, "features", features)
        object.__setattr__(self, "labels", labels)

    @property
    def degree(self) -> int:
        """nu: degree of homogeneity of a network on the data, outer exponent of its norm. Raises ValueError if none."""
        return self.activation.network_degree()

    def __len__(self) -> int:
        return len(self.labels)

    def __str__(self) -> str:
        return self.name

    def wrong(self) -> NDArray[np.bool_]:
        """Which (input, class) pairs are wrong labels, shape (N, classes)."""
        mask: NDArray[np.bool_] = np.arange(self.classes) != self.labels[:, None]
        return mask

    def part(self, share: float, seed: int = 0) -> DataSet:
        """A random part of the inputs, each as likely as any other; round(share N) of them, at least 1.

        Raises ValueError unless 0 < share <= 1.
        """
        if not 0 < share <= 1:
            raise ValueError(f"part of the data: share {share}, expected a number above 0 and at most 1")
        if share == 1:
            return self
        count = max(1, round(share * len(self)))
        kept = np.sort(np.random.default_rng(seed).permutation(len(self))[:count])
        name = f"{self.name}, {count} of {len(self)} inputs (seed {seed})"
        return self._with(self.features[kept], self.labels[kept], name)

    def with_noise(self, share: float, seed: int = 0) -> DataSet:
        """Labels of a random part of the inputs replaced by a random wrong label; round(share N) of them.

        Raises ValueError unless 0 <= share <= 1.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"noise: share {share}, expected a number from 0 to 1")
        generator = np.random.default_rng(seed)
        count = round(share * len(self))
        if not count:
            return self
        changed = generator.permutation(len(self))[:count]
        labels = self.labels.copy()
        labels[changed] = (labels[changed] + generator.integers(1, self.classes, count)) % self.classes
        return self._with(self.features, labels, f"{self.name}, {count} labels wrong (seed {seed})")

    def _with(self, features: Array, labels: NDArray[np.int64], name: str) -> DataSet:
        return DataSet(features, labels, self.classes, self.activation, name, self.blocks)


def _without_repetition(features: Array, labels: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    """Each input once, in order of first appearance. Raises ValueError for an input with two labels."""
    _, first, which = np.unique(features + 0.0, axis=0, return_index=True, return_inverse=True)
    original = first[which.reshape(-1)]
    clash = labels != labels[original]
    if clash.any():
        row = int(clash.argmax())
        raise ValueError(
            f"contradictory data: inputs {original[row]} and {row} are the same, with labels {labels[original[row]]}"
            f" and {labels[row]}; no network has a positive margin, remove one of them"
        )
    kept = np.sort(first)
    return features[kept], labels[kept]


def one_hot(inputs: ArrayLike, sizes: Sequence[int] | None = None) -> tuple[Array, tuple[int, ...]]:
    """Features of inputs (N, k) of symbols 0..size-1 per column: k one-hot blocks side by side; and their sizes.

    Without sizes: the largest symbol of a column plus one. Raises ValueError for another shape, entries that are no
    integers, and symbols outside.
    """
    symbols = np.asarray(inputs)
    if symbols.ndim != 2 or not symbols.size or symbols.dtype.kind not in "iu":
        raise ValueError(
            f"one_hot: inputs of shape {symbols.shape} and type {symbols.dtype}, expected integers of shape (N, k)"
        )
    widths = tuple(int(s) for s in (symbols.max(axis=0) + 1 if sizes is None else sizes))
    if len(widths) != symbols.shape[1] or symbols.min() < 0 or (symbols >= widths).any():
        raise ValueError(f"one_hot: symbols outside 0..size-1 for the sizes {widths}")
    features = np.zeros((len(symbols), sum(widths)))
    starts = np.cumsum((0, *widths[:-1]))
    np.put_along_axis(features, symbols + starts, 1.0, axis=1)
    return features, widths


def from_task(task: Task, activation: Activation | None = None) -> DataSet:
    """The whole population of a task; x^k unless an activation is given. Raises ValueError if it is too large.

    With one shared embedding a neuron sees how often each symbol occurs: features (N, n), each multiset of inputs once.
    """
    kind = inputs_of(task)
    width = int(np.prod(kind.shape))
    if task.population * (kind.classes + width) > MOST_ENTRIES:
        raise ValueError(
            f"{task}: {task.counted} inputs are too many for the solver, expected at most"
            f" {MOST_ENTRIES // (kind.classes + width)}"
        )
    inputs = task.inputs()
    labels = np.asarray(task.labels(inputs), dtype=np.int64)
    own = Power(task.k)
    used = own if activation is None else activation
    if isinstance(task, SparseParity):
        return DataSet(inputs.astype(np.float64), labels, kind.classes, used, str(task))
    features, blocks = one_hot(inputs, (task.n,) * task.k)
    if isinstance(task, SharedEmbedding):
        counts = features.reshape(len(features), task.k, task.n).sum(axis=1)
        return DataSet(counts, labels, kind.classes, used, str(task))
    known = task if isinstance(task, ModularAddition) and used == own else None
    return DataSet(features, labels, kind.classes, used, str(task), blocks, known)


def from_table(table: ArrayLike, activation: Activation | None = None, name: str = "table") -> DataSet:
    """Two inputs, row and column, and the entry as label; negative entries are missing pairs; x^2 unless given.

    Raises ValueError for a table that is no matrix of integers, or is all missing.
    """
    entries = np.asarray(table)
    if entries.ndim != 2 or not entries.size or entries.dtype.kind not in "iu":
        raise ValueError(f"table of shape {entries.shape} and type {entries.dtype}, expected a matrix of integers")
    inputs = np.argwhere(entries >= 0)
    if not len(inputs):
        raise ValueError("table: every entry is missing, expected at least one label")
    features, blocks = one_hot(inputs, entries.shape)
    labels = entries[entries >= 0].astype(np.int64)
    return DataSet(features, labels, int(entries.max()) + 1, activation or Power(2), name, blocks)


def read_table(
    path: str | PathLike[str],
    activation: Activation | None = None,
    header: bool | None = None,
    index: bool | None = None,
) -> DataSet:
    """A file of labels, input pairs as lines and columns; an empty cell is a pair that is not in the data.

    Whether the first line and the first column are names is found (None) or said; a remark tells what was found.
    Labels are any text; activation x^2 unless given. Raises OSError, and ValueError for a file that is no such table,
    or fits two readings.
    """
    grid = _grid(path, square=True)
    headings = table_headings(grid, path, header, index)
    lines = [grid.text(i)[int(headings.index) :] for i in range(int(headings.header), len(grid.rows))]
    codes = _codes(cell for line in lines for cell in line if cell)
    table = [[codes[cell] if cell else -1 for cell in line] for line in lines]
    data = from_table(np.array(table), activation, str(path))
    if headings.header or headings.index or grid.separator != "commas":
        remark(f"{path}: {headings}, {grid.form}")
    return data


def read_data(
    path: str | PathLike[str],
    activation: Activation | None = None,
    real: bool | None = None,
    header: bool | None = None,
    index: bool | None = None,
) -> DataSet:
    """A file with one input per line, k input columns and the label last; lines that start with # are skipped.

    Inputs are symbols, one one-hot block per column, or if `real` numbers used as features; x^k unless given. Whether
    the first line and column are names is found (None) or said, and a remark tells how the file was read. Raises
    OSError, and ValueError for a file that is no such list, fits two readings, or has contradictory lines.
    """
    grid = _grid(path, square=False)
    if max(map(len, grid.rows)) < 2:
        raise ValueError(f"{path}: lines of one cell, expected inputs and then a label")
    headings = data_headings(grid, path, header, index)
    lines = [grid.text(i)[int(headings.index) :] for i in range(int(headings.header), len(grid.rows))]
    if not lines:
        raise ValueError(f"{path}: a header alone, expected inputs below it")
    columns = len(lines[0]) - 1
    if columns < 1:
        raise ValueError(f"{path}: lines of one cell, expected inputs and then a label")
    for i, line in enumerate(lines, 1):
        if "" in line:
            raise ValueError(f"{path}: data line {i} has an empty cell, expected {columns} inputs and a label")
    if real is None:
        _require_symbols(lines, path)
    codes = _codes(line[-1] for line in lines)
    labels = np.array([codes[line[-1]] for line in lines])
    used = Power(columns) if activation is None else activation
    if real:
        data = DataSet(_numbers(lines, path), labels, len(codes), used, str(path))
    else:
        symbols = [_codes(line[j] for line in lines) for j in range(columns)]
        inputs = [[symbols[j][line[j]] for j in range(columns)] for line in lines]
        features, blocks = one_hot(np.array(inputs), [len(s) for s in symbols])
        data = DataSet(features, labels, len(codes), used, str(path), blocks)
    kind = "numbers" if real else "symbols, each with its own weights"
    remark(f"{path}: {headings}, {grid.form}; inputs are {kind}")
    return data


def _require_symbols(lines: list[list[str]], path: str | PathLike[str]) -> None:
    """Raise ValueError for a column of numbers that symbols would hardly be: with fractions or signs."""
    for column in list(zip(*lines, strict=True))[:-1]:
        number = next((cell for cell in column if not cell.isdigit()), None)
        if number is not None and all(map(is_number, column)):
            raise ValueError(
                f"{path}: inputs such as {number} may be numbers or symbols; say --real for numbers, --symbols for"
                " symbols"
            )


def _numbers(lines: list[list[str]], path: str | PathLike[str]) -> Array:
    try:
        return np.array([[float(cell) for cell in line[:-1]] for line in lines])
    except ValueError as error:
        raise ValueError(f"{path}: {error}; expected numbers as inputs, or leave out --real") from None


def _codes(names: Iterable[str]) -> dict[str, int]:
    """Numbers of labels: themselves in numerical order if all are integers, else in order of appearance."""
    ordered = list(dict.fromkeys(names))
    if all(name.isascii() and name.removeprefix("-").isdigit() for name in ordered):
        ordered.sort(key=int)
    return {name: i for i, name in enumerate(ordered)}


def _grid(path: str | PathLike[str], square: bool) -> Grid:
    grid = read_grid(path, square)
    if not grid.rows:
        raise ValueError(f"{path}: empty, expected lines of comma-separated cells")
    require_values(grid.names, path, "leave the line out, or for --table the cell empty; rename a label of this name")
    return grid


def scaled(data: DataSet) -> tuple[DataSet, float]:
    """The data with their longest input of a length in (1/2, 1], and the factor of margins on the data given.

    A network's margin is homogeneous in the features, of the activation's degree k, and neurons stay the same: the
    factor is a power of two. Raises ValueError where float64 cannot hold it.
    """
    degree = data.degree - 1
    largest = float(np.abs(data.features).max())
    if not largest > 0:
        return data, 1.0
    longest = float(np.sqrt(((data.features / largest) ** 2).sum(axis=1)).max())
    exponent = degree * (log2(largest) + log2(longest))
    if abs(exponent) > _MOST:
        raise ValueError(
            f"features of up to {largest:.3g} and {data.activation} make margins of about"
            f" 10^{exponent * log2(2) / log2(10):.0f}, beyond float64; divide the features by {largest:.3g}"
        )
    power = int(np.ceil(log2(largest) + log2(longest)))
    if 1 / _NEAR <= largest * longest <= _NEAR and degree < _STEEP:
        return data, 1.0
    features = np.ldexp(data.features, -power)  # exact, but for the smallest numbers
    if not (np.ldexp(features, power) == data.features).all():
        raise ValueError(
            f"features from {np.abs(data.features[data.features != 0]).min():.3g} to {largest:.3g}, beyond the"
            " range of float64 when scaled together; leave out or round to 0 what is so small"
        )
    return replace(data, features=features, blocks=(), task=None), 2.0 ** (power * degree)
