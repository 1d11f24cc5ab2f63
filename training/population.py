"""The population of a task as the tables that training goes through: labels, and inputs by their numbers."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from margin.io.resources import require_memory
from margin.tasks import ElementTask, SharedEmbedding, Task

Integers = NDArray[np.int64]


class Population:
    """All inputs of a task, numbered in lexicographic order; a prefix is all inputs but the last."""

    def __init__(self, task: Task) -> None:
        self.task, self.n, self.k = task, task.n, task.k
        self.classes, self.size = task.classes, task.population

    @property
    def elements(self) -> bool:
        """Whether inputs are elements of a group, else bits."""
        return isinstance(self.task, ElementTask)

    @property
    def embeddings(self) -> int:
        """How many embeddings a network of neurons has: k, or one where it is shared, and for bits."""
        return self.k if self.elements and not isinstance(self.task, SharedEmbedding) else 1

    @cached_property
    def products(self) -> Integers:
        """Label of two inputs, shape (n, n). Raises TypeError for a task whose inputs are bits."""
        if not isinstance(self.task, ElementTask):
            raise TypeError(f"{self.task}: inputs are bits, expected a group task")
        return self.task.products().astype(np.int64)

    @cached_property
    def prefixes(self) -> Integers:
        """All values of the first k - 1 inputs, shape (n^(k-1), k - 1), in lexicographic order; group tasks only."""
        shape = (self.n,) * (self.k - 1)
        return np.indices(shape).reshape(self.k - 1, -1).T if shape else np.zeros((1, 0), np.int64)

    def require_memory(self) -> None:
        """MemoryError if the labels do not fit: a step goes through all of them."""
        require_memory(24 * self.size, f"labels of all {self.size} inputs")

    @cached_property
    def labels(self) -> Integers:
        """Labels of the population, shape (n^(k-1), n): prefixes by last inputs; for bits (2^n, 1).

        Raises MemoryError if they do not fit.
        """
        self.require_memory()
        if not self.elements:
            return self.task.labels(self.task.inputs())[:, None].astype(np.int64)
        if self.k == 1:
            return np.arange(self.n)[None]
        product = self.prefixes[:, 0]
        for column in self.prefixes.T[1:]:
            product = self.products[product, column]
        return self.products[product]

    def inputs(self, numbers: Tensor) -> Tensor:
        """The inputs of these numbers, shape (numbers, k) of elements, or (numbers, n) of +-1."""
        base, places = (self.n, self.k) if self.elements else (2, self.n)
        digits = torch.stack([numbers // base ** (places - 1 - j) % base for j in range(places)], 1)
        return digits if self.elements else 1 - 2 * digits

    def of_prefixes(self, prefixes: Tensor) -> Tensor:
        """Numbers of the inputs that begin with these prefixes (given by their numbers), shape (prefixes * n,)."""
        return (prefixes[:, None] * self.n + torch.arange(self.n, device=prefixes.device)).reshape(-1)
