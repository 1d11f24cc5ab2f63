"""What is predicted of a task and a network, and of which networks nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from margin.inspection.features import irreps
from margin.shared.maximum import maximum_margin
from margin.tasks import GroupComposition, SharedEmbedding
from tests.helpers.oracles import expected_margin
from training.compare import prediction
from training.config import Config
from training.limits import refuse
from training.prediction import converges, exponent, finite_lambda, gamma, strength


def config(task: str = "mod:5", k: int = 2, **values: Any) -> Config:
    return Config.of(task=task, k=k, width=8, **values)


@pytest.mark.parametrize(
    ("task", "k", "value"),
    [
        ("mod:23", 2, expected_margin(23, 2)),
        ("mod:30", 2, expected_margin(30, 2)),
        ("group:C6", 3, expected_margin(6, 3)),
        ("group:S3", 2, 0.02360496931),  # (8 - sqrt 2)/279, the same as addition mod 6
        ("parity:10", 4, 24 * (2 / 5**5) ** 0.5),
    ],
)
def test_maximum_margins(task: str, k: int, value: float) -> None:
    assert gamma(config(task, k)) == pytest.approx(value, rel=1e-9)
    optimum = finite_lambda(config(task, k, strength=1e-3))
    assert optimum is not None
    assert optimum.strength == pytest.approx(1e-3 * value)
    assert optimum.gamma == gamma(config(task, k))


def test_networks_without_a_prediction() -> None:
    for other in (config(activation="relu", strength_unit="one"), config(model="embedding", strength_unit="one")):
        assert gamma(other) is None
        assert finite_lambda(other) is None
        assert not other.model.predicted
    assert finite_lambda(config()) is not None


def test_a_shared_embedding_is_measured_against_the_lower_end() -> None:
    shared = config("shared:7", 2)
    best = maximum_margin(SharedEmbedding(7, 2))
    assert gamma(shared) == float(best.low) == pytest.approx(0.0280547949)
    assert finite_lambda(shared) is None
    assert not converges(shared)
    lines, collapses = prediction(shared)
    assert not collapses
    assert ("predicted", "gamma* >= 0.0280547949028341") in lines
    assert "no optimum at a finite lambda is known" in lines[-1][1]


@pytest.mark.parametrize("model", ["embedding", "recurrent", "attention", "transformer"])
def test_only_neurons_have_a_shared_embedding_that_counts_once(model: str) -> None:
    with pytest.raises(ValueError, match=r"shared embedding, expected model = neurons, or the task mod:7"):
        refuse(config("shared:7", 2, model=model, strength_unit="one"))


def test_strength_is_absolute_or_in_units_of_gamma() -> None:
    best = gamma(config())
    assert best is not None
    assert strength(config(strength=0.5)) == 0.5 * best
    assert strength(config(strength=0.5, strength_unit="one")) == 0.5
    assert strength(config(loss="soft_minimum")) == 0
    with pytest.raises(ValueError, match=r"gamma\* of ReLU is not known; expected strength_unit = one"):
        strength(config(activation="relu"))
    with pytest.raises(ValueError, match=r"gamma\* of model = embedding is not known; expected strength_unit = one"):
        strength(config(model="embedding"))


def test_the_optimum_is_predicted_for_r_equal_nu_on_the_population() -> None:
    assert [exponent(config(k=k)) for k in (1, 2, 3)] == [2, 3, 4]
    assert exponent(config(activation="relu", strength_unit="one")) == exponent(config(model="embedding")) == 2
    assert exponent(config(exponent=1.5)) == 1.5
    assert converges(config())
    assert converges(config(exponent=3.0))
    assert not converges(config(exponent=1.0))
    assert not converges(config(batch_kind="inputs", train_share=0.5))
    assert not converges(config(strength=0, strength_unit="one"))
    assert not converges(config(loss="soft_minimum"))
    assert not converges(config(model="embedding", strength_unit="one"))


def test_irreps_are_the_real_ones_but_the_trivial() -> None:
    assert [(d, e) for d, e, _ in irreps(GroupComposition("C3", 2))] == [(2, 2)]
    assert sum(d * d // e for d, e, _ in irreps(GroupComposition("S4", 2))) == 23
