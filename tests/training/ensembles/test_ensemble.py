"""Ensembles: each member is its separate run, bit for bit in float64, and to rounding in float32."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from training.config import Config
from training.ensembles.ensemble import DRAWN, Ensemble, Member
from training.ensembles.steps import WAYS
from training.loop import Training, interval, reached

EMBEDDING: dict[str, Any] = {
    "model": "embedding",
    "task": "mod:11",
    "k": 2,
    "width": 13,
    "dimension": 5,
    "lr": 0.02,
    "schedule": "constant",
    "strength": 1e-3,
    "strength_unit": "one",
    "steps": 70,
    "evaluate_every": 35,
}
BATCHES = {"batch": 11, "batch_kind": "inputs", "train_share": 0.6}
NEURONS: dict[str, Any] = {"task": "mod:7", "k": 2, "width": 20, "steps": 20, "evaluate_every": 10}
KINDS: dict[str, dict[str, Any]] = {
    "batches": EMBEDDING | BATCHES,
    "training set": EMBEDDING | {"batch_kind": "inputs", "train_share": 0.6},
    "population": EMBEDDING,
    "prefixes": EMBEDDING | {"batch": 3},
    "some of both": EMBEDDING | BATCHES | {"batch_share": 0.5},
    "norm by neurons": EMBEDDING | BATCHES | {"norm": "neurons"},
    "population, norm by neurons": EMBEDDING | {"norm": "neurons", "exponent": 3.0},
    "group": EMBEDDING | BATCHES | {"task": "group:S3", "k": 3},
    "neurons": NEURONS,
    "neurons in batches": NEURONS | {"batch": 9, "batch_kind": "inputs", "train_share": 0.7},
    "neurons by prefix": NEURONS | {"batch": 2},
    "soft minimum": NEURONS | {"loss": "soft_minimum", "task": "group:S3", "optimiser": "adamw"},
    "muon": EMBEDDING | BATCHES | {"optimiser": "muon", "momentum": 0.95},
    "gradient descent": EMBEDDING | BATCHES | {"optimiser": "sgd", "momentum": 0.9},
}


def configs(settings: dict[str, Any], count: int = 3, **more: Any) -> list[Config]:
    return [Config.of(**settings | more, seed=seed) for seed in range(5, 5 + count)]


def separate(config: Config) -> dict[str, Tensor]:
    """The weights of a run of its own, which ends where it has diverged or is at its goal."""
    run = Training.begin(config)
    while run.step < config.steps:
        run.advance()
        due = run.step % interval(config, run.model.population) == 0
        if due and reached(config, run.measure(None)):
            break
    return {name: tensor.detach() for name, tensor in run.model.parameters.items()}


def weights(member: Member) -> dict[str, Tensor]:
    return {name: tensor.detach() for name, tensor in member.model.parameters.items()}


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


def distance(first: dict[str, Tensor], second: dict[str, Tensor]) -> float:
    return max(float((first[name] - second[name]).abs().max()) for name in first)


@pytest.mark.parametrize("kind", KINDS)
def test_in_float64_members_are_their_separate_runs_bit_for_bit(kind: str) -> None:
    every = configs(KINDS[kind], dtype="float64")
    members = Ensemble(every).train()
    expected = [separate(config) for config in every]
    for member, config, own in zip(members, every, expected, strict=True):
        assert member.config == config
        assert member.error is None
        assert same(weights(member), own)
    assert not same(weights(members[0]), expected[1])


@pytest.mark.parametrize(
    ("kind", "way"),
    [(kind, way) for kind in KINDS for way in WAYS if way != "products" or KINDS[kind].get("model") == "embedding"],
)
def test_in_every_way_members_are_their_separate_runs_to_rounding(kind: str, way: str) -> None:
    for dtype, steps, close in (("float64", None, 1e-9), ("float32", 5, 1e-3)):  # rounding grows with the steps
        every = configs(KINDS[kind], dtype=dtype, **{} if steps is None else {"steps": steps, "evaluate_every": steps})
        for member, config in zip(Ensemble(every, way).train(), every, strict=True):
            assert distance(weights(member), separate(config)) < close


@pytest.mark.parametrize("kind", ["neurons", "neurons in batches", "neurons by prefix"])
def test_products_of_neurons_are_their_separate_runs_to_rounding(kind: str) -> None:
    every = configs(KINDS[kind], dtype="float32", steps=5, evaluate_every=5)
    for member, config in zip(Ensemble(every, "products").train(), every, strict=True):
        assert distance(weights(member), separate(config)) < 1e-3


def test_one_member_is_a_run_of_its_own_too() -> None:
    (config,) = configs(KINDS["batches"], 1, dtype="float64")
    (member,) = Ensemble([config]).train()
    assert same(weights(member), separate(config))
    assert member.step == 70
    assert member.record["step"] == 70
    assert {"margin", "train_accuracy", "test_accuracy", "norm_2", "loss"} <= set(member.record)


def test_networks_of_any_model_go_together_by_default() -> None:
    assert Ensemble(configs(KINDS["batches"])).way == "products"
    assert Ensemble(configs(KINDS["neurons"])).way == "products"
    assert Ensemble(configs(KINDS["neurons"], dtype="float64")).way == "alone"


@pytest.mark.parametrize("kind", ["batches", "neurons"])
def test_a_diverging_member_ends_alone(kind: str) -> None:
    every = configs(KINDS[kind], dtype="float64")
    ensemble = Ensemble(every)
    next(iter(ensemble.stack.parameters.values()))[1] = torch.nan
    members = ensemble.train()
    assert members[1].step == interval(every[1], ensemble.runs[0].model.population) < every[1].steps
    assert members[1].error is not None
    assert members[1].error.startswith(f"the loss is nan at step {members[1].step}; choose a smaller lr or init")
    assert members[1].record == {"step": members[1].step, "loss": None}
    for number in (0, 2):
        assert members[number].error is None
        assert members[number].step == every[number].steps
        assert same(weights(members[number]), separate(every[number]))


def test_an_ensemble_of_diverged_members_ends() -> None:
    ensemble = Ensemble(configs(KINDS["batches"]))
    for tensor in ensemble.stack.parameters.values():
        tensor.fill_(torch.inf)
    members = ensemble.train()
    assert [member.step for member in members] == [35, 35, 35]
    assert all(member.error for member in members)


def test_members_stop_at_their_goal_each_for_itself() -> None:
    settings = {"task": "mod:7", "k": 2, "width": 60, "lr": 0.03, "strength": 0.3, "beta2": 0.95, "init": 0.03}
    every = configs(settings | {"steps": 400, "evaluate_every": 3, "stop_ratio": 0.99, "dtype": "float64"}, 4)
    members = Ensemble(every).train()
    assert len({member.step for member in members}) > 1
    for member, config in zip(members, every, strict=True):
        assert member.step < 400
        assert member.record["ratio"] >= 0.99
        assert same(weights(member), separate(config))


@pytest.mark.parametrize("goal", [False, True])
def test_members_are_measured_at_the_end_alone_but_for_a_goal(goal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record is dear: it is made where it is read, of all members after the last step, and of one that diverged."""
    settings = NEURONS | ({"stop_ratio": 0.9999} if goal else {})
    ensemble = Ensemble(configs(settings))
    measured, own = [], Ensemble._measured

    def counted(self: Ensemble, number: int, loss: float) -> Member:
        measured.append((self.step, number))
        return own(self, number, loss)

    monkeypatch.setattr(Ensemble, "_measured", counted)
    next(iter(ensemble.stack.parameters.values()))[1] = torch.nan
    members = ensemble.train()
    assert [member.step for member in members] == [20, 10, 20]
    first = [(10, 0), (10, 1), (10, 2)] if goal else [(10, 1)]
    assert measured == [*first, (20, 0), (20, 2)]
    assert members[1].error is not None
    assert "margin" in members[0].record


