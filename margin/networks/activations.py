"""Activations of the hidden neurons: x^k, ReLU, |x|, polynomials; one class each, and their one spelling.

`value`, `slope` and `bend` use only what arrays of floats (numpy), tensors (torch) and arrays of Python integers (dtype
object) share: + - *, comparisons, abs and clip. So float64, gradients on a device and exact integers come from one
definition. `parse` reads what `Activation.name` writes.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar, Protocol, TypeVar


class Numbers(Protocol):
    """What an array of floats, a tensor and an array of Python integers share; operators give the same type."""

    def __add__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __gt__(self, other: Any, /) -> Any: ...
    def __lt__(self, other: Any, /) -> Any: ...
    def __abs__(self) -> Any: ...
    def clip(self, lowest: Any, /) -> Any: ...


Values = TypeVar("Values", bound=Numbers)


class Activation(ABC):
    """A real function of one variable, applied entry by entry; abstract.

    `homogeneity` is the k of act(t x) = t^k act(x) for t > 0, and None where there is none: such a network has no norm
    to divide its margin by. `sides` are the slopes left and right of 0 of a piecewise linear activation, else None.
    """

    homogeneity: int | None
    sides: ClassVar[tuple[int, int] | None] = None

    @property
    @abstractmethod
    def name(self) -> str:
        """As reports and files spell it; `parse` reads it."""

    @abstractmethod
    def value(self, x: Values) -> Values:
        """act(x)."""

    @abstractmethod
    def slope(self, x: Values) -> Values:
        """act'(x); at a kink a number between the slopes on both sides."""

    @abstractmethod
    def bend(self, x: Values) -> Values:
        """act''(x); 0 for a piecewise linear activation, kinks included."""

    def network_degree(self) -> int:
        """nu: degree of homogeneity of a network of one hidden layer, the outer exponent of its norm L_{2,nu}.

        Raises ValueError where the activation is not homogeneous.
        """
        if self.homogeneity is None:
            raise ValueError(
                f"the activation {self} is not homogeneous, so there is no norm to divide a margin by; expected one"
                " such as x^2, relu or abs"
            )
        return self.homogeneity + 1

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Power(Activation):
    """x^k. Raises ValueError unless k is an integer >= 1."""

    k: int

    def __post_init__(self) -> None:
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < 1:
            raise ValueError(f"activation x^{self.k}, expected an integer exponent >= 1")

    @property
    def homogeneity(self) -> int:  # type: ignore[override]
        return self.k

    @property
    def name(self) -> str:
        return f"x^{self.k}"

    def value(self, x: Values) -> Values:
        return _power(x, self.k)

    def slope(self, x: Values) -> Values:
        return _power(x, self.k - 1) * self.k if self.k > 1 else x * 0 + 1

    def bend(self, x: Values) -> Values:
        if self.k < 3:
            return x * 0 + self.k * (self.k - 1)
        return _power(x, self.k - 2) * (self.k * (self.k - 1))


@dataclass(frozen=True)
class ReLU(Activation):
    """max(x, 0); the slope at 0 is 0."""

    homogeneity = 1
    sides = (0, 1)

    @property
    def name(self) -> str:
        return "ReLU"

    def value(self, x: Values) -> Values:
        return x.clip(0)

    def slope(self, x: Values) -> Values:
        return x * 0 + (x > 0)

    def bend(self, x: Values) -> Values:
        return x * 0


@dataclass(frozen=True)
class Absolute(Activation):
    """|x|; the slope at 0 is 0."""

    homogeneity = 1
    sides = (-1, 1)

    @property
    def name(self) -> str:
        return "|x|"

    def value(self, x: Values) -> Values:
        return abs(x)

    def slope(self, x: Values) -> Values:
        return x * 0 + (x > 0) * 1 + (x < 0) * -1

    def bend(self, x: Values) -> Values:
        return x * 0


