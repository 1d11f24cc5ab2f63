"""Orthogonal matrices of real irreducible representations, from the regular representation.

On functions on the group, left translations carry the representation and right translations commute with them. The
character gives the projector on all copies of one irreducible representation; a random symmetric element of the right
translations has, with probability 1, one eigenvalue per copy, and each eigenspace is one copy.

Coordinates are those of D^m, D the commutant R, C or H, m = delta / e: coordinate l e + q belongs to entry l and the
unit q of (1), (1, i) or (1, i, j, k). All matrices commute with multiplication by D from the right (`right_units`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.real_irreps import RealIrrep, real_irreps

Array = NDArray[np.float64]

MOST_ORDER = 200
TOLERANCE = 1e-12
_LEFT = 1e-6  # relative: far above rounding, far below the gaps of random eigenvalues


def representations(group: FiniteGroup, irreps: Sequence[RealIrrep] | None = None) -> list[Array]:
    """Orthogonal matrices rho(g), one float64 array of shape (n, delta, delta) per irreducible representation.

    Default: all of `real_irreps(character_table(group))`. rho(g * h) = rho(g) rho(h). Products, orthogonality and
    characters hold to 1e-12 (`residual`). Deterministic. Raises ValueError above order 200, ArithmeticError if that
    accuracy is missed.
    """
    if group.order > MOST_ORDER:
        raise ValueError(
            f"{group.name}: order {group.order}, expected at most {MOST_ORDER} for representation matrices"
        )
    if irreps is None:
        irreps = real_irreps(character_table(group))
    table = group.table()
    quotients = table[group.inverse]  # x^-1 y in row x and column y
    random = np.random.default_rng(0)
    weights = random.standard_normal(group.order)
    weights += weights[group.inverse]
    found = []
    for irrep in irreps:
        values = irrep.character[group.class_of]
        rho = _standard(_average(_one_copy(irrep, values, weights, quotients, table), table), irrep.commutant, random)
        rho = _commuting(rho, irrep.commutant)
        if not (error := residual(rho, table, values)) <= TOLERANCE:
            raise ArithmeticError(
                f"{group.name}: a representation of dimension {irrep.dimension} is off by {error:.0e}"
            )
        found.append(rho)
    return found


def residual(rho: Array, table: NDArray[np.integer], character: Array) -> float:
    """Greatest error of rho(g) rho(h) = rho(g h), of orthogonality and of the character (shape (n,))."""
    products = max(float(np.abs(rho[g] @ rho - rho[row]).max()) for g, row in enumerate(table))
    orthogonality = float(np.abs(rho @ rho.transpose(0, 2, 1) - np.eye(rho.shape[1])).max())
    return max(products, orthogonality, float(np.abs(np.trace(rho, axis1=1, axis2=2) - character).max()))


def right_units(commutant: int) -> Array:
    """Multiplication from the right by the units of R, C or H, shape (e, e, e); e = 1, 2 or 4 = `commutant`.

    Matrix q maps coordinates of x to those of x times the unit number q. Raises ValueError for another e.
    """
    if commutant not in (1, 2, 4):
        raise ValueError(f"commutant of dimension {commutant}: expected 1, 2 or 4")
    i = np.array([[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, -1, 0]], dtype=np.float64)
    j = np.array([[0, 0, -1, 0], [0, 0, 0, -1], [1, 0, 0, 0], [0, 1, 0, 0]], dtype=np.float64)
    return np.array([np.eye(4), i, j, j @ i])[:commutant, :commutant, :commutant]  # x -> x k is x -> (x i) j


def _one_copy(
    irrep: RealIrrep, character: Array, weights: Array, quotients: NDArray[np.integer], table: NDArray[np.integer]
) -> Array:
    """The representation on one copy inside the functions on the group, shape (n, delta, delta)."""
    n, delta = len(character), irrep.dimension
    size = delta * delta // irrep.commutant  # dimension of all copies together
    # the projector has eigenvalues 1, `size` times, and 0
    copies = np.linalg.eigh(size / (delta * n) * character[quotients])[1][:, n - size :]
    values, vectors = np.linalg.eigh(copies.T @ weights[quotients] @ copies)
    blocks = values.reshape(-1, delta)  # ascending: one row for each copy
    gaps = np.diff(np.concatenate([[-np.inf], blocks[:, 0], [np.inf]]))
    best = int(np.minimum(gaps[:-1], gaps[1:]).argmax())
    if not np.ptp(blocks, axis=1).max() < _LEFT * min(gaps[1:-1], default=1.0):
        raise ArithmeticError(f"copies of a representation of dimension {delta} were not told apart")
    basis = copies @ vectors[:, best * delta : (best + 1) * delta]
    return np.array([basis[row].T @ basis for row in table])


def _average(rho: Array, table: NDArray[np.integer]) -> Array:
    """Replace rho(g) by the orthogonal matrix nearest to the mean of rho(g h) rho(h)^T: squares the error."""
    inverse = rho.transpose(0, 2, 1)
    u, _, v = np.linalg.svd(np.array([np.einsum("hij,hjk->ik", rho[row], inverse) for row in table]))
    return u @ v


def _standard(rho: Array, commutant: int, random: np.random.Generator) -> Array:
    """Change the basis so that the commutant acts by `right_units`."""
    delta = rho.shape[1]
    if commutant == 1:
        return rho
    units = [np.eye(delta)]
    for _ in range(2 if commutant == 4 else 1):
        j = random.standard_normal((delta, delta))
        j = np.einsum("gij,jk,glk->il", rho, j - j.T, rho)  # antisymmetric and in the commutant: imaginary
        for other in units[1:]:
            j -= np.vdot(other, j) / delta * other
        units.append(j / np.linalg.norm(j) * np.sqrt(delta))
    if commutant == 4:
        units.append(units[2] @ units[1])
    basis = np.zeros((delta, 0))
    while basis.shape[1] < delta:
        rest = np.eye(delta) - basis @ basis.T
        entry = rest[:, np.linalg.norm(rest, axis=0).argmax()]
        entry = entry / np.linalg.norm(entry)
        basis = np.column_stack([basis, *(unit @ entry for unit in units)])
    u, _, v = np.linalg.svd(basis)
    basis = u @ v
    return basis.T @ rho @ basis


def _commuting(rho: Array, commutant: int) -> Array:
    """The nearest orthogonal matrices that commute with `right_units` up to rounding."""
    copies = np.eye(rho.shape[1] // commutant)
    units = np.array([np.kron(copies, unit) for unit in right_units(commutant)])
    mean = sum(unit @ rho @ unit.T for unit in units) / commutant
    u, _, v = np.linalg.svd(mean)
    return u @ v
