"""A network known at once: one neuron for each input, in its direction, that speaks for the input's label.

    f(x)[c] = sum over inputs x_i of act(x . x_i) (1 if y_i = c, else 0) - their mean over c

It separates the data where inputs are more like themselves than like others, and has far from the largest margin: an
answer for a search that was ended before it had one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from margin.solver.dataset import DataSet
from margin.solver.pricing import sparse

Array = NDArray[np.float64]
_MOST_PRODUCTS = 5_000_000_000  # about a second
_NOISE = 1e-9  # of the logits: a margin below may be rounding
_MOST_OVERLAPS = 30_000_000


def kernel_network(data: DataSet) -> tuple[float, Array, Array] | None:
    """Its normalised margin, unit neurons U (d, N) and W (N, classes); None if that is not positive or takes long."""
    X, count, k = data.features, len(data), data.degree - 1
    lengths = np.sqrt((X**2).sum(axis=1))
    if not lengths.all():
        return None
    labels = np.zeros((count, data.classes))
    labels[np.arange(count), data.labels] = 1.0
    compact = sparse(X)
    if isinstance(compact, np.ndarray):
        if count**2 > _MOST_OVERLAPS or count**2 * sum((X.shape[1], data.classes)) > _MOST_PRODUCTS:
            return None
        logits = data.activation.value(X @ (X / lengths[:, None]).T) @ labels
    else:
        if (np.diff(compact.tocsc().indptr).astype(float) ** 2).sum() > _MOST_OVERLAPS:
            return None
        overlaps = compact @ compact.T.multiply(1 / lengths).tocsr()
        overlaps.data = data.activation.value(overlaps.data)  # 0 stays 0
        logits = overlaps @ labels
    right = np.take_along_axis(logits, data.labels[:, None], axis=1)
    spread = np.sqrt(1 - 1 / data.classes)  # length of an output
    size = (k / (k + 1)) ** (k / 2) * (k + 1) ** -0.5 / spread / count
    least = float((right - logits)[data.wrong()].min())
    if not least > _NOISE * float(np.abs(logits).max()):
        return None
    U = (X / lengths[:, None]).T * np.sqrt(k / (k + 1))
    return float(least * size), U, (labels - 1 / data.classes) / spread * np.sqrt(1 / (k + 1))
