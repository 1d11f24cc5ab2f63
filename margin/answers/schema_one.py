"""JSON of schema 1, as `python -m margin.predict --json --schema 1` prints it: one shape for each kind of task."""

from __future__ import annotations

from typing import Any

from margin.answers.record import Answer, Block, ClassWeight
from margin.answers.report import Json, check_json
from margin.numbers.real import float_or_none
from margin.tasks import GroupComposition


def as_json(answer: Answer) -> Json:
    """The JSON object of schema 1; exact numbers are strings that sympy parses to the same value."""
    prediction, widths, group = answer.prediction, answer.widths, isinstance(answer.prediction.task, GroupComposition)
    task, best = prediction.task, prediction.all_irreps
    margin: Json = {
        "exact": str(prediction.exact),
        "squared_exact": str(prediction.squared),
        "float": float_or_none(prediction.exact),
    }
    if group:
        margin |= {"all_irreps": str(best), "all_irreps_float": float_or_none(best)}
    described = task.description()
    named = {"kind": task.kind, "group": described.get("group"), "order": task.n, "k": task.k} if group else described
    blocks = [
        {
            "kind": block.kind,
            "count": block.count,
            "mass_each": str(block.mass),
            "neurons_each": neurons,
        }
        for block, neurons in answer.counted_blocks
    ]
    return {
        "schema": 1,
        "task": named,
        "norm": {"inner": 2, "outer": task.degree},
        "margin": margin,
        "width": {
            "constructed": widths.constructed,
            "paper": widths.paper,
            "lower_bound": widths.lower_bound,
            "minimal": widths.minimal,
        },
        **({"irreps": [_irrep(block) for block in prediction.blocks]} if group else {"blocks": blocks}),
        "dual": {
            "class_weights": [_group_class(w) if group else _class(w) for w in prediction.class_weights],
        },
        "check": check_json(answer.check),
    }


def _irrep(block: Block[Any]) -> Json:
    low, high = block.mass_range
    return {
        "dimension": block.dimension,
        "type": block.type,
        "count": block.count,
        "mass": str(block.mass),
        "mass_float": float_or_none(block.mass),
        "mass_range": [str(low), str(high)],
        "mass_range_float": [float_or_none(low), float_or_none(high)],
        "used": block.used,
    }


def _group_class(weight: ClassWeight[Any]) -> Json:
    return {
        "class": weight.where,
        "element_order": weight.element_order,
        "count": weight.count,
        "each": str(weight.each),
        "each_float": float_or_none(weight.each),
    }


def _class(weight: ClassWeight[Any]) -> Json:
    return {"differences": weight.where, "count": weight.count, "each": str(weight.each)}
