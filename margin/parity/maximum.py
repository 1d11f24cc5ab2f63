"""The exact maximum margin of sparse parity and its dual (Morwani et al., sparse parity; docs/theory.md, 5).

The network is f(x) = sum_i (sum_j u_ij x_j)^k w_i with w_i in R^2, over all n bits; the label is 0 where the product
of the first k bits is 1, else 1. With y = +-1 that product and d = (1, -1), the margin of an input is y <f(x), d>.

For uniform inputs a unit neuron scores E[y (u.x)^k] <w, d>. Of the monomials of (u.x)^k only those survive whose
parities are those of y; of degree k this is x_1...x_k alone, with coefficient k! (EXPAND). So the score is
k! (u_1...u_k) <w, d> <= k! sqrt(2) |u_1|...|u_k| ||w||, at most k! sqrt(2) (k+1)^(-(k+1)/2) as the k+1 squared norms
sum to at most 1 (AM-GM). Equality: u is 0 off the k bits, |u_j| = ||w|| on them, w = +-||w|| d / sqrt(2), and
(u_1...u_k) <w, d> >= 0.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

from margin.answers.record import Block, ClassWeight, MaximumMargin
from margin.numbers.square_roots import Surd
from margin.tasks import SparseParity

MOST_K = 64  # of 2^(k-1) neurons
ParityMargin = MaximumMargin[SparseParity, Surd]


def maximum_margin(task: SparseParity) -> ParityMargin:
    """gamma* = k! sqrt(2 (k+1)^(-(k+1))); one block, as all neurons are of one kind.

    >>> print(maximum_margin(SparseParity(10, 4)).exact)
    24*sqrt(10)/125
    """
    k, whole = task.k, Surd(1)
    gamma = factorial(k) * Surd.sqrt(2) / Surd.half_power(k + 1, k + 1)
    block = Block("parity", 1, "real", 1, 1, gamma / 2, whole, (whole, whole))
    return MaximumMargin(task, gamma, (block,), (ClassWeight("all", 1, whole),), all_irreps=gamma)


def require_size(task: SparseParity) -> None:
    """Raise ValueError where the network has too many neurons to speak of."""
    if task.k > MOST_K:
        raise ValueError(f"K = {task.k}, expected at most {MOST_K}: the network has 2^(K-1) neurons")


def surviving_monomials(task: SparseParity, size: int | None = None) -> int:
    """How many monomials of degree k in n bits have odd exponents exactly on `size` given bits (default k).

    Such exponents are 1 on these bits plus twice any exponents of degree (k - size)/2.
    """
    rest = task.k - (task.k if size is None else size)
    return 0 if rest < 0 or rest % 2 else comb(rest // 2 + task.n - 1, task.n - 1)


def parity_dual_bound(task: SparseParity) -> Surd:
    """What no unit neuron exceeds on average over uniform inputs, so no network of norm 1 in its least margin.

    EXPAND, then AM-GM: k + 1 squares of sum 1 have a product of at most (k+1)^(-(k+1)); ||(1,-1)|| = sqrt(2).
    """
    coefficient = surviving_monomials(task) * factorial(task.k)  # the multinomial coefficient of k ones
    return coefficient * Surd.sqrt(2) * Surd.half_power(Fraction(1, task.k + 1), task.k + 1)
