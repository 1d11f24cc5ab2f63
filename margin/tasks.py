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


@dataclass(frozen=True)
class ModularAddition:
    """k-input addition modulo n: inputs a_1..a_k in Z_n, label a_1 + ... + a_k mod n.

    n may be any integer >= 2 (prime or not, odd or even), k any integer >= 1; numpy integers
    are accepted, booleans and floats are not. Raises TypeError or ValueError saying what came.
    """

    n: int
    k: int

    def __post_init__(self) -> None:
        for name, value, least in (("n", self.n, 2), ("k", self.k, 1)):
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise TypeError(f"ModularAddition: {name} = {value!r}, expected an integer >= {least}")
            if index(value) < least:
                raise ValueError(f"ModularAddition: {name} = {value}, expected an integer >= {least}")
            object.__setattr__(self, name, index(value))

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


def count(frequencies: range) -> int:
    """Length of a unit-step range; `len` fails above 2^63."""
    return max(0, frequencies.stop - frequencies.start)
