"""Margins against steps of anybody's runs: from a run's folder, a CSV, or a parquet with columns step and ratio."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from margin.io.tables import read_csv
from margin.networks.activations import Activation, Power
from margin.networks.activations import parse as parse_activation
from margin.tasks import Task
from margin.tasks import parse as parse_task
from margin.theory import maximum_margin
from paper_figures.own.drawing import Drawing, counted, printable
from paper_figures.parts import LOWEST, Array, missing, reached
from paper_figures.style import GREY, PAGE, TRAINED, page, panel

RECORDS, CONFIG = "trajectory.jsonl", "config.json"  # in a run's folder
ENDINGS = (".csv", ".parquet", ".jsonl")
RUNS = ("run", "recipe", "preset", "seed")  # columns that tell runs apart
STEP, RATIO, MARGIN = "step", "ratio", "normalised_margin"
EXPECTED = f"expected the columns {STEP} and {RATIO} (or {MARGIN})"
Cell = str | int | float | None


@dataclass(frozen=True)
class Trajectory:
    """Steps and values (records,) of each run; values are shares of gamma* if `share`, else normalised margins."""

    source: str
    share: bool
    runs: tuple[tuple[Array, Array], ...]
    task: Task | None = None
    activation: Activation | None = None

    @property
    def gamma(self) -> float | None:
        """gamma* of the task, if it is known that the runs are of networks that it is the maximum of."""
        if self.task is None or self.activation not in (None, Power(self.task.k)):
            return None
        try:
            return float(maximum_margin(self.task))
        except (ValueError, MemoryError):
            return None

    @property
    def heading(self) -> str:
        """Task and activation as far as they are known, else the file."""
        if self.task is None:
            return printable(f"{self.source}, task not given")
        return printable(f"{self.task}, activation {self.activation or Power(self.task.k)}")


def is_trajectory(path: Path) -> bool:
    """Whether a file is a table of margins, by its name."""
    return path.suffix.lower() in ENDINGS


def read_run(folder: Path) -> Trajectory | None:
    """The trajectory of a run's folder with its task and activation; None where the folder has none.

    Raises OSError, and ValueError for a damaged one.
    """
    path = folder / RECORDS
    if not path.is_file():
        return None
    task = activation = None
    if (folder / CONFIG).is_file():
        task, activation = _settings(folder / CONFIG)
    return read(path, task, activation)


def _settings(path: Path) -> tuple[Task, Activation]:
    try:
        settings = json.loads(path.read_text("utf-8"))
        task = parse_task(settings["task"], settings["k"])
        name = settings.get("activation", "relu")  # of a model that has no choice
        return task, Power(task.k) if name == "power" else parse_activation(name)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: no settings of a run ({error})") from None


def read(path: Path, task: Task | None = None, activation: Activation | None = None) -> Trajectory:
    """A CSV, parquet or JSONL of records, one line for each step.

    Columns `run`, `recipe`, `preset` and `seed` tell runs apart, others are left out; records without a value too.
    Raises OSError, ModuleNotFoundError for a parquet without pyarrow, and ValueError for a table without these columns,
    values that are no numbers, and steps that do not rise.
    """
    rows = _rows(path)
    if not rows:
        raise ValueError(f"{path}: holds no records, {EXPECTED}")
    columns = set().union(*rows)
    value = next((name for name in (RATIO, MARGIN) if any(row.get(name) not in (None, "") for row in rows)), None)
    if STEP not in columns or value is None:
        raise ValueError(f"{path}: has the columns {', '.join(sorted(columns))[:200]} with values, {EXPECTED}")
    runs = dict[tuple[Cell, ...], list[tuple[float, float]]]()
    for number, row in enumerate(rows, 1):
        if row.get(value) not in (None, ""):
            point = _number(path, number, STEP, row.get(STEP)), _number(path, number, value, row[value])
            line = runs.setdefault(tuple(row.get(name) for name in RUNS), [])
            if line and not point[0] > line[-1][0]:
                raise ValueError(
                    f"{path}, record {number}: step {point[0]:g} after step {line[-1][0]:g}, expected steps that rise;"
                    f" several runs are told apart by a column {', '.join(RUNS[:-1])} or {RUNS[-1]}"
                )
            line.append(point)
    lines = tuple((np.array(points)[:, 0], np.array(points)[:, 1]) for points in runs.values())
    return Trajectory(path.name, value == RATIO, lines, task, activation)


def _rows(path: Path) -> Sequence[Mapping[str, Cell]]:
    if path.suffix.lower() == ".parquet":
        import pyarrow
        import pyarrow.parquet

        try:
            table = pyarrow.parquet.read_table(pyarrow.BufferReader(path.read_bytes()))
        except pyarrow.ArrowException as error:
            raise ValueError(f"{path}: no parquet ({' '.join(str(error).split())[:80]})") from None
        wanted = [name for name in (STEP, RATIO, MARGIN, *RUNS) if name in table.column_names]
        rows: list[dict[str, Cell]] = table.select(wanted or table.column_names).to_pylist()
        return rows
    try:
        text = path.read_text("utf-8-sig")
        if path.suffix.lower() == ".csv":
            return read_csv(text)
        records = [json.loads(line) for line in text.splitlines()]
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if not all(isinstance(record, dict) for record in records):
        raise ValueError(f"{path}: expected a JSON object in every line")
    return records


def _number(path: Path, record: int, column: str, cell: Cell) -> float:
    try:
        number = float(cell) if isinstance(cell, str | int | float) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{path}, record {record}: {column} is {str(cell)[:40]!r}, expected a finite number")
    return number


def trajectory(seen: Trajectory) -> Drawing:
    """The shares of gamma* reached and missing; the normalised margin alone where gamma* is unknown."""
    gamma = seen.gamma
    runs = seen.runs
    ends = [float(values[-1]) for _, values in runs]
    if not seen.share and gamma is not None:
        runs = tuple((steps, values / gamma) for steps, values in runs)
    share = seen.share or gamma is not None

    def draw() -> Figure:
        figure = page(2.9, PAGE)
        if not share:
            axes = figure.subplots()
            for steps, values in runs:
                axes.plot(steps, values, color=TRAINED, alpha=0.65, linewidth=0.9)
                axes.plot(steps[-1], values[-1], "o", color=TRAINED, markersize=2.5)
            axes.axhline(0, color=GREY, linewidth=0.5)
            axes.set_xlim(left=0)
            axes.set_ylabel("normalised margin")
            axes.ticklabel_format(axis="y", scilimits=(-2, 2), useMathText=True)
            axes.set_title(counted(len(runs), "run"))
            every = [axes]
        else:
            left, right = figure.subplots(1, 2)
            reached(left, runs, 1.0, r"$\gamma^*$" if gamma is None else rf"$\gamma^*$ = {gamma:.4g}")
            low = min(float(values[-1]) for _, values in runs)
            high = max(float(values.max()) for _, values in runs)
            left.set_ylim(min(LOWEST, 1.2 * low), max(1.25, 1.1 * high))
            left.set_ylabel(r"share of $\gamma^*$")
            panel(left, "a", counted(len(runs), "run"))
            missing(right, runs)
            right.set_ylabel(r"missing share of $\gamma^*$")
            last = max(float(values[-1]) for _, values in runs)
            panel(right, "b", f"at the end {last:.6g}" if len(runs) == 1 else f"at the end at most {last:.6g}")
            every = [left, right]
        for axes in every:
            axes.set_xlabel("training steps")
            axes.set_xlim(0, max(float(steps[-1]) for steps, _ in runs) * 1.03 or 1)
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        return figure

    what = "share of gamma*" if seen.share else "normalised margin"
    value = "" if gamma is None else f", gamma* = {gamma:.10g}"
    panels = (
        f" Share of gamma* that is reached (a; dashed: gamma*{value}; what lies below the edge is not shown) and that"
        " is missing (b, logarithmic)."
        if share
        else " gamma* is not known for these networks."
    )
    span = f"{min(ends):.6g}" if len(ends) == 1 else f"{min(ends):.6g} to {max(ends):.6g}"
    caption = (
        f"Margins against training steps, {counted(len(runs), 'run')} of {printable(seen.source)}.{panels}"
        f" At the end: {what} {span}."
    )
    return Drawing("trajectory", "Margin against steps", seen.heading, caption, draw)
