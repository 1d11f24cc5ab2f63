"""Settings of a run: what is refused, what the hash covers, schedules, presets."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from math import pi
from typing import Any

import pytest
import torch

from training.config import NAMES, Config, parse
from training.losses import CrossEntropy
from training.presets import PRESETS, SCALES, preset
from training.schedules import learning_rate, sharpness
from training.step import step_for
from training.tasks import problem

PLAIN = Config("mod:5", 2, 8)
OTHER: dict[str, Any] = {
    "task": "mod:7",
    "activation": "relu",
    "loss": "soft_minimum",
    "strength_unit": "one",
    "exponent": 2.0,
    "optimiser": "sgd",
    "schedule": "constant",
    "batch_kind": "inputs",
    "signs": "balanced",
    "doublings": (3,),
    "batch_share": 0.5,
    "stop_ratio": 0.9,
    "dtype": "float64",
    "device": "meta",
}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"k": 0}, "k = 0, expected an integer >= 1"),
    ({"k": 2.0}, "k = 2.0, expected int"),
    ({"width": True}, "width = True, expected int"),
    ({"steps": 0}, "steps = 0"),
    ({"lr": 0.0}, "lr = 0.0, expected a number above 0"),
    ({"lr": float("nan")}, "lr = nan, expected a finite number"),
    ({"strength": float("inf")}, "strength = inf, expected a finite number"),
    ({"strength": -1}, "strength = -1.0"),
    ({"lr": "fast"}, "lr = 'fast', expected float"),
    ({"loss": "hinge"}, "loss = 'hinge', expected one of cross_entropy, soft_minimum"),
    ({"beta1": 1.0}, "beta1 = 1.0, expected 0 <= beta1 < 1"),
    ({"weight_decay": -0.1}, "weight_decay = -0.1"),
    ({"train_share": 0.0}, "train_share = 0.0"),
    ({"batch_share": 1.5}, "batch_share = 1.5"),
    ({"train_share": 0.5}, "expected batch_kind = inputs"),
    ({"seed": 2**63}, "expected a seed below"),
    ({"doublings": [-1]}, "steps >= 0"),
    ({"doublings": 7}, "doublings = 7, expected tuple"),
    ({"task": None}, "task = None, expected str"),
]


@pytest.mark.parametrize(("settings", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_wrong_values_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        PLAIN.changed(settings)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("name", "nearest"), [("learning", "warmup"), ("widht", "width"), ("stop", "steps"), ("", "task")]
)
def test_unknown_settings_are_refused_with_the_nearest(name: str, nearest: str) -> None:
    for call in (lambda: PLAIN.changed({name: 1}), lambda: parse(f"{name}=1"), lambda: Config.from_mapping({name: 1})):
        with pytest.raises(ValueError, match=r"unknown setting .* the nearest known one is ") as error:
            call()
        if name != "learning":
            assert repr(nearest) in str(error.value)


def test_missing_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="config without k, width"):
        Config.from_mapping({"task": "mod:5"})


def test_canonical_json_round_trips() -> None:
    config = PLAIN.changed({"doublings": [1, 2], "lr": 1, "stop_ratio": None})
    again = Config.from_mapping(json.loads(config.canonical()))
    assert again == config
    assert again.canonical() == config.canonical()
    assert config.lr == 1.0
    assert b" " not in config.canonical()


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_changes_the_hash(name: str) -> None:
    value = OTHER[name] if name in OTHER else getattr(PLAIN, name) / 2 + 0.25
    if name in ("k", "width", "steps", "warmup", "batch", "evaluate_every", "threads", "seed"):
        value = getattr(PLAIN, name) + 1
    if name == "train_share":
        base, value = PLAIN.changed({"batch_kind": "inputs"}), 0.5
    else:
        base = PLAIN
    other = base.changed({name: value})
    assert other.digest() != base.digest()
    assert base.changed({name: getattr(base, name)}).digest() == base.digest()
    assert len(base.digest()) == 16


def test_assignments_are_read_by_type() -> None:
    assert parse("width=64") == ("width", 64)
    assert parse("lr=1e-3") == ("lr", 1e-3)
    assert parse("doublings=10,20") == ("doublings", (10, 20))
    assert parse("doublings=") == ("doublings", ())
    assert parse("stop_ratio=none") == ("stop_ratio", None)
    assert parse("task=group:S4") == ("task", "group:S4")
    for text, message in [("width", "key=value"), ("width=2.5", "an integer"), ("lr=quick", "a number")]:
        with pytest.raises(ValueError, match=message):
            parse(text)


def test_schedules() -> None:
    cosine = PLAIN.changed({"lr": 0.1, "steps": 100})
    assert learning_rate(cosine, 0) == pytest.approx(0.1)
    assert learning_rate(cosine, 50) == pytest.approx(0.05)
    assert learning_rate(cosine, 99) == pytest.approx(0.05 * (pi / 100) ** 2 / 2, rel=1e-3)
    doubling = PLAIN.changed({"lr": 0.05, "schedule": "doubling", "doublings": tuple(range(1000, 10001, 1000))})
    assert [learning_rate(doubling, step) for step in (0, 999, 1000, 2500)] == [0.05, 0.05, 0.1, 0.2]
    assert learning_rate(doubling, 39_999) == pytest.approx(51.2)  # the last rate that the paper prints
    warm = PLAIN.changed({"lr": 1.0, "schedule": "constant", "warmup": 10})
    assert [learning_rate(warm, step) for step in (0, 4, 9, 500)] == pytest.approx([0.1, 0.5, 1, 1])
    soft = PLAIN.changed({"sharpness_first": 10.0, "sharpness_last": 1000.0, "steps": 101})
    assert [sharpness(soft, step) for step in (0, 50, 100)] == pytest.approx([10, 100, 1000])


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_run_at_every_scale(name: str) -> None:
    """The smoke scale also takes one step."""
    digests = {preset(name).config(scale).digest() for scale in SCALES}
    assert len(digests) > 1
    config = preset(name).config("smoke")
    task = problem(config.task, config.k, config.activation)
    if task.population * config.width < 2e7:
        compute = step_for(task, config.width, torch.float32, torch.device("cpu"), config.batch_kind == "inputs")
        U, W = (0.1 * torch.ones(shape) for shape in task.shapes(config.width))
        batch = torch.arange(min(3, config.batch)) if config.batch else None
        assert bool(torch.isfinite(compute(U, W, CrossEntropy(1e-3, 1.0, task.degree), batch)))


def test_presets_of_papers_are_as_printed() -> None:
    mod71 = preset("morwani-mod71").config("paper")
    printed = {
        "task": "mod:71",
        "k": 2,
        "width": 500,
        "strength": 1e-4,
        "lr": 0.05,
        "steps": 40_000,
        "optimiser": "sgd",
    }
    assert printed.items() <= asdict(mod71).items()
    li = preset("li-k3-p97").config("paper")
    printed = {
        "task": "mod:97",
        "width": 1536,
        "lr": 5e-3,
        "beta2": 0.98,
        "batch": 1024,
        "warmup": 10,
        "strength": 5e-3,
    }
    assert printed.items() <= asdict(li).items()
    for name, found in PRESETS.items():
        assert bool(found.choices) == name.startswith(("morwani", "li"))


def test_unknown_presets_and_scales_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown preset 'mod24'; the nearest known one is 'mod23'"):
        preset("mod24")
    with pytest.raises(ValueError, match="unknown preset ''"):
        preset("")
    with pytest.raises(ValueError, match="scale 'huge', expected one of smoke, default, paper"):
        preset("mod23").config("huge")


def test_settings_have_plain_types() -> None:
    kinds = {"str", "int", "float", "float | None", "tuple[int, ...]"}
    assert {str(field.type) for field in fields(Config)} == kinds
