"""Output weights of a network of neurons as its matrix products take them: classes padded, gradient transposed.

Libraries multiply matrices of some widths much faster than others: 24 columns take less time than 23. And the gradient
of W as D^T H, (classes, m), is faster than as H^T D. Columns of zeros change no logit and get no gradient.
"""

from __future__ import annotations

import torch
from torch import Tensor

LEAST = 16  # fewer columns are as slow as these
MULTIPLE = 8
MOST_MORE = 1 / 16  # share of columns added at most, above LEAST


def columns(classes: int) -> int:
    """How many columns the products of these classes have."""
    padded = max(LEAST, -(-classes // MULTIPLE) * MULTIPLE)
    return padded if padded == LEAST or padded <= classes * (1 + MOST_MORE) else classes


class Output:
    """`weights` (m, columns), `transposed` and `gradient` (columns, m): the same memory in every step."""

    def __init__(self, width: int, classes: int, dtype: torch.dtype, device: torch.device) -> None:
        self.classes, self.columns = classes, columns(classes)
        self.weights = torch.zeros((width, self.columns), dtype=dtype, device=device)
        self.transposed = torch.zeros((self.columns, width), dtype=dtype, device=device)
        self.gradient = torch.zeros_like(self.transposed)
        self._weights, self._transposed = self.weights[:, :classes], self.transposed[:classes]
        self._gradient = self.gradient[:classes].T

    def begin(self, W: Tensor) -> None:
        """Take W (m, classes), with no gradient yet."""
        self._weights.copy_(W)
        self._transposed.copy_(W.T)
        self.gradient.zero_()

    def finish(self, factor: Tensor | float, dW: Tensor) -> None:
        """Put the gradient times a factor into dW (m, classes)."""
        torch.mul(self._gradient, factor, out=dW)

    def logits(self, rows: int) -> Tensor:
        """Work memory for the logits of some inputs, (rows, columns)."""
        return torch.zeros((rows, self.columns), dtype=self.weights.dtype, device=self.weights.device)
