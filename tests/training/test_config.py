"""The config: settings without effect are refused, what the hash covers, schemas 1 and 2, assignments."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from training import settings
from training.config import SCHEMA_1, Config, migrated, names, parse
from training.settings import name_of

PLAIN = Config.of(task="mod:5", k=2, width=8)
EMBEDDING = Config.of(task="mod:5", k=2, width=8, model="embedding", strength=0, strength_unit="one")
BASES: dict[str, dict[str, Any]] = {  # what a setting needs beside it
    "momentum": {"optimiser": "sgd"},
    "norm": {"model": "embedding"},
    "sharpness_first": {"loss": "soft_minimum"},
    "sharpness_last": {"loss": "soft_minimum"},
    "targets": {"loss": "squared"},
    "doublings": {"schedule": "doubling"},
    "batch_share": {"batch": 7},
    "train_share": {"batch_kind": "inputs"},
}
for kind, block in reversed(settings.KINDS["model"].items()):  # what only another network knows needs that network
    BASES |= {
        name_of(part): {"model": kind} for part in fields(block) if name_of(part) not in dict(PLAIN.model.items())
    }
OTHER: dict[str, Any] = {
    "task": "mod:7",
    "model": "embedding",
    "norm": "neurons",
    "activation": "relu",
    "signs": "balanced",
    "normalise": "length",
    "query": "every",
    "loss": "soft_minimum",
    "targets": "one_hot",
    "strength_unit": "one",
    "exponent": 2.0,
    "optimiser": "sgd",
    "schedule": "constant",
    "batch_kind": "inputs",
    "doublings": (3,),
    "batch_share": 0.5,
    "train_share": 0.5,
    "stop_ratio": 0.9,
    "dtype": "float64",
    "device": "meta",
}
WITHOUT_EFFECT: list[tuple[dict[str, Any], str]] = [
    ({"momentum": 0.9}, "momentum = 0.9 has no effect with optimiser = adam; leave it out, or set optimiser = sgd"),
    ({"optimiser": "sgd", "beta2": 0.9}, "with optimiser = sgd; leave it out, or set optimiser = adam or"),
    ({"sharpness_last": 5.0}, "with loss = cross_entropy; leave it out, or set loss = soft_minimum"),
    ({"loss": "soft_minimum", "strength": 0.1}, "with loss = soft_minimum; leave it out, or set loss = cross_entropy"),
    ({"loss": "soft_minimum", "exponent": 1.0}, "exponent = 1.0 has no effect"),
    ({"doublings": (3, 4)}, "with schedule = cosine; leave it out, or set schedule = doubling"),
    ({"batch_share": 0.5}, "batch_share = 0.5 has no effect with batch = 0; leave it out, or set batch above 0"),
    ({"dimension": 16}, "dimension = 16 has no effect with model = neurons; leave it out, or set model = embedding"),
    ({"model": "embedding", "signs": "balanced"}, "with model = embedding; leave it out, or set model = neurons"),
]


@pytest.mark.parametrize(("values", "message"), WITHOUT_EFFECT, ids=lambda value: str(value)[:40])
def test_a_setting_without_effect_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        PLAIN.changed(values)
    assert message in str(error.value)
    with pytest.raises(ValueError) as error:
        Config.of(**{"task": "mod:5", "k": 2, "width": 8} | values)
    assert message in str(error.value)
    needed = {name for name in values if name not in settings.CHOSEN}
    assert all(PLAIN.changed(BASES.get(name, {}) | {name: values[name]}) for name in needed & set(BASES))


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


def test_another_kind_keeps_what_it_shares() -> None:
    fast = PLAIN.changed({"lr": 0.3, "beta2": 0.95, "init": 0.5, "strength": 0.1})
    sgd = fast.changed({"optimiser": "sgd"})
    assert sgd.optimiser == settings.Sgd(0.3)
    assert fast.changed({"optimiser": "adamw"}).optimiser == settings.AdamW(0.3, beta2=0.95)
    assert sgd.changed({"optimiser": "adam"}).optimiser == settings.Adam(0.3)
    embedding = fast.changed({"model": "embedding"})
    assert embedding.model == settings.Embedding(8)  # its `init` is another thing
    assert fast.changed({"loss": "soft_minimum"}).loss == settings.SoftMinimum()
    batches = fast.changed({"batch": 7, "batch_share": 0.5, "batch_kind": "inputs"})
    assert batches.changed({"batch": 0}).data == settings.Whole("inputs")
    assert batches.changed({"batch": 8}).data == settings.Batches("inputs", batch=8, batch_share=0.5)


def test_canonical_json_round_trips() -> None:
    config = PLAIN.changed({"schedule": "doubling", "doublings": [1, 2], "lr": 1, "stop_ratio": None})
    for written in (config, EMBEDDING, EMBEDDING.changed({"batch": 3, "dimension": 5})):
        again = Config.from_mapping(json.loads(written.canonical()))
        assert again == written
        assert again.canonical() == written.canonical()
        assert b" " not in written.canonical()
    assert config.optimiser.lr == 1.0


def test_schema_1_is_all_of_its_settings_and_schema_2_those_in_use() -> None:
    first, second = json.loads(PLAIN.canonical()), json.loads(EMBEDDING.canonical())
    assert first == json.loads(json.dumps(SCHEMA_1)) | {"task": "mod:5", "k": 2, "width": 8}
    now = EMBEDDING.flat()
    assert now.pop("norm") == "parameters"  # a setting that came later is written only where it differs
    assert second == {"schema": 2} | now
    assert "momentum" not in second
    assert PLAIN.digest() == "c3548c9d6dc64d44"
    assert EMBEDDING.digest() == "b71c83ab440cbea8"


@pytest.mark.parametrize("name", names())
def test_every_setting_changes_the_hash(name: str) -> None:
    assert BASES["dimension"] == {"model": "embedding"}
    base = PLAIN.changed(BASES.get(name, {}))
    now = base.flat().get(name, 0)
    value = OTHER[name] if name in OTHER else now + 1 if isinstance(now, int) else now / 2 + 0.25
    other = base.changed({name: value})
    assert other.digest() != base.digest()
    assert base.changed({name: now}).digest() == base.digest()
    assert len(base.digest()) == 16


def test_saved_configs_may_hold_settings_without_effect() -> None:
    """Before they were refused they were written, and changed nothing but the hash."""
    saved = json.loads(PLAIN.canonical()) | {"momentum": 0.9, "sharpness_last": 5.0, "batch_share": 0.5}
    assert Config.from_mapping(saved) == PLAIN
    with pytest.raises(ValueError, match=r"dimension = 3 has no effect"):  # no saved config of schema 1 holds it
        Config.from_mapping(saved | {"dimension": 3})
    with pytest.raises(ValueError, match=r"config of schema 3, expected 1 or 2; it was written by a later version"):
        migrated({"schema": 3})


def test_assignments_are_read_by_type() -> None:
    assert parse("width=64") == ("width", 64)
    assert parse("lr=1e-3") == ("lr", 1e-3)
    assert parse("doublings=10,20") == ("doublings", (10, 20))
    assert parse("doublings=") == ("doublings", ())
    assert parse("stop_ratio=none") == ("stop_ratio", None)
    assert parse("task=group:S4") == ("task", "group:S4")
    assert parse("model=embedding") == ("model", "embedding")
    assert parse("batch=8") == ("batch", 8)
    for text, message in [("width", "key=value"), ("width=2.5", "an integer"), ("lr=quick", "a number")]:
        with pytest.raises(ValueError, match=message):
            parse(text)
