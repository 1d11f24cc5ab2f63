"""Margins that are proved: a network with rounded weights, its margin in integers, its norm from above.

A network whose weights are multiples of 2^-bits has an exact rational margin (features are float64, so rational), and
its norm^degree is rational or, where it has square roots, bounded from above by a rational.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from math import inf, isqrt, nextafter
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from margin.networks.inputs import Rows
    from margin.networks.network import Network
    from margin.tasks import ModularAddition

    Integers = NDArray[np.object_]  # Python integers, of any size

MOST_PRODUCTS = 30_000_000  # of integers; about ten seconds
BITS = 40


def exact_margin(network: Network, bits: int = BITS) -> Fraction:
    """A rational number that the maximum margin on the network's inputs is at least.

    Weights are scaled by a power of two that brings the largest near 1, and rounded to multiples of 2^-bits; of the
    network so made, logits and margin are exact, and its norm^degree is exact or, where it has square roots, taken from
    above. Raises ValueError for weights that are all zero, an activation that is not homogeneous, and for inputs and
    networks of more than 3 * 10^7 products.
    """
    kind, degree = network.inputs, network.degree
    rows = kind.population
    products = rows * network.width * (int(np.prod(kind.shape)) + kind.classes)
    if products > MOST_PRODUCTS:
        raise ValueError(f"exact margin: {products} products of integers, limit {MOST_PRODUCTS}; use fewer neurons")
    if not rows:
        raise ValueError(f"exact margin: no inputs of {network.on} are known; make the network on the data set")
    shift = bits - int(np.frexp(_largest(network, "exact margin"))[1])
    U, W = (_integers(np.rint(np.ldexp(array, shift)).ravel(), array.shape) for array in (network.U, network.W))
    inputs, labels = kind.all()
    X, scale = _over_common_denominator(inputs)
    logits = network.activation.value(kind.hidden(U, X)).dot(W)
    right = np.take_along_axis(logits, labels[:, None], axis=1)
    wrong = (right - logits)[np.arange(kind.classes) != labels[:, None]]
    squares = (U**2).sum(axis=tuple(range(U.ndim - 1))) + (W**2).sum(axis=1)
    return Fraction(int(wrong.min()), scale ** (degree - 1)) / mass_above(squares, degree)


def _largest(network: Network, what: str) -> float:
    largest = float(max(np.abs(network.U).max(), np.abs(network.W).max()))
    if not largest > 0:
        raise ValueError(f"{what}: all weights are zero, so there is no direction to normalise")
    return largest


def _integers(values: Iterable[float], shape: tuple[int, ...]) -> Integers:
    return np.array([int(v) for v in values], dtype=object).reshape(shape)


def _over_common_denominator(inputs: Rows) -> tuple[Rows, int]:
    """Integers X and a power of two with inputs = X / power; integers stay as they are."""
    if inputs.dtype.kind in "iu":
        return inputs, 1
    power = max(float(v).as_integer_ratio()[1] for v in inputs.ravel())
    return _integers((int(Fraction(float(v)) * power) for v in inputs.ravel()), inputs.shape), power


def mass_above(squares: Iterable[int | Fraction], degree: int, bits: int = 60) -> Fraction:
    """Sum of s^(degree/2), or a little more where that has square roots."""
    return sum(
        (Fraction(s) ** (degree // 2) * (root_above(s, bits) if degree % 2 else 1) for s in squares), Fraction(0)
    )


def root_above(value: int | Fraction, bits: int) -> Fraction:
    """A rational at most 2^-bits above the square root of value >= 0, exact where that is rational."""
    value = Fraction(value)
    p, q = isqrt(value.numerator), isqrt(value.denominator)
    if p * p == value.numerator and q * q == value.denominator:
        return Fraction(p, q)
    return Fraction(isqrt((value.numerator << 2 * bits) // value.denominator) + 1, 1 << bits)


def round_down(value: Fraction, bits: int = 100) -> Fraction:
    """A simple rational at most 2^-bits (relative) below a value >= 0."""
    shift = bits + value.denominator.bit_length() - value.numerator.bit_length() if value else 0
    return Fraction((value.numerator << shift) // value.denominator, 1 << shift) if value else value


def float_below(value: Fraction) -> float:
    """The largest float that is at most the value: a decimal of it is proved where the value is."""
    nearest = float(value)
    return nearest if Fraction(nearest) <= value else nextafter(nearest, -inf)


def scaled_to_one(network: Network) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """U and W times the power of two that brings the largest weight into (1/2, 1]. Raises ValueError if all are 0."""
    exponent = -int(np.ceil(np.log2(_largest(network, "certify"))))
    return np.ldexp(network.U, exponent), np.ldexp(network.W, exponent)


def rounded(
    U: NDArray[np.float64], W: NDArray[np.float64], bits: int, lightest_bits: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """U (k, n, m) and W (m, n) in multiples of 2^-bits, without neurons that round to 0 and the lightest.

    The lightest are left out that have together 2^-bits of the mass, or 2^-lightest_bits where that is given.
    """
    masses = ((U**2).sum(axis=(0, 1)) + (W**2).sum(axis=1)) ** ((len(U) + 1) / 2)
    lightest = np.argsort(masses)
    heavy = np.ones(len(W), dtype=bool)
    heavy[lightest[np.cumsum(masses[lightest]) <= 2.0 ** -(lightest_bits or bits) * masses.sum()]] = False
    rounded_U = np.rint(np.ldexp(U, bits)).astype(np.int64)
    rounded_W = np.rint(np.ldexp(W, bits)).astype(np.int64)
    kept = heavy & ((rounded_U != 0).any(axis=(0, 1)) | (rounded_W != 0).any(axis=1))
    return rounded_U[:, :, kept], rounded_W[kept]


def slot(k: int, width: int, bits: int) -> int:
    """Bytes that hold any logit of integer weights of so many bits, with its sign; activation x^k."""
    return ((k + 1) * bits + k * k.bit_length() + width.bit_length() + 9) // 8


def packed_margin(task: ModularAddition, U: list[list[list[int]]], W: list[list[int]], bits: int) -> int:
    """Exact margin of integer weights U (k, n, m), W (m, n) of at most so many bits, activation x^k.

    The logits of an input are summed in one integer, which is several times faster than one by one.
    """
    n, k, margins = task.n, task.k, []
    size = slot(k, len(W), bits)
    packed = [sum(w << 8 * size * c for c, w in enumerate(row)) for row in W]
    middle = sum(1 << 8 * size * (c + 1) - 1 for c in range(n))
    for a in product(range(n), repeat=k):
        hidden = (sum(column) ** k for column in zip(*(U[j][x] for j, x in enumerate(a)), strict=True))
        row = (sum(map(mul, hidden, packed)) + middle).to_bytes(n * size, "little")
        logits = [int.from_bytes(row[size * c : size * (c + 1)], "little") for c in range(n)]
        right = logits.pop(sum(a) % n)
        margins.append(right - max(logits))
    return min(margins)


def largest_logit(U: list[list[list[int]]], W: list[list[int]]) -> int:
    """No logit of integer weights U (k, n, m), W (m, n) is larger in size; activation x^k."""
    columns = [[max(map(abs, column)) for column in zip(*matrix, strict=True)] for matrix in U]
    hidden = map(sum, zip(*columns, strict=True))
    return sum(h ** len(U) * max(map(abs, w)) for h, w in zip(hidden, W, strict=True))


def cubic_margin(U: NDArray[np.int64], W: NDArray[np.int64]) -> int:
    """Exact margin of integer weights U (3, n, m), W (m, n) on addition mod n, activation x^3, by matrix products.

    Only 6 u_1 u_2 u_3 w needs all three inputs. Products are summed in float64, split so that every partial sum is an
    integer below 2^53. Raises ValueError where a logit may not fit in int64.
    """
    _, n, m = U.shape
    if largest_logit(U.tolist(), W.tolist()) >= 2**63:
        raise ValueError("cubic margin: logits may be 2^63 or more; use coarser weights")
    first, second, third = U
    labels = np.arange(n)
    rows = (third.T[:, :, None] * W[:, None, :]).reshape(m, n * n)  # x w, by third input and label
    squares = (third.T[:, :, None] ** 2 * W[:, None, :]).reshape(m, n * n)
    cubes = np.einsum("cm,my->cy", third**3, W).reshape(-1)
    with_first, with_second = (
        3 * _product(table**2, rows) + 3 * _product(table, squares) + np.tile(_product(table**3, W), n)
        for table in (first, second)
    )
    least = None
    for a in range(n):
        alone = 3 * first[a] * second * (first[a] + second)
        logits = _product(6 * first[a] * second, rows) + np.tile(_product(alone, W), n)
        logits = (logits + with_first[a] + with_second + cubes).reshape(n, n, n)
        right = (a + labels[:, None] + labels[None, :]) % n
        value = np.take_along_axis(logits, right[:, :, None], axis=2)[:, :, 0]
        np.put_along_axis(logits, right[:, :, None], np.iinfo(np.int64).min, axis=2)
        smallest = int((value - logits.max(axis=2)).min())
        least = smallest if least is None else min(least, smallest)
    assert least is not None  # n >= 2
    return least


LIMB = 17  # bits of a part of a factor; sums of 2^21 products stay below 2^53


def _product(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """The exact product of integer matrices whose entries fit in int64, as float64 products of parts of 17 bits."""
    total = np.zeros((len(left), right.shape[1]), dtype=np.int64)
    for i, part in _parts(left):
        for j, other in _parts(right):
            total += np.left_shift((part @ other).astype(np.int64), LIMB * (i + j))
    return total


def _parts(matrix: NDArray[np.int64]) -> list[tuple[int, NDArray[np.float64]]]:
    """Signed digits to the base 2^17, the lowest first, without those that are 0 everywhere."""
    parts: list[tuple[int, NDArray[np.float64]]] = []
    rest, i = matrix, 0
    while rest.any():
        digit = ((rest + (1 << LIMB - 1)) & ((1 << LIMB) - 1)) - (1 << LIMB - 1)
        parts.append((i, digit.astype(np.float64)))
        rest, i = (rest - digit) >> LIMB, i + 1
    return parts
