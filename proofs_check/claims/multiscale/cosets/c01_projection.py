"""C1: a cosine as a projection of a rotation representation; the vector as printed has a wrong sign."""

from __future__ import annotations

import sympy

from proofs_check.claims.shared.exact import cosine_sign
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def is_projection(sign: int, turn: int) -> bool:
    """Whether rho(k) (1, 0) . (alpha cos s, sign * alpha sin s) = alpha cos(k - turn * s).

    Angles 2 pi f k/n and 2 pi f s/n. rho(k) is the rotation [[cos k, -sin k], [sin k, cos k]] of the paper; sign = -1
    is the printed vector.
    """
    k, s, alpha = sympy.symbols("k s alpha", real=True)
    rotation = sympy.Matrix([[sympy.cos(k), -sympy.sin(k)], [sympy.sin(k), sympy.cos(k)]])
    vector = sympy.Matrix([alpha * sympy.cos(s), sign * alpha * sympy.sin(s)])
    value = (rotation * sympy.Matrix([1, 0])).dot(vector)
    return bool(sympy.expand(value - alpha * sympy.expand_trig(sympy.cos(k - turn * s))) == 0)


def vector_has_norm_alpha() -> bool:
    """Whether (alpha cos s, alpha sin s) has norm alpha, so that the dot product is alpha times a projection."""
    s, alpha = sympy.symbols("s alpha", positive=True)
    return bool(sympy.simplify((alpha * sympy.cos(s)) ** 2 + (alpha * sympy.sin(s)) ** 2 - alpha**2) == 0)


def differs(n: int, f: int, s: int, k: int) -> bool:
    """Whether the printed vector's value cos(2 pi f (k+s)/n) is not cos(2 pi f (k-s)/n)."""
    coefficients = [0] * n
    coefficients[f * (k + s) % n] += 1
    coefficients[f * (k - s) % n] -= 1
    return cosine_sign(coefficients) != 0


@claim(
    id="C1",
    claim="""alpha cos(2 pi f (k - s)/n) is the scaled projection of a 2x2 rotation representation: rho(k)(1, 0) .
    (alpha cos(2 pi f s/n), -alpha sin(2 pi f s/n))""",
    source="modular addition at several scales, Section 5.3",
    kind="identity",
)
def check(effort: str) -> Finding:
    """The projection with both signs, and the cases in which the printed one is wrong."""
    most = 6 if effort == "quick" else 10
    signs = [(sign, turn) for sign in (1, -1) for turn in (1, -1) if is_projection(sign, turn)]
    demand(signs == [(1, 1), (-1, -1)] and vector_has_norm_alpha(), f"signs {signs}")
    frequencies = [(n, f) for n in range(2, most + 1) for f in range(1, n // 2 + 1)]
    cases = [(n, f, s, k) for n, f in frequencies for s in range(n) for k in range(n)]
    for n, f, s, k in cases:
        demand(differs(n, f, s, k) == (2 * f * s % n != 0 != 2 * f * k % n), f"n = {n}, f = {f}, s = {s}, k = {k}")
    failures = [case for case in cases if differs(*case)]
    demand(min(failures) == (3, 1, 1, 1), f"smallest failure {min(failures)}")
    return Finding(
        "holds with a correction",
        f"""sympy: with the printed vector the dot product is alpha cos(2 pi f (k+s)/n), with +alpha sin it is as
        claimed. The two differ in {len(failures)} of {len(cases)} cases (n <= {most}, f <= n/2, all s, k, exactly):
        wherever n divides neither 2 f s nor 2 f k""",
        counterexample="n = 3, f = s = k = 1: printed cos(4 pi/3) = -1/2, claimed cos(0) = 1",
        correction="project on (alpha cos(2 pi f s/n), +alpha sin(2 pi f s/n)), a vector of norm alpha",
        scope="all n, f, s, k and alpha, as an identity of trigonometric functions",
    )
