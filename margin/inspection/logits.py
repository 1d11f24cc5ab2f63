"""Any model at all, by its table of logits over the population: margins, spectrum, equivariance, ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import Array
from margin.analysis.tables import diagonal_power, shift_error
from margin.inspection.margins import Margins, Tally, numbered
from margin.tasks import ElementTask, ModularAddition, Task

SUPPORTED = 1e-9  # share of the squared norm off the diagonal that counts as none
_ROWS = 1 << 16


@dataclass(frozen=True)
class LogitTable:
    """Logits of all inputs of a task: their margins and, for addition mod n, their structure; None for other tasks.

    `diagonal` (n//2 + 1,): shares of the squared norm, without what is the same for all labels, at the frequencies
    (j, .., j, -j); logits that depend on a_1 + .. + a_k - c alone have nothing elsewhere. `shift_errors`: by the shift
    s, ||f(a_1 + s, ..)[c + k s] - f|| / ||f||. `input_shift_errors` (k,): the same of a_i + 1 and c + 1 alone.
    """

    task: Task
    margins: Margins
    diagonal: Array | None
    shift_errors: dict[int, float] | None
    input_shift_errors: tuple[float, ...] | None

    @property
    def on_diagonal(self) -> float | None:
        """The share at all (j, .., j, -j) together; 1 where the logits depend on the difference alone."""
        return None if self.diagonal is None else float(self.diagonal.sum())

    @property
    def is_supported_on_diagonal(self) -> bool | None:
        """Whether nothing but rounding lies elsewhere."""
        return None if self.on_diagonal is None else self.on_diagonal >= 1 - SUPPORTED


def inspect_logits(table: ArrayLike, task: Task | None = None, shifts: Sequence[int] = (1, 2, 3)) -> LogitTable:
    """What a table of logits (n, .., n, classes) says; k axes of inputs, then the labels.

    Without a task that of addition mod n; a task of bits takes (2^n, 2) in the order of `task.inputs()`. What all
    labels of an input have in common changes no answer of the model and is left out of the spectrum. Raises ValueError
    for another shape and for logits that are not finite, saying where.

    >>> a = np.arange(5)
    >>> table = np.cos(2 * np.pi * 2 * (a[:, None, None] + a[:, None] - a) / 5)
    >>> result = inspect_logits(table)
    >>> result.margins.accuracy, result.is_supported_on_diagonal, result.diagonal.round(9).tolist()
    (1.0, True, [0.0, 0.0, 1.0])
    """
    values = np.asarray(table, dtype=np.float64)
    if task is None:
        if values.ndim < 2 or len(set(values.shape)) != 1 or values.shape[0] < 2:
            raise ValueError(
                f"table of shape {values.shape}, expected (n, .., n, n): k inputs and the labels, or a task"
            )
        task = ModularAddition(values.shape[0], values.ndim - 1)
    shape = (task.n,) * task.k if isinstance(task, ElementTask) else (task.population,)
    if values.shape != (*shape, task.classes):
        raise ValueError(f"table of shape {values.shape}, expected {(*shape, task.classes)} for {task}")
    if not np.isfinite(values).all():
        where = np.argwhere(~np.isfinite(values))[0].tolist()
        raise ValueError(f"logits{where} is {values[tuple(where)]}, expected finite logits")
    tally, rows = Tally(task), values.reshape(-1, task.classes)
    for first in range(0, len(rows), _ROWS):
        part = rows[first : first + _ROWS]
        tally.add(numbered(task, np.arange(first, first + len(part))), part)
    if not isinstance(task, ModularAddition):
        return LogitTable(task, tally.margins(), None, None, None)
    centred = values - values.mean(axis=-1, keepdims=True)
    errors = {shift: shift_error(centred, shift) for shift in shifts}
    norm = float(np.linalg.norm(centred)) or 1.0
    alone = tuple(float(np.linalg.norm(np.roll(centred, (1, 1), (i, task.k)) - centred)) / norm for i in range(task.k))
    return LogitTable(task, tally.margins(), diagonal_power(centred), errors, alone)
