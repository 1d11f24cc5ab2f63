"""Our claim on other activations holds, and each of its steps can fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proofs_check.claims.ours import e09_activations as activations
from proofs_check.register.claim import Refuted


def test_the_claim_holds() -> None:
    finding = activations.check("quick")
    assert finding.verdict == "holds"
    assert "has 0.500 to 0.737 of gamma* for n = 4..9" in finding.evidence


@pytest.mark.parametrize(
    "step",
    [
        lambda: activations.twice(3, factor=1.999),
        lambda: activations.twice(3, factor=float("nan")),
        lambda: activations.by_heart(3, 3, factor=0.9999),
        lambda: activations.by_heart(3, 3, factor=1.0001),
        lambda: activations.by_heart(4, 4, factor=float("nan")),
        lambda: activations.by_heart(5, 2),  # waves are better
        lambda: activations.waves(7, factor=0.5),
        lambda: activations.waves(7, factor=float("nan")),
    ],
)
def test_each_step_can_fail(step: Callable[[], object]) -> None:
    with pytest.raises(Refuted, match=r"claimed|times the margin of ReLU, not"):
        step()
