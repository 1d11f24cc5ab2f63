"""Cutting planes in the class weights: min over weights of the best neuron, and the masses that reach it.

Each round takes the best neurons at the present weights (local ascent from seeded starts) and weighs all neurons found
so far by a linear program, whose multipliers are masses (docs/theory.md, 10.5).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MOST_ROUNDS = 300
_LAST_STARTS = 100  # before the end
_NEAR = 0.97  # of the best value: local maxima that are kept


class Game(ABC):
    """Neurons against class weights: `size` numbers describe a neuron u, whose w is best for the weights."""

    size: int
    classes: int

    @abstractmethod
    def best(self, start: Array, sigma: Array) -> tuple[float, Array]:
        """A local maximum over unit u at class weights, from a start: its value and u."""

    @abstractmethod
    def gaps(self, u: Array, sigma: Array) -> tuple[Array, Array]:
        """The unit w that is best for u at class weights, and the gaps of (u, w) by class, shape (classes,)."""

    def starts(self, generator: np.random.Generator, count: int) -> list[Array]:
        """Where ascents start."""
        return [generator.standard_normal(self.size) for _ in range(count)]


@dataclass(frozen=True)
class Played:
    """Lower and upper value (the upper one as far as the ascents have found the best), weights, neurons, masses."""

    level: float
    best: float
    sigma: Array
    neurons: list[tuple[Array, Array]]
    masses: Array


def play(game: Game, sigma: Array, tolerance: float = 1e-7, seed: int = 0) -> Played:
    """Cutting planes from class weights, near the optimum or not; the same seed and libraries give the same answer."""
    generator = np.random.default_rng(seed)
    rows: list[Array] = []
    neurons: list[tuple[Array, Array]] = []
    point = centre = sigma / sigma.sum()
    best, level, masses = np.inf, -np.inf, np.zeros(0)
    for turn in range(MOST_ROUNDS):
        starts = [u + 0.02 * generator.standard_normal(len(u)) / sqrt(len(u)) for u, _ in neurons[-6:]]
        starts += game.starts(generator, 6 if turn else 24)
        thorough = best - level < tolerance * level  # what is left may be neurons that few starts have missed
        if thorough:
            point = centre
            starts += game.starts(generator, _LAST_STARTS)
        maxima = sorted((game.best(start, point) for start in starts), key=lambda pair: -pair[0])
        if maxima[0][0] < best or thorough:
            best, centre = maxima[0][0], point
        for value, u in maxima:
            if value > _NEAR * maxima[0][0]:
                w, row = game.gaps(u, point)
                if not rows or float(np.abs(np.array(rows) - row).max(axis=1).min()) > 1e-7:
                    neurons.append((u, w))
                    rows.append(row)
        level, new, masses = _master(np.array(rows))
        if thorough and best - level < tolerance * level:
            break
        point = centre + (new - centre) / 2 ** (turn % 8)  # near the centre again and again: it is nearly optimal
    return Played(level, best, centre, neurons, masses)


def ascend(value: Callable[[Array], tuple[float, Array]], start: Array) -> Array:
    """A local minimum of a function that gives its value and slope (L-BFGS-B)."""
    from scipy.optimize import minimize

    options = {"maxiter": 3000, "ftol": 1e-16, "gtol": 1e-11}
    lowest: Array = minimize(value, start, jac=True, method="L-BFGS-B", options=options).x
    return lowest


def _master(rows: Array) -> tuple[float, Array, Array]:
    """min over sigma of the largest row: value, class weights, masses of the rows."""
    from scipy.optimize import linprog

    count, classes = rows.shape
    solution = linprog(
        np.r_[np.zeros(classes), 1.0],
        A_ub=np.c_[rows, -np.ones(count)],
        b_ub=np.zeros(count),
        A_eq=[[1.0] * classes + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * classes + [(None, None)],
        method="highs",
    )
    return float(solution.x[-1]), solution.x[:-1], -solution.ineqlin.marginals
