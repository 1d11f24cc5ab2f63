"""Irreducible characters modulo a prime, and their lift to exact eigenvalue multiplicities.

Burnside: the central characters w(C) = |C| chi(C) / chi(1) are the common eigenvectors of the class matrices.
Dixon (1967), "High speed computation of group characters": modulo a prime p = 1 mod the exponent, p > 2 sqrt(n), they
are found exactly and determine the characters. A random combination of all class matrices takes the place of
single ones (Schneider, 1990), and its eigenspaces are halved by quadratic residues instead of searched.
"""

from __future__ import annotations

from math import isqrt

import numpy as np

from margin.finite_groups.finite_group import FiniteGroup
from margin.numbers.modular import Integers, inverse, matrix_power, product, row_space


def central_characters(group: FiniteGroup, prime: int) -> Integers:
    """All w modulo the prime, shape (irreps, classes), in no particular order."""
    classes = len(group.class_sizes)
    random = np.random.default_rng(0)
    everything = list(range(classes))
    spaces = [(np.eye(classes, dtype=np.int64), everything)]  # basis (rows), columns where it is the identity
    found = []
    while spaces:
        matrix = group.class_matrix(random.integers(0, prime, classes)) % prime
        remaining = []
        for basis, pivots in spaces:
            if len(basis) == 1:
                found.append(basis[0])
                continue
            action = product(basis, matrix.T, prime)[:, pivots]
            residues = matrix_power(action, (prime - 1) // 2, prime)  # eigenvalues 1, -1; 0 with probability 1/p
            identity = np.eye(len(basis), dtype=np.int64)
            halves = [row_space((residues + sign * identity) % prime, prime) for sign in (1, -1)]
            if sum(len(half) for half, _ in halves) != len(basis):
                halves = [(identity, list(range(len(basis))))]
            for half, columns in halves:
                if columns:
                    remaining.append((product(half, basis, prime), [pivots[c] for c in columns]))
        spaces = remaining
    omega = np.array(found)
    return omega * inverse(omega[:, :1], prime) % prime


def modular_characters(group: FiniteGroup, prime: int) -> tuple[Integers, Integers]:
    """Degrees, shape (irreps,), and characters modulo the prime, shape (irreps, classes).

    chi(1)^2 = n / sum_C w(C) w(C^-1) / |C| is below n < p, so it is known exactly.
    Raises ArithmeticError if that is no square of a divisor of n.
    """
    omega = central_characters(group, prime)
    sizes = group.class_sizes
    scaled = omega * inverse(sizes, prime) % prime
    norms = (scaled * omega[:, group.inverse_class] % prime).sum(axis=1) % prime
    squares = group.order * inverse(norms, prime) % prime
    degrees = np.array([isqrt(int(square)) for square in squares])
    if (degrees**2 != squares).any() or (group.order % degrees).any():
        raise ArithmeticError(f"characters of {group.name}: squared degrees {sorted(squares.tolist())}")
    return degrees, degrees[:, np.newaxis] * scaled % prime


def eigenvalue_multiplicities(group: FiniteGroup, characters: Integers, c: int, prime: int, root: int) -> Integers:
    """How often exp(2 pi i j / o) is an eigenvalue of an element of class c, of order o; shape (irreps, o).

    m_j = (1/o) sum_k chi(g^k) z^(-j k); `root` is the primitive root of unity modulo the prime, of order the exponent,
    that stands for exp(2 pi i / exponent). Exact where the multiplicities are below p.
    """
    order = int(group.class_orders[c])
    exponents = np.arange(order)
    powers = group.class_of[group.powers(int(group.class_representatives[c]))]
    roots = root_powers(pow(root, group.exponent // order, prime), order, prime)
    transform = roots[-np.outer(exponents, exponents) % order] * pow(order, -1, prime) % prime
    return product(characters[:, powers], transform, prime)


def root_powers(root: int, order: int, prime: int) -> Integers:
    """root^0 .. root^(order - 1) modulo the prime."""
    powers = np.ones(1, dtype=np.int64)
    while len(powers) < order:
        powers = np.concatenate([powers, powers * pow(root, len(powers), prime) % prime])
    return powers[:order]
