"""A network with one hidden ReLU layer on k elements of Z_n, as arrays: what it computes for all inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array
from margin.analysis.clusters import Clusters
from margin.analysis.simple import frequencies


@dataclass(frozen=True)
class Network:
    """Logits offset + relu(inputs[0][a] + inputs[1][b] + bias) @ output.T for a pair (a, b); k inputs alike.

    `inputs` (k, n, m) is what each element of each input adds to each neuron, `bias` (m,), `output` (n, m), `offset`
    (n,). Inputs are in the order of the numbers a n + b. Raises ValueError for other shapes and for values that are
    not finite.
    """

    inputs: Array
    bias: Array
    output: Array
    offset: Array

    def __post_init__(self) -> None:
        shapes = [np.shape(array) for array in (self.inputs, self.bias, self.output, self.offset)]
        k, n, m = shapes[0] if len(shapes[0]) == 3 else (0, 0, 0)
        if k < 1 or n < 2 or shapes[1:] != [(m,), (n, m), (n,)]:
            raise ValueError(f"shapes {shapes}, expected (k, n, m), (m,), (n, m) and (n,) with n >= 2")
        if not all(np.isfinite(array).all() for array in (self.inputs, self.bias, self.output, self.offset)):
            raise ValueError("weights that are not finite, expected a network that has not diverged")

    @classmethod
    def embedded(cls, arrays: Mapping[str, Array]) -> Network:
        """Of embedding (k, n, d), hidden (m, k d), bias, output and offset. Raises ValueError as the class."""
        tables = arrays["embedding"]
        d = tables.shape[2]
        hidden = np.split(arrays["hidden"], range(d, len(tables) * d, d), axis=1)
        inputs = np.stack([table @ part.T for table, part in zip(tables, hidden, strict=True)])
        return cls(inputs, arrays["bias"], arrays["output"], arrays["offset"])

    @property
    def n(self) -> int:
        """The modulus."""
        return int(self.inputs.shape[1])

    @property
    def vectors(self) -> Array:
        """The inputs' sums, then the output weights, (k + 1, n, m): as `margin.analysis.simple.simple` takes them."""
        return np.concatenate([self.inputs, self.output[None]])

    @property
    def norm(self) -> float:
        """sum over neurons of 2 ||(inputs, bias)|| ||output||: a norm neuron by neuron, of degree 2 as their parts are.

        The least sum of squares among networks that compute the same with each neuron's two layers scaled.
        Source: docs/theory.md, 7.7.
        """
        incoming = np.sqrt((self.inputs**2).sum((0, 1)) + self.bias**2)
        return float(2 * (incoming * np.sqrt((self.output**2).sum(0))).sum())

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The sums mod n, (n^k,)."""
        total = np.zeros((), np.int64)
        for _ in self.inputs:
            total = np.add.outer(total, np.arange(self.n))
        return np.asarray(total).reshape(-1) % self.n

    @cached_property
    def preactivations(self) -> Array:
        """Of each input and neuron, bias included, (n^k, m)."""
        return preactivations(self.inputs, self.bias)

    @cached_property
    def hidden(self) -> Array:
        """Of each input and neuron, (n^k, m)."""
        return np.maximum(self.preactivations, 0)

    @cached_property
    def logits(self) -> Array:
        """Of each input, (n^k, n)."""
        return self.hidden @ self.output.T + self.offset

    @cached_property
    def clusters(self) -> Clusters:
        """Neurons by the frequency of their inputs' sums; feature z - 1 is frequency z.

        The mass of a neuron is the norm of its inputs' sums, less their mean, times that of its output weights, less
        theirs: what can change which logit is the largest.
        """
        every = self.vectors
        varying = np.sqrt(((every - every.mean(1, keepdims=True)) ** 2).sum(1))
        mass = np.sqrt((varying[:-1] ** 2).sum(0)) * varying[-1]
        return Clusters(frequencies(self.inputs) - 1, mass, self.n // 2)

    @property
    def frequencies(self) -> NDArray[np.int64]:
        """Frequencies that live neurons have, ascending."""
        return np.flatnonzero(self.clusters.sizes) + 1

    def members(self, frequency: int) -> NDArray[np.int64]:
        """Numbers of the live neurons of a frequency in 1..n//2. Raises ValueError for another."""
        return self.clusters.members(frequency - 1)


def preactivations(inputs: Array, bias: Array) -> Array:
    """Sums inputs[0][a] + inputs[1][b] + ... + bias of (k, n, m) and (m,), (n^k, m)."""
    total = bias[None]
    for table in inputs:
        total = (total[:, None] + table).reshape(-1, len(bias))
    return total


def score(logits: Array, labels: NDArray[np.int64]) -> tuple[float, float]:
    """Mean cross-entropy and accuracy of logits (rows, classes); a tie for the largest is wrong.

    >>> loss, accuracy = score(np.array([[0.0, 0.0], [0.0, 5.0]]), np.array([0, 1]))
    >>> round(loss, 4), accuracy
    (0.3499, 0.5)
    """
    rows = np.arange(len(labels))
    right = logits[rows, labels]
    top = logits.max(1)
    loss = np.log(np.exp(logits - top[:, None]).sum(1)) + top - right
    others = logits.copy()
    others[rows, labels] = -np.inf
    return float(loss.mean()), float((right > others.max(1)).mean())
