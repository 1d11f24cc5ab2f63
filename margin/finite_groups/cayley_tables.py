"""Cayley tables: is this square array the product table of a group, and if not, which axiom fails where."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.finite_groups.permutations import MOST_ELEMENTS

Table = NDArray[np.int32]
_CHUNK = 1 << 22  # entries compared at a time


def table_array(table: ArrayLike) -> Table:
    """The table as a square int32 array with entries 0..n-1.

    Raises TypeError for entries that are no integers, ValueError for another shape, an order above 10,000, and an
    entry outside 0..n-1 (closure).
    """
    try:
        array = np.asarray(table)
    except ValueError:
        raise ValueError("Cayley table: rows of unequal length, expected n rows of n labels") from None
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"Cayley table: got shape {array.shape}, expected n rows of n labels")
    n = len(array)
    if n > MOST_ELEMENTS:
        raise ValueError(f"Cayley table: order {n}, expected at most {MOST_ELEMENTS}: elements are enumerated")
    if array.dtype.kind not in "iu":
        raise TypeError(f"Cayley table: got entries of type {array.dtype}, expected integer labels 0..{n - 1}")
    outside = (array < 0) | (array >= n)
    if outside.any():
        x, y = np.unravel_index(int(outside.argmax()), outside.shape)
        raise ValueError(f"no group, closure fails: {x}*{y} = {array[x, y]} is none of the elements 0..{n - 1}")
    return np.ascontiguousarray(array, dtype=np.int32)


def check_axioms(table: Table, labels: Sequence[str]) -> tuple[int, list[int]]:
    """The identity and a generating set of the group with this product table (x*y in row x, column y).

    Associativity by Light's test: the elements a with (x a) y = x (a y) for all x, y are closed under products, so it
    is enough to try a set that generates. Raises ValueError naming the axiom that fails and where.
    """
    n = len(table)
    everything = np.arange(n, dtype=np.int32)
    agreement = (table == everything).sum(axis=1) + (everything == table.T).sum(axis=1)
    e = int(agreement.argmax())
    if agreement[e] < 2 * n:
        left = table[e] != everything
        x = int((left if left.any() else table[:, e] != everything).argmax())
        product = f"{labels[e]}*{labels[x]}" if left.any() else f"{labels[x]}*{labels[e]}"
        value = table[e, x] if left.any() else table[x, e]
        raise ValueError(
            f"no group, identity fails: no element e has e*x = x*e = x for all x;"
            f" the nearest is {labels[e]}, with {product} = {labels[value]}"
        )
    inverses = (table == e) & (e == table.T)
    lacking = ~inverses.any(axis=1)
    if lacking.any():
        x = int(lacking.argmax())
        raise ValueError(f"no group, inverse fails: no y has {labels[x]}*y = y*{labels[x]} = {labels[e]}, the identity")
    _check_cancellation(table, inverses.argmax(axis=1), labels)
    reached: NDArray[np.bool_] = np.arange(n) == e
    generators = list[int]()
    while not reached.all():
        generators.append(int((~reached).argmax()))
        _check_light(table, generators[-1], labels)
        frontier = np.flatnonzero(reached)
        while frontier.size:
            products: NDArray[np.int32] = np.unique(table[frontier][:, generators])
            frontier = products[~reached[products]].astype(np.int64)
            reached[frontier] = True
    return e, generators


def _check_cancellation(table: Table, inverse: NDArray[np.intp], labels: Sequence[str]) -> None:
    """Rows and columns without repetition. A repetition breaks associativity: if a x = a y and b a is the identity,
    then b (a x) and b (a y) are equal and cannot be both x and y."""
    n = len(table)
    for transposed, products in ((False, table), (True, np.ascontiguousarray(table.T))):
        for start in range(0, n, step := max(1, _CHUNK // n)):
            chunk = products[start : start + step]
            first = np.full((len(chunk), n), -1, dtype=np.int32)  # some x with a x = value
            first[np.arange(len(chunk))[:, np.newaxis], chunk] = np.arange(n, dtype=np.int32)
            missing = (first < 0).any(axis=1)
            if not missing.any():
                continue
            row = int(missing.argmax())
            a, b = start + row, int(inverse[start + row])
            repeated = first[row, chunk[row]] != np.arange(n)
            x = int(repeated.argmax())
            y = int(first[row, chunk[row, x]])
            for z in (x, y):
                triple = (z, a, b) if transposed else (b, a, z)
                if table[table[triple[0], triple[1]], triple[2]] != table[triple[0], table[triple[1], triple[2]]]:
                    raise _not_associative(table, triple, labels)


def _check_light(table: Table, a: int, labels: Sequence[str]) -> None:
    n = len(table)
    for start in range(0, n, step := max(1, _CHUNK // n)):
        rows = table[start : start + step]
        different = table[rows[:, a]] != rows[:, table[a]]
        if different.any():
            x, y = np.unravel_index(int(different.argmax()), different.shape)
            raise _not_associative(table, (start + int(x), a, int(y)), labels)


def _not_associative(table: Table, triple: tuple[int, int, int], labels: Sequence[str]) -> ValueError:
    x, a, y = triple
    left, right = labels[table[table[x, a], y]], labels[table[x, table[a, y]]]
    x, a, y = (labels[z] for z in triple)  # type: ignore[assignment]
    return ValueError(f"no group, associativity fails: ({x}*{a})*{y} = {left}, {x}*({a}*{y}) = {right}")


def read_csv(path: str | PathLike[str]) -> tuple[Table, list[str]]:
    """A Cayley table from a file of n lines of n labels, without header; x*y stands in line x, column y.

    Integer labels 0..n-1 (or 1..n) name the lines in order. Any other labels are named by the identity: its line and
    its column read the same and list all elements in order, and the first such line is taken for it (in an abelian
    group every line would do; the groups are isomorphic). Returns the table as 0..n-1 and the labels in line order.
    Raises OSError, and ValueError for a file that is no such table.
    """
    coded, codes = list[Table](), dict[str, int]()  # cells as numbers: labels in order of appearance
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            for row in csv.reader(file):
                if row:
                    coded.append(np.array([codes.setdefault(cell.strip(), len(codes)) for cell in row], np.int32))
                if max(len(coded), len(codes)) > MOST_ELEMENTS:
                    what = "lines" if len(coded) > MOST_ELEMENTS else "different labels"
                    raise ValueError(f"{path}: more than {MOST_ELEMENTS} {what}: elements are enumerated")
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: no text file of comma-separated labels ({error})") from None
    n = len(coded)
    if not n:
        raise ValueError(f"{path}: empty, expected n lines of n labels")
    for i, cells in enumerate(coded, 1):
        if len(cells) != n:
            raise ValueError(f"{path}: line {i} has {len(cells)} labels, expected {n}, the number of lines")
    table = np.array(coded)
    labels = _labels(table, list(codes), path)
    positions = np.full(len(codes), -1, dtype=np.int32)
    for position, label in enumerate(labels):
        if label in codes:  # a number may be missing
            positions[codes[label]] = position
    outside = positions[table] < 0
    if outside.any():
        i, j = divmod(int(outside.argmax()), n)
        raise ValueError(
            f"{path}: no group, closure fails: line {i + 1}, column {j + 1} is {list(codes)[table[i, j]]!r},"
            f" none of the elements {', '.join(labels if n <= 6 else [*labels[:5], '...', labels[-1]])}"
        )
    return positions[table], labels


def _labels(table: Table, names: list[str], path: str | PathLike[str]) -> list[str]:
    """The elements in line order, for a table of numbers of names."""
    n = len(table)
    for first in (0, 1):
        numbered = [str(i) for i in range(first, first + n)]
        if set(names) <= set(numbered):
            return numbered
    for i, row in enumerate(table):
        if np.array_equal(row, table[:, i]) and len(set(row.tolist())) == n:
            return [names[code] for code in row]
    raise ValueError(f"{path}: no group, identity fails: no line lists {n} different labels and equals its column")
