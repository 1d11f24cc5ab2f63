"""Large primes, k = 2: the ratio to twice the separate gamma*, with u on few multiples of one frequency (numerical).

Up to terms of order 1/n a mean over units of a cosine is 1 at 0 and 0 elsewhere. With real c_m = c_(-m) at the
multiples m f of one frequency f and w at g = f/2, f, 3f/2, ..., the classes (equal inputs, weight s_0; the wrong
label r d off, d the difference of the inputs, weight s_r) see

    Q_g = (4 s_0 - s_1) sum over a + b = 2g of c_a c_b + 2 (1 - s_0) c_g^2 - sum_r 2 s_r c_((1+r) g) c_((1-r) g).

A u with equal power at many frequencies sees |4 s_0 - s_1| sqrt(n), so 4 s_0 = s_1 in the limit. Nothing here is proved
about u elsewhere than at few multiples.
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np

from margin.shared.planes import Array, Game, Played, ascend, play

OFFSETS = (Fraction(1), Fraction(3), Fraction(5), Fraction(2), Fraction(1, 3), Fraction(1, 2))


class Multiples(Game):
    """u at the multiples -most..most of a frequency; classes: equal inputs, then OFFSETS.

    With `tied`, equal inputs and offset 1 are one class with weights 1 : 4.
    """

    def __init__(self, most: int, tied: bool = False) -> None:
        self.size = most + 1
        pairs = [(h, a, h - a) for h in range(1, 2 * most + 1) for a in range(-most, most + 1) if abs(h - a) <= most]
        self.heads = np.array([h - 1 for h, _, _ in pairs])  # g = h/2
        self.left, self.right = (np.array([abs(pair[i]) for pair in pairs]) for i in (1, 2))
        every = np.ones(len(pairs))
        square = np.array([float(a == b) for _, a, b in pairs])
        rows = [4 * every]
        for r in OFFSETS:
            apart = np.array([float(abs(Fraction(a - b)) == r * h) for h, a, b in pairs])
            rows.append(2 * square - apart - (every if r == 1 else 0))
        if tied:
            rows[:2] = [(rows[0] + 4 * rows[1]) / 5]
        self.kernels, self.classes = np.array(rows), len(rows)
        self.weights = np.r_[1.0, 2 * np.ones(most)]  # of c_m^2 in ||u||^2

    def _outputs(self, c: Array, sigma: Array) -> Array:
        products = (sigma @ self.kernels) * c[self.left] * c[self.right]
        return np.asarray(np.bincount(self.heads, products, 2 * self.size - 2), dtype=np.float64)

    def best(self, start: Array, sigma: Array) -> tuple[float, Array]:
        mixed = sigma @ self.kernels

        def value(x: Array) -> tuple[float, Array]:
            size = sqrt(self.weights @ x**2)
            c = x / size
            q = self._outputs(c, sigma)
            slope = np.bincount(self.left, 4 * q[self.heads] * mixed * c[self.right], self.size)
            slope += np.bincount(self.right, 4 * q[self.heads] * mixed * c[self.left], self.size)
            return -2 * float(q @ q), -(slope - self.weights * c * (slope @ c)) / size

        x = ascend(value, start)
        return sqrt(-value(x)[0]), x / sqrt(self.weights @ x**2)

    def gaps(self, u: Array, sigma: Array) -> tuple[Array, Array]:
        q = self._outputs(u, sigma)
        w = q / sqrt(2 * q @ q)
        return w, self.kernels @ (2 * w[self.heads] * u[self.left] * u[self.right])

    def starts(self, generator: np.random.Generator, count: int) -> list[Array]:
        """Powers that fall off, most of them large at the frequency itself."""
        noise = [generator.standard_normal(self.size) * np.exp(-0.25 * np.arange(self.size)) for _ in range(count)]
        return [start + 3 * (np.arange(self.size) == 1) * (i % 2) for i, start in enumerate(noise)]


def ratio(most: int = 8, tied: bool = False) -> tuple[float, Played]:
    """The ratio with u at the multiples up to `most`, and the optimum. Needs scipy.

    Free: the plateau that primes n < 80 have; `tied`: the limit.
    """
    game = Multiples(most, tied)
    start = np.array([0.8, 0.1] if tied else [0.13, 0.65, 0.22])
    sigma = np.zeros(game.classes)
    sigma[: len(start)] = start
    played = play(game, sigma)
    return played.level / sqrt(2), played
