"""Networks as float64 arrays: anyone's weights, margins by brute force, spectra."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from margin.analysis.fourier import power
from margin.analysis.phases import phases
from margin.io.resources import require_memory
from margin.networks.cosines import ExactNetwork
from margin.networks.network import Network
from margin.tasks import ModularAddition

Array = NDArray[np.float64]
_CHUNK = 1 << 22  # floats of hidden activations held at a time (32 MB)


class NumericNetwork(Network):
    """f(a)[c] = sum_i (sum_j U[j, a_j, i])^k W[i, c].

    U has shape (k, n, m), W shape (m, n); both are copied to float64. Raises ValueError for other
    shapes, for n < 2, for complex weights, and for weights that are not finite (NaN, infinity).
    """

    def __init__(self, U: ArrayLike, W: ArrayLike) -> None:
        if np.iscomplexobj(U) or np.iscomplexobj(W):
            raise ValueError("Network.from_arrays: got complex weights, expected real ones")
        self.U: Array = np.array(U, dtype=np.float64, order="C")
        self.W: Array = np.array(W, dtype=np.float64, order="C")
        if self.U.ndim != 3 or self.W.shape != (self.U.shape[2], self.U.shape[1]) or 0 in self.U.shape:
            raise ValueError(
                f"Network.from_arrays: U has shape {self.U.shape} and W {self.W.shape}, expected (k, n, m) and (m, n)"
            )
        for name, array in (("U", self.U), ("W", self.W)):
            if not np.isfinite(array).all():
                where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
                raise ValueError(f"Network.from_arrays: {name}{list(where)} is {array[where]}, expected finite weights")
        self.task = ModularAddition(self.U.shape[1], self.U.shape[0])

    @property
    def width(self) -> int:
        return self.U.shape[2]

    def numeric(self) -> NumericNetwork:
        return self

    def logits(self, inputs: ArrayLike | None = None) -> Array:
        n, k = self.task.n, self.task.k
        if inputs is None:
            require_memory(8 * n ** (k + 1), f"logits of all {n}^{k} inputs")
            return self.logits(self.task.inputs()).reshape((n,) * (k + 1))
        a = np.asarray(inputs)
        if (
            a.shape[-1:] != (k,)
            or not np.issubdtype(a.dtype, np.integer)
            or a.min(initial=0) < 0
            or a.max(initial=0) >= n
        ):
            raise ValueError(
                f"Network.logits: got inputs of shape {a.shape} and type {a.dtype}, expected integers in 0..{n - 1}"
                f" of shape (..., {k})"
            )
        flat = a.reshape(-1, k)
        result = np.empty((len(flat), n))
        rows = max(1, _CHUNK // self.width)
        for first in range(0, len(flat), rows):
            part = flat[first : first + rows]
            hidden = sum(self.U[j][part[:, j]] for j in range(k))
            with np.errstate(over="ignore", invalid="ignore"):
                result[first : first + rows] = hidden**k @ self.W
        if not np.isfinite(result).all():
            raise OverflowError("Network.logits: a logit exceeds the float64 range; scale the weights down")
        return result.reshape(*a.shape[:-1], n)

    def margin(self, progress: bool = False) -> float:
        """By brute force over all n^k inputs, in chunks. Raises OverflowError if a logit is not finite."""
        n, k = self.task.n, self.task.k
        lowest = np.inf
        total = -(-(n ** (k - 1)) // self._prefix_rows())
        bar = tqdm(self._prefixes(), total=total, desc="margin", disable=None if progress else True)
        with bar as chunks, np.errstate(over="ignore", invalid="ignore"):
            for prefixes in chunks:
                hidden = sum((self.U[j][prefixes[:, j]] for j in range(k - 1)), np.zeros((len(prefixes), self.width)))
                values = ((hidden[:, None, :] + self.U[k - 1]) ** k).reshape(-1, self.width) @ self.W
                labels = ((prefixes.sum(axis=1)[:, None] + np.arange(n)) % n).reshape(-1, 1)
                right = np.take_along_axis(values, labels, axis=1)[:, 0]
                if not np.isfinite(values).all():
                    raise OverflowError("Network.margin: a logit exceeds the float64 range; scale the weights down")
                np.put_along_axis(values, labels, -np.inf, axis=1)
                lowest = min(lowest, float((right - values.max(axis=1)).min()))
        return lowest

    def _prefix_rows(self) -> int:
        return max(1, _CHUNK // (self.width * self.task.n))

    def _prefixes(self) -> Iterator[NDArray[np.int64]]:
        """The first k-1 inputs, in chunks of shape (rows, k-1)."""
        n, k, rows = self.task.n, self.task.k, self._prefix_rows()
        for first in range(0, n ** (k - 1), rows):
            index = np.arange(first, min(first + rows, n ** (k - 1)))
            yield np.stack([index // n**j % n for j in range(k - 1)], axis=1) if k > 1 else np.zeros((1, 0), np.int64)

    def masses(self) -> Array:
        """||neuron_i||_2^(k+1), shape (m,)."""
        squared = (self.U**2).sum(axis=(0, 1)) + (self.W**2).sum(axis=1)
        return squared ** (self.task.degree / 2)

    def norm(self) -> float:
        return float(self.masses().sum() ** (1 / self.task.degree))

    def normalised_margin(self, progress: bool = False) -> float:
        """Margin / norm^(k+1), float64. Raises ValueError if all weights are zero."""
        largest = max(float(np.abs(self.U).max()), float(np.abs(self.W).max()))
        if not largest > 0:
            raise ValueError("Network.normalised_margin: all weights are zero, so there is no direction to normalise")
        exponent = int(np.frexp(largest)[1])
        if abs(exponent) > 20:  # a power of two changes no digits, and keeps the powers within float64
            return NumericNetwork(np.ldexp(self.U, -exponent), np.ldexp(self.W, -exponent)).normalised_margin(progress)
        return self.margin(progress) / float(self.masses().sum())

    def _vectors(self) -> Array:
        """The k+1 vectors of each neuron, shape (k+1, n, m)."""
        return np.concatenate([self.U, self.W.T[None]])

    def fourier_power(self) -> Array:
        """Share of each neuron's squared norm at each frequency 0..n//2, shape (m, n//2+1); zero neurons: 0."""
        return power(self._vectors(), axis=1, pooled=0).T

    def frequencies(self) -> NDArray[np.int64]:
        return self.fourier_power().argmax(axis=1)

    def phases(self) -> Array:
        return phases(self._vectors(), self.frequencies(), axis=1).T

    def exact(self, max_denominator: int = 1000, tolerance: float = 1e-9) -> ExactNetwork:
        """Read off masses and phases: each neuron must be a pure cosine of one frequency with k+1 equal norms.

        Phases become the nearest fractions of a turn with denominators up to `max_denominator`, masses rational
        multiples of the optimal mass per frequency. Raises ValueError, naming the neuron, where the weights are
        further than `tolerance` (relative) from such a network.
        """
        from margin.addition.recognise import recognise

        return recognise(self, max_denominator, tolerance)

    def scaled(self, factor: float | Fraction) -> NumericNetwork:
        """All weights times a factor: the function scales by factor^(k+1), the normalised margin stays."""
        return NumericNetwork(self.U * float(factor), self.W * float(factor))
