"""What training with cross-entropy + lambda ||theta||^nu on the whole population converges to.

By convexity in the masses and symmetry under the group, the global optimum over networks of any width is that of

    min over masses mu_rho >= 0 of  log sum_g exp(f(g) - f(e)) + lambda sum_rho mu_rho,
    f(e) - f(g) = sum_rho mu_rho c_rho (1 - chi_rho(g) / delta_rho),

with c_rho the best value of a unit neuron of the representation rho. Its gradient at zero is lambda - c_rho (the mean
of 1 - chi_rho/delta_rho over the group is 1), so all weights collapse to zero exactly when lambda >= lambda_c, the
largest c_rho. Where the optimal class weights are uniform (odd n, parity) the optimum has margin
ln((N - 1)(gamma*/lambda - 1)) for N labels, at normalised margin gamma*; elsewhere its normalised margin is below
gamma* and tends to it as lambda -> 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_GAP = 1e-13  # relative duality gap at which the optimum is accepted
_MOST_ITERATIONS = 400


@dataclass(frozen=True)
class FiniteLambda:
    """The optimum at one strength: loss, mass (||theta||^nu), norm, margin, normalised margin, ratio to gamma*.

    `critical` is lambda_c. Where `collapses`, all weights are zero and margin, normalised margin and ratio are 0.
    """

    strength: float
    critical: float
    loss: float
    masses: tuple[float, ...]
    degree: int
    margin: float
    gamma: float

    @property
    def collapses(self) -> bool:
        return self.strength >= self.critical

    @property
    def mass(self) -> float:
        return sum(self.masses)

    @property
    def norm(self) -> float:
        return float(self.mass ** (1 / self.degree))

    @property
    def normalised_margin(self) -> float:
        return self.margin / self.mass if self.mass > 0 else 0.0

    @property
    def ratio(self) -> float:
        return self.normalised_margin / self.gamma


@dataclass(frozen=True)
class MarginProgram:
    """gaps[rho, g]: what a unit of mass on rho adds to the margin against the label y g; `counts[g]` such labels.

    `rates` are c_rho; representations that symmetry treats alike may stand together in one row.
    """

    gaps: Array
    counts: Array
    rates: Array
    degree: int

    def optimum(self, strength: float, gamma: float) -> FiniteLambda:
        """The optimum at lambda = strength, to a relative duality gap of 1e-13. gamma: gamma* of the task.

        Raises ValueError unless strength is a positive finite number.
        """
        if not (isfinite(strength) and strength > 0):
            raise ValueError(f"finite lambda: strength {strength!r}, expected a positive number")
        critical = float(self.rates.max())
        collapsed = strength >= critical
        masses = np.zeros(len(self.rates)) if collapsed else self._solve(strength / critical) / critical
        margins = masses @ self.gaps
        loss = float(np.log1p(self.counts @ np.exp(-margins)) + strength * masses.sum())
        least = float(margins[self.counts > 0].min())  # at n = 2 no label has an even difference
        return FiniteLambda(strength, critical, loss, tuple(masses.tolist()), self.degree, least, float(gamma))

    def _solve(self, strength: float) -> Array:
        """Masses for gaps scaled so that the largest rate is 1: a primal-dual interior point method.

        min F(mu) = log(1 + sum_g N_g exp(-(mu A)_g)) + strength sum mu over mu >= 0, with multipliers z = grad F.
        """
        A = self.gaps / self.rates.max()
        size = len(A)
        mu = np.full(size, log(1 + self.counts.sum()) / (strength * size))
        z = np.full(size, strength)
        for _ in range(_MOST_ITERATIONS):
            value, gradient, hessian = self._derivatives(mu, A, strength)
            gap = float(mu @ z)
            residual = gradient - z
            if gap <= _GAP * value and np.abs(residual).max() * mu.sum() <= _GAP * value:
                return mu
            target = 0.1 * gap / size
            # eliminate dz = target/mu - z - (z/mu) dmu from the Newton system
            matrix = hessian + np.diag(z / mu)
            dmu = np.linalg.solve(matrix, -(residual + z - target / mu))
            dz = target / mu - z - z / mu * dmu
            length = min(1.0, *(0.99 * _reach(v, d) for v, d in ((mu, dmu), (z, dz))))
            mu, z = mu + length * dmu, z + length * dz
        return mu

    def _derivatives(self, mu: Array, A: Array, strength: float) -> tuple[float, Array, Array]:
        weights = self.counts * np.exp(-(mu @ A))
        total = 1 + weights.sum()
        p = weights / total
        mean = A @ p
        hessian = (A * p) @ A.T - np.outer(mean, mean)
        return float(np.log(total) + strength * mu.sum()), strength - mean, hessian


def _reach(values: Array, change: Array) -> float:
    """How far one can go along `change` before a positive value becomes zero."""
    falling = change < 0
    return float((values[falling] / -change[falling]).min()) if falling.any() else np.inf
