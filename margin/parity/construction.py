"""The network that reaches the maximum margin of sparse parity, in exact form.

u_j = e_j / sqrt(k+1), w = (prod e_j) d / sqrt(2(k+1)) with d = (1, -1), for every e in {1,-1}^k modulo sign, equal
masses: sum_e (prod e_j) (sum_j e_j x_j)^k = 2^k k! x_1...x_k (Morwani et al., sparse parity; docs/theory.md, 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

from margin.numbers.square_roots import Surd
from margin.parity.maximum import ParityMargin
from margin.tasks import SparseParity

if TYPE_CHECKING:
    from margin.networks.network import Network

CONSTRUCTIONS = ("minimal", "paper")  # the published network is the minimal one


@dataclass(frozen=True)
class SignPatterns:
    """One neuron per sign pattern e modulo sign, `width` in all, of mass `mass_each`.

    A unit neuron has u_j = e_j `amplitude` on the k bits, and w = (prod e_j) (1, -1) `amplitude` / sqrt(2).
    """

    task: SparseParity
    width: int
    mass_each: Fraction
    amplitude: Surd

    @property
    def mass(self) -> Fraction:
        """||theta||^(k+1), the sum of all neurons' masses."""
        return self.width * self.mass_each

    def margin(self) -> Surd:
        """The margin of every input, exactly.

        On input x, substituting e_j x_j for e_j, sum_e (prod e_j)(e.x)^k is x_1...x_k times the sum over patterns
        with j signs -1 of (-1)^j (k - 2j)^k; patterns modulo sign are half of all.
        """
        k = self.task.k
        signed = sum((-1) ** j * comb(k, j) * (k - 2 * j) ** k for j in range(k + 1))
        along = Surd.sqrt(2) * self.amplitude  # <w, (1,-1)> of a unit neuron
        return self.mass_each * Fraction(signed, 2) * self.amplitude**k * along

    def normalised_margin(self) -> Surd:
        """Margin divided by the mass, exactly."""
        return self.margin() / self.mass

    def numeric(self) -> Network:
        """The network as float64 arrays."""
        from margin.parity.sign_arrays import construct_parity

        return construct_parity(self.task)


def construct(
    task: SparseParity, construction: str = "minimal", prediction: ParityMargin | None = None
) -> SignPatterns:
    """The network of norm 1 and width 2^(k-1). Raises ValueError for an unknown construction.

    >>> construct(SparseParity(10, 4)).width
    8
    """
    if construction not in CONSTRUCTIONS:
        raise ValueError(f"construction {construction!r}, expected one of {', '.join(CONSTRUCTIONS)}")
    width = 1 << (task.k - 1)
    return SignPatterns(task, width, Fraction(1, width), Surd.sqrt(Fraction(1, task.k + 1)))
