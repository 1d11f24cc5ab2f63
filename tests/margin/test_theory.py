"""One API for every kind of task: the wings have the same rooms, with the same signatures."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pytest

import margin
from margin import certificate, check, construct, finite_lambda, maximum_margin, parse, theory, widths
from margin.answers.report import Wording
from margin.tasks import KINDS, GroupComposition, ModularAddition, SparseParity, Task
from tests.helpers.assertions import assert_max_margin, assert_verified

TASKS: list[Task] = [
    *(parse(f"mod:{n}", k) for n in range(2, 8) for k in (1, 2, 3)),
    *(parse(f"group:{name}", k) for name in ("S3", "Q8", "Dic3", "C6", "C2xC2", "D4") for k in (1, 2)),
    *(parse(f"parity:{spec}") for spec in ("1,1", "3,2", "4,4", "6,3")),
]
ROOMS = {
    "maximum": {"maximum_margin": ["task"], "require_size": ["task"]},
    "construction": {"construct": ["task", "construction", "prediction"]},
    "width": {"widths": ["task", "construction", "prediction"]},
    "check": {"check": ["prediction", "method", "construction", "progress"]},
    "certificate": {"certify": ["prediction", "sense", "construction"]},
    "vipr": {"rational_program": ["prediction"]},
    "finite_lambda": {"margin_program": ["task"]},
}


@pytest.mark.parametrize("home", theory.WINGS.values())
@pytest.mark.parametrize("room", ROOMS)
def test_wings_have_the_same_rooms(home: str, room: str) -> None:
    module = import_module(f"{home}.{room}")
    for name, parameters in ROOMS[room].items():
        assert list(inspect.signature(getattr(module, name)).parameters) == parameters
    assert isinstance(import_module(f"{home}.wording").WORDING, Wording)


def test_every_kind_of_task_has_a_wing() -> None:
    assert list(theory.WINGS | theory.ENCLOSED) == list(KINDS)
    assert {ModularAddition, GroupComposition, SparseParity} <= set(KINDS.values())


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.spec}, k = {task.k}")
def test_a_task_is_read_back_from_its_description_and_its_spelling(task: Task) -> None:
    description = task.description()
    assert set(KINDS[task.kind].needed) <= set(description)
    assert KINDS[task.kind].described(description) == task == parse(task.spec, task.k)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.spec}, k = {task.k}")
def test_the_six_questions(task: Task) -> None:
    prediction = maximum_margin(task)
    network = construct(task)
    assert prediction.task == task
    assert_max_margin(network, task)
    assert float(network.normalised_margin()) == pytest.approx(float(prediction), rel=1e-9)
    counted = widths(task)
    assert network.width == counted.constructed <= widths(task, "paper").constructed == counted.paper
    assert check(prediction).passed is check(maximum_margin(task.listed()), "slow").passed is True
    assert check(prediction, "none").passed is None
    content = certificate(task)
    assert_verified(content)
    assert certificate(prediction) == content
    assert 0 < finite_lambda(task, 1e-3 * float(prediction)).ratio <= 1 + 1e-9


@pytest.mark.parametrize("task", [parse("mod:6", 2), parse("group:S3", 2), parse("parity:5,3")], ids=str)
def test_a_larger_margin_fails_its_check_and_its_certificate(task: Task) -> None:
    prediction: Any = maximum_margin(task)
    from dataclasses import replace

    larger = prediction.exact + prediction.exact if hasattr(prediction.exact, "terms") else None
    if larger is None:
        larger = replace(prediction.exact, numerator=2 * prediction.exact.numerator)
    assert check(replace(prediction, exact=larger)).passed is False


@pytest.mark.parametrize("verb", [maximum_margin, construct, widths, lambda task: finite_lambda(task, 1.0)])
@pytest.mark.parametrize("wrong", [(3, 2), "mod:5", None, 7])
def test_what_is_no_task_is_refused(verb: Any, wrong: object) -> None:
    with pytest.raises(TypeError, match="expected a task such as"):
        verb(wrong)


def test_unknown_constructions_checks_and_senses_are_refused() -> None:
    for task in (parse("mod:5", 2), parse("group:S3", 2), parse("parity:5,3")):
        for verb in (construct, widths, theory.predict):
            with pytest.raises(ValueError, match="construction 'best', expected one of minimal, paper"):
                verb(task, "best")
        with pytest.raises(ValueError, match="check 'quick', expected fast, slow or none"):
            check(maximum_margin(task), "quick")
        with pytest.raises(ValueError, match="sense 'between', expected equal, lower or upper"):
            certificate(task, "between")


def test_the_public_names_are_the_verbs() -> None:
    verbs = {"maximum_margin", "construct", "widths", "check", "certificate", "finite_lambda", "parse"}
    assert verbs <= set(margin.__all__)
