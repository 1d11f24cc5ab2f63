"""Tuple designs: which unit vectors the neurons of one real irreducible representation need.

A max-margin neuron inside a representation rho on R^delta = D^m (D = R, C or H of dimension e, m = delta / e) is a
tuple of unit vectors x_1, ..., x_{k+1}, up to one common unit of D from the right:

    u_j(g) = <x_j, rho(g) x_{j+1}>,   w(g) = <x_1, rho(g) x_{k+1}>      (times an amplitude).

A design is a list of tuples over which (sum_j u_j(g_j))^k w(c) averages to

    k! delta^(-(k+1)) tr rho(g_1 ... g_k c^-1)

and nothing else, for every group and every representation of that dimension and commutant. All weights are equal.

Call a random vector tight if E[x x^T] = I/delta, D-tight if E[x x*] = I/m. Average over independent x_1, ...,
x_{k+1}, one of them D-tight, the others tight: the monomial u_1 ... u_k w gives the wanted term, since E<a, x><x, b>
= <a, b>/delta. The constructions differ in how they get rid of every other monomial u^a w, a_1 + ... + a_k = k:

- `paper`: an orthonormal basis for each x_j, and independent signs on u_1, ..., u_k with their product on w. Signs of
  all u_j at once change nothing, so 2^(k-1) of them do: delta^(k+1) 2^(k-1) tuples (Morwani et al. for k = 2).
- `signs`: the same with a basis over D for x_1, since tuples that differ by a common unit give the same neuron.
- `torus` (D = C or H): coordinate vectors of C^(delta/2), turned by angles 0, phi_1, phi_1 + phi_2, ..., where phi
  runs over the phase set of modular addition, (k+1) 2^(k-1) of them; the unwanted terms have the same exponents in
  phi.
- `simplex` (k <= 5): bases, or regular simplices (one vector more, E x = 0) at some j. The monomial u^a w is a
  multigraph on the vertices x_1, ..., x_{k+1} with a_j edges from x_j to x_{j+1} and one edge w. A tight vertex whose
  only edges are a pair u_j^2 averages to the constant 1/delta, and the pair goes; a simplex vertex with one edge
  averages to 0 and the monomial goes. Each monomial must end so.
- `frame` (k = 2): x_2 runs over a basis, which turns u_1^2 and u_2^2 into constants. What is left to ask of x_1, x_3
  is that the matrices M = x_1 x_3* over D have E[M] = 0 and are tight in their real dimension delta^2 / e. The least
  possible number, delta^2 / e + 1, is reached: x_1 and x_3 have entries omega^(a r) and omega^(b r), r modulo P =
  delta^2 / e + 1, such that the exponents of all real coordinates of M are the P - 1 non-zero residues, once each (a
  near-factorisation of Z_P). In all delta (delta^2 / e + 1) tuples.
- `quaternion` (D = H, k = 2, 3): coordinate vectors times unit quaternions x_1 = 1, x_2, x_3, ..., and signs. Instead
  of all 4^k tuples of units 1, i, j, k, the 2^(k+1) tuples of `_QUATERNIONS` do: over them and over all unit
  quaternions the products of u_1[a_1], ..., u_k[a_k] and (u_1 ... u_k)[b] have the same means, u_j = x_j
  conj(x_{j+1}). They lie in the binary tetrahedral (k = 2) and octahedral group (k = 3) and were found by search. In
  all (delta/2)^(k+1) 2^(k-1) tuples.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.addition.construction import rotation_phases
from margin.finite_groups.matrices import right_units
from margin.minimal_width.exponents import is_large
from margin.minimal_width.shipped import shipped_bound, shipped_dihedral_bound, shipped_real_bound
from margin.networks.phases import PhaseSet

Array = NDArray[np.float64]

MOST_INPUTS = 5  # k of the search over simplices
# x_2, .., x_{k+1} as signs of the coordinates 1, i, j, k, up to positive factors
_QUATERNIONS = {
    2: "++++ +-+-; ++-- ++++; +-+- ++--; +--+ +--+; +000 +++-; 0+00 ++-+; 00+0 +-++; 000+ +---",
    3: (
        "+++- +--+ 00++; ++-+ +-+- +-00; ++00 ++-- +-++; +-++ ++-- 00+-; "
        "+--- ++++ ++00; +-00 +--+ +++-; +0+0 00+0 +0-0; +0-0 0+00 +0+0; "
        "+000 +000 +000; 0+0+ 000+ 0+0-; 0+0- +000 0+0+; 0+00 00+0 0+00; "
        "00++ +-+- ++-+; 00+- ++++ +---; 00+0 000+ 00+0; 000+ 0+00 000+"
    ),
}
DESIGNS = ("paper", "signs", "torus", "simplex", "quaternion", "frame")


def design_sizes(dimension: int, commutant: int, k: int) -> dict[str, int]:
    """Number of tuples of every design that exists for delta = dimension, e = commutant and k.

    Raises ValueError unless e is 1, 2 or 4 and divides delta, and k >= 1.

    >>> design_sizes(2, 1, 2)
    {'paper': 16, 'signs': 16, 'simplex': 12, 'frame': 10}
    """
    _require(dimension, commutant, k)
    whole = dimension**k << (k - 1)
    sizes = {"paper": dimension * whole, "signs": dimension // commutant * whole}
    if commutant > 1:
        sizes["torus"] = (dimension // 2) ** (k + 1) * rotation_phases(k, "minimal").size
    if 2 <= k <= MOST_INPUTS:
        sizes["simplex"] = int(np.prod(_simplex_counts(dimension, commutant, k)))
    if k in _QUATERNIONS and commutant == 4:
        sizes["quaternion"] = (dimension // 2) ** (k + 1) << (k - 1)
    if k == 2:
        sizes["frame"] = dimension * (dimension**2 // commutant + 1)
    return sizes


def smallest_design(dimension: int, commutant: int, k: int) -> str:
    """The design with the fewest tuples; the first in `DESIGNS` among equals, `paper` last."""
    sizes = design_sizes(dimension, commutant, k)
    return min([*(name for name in sizes if name != "paper"), "paper"], key=lambda name: sizes[name])


def design(dimension: int, commutant: int, k: int, name: str) -> Array:
    """The tuples of a design, unit vectors, shape (m, k+1, delta).

    Raises ValueError for a design that does not exist for these numbers, and as `design_sizes`.
    """
    sizes = design_sizes(dimension, commutant, k)
    if name not in sizes:
        raise ValueError(
            f"design {name!r} for dimension {dimension}, commutant {commutant}, k = {k}:"
            f" expected one of {', '.join(sizes)}"
        )
    if name == "torus":
        return torus(dimension, commutant, k, rotation_phases(k, "minimal"))
    if name == "simplex":
        return _simplices(dimension, commutant, k)
    if name == "frame":
        return _frame(dimension, commutant)
    if name == "quaternion":
        return _quaternion(dimension, k)
    basis = np.eye(dimension)
    first = basis if name == "paper" else basis[::commutant]
    return _signed(_independent([first] + [basis] * k), k)


def lower_bound(dimension: int, commutant: int, k: int) -> int | None:
    """A proved lower bound on the neurons of a representation that compute tr rho(y c^-1) and nothing else.

    The entries of rho give delta^2 / e linearly independent functions on the group (all are counted here, so that the
    bounds hold for every group).

    - delta = 1: the signs on u_1, ..., u_k modulo a common one must come equally often (`margin.parity`): 2^(k-1).
    - k = 1: the matrix tr rho(g c^-1) has rank delta^2 / e, and each neuron adds at most 1.
    - D = R: comparing coefficients of u_1 ... u_k w, the mean of the tensors x_1 x_1^T (x) ... (x) x_{k+1} x_{k+1}^T
      is a multiple of the identity, of rank delta^(k+1), and each neuron adds at most 1.
    - D = C, k >= 2: with signs in one place r, the functions x_1[a_1] ... conj(x_r[a_r]) ... x_{k+1}[a_{k+1}] of the
      neurons are orthogonal for all r and a: their products are coefficients of u_1 ... u_k w, unwanted for different
      r. So at least (k+1) (delta/2)^(k+1) neurons.
    - D = H, k = 2: all functions of the neurons that are linear in each of x_1, x_2, x_3 have the inner products that
      independent uniform vectors give, as invariants of the common unit are spanned by coefficients of u_1 u_2 w. The
      spin 1/2 part of (1/2)^3 comes 2 (delta/2)^3 times, in N copies of the regular representation of the units 2 N
      times.
    - D = H, k >= 3: None, nothing is claimed.
    """
    _require(dimension, commutant, k)
    if dimension == 1:
        return 1 << (k - 1)
    if k == 1:
        return dimension**2 // commutant
    if commutant == 1:
        return int(dimension ** (k + 1))
    half = dimension // 2
    if commutant == 2:
        return int((k + 1) * half ** (k + 1))
    return half**3 if k == 2 else None


def generic_lower_bound(dimension: int, commutant: int, k: int) -> int | None:
    """As `lower_bound`, where products of entries of rho satisfy no relations but those of all orthogonal matrices
    over D.

    For small groups they may, and fewer neurons may do. Let h(x) = x x^T - 1/delta. Then u_1^2 = 1/delta + <h(x_1),
    rho h(x_2)>, so that u_1^2 w must have E[h(x_1) (x) x_1 (x) h(x_2) (x) x_3] = 0 and E[x_1 (x) x_3] = 0, and
    contracting h(x_1) with x_1, E[x_1 (x) x_2 x_2^T (x) x_3] = 0. (For D = R, k = 2 it is enough that the symmetric
    square of rho is 1 plus an absolutely irreducible representation: true for dihedral groups unless 4 divides the
    order of the rotation.)

    - k = 2: the functions x_2[b] are orthogonal to each other and to those of `lower_bound`, for D = H too in their
      spin: delta^3 + delta; 3 d^3 + d and d^3 + d/2 with d = delta/2.
    - D = R, k = 3: in the same way x_1[a] x_3[c], x_2[b] x_4[d] and 1 join x_1[a] x_2[b] x_3[c] x_4[d]: (delta^2 +
      1)^2. Integer polynomials prove more for delta <= 6 (docs/theory.md, 5.16).
    - delta = 2, D = C: rotations of cyclic groups, the certificates of `margin.addition.width.block_bound`.
    - None elsewhere.
    """
    _require(dimension, commutant, k)
    if (dimension, commutant) == (2, 2) and (bound := shipped_bound(k)) is not None:
        return bound
    if commutant == 1 and (bound := shipped_real_bound(dimension, k)) is not None:
        return bound
    half = dimension // 2
    if k == 2 and dimension > 1:
        return {1: dimension**3 + dimension, 2: 3 * half**3 + half, 4: half**3 + half // 2}[commutant]
    return (dimension**2 + 1) ** 2 if k == 3 and commutant == 1 else None


def dihedral_bound(k: int, order: int) -> int | None:
    """A proved lower bound on the neurons of a real representation of dimension 2 whose rotations have that order.

    0 stands for every large order. None where no certificate is shipped (docs/theory.md, 5.16).

    >>> dihedral_bound(3, 5), dihedral_bound(3, 3), dihedral_bound(4, 5)
    (34, 17, None)
    """
    return shipped_dihedral_bound(k, order if order and not is_large(order, k) else 0)


def _require(dimension: int, commutant: int, k: int) -> None:
    if commutant not in (1, 2, 4) or dimension < 1 or dimension % commutant:
        raise ValueError(
            f"representation of dimension {dimension} with commutant of dimension {commutant}:"
            f" expected 1, 2 or 4, and a positive multiple of it"
        )
    if k < 1:
        raise ValueError(f"design for k = {k}: expected k >= 1")


# -- vectors at one place -------------------------------------------------------------------


def _simplex(dimension: int) -> Array:
    """dimension + 1 unit vectors with sum 0, equal inner products: tight. Shape (dimension + 1, dimension)."""
    j = np.arange(1, dimension + 1)
    rows = np.tri(dimension + 1, dimension + 1)[:dimension]
    rows[np.arange(dimension), j] = -j  # (1, .., 1, -j, 0, ..): orthogonal to each other and to (1, .., 1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.T * np.sqrt((dimension + 1) / dimension)


def _over_units(vectors: Array, commutant: int) -> Array:
    """Vectors of R^m as vectors of D^m."""
    result = np.zeros((*vectors.shape, commutant))
    result[..., 0] = vectors
    return result.reshape(len(vectors), -1)


def _independent(places: list[Array]) -> Array:
    """All tuples with x_j from places[j]; shape (m, k+1, delta)."""
    choices = np.indices([len(vectors) for vectors in places]).reshape(len(places), -1)
    return np.stack([vectors[choice] for vectors, choice in zip(places, choices, strict=True)], axis=1)


# -- designs --------------------------------------------------------------------------------


def _signed(tuples: Array, k: int) -> Array:
    """Each tuple with signs s_1..s_{k+1} on its vectors, so that u_j gets e_j = s_j s_{j+1} and w gets prod e_j.

    e runs over {1,-1}^k with e_1 = 1.
    """
    e = 1.0 - 2 * np.indices((2,) * (k - 1)).reshape(k - 1, 1 << (k - 1)).T
    signs = np.concatenate([np.ones((len(e), 2)), e.cumprod(axis=1)], axis=1)
    return (tuples[:, None] * signs[:, :, None]).reshape(-1, *tuples.shape[1:])


def torus(dimension: int, commutant: int, k: int, phases: PhaseSet) -> Array:
    """Coordinate vectors of C^(delta/2) turned by a phase set of addition; shape (m, k+1, delta)."""
    alpha = np.array([point for point, _ in phases.points()]) / phases.denominator
    angles = 2 * np.pi * np.concatenate([np.zeros((len(alpha), 1)), alpha.cumsum(axis=1)], axis=1)
    turn = np.kron(np.eye(dimension // commutant), right_units(commutant)[1]).T  # i from the right, on rows
    tuples = _independent([np.eye(dimension)[::2]] * (k + 1))[:, None]
    angles = angles[:, :, None]
    return (np.cos(angles) * tuples + np.sin(angles) * (tuples @ turn)).reshape(-1, k + 1, dimension)


def _quaternion(dimension: int, k: int) -> Array:
    words = [f"+000 {word}".split() for word in _QUATERNIONS[k].split("; ")]
    quaternions = np.array([[["0+-".index(sign) for sign in word] for word in row] for row in words], dtype=np.float64)
    quaternions[quaternions == 2] = -1
    quaternions /= np.linalg.norm(quaternions, axis=2, keepdims=True)  # shape (2^(k+1), k+1, 4)
    places = _independent([np.eye(dimension // 4)] * (k + 1))
    return _signed(np.einsum("njl,rjq->nrjlq", places, quaternions).reshape(-1, k + 1, dimension), k)


def _frame(dimension: int, commutant: int) -> Array:
    """x_1, x_3 from a near-factorisation of Z_P; x_2 from a basis.

    With m = delta / e, odd(m) = {1, 3, .., m - 1} for even m, and |A| |B| = P - 1 = delta^2 / e (D = C: half of it, as
    conjugates count as well):

    - D = R, even m: A = {+-a: a in odd(m)}, B = m A; the sums a + b are the odd numbers up to m^2 - 1 with both
      signs, modulo the odd P = m^2 + 1 all but 0.
    - D = R, odd m: A = {-(m-1)/2, .., (m-1)/2}, B = m A: the sums are all but P/2; a sign (-1)^r on x_1 adds P/2 to A.
    - D = C: exponents of M are a - b with a = 1, .., m and -b = 0, m, .., (m-1) m: 1, .., m^2 = (P-1)/2.
    - D = H: with x_1 = (e^(i a r)), x_3 = (e^(-i b r) conj(q)), q = (1 + j)/sqrt(2), M has entries
      (e^(i (a + b) r) + e^(i (a - b) r) j)/sqrt(2): the case D = R for 2 m, with a, b > 0.
    """
    m = dimension // commutant
    P = dimension**2 // commutant + 1
    r = np.arange(P)[:, None]

    def circles(exponents: NDArray[Any]) -> tuple[Array, Array]:
        turns = 2 * np.pi / P * r * exponents
        return np.cos(turns), np.sin(turns)

    a = {1: np.arange(1 + m % 2, m, 2) / (1 + m % 2), 2: np.arange(1, m + 1), 4: np.arange(1, 2 * m, 2)}[commutant]
    b = {1: m * a, 2: m * (1 - a), 4: 2 * m * a}[commutant]
    (cos_a, sin_a), (cos_b, sin_b) = circles(a), circles(b)
    if commutant == 1:
        one = np.full((P, m % 2), np.sqrt(0.5))
        first = np.sqrt(2 / m) * np.concatenate([one, cos_a, sin_a], axis=1) * (-1.0) ** (m % 2 * r)
        third = np.sqrt(2 / m) * np.concatenate([one, cos_b, sin_b], axis=1)
    elif commutant == 2:
        first = np.stack([cos_a, sin_a], axis=2) / np.sqrt(m)
        third = np.stack([cos_b, sin_b], axis=2) / np.sqrt(m)
    else:
        zero = np.zeros_like(cos_a)
        first = np.stack([cos_a, sin_a, zero, zero], axis=2) / np.sqrt(m)
        third = np.stack([cos_b, -sin_b, -cos_b, sin_b], axis=2) / np.sqrt(2 * m)  # e^(-i b r) (1 - j)
    pairs = np.stack([first.reshape(P, -1), third.reshape(P, -1)], axis=1)
    x_2 = np.eye(dimension)
    tuples = np.empty((P, dimension, 3, dimension))
    tuples[:, :, ::2], tuples[:, :, 1] = pairs[:, None], x_2
    return tuples.reshape(-1, 3, dimension)


# -- simplices ------------------------------------------------------------------------------


def _simplices(dimension: int, commutant: int, k: int) -> Array:
    simplices, over_units = _simplex_places(dimension, commutant, k)
    places = []
    for j in range(k + 1):
        size = dimension // commutant if j == over_units else dimension
        vectors = _simplex(size) if j in simplices else np.eye(size)
        places.append(_over_units(vectors, commutant) if j == over_units else vectors)
    return _independent(places)


def _simplex_counts(dimension: int, commutant: int, k: int) -> list[int]:
    simplices, over_units = _simplex_places(dimension, commutant, k)
    return [
        (dimension // commutant if j == over_units else dimension) + (1 if j in simplices else 0) for j in range(k + 1)
    ]


@lru_cache(maxsize=256)
def _simplex_places(dimension: int, commutant: int, k: int) -> tuple[frozenset[int], int]:
    """Places 0..k of simplices, and the one place that is D-tight only; the cheapest that end all monomials."""
    best: tuple[int, frozenset[int], int] | None = None
    unwanted = [a for a in product(range(k + 1), repeat=k) if sum(a) == k and a != (1,) * k]
    for over_units in range(k + 1) if commutant > 1 else [-1]:
        for size in range(k + 2):
            for chosen in map(frozenset, combinations(range(k + 1), size)):
                count = 1
                for j in range(k + 1):
                    count *= (dimension // commutant if j == over_units else dimension) + (j in chosen)
                if (best is None or count < best[0]) and all(_vanishes(a, chosen, over_units) for a in unwanted):
                    best = (count, chosen, over_units)
    assert best is not None  # simplices everywhere end every monomial for k <= MOST_INPUTS, see the tests
    return best[1:]


def _vanishes(a: tuple[int, ...], simplices: frozenset[int], over_units: int) -> bool:
    """Whether the monomial u^a w averages to 0 by the two rules (see `simplex` above)."""
    k = len(a)
    edges = [*a, 1]  # edge j joins places j and j + 1, the last one places k and 0
    while True:
        if any(edges[j] + edges[j - 1] == 1 for j in simplices):
            return True
        for j in range(1, k):  # the ends carry the edge w
            if j != over_units and {edges[j - 1], edges[j]} == {0, 2}:
                edges[j - 1] = edges[j] = 0
                break
        else:
            return False


CONSTRUCTIONS = ("minimal", "paper")


def design_name(dimension: int, commutant: int, k: int, construction: str) -> str:
    if construction not in CONSTRUCTIONS:
        raise ValueError(f"construction {construction!r}, expected one of {', '.join(CONSTRUCTIONS)}")
    return "paper" if construction == "paper" else smallest_design(dimension, commutant, k)