def test_a_member_whose_loss_alone_is_no_number_ends() -> None:
    """The numbers may be finite while the loss of the step before was not."""
    ensemble = Ensemble(configs(EMBEDDING))
    losses = ensemble.advance()
    losses[2] = torch.inf
    ensemble.measure(losses)
    assert set(ensemble.ended) == {2}
    assert ensemble.ended[2].error is not None
    ensemble.measure(torch.zeros(3))
    assert set(ensemble.ended) == {2}


def test_batches_of_many_steps_are_drawn_as_one_by_one() -> None:
    """torch draws integers one after another: a table of them in one call, or a line at a time."""
    one, many = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    lines = torch.stack([torch.randint(4717, (89,), generator=one) for _ in range(DRAWN)])
    assert torch.equal(torch.randint(4717, (DRAWN, 89), generator=many), lines)
    assert torch.equal(one.get_state(), many.get_state())


def test_members_that_differ_in_more_than_the_seed_are_refused() -> None:
    first, second = Config.of(**EMBEDDING), Config.of(**EMBEDDING | {"lr": 0.01, "seed": 1})
    with pytest.raises(ValueError, match=r"members differ in lr, expected in the seed alone"):
        Ensemble([first, second])
    with pytest.raises(ValueError, match=r"an ensemble of no networks, expected at least one"):
        Ensemble([])


def test_a_way_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"way 'products' with model = neurons, expected vmap or alone"):
        Ensemble(configs(KINDS["soft minimum"]), "products")
    with pytest.raises(ValueError, match=r"way 'products' with model = neurons, expected vmap or alone"):
        Ensemble(configs(NEURONS, dtype="float64"), "products")
    with pytest.raises(ValueError, match=r"way 'loop' with model = embedding, expected products or vmap or alone"):
        Ensemble(configs(EMBEDDING), "loop")
