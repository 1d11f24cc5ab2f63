"""The lower side: a network in integers, found by cutting planes in the class weights (docs/theory.md, 10.5).

Each round takes the best neurons at the present class weights (local ascent from fixed starts) and weighs all neurons
by a linear program; its value is the margin of the network that they make with their images under the symmetries.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, sqrt

import numpy as np
from numpy.typing import NDArray

from margin.shared.classes import WrongLabel, units, wrong_labels
from margin.shared.kernel import indices, kernel, totient

Array = NDArray[np.float64]
BITS = 30  # of the entries of a neuron behind the point
MASS_BITS = 40
MOST_ROUNDS = 40


@dataclass(frozen=True)
class SharedNetwork:
    """Neurons (u, w) in integers, each with a mass, standing for all their images under shifts and units.

    The network has n phi(n) neurons for each: u(a) -> u(v (a + s)), w(y) -> w(v (y + k s)), all with the same mass.
    """

    n: int
    k: int
    neurons: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    masses: tuple[int, ...]

    @property
    def width(self) -> int:
        """Number of neurons with all images."""
        return len(self.neurons) * self.n * len(units(self.n))

    def gap(self, label: WrongLabel) -> Fraction:
        """The gap of every input with a wrong label of a class, for masses that multiply neurons: exact.

        It is the mean over the images: over shifts and units of the class's member.
        """
        n, k = self.n, self.k
        inputs, offset = label
        total = 0
        for (u, w), mass in zip(self.neurons, self.masses, strict=True):
            for v in units(n):
                for s in range(n):
                    hidden = sum(u[(v * a + s) % n] for a in inputs) ** k
                    right = v * sum(inputs) + k * s
                    total += mass * hidden * (w[right % n] - w[(right - v * offset) % n])
        return Fraction(total, n * totient(n))

    def norm(self) -> int:
        """An integer >= the sum of mass ||(u, w)||^(k+1)."""
        result = 0
        for (u, w), mass in zip(self.neurons, self.masses, strict=True):
            square = sum(x * x for x in u) + sum(x * x for x in w)
            result += mass * (isqrt(square ** (self.k + 1)) + 1)
        return result

    def margin(self) -> Fraction:
        """The least gap over the norm, rounded down: a lower bound on gamma*, exact."""
        least = min(self.gap(label) for label in wrong_labels(self.n, self.k))
        return least / self.norm()


class Ascent:
    """||Q_sigma(u)|| over unit vectors u, and the gaps of the neuron along Q, in Fourier space."""

    def __init__(self, n: int, k: int) -> None:
        self.n, self.k = n, k
        monomials = indices(n, k)
        self.heads, self.tails = monomials[:, 0], monomials[:, 1:]
        self.kernels = np.stack([kernel(n, label, monomials) for label in wrong_labels(n, k)]) / totient(n)
        grid = np.outer(np.arange(n), np.arange(n)) % n
        self.fourier = np.exp(-2j * np.pi * grid / n) / sqrt(n)  # c = fourier @ u

    def gaps(self, u: Array, w: Array) -> Array:
        """<w, Q_i(u)> of every class i, times n^((k+1)/2), for real u and w."""
        c, v = self.fourier @ u, self.fourier @ w
        products = v[self.heads] * np.prod(c[self.tails], axis=1)
        return (self.kernels @ products).real

    def output(self, u: Array, sigma: Array) -> Array:
        """Q_sigma(u) as a real vector over labels."""
        c = self.fourier @ u
        products = (sigma @ self.kernels) * np.prod(c[self.tails], axis=1)
        q = np.bincount(self.heads, products.real, self.n) + 1j * np.bincount(self.heads, products.imag, self.n)
        return (np.conj(q) @ np.conj(self.fourier)).real  # Q_z belongs to conj(w_z)

    def best(self, start: Array, sigma: Array) -> tuple[float, Array]:
        """A local maximum of ||Q_sigma(u)|| from a start, with its unit vector."""
        from scipy.optimize import minimize

        weighted = sigma @ self.kernels

        def value(x: Array) -> tuple[float, Array]:
            size = float(np.linalg.norm(x))
            u = x / size
            c = self.fourier @ u
            factors = c[self.tails]
            products = weighted * np.prod(factors, axis=1)
            q = np.bincount(self.heads, products.real, self.n) + 1j * np.bincount(self.heads, products.imag, self.n)
            slope = np.zeros(self.n, dtype=complex)
            for i in range(self.k):
                part = np.conj(q)[self.heads] * weighted * np.prod(np.delete(factors, i, axis=1), axis=1)
                slope += np.bincount(self.tails[:, i], part.real, self.n)
                slope += 1j * np.bincount(self.tails[:, i], part.imag, self.n)
            gradient = 2 * (slope @ self.fourier).real
            return -float(np.vdot(q, q).real), -(gradient - u * (u @ gradient)) / size

        found = minimize(
            value, start, jac=True, method="L-BFGS-B", options={"maxiter": 3000, "ftol": 1e-16, "gtol": 1e-11}
        )
        return sqrt(-found.fun), found.x / np.linalg.norm(found.x)


def network(n: int, k: int, sigma: Array, tolerance: float = 1e-7, seed: int = 0) -> SharedNetwork:
    """Cutting planes from class weights near the optimum; the network of the last linear program, rounded.

    Starts come from `seed`; the same seed and libraries give the same network.
    """
    ascent, generator = Ascent(n, k), np.random.default_rng(seed)
    rows: list[Array] = []
    neurons: list[tuple[Array, Array]] = []
    point = centre = sigma / sigma.sum()
    best, masses = np.inf, np.zeros(0)
    for turn in range(MOST_ROUNDS):
        starts = [u + 0.02 * generator.standard_normal(n) / sqrt(n) for u, _ in neurons[-6:]]
        starts += [generator.standard_normal(n) for _ in range(24 if not turn else 6)]
        maxima = sorted((ascent.best(start, point) for start in starts), key=lambda pair: -pair[0])
        if maxima[0][0] < best:
            best, centre = maxima[0][0], point
        for value, u in maxima:
            if value > 0.97 * maxima[0][0]:
                output = ascent.output(u, point)
                w = output / np.linalg.norm(output)
                row = ascent.gaps(u, w)
                if not rows or float(np.abs(np.array(rows) - row).max(axis=1).min()) > 1e-7:
                    neurons.append((u, w))
                    rows.append(row)
        level, new, masses = _master(np.array(rows))
        if best - level < tolerance * level:
            break
        point = centre + (new - centre) / 2 ** (turn % 8)  # near the centre again and again: it is nearly optimal
    return _integers(n, k, neurons, masses)


def _master(rows: Array) -> tuple[float, Array, Array]:
    """min over sigma of the largest row: value, class weights, masses of the rows."""
    from scipy.optimize import linprog

    count, classes = rows.shape
    found = linprog(
        np.r_[np.zeros(classes), 1.0],
        A_ub=np.c_[rows, -np.ones(count)],
        b_ub=np.zeros(count),
        A_eq=[[1.0] * classes + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * classes + [(None, None)],
        method="highs",
    )
    return float(found.x[-1]), found.x[:-1], -found.ineqlin.marginals


def _integers(n: int, k: int, neurons: list[tuple[Array, Array]], masses: Array) -> SharedNetwork:
    scale, wide = 2.0**BITS, sqrt(k)
    kept = [i for i in np.argsort(-masses) if masses[i] > 1e-9]
    rounded = tuple(
        (tuple(round(wide * x * scale) for x in neurons[i][0]), tuple(round(x * scale) for x in neurons[i][1]))
        for i in kept
    )
    return SharedNetwork(n, k, rounded, tuple(round(float(masses[i]) * 2**MASS_BITS) for i in kept))
