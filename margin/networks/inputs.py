"""What a network's inputs are: elements of a group, bits, or the features of a data set.

The kind of input decides the axes of U, how an input meets the weights, which inputs there are and what their labels
are; a `Network` asks for nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from margin.tasks import ElementTask, SharedEmbedding, SparseParity, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from margin.networks.activations import Activation

    Weights = NDArray[np.float64] | NDArray[np.object_]  # object: Python integers
    Rows = NDArray[np.integer] | NDArray[np.floating] | NDArray[np.object_]  # of inputs
    Array = NDArray[np.float64]
    Labels = NDArray[np.integer]


class Data(Protocol):
    """A finite data set: features (N, d), labels (N,) in 0..classes-1, the activation that looks at them."""

    @property
    def name(self) -> str: ...
    @property
    def features(self) -> NDArray[np.float64]: ...
    @property
    def labels(self) -> NDArray[np.int64]: ...
    @property
    def classes(self) -> int: ...
    @property
    def activation(self) -> Activation: ...


@dataclass(frozen=True)
class AbsentData:
    """A data set of which a file of weights knows the name, the number of features and classes, and nothing else."""

    name: str
    width: int
    classes: int
    activation: Activation

    @property
    def features(self) -> NDArray[np.float64]:
        """None: shape (0, width)."""
        return np.zeros((0, self.width))

    @property
    def labels(self) -> NDArray[np.int64]:
        return np.zeros(0, np.int64)

    def __str__(self) -> str:
        return f"data set {self.name}"


class Inputs(ABC):
    """How inputs meet U, and which there are; abstract. `axes` names the axes of U, those of W are neuron, label."""

    axes: tuple[str, ...]
    classes: int

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Shape of U without its last axis, the neurons."""

    @property
    @abstractmethod
    def population(self) -> int:
        """Number of inputs."""

    @property
    @abstractmethod
    def table_shape(self) -> tuple[int, ...]:
        """Shape in which the population's logits are given, labels apart."""

    @property
    @abstractmethod
    def expected(self) -> str:
        """What `logits` takes, in words."""

    @abstractmethod
    def accepts(self, inputs: Rows) -> bool:
        """Whether an array of shape (..., columns) holds inputs."""

    @abstractmethod
    def all(self) -> tuple[Rows, Labels]:
        """The population's inputs (N, columns) and labels (N,)."""

    @abstractmethod
    def hidden(self, U: Weights, inputs: Rows) -> Weights:
        """Arguments of the activation for inputs (rows, columns); shape (rows, m)."""

    @abstractmethod
    def chunks(self, U: Array, values: int) -> Iterator[tuple[Array, Labels]]:
        """The whole population as (hidden (rows, m), labels (rows,)), about `values` hidden values at a time."""

    @abstractmethod
    def chunk_count(self, width: int, values: int) -> int:
        """How many `chunks` there are for m = width neurons."""


