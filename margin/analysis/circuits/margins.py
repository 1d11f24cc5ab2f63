"""Logit margins of any model on given inputs, as they are and over a norm of its parameters that is named."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import Array, located


def logit_margins(logits: ArrayLike, labels: ArrayLike) -> Array:
    """f[y] - max_{c != y} f[c] of each input: logits (rows, classes), labels (rows,) to (rows,).

    Raises ValueError for other shapes, fewer than two classes, and labels that are no class.

    >>> logit_margins([[3.0, 1.0, 2.0], [0.0, 5.0, 1.0]], [0, 2]).tolist()
    [1.0, -4.0]
    """
    values, _ = located(logits)
    numbers = np.asarray(labels)
    if values.ndim != 2 or values.shape[1] < 2 or numbers.shape != values.shape[:1]:
        raise ValueError(
            f"logits of shape {values.shape} and labels {numbers.shape}, expected (rows, 2 or more), (rows,)"
        )
    classes = values.shape[1]
    if numbers.size and (numbers.dtype.kind not in "iu" or numbers.min() < 0 or numbers.max() >= classes):
        raise ValueError(f"labels {numbers.min()} to {numbers.max()}, expected integers in 0..{classes - 1}")
    rows = np.arange(len(values))
    right = values[rows, numbers]
    others = values.copy()
    others[rows, numbers] = -np.inf
    margins: Array = right - others.max(axis=1)
    return margins


def over_norm(margin: float, parameters: Mapping[str, ArrayLike], order: float = 2.0, power: float = 1.0) -> float:
    """margin/||theta||^power, the norm of this order (1 to inf) over the entries of all parameters together.

    `power` is the degree of a homogeneous model, and a stated choice for any other. Raises ValueError for an order
    below 1, a norm of 0, and parameters that are not finite.

    >>> over_norm(10.0, {"U": [3.0], "W": [4.0]}), over_norm(10.0, {"U": [3.0], "W": [4.0]}, power=2)
    (2.0, 0.4)
    """
    if not order >= 1:
        raise ValueError(f"norm of order {order}, expected 1 or more")
    entries = [located(tensor)[0].reshape(-1) for tensor in parameters.values()]
    size = float(np.linalg.norm(np.concatenate([np.zeros(1), *entries]), order))
    if size == 0:
        raise ValueError("a norm of 0, expected parameters that do not vanish")
    return margin / size**power
