"""Networks that know each pair of inputs by heart, one neuron for each, and their margins (docs/theory.md, 13)."""

from __future__ import annotations

import numpy as np

from margin.io.resources import require_memory
from margin.networks.activations import Power
from margin.networks.network import Network
from margin.tasks import ModularAddition


def best_shape(n: int, degree: int) -> tuple[float, float]:
    """x and y of the best neurons: each embedding is x at the neuron's own symbol and y elsewhere.

    2 (x^2 + (n - 1) y^2) = degree / (degree + 1), so that the neuron with its output weights is a unit vector. Raises
    ValueError unless n >= 2 and degree >= 2.
    """
    if n < 2 or degree < 2:
        raise ValueError(f"n = {n}, degree = {degree}; expected n >= 2 and a degree >= 2")
    x, size = np.polynomial.Polynomial([0.0, 1.0]), np.polynomial.Polynomial([1.0, 0.0, n - 1.0])
    gap = 2**degree - 2 * (1 + x) ** degree + (2 * x) ** degree
    stationary = (gap.deriv() * size - degree * (n - 1) * x * gap).roots()
    ratios = [float(root.real) for root in stationary if abs(root.imag) < 1e-9 * (1 + abs(root))]
    shapes = [(1.0, ratio) for ratio in ratios] + [(0.0, 1.0)]
    scaled = [(degree / (2 * (degree + 1) * (p**2 + (n - 1) * q**2))) ** 0.5 * np.array([p, q]) for p, q in shapes]
    best = max(scaled, key=lambda shape: abs(_gap(shape[0], shape[1], degree)))
    return float(best[0]), float(best[1])


def memorising_margin(n: int, degree: int) -> float:
    """The largest normalised margin of such networks, activation x^degree; at most gamma*. Raises as `best_shape`."""
    x, y = best_shape(n, degree)
    return abs(_gap(x, y, degree)) * _height(n, degree) / n**2


def memorising(n: int, degree: int, shape: tuple[float, float] | None = None) -> Network:
    """The network: for each pair (a, b) a neuron that is x at a and b, y elsewhere, and wants a + b.

    By default with the best shape. Raises ValueError as `best_shape`, MemoryError for a large n.
    """
    x, y = best_shape(n, degree) if shape is None else shape
    require_memory(8 * 4 * n**3, f"a network of {n}^2 neurons")
    a, b = (axis.ravel() for axis in np.indices((n, n)))
    own = np.eye(n)
    U = y + (x - y) * np.stack([own[:, a], own[:, b]])
    W = np.sign(_gap(x, y, degree)) * _height(n, degree) * (own[(a + b) % n] - 1 / n)
    return Network(ModularAddition(n, 2), U, W, Power(degree))


def _gap(x: float, y: float, degree: int) -> float:
    """What the right label has more than a wrong one: both symbols hit, less twice one, and none."""
    return float((2 * x) ** degree - 2 * (x + y) ** degree + (2 * y) ** degree)


def _height(n: int, degree: int) -> float:
    """Factor of e_c - 1/n in a unit neuron."""
    return float((n / ((degree + 1) * (n - 1))) ** 0.5)