class Elements(Inputs):
    """k elements 0..n-1 of a group, one-hot: U (k, n, m)."""

    axes = ("input", "element", "neuron")

    def __init__(self, task: ElementTask) -> None:
        self.task, self.classes = task, task.n

    @property
    def shape(self) -> tuple[int, ...]:
        return self.task.k, self.task.n

    @property
    def population(self) -> int:
        return self.task.population

    @property
    def table_shape(self) -> tuple[int, ...]:
        return (self.task.n,) * self.task.k

    @property
    def expected(self) -> str:
        return f"integers in 0..{self.task.n - 1} of shape (..., {self.task.k})"

    def accepts(self, inputs: Rows) -> bool:
        n = self.task.n
        return (
            inputs.shape[-1:] == (self.task.k,)
            and np.issubdtype(inputs.dtype, np.integer)
            and bool(inputs.min(initial=0) >= 0)
            and bool(inputs.max(initial=0) < n)
        )

    def all(self) -> tuple[Rows, Labels]:
        inputs = self.task.inputs()
        return inputs, self.task.labels(inputs)

    def hidden(self, U: Weights, inputs: Rows) -> Weights:
        rows = inputs.astype(np.intp, copy=False)
        return sum((U[j][rows[:, j]] for j in range(1, len(U))), U[0][rows[:, 0]])

    def chunks(self, U: Array, values: int) -> Iterator[tuple[Array, Labels]]:
        """The sum over the first k - 1 inputs, a prefix, is made once for all n last inputs."""
        k, n, m = U.shape
        rows = self._prefix_rows(m, values)
        table = self.task.products() if k > 1 else None
        for first in range(0, n ** (k - 1), rows):
            index = np.arange(first, min(first + rows, n ** (k - 1)))
            prefixes = [index // n**j % n for j in range(k - 1)]
            hidden = sum((U[j][prefix] for j, prefix in enumerate(prefixes)), np.zeros((len(index), m)))
            yield (hidden[:, None, :] + U[k - 1]).reshape(-1, m), self._labels(table, prefixes)

    def _labels(self, table: Labels | None, prefixes: list[NDArray[np.int64]]) -> Labels:
        if table is None:
            return np.arange(self.task.n)
        product: Labels = prefixes[0]
        for element in prefixes[1:]:
            product = table[product, element]
        return table[product].reshape(-1)

    def _prefix_rows(self, width: int, values: int) -> int:
        return max(1, values // (width * self.task.n))

    def chunk_count(self, width: int, values: int) -> int:
        return -(-(self.task.n ** (self.task.k - 1)) // self._prefix_rows(width, values))


class SharedElements(Elements):
    """k elements 0..n-1 of a group with one embedding for all of them: U (1, n, m)."""

    @property
    def shape(self) -> tuple[int, ...]:
        return 1, self.task.n

    def hidden(self, U: Weights, inputs: Rows) -> Weights:
        return super().hidden(self._each(U), inputs)

    def chunks(self, U: Array, values: int) -> Iterator[tuple[Array, Labels]]:
        return super().chunks(self._each(U), values)

    def _each(self, U: Weights) -> Any:  # of the type of U
        """The embedding of each input, a view of shape (k, n, m)."""
        return np.broadcast_to(U, (self.task.k, *U.shape[1:]))


class Bits(Inputs):
    """n bits as 1 and -1: U (n, m)."""

    axes = ("bit", "neuron")

    def __init__(self, task: SparseParity) -> None:
        self.task, self.classes = task, task.classes

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.task.n,)

    @property
    def population(self) -> int:
        return self.task.population

    @property
    def table_shape(self) -> tuple[int, ...]:
        return (self.population,)

    @property
    def expected(self) -> str:
        return f"bits 1 and -1 of shape (..., {self.task.n})"

    def accepts(self, inputs: Rows) -> bool:
        numbers = inputs.dtype.kind in "iuf" and inputs.shape[-1:] == self.shape
        return numbers and bool(np.isin(inputs, (1, -1)).all())

    def all(self) -> tuple[Rows, Labels]:
        inputs = self.task.inputs()
        return inputs, self.task.labels(inputs)

    def hidden(self, U: Weights, inputs: Rows) -> Weights:
        return np.matmul(inputs.astype(U.dtype), U)

    def chunks(self, U: Array, values: int) -> Iterator[tuple[Array, Labels]]:
        n, free = self.task.n, self._free(U.shape[1], values)
        inner = SparseParity(free, 1).inputs() if free else np.ones((1, 0), np.int8)
        for prefix in range(1 << (n - free)):
            outer = 1 - 2 * ((prefix >> np.arange(n - free)) & 1)
            inputs = np.concatenate([np.broadcast_to(outer, (len(inner), n - free)), inner], axis=1)
            yield inputs @ U, self.task.labels(inputs)

    def _free(self, width: int, values: int) -> int:
        """Bits that vary inside a chunk."""
        return min(self.task.n, max(0, (values // width).bit_length() - 1))

    def chunk_count(self, width: int, values: int) -> int:
        return 1 << (self.task.n - self._free(width, values))


class Features(Inputs):
    """Real features of a finite data set: U (d, m)."""

    axes = ("feature", "neuron")

    def __init__(self, data: Data) -> None:
        self.data, self.classes = data, data.classes

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.data.features.shape[1],)

    @property
    def population(self) -> int:
        return len(self.data.labels)

    @property
    def table_shape(self) -> tuple[int, ...]:
        return (self.population,)

    @property
    def expected(self) -> str:
        return f"numbers of shape (..., {self.shape[0]})"

    def accepts(self, inputs: Rows) -> bool:
        return inputs.dtype.kind in "iuf" and inputs.shape[-1:] == self.shape

    def all(self) -> tuple[Rows, Labels]:
        return self.data.features, self.data.labels

    def hidden(self, U: Weights, inputs: Rows) -> Weights:
        return np.matmul(inputs.astype(U.dtype), U)

    def chunks(self, U: Array, values: int) -> Iterator[tuple[Array, Labels]]:
        rows = max(1, values // U.shape[1])
        for first in range(0, self.population, rows):
            yield self.data.features[first : first + rows] @ U, self.data.labels[first : first + rows]

    def chunk_count(self, width: int, values: int) -> int:
        return -(-self.population // max(1, values // width))


def inputs_of(task: Task | Data) -> Inputs:
    """Raises TypeError for what is neither a task nor a data set."""
    if isinstance(task, ElementTask):
        return (SharedElements if isinstance(task, SharedEmbedding) else Elements)(task)
    if isinstance(task, SparseParity):
        return Bits(task)
    if isinstance(task, Task) or not hasattr(task, "features"):
        raise TypeError(f"Network: got {task!r}, expected a task such as ModularAddition(23, 3), or a data set")
    return Features(task)
