"""Named axes: what is found, what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from margin.analysis.axes import NAMES, Tensor, in_range, located

CUBE = Tensor(np.arange(24.0).reshape(2, 3, 4), ("input", "element", "neuron"))


def test_axes_are_found_and_moved_by_name() -> None:
    assert [CUBE.axis(name) for name in CUBE.axes] == [0, 1, 2]
    assert [CUBE.size(name) for name in CUBE.axes] == [2, 3, 4]
    last = CUBE.last("element")
    assert (last.axes, last.value.shape) == (("input", "neuron", "element"), (2, 4, 3))
    assert last.value[1, 2, 0] == CUBE.value[1, 0, 2]
    first = CUBE.first("neuron", "element")
    assert (first.axes, first.value.shape) == (("neuron", "element", "input"), (4, 3, 2))
    assert first.value[3, 2, 1] == CUBE.value[1, 2, 3]
    assert (CUBE.last().axes, CUBE.first().axes) == (CUBE.axes, CUBE.axes)


def test_a_function_along_an_axis_keeps_its_place() -> None:
    sums = CUBE.along("element", lambda x: np.stack([x.sum(-1), x.max(-1)], -1), "frequency")
    assert (sums.axes, sums.value.shape) == (("input", "frequency", "neuron"), (2, 2, 4))
    assert (sums.value[:, 0] == CUBE.value.sum(1)).all()


def test_every_name_is_known_with_and_without_a_number() -> None:
    for name in NAMES:
        Tensor(np.zeros((1, 1, 1)), (name, f"{name}0", f"{name}12"))


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        (("input", "token", "neuron"), "axis 'token', expected one of element, input, label"),
        (("input", "element", "elements"), "axis 'elements', expected one of"),
        (("input", "", "neuron"), "axis '', expected one of"),
        (("element", "element", "neuron"), r"axis 'element' twice in .*; number them: element0, element1"),
        (("element", "neuron"), r"shape \(2, 3, 4\) with axes .*, expected one name for each axis"),
        ((), r"shape \(2, 3, 4\) with axes \(\), expected one name"),
    ],
)
def test_wrong_axes_are_refused(axes: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}"):
        Tensor(CUBE.value, axes)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CUBE.axis("head"),
        lambda: CUBE.size("head"),
        lambda: CUBE.last("head"),
        lambda: CUBE.first("head"),
        lambda: CUBE.along("head", lambda x: x, "frequency"),
        lambda: located(CUBE, "head"),
    ],
)
def test_a_missing_axis_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"^no axis 'head', this tensor has the axes input, element, neuron$"):
        ask()


def test_an_axis_moved_twice_is_refused() -> None:
    for move in (CUBE.last, CUBE.first):
        with pytest.raises(ValueError, match=r"^axes \(.*'element', 'element'.*\): the same axis twice$"):
            move("element", "element")
    with pytest.raises(ValueError, match="axis 'token', expected"):
        CUBE.along("element", lambda x: x, "token")


def test_names_and_numbers_locate_the_same_axes() -> None:
    assert located(CUBE, "element", -1)[1] == located(CUBE.value, 1, 2)[1] == (1, 2)
    assert located([[1, 2]], -2)[0].dtype == np.float64


@pytest.mark.parametrize(
    ("values", "axes", "words"),
    [
        (CUBE.value, ("element",), "axis 'element' of an array without names, expected a number or a Tensor"),
        (CUBE.value, (3,), r"axis 3 of an array of shape \(2, 3, 4\)"),
        (CUBE.value, (-4,), "axis -4 of an array"),
        (CUBE, ("neuron", 2), r"axes \('neuron', 2\) of shape \(2, 3, 4\): the same axis twice"),
        ([1j], (), "complex values, expected real ones"),
        ([1.0, np.nan], (), "value nan, expected finite values"),
        ([1.0, -np.inf], (), "value -inf, expected finite values"),
    ],
)
def test_what_cannot_be_located_is_refused(values: object, axes: tuple[int | str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}"):
        located(values, *axes)  # type: ignore[arg-type]


def test_only_extreme_values_are_scaled() -> None:
    array = np.array([[1e300, 1e299], [1e100, 1e-100], [0.0, 0.0], [1e-300, 5e-301]])
    scaled = in_range(array, (1,))
    assert (scaled[1:3] == array[1:3]).all()
    assert scaled[0, 0] / scaled[0, 1] == array[0, 0] / array[0, 1]
    assert scaled[3, 0] / scaled[3, 1] == 2
    assert 0.5 <= scaled[0, 0] < 1
