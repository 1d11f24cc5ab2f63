"""How many neurons a maximum-margin network of sparse parity needs: 2^(k-1), which the papers' construction has.

A maximum-margin network has all margins equal (their mean is at most gamma*) and neurons as in the case of equality
(`margin.parity.maximum`): a sign pattern e modulo sign each, with total masses s(e) on the patterns. Dividing by y and
expanding, sum_e s(e) (prod e_j) (e.x)^k / (x_1...x_k) is constant in x. The coefficient of prod_{j in T} x_j in (e.x)^k
is positive times prod_{j in T} e_j for each T with |T| <= k, |T| = k mod 2, so sum_e s(e) prod_{j in T'} e_j = 0 for
every non-empty T' of even size. These are all non-trivial characters of {1,-1}^k modulo sign: s is uniform.
"""

from __future__ import annotations

from margin.answers.record import Widths
from margin.parity.construction import construct
from margin.parity.maximum import ParityMargin
from margin.tasks import SparseParity


def widths(task: SparseParity, construction: str = "minimal", prediction: ParityMargin | None = None) -> Widths:
    """2^(k-1), constructed, published and minimal. Raises ValueError for an unknown construction."""
    width = construct(task, construction).width
    return Widths(width, width, width, width, (width,))
