"""C5: the volume that frequencies have to avoid."""

from __future__ import annotations

import sympy
from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def is_union_bound(gamma_shift: int = 1, base: int = 2) -> bool:
    """Whether n/2 balls' worth d^m pi^(m/2)/Gamma(m/2+1) (sqrt(delta m/(2 pi^2))/d)^m is the printed volume.

    Printed: n/(2 Gamma(m/2 + 1)) (delta m/(2 pi))^(m/2), for all n, m, d and delta.
    """
    n, m, d, delta = sympy.symbols("n m d delta", positive=True)
    radius = sympy.sqrt(delta * m / (2 * sympy.pi**2)) / d
    balls = d**m * sympy.pi ** (m / 2) / sympy.gamma(m / 2 + 1) * radius**m
    printed = n / (2 * sympy.gamma(m / 2 + gamma_shift)) * (delta * m / (base * sympy.pi)) ** (m / 2)
    ratio = sympy.expand_log(sympy.log(n / 2 * balls / printed), force=True)
    return bool(sympy.simplify(ratio) == 0)


def ball_recursion() -> bool:
    """Whether pi^(m/2)/Gamma(m/2+1) is 2 at m = 1, pi at m = 2, and grows by 2 pi/m over two dimensions."""
    m = sympy.symbols("m", positive=True)
    volume = sympy.pi ** (m / 2) / sympy.gamma(m / 2 + 1)
    step = sympy.gammasimp(volume / volume.subs(m, m - 2)) - 2 * sympy.pi / m
    return bool(sympy.simplify(step) == 0 and volume.subs(m, 1) == 2 and volume.subs(m, 2) == sympy.pi)


@claim(
    id="C5",
    claim="""the volume of the points of [0,1]^m within (1/d) sqrt(delta m/(2 pi^2)) of (1/d) Z^m for some d <= n/2 is
    at most n/(2 Gamma(m/2+1)) (delta m/(2 pi))^(m/2)""",
    source="modular addition at several scales, Section 5.4",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """The union bound as an identity, the volume of a ball, the exact region at m = 1."""
    demand(is_union_bound() and ball_recursion(), "the sum of the balls is not the printed volume")
    # the exact region at m = 1, delta = 1/2, n = 2: 1 - cos 2 pi x <= 1/2, |x| <= 1/6, against sqrt(2 delta)/pi
    iv.prec = 80
    demand(bool(iv.mpf(1) / 3 > iv.sqrt(iv.mpf(1)) / iv.pi), "the exact region is within the bound")
    return Finding(
        "holds",
        """sympy, for all n, m, delta: d^m balls of that radius for each d add up to it, each d alike; the unit ball's
        volume by its recursion. It bounds the region of the Taylor approximation: the region m - h <= delta m itself is
        larger, as 1 - cos x <= x^2/2 (m = 1, n = 2, delta = 1/2: 1/3 against 1/pi = 0.318)""",
        scope="""all n, m, delta: on the torus (1/d) Z^m has d^m points, overlaps only lower the volume, and floor(n/2)
        <= n/2""",
    )
