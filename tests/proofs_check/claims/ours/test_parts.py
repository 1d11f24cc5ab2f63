"""Our claims on squared loss and missing pairs hold, and each of their steps can fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from margin.networks.network import Network
from margin.parts.gaps import line_weights
from margin.tasks import ModularAddition, parse
from margin.theory import construct
from proofs_check.claims.ours import e03_squared_loss as squared
from proofs_check.claims.ours import e04_one_hot as one_hot
from proofs_check.claims.ours import e05_lines as lines
from proofs_check.claims.ours import e06_subgroup as subgroup
from proofs_check.claims.ours import e07_row as row
from proofs_check.claims.ours import e08_largest_weight as largest
from proofs_check.register.claim import Refuted

SEVEN = parse("mod:7", 2)


@pytest.mark.parametrize("module", [squared, one_hot, lines, subgroup, row, largest])
def test_the_claims_hold(module: object) -> None:
    check: Callable[[str], object] = vars(module)["check"]
    assert getattr(check("quick"), "verdict", None) == "holds"


@pytest.mark.parametrize(
    "step",
    [
        lambda: squared.least(SEVEN, 0.3, scale=1.01),
        lambda: squared.least(parse("group:S4", 2), 0.3, scale=0.99),
        lambda: squared.regular(SEVEN, 0.0171),
        lambda: squared.regular(parse("group:Dic3", 3), 1 / 896),
        lambda: one_hot.reached(7, factor=1.0),
        lambda: one_hot.reached(7, factor=float("nan")),
        lambda: lines.line(7, 2, line_weights(7, 3)),
        lambda: lines.line(7, 3, line_weights(7, 3) | {(0, 1, 1): 2}),
        lambda: lines.line(5, 2, {(0, 1, 1): 1}),
        lambda: lines.bound(83),
        lambda: lines.raised(7, "nothing"),
        lambda: subgroup.solved(3, 9, factor=1.001),
    ],
)
def test_each_step_can_fail(step: Callable[[], object]) -> None:
    with pytest.raises(Refuted):
        step()


@pytest.mark.parametrize("claimed", [1.15918, 1.15919, 1.171573, float("nan")])
def test_another_share_without_a_row_is_refuted(claimed: float) -> None:
    with pytest.raises(Refuted, match="claimed"):
        row.agrees(5, claimed)


def test_the_opposite_bound_by_the_largest_weight_is_refuted() -> None:
    task = ModularAddition(7, 2)
    network = construct(task).numeric()
    assert largest.bounded(network) == pytest.approx(2**-1.5, rel=0.2)
    with pytest.raises(Refuted, match="claimed at most"):
        largest.bounded(network, sign=-1)
    with pytest.raises(Refuted, match="expected a network that separates"):
        largest.bounded(Network(task, -network.U, -network.W))
