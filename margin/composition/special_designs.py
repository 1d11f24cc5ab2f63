"""Tuple designs for representations whose image is a small group: fewer tuples than a representation needs in general.

The entries of such a representation satisfy relations of their own, which spare neurons. What counts is the image, the
group modulo the representation's kernel:

- a cyclic image of order N (complex type, dimension 2): a rotation frequency of order N of addition, with the phases of
  `margin.addition.small_orders`.
- D4 on R^2, k = 2: signed permutation matrices, so that u_1^2 and u_2^2 are 1/2 on every element for x_1, x_3 in {e_1,
  e_2}, x_2 = (e_1 +- e_2)/sqrt 2, and their products with w cancel as x_3 is negated for one sign. 8 tuples.
- Q8 on H, k = 2: x_1 = 1, and x_2, x_3 from the 16 quaternions (+-1 +- i +- j +- k)/2, so that every u_j is +-1/2. 8
  tuples, found by an integer program.
- a dicyclic image on H, k = 2: its elements are e^(i a) and e^(i a) j. x_1 = 1, x_2 = (e^(i a) + e^(i b) j)/sqrt 2, and
  x_3 = e^(i (a + c)) for (a, b, c) = t (1, 2, 4), e^(i (b + c)) j for t (2, 1, 4), in sixths of a turn, t = 0..5. 12
  tuples (docs/theory.md, 5.13).
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from margin.addition.small_orders import SMALL_ORDERS, small_order_phases
from margin.composition.tuple_designs import torus
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.real_irreps import RealIrrep
from margin.finite_groups.structure import AbelianStructure, DihedralStructure
from margin.minimal_width.exponents import is_large

Array = NDArray[np.float64]

# x_2 and x_3 as signs of the coordinates 1, i, j, k
_PAIRS = "-+++ +-+-; -++- ++-+; -+-+ -+++; -+-- --++; --++ -+--; --+- +--+; ---+ ----; ---- +++-"
SAME = 1e-8  # of characters: a rotation of order 10,000 is 4e-7 away from the identity
_EIGHT = {(2, 1): "D4", (4, 4): "Q8"}  # images of order 8 by dimension and commutant
UNNAMED = 0  # for the order of an image that its order does not name
_SIZES = {"D4": 8, "Q8": 8, "dicyclic": 12}


def image_order(group: FiniteGroup, irrep: RealIrrep) -> int:
    """The order of the group modulo the kernel of the representation; UNNAMED for the binary polyhedral groups on H.

    Dicyclic groups too have the orders 24, 48 and 120, but half of their elements or more have real part 0 there.
    """
    values = irrep.character[group.class_of]
    order = int(group.order // np.count_nonzero(values > irrep.dimension - SAME))
    if (irrep.dimension, irrep.commutant) == (4, 4) and 2 * np.count_nonzero(abs(values) < SAME) < group.order:
        return UNNAMED
    return order


def special_name(dimension: int, commutant: int, k: int, image: int) -> str | None:
    """The design for a representation with an image of that order, or None.

    >>> special_name(4, 4, 2, 8), special_name(2, 2, 3, 4), special_name(2, 1, 2, 6)
    ('Q8', 'order 4', None)
    >>> special_name(4, 4, 2, 12)
    'dicyclic'
    """
    if (dimension, commutant) == (2, 2) and (k, image) in SMALL_ORDERS:
        return f"order {image}"
    if (dimension, commutant, k) == (4, 4, 2) and image > 8 and image % 4 == 0:
        return "dicyclic"
    return _EIGHT.get((dimension, commutant)) if k == 2 and image == 8 else None


def special_size(dimension: int, commutant: int, k: int, image: int) -> int | None:
    """The number of its tuples, or None."""
    name = special_name(dimension, commutant, k, image)
    phases = small_order_phases(k, image)
    return None if name is None else _SIZES.get(name) or (phases.size if phases else None)


def special_design(rho: Array, commutant: int, k: int, image: int) -> Array:
    """Its tuples in the coordinates of the matrices rho, shape (m, k+1, delta). Raises ValueError if there is none."""
    dimension = rho.shape[1]
    name = special_name(dimension, commutant, k, image)
    if name == "D4":
        return _signed_permutations(rho)
    if name == "Q8":
        return _units(rho)
    if name == "dicyclic":
        return _two_circles(rho)
    phases = small_order_phases(k, image)
    if name is None or phases is None:
        raise ValueError(
            f"special_design: dimension {dimension}, commutant {commutant}, k = {k}, image of order {image}"
        )
    return torus(dimension, commutant, k, phases)


def _signed_permutations(rho: Array) -> Array:
    """e_1, e_2 are the axes of a reflection: in them, all matrices of D4 are signed permutations."""
    reflection = next(matrix for matrix in rho if abs(np.trace(matrix)) < 0.5 and np.linalg.det(matrix) < 0)
    e = np.linalg.eigh(reflection)[1].T
    return np.array(
        [[e[a], (e[0] + sign * e[1]) / np.sqrt(2), sign * e[b]] for a in (0, 1) for b in (0, 1) for sign in (1, -1)]
    )


def _units(rho: Array) -> Array:
    """1 is the first coordinate vector, and i, j, k its images under two elements of order 4 and their product."""
    one = np.eye(4)[0]
    quarter = [matrix for matrix in rho if abs(np.trace(matrix)) < 0.5]
    i = quarter[0]
    j = next(matrix for matrix in quarter if abs(np.vdot(matrix, i)) < 0.5)
    basis = np.array([one, i @ one, j @ one, i @ j @ one])
    words = [[[0.5 if sign == "+" else -0.5 for sign in word] for word in pair.split()] for pair in _PAIRS.split("; ")]
    return np.array([[one, np.array(second) @ basis, np.array(third) @ basis] for second, third in words])


def _two_circles(rho: Array) -> Array:
    """i is along the axis of the cyclic half, the only one with traces that are not 0; j is in the other half."""
    one = np.eye(4)[0]
    traces = np.trace(rho, axis1=1, axis2=2) / 4  # real parts
    turn = int(np.argmin(abs(abs(traces) - 0.5)))  # a turn by 30 to 60 degrees, or their supplements
    i = (rho[turn] - traces[turn] * np.eye(4)) / np.sqrt(1 - traces[turn] ** 2)
    j = next(matrix for matrix in rho[abs(traces) < SAME] if abs(np.vdot(matrix, i)) < 0.5)
    basis = np.array([one, i @ one, j @ one, i @ j @ one])

    def circle(sixths: Array) -> Array:
        return np.stack([np.cos(np.pi / 3 * sixths), np.sin(np.pi / 3 * sixths)], axis=1)

    t = np.arange(6.0)
    rim, zero = circle(5 * t), np.zeros((6, 2))
    second = np.concatenate([np.hstack([circle(t), circle(2 * t)]), np.hstack([circle(2 * t), circle(t)])]) / np.sqrt(2)
    third = np.concatenate([np.hstack([rim, zero]), np.hstack([zero, rim])])
    return np.stack([np.tile(one, (12, 1)), second @ basis, third @ basis], axis=1)


def special_images(structure: AbelianStructure | DihedralStructure, k: int) -> dict[int, int]:
    """For a group known by its structure: how many representations of dimension 2 have an image with a special design.

    By the order of the image; nothing is enumerated.

    >>> special_images(AbelianStructure((12,)), 3), special_images(DihedralStructure(8), 2)
    ({3: 1, 4: 1}, {8: 1})
    """
    if isinstance(structure, DihedralStructure):
        return {8: 1} if structure.order % 8 == 0 and special_name(2, 1, k, 8) else {}
    counts = {N: structure.elements_of_order(N) // 2 for inputs, N in SMALL_ORDERS if inputs == k}
    return {N: count for N, count in counts.items() if count}


def dihedral_images(structure: AbelianStructure | DihedralStructure, k: int) -> dict[int, int]:
    """How many representations of a dihedral group have rotations of small order, by the order of the image.

    Small as for addition (docs/theory.md, 5.7); phi(N) / 2 are of order N.

    >>> dihedral_images(DihedralStructure(12), 3), dihedral_images(DihedralStructure(12), 2)
    ({6: 1, 8: 1, 12: 1}, {8: 1})
    """
    if not isinstance(structure, DihedralStructure):
        return {}
    orders = [N for N in range(3, 2 * k + 1) if structure.n % N == 0 and not is_large(N, k)]
    return {2 * N: sum(gcd(z, N) == 1 for z in range(1, N)) // 2 for N in orders}
