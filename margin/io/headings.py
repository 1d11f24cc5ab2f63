"""What heads the lines and columns of a file's cells: names, or what is data already. What fits both is refused.

Programs write tables with a header line and an index column (pandas, R, GAP's output by hand with a sign in the
corner); read as data, they would be one more element, input or class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike

from margin.io.grids import Grid

CHOICE = "say --header or --no-header, and --index or --no-index"


@dataclass(frozen=True)
class Headings:
    """Whether the first line and the first column are names."""

    header: bool
    index: bool

    def __str__(self) -> str:
        header = "its first line is a header" if self.header else "no header"
        index = "its first column is an index" if self.index else "no index"
        return f"{header}, {index}"


def is_integer(cell: str) -> bool:
    """Whether a cell is a decimal integer."""
    return bool(re.fullmatch(r"[+-]?\d+", cell, re.ASCII))


def is_number(cell: str) -> bool:
    """Whether a cell is a real number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def is_sign(cell: str) -> bool:
    """Whether a cell is empty or a sign such as * or +, without letters and digits: what stands in a table's corner."""
    return not any(character.isalnum() for character in cell)


def is_range(cells: Sequence[str], first: Sequence[int] = (0,)) -> bool:
    """Whether the cells are the numbers from one of the firsts on, in order."""
    return any(list(cells) == [str(i) for i in range(f, f + len(cells))] for f in first)


def table_headings(
    grid: Grid, path: str | PathLike[str], header: bool | None = None, index: bool | None = None
) -> Headings:
    """What heads a table of labels, where None is to be found; cells may be empty, which is a pair without label.

    Raises ValueError for a table that fits two readings, and for names that occur twice.
    """
    first, column = grid.text(0), [grid.names[row[0]] for row in grid.rows]
    if len(grid.rows) > 1 and len(first) == len(grid.rows[1]) - 1:  # as R writes it
        if header is False or index is False:
            raise ValueError(f"{path}: data line 2 has {len(first) + 1} cells, expected {len(first)} as in the first")
        return Headings(True, True)
    grid.require_rectangle(path)
    if header is not None or index is not None:
        return Headings(bool(header), bool(index))
    if len(grid.rows) < 2 or len(first) < 2:
        return Headings(False, False)
    both = _both(grid, first[0], first[1:], column[1:], path)
    one = [_one(grid, first, path, "header"), _one(grid, column, path, "index")] if not both else []
    return Headings(True, True) if both else Headings(*one)


def _both(grid: Grid, corner: str, top: list[str], side: list[str], path: str | PathLike[str]) -> bool:
    body = {grid.names[code] for row in grid.rows[1:] for code in set(row[1:].tolist())} - {""}
    names = {*top, *side}
    if is_sign(corner) and corner and corner not in body | names and not all(map(is_sign, body | names)):
        for what, cells in (("header", top), ("index", side)):
            if len(set(cells)) < len(cells):
                raise ValueError(f"{path}: a name occurs twice in the {what}, which the corner {corner!r} announces")
        return True
    if "" in names or len(set(top)) < len(top) or len(set(side)) < len(side) or len(body) < 2 or corner in body:
        return False
    if not any(map(is_integer, (corner, *names))) and all(map(is_integer, body)):
        return True
    closed = top == side and body <= names
    numbered = is_range(top) and is_range(side)
    if corner == "":
        if closed or numbered or not names & body:
            return True
    elif is_integer(corner) or corner in names:
        return False
    elif all(map(is_integer, names)) and (closed or numbered):
        return True
    elif not closed:
        return False
    raise ValueError(
        f"{path}: fits two readings: {len(side)} lines and {len(top)} columns named by the first line and column, or"
        f" {len(side) + 1} lines and {len(top) + 1} columns of labels; {CHOICE}"
    )


def _one(grid: Grid, cells: list[str], path: str | PathLike[str], what: str) -> bool:
    """Whether the first line (or column), with these cells, is names and the other is not."""
    rest = [row[1:] if what == "index" else row for row in (grid.rows if what == "index" else grid.rows[1:])]
    body = {grid.names[code] for row in rest for code in set(row.tolist())} - {""}
    if len(set(cells)) < len(cells) or "" in cells or len(body) < 2:
        return False
    if not any(map(is_integer, cells)) and all(map(is_integer, body)):
        return True
    if is_range(cells) and not any(map(is_integer, body)):
        return True
    across = (len(grid.rows), len(grid.rows[0]))[:: 1 if what == "header" else -1]
    if across[0] == across[1] + 1 and (set(cells) == body or (is_range(cells) and len(cells) > 2)):
        raise ValueError(
            f"{path}: fits two readings: the first {'line' if what == 'header' else 'column'} is names, or labels like"
            f" the others; {CHOICE}"
        )
    return False


def data_headings(
    grid: Grid, path: str | PathLike[str], header: bool | None = None, index: bool | None = None
) -> Headings:
    """What heads a list of inputs with labels, where None is to be found. Raises ValueError where it fits both."""
    first, rest = grid.text(0), [grid.text(i) for i in range(1, len(grid.rows))]
    if len(grid.rows) > 1 and len(first) == len(grid.rows[1]) - 1 and header is not False and index is not False:
        return Headings(True, True)  # as R writes it
    grid.require_rectangle(path)
    if header is None:
        header = bool(rest) and _is_header(first, rest, path, bool(index))
    if index is None:
        index = len(first) > 1 and _is_index(first[0] if header else None, [row[0] for row in rest], first, path)
    return Headings(header, index)


def _is_header(first: list[str], rest: list[list[str]], path: str | PathLike[str], index: bool) -> bool:
    columns = list(zip(*rest, strict=True))
    if first[0] == "" and "" not in first[1:]:  # the index's name, as pandas leaves it out
        return True
    words = [not is_number(name) for name in first]
    typed = any(word and all(map(is_number, column)) for word, column in zip(words, columns, strict=True))
    if typed and all(words):
        return True
    own = range(1 if index else 0, len(first))
    numbered = is_range(first) and (len(first) > 2 or any(first[j] not in columns[j] for j in own))
    if not all(words) and not typed and not (numbered and len(rest) > 1):
        return False
    if not numbered and not typed and (any(first[j] in columns[j] for j in own) or len(set(first)) < len(first)):
        return False
    raise ValueError(
        f"{path}: fits two readings: line 1 ({', '.join(first)[:60]}) may be a header or the first input; say --header"
        " or --no-header"
    )


def _is_index(name: str | None, column: list[str], first: list[str], path: str | PathLike[str]) -> bool:
    """Whether the first column numbers the inputs; `name` is its name in a header, None without a header."""
    if name == "" or (name or "").startswith("Unnamed:"):
        return True
    cells = column if name is not None else [first[0], *column]
    if len(first) > 2 and len(cells) > 3 and is_range(cells, (0, 1)):
        raise ValueError(
            f"{path}: fits two readings: the first column ({', '.join(cells[:3])}, ..) may number the inputs or be one"
            " of them; say --index or --no-index"
        )
    return False
