"""Small tools for writing certificates by hand: canonical bytes, hashes, and one place changed at a time."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from fractions import Fraction
from typing import Any

from margin.numbers.square_roots import Surd

Json = dict[str, Any]
Place = str | tuple[str | int, ...]


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def digest(value: Json) -> str:
    return hashlib.sha256(canonical({key: part for key, part in value.items() if key != "sha256"})).hexdigest()


def sealed(value: Json) -> bytes:
    """The bytes of a certificate with the right hash."""
    return canonical(value | {"sha256": digest(value)})


def fraction(value: Fraction | int) -> list[int]:
    value = Fraction(value)
    return [value.numerator, value.denominator]


def number(value: Surd | Fraction | int) -> list[list[int]]:
    return [[r, *fraction(q)] for r, q in Surd(value).terms]


def exact(terms: list[list[int]]) -> Surd:
    return sum((Surd.sqrt(r) * Fraction(p, q) for r, p, q in terms), Surd())


def _steps(place: Place) -> tuple[str | int, ...]:
    """A place such as "claim.value.0", or its steps."""
    if isinstance(place, str):
        return tuple(int(step) if step.isdecimal() else step for step in place.split("."))
    return place


def _at(value: Any, steps: tuple[str | int, ...]) -> Any:
    """Follow the steps; in the list of rules a name finds its rule."""
    for step in steps:
        if isinstance(value, list) and isinstance(step, str):
            value = next(rule for rule in value if rule["rule"] == step)
        else:
            value = value[step]
    return value


def look(body: Any, place: Place) -> Any:
    return _at(body, _steps(place))


def put(body: Json, place: Place, value: Any) -> Json:
    """A copy with another value at that place."""
    result = deepcopy(body)
    *before, last = _steps(place)
    _at(result, tuple(before))[last] = deepcopy(value)
    return result


def drop(body: Json, place: Place) -> Json:
    """A copy without what stands at that place."""
    result = deepcopy(body)
    *before, last = _steps(place)
    container = _at(result, tuple(before))
    del container[container.index(_at(container, (last,))) if isinstance(container, list) else last]
    return result


def add(body: Json, place: Place, value: Any) -> Json:
    """A copy with one more entry in the list at that place."""
    return put(body, place, [*look(body, place), value])
