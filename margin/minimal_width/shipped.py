"""The bounds whose certificates are shipped: margin/data/widths, one file for each k and order, dihedral ones apart.

Loads no numerical package. `python -m margin.width --k K --order N --certificate FILE` makes such a file from nothing.
The tests check all of them.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

DIHEDRAL = "dihedral-"  # before the name
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


@cache
def shipped_dihedral(k: int, order: int = LARGE) -> bytes | None:
    """The certificate's bytes for representations of dihedral groups; None where none is shipped."""
    path = resources.files("margin") / "data" / "widths" / f"{DIHEDRAL}{name(k, order)}"
    return path.read_bytes() if path.is_file() else None


@cache
def shipped_dihedral_bound(k: int, order: int = LARGE) -> int | None:
    """Neurons that every maximum-margin network needs at a dihedral representation of that order; None if not shipped.

    >>> shipped_dihedral_bound(2), shipped_dihedral_bound(2, order=4)
    (10, 8)
    """
    data = shipped_dihedral(k, order)
    return None if data is None else int(json.loads(data)["claim"]["value"])


@cache
def shipped_real(dimension: int, k: int) -> bytes | None:
    """The polynomials of a bound for real representations whose entries satisfy no accidental relations, or None.

    Those of dimension 2 are the certificate for dihedral groups; the others are no certificates: the tests evaluate
    them exactly (`margin.minimal_width.tuple_bounds`).
    """
    if dimension == 2:
        return shipped_dihedral(k)
    path = resources.files("margin") / "data" / "widths" / f"real{dimension}-{name(k, LARGE)}"
    return path.read_bytes() if path.is_file() else None


@cache
def shipped_real_bound(dimension: int, k: int) -> int | None:
    """The neurons that these polynomials prove; None where none are shipped.

    >>> shipped_real_bound(2, 3), shipped_real_bound(3, 3), shipped_real_bound(7, 3)
    (34, 123, None)
    """
    data = shipped_real(dimension, k)
    return None if data is None else int(json.loads(data)["claim"]["value"])
