"""Margins of logits and over norms: by hand, by every wrong class, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.circuits.margins import logit_margins, over_norm


def test_margins_are_the_least_over_wrong_classes() -> None:
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(20, 5)), rng.integers(5, size=20)
    expected = [min(row[y] - row[c] for c in range(5) if c != y) for row, y in zip(logits, labels, strict=True)]
    assert logit_margins(logits, labels).tolist() == pytest.approx(expected)
    right = logit_margins(logits, logits.argmax(1))
    assert (right > 0).all()
    assert (logit_margins(logits, (logits.argmax(1) + 1) % 5) < 0).all()
    assert logit_margins(np.zeros((3, 2)), [0, 1, 0]).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("logits", "labels", "said"),
    [
        (np.zeros((3, 2)), [0, 1], "expected"),
        (np.zeros((3, 1)), [0, 0, 0], "expected"),
        (np.zeros(3), [0, 0, 0], "expected"),
        (np.zeros((2, 2)), [0, 2], "labels 0 to 2, expected integers in 0..1"),
        (np.zeros((2, 2)), [-1, 0], "labels -1 to 0"),
        (np.zeros((2, 2)), [0.0, 1.0], "expected integers"),
        (np.full((2, 2), np.nan), [0, 1], "finite"),
    ],
)
def test_bad_logits_are_refused(logits: np.ndarray, labels: list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        logit_margins(logits, labels)


def test_over_a_norm() -> None:
    parameters = {"U": np.array([[3.0, 0.0], [0.0, 4.0]]), "W": np.array([-12.0])}
    assert over_norm(26.0, parameters) == pytest.approx(2)
    assert over_norm(26.0, parameters, power=2) == pytest.approx(26 / 169)
    assert over_norm(-19.0, parameters, order=1) == pytest.approx(-1)
    assert over_norm(12.0, parameters, order=np.inf) == pytest.approx(1)
    scaled = {name: 10 * tensor for name, tensor in parameters.items()}
    assert over_norm(10**3 * 26.0, scaled, power=3) == pytest.approx(over_norm(26.0, parameters, power=3))


def test_bad_norms_are_refused() -> None:
    for order in (0.5, float("nan")):
        with pytest.raises(ValueError, match="expected 1 or more"):
            over_norm(1.0, {"U": [1.0]}, order=order)
    with pytest.raises(ValueError, match="norm of 0"):
        over_norm(1.0, {"U": [0.0]})
    with pytest.raises(ValueError, match="norm of 0"):
        over_norm(1.0, {})
    with pytest.raises(ValueError, match="finite"):
        over_norm(1.0, {"U": [np.inf]})
