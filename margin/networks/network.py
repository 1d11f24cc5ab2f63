"""The network of the theory as float64 arrays: f(x)[c] = sum_i act(x . U[..., i]) W[i, c] (docs/theory.md, 1).

On elements of a group x is one-hot and U has shape (k, n, m): f(g_1..g_k)[c] = sum_i act(sum_j U[j, g_j, i]) W[i, c].
On bits U has shape (n, m), on a data set of d features (d, m). W has shape (m, classes).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from margin.io.resources import require_memory
from margin.networks.activations import Activation, Power
from margin.networks.inputs import Data, inputs_of
from margin.tasks import ModularAddition, Task

Array = NDArray[np.float64]
_CHUNK = 1 << 22  # floats of hidden activations held at a time (32 MB)


class Network:
    """One hidden layer on a task, or on a data set; without `activation` that of the theory, x^k, or of the data.

    U and W are copied to C-ordered float64. Raises ValueError, saying what came, for other shapes, complex weights and
    weights that are not finite; TypeError for what is neither a task nor a data set.
    """

    def __init__(self, task: Task | Data, U: ArrayLike, W: ArrayLike, activation: Activation | None = None) -> None:
        self.on = task
        self.inputs = inputs_of(task)
        self.U, self.W = _real(U, W)
        if activation is None:
            activation = Power(task.k) if isinstance(task, Task) else task.activation
        self.activation = activation
        shape, classes = self.inputs.shape, self.inputs.classes
        if (
            self.U.shape[:-1] != shape
            or not self.U.ndim
            or not self.U.size
            or self.W.shape != (self.U.shape[-1], classes)
        ):
            raise ValueError(
                f"Network: U has shape {self.U.shape} and W {self.W.shape}, expected"
                f" ({', '.join(map(str, shape))}, m) and (m, {classes}) for {task}"
            )
        for name, array in (("U", self.U), ("W", self.W)):
            if not np.isfinite(array).all():
                where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
                raise ValueError(f"Network: {name}{list(where)} is {array[where]}, expected finite weights")

    @staticmethod
    def from_arrays(U: ArrayLike, W: ArrayLike) -> Network:
        """A network for addition mod n from weights U (k, n, m) and W (m, n). Raises ValueError (shapes, NaN)."""
        u, w = _real(U, W)
        if u.ndim != 3 or w.shape != (u.shape[2], u.shape[1]) or 0 in u.shape:
            raise ValueError(
                f"Network.from_arrays: U has shape {u.shape} and W {w.shape}, expected (k, n, m) and (m, n)"
            )
        return Network(ModularAddition(u.shape[1], u.shape[0]), u, w)

    @property
    def task(self) -> Task:
        """The task. Raises ValueError for a network on a data set."""
        if not isinstance(self.on, Task):
            raise ValueError(f"Network: on {self.on}, which is no task")
        return self.on

    @property
    def data(self) -> Data:
        """The data set. Raises ValueError for a network on a task."""
        if isinstance(self.on, Task):
            raise ValueError(f"Network: on {self.on}, which is no data set")
        return self.on

    @property
    def width(self) -> int:
        """Number of neurons m."""
        return self.U.shape[-1]

    @property
    def degree(self) -> int:
        """nu: degree of homogeneity of the network, the outer exponent of the norm L_{2,nu}; k + 1 for x^k.

        Raises ValueError where the activation is not homogeneous.
        """
        return self.activation.network_degree()

    def logits(self, inputs: ArrayLike | None = None) -> Array:
        """Logits of inputs (..., k) elements, (..., n) bits or (..., d) features; shape (..., classes).

        Without inputs, of the population: shape (n,)*k + (n,) for elements, else (number of inputs, classes). Raises
        ValueError for other inputs, MemoryError if they do not fit, OverflowError if a logit is not finite.
        """
        kind = self.inputs
        if inputs is None:
            shape = kind.table_shape
            size = f"{shape[0]}^{len(shape)}" if len(shape) > 1 else f"{kind.population}"
            require_memory(8 * kind.population * kind.classes, f"logits of all {size} inputs")
            return self.logits(kind.all()[0]).reshape(*shape, kind.classes)
        a = np.asarray(inputs)
        if not a.ndim or not kind.accepts(a):
            raise ValueError(
                f"Network.logits: got inputs of shape {a.shape} and type {a.dtype}, expected {kind.expected}"
            )
        flat = a.reshape(-1, a.shape[-1])
        result = np.empty((len(flat), kind.classes))
        rows = max(1, _CHUNK // self.width)
        with np.errstate(over="ignore", invalid="ignore"):
            for first in range(0, len(flat), rows):
                hidden = kind.hidden(self.U, flat[first : first + rows])
                result[first : first + rows] = self.activation.value(hidden) @ self.W
        if not np.isfinite(result).all():
            raise OverflowError("Network.logits: a logit exceeds the float64 range; scale the weights down")
        return result.reshape(*a.shape[:-1], kind.classes)

    def margin(self, progress: bool = False) -> float:
        """min over all inputs of f[label] - max of the other logits, by brute force in chunks.

        Raises OverflowError if a logit is not finite, ValueError for a data set whose inputs are not known.
        """
        if not self.inputs.population:
            raise ValueError(f"Network.margin: no inputs of {self.on} are known; make the network on the data set")
        lowest = np.inf
        chunks = tqdm(
            self.inputs.chunks(self.U, _CHUNK),
            total=self.inputs.chunk_count(self.width, _CHUNK),
            desc="margin",
            disable=None if progress else True,
        )
        with chunks, np.errstate(over="ignore", invalid="ignore"):
            for hidden, labels in chunks:
                values = self.activation.value(hidden) @ self.W
                right = np.take_along_axis(values, labels[:, None], axis=1)[:, 0]
                if not np.isfinite(values).all():
                    raise OverflowError("Network.margin: a logit exceeds the float64 range; scale the weights down")
                np.put_along_axis(values, labels[:, None], -np.inf, axis=1)
                lowest = min(lowest, float((right - values.max(axis=1)).min()))
        return lowest

    def masses(self) -> Array:
        """||neuron_i||_2^degree, each neuron the concatenation of its columns of U and row of W; shape (m,)."""
        degree = self.degree
        squared = (self.U**2).sum(axis=tuple(range(self.U.ndim - 1))) + (self.W**2).sum(axis=1)
        return squared ** (degree / 2)

    def norm(self) -> float:
        """L_{2,degree}: (sum of the masses)^(1/degree)."""
        return float(self.masses().sum() ** (1 / self.degree))

    def normalised_margin(self, progress: bool = False) -> float:
        """Margin / norm^degree, float64. Raises ValueError if all weights are zero."""
        largest = max(float(np.abs(self.U).max()), float(np.abs(self.W).max()))
        if not largest > 0:
            raise ValueError("Network.normalised_margin: all weights are zero, so there is no direction to normalise")
        exponent = int(np.frexp(largest)[1])
        if abs(exponent) > 20:  # a power of two changes no digits, and keeps the powers within float64
            U, W = np.ldexp(self.U, -exponent), np.ldexp(self.W, -exponent)
            return Network(self.on, U, W, self.activation).normalised_margin(progress)
        mass = float(self.masses().sum())
        return self.margin(progress) / mass

    def infinity_margin(self, progress: bool = False) -> float:
        """Margin / (largest |weight|)^degree, float64 (docs/theory.md, 12).

        Where it is positive it is at most m d^(degree/2) times the normalised margin, for m neurons of d weights each.
        Raises ValueError if all weights are zero.
        """
        largest = max(float(np.abs(self.U).max()), float(np.abs(self.W).max()))
        if not largest > 0:
            raise ValueError("Network.infinity_margin: all weights are zero, so there is no direction to normalise")
        exponent = -int(np.frexp(largest)[1])  # a power of two changes no digits, and keeps the powers within float64
        U, W = np.ldexp(self.U, exponent), np.ldexp(self.W, exponent)
        least = Network(self.on, U, W, self.activation).margin(progress)
        return least / float(np.ldexp(largest, exponent)) ** self.degree

    def scaled(self, factor: float | Fraction) -> Network:
        """All weights times a factor; if it is > 0, logits scale by factor^degree and the normalised margin stays."""
        return Network(self.on, self.U * float(factor), self.W * float(factor), self.activation)


def _real(U: ArrayLike, W: ArrayLike) -> tuple[Array, Array]:
    """C-ordered float64 copies. Raises ValueError for complex weights and what is no array of numbers."""
    if np.iscomplexobj(U) or np.iscomplexobj(W):
        raise ValueError("Network: got complex weights, expected real ones")
    return np.array(U, dtype=np.float64, order="C"), np.array(W, dtype=np.float64, order="C")
