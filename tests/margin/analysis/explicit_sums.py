"""Discrete Fourier transforms by explicit sums over math.cos and math.sin, O(n^2), independent of numpy.fft."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product


def coefficient(vector: Sequence[float], z: int) -> complex:
    """sum_a u(a) exp(-2 pi i z a/n)."""
    n = len(vector)
    angles = [2 * math.pi * (z * a % n) / n for a in range(n)]
    real = math.fsum(u * math.cos(x) for u, x in zip(vector, angles, strict=True))
    return complex(real, -math.fsum(u * math.sin(x) for u, x in zip(vector, angles, strict=True)))


def power(vectors: Sequence[Sequence[float]], mean: bool) -> list[float]:
    """Shares of the squared norm of vectors together at 0..n//2, or of what varies at 1..n//2, both signs added."""
    n = len(vectors[0])
    first = 0 if mean else 1
    parts = [
        math.fsum(abs(coefficient(u, y)) ** 2 / n for u in vectors for y in {z, -z % n})
        for z in range(first, n // 2 + 1)
    ]
    centres = [0.0 if mean else math.fsum(u) / n for u in vectors]
    total = math.fsum((x - centre) ** 2 for u, centre in zip(vectors, centres, strict=True) for x in u)
    return [part / total if total else 0.0 for part in parts]


def table_coefficient(table: Sequence[Sequence[float]], y: int, z: int) -> complex:
    """sum_{a,b} f(a, b) exp(-2 pi i (y a/n + z b/n'))."""
    rows = [coefficient(row, z) for row in table]
    n = len(rows)
    return sum(
        (row * complex(math.cos(x), -math.sin(x)) for a, row in enumerate(rows) for x in [2 * math.pi * y * a / n]), 0j
    )


def diagonal(table: Sequence[Sequence[Sequence[float]]]) -> list[float]:
    """Of logits f(a, b)[c]: shares of the squared norm at (j, j, -j) and its negative, j = 0..n//2."""
    n = len(table)
    total = math.fsum(x * x for plane in table for row in plane for x in row)
    shares = []
    for j in range(n // 2 + 1):
        part = 0.0
        for i in {j, -j % n}:
            value = 0j
            for a, b, c in product(range(n), repeat=3):
                angle = 2 * math.pi * (i * (a + b - c) % n) / n
                value += table[a][b][c] * complex(math.cos(angle), -math.sin(angle))
            part += abs(value) ** 2 / n**3
        shares.append(part / total)
    return shares


def interpolated(vector: Sequence[float], x: float) -> float:
    """The trigonometric polynomial of degree at most n/2, by its real form; a cosine at n/2."""
    n = len(vector)
    value = math.fsum(vector) / n
    for z in range(1, n // 2 + 1):
        f = coefficient(vector, z)
        angle = 2 * math.pi * z * x / n
        weight = 1 if 2 * z == n else 2
        value += weight / n * (f.real * math.cos(angle) - (0 if 2 * z == n else f.imag * math.sin(angle)))
    return value
