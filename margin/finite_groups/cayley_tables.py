"""Cayley tables: is this square array the product table of a group, and if not, which axiom fails where."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.finite_groups.permutations import MOST_ELEMENTS
from margin.io.grids import Grid, read_grid, require_values
from margin.io.headings import is_integer, is_range, is_sign
from margin.io.output import remark

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
    """A Cayley table from a file of n lines of n labels; x*y stands in the line of x and the column of y.

    A header line and an index column are found (`_headed`), as are the separator, comments and a list as in GAP
    (`margin.io.grids`); a remark says so. Without them, integer labels 0..n-1 (or 1..n) name the lines in order. Any
    other labels are named by the identity: its line and its column read the same and list all elements in order, and
    the first such line is taken for it (in an abelian group every line would do; the groups are isomorphic). Returns
    the table as 0..n-1 and the labels in line order.
    Raises OSError, and ValueError for a file that is no such table, has empty cells, or fits two readings.
    """
    grid = read_grid(path, True, MOST_ELEMENTS, "labels")
    if not grid.rows:
        raise ValueError(f"{path}: empty, expected n lines of n labels")
    body, labels, reading = _headed(grid, path)
    n = len(body)
    _require_square(body, grid, path)
    table = np.array(body)
    if "" in grid.names and (table == (empty := grid.names.index(""))).any():
        i, j = divmod(int((table == empty).argmax()), n)
        raise ValueError(
            f"{path}: line {i + 1}, column {j + 1} of the table is empty, expected an element of the group"
        )
    used = sorted(_used(body, grid.names)) if labels is None else labels
    require_values(used, path, "expected elements of the group; rename an element of this name")
    if labels is None:
        labels = _labels(table, used, grid.names, path)
    positions = np.full(len(grid.names), -1, dtype=np.int32)
    codes = {name: code for code, name in enumerate(grid.names)}
    for position, label in enumerate(labels):
        if label in codes:  # a number may be missing
            positions[codes[label]] = position
    outside = positions[table] < 0
    if outside.any():
        i, j = divmod(int(outside.argmax()), n)
        raise ValueError(
            f"{path}: no group, closure fails: line {i + 1}, column {j + 1} is {grid.names[table[i, j]]!r},"
            f" none of the elements {', '.join(labels if n <= 6 else [*labels[:5], '...', labels[-1]])}"
        )
    remarks = [*([] if grid.separator == "commas" else [grid.form]), *reading]
    if remarks:
        remark(f"{path}: read as the table of {n} elements, {', '.join(remarks)}")
    return positions[table], labels


def _require_square(body: Sequence[Table], grid: Grid, path: str | PathLike[str]) -> None:
    n = len(body)
    for what, count in (("lines", n), ("different labels", len(_used(body, grid.names)))):
        if count > MOST_ELEMENTS:
            raise ValueError(f"{path}: more than {MOST_ELEMENTS} {what}: elements are enumerated")
    for i, cells in enumerate(body, 1):
        if len(cells) != n:
            raise ValueError(f"{path}: line {i} has {len(cells)} labels, expected {n}, the number of lines")


def _headed(grid: Grid, path: str | PathLike[str]) -> tuple[list[Table], list[str] | None, list[str]]:
    """The lines of labels, the elements where a header or an index names them, and what to say of these.

    A square that is Latin is a table without headings: a corner would stand in the first line alone. Raises ValueError
    for headings that do not name the elements, and for what could be a corner or an element.
    """
    rows, names = grid.rows, grid.names
    h, first, w = len(rows), len(rows[0]), len(rows[-1])
    plain = rows, None, list[str]()
    square, cornerless = h == first == w, h == w == first + 1
    header, index = square or cornerless or h == w + 1 == first + 1 > 2, square or cornerless or 2 < w == h + 1 == first
    if not (header or index) or any(len(row) != w for row in rows[1:]):
        return plain
    top = [names[code] for code in rows[0][int(square) :]] if header else None
    side = [names[row[0]] for row in rows[int(header) :]] if index else None
    body = [row[int(index) :] for row in rows[int(header) :]]
    used = _used(body, names) - {""}
    problem = _problem(top, side, used)
    corner = names[rows[0][0]] if square else ""
    if corner in used:  # as in every table of a group without headings
        return plain
    if not is_sign(corner) and not (all(map(is_integer, top or [])) and not is_integer(corner)):
        if not problem and len(body) > 1 and _is_latin(np.array(body)):
            raise ValueError(
                f"{path}: fits two readings: a table of {h} elements, which is no group's, or one of {h - 1} elements"
                f" with header, index and {corner!r} in the corner; leave the corner empty for the second"
            )
        return plain
    if problem:
        shape = "" if header == index else f"{h} lines of {w} labels are no table without headings; with them, "
        raise ValueError(f"{path}: {shape}{problem}")
    elements = side or top
    assert elements is not None
    what = " and ".join([*(["a header line"] if top else []), *(["an index column"] if side else [])])
    if not used <= set(elements):
        return body, None, [f"{what} of numbers left out"]
    if top and side and top != side:
        order = [top.index(element) for element in side]
        body = [row[order] for row in body]
    return body, elements, [f"{what} naming the elements"]


def _problem(top: list[str] | None, side: list[str] | None, used: set[str]) -> str | None:
    """Why these do not name the elements, nor number them; None if they do."""
    for what, cells in (("header", top), ("index", side)):
        if cells is not None and len(set(cells)) < len(cells):
            return f"a name occurs twice in the {what}, expected each element once"
    if top and side and set(top) != set(side):
        other = next(name for name in [*top, *side] if (name in top) != (name in side))
        return f"{other!r} stands in the header or in the index alone, expected each element in both"
    elements = top or side or []
    if used <= set(elements) or all(cells is None or is_range(cells, (0, 1)) for cells in (top, side)):
        return None
    other = min(used - set(elements))
    return (
        f"no group, closure fails: {other!r} is none of the elements of the header or index, {', '.join(elements[:6])}"
    )


def _used(rows: Sequence[Table], names: Sequence[str]) -> set[str]:
    """The cells that occur."""
    occurs = np.zeros(len(names), dtype=np.bool_)
    for row in rows:
        occurs[row] = True
    return {names[code] for code in np.flatnonzero(occurs).tolist()}


def _is_latin(table: Table) -> bool:
    """Whether the lines, and the columns, are rearrangements of the first."""
    first = np.sort(table[0])
    n = len(first)
    return (
        table.shape == (n, n)
        and len(np.unique(first)) == n
        and all((np.sort(line) == first).all() for line in table)
        and all((np.sort(line) == first).all() for line in table.T)
    )


def _labels(table: Table, used: list[str], names: list[str], path: str | PathLike[str]) -> list[str]:
    """The elements in line order, for a table of numbers of names, of which some are used."""
    n = len(table)
    for first in (0, 1):
        numbered = [str(i) for i in range(first, first + n)]
        if set(used) <= set(numbered):
            return numbered
    for i, row in enumerate(table):
        if np.array_equal(row, table[:, i]) and len(set(row.tolist())) == n:
            return [names[code] for code in row]
    raise ValueError(f"{path}: no group, identity fails: no line lists {n} different labels and equals its column")
