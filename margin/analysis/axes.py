"""Tensors whose axes have names, so that an analysis finds the axis of the group's elements in any model."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
NAMES = (
    *("element", "input", "label", "neuron", "dimension", "head", "position", "layer", "step", "member"),
    *("frequency", "irrep", "rank"),
)
_EXTREME = 400  # binary exponent from which values are scaled, so that their squares stay within float64
_NAME = re.compile(rf"({'|'.join(NAMES)})\d*")


@dataclass(frozen=True)
class Tensor:
    """A real array and a name for each of its axes.

    A name is one of NAMES, with a number after it where a tensor has several axes of a kind (a table of logits over
    two inputs: element0, element1, label). Raises ValueError for an unknown name, a name given twice, and a number of
    names other than the number of axes.

    >>> embedding = Tensor(np.arange(6.0).reshape(3, 2), ("element", "dimension"))
    >>> embedding.axis("dimension"), embedding.size("element")
    (1, 3)
    """

    value: Array
    axes: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = [name for name in self.axes if not _NAME.fullmatch(name)]
        if unknown:
            raise ValueError(f"axis {unknown[0]!r}, expected one of {', '.join(NAMES)}, with a number or without")
        repeated = [name for name in self.axes if self.axes.count(name) > 1]
        if repeated:
            raise ValueError(f"axis {repeated[0]!r} twice in {self.axes}; number them: {repeated[0]}0, {repeated[0]}1")
        if np.ndim(self.value) != len(self.axes):
            raise ValueError(f"shape {np.shape(self.value)} with axes {self.axes}, expected one name for each axis")

    def axis(self, name: str) -> int:
        """Number of the axis of that name. Raises ValueError if there is none."""
        if name not in self.axes:
            raise ValueError(f"no axis {name!r}, this tensor has the axes {', '.join(self.axes) or '(none)'}")
        return self.axes.index(name)

    def size(self, name: str) -> int:
        """Length of the axis of that name. Raises ValueError if there is none."""
        return int(self.value.shape[self.axis(name)])

    def last(self, *names: str) -> Tensor:
        """The same tensor (a view) with these axes last, in this order; the others keep theirs.

        Raises ValueError for a name that is missing or given twice.

        >>> Tensor(np.zeros((3, 2)), ("element", "dimension")).last("element").axes
        ('dimension', 'element')
        """
        return self._ordered((*(name for name in self.axes if name not in names), *names))

    def first(self, *names: str) -> Tensor:
        """The same tensor (a view) with these axes first, in this order; the others keep theirs.

        Raises ValueError for a name that is missing or given twice.

        >>> Tensor(np.zeros((3, 2)), ("element", "dimension")).first("dimension").value.shape
        (2, 3)
        """
        return self._ordered((*names, *(name for name in self.axes if name not in names)))

    def along(self, name: str, function: Callable[[Array], ArrayLike], becomes: str) -> Tensor:
        """The tensor of `function` applied to the values with that axis last, (..., size) to (..., other size).

        The axis keeps its place and is called `becomes`. Raises ValueError for a missing or unknown name.

        >>> Tensor(np.ones((3, 2)), ("element", "dimension")).along("element", lambda x: x[..., :2], "frequency").axes
        ('frequency', 'dimension')
        """
        place = self.axis(name)
        value = np.moveaxis(np.asarray(function(np.moveaxis(self.value, place, -1))), -1, place)
        return Tensor(value, (*self.axes[:place], becomes, *self.axes[place + 1 :]))

    def _ordered(self, axes: tuple[str, ...]) -> Tensor:
        places = [self.axis(name) for name in axes]
        if len(places) > len(self.axes):
            raise ValueError(f"axes {axes}: the same axis twice")
        return Tensor(self.value.transpose(places), axes)


def located(values: ArrayLike | Tensor, *axes: int | str) -> tuple[Array, tuple[int, ...]]:
    """The finite float64 array and the numbers, from 0, of these axes: names for a Tensor, numbers for an array.

    Raises ValueError for complex or infinite values, an axis that is not there, the same axis twice, and a name where
    the array has none.

    >>> located(Tensor(np.zeros((3, 2)), ("element", "dimension")), "dimension", 0)[1]
    (1, 0)
    """
    plain = values.value if isinstance(values, Tensor) else values
    if np.iscomplexobj(plain):
        raise ValueError("complex values, expected real ones")
    array = np.asarray(plain, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"value {array[~np.isfinite(array)][0]}, expected finite values")
    places = []
    for axis in axes:
        if isinstance(axis, str):
            if not isinstance(values, Tensor):
                raise ValueError(f"axis {axis!r} of an array without names, expected a number or a Tensor")
            axis = values.axis(axis)
        if not -array.ndim <= axis < array.ndim:
            raise ValueError(f"axis {axis} of an array of shape {array.shape}")
        places.append(axis % array.ndim)
    if len(set(places)) < len(places):
        raise ValueError(f"axes {axes} of shape {array.shape}: the same axis twice")
    return array, tuple(places)


def in_range(array: Array, axes: tuple[int, ...]) -> Array:
    """The array, each part along `axes` scaled by a power of two if its squares would leave the float64 range.

    Parts whose largest value lies between 2^-400 and 2^400, and zeros, stay as they are. A power of two changes no
    digit, so shares are those of the array.

    >>> in_range(np.array([[1e300, 1e299], [3.0, 0.0]]), (1,)).round(3).tolist()
    [[0.747, 0.075], [3.0, 0.0]]
    """
    exponent = np.frexp(np.abs(array).max(axis=axes, keepdims=True, initial=0.0))[1]
    return np.ldexp(array, -np.where(np.abs(exponent) > _EXTREME, exponent, 0))
