"""B20 with planted networks: what is trained, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from numpy import exp, log

from margin.addition.maximum import maximum_margin
from margin.tasks import ModularAddition
from proofs_check.claims.li.trained import b20_exponent as b20
from proofs_check.claims.shared.saved_runs import MOST
from proofs_check.register.claim import Refuted

Asked = tuple[float | None, float, int, float, float]  # exponent, strength, seed, steps, rate
SIZE = {"task": "mod:7", "k": 2, "width": 64}
RATIOS: dict[Asked, float | None] = {
    (1.0, 0.05, 0, 1000, 0.03): 0.9995,
    (1.0, 0.05, 1, 1000, 0.03): 0.9996,
    (1.0, 0.05, 2, 1000, 0.03): 0.9997,
    (None, 0.003, 0, 1000, 0.03): 0.9993,
    (1.0, 0.003, 0, 1000, 0.03): 0.91,
    (1.0, 0.003, 0, 4000, 0.1): 0.9994,
    (1.0, 0.1, 0, 1000, 0.03): -3.0,
}


def plant(monkeypatch: pytest.MonkeyPatch, ratios: Mapping[Asked, float | None]) -> list[Asked]:
    """Networks that end at these ratios, None: none; what was asked for. Raises KeyError for any other."""
    asked: list[Asked] = []

    def anew(**settings: Any) -> dict[str, float | None] | None:
        assert {name: settings[name] for name in SIZE} == SIZE
        assert settings["strength_unit"] == "one"
        key = tuple(settings[name] for name in ("exponent", "strength", "seed", "steps", "lr"))
        asked.append(key)
        return None if ratios[key] is None else {"ratio": ratios[key]}

    monkeypatch.setattr(b20, "trained_anew", anew)
    monkeypatch.setattr(b20, "final", lambda *what, **more: None)
    return asked


def test_what_is_trained_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = plant(monkeypatch, RATIOS)
    found = b20.check("quick")
    assert sorted(asked, key=str) == sorted(RATIOS, key=str)
    assert found.verdict == "mixed"
    for said in (
        "lambda = 0.05: 0.9995, 0.9996, 0.9997; lambda = 0.003: 0.9100; ",
        "lambda = 0.003, 4 times the steps at rate 0.1: 0.9994; lambda = 0.1: below 0",
        "With r = nu = 3, lambda = 0.003: 0.9993",
        "mod 7, k = 2, width 64, Adam 0.03",
        "(wanted 0.999 to 1)",
        "norm 7 has",
    ):
        assert said in found.evidence, said


@pytest.mark.parametrize("of", RATIOS)
def test_every_network_enters_the_verdict(of: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """All good but one, and just good enough; a network that is not there counts as 0."""
    good: dict[Asked, float | None] = dict.fromkeys(RATIOS, 0.999)
    plant(monkeypatch, good)
    assert b20.check("quick").verdict == "reproduced"
    for ratio in (0.9989, None):
        plant(monkeypatch, good | {of: ratio})
        if of[0] is None:
            with pytest.raises(Refuted, match=rf"r = nu ends at {ratio or 0.0} of gamma\*: nothing to compare with"):
                b20.check("quick")
        else:
            lacking = of[1] == 0.05 and ratio is None  # the first ones tell whether there is torch
            assert b20.check("quick").verdict == ("not yet run" if lacking else "mixed")


def test_the_published_recipe_enters_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, dict.fromkeys(RATIOS, 0.999))
    for ratio, verdict in ((0.999, "reproduced"), (0.5, "mixed")):
        monkeypatch.setattr(b20, "final", lambda *what, ratio=ratio, **more: {"ratio": ratio})
        found = b20.check("quick")
        assert found.verdict == verdict
        assert f"the published recipe, p = 97, k = 3: {ratio:.4f}" in found.evidence


def test_what_is_impossible_with_the_usual_exponent_refutes(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, RATIOS | {(None, 0.003, 0, 1000, 0.03): MOST + 1e-9})
    with pytest.raises(Refuted, match="nothing to compare with"):
        b20.check("quick")


@pytest.mark.parametrize(("n", "k", "norm", "exponent"), [(7, 2, 7.0, 1), (5, 2, 3.0, 1), (7, 3, 6.0, 2), (3, 2, 2, 3)])
def test_zero_is_beaten_up_to_a_strength(n: int, k: int, norm: float, exponent: int) -> None:
    """ln(1 + (n-1) e^(-gamma norm^(k+1))) + lambda norm^r against ln n, in floats, just below equality and above."""
    gamma = float(maximum_margin(ModularAddition(n, k)))
    strength = (log(n) - log(1 + (n - 1) * exp(-gamma * norm ** (k + 1)))) / norm**exponent
    assert b20.objective_below_collapse(n, k, strength * (1 - 1e-9), norm, exponent)
    assert not b20.objective_below_collapse(n, k, strength * (1 + 1e-9), norm, exponent)
    if exponent == 1:
        assert b20.objective_below_collapse(n, k, strength * (1 - 1e-9), norm)


def test_a_ratio_below_zero_has_no_digits() -> None:
    assert [b20._said(x) for x in (0.98765, 0.4, 1e-5, 0.0, -2.0)] == ["0.9877", "0.4000", "0.0000", *["below 0"] * 2]
