"""Tasks: what the network has to compute (THEORY section 1 of the papers' common setting).

A task has k inputs from a group of order n and a label; the population is all n^k inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from operator import index
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import integer
    from numpy.typing import ArrayLike, NDArray

    from margin.finite_groups.finite_group import FiniteGroup


@dataclass(frozen=True)
class ModularAddition:
    """k-input addition modulo n: inputs a_1..a_k in Z_n, label a_1 + ... + a_k mod n.

    n may be any integer >= 2 (prime or not, odd or even), k any integer >= 1; numpy integers
    are accepted, booleans and floats are not. Raises TypeError or ValueError saying what came.
    """

    n: int
    k: int

    def __post_init__(self) -> None:
        _set_integers(self, n=2, k=1)

    @property
    def degree(self) -> int:
        """nu = k + 1: the degree of homogeneity and the outer exponent of the norm."""
        return self.k + 1

    @property
    def population(self) -> int:
        """Number of inputs, n^k."""
        return self.n**self.k

    @property
    def rotation_frequencies(self) -> range:
        """Frequencies 0 < z < n/2, whose real representation is a rotation (dimension 2)."""
        return range(1, (self.n + 1) // 2)

    @property
    def sign_frequencies(self) -> range:
        """The frequency n/2 of even n, whose representation is a sign (dimension 1); else empty."""
        return range(self.n // 2, self.n // 2 + 1 - self.n % 2)

    def frequency_order(self, z: int) -> int:
        """How many values 2 pi z a / n takes: n / gcd(z, n)."""
        return self.n // gcd(z, self.n)

    def inputs(self) -> NDArray[integer]:
        """The population, shape (n^k, k), in lexicographic order."""
        import numpy as np

        return np.indices((self.n,) * self.k).reshape(self.k, -1).T

    def labels(self, inputs: ArrayLike) -> NDArray[integer]:
        """Labels of inputs of shape (..., k); shape (...)."""
        import numpy as np

        return np.asarray(inputs).sum(axis=-1) % self.n

    def __str__(self) -> str:
        return f"addition of {self.k} input{'s' if self.k > 1 else ''} mod {self.n}"


@dataclass(frozen=True)
class GroupComposition:
    """Composition of k elements of a finite group of order n: inputs g_1..g_k, label g_1 g_2 ... g_k.

    Elements are numbered as in `group`, whose products act from left to right. Raises TypeError or ValueError unless
    k is an integer >= 1.
    """

    group: FiniteGroup
    k: int

    def __post_init__(self) -> None:
        _set_integers(self, k=1)

    @property
    def n(self) -> int:
        """Order of the group, the number of labels."""
        return self.group.order

    @property
    def degree(self) -> int:
        """nu = k + 1: the degree of homogeneity and the outer exponent of the norm."""
        return self.k + 1

    @property
    def population(self) -> int:
        """Number of inputs, n^k."""
        return self.n**self.k

    def inputs(self) -> NDArray[integer]:
        """The population, shape (n^k, k), in lexicographic order."""
        import numpy as np

        return np.indices((self.n,) * self.k).reshape(self.k, -1).T

    def labels(self, inputs: ArrayLike) -> NDArray[integer]:
        """Labels of inputs of shape (..., k); shape (...)."""
        import numpy as np

        first, *others = np.moveaxis(np.asarray(inputs), -1, 0)
        label: NDArray[integer] = first
        for element in others:
            label = self.group.multiply(label, element)
        return label

    def __str__(self) -> str:
        return f"composition of {self.k} element{'s' if self.k > 1 else ''} of {self.group.name}"


@dataclass(frozen=True)
class SparseParity:
    """Parity of k among n bits: inputs all vectors of +-1, label 0 where the product of the first k is 1, else 1.

    Any other k bits are the same task with the bits renamed. Raises TypeError or ValueError unless 1 <= k <= n.
    """

    n: int
    k: int

    def __post_init__(self) -> None:
        _set_integers(self, n=1, k=1)
        if self.k > self.n:
            raise ValueError(f"SparseParity: k = {self.k} of n = {self.n} bits, expected k <= n")

    @property
    def degree(self) -> int:
        """nu = k + 1: the degree of homogeneity and the outer exponent of the norm."""
        return self.k + 1

    @property
    def population(self) -> int:
        """Number of inputs, 2^n."""
        return 1 << self.n

    def inputs(self) -> NDArray[integer]:
        """The population, shape (2^n, n), entries 1 and -1, in lexicographic order with 1 first."""
        import numpy as np

        return 1 - 2 * np.indices((2,) * self.n, dtype=np.int8).reshape(self.n, -1).T

    def labels(self, inputs: ArrayLike) -> NDArray[integer]:
        """Labels of inputs of shape (..., n); shape (...)."""
        import numpy as np

        return (np.asarray(inputs)[..., : self.k] < 0).sum(axis=-1) % 2

    def __str__(self) -> str:
        return f"parity of {self.k} of {self.n} bits"


def _set_integers(task: object, **least: int) -> None:
    """Make the named fields plain integers; TypeError or ValueError, saying what came, unless they are >= least."""
    for name, lowest in least.items():
        value = getattr(task, name)
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{type(task).__name__}: {name} = {value!r}, expected an integer >= {lowest}")
        if index(value) < lowest:
            raise ValueError(f"{type(task).__name__}: {name} = {value}, expected an integer >= {lowest}")
        object.__setattr__(task, name, index(value))


def count(frequencies: range) -> int:
    """Length of a unit-step range; `len` fails above 2^63."""
    return max(0, frequencies.stop - frequencies.start)
