"""JSON of schema 2: one shape for every kind of task, saying what schema 1 says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import call
from tests.margin.commands.test_predict import keys_of

TASKS = {
    "addition, odd": ["--p", "23", "--k", "3"],
    "addition, even": ["--n", "6", "--k", "2"],
    "addition, n = 2": ["--p", "2", "--k", "1"],
    "group": ["--group", "S5", "--k", "3"],
    "group by structure": ["--group", "D1000003", "--k", "2"],
    "cyclic group": ["--group", "C6", "--k", "2"],
    "parity": ["--parity", "10,4"],
}
KEYS = {
    "": ["schema", "task", "activation", "norm", "margin", "construction", "width", "blocks", "dual", "check"],
    "norm": ["inner", "outer"],
    "margin": ["exact", "squared_exact", "float", "all_irreps", "all_irreps_float"],
    "width": ["constructed", "paper", "lower_bound", "minimal"],
    "blocks[]": [
        *("kind", "dimension", "type", "count", "frequencies", "mass_each", "mass_each_float"),
        *("mass_range", "mass_range_float", "used", "neurons_each"),
    ],
    "dual": ["inputs", "class_weights"],
    "dual.class_weights[]": ["where", "element_order", "count", "each", "each_float"],
    "check": ["method", "exact", "passed", "seconds", "statements"],
    "check.statements[]": ["statement", "holds"],
}


def answer(*arguments: str) -> dict[str, Any]:
    got = call(*arguments, "--json")
    assert (got.code, got.err) == (0, "")
    result: dict[str, Any] = json.loads(got.out)
    return result


@pytest.mark.parametrize("arguments", TASKS.values(), ids=TASKS)
def test_every_task_has_the_same_shape(arguments: list[str]) -> None:
    got = answer(*arguments)
    keys = keys_of(got)
    assert keys.pop("task")[:2] == ["spec", "kind"]
    assert keys == KEYS
    assert got["schema"] == 2
    assert answer(*arguments, "--schema", "2")["blocks"] == got["blocks"]


@pytest.mark.parametrize("arguments", TASKS.values(), ids=TASKS)
def test_schema_2_says_what_schema_1_says(arguments: list[str]) -> None:
    new, old = answer(*arguments), answer(*arguments, "--schema", "1")
    assert old["schema"] == 1
    assert new["norm"] == old["norm"]
    assert new["width"] == old["width"]
    assert {key: new["margin"][key] for key in old["margin"]} == old["margin"]
    for block, former in zip(new["blocks"], old["blocks"] if "blocks" in old else old["irreps"], strict=True):
        shared = {key.replace("mass_float", "mass_each_float"): value for key, value in former.items() if key != "mass"}
        assert {key: block[key] for key in shared} == shared
        assert block["mass_each"] == former.get("mass_each", former.get("mass"))
    for weight, former in zip(new["dual"]["class_weights"], old["dual"]["class_weights"], strict=True):
        assert weight["where"] == former.get("class", former.get("differences"))
        assert (weight["count"], weight["each"]) == (former["count"], former["each"])
    assert new["check"]["passed"] is old["check"]["passed"] is True
    assert all(line["holds"] for line in new["check"]["statements"])


@pytest.mark.parametrize("arguments", TASKS.values(), ids=TASKS)
def test_neurons_add_up_to_the_width(arguments: list[str]) -> None:
    got = answer(*arguments)
    assert sum(b["count"] * b["neurons_each"] for b in got["blocks"]) == got["width"]["constructed"]
    assert sum(b["count"] * b["mass_each_float"] for b in got["blocks"]) == pytest.approx(1, rel=1e-12)
    paper = answer(*arguments, "--construction", "paper")
    assert paper["width"]["constructed"] == paper["width"]["paper"]
    assert sum(b["count"] * b["neurons_each"] for b in paper["blocks"]) == paper["width"]["paper"]


def test_frequencies_are_those_of_addition_alone() -> None:
    assert [b["frequencies"] for b in answer(*TASKS["addition, even"])["blocks"]] == [[1, 2], [3, 3]]
    assert {str(b["frequencies"]) for b in answer(*TASKS["group"])["blocks"]} == {"None"}


@pytest.mark.parametrize("schema", ["0", "3", "one"])
def test_other_schemas_are_refused(schema: str) -> None:
    assert_refused(call(*TASKS["parity"], "--json", "--schema", schema), "--schema")
