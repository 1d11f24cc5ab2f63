"""The blocks of settings: what they refuse, and that their names are one per setting."""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, fields
from typing import Any

import pytest

from margin.tasks import parse
from training import settings
from training.config import Config, names
from training.settings import KINDS, PLAIN, Block, Model, Neurons, Task, name_of

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"k": 0}, "k = 0, expected an integer >= 1"),
    ({"k": 2.0}, "k = 2.0, expected int"),
    ({"width": True}, "width = True, expected int"),
    ({"steps": 0}, "steps = 0"),
    ({"lr": 0.0}, "lr = 0.0, expected a number above 0"),
    ({"lr": float("nan")}, "lr = nan, expected a finite number"),
    ({"strength": float("inf")}, "strength = inf, expected a finite number"),
    ({"strength": -1}, "strength = -1.0"),
    ({"strength": 0}, "strength = 0.0, expected a number above 0; without a regulariser strength = 0 with"),
    ({"lr": "fast"}, "lr = 'fast', expected float"),
    ({"loss": "hinge"}, "loss = 'hinge', expected one of cross_entropy, soft_minimum"),
    ({"loss": 3}, "loss = 3, expected str"),
    ({"model": "forest"}, "model = 'forest', expected one of neurons, embedding, recurrent, attention, transformer"),
    ({"model": "recurrent", "normalise": "batch"}, "normalise = 'batch', expected one of layer, length, none"),
    ({"model": "attention", "query": "first"}, "query = 'first', expected one of last, every"),
    ({"model": "transformer", "heads": 0}, "heads = 0, expected an integer >= 1"),
    ({"model": "transformer", "layers": 0}, "layers = 0, expected an integer >= 1"),
    ({"model": "transformer", "head_dimension": 0}, "head_dimension = 0, expected an integer >= 1"),
    ({"model": "recurrent", "dimension": 0}, "dimension = 0, expected an integer >= 1"),
    ({"activation": "tanh"}, "activation = 'tanh', expected one of power, relu"),
    ({"activation": "1 + x^2"}, "activation = '1 + x^2', expected one of power, relu, abs or another homogeneous"),
    ({"beta1": 1.0}, "beta1 = 1.0, expected 0 <= beta1 < 1"),
    ({"optimiser": "sgd", "momentum": 1.0}, "momentum = 1.0, expected 0 <= momentum < 1"),
    ({"weight_decay": -0.1}, "weight_decay = -0.1"),
    ({"train_share": 0.0}, "train_share = 0.0"),
    ({"train_share": 1.5}, "train_share = 1.5"),
    ({"batch": 3, "batch_share": 1.5}, "batch_share = 1.5"),
    ({"batch": -1}, "batch = -1, expected an integer >= 0"),
    ({"batch": 1.5}, "batch = 1.5, expected int"),
    ({"train_share": 0.5}, "expected batch_kind = inputs"),
    ({"seed": 2**63}, "expected a seed below"),
    ({"schedule": "doubling", "doublings": [-1]}, "steps >= 0"),
    ({"schedule": "doubling", "doublings": 7}, "doublings = 7, expected tuple"),
    ({"loss": "soft_minimum", "sharpness_first": 0}, "sharpness_first = 0.0, expected a number above 0"),
    ({"stop_ratio": -0.5}, "stop_ratio = -0.5, expected a number above 0"),
    ({"task": None}, "task = None, expected str"),
    ({"task": "parity:10,4"}, "task = 'parity:10,4' with k = 2, expected k = 4"),
]