@dataclass(frozen=True)
class Polynomial(Activation):
    """coefficients[0] + coefficients[1] x + ...; a monomial c x^k is homogeneous, nothing else is.

    Raises ValueError for coefficients that are not finite, and unless the last one is not 0 and x appears.
    """

    coefficients: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficients", tuple(self.coefficients))
        if len(self.coefficients) < 2 or not self.coefficients[-1] or not all(map(isfinite, self.coefficients)):
            raise ValueError(
                f"polynomial with coefficients {self.coefficients}, expected finite ones from x^0 up, the last not 0"
            )

    @property
    def homogeneity(self) -> int | None:  # type: ignore[override]
        return None if any(self.coefficients[:-1]) else len(self.coefficients) - 1

    @property
    def name(self) -> str:
        terms = [f"{c!r}*x^{i}" if i else f"{c!r}" for i, c in enumerate(self.coefficients) if c]
        return " + ".join(terms).replace("+ -", "- ")

    def value(self, x: Values) -> Values:
        return _horner(self.coefficients, x)

    def slope(self, x: Values) -> Values:
        return _horner(_derivative(self.coefficients), x)

    def bend(self, x: Values) -> Values:
        return _horner(_derivative(_derivative(self.coefficients)), x)


def _power(x: Values, exponent: int) -> Values:
    """x^exponent, exponent >= 1, by squaring: a few products are several times faster than numpy's power."""
    result: Values | None = None
    square = x
    while True:
        if exponent & 1:
            result = square if result is None else result * square
        exponent >>= 1
        if not exponent:
            assert result is not None  # the exponent's highest bit
            return result
        square = square * square


def _horner(coefficients: tuple[float, ...], x: Values) -> Values:
    result = x * 0
    for coefficient in reversed(coefficients):
        result = result * x + coefficient
    return result


def _derivative(coefficients: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(i * c for i, c in enumerate(coefficients))[1:]


# by their spellings in lower case, that of `Activation.name` among them
NAMED: dict[str, Activation] = {"relu": ReLU(), "abs": Absolute(), "|x|": Absolute()}
EXAMPLES = "x^2, relu, abs or a polynomial such as 1 + 2*x^3"

_NUMBER = r"[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?"
_TERM = re.compile(rf"([+-])(?:({_NUMBER})\*?)?(x(?:\^([0-9]{{1,4}}))?)?", re.ASCII)
_MOST_DEGREE = 1000


def parse(text: str) -> Activation:
    """The activation of a spelling: "x^3", "relu", "abs" (or "|x|"), or a polynomial in x.

    Raises ValueError, with examples, for anything else.

    >>> parse("x^3"), parse("relu"), parse("|x|")
    (Power(k=3), ReLU(), Absolute())
    >>> parse("1 - 0.5*x^2").name
    '1 - 0.5*x^2'
    """
    shown = repr(text if len(text) <= 40 else text[:37] + "...")
    plain = "".join(text.lower().split())
    if plain in NAMED:
        return NAMED[plain]
    signed = plain if plain[:1] in ("+", "-") else f"+{plain}"
    coefficients: dict[int, float] = {}
    place = 0
    while place < len(signed):
        term = _TERM.match(signed, place)
        if term is None or term.end() == place + 1:
            raise ValueError(f"activation {shown}, expected {EXAMPLES}")
        place = term.end()
        exponent = 0 if term[3] is None else 1 if term[4] is None else int(term[4])
        if exponent > _MOST_DEGREE:
            raise ValueError(f"activation {shown}: exponent {exponent}, expected at most {_MOST_DEGREE}")
        size = 1 if term[2] is None else int(term[2]) if term[2].isdigit() else float(term[2])
        coefficients[exponent] = coefficients.get(exponent, 0) + (size if term[1] == "+" else -size)
    if not coefficients:
        raise ValueError(f"activation {shown}, expected {EXAMPLES}")
    degree = max(coefficients)
    if coefficients == {degree: 1} and degree:
        return Power(degree)
    return Polynomial(tuple(coefficients.get(i, 0) for i in range(degree + 1)))
