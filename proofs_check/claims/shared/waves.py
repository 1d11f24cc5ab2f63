"""Logits and spectra of cosine networks, exactly: integer vectors of powers of a root of unity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from margin.addition.construction import rotation_phases
from margin.networks.phases import is_zero_sum

Integers = NDArray[np.int64]
Neuron = tuple[int, Sequence[int], int]  # frequency, the k+1 phases, weight


def logits(n: int, k: int, order: int, neurons: Iterable[Neuron]) -> Integers:
    """Shape (n^k, n, order), [x, c, e] the coefficient of zeta^e of the logit of label c, zeta of that order.

    A neuron (z, phases, weight) adds weight * (sum_j 2 cos(z a_j turn/n + phases[j]))^k 2 cos(z c turn/n + phases[k]),
    phases in units of a turn/order. Inputs in lexicographic order. Raises ValueError unless n divides order.
    """
    if order % n:
        raise ValueError(f"logits: order {order}, expected a multiple of n = {n}")
    inputs = np.array(list(product(range(n), repeat=k)), np.int64)
    total = np.zeros((len(inputs), n, order), np.int64)
    rows = np.arange(len(inputs))
    for z, phases, weight in neurons:
        inner = np.zeros((len(inputs), order), np.int64)
        for j in range(k):
            place = z * inputs[:, j] * (order // n) + phases[j]
            np.add.at(inner, (rows, place % order), 1)
            np.add.at(inner, (rows, -place % order), 1)
        power = np.zeros_like(inner)
        power[:, 0] = weight
        for _ in range(k):
            power = _times(power, inner)
        for c in range(n):
            turn = z * c * (order // n) + phases[k]
            total[:, c] += np.roll(power, turn, 1) + np.roll(power, -turn, 1)
    return total


def labels(n: int, k: int) -> Integers:
    """The sum mod n of every input, in lexicographic order."""
    return np.array([sum(a) % n for a in product(range(n), repeat=k)], np.int64)


def gaps(n: int, k: int, values: Integers) -> Integers:
    """Logit of the label less that of every wrong label, shape (n^k (n-1), order)."""
    right = labels(n, k)
    difference = np.take_along_axis(values, right[:, None, None], 1) - values
    chosen: Integers = difference[np.arange(n) != right[:, None]]
    return chosen


def is_integer(vector: Sequence[int] | Integers, value: int) -> bool:
    """Whether sum_e vector[e] zeta^e is that integer, decided in the cyclotomic field."""
    first, *rest = (int(x) for x in vector)
    return is_zero_sum([first - value, *rest])


def nearest_integer(vector: Sequence[int] | Integers) -> int:
    """The integer next to the real part; to be confirmed by `is_integer`."""
    turns = np.arange(len(vector)) / len(vector)
    return round(float(np.asarray(vector) @ np.cos(2 * np.pi * turns)))


def network(n: int, k: int, construction: str, left_out: int = 0) -> tuple[int, list[Neuron]]:
    """Order of the phases and the neurons of the construction at all frequencies 0 < z < n/2 but `left_out`."""
    phases = rotation_phases(k, construction)
    order = int(np.lcm(n, phases.denominator))
    unit = order // phases.denominator
    points = [[unit * p for p in (*alpha, omega)] for alpha, omega in phases.points()]
    return order, [(z, point, 1) for z in range(1, (n + 1) // 2) if z != left_out for point in points]


def spectrum(n: int, k: int, order: int, values: Integers) -> set[tuple[int, ...]]:
    """(j_1, ..., j_k, j_c), j_c != 0, where sum f(a)[c] zeta^-(j.a + j_c c) is not 0, decided exactly."""
    places = np.array(list(product(range(n), repeat=k + 1)))
    flat = values.reshape(-1, order)
    support = set()
    for j in product(range(n), repeat=k + 1):
        if j[-1]:
            shift = -(places @ np.array(j)) * (order // n)
            columns = (np.arange(order)[None, :] + shift[:, None]) % order
            total = np.bincount(columns.ravel(), weights=flat.ravel(), minlength=order)
            if not is_zero_sum([int(x) for x in total]):
                support.add(j)
    return support


def diagonal(n: int, k: int, sign: int = -1) -> set[tuple[int, ...]]:
    """(j, ..., j, -j) for all j != 0; with sign = 1 (j, ..., j, j)."""
    return {(*[j] * k, sign * j % n) for j in range(1, n)}


def _times(a: Integers, b: Integers) -> Integers:
    """Products modulo x^order - 1, row by row."""
    result = np.zeros_like(a)
    for shift in range(a.shape[1]):
        column = b[:, shift : shift + 1]
        if column.any():
            result += column * np.roll(a, shift, 1)
    return result
