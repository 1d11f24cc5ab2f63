"""The lower side: a network in integers, found by cutting planes in the class weights (docs/theory.md, 10.5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, sqrt

import numpy as np
from numpy.typing import NDArray

from margin.shared.classes import WrongLabel, units, wrong_labels
from margin.shared.kernel import indices, kernel, totient
from margin.shared.planes import Array, Game, ascend, play

BITS = 30  # of the entries of a neuron behind the point
MASS_BITS = 40


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
        return sum(mass * self.root(u, w) for (u, w), mass in zip(self.neurons, self.masses, strict=True))

    def root(self, u: tuple[int, ...], w: tuple[int, ...]) -> int:
        """An integer >= ||(u, w)||^(k+1)."""
        square = sum(x * x for x in u) + sum(x * x for x in w)
        return isqrt(square ** (self.k + 1)) + 1

    def margin(self) -> Fraction:
        """The least gap over the norm, rounded down: a lower bound on gamma*, exact."""
        least = min(self.gap(label) for label in wrong_labels(self.n, self.k))
        return least / self.norm()


class Ascent(Game):
    """||Q_sigma(u)|| over unit vectors u, and the gaps of the neuron along Q, in Fourier space."""

    def __init__(self, n: int, k: int, constant: bool = True) -> None:
        self.size, self.k = n, k
        monomials = indices(n, k)
        self.heads, self.tails = monomials[:, 0], monomials[:, 1:]
        self.kernels = np.stack([kernel(n, label, monomials) for label in wrong_labels(n, k)]) / totient(n)
        self.classes = len(self.kernels)
        grid = np.outer(np.arange(n), np.arange(n)) % n
        self.fourier = np.exp(-2j * np.pi * grid / n) / sqrt(n)  # c = fourier @ u
        self.fourier[0] *= constant  # then a mean costs norm and is worth nothing

    def scores(self, u: Array, w: Array) -> Array:
        """<w, Q_i(u)> of every class i: gaps times n^((k+1)/2)."""
        c, v = self.fourier @ u, self.fourier @ w
        return (self.kernels @ (v[self.heads] * np.prod(c[self.tails], axis=1))).real

    def gaps(self, u: Array, sigma: Array) -> tuple[Array, Array]:
        q = self._outputs(np.prod((self.fourier @ u)[self.tails], axis=1) * (sigma @ self.kernels))
        w = (np.conj(q) @ np.conj(self.fourier)).real  # Q_z belongs to conj(w_z)
        w /= np.linalg.norm(w)
        return w, self.scores(u, w)

    def _outputs(self, products: NDArray[np.complex128]) -> NDArray[np.complex128]:
        sums = [np.bincount(self.heads, part, self.size) for part in (products.real, products.imag)]
        return sums[0] + 1j * sums[1]

    def best(self, start: Array, sigma: Array) -> tuple[float, Array]:
        weighted = sigma @ self.kernels

        def value(x: Array) -> tuple[float, Array]:
            size = float(np.linalg.norm(x))
            u = x / size
            factors = (self.fourier @ u)[self.tails]
            q = self._outputs(weighted * np.prod(factors, axis=1))
            slope = np.zeros(self.size, dtype=complex)
            for i in range(self.k):
                part = np.conj(q)[self.heads] * weighted * np.prod(np.delete(factors, i, axis=1), axis=1)
                slope += np.bincount(self.tails[:, i], part.real, self.size)
                slope += 1j * np.bincount(self.tails[:, i], part.imag, self.size)
            gradient = 2 * (slope @ self.fourier).real
            return -float(np.vdot(q, q).real), -(gradient - u * (u @ gradient)) / size

        x = ascend(value, start)
        return sqrt(-value(x)[0]), x / np.linalg.norm(x)


def network(
    n: int, k: int, sigma: Array, tolerance: float = 1e-7, seed: int = 0, constant: bool = True
) -> SharedNetwork:
    """Cutting planes from class weights near the optimum; the network of the last linear program, rounded.

    Without `constant` every u has the sum 0, exactly.
    """
    played = play(Ascent(n, k, constant), sigma, tolerance, seed)
    found = _integers(n, k, played.neurons, played.masses)
    if constant:
        return found
    neurons = tuple((tuple(n * x - sum(u) for x in u), tuple(n * x for x in w)) for u, w in found.neurons)
    return SharedNetwork(n, k, neurons, found.masses)


def without_margin(n: int, k: int) -> SharedNetwork:
    """A neuron with w = 0 and a u of sum 0: margin 0."""
    return SharedNetwork(n, k, (((1, -1, *[0] * (n - 2)), (0,) * n),), (1,))


def _integers(n: int, k: int, neurons: list[tuple[Array, Array]], masses: Array) -> SharedNetwork:
    scale, wide = 2.0**BITS, sqrt(k)
    kept = [i for i in np.argsort(-masses) if masses[i] > 1e-9]
    rounded = tuple(
        (tuple(round(wide * x * scale) for x in neurons[i][0]), tuple(round(x * scale) for x in neurons[i][1]))
        for i in kept
    )
    return SharedNetwork(n, k, rounded, tuple(round(float(masses[i]) * 2**MASS_BITS) for i in kept))
