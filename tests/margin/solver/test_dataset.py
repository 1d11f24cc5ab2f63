"""Data sets: from tasks, tables, files; parts and noise; what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from margin.networks.activations import Power, ReLU
from margin.solver import DataSet, from_table, from_task, one_hot, read_data, read_table
from margin.tasks import ModularAddition, SparseParity


def test_tasks_become_features() -> None:
    data = from_task(ModularAddition(3, 2))
    assert data.features.shape == (9, 6)
    assert (data.features.sum(axis=1) == 2).all()
    assert data.labels.tolist() == [0, 1, 2, 1, 2, 0, 2, 0, 1]
    assert data.degree == 3
    bits = from_task(SparseParity(3, 2))
    assert set(bits.features.ravel()) == {1.0, -1.0}
    assert from_task(ModularAddition(3, 2), ReLU()).degree == 2
    assert from_task(ModularAddition(3, 2), ReLU()).task is None


def test_missing_entries_of_a_table_are_left_out() -> None:
    data = from_table(np.array([[0, -1], [1, 0]]))
    assert len(data) == 3
    assert data.classes == 2
    assert data.labels.tolist() == [0, 1, 0]


def test_parts_and_noise() -> None:
    data = from_task(ModularAddition(5, 2))
    part = data.part(0.3, 1)
    assert len(part) == 8
    assert part.classes == 5
    assert part.task is None
    assert not np.array_equal(part.features, data.part(0.3, 2).features)
    assert np.array_equal(part.features, data.part(0.3, 1).features)
    assert data.part(1.0) is data
    noisy = data.with_noise(0.2, 0)
    assert (noisy.labels != data.labels).sum() == 5
    assert data.with_noise(0.0) is data


def test_repetitions_are_kept_once_and_contradictions_refused() -> None:
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -0.0]])
    assert len(DataSet(x, np.array([0, 1, 0]), 2, Power(2))) == 2
    with pytest.raises(ValueError, match="contradictory data: inputs 0 and 2 are the same, with labels 0 and 1"):
        DataSet(x, np.array([0, 1, 1]), 2, Power(2))


EYE = np.eye(2)
WRONG_DATA: dict[str, tuple[tuple[Any, Any, int, Any], str]] = {
    "shape": ((np.ones(3), np.arange(3), 3, Power(2)), "expected (N, d) and (N,)"),
    "types": ((EYE, np.array([0.0, 1.0]), 2, Power(2)), "expected integers"),
    "classes": ((EYE, np.array([0, 0]), 1, Power(2)), "at least 2"),
    "labels": ((EYE, np.array([0, 2]), 2, Power(2)), "expected 0..1"),
    "nan": ((np.array([[0.0], [np.nan]]), np.array([0, 1]), 2, Power(2)), "input 1 is not finite"),
    "size": ((np.zeros((5000, 4000)), np.zeros(5000, int), 2, Power(2)), "at most"),
}


@pytest.mark.parametrize("name", WRONG_DATA)
def test_wrong_data(name: str) -> None:
    arguments, message = WRONG_DATA[name]
    with pytest.raises(ValueError) as error:
        DataSet(*arguments)
    assert message in str(error.value)


@pytest.mark.parametrize("activation", [2, "relu", "tanh", None])
def test_activations_are_no_words_or_numbers(activation: Any) -> None:
    assert DataSet(EYE, np.array([0, 1]), 2, Power(2)).degree == 3
    with pytest.raises(TypeError, match=r"expected one such as Power\(2\) or ReLU\(\)"):
        DataSet(EYE, np.array([0, 1]), 2, activation)


def test_wrong_symbols_tables_and_shares() -> None:
    data = from_task(ModularAddition(3, 2))
    with pytest.raises(ValueError, match="expected integers of shape"):
        one_hot(np.ones((2, 2)))
    with pytest.raises(ValueError, match="symbols outside"):
        one_hot(np.array([[0, 3]]), (2, 2))
    with pytest.raises(ValueError, match="expected a matrix of integers"):
        from_table(np.ones((2, 2)))
    with pytest.raises(ValueError, match="every entry is missing"):
        from_table(np.array([[-1, -1]]))
    for share in (0, 1.5, float("nan")):
        with pytest.raises(ValueError, match="share"):
            data.part(share)
    with pytest.raises(ValueError, match="noise: share -1"):
        data.with_noise(-1)
    with pytest.raises(ValueError, match="too many for the solver"):
        from_task(ModularAddition(997, 3))


def test_files(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b\nb,\n")
    data = read_table(table)
    assert data.labels.tolist() == [0, 1, 1]
    listed = tmp_path / "d.csv"
    listed.write_text("# two inputs and a label\n10,x,no\n9,y,yes\n10,y,no\n")
    data = read_data(listed)
    assert data.features.tolist() == [[0, 1, 1, 0], [1, 0, 0, 1], [0, 1, 0, 1]]
    assert data.activation == Power(2)
    listed.write_text("0.5,1,0\n-1,2,1\n")
    assert read_data(listed, Power(3), real=True).features.tolist() == [[0.5, 1.0], [-1.0, 2.0]]