@pytest.mark.parametrize(("values", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_wrong_values_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        Config.of(**{"task": "mod:5", "k": 2, "width": 8} | values)
    assert message in str(error.value)


def test_the_limits_themselves_are_taken() -> None:
    least = {"k": 1, "width": 1, "steps": 1, "beta1": 0.0, "weight_decay": 0, "train_share": 1, "seed": 2**63 - 1}
    assert Config.of(**{"task": "mod:5"} | least).seed == 2**63 - 1
    assert Config.of(task="mod:5", k=2, width=1, strength=0, strength_unit="one").loss == settings.CrossEntropy(
        0, "one"
    )


def test_every_setting_has_a_plain_type_a_first_value_and_one_meaning() -> None:
    types: dict[str, set[str]] = {}
    for kinds in KINDS.values():
        for kind in kinds.values():
            for part in fields(kind):
                types.setdefault(name_of(part), set()).add(str(part.type))
                assert part.default is not MISSING or name_of(part) in ("task", "k", "width")
    assert {kind for kinds in types.values() for kind in kinds} == set(PLAIN)
    assert [name for name, kinds in types.items() if len(kinds) > 1] == []
    assert set(types) <= set(names())
    assert len(names()) == len(set(names()))


def test_a_block_cannot_be_changed() -> None:
    block = Neurons(8)
    with pytest.raises(FrozenInstanceError):
        block.width = 9  # type: ignore[misc]
    assert all(issubclass(kind, Block) for kinds in KINDS.values() for kind in kinds.values())


def test_a_network_says_its_degree_and_what_is_predicted_of_it() -> None:
    power, relu, embedding = Neurons(8), Neurons(8, "relu"), settings.Embedding(8)
    assert [model.degree(3) for model in (power, relu, embedding)] == [4, 2, None]
    assert [model.predicted for model in (power, relu, embedding)] == [True, False, False]
    assert [model.shown(3).partition(",")[0] for model in (power, relu)] == ["activation x^3", "activation ReLU"]
    assert "dimension 32" in embedding.shown(3)
    absolute, cube = Neurons(8, "abs"), Neurons(8, " X^3")
    assert [model.degree(2) for model in (absolute, cube)] == [2, 4]
    assert [model.shown(2).partition(",")[0] for model in (absolute, cube)] == ["activation |x|", "activation x^3"]
    assert not absolute.predicted
    assert Neurons(8, "abs") == Neurons(8, "|x|") != relu == Neurons(8, "ReLU")  # one spelling, one hash
    with pytest.raises(NotImplementedError):
        Model(8).shown(3)


def test_networks_of_tokens_say_their_shapes_and_what_they_are() -> None:
    recurrent, attention = settings.Recurrent(8), settings.Attention(8)
    transformer = settings.Transformer(8, heads=3, head_dimension=5, layers=4)
    assert [model.dimension for model in (recurrent, attention, transformer)] == [256, 128, 128]
    assert recurrent.shapes(2, 7, 7)["weight_ih"] == (8, 256)
    assert attention.shapes(2, 6, 3)["projection"] == (8, 3, 128)
    assert transformer.shapes(2, 7, 7)["output"] == (4, 3, 128, 5)
    assert transformer.shapes(3, 7, 7)["positions"] == (4, 128)
    assert "tanh states of width 8" in recurrent.shown(2)
    assert "8 heads" in attention.shown(2)
    assert "4 layers of 3 heads and 8 neurons" in transformer.shown(2)
    for model in (recurrent, attention, transformer):
        assert model.degree(2) is None
        assert not model.predicted
        with pytest.raises(ValueError, match=r"on parity.*, expected a task on group elements"):
            model.require(parse("parity:5", 2))
    with pytest.raises(NotImplementedError):
        settings.Tokens(8).shapes(2, 7, 7)


def test_one_name_of_the_activation_of_the_theory() -> None:
    Neurons(8, "x^3").require(parse("mod:5", 2))
    Neurons(8, "power").require(parse("mod:5", 3))
    with pytest.raises(ValueError, match=r"activation = x\^3 with k = 3, expected power"):
        Neurons(8, "x^3").require(parse("mod:5", 3))


def test_one_spelling_of_parity() -> None:
    assert Task("parity:10,4", 4) == Task("parity:10", 4)
    assert Task("group:perm:(1,2,3);(1,2)", 2).name == "group:perm:(1,2,3);(1,2)"
    assert str(Task("parity:10", 4).posed()) == "parity of 4 of 10 bits"
    for name in ("", "mod", "mod:", "mod:x", "mod:-3", "mod:²", "s3", "ring:5", "parity:2.5"):
        with pytest.raises(ValueError, match="expected mod:23, group:S4 or parity:10"):
            Task(name, 2).posed()
    for name in ("group:", "group:NoSuchGroup"):
        with pytest.raises(ValueError, match=r"group .*unknown name"):
            Task(name, 2).posed()
    with pytest.raises(ValueError, match="n = 1"):
        Task("mod:1", 2).posed()
