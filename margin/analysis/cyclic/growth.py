"""How the number of clusters grows: a + b g(x) for several g by least squares, and which wins, with bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import Array, located

LAWS: Mapping[str, Callable[[Array], Array]] = {"ln": np.log, "sqrt": np.sqrt, "linear": lambda x: x}


@dataclass(frozen=True)
class Fit:
    """a + b g(x): both with their bootstrap interval (5% to 95%), the squared error, and how often the law won.

    `lead`: by how much the error is below the least one of the other laws; negative for a law that is not the best.
    """

    a: float
    b: float
    a_range: tuple[float, float]
    b_range: tuple[float, float]
    error: float
    wins: float
    lead: float
    lead_range: tuple[float, float]


def fits(values: Mapping[float, ArrayLike], generator: np.random.Generator, draws: int = 1000) -> dict[str, Fit]:
    """Every law of LAWS through all values, say counts of clusters of the networks of each n.

    The error is the weighted mean squared distance of the means at each x from the curve: what the spread at one x
    leaves out. Each bootstrap sample draws the values at every x anew; a law wins a sample if its error is the least.
    Raises ValueError for fewer than three x, an x that is not positive, and an x without values.
    """
    xs = np.array(sorted(values), float)
    groups = [located(values[x])[0].reshape(-1) for x in sorted(values)]
    if len(xs) < 3 or xs[0] <= 0 or not all(map(len, groups)):
        raise ValueError(f"values at x = {xs.tolist()}, expected at least three positive x with values at each")
    sizes = np.array([len(group) for group in groups], float)
    designs = {name: np.stack([np.ones_like(xs), law(xs)], 1) for name, law in LAWS.items()}

    def solved(means: Array) -> dict[str, tuple[Array, float]]:
        found = {}
        for name, design in designs.items():
            scale = np.sqrt(sizes)
            coefficients = np.linalg.lstsq(design * scale[:, None], means * scale, rcond=None)[0]
            found[name] = coefficients, float((sizes * (design @ coefficients - means) ** 2).sum() / sizes.sum())
        return found

    best = solved(np.array([group.mean() for group in groups]))
    samples = []
    for _ in range(draws):
        samples.append(solved(np.array([generator.choice(group, len(group)).mean() for group in groups])))
    leads = {name: [_lead(sample, name) for sample in samples] for name in LAWS}
    result = {}
    for name, (coefficients, error) in best.items():
        low, high = np.quantile([sample[name][0] for sample in samples], (0.05, 0.95), axis=0)
        a, b = coefficients.tolist()
        ranges = [(float(low[i]), float(high[i])) for i in range(2)]
        least, most = np.quantile(leads[name], (0.05, 0.95)).tolist()
        wins = sum(lead > 0 for lead in leads[name]) / draws
        result[name] = Fit(a, b, ranges[0], ranges[1], error, wins, _lead(best, name), (least, most))
    return result


def _lead(sample: Mapping[str, tuple[Array, float]], name: str) -> float:
    """How far the error of a law is below the least of the others."""
    return min(error for other, (_, error) in sample.items() if other != name) - sample[name][1]
