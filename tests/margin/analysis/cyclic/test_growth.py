"""Laws of growth: the planted one wins, and none wins where the number does not grow or three laws are alike."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.cyclic.growth import LAWS, fits

XS = (10.0, 30.0, 100.0, 300.0, 1000.0)


def counts(law: str, a: float, b: float, seed: int = 0) -> dict[float, list[float]]:
    generator = np.random.default_rng(seed)
    return {x: (a + b * float(LAWS[law](np.array(x))) + generator.normal(0, 0.3, 50)).tolist() for x in XS}


@pytest.mark.parametrize(("law", "a", "b"), [("ln", 1.0, 0.8), ("sqrt", 2.0, 0.3), ("linear", 3.0, 0.01)])
def test_the_planted_law_wins_with_its_coefficients(law: str, a: float, b: float) -> None:
    found = fits(counts(law, a, b), np.random.default_rng(1), 300)
    assert min(found, key=lambda name: found[name].error) == law
    assert found[law].wins > 0.95
    assert found[law].a == pytest.approx(a, abs=0.2)
    assert found[law].b == pytest.approx(b, rel=0.1)
    assert found[law].b_range[0] < b < found[law].b_range[1]
    assert sum(fit.wins for fit in found.values()) == pytest.approx(1)


def test_a_constant_grows_by_no_law() -> None:
    found = fits(counts("ln", 4.5, 0.0), np.random.default_rng(1), 300)
    assert all(fit.b_range[0] < 0 < fit.b_range[1] for fit in found.values())


def test_in_a_short_range_no_law_wins_for_sure() -> None:
    generator = np.random.default_rng(3)
    values = {float(x): (np.log(x) + generator.normal(0, 1, 50)).tolist() for x in range(59, 114, 6)}
    found = fits(values, np.random.default_rng(1), 300)
    assert max(fit.wins for fit in found.values()) < 0.95


@pytest.mark.parametrize("values", [{1: [2], 2: [3]}, {0: [1], 1: [2], 2: [3]}, {1: [1], 2: [2], 3: []}])
def test_too_little_is_refused(values: dict[float, list[float]]) -> None:
    with pytest.raises(ValueError, match="at least three positive x"):
        fits(values, np.random.default_rng(0))
