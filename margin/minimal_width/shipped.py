"""The bounds whose certificates are shipped: margin/data/widths, one file for each k and order.

Loads no numerical package. `python -m margin.width --k K --order N --certificate FILE` makes such a file from nothing.
The tests check all of them.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

LARGE = 0  # stands for every order modulo which no two exponents coincide


def name(k: int, order: int) -> str:
    """The file's name, without its folder."""
    return f"k{k}-order{order}.json" if order else f"k{k}.json"


@cache
def shipped(k: int, order: int = LARGE) -> bytes | None:
    """The certificate's bytes; None where none is shipped."""
    path = resources.files("margin") / "data" / "widths" / name(k, order)
    return path.read_bytes() if path.is_file() else None


@cache
def shipped_bound(k: int, order: int = LARGE) -> int | None:
    """Neurons that every maximum-margin network needs at a rotation frequency of that order; None if none is shipped.

    >>> shipped_bound(3), shipped_bound(2, order=4)
    (16, 4)
    """
    data = shipped(k, order)
    return None if data is None else int(json.loads(data)["claim"]["value"])
