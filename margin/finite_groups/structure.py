"""Groups known by their structure alone: abelian and dihedral, of any order, nothing enumerated.

Standard library only. What the maximum margin of such a group needs (how many representations of which
kind) follows from the integers kept here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd, prod


@dataclass(frozen=True)
class AbelianStructure:
    """C_{d_1} x ... x C_{d_r} by its invariant factors 1 < d_1 | d_2 | ... | d_r; none for the trivial group.

    `invariants` may be any cyclic orders >= 1; they are brought to invariant factors (by gcd and lcm, nothing is
    factored), so two structures are equal exactly when the groups are isomorphic. `written` is the name shown.
    Raises TypeError or ValueError for what is no positive integer.
    """

    invariants: tuple[int, ...]
    written: str | None = None

    def __post_init__(self) -> None:
        for d in self.invariants:
            _positive("AbelianStructure: cyclic order", d, 1)
        object.__setattr__(self, "invariants", invariant_factors(self.invariants))

    @property
    def name(self) -> str:
        return self.written or "x".join(f"C{d}" for d in self.invariants) or "C1"

    @property
    def order(self) -> int:
        return prod(self.invariants)

    @property
    def exponent(self) -> int:
        return self.invariants[-1] if self.invariants else 1

    def elements_of_order(self, order: int) -> int:
        """How many elements have that order, and how many characters.

        >>> AbelianStructure((2, 4)).elements_of_order(4)
        4
        """
        below = sum(self.elements_of_order(d) for d in range(1, order) if order % d == 0)
        return prod(gcd(d, order) for d in self.invariants) - below

    @property
    def even_invariants(self) -> int:
        """How many invariant factors are even: the rank of G/2G."""
        return sum(d % 2 == 0 for d in self.invariants)

    @property
    def linear_real_characters(self) -> int:
        """Characters with values +1 and -1, the trivial one included: |G/2G|."""
        return 2**self.even_invariants

    @property
    def rotations(self) -> int:
        """Two-dimensional real irreducible representations, one for each pair of conjugate characters."""
        return (self.order - self.linear_real_characters) // 2

    def __eq__(self, other: object) -> bool:
        return self.invariants == other.invariants if isinstance(other, AbelianStructure) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.invariants)


@dataclass(frozen=True)
class DihedralStructure:
    """D_n = <r, s : r^n = s^2 = (rs)^2 = 1>, n >= 3, of order 2n. Raises TypeError or ValueError for another n."""

    n: int

    def __post_init__(self) -> None:
        _positive("DihedralStructure: n", self.n, 3)

    @property
    def name(self) -> str:
        return f"D{self.n}"

    @property
    def order(self) -> int:
        return 2 * self.n

    @property
    def exponent(self) -> int:
        return self.n * (1 + self.n % 2)

    @property
    def linear_real_characters(self) -> int:
        """|G : G'|, the trivial character included: 2 for odd n, 4 for even n. All are real."""
        return 4 - 2 * (self.n % 2)

    @property
    def rotations(self) -> int:
        """Two-dimensional irreducible representations, all real: rotation by 2 pi z / n for 0 < z < n / 2."""
        return (self.n - 1) // 2


def invariant_factors(orders: Iterable[int]) -> tuple[int, ...]:
    """Invariant factors d_1 | d_2 | ... (none 1) of the product of cyclic groups of these orders.

    C_a x C_b = C_gcd x C_lcm; inserting one order after the other into a divisor chain keeps it one.
    """
    chain: list[int] = []  # descending: chain[i + 1] divides chain[i]
    for order in orders:
        for i, d in enumerate(chain):
            g = gcd(d, order)
            chain[i], order = d // g * order, g
        chain.append(order)
    return tuple(d for d in reversed(chain) if d > 1)


def _positive(what: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what} = {value!r}, expected an integer >= {least}")
    if value < least:
        raise ValueError(f"{what} = {value}, expected an integer >= {least}")
