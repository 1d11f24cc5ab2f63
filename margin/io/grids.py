"""Cells of a text file, as people have them: any of the usual separators, quotes, comments, blank lines, GAP's lists.

A grid keeps each different cell once and lines as numbers of cells, so that a table of 10,000 lines fits in memory.
What heads the lines and columns is found by `margin.io.headings`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
SEPARATORS = {"commas": ",", "semicolons": ";", "tabs": "\t"}
# cells by which programs write that there is no value; an empty cell has its own meaning
MISSING = {"nan", "NaN", "NAN", "NA", "<NA>", "N/A", "#N/A", "NULL", "null"}
_SAMPLE = 64  # lines that decide the separator


@dataclass(frozen=True)
class Grid:
    """Lines of a file as numbers of `names`, the different cells in order of appearance, without blanks around them.

    `places` are the numbers of the lines in the file, `separator` how cells are separated: commas, semicolons, tabs,
    blanks, or a list (as in GAP).
    """

    rows: list[Codes]
    names: list[str]
    places: list[int]
    separator: str

    @property
    def form(self) -> str:
        """How the file is written, for a remark."""
        return "a list of lists" if self.separator == "a list" else f"separated by {self.separator}"

    def text(self, row: int) -> list[str]:
        """The cells of a line."""
        return [self.names[code] for code in self.rows[row]]

    def require_rectangle(self, path: str | PathLike[str], what: str = "data line") -> None:
        """Raise ValueError unless all lines have as many cells as the first."""
        for i, row in enumerate(self.rows, 1):
            if len(row) != len(self.rows[0]):
                raise ValueError(
                    f"{path}: {what} {i} has {len(row)} cells, expected {len(self.rows[0])} as in the first"
                )


def read_grid(path: str | PathLike[str], square: bool, most: int | None = None, cells: str = "cells") -> Grid:
    """The cells of a file; lines that start with # (but not those with a lone # as first cell) are comments.

    Empty lines and columns at the end are left out. `square` prefers the separator that gives as many columns as
    lines, up to one for a heading; `most` limits lines and different cells, less one heading line and its corner.
    Raises OSError, and ValueError for what is no text, is empty, is too large, or fits two separators.
    """
    try:
        listed = _starts_with_list(path)
        separator = "a list" if listed else _separator(path, square)
        return _trimmed(_coded(_list_rows(path) if listed else _file_rows(path, separator), separator, path, most))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: no text file of comma-separated {cells} ({error})") from None


def require_values(names: Sequence[str], path: str | PathLike[str], advice: str) -> None:
    """Raise ValueError for a cell that says that a value is missing, as programs write it."""
    missing = next((name for name in names if name in MISSING), None)
    if missing is not None:
        raise ValueError(f"{path}: a cell reads {missing}, which is no value; {advice}")


def _lines(path: str | PathLike[str]) -> Iterator[tuple[int, str]]:
    """Lines that are neither blank nor comments, with their numbers."""
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not re.match(r"\s*#(?!\s*[,;\t])", line):
                yield number, line


def _starts_with_list(path: str | PathLike[str]) -> bool:
    return any(re.match(r"\s*\[\s*(\[|$)", line) for _, line in islice(_lines(path), 1))


def _list_rows(path: str | PathLike[str]) -> Iterator[tuple[int, list[str]]]:
    text = "".join(line for _, line in _lines(path)).strip().rstrip(";").strip()
    inner = re.fullmatch(r"\[(\s*\[[^\[\]]*\]\s*,?)+\s*\]", text)
    if not inner:
        raise ValueError(f"{path}: expected a list of lists of labels, like [[1,2],[2,1]]")
    for number, row in enumerate(re.findall(r"\[([^\[\]]*)\]", text[1:-1]), 1):
        yield number, [cell.strip().strip("'\"") for cell in row.split(",")]


def _split(lines: Iterable[tuple[int, str]], separator: str) -> Iterator[tuple[int, list[str]]]:
    if separator == "blanks":
        for number, line in lines:
            yield number, line.split()
        return
    numbers = list[int]()

    def texts() -> Iterator[str]:
        for number, line in lines:
            numbers.append(number)
            yield line

    for row in csv.reader(texts(), delimiter=SEPARATORS[separator], skipinitialspace=True):
        yield numbers[-1], [cell.strip() for cell in row]


def _file_rows(path: str | PathLike[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    return _split(_lines(path), separator)


def _separator(path: str | PathLike[str], square: bool) -> str:
    """The separator of all lines, by a sample of them and their number."""
    sample = list(islice(_lines(path), _SAMPLE))
    widths = {name: [len(row) for _, row in _split(sample, name)] for name in (*SEPARATORS, "blanks")}
    everywhere = [name for name in SEPARATORS if min(widths[name], default=0) > 1]
    if not everywhere:
        somewhere = [name for name in SEPARATORS if max(widths[name], default=0) > 1]
        return "blanks" if not somewhere and max(widths["blanks"], default=0) > 1 else (*somewhere, "commas")[0]
    even = [name for name in everywhere if len(set(widths[name][1:])) <= 1 and _near(widths[name][0], widths[name][-1])]
    fitting = even or everywhere
    if square and len(fitting) > 1:
        count = sum(1 for _ in _lines(path))
        fitting = [name for name in fitting if _near(count, widths[name][-1])] or fitting
    if len(fitting) > 1:
        shown = ", ".join(f"{name} give {widths[name][0]} cells in the first line" for name in fitting)
        raise ValueError(f"{path}: fits two separators: {shown}; put cells that contain one in double quotes")
    return fitting[0]


def _near(a: int, b: int) -> bool:
    return abs(a - b) <= 1


def _coded(rows: Iterable[tuple[int, list[str]]], separator: str, path: str | PathLike[str], most: int | None) -> Grid:
    coded, places, codes = list[Codes](), list[int](), dict[str, int]()
    for place, row in rows:
        coded.append(np.array([codes.setdefault(cell, len(codes)) for cell in row], np.int32))
        places.append(place)
        # a heading line; a corner, and numbers of lines and columns beside labels
        if most is not None and (len(coded) > most + 1 or len(codes) > 2 * most + 1):
            _refuse_size(path, len(coded) > most + 1, most)
    return Grid(coded, list(codes), places, separator)


def _refuse_size(path: str | PathLike[str], lines: bool, most: int) -> None:
    what = "lines" if lines else "different labels"
    raise ValueError(f"{path}: more than {most} {what}: elements are enumerated")


def _trimmed(grid: Grid) -> Grid:
    """Without empty lines and columns at the end."""
    if "" not in grid.names:
        return grid
    empty = grid.names.index("")
    rows, places = grid.rows[:], grid.places[:]
    while rows and (rows[-1] == empty).all():
        rows.pop()
        places.pop()
    while rows and len({len(row) for row in rows}) == 1 and len(rows[0]) and all(row[-1] == empty for row in rows):
        rows = [row[:-1] for row in rows]
    return Grid(rows, grid.names, places, grid.separator)
