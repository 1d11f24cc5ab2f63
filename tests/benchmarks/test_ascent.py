"""The plain rival of the solver: it ascends to the share asked for by the margins of the definition; refusals."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
import torch

from benchmarks.rivals import ascent
from benchmarks.rivals.ascent import Settings
from margin.addition.maximum import maximum_margin
from margin.io.command import Refused
from margin.networks.network import Network
from margin.tasks import ModularAddition

SMALL = Settings(width=32, steps=600)


def test_the_margins_are_those_of_the_definition() -> None:
    U, W = torch.randn(2, 4, 5, dtype=torch.float64), torch.randn(5, 4, dtype=torch.float64)
    labels = torch.tensor([[(a + b) % 4] for a in range(4) for b in range(4)])
    losses = ascent._losses(U, W, labels)
    least = Network.from_arrays(U.numpy(), W.numpy()).normalised_margin()
    assert float(-losses.amax()) == pytest.approx(least, rel=1e-12)
    assert torch.equal(losses.gather(1, labels), torch.full((16, 1), -torch.inf, dtype=torch.float64))
    assert torch.allclose(ascent._losses(3 * U, 3 * W, labels), losses)  # normalised


def test_the_ascent_reaches_the_share_and_stops() -> None:
    gamma = float(maximum_margin(ModularAddition(3, 2)))
    network = ascent.ascend(3, 0.99, SMALL, 0)
    assert network.width == 32
    assert 0.99 - 1e-6 <= network.normalised_margin() / gamma < 1
    again = ascent.ascend(3, 0.99, SMALL, 0)
    assert np.array_equal(network.U, again.U)
    assert ascent.ascend(3, 0.99, SMALL, 1).normalised_margin() != network.normalised_margin()


def test_what_ends_short_is_said_to() -> None:
    said = "\n".join(ascent.report(3, 0.999, 2, Settings(width=8, steps=20)))
    rival, *ours = said.splitlines()[1:]
    assert rival.endswith("SHORT in 2")
    assert len(ours) == 3
    for line in ours:
        assert "SHORT" not in line
        assert float(re.findall(r"reached ([\d.]+)", line)[0]) >= 0.999


def test_the_verdict_is_that_of_the_times(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 3.0, 3.0, 5.0, 5.0, 9.0])  # the ascent 3 s, the solver 2, with symmetries 4
    monkeypatch.setattr(ascent, "process_time", lambda: next(clock))
    ways = dict.fromkeys(("ascent in torch", "solver", "solver, symmetries"), lambda seed: 0.9995)
    monkeypatch.setattr(ascent, "contenders", lambda *_: ways)
    _, _, plain, symmetric = ascent.report(7, 0.999, 1, SMALL)
    assert plain.endswith("the ascent takes 1.50 x [1.50, 1.50], target > 1: met")
    assert symmetric.endswith("the ascent takes 0.75 x [0.75, 0.75], target > 1: MISSED")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (("--n", "2"), "--n 2: expected an integer >= 3"),
        (("--rounds", "0"), "--rounds 0: expected an integer >= 1"),
        (("--share", "1"), "--share '1': expected a number above 0 and at most 0.999999"),
        (("--share", "nan"), "--share 'nan': expected a number above 0"),
        (("--share", "much"), "--share 'much': expected a number above 0"),
        (("--width", "0"), "--width 0: expected an integer >= 1"),
        (("--steps", "-1"), "--steps -1: expected an integer >= 1"),
        (("--sharpness", "10"), "--sharpness 10: expected an integer >= 11"),
    ],
)
def test_bad_input_is_refused(given: tuple[str, str], line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["ascent", *given])
    with pytest.raises(Refused, match=re.escape(line)):
        ascent.main()
