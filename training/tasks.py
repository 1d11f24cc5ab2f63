"""Tasks as training sees them: tables of labels, the number of classes, and gamma* from the prediction.

A task is written as "mod:23" (addition mod 23), "group:S4" (any name that `margin.finite_groups` knows) or "parity:10"
(parity of k of 10 bits), with k beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from margin.answers.finite_lambda import FiniteLambda
from margin.io.resources import require_memory
from margin.tasks import GroupComposition, ModularAddition, SparseParity
from margin.theory import finite_lambda, maximum_margin

if TYPE_CHECKING:
    from margin.composition.program import GroupProgram

Integers = NDArray[np.int64]
ACTIVATIONS = ("power", "relu")
EXAMPLES = "mod:23, group:S4 or parity:10"


@dataclass(frozen=True)
class Problem:
    """A task with an activation: "power" is x^k in the L_{2,k+1} norm, "relu" is ReLU in the L_2 norm."""

    task: ModularAddition | GroupComposition | SparseParity
    activation: str = "power"

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation {self.activation!r}, expected power (x^k) or relu")

    @property
    def k(self) -> int:
        return self.task.k

    @property
    def n(self) -> int:
        """Order of the group; number of bits for parity."""
        return self.task.n

    @property
    def one_hot(self) -> bool:
        """Whether inputs are group elements (else bits)."""
        return not isinstance(self.task, SparseParity)

    @property
    def classes(self) -> int:
        return self.n if self.one_hot else 2

    @property
    def population(self) -> int:
        return self.task.population

    @property
    def degree(self) -> int:
        """nu: degree of homogeneity of the network, exponent of the norm."""
        return self.task.degree if self.activation == "power" else 2

    def shapes(self, width: int) -> tuple[tuple[int, int, int], tuple[int, int]]:
        """Shapes of U and W."""
        return (self.k if self.one_hot else 1, self.n, width), (width, self.classes)

    @cached_property
    def table(self) -> Integers:
        """Label of (product of all inputs but the last, last input), shape (n, n); group tasks only."""
        if isinstance(self.task, ModularAddition):
            return (np.arange(self.n)[:, None] + np.arange(self.n)) % self.n
        if isinstance(self.task, GroupComposition):
            return self.task.group.table().astype(np.int64)
        raise TypeError(f"{self.task}: inputs are bits, expected a group task")

    @cached_property
    def prefixes(self) -> Integers:
        """All values of the first k - 1 inputs, shape (n^(k-1), k - 1), in lexicographic order; group tasks only."""
        shape = (self.n,) * (self.k - 1)
        return np.indices(shape).reshape(self.k - 1, -1).T if shape else np.zeros((1, 0), np.int64)

    @cached_property
    def labels(self) -> Integers:
        """Labels of the population, shape (n^(k-1), n): prefixes by last inputs; for parity (2^n, 1).

        Raises MemoryError if they do not fit: a step goes through all of them.
        """
        require_memory(24 * self.population, f"labels of all {self.population} inputs")
        if isinstance(self.task, SparseParity):
            return self.task.labels(self.task.inputs())[:, None].astype(np.int64)
        if self.k == 1:
            return np.arange(self.n)[None]
        product = self.prefixes[:, 0]
        for column in self.prefixes.T[1:]:
            product = self.table[product, column]
        return self.table[product]

    @cached_property
    def gamma(self) -> float | None:
        """gamma* as a float; None for ReLU, for which no prediction is known."""
        if self.activation == "relu":
            return None
        return float(maximum_margin(self.task))

    def finite_lambda(self, strength: float) -> FiniteLambda | None:
        """What cross-entropy + strength * ||theta||^nu on the population converges to; None for ReLU."""
        if self.activation == "relu":
            return None
        return finite_lambda(self.task, strength)

    def irreps(self) -> list[tuple[int, int, NDArray[np.float64]]]:
        """Dimension, commutant dimension and character (n,) of each non-trivial real irreducible representation.

        Raises TypeError unless the task is a group's.
        """
        if not isinstance(self.task, GroupComposition):
            raise TypeError(f"{self.task}: expected a group")
        program = _program(self.task.group.name)
        return [(r.dimension, r.commutant, r.character[program.group.class_of]) for r in program.irreps]


@lru_cache(maxsize=16)
def _program(name: str) -> GroupProgram:
    from margin.composition.program import GroupProgram
    from margin.finite_groups.names import group

    return GroupProgram(group(name))


def problem(task: str, k: int, activation: str = "power") -> Problem:
    """The task of that name with k inputs. Raises ValueError for an unknown one."""
    kind, _, name = task.partition(":")
    if kind == "group" and name:
        return Problem(GroupComposition(_program(name).group, k), activation)
    if kind in ("mod", "parity") and name.isascii() and name.isdigit():
        return Problem(ModularAddition(int(name), k) if kind == "mod" else SparseParity(int(name), k), activation)
    raise ValueError(f"task {task!r}, expected {EXAMPLES}")
