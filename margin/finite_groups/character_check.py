"""Is this a character table? Checked from the stored multiplicities, apart from how they were found."""

from __future__ import annotations

from itertools import islice

import numpy as np

from margin.finite_groups.characters import PRIMES_ABOVE, CharacterTable
from margin.numbers.integers import prime_factors
from margin.numbers.modular import inverse, primes_one_modulo, product, unit_generators


def verify(table: CharacterTable) -> None:
    """Raise ArithmeticError, naming what fails, unless all of this holds.

    Exact: the squared degrees add up to n; at each class the multiplicities add up to the degree, they do not change
    under powers that stay in the class, and those of g^q, for primes q dividing the order of g, are those of g with
    equal q-th powers added; the Galois group permutes the rows; the rows are orthonormal. Orthonormality is
    computed modulo two primes q = 1 mod the exponent: since the Galois group permutes the rows, a sum that vanishes
    modulo one prime above q for all pairs of rows is divisible by q, hence by both; it is at most 2 n^2 < q q' in size
    at every conjugate, so it is 0.

    Modulo the two primes, for a random combination of all class sums: w(r) w(s) = sum_t a_rst w(t) with
    w(C) = |C| chi(C) / chi(1).
    """
    group, degrees = table.group, table.degrees

    def need(holds: bool, what: str) -> None:
        if not holds:
            raise ArithmeticError(f"characters of {group.name} fail their check: {what}")

    need(len(table) == len(group.class_sizes), "as many characters as classes")
    need(int((degrees**2).sum()) == group.order, "squared degrees add up to the order")
    units = unit_generators(group.exponent)
    maps = [group.power_class(u) for u in units]
    for members in group.rational_classes:
        order = int(group.class_orders[members[0]])
        block = table.block(members[0])
        need(bool((block.sum(axis=1) == degrees).all()), "multiplicities add up to the degree")
        powers = {c: group.rational_powers[c][1] for c in members}
        fixing = {
            powers[c] * u * pow(powers[int(images[c])], -1, order) % order
            for u, images in zip(units, maps, strict=True)
            for c in members
        }
        for s in fixing - {1 % order}:  # these generate the units s with C^s = C
            need(bool((block == block[:, s * np.arange(order) % order]).all()), "multiplicities agree within a class")
        for q in prime_factors(order):
            folded = block.reshape(len(block), q, order // q).sum(axis=1)
            there = table.multiplicities[int(group.power_class(q)[members[0]])]
            need(bool((folded == there).all()), "multiplicities of powers are those of the powers")
    for u in units:
        table.galois_image(u)
    random = np.random.default_rng(1)
    for prime in islice(primes_one_modulo(group.exponent, PRIMES_ABOVE), 1, 3):
        values = table.residues(prime)
        weighted = values * (group.class_sizes % prime) % prime
        gram = product(weighted, values[:, group.inverse_class].T, prime)
        need(bool((gram == group.order * np.eye(len(table), dtype=np.int64)).all()), "orthogonality of rows")
        omega = weighted * inverse(degrees, prime)[:, np.newaxis] % prime
        weights = random.integers(0, prime, len(table))
        eigenvalues = product(omega, weights[:, np.newaxis], prime)
        images = product(omega, group.class_matrix(weights).T % prime, prime)
        need(bool((images == eigenvalues * omega % prime).all()), "class constants")
