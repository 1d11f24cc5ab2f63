"""What clusters contribute to the logits: the rank of the right one, shifts with the inputs, noise and ablation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, located
from margin.analysis.cyclic.network import Network, preactivations, score
from margin.analysis.tables import shift_error


def contribution(network: Network, frequency: int) -> Array:
    """Logits from the live neurons of a frequency, (n^k, n), without offset. Raises ValueError as `Network.members`."""
    members = network.members(frequency)
    return network.hidden[:, members] @ network.output[:, members].T


def ranks(logits: ArrayLike, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many other logits are at least as large as the right one, (rows,): 0 if it alone is the largest.

    Raises ValueError for shapes that do not fit.

    >>> ranks([[3.0, 1.0, 2.0], [1.0, 1.0, 0.0]], np.array([2, 0])).tolist()
    [1, 1]
    """
    values, _ = located(logits)
    if values.ndim != 2 or values.shape[0] != len(labels):
        raise ValueError(f"logits {values.shape} and {len(labels)} labels, expected (rows, classes) and as many labels")
    right = values[np.arange(len(labels)), labels]
    return (values >= right[:, None]).sum(1) - 1


def shift_of(network: Network, frequency: int, shift: int = 2) -> tuple[float, int]:
    """How far a cluster's contribution, less its mean over the labels, is from moving along with the inputs.

    The relative error ||C(a + s, b + s)[c + 2 s] - C(a, b)[c]||/||C||, and the move of c that fits best: 2 s if it
    moves along (k s for k inputs). Where several moves fit alike, as n/gcd(f, n) apart, the one nearest to that.
    """
    n, k = network.n, len(network.inputs)
    table = contribution(network, frequency)
    table = (table - table.mean(1, keepdims=True)).reshape((n,) * (k + 1))
    moved = np.roll(table, (-shift,) * k, range(k))
    product = np.fft.fft(moved) * np.fft.fft(table).conj()
    fits = np.fft.ifft(product.reshape(-1, n).sum(0)).real  # entry s: of moving c by s
    best = np.flatnonzero(fits >= fits.max() - 1e-9 * np.abs(fits).max())
    distances = (best - k * shift + n // 2) % n - n // 2
    nearest = int(distances[np.abs(distances).argmin()])
    return shift_error(table, shift), nearest + k * shift


def noised(network: Network, frequency: int, sigma: float, generator: np.random.Generator) -> Array:
    """Logits (n^k, n) with every weight of the cluster's neurons times exp(N(0, sigma^2)), each its own factor.

    The weights are what each element of each input adds, the bias and the output weights. Raises ValueError for a
    negative sigma and as `Network.members`. Source: the paper on several scales, appendix B.4.
    """
    if not sigma >= 0:
        raise ValueError(f"sigma {sigma}, expected 0 or more")
    members = network.members(frequency)
    inputs, bias, output = network.inputs[..., members], network.bias[members], network.output[:, members]
    inputs, bias, output = (x * np.exp(sigma * generator.standard_normal(x.shape)) for x in (inputs, bias, output))
    return network.logits - contribution(network, frequency) + np.maximum(preactivations(inputs, bias), 0) @ output.T


def without(network: Network, neurons: ArrayLike) -> Array:
    """Logits (n^k, n) without the neurons of these numbers. Raises IndexError for a number that is none."""
    removed = np.asarray(neurons, dtype=np.int64)
    return network.logits - network.hidden[:, removed] @ network.output[:, removed].T


def ablated(network: Network, frequency: int, count: int, generator: np.random.Generator) -> tuple[float, float]:
    """Loss and accuracy without `count` random neurons of a cluster.

    Raises ValueError for more than it has. Source: the paper on several scales, Figure 27.
    """
    members = network.members(frequency)
    if not 0 <= count <= len(members):
        raise ValueError(f"{count} neurons of frequency {frequency}, expected 0..{len(members)}")
    return score(without(network, generator.permutation(members)[:count]), network.labels)
