"""Tasks of every kind: their one spelling, and what all of them have."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.finite_groups.names import group
from margin.tasks import MOST_BITS, ElementTask, GroupComposition, ModularAddition, SparseParity, Task, count, parse

TASKS: list[Task] = [
    ModularAddition(2, 1),
    ModularAddition(6, 2),
    ModularAddition(5, 3),
    GroupComposition("S3", 2),
    GroupComposition("C4", 3),
    GroupComposition("Q8", 1),
    SparseParity(3, 2),
    SparseParity(1, 1),
]


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_spec_is_read_back(task: Task) -> None:
    assert parse(task.spec, task.k) == task
    assert parse(task.spec, task.k) != parse(task.spec.replace("parity:", "mod:").replace(",", ""), task.k + 1)


@given(n=st.integers(2, 10**30), k=st.integers(1, 10**6))
def test_every_modulus_is_read_back(n: int, k: int) -> None:
    assert parse(f"mod:{n}", k) == ModularAddition(n, k)


@pytest.mark.parametrize(
    ("text", "k", "words"),
    [
        ("", 2, "expected mod:23"),
        ("mod", 2, "expected mod:23"),
        ("mod:", 2, "expected mod:23"),
        ("mod:x", 2, "expected mod:23"),
        ("mod:²", 2, "expected mod:23"),
        ("mod:-5", 2, "expected mod:23"),
        ("add:5", 2, "expected mod:23"),
        ("group", 2, "expected mod:23"),
        ("group:", 2, "group '': unknown name"),
        ("parity:10,", 4, "expected mod:23"),
        ("x" * 100, 2, "'xxx"),
        ("mod:1", 2, "n = 1, expected an integer >= 2"),
        ("mod:5", None, "without k"),
        ("mod:5", 0, "k = 0, expected an integer >= 1"),
        ("group:S3", None, "without k"),
        ("group:X3", 2, "unknown name"),
        ("parity:10", None, "without k"),
        ("parity:10,4", 3, "with k = 3, expected k = 4"),
        ("parity:3,4", None, "expected k <= n"),
    ],
)
def test_other_spellings_are_refused(text: str, k: int | None, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as refusal:
        parse(text, k)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_population_and_labels(task: Task) -> None:
    inputs = task.inputs()
    labels = task.labels(inputs)
    assert len(inputs) == task.population == len(labels)
    assert set(labels.tolist()) <= set(range(task.classes))
    assert task.degree == task.k + 1
    assert task.description()["kind"] == task.kind
    if isinstance(task, ElementTask):
        assert inputs.shape == (task.n**task.k, task.k)
        products = task.products()
        expected = inputs[:, 0]
        for j in range(1, task.k):
            expected = products[expected, inputs[:, j]]
        assert (labels == expected).all()


def test_a_group_by_name_and_as_an_object() -> None:
    by_name, made = GroupComposition("S3", 2), group("S3")
    by_object = GroupComposition(made, 2)
    assert by_name.n == by_object.n == 6
    assert str(by_name) == str(by_object) == "composition of 2 elements of S3"
    assert by_object == GroupComposition(made, 2)
    assert by_object != GroupComposition(group("S3"), 2) or made is group("S3")
    assert GroupComposition("C4", 2) == GroupComposition("C4", 2) != GroupComposition("C4", 3)
    assert GroupComposition("C4", 2) != ModularAddition(4, 2)
    assert len({GroupComposition("C4", 2), GroupComposition("C4", 2)}) == 1


def test_a_group_known_by_structure_is_not_enumerated() -> None:
    task = GroupComposition("C1000000007", 2)
    assert task.n == task.classes == 1_000_000_007
    assert task.population == 1_000_000_007**2
    with pytest.raises(ValueError, match="expected at most 10000"):
        task.labels(np.array([[1, 2]]))


@pytest.mark.parametrize(
    ("task", "bits"),
    [
        (ModularAddition(5, 10**12), 2 * 10**12),
        (ModularAddition(2, MOST_BITS + 1), MOST_BITS + 1),
        (GroupComposition("S3", 10**12), 2 * 10**12),
        (SparseParity(10**9, 3), 10**9),
    ],
)
def test_populations_that_no_number_counts_are_refused(task: Task, bits: int) -> None:
    """In no time: 5^(10^12) would take hours."""
    for name in ("population", "counted"):
        with pytest.raises(ValueError, match=f"^at least 2\\^{bits} inputs, expected at most 2\\^{MOST_BITS}; choose"):
            getattr(task, name)


def test_populations_are_counted_in_full_while_that_is_short() -> None:
    assert ModularAddition(2, MOST_BITS).counted == f"at least 2^{MOST_BITS}"
    assert ModularAddition(31, 2).counted == "961"
    assert SparseParity(49, 3).counted == str(2**49)
    assert SparseParity(50, 3).counted == "at least 2^50"
    assert ModularAddition(5, 7000).counted == "at least 2^16253"
    assert 2**16253 < 5**7000 < 2**16254


def test_a_trivial_change_of_the_table_is_seen() -> None:
    assert ModularAddition(5, 2).products()[2, 4] == 1
    assert (GroupComposition("C5", 2).products() == ModularAddition(5, 2).products()).all()
    assert (GroupComposition("S3", 2).products() != GroupComposition("C6", 2).products()).any()


SIX = ModularAddition(6, 2)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 12, 23])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_addition(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    assert (task.degree, task.population) == (k + 1, n**k)
    assert [z for z in range(n) if 0 < 2 * z < n] == list(task.rotation_frequencies)
    assert [z for z in range(n) if 2 * z == n] == list(task.sign_frequencies)
    for z in range(1, n):
        assert task.frequency_order(z) == len({z * a % n for a in range(n)})
    inputs = task.inputs()
    assert [tuple(a) for a in inputs.tolist()] == list(product(range(n), repeat=k))
    assert task.labels(inputs).tolist() == [sum(a) % n for a in product(range(n), repeat=k)]
    assert task.labels([n - 1] * k) == -k % n
    assert task == ModularAddition(n, k) != ModularAddition(n + 1, k)


def test_addition_in_words() -> None:
    assert str(ModularAddition(23, 1)) == "addition of 1 input mod 23"
    assert str(ModularAddition(23, 3)) == "addition of 3 inputs mod 23"


@pytest.mark.parametrize("integer", [int, np.int8, np.uint64, np.int64])
def test_addition_takes_any_integer_type(integer: Any) -> None:
    task = ModularAddition(integer(6), integer(2))
    assert task == SIX
    assert hash(task) == hash(SIX)
    assert type(task.n) is type(task.k) is int


@pytest.mark.parametrize("value", [2.0, "2", True, None, Fraction(2), 2j, [2], np.float64(2), np.array([2, 3])])
def test_addition_refuses_other_types(value: Any) -> None:
    for name, arguments in (("n", (value, 2)), ("k", (6, value))):
        with pytest.raises(TypeError) as refusal:
            ModularAddition(*arguments)
        if not isinstance(value, np.ndarray):
            least = 2 if name == "n" else 1
            assert str(refusal.value) == f"ModularAddition: {name} = {value!r}, expected an integer >= {least}"


@pytest.mark.parametrize(("n", "k", "name", "least"), [(1, 2, "n", 2), (0, 2, "n", 2), (-6, 2, "n", 2), (6, 0, "k", 1)])
def test_addition_refuses_small_numbers(n: int, k: int, name: str, least: int) -> None:
    with pytest.raises(ValueError, match=f"{name} = {n if name == 'n' else k}, expected an integer >= {least}"):
        ModularAddition(n, k)


def test_count_beyond_machine_words() -> None:
    assert count(range(1, 10**30)) == 10**30 - 1
    assert count(range(5, 5)) == count(range(5, 3)) == 0
    with pytest.raises(OverflowError):
        len(range(1, 10**30))
