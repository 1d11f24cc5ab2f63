"""Predicted against trained: one row per run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training import runs
from training.config import Config
from training.tasks import problem


@dataclass(frozen=True)
class Comparison:
    """What a finished run reached beside what was predicted; `expected` is the ratio predicted at its lambda."""

    folder: str
    task: str
    seed: int
    steps: int
    gamma: float | None
    reached: float
    ratio: float | None
    expected: float | None
    covered: int
    frequencies: int
    seconds: float  # wall, training
    measuring: float  # wall, exact margins and features
    processor: float  # processor seconds of both


def compare(folders: Iterable[Path]) -> list[Comparison]:
    """Rows for runs' folders. Raises FileNotFoundError or ValueError for folders that hold no finished run."""
    return [comparison(folder) for folder in folders]


def comparison(folder: Path) -> Comparison:
    """The row of one run; raises as `compare`."""
    config = runs.read_config(folder)
    if not runs.is_finished(folder):
        raise ValueError(f"{folder}: the run is not finished; `resume` it first")
    result, timing = runs.read_json(folder / runs.RESULT), runs.read_json(folder / runs.TIMING)
    predicted = result["finite_lambda"]
    return Comparison(
        folder.name,
        str(problem(config.task, config.k, config.activation).task),
        config.seed,
        result["step"],
        result["gamma"],
        result["normalised_margin"],
        result["ratio"],
        predicted["ratio"] if predicted else None,
        result["covered"],
        result["frequencies"],
        timing["train_seconds"],
        timing["measure_seconds"],
        timing["processor_seconds"],
    )


def table(rows: Iterable[Comparison]) -> str:
    """The rows as text: predicted, reached, ratio, ratio predicted at finite lambda, frequencies, steps, seconds."""
    head = (
        "run",
        "task",
        "seed",
        "predicted",
        "reached",
        "ratio",
        "at lambda",
        "covered",
        "steps",
        "seconds",
        "margins",
    )
    lines = [head]
    for row in rows:
        total = row.seconds + row.measuring
        lines.append(
            (
                row.folder,
                row.task,
                str(row.seed),
                _number(row.gamma, ".8g"),
                _number(row.reached, ".8g"),
                _number(row.ratio, ".6f"),
                _number(row.expected, ".6f"),
                f"{row.covered}/{row.frequencies}",
                str(row.steps),
                f"{total:.2f}",
                f"{100 * row.measuring / total if total else 0:.0f}%",
            )
        )
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def prediction(config: Config) -> tuple[list[tuple[str, str]], bool]:
    """Lines (name, text) on what a config must converge to, and whether its weights will collapse.

    Raises ValueError for a task or strength that cannot be.
    """
    from training.loop import strength

    task = problem(config.task, config.k, config.activation)
    lines = [("task", f"{task.task}; activation {_activation(config)}, width {config.width}")]
    if task.gamma is None:
        return [*lines, ("predicted", "none known for ReLU")], False
    lines.append(("predicted", f"gamma* = {task.gamma:.15g}"))
    if config.loss != "cross_entropy":
        return lines, False
    value = strength(config, task)
    exponent = task.degree if config.exponent is None else config.exponent
    shown = f"lambda = {value:.6g} ({value / task.gamma:.4g} gamma*) on ||theta||^{exponent:g}"
    if exponent != task.degree:
        return [*lines, ("", f"{shown}: the optimum is predicted for r = nu = {task.degree} only")], False
    if config.train_share < 1:
        return [*lines, ("", f"{shown}: the optimum is predicted for training on the population only")], False
    found = task.finite_lambda(value)
    assert found is not None
    lines.append(("", f"{shown}, lambda_c = {found.critical:.6g}"))
    if not found.collapses:
        text = f"loss {found.loss:.6f}, norm {found.norm:.6f}, margin {found.margin:.6f}, ratio {found.ratio:.6f}"
        lines.append(("at lambda", text))
    return lines, found.collapses


def _activation(config: Config) -> str:
    return "ReLU" if config.activation == "relu" else f"x^{config.k}"


def result_lines(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Trained values of the same quantities as `prediction`, and the features."""
    ratio = f", ratio {result['ratio']:.6f}" if result["ratio"] is not None else ""
    values = f"loss {result['loss']:.6f}, norm {result['norm']:.6f}, margin {result['margin']:.6f}{ratio}"
    lines = [("trained", values)]
    power = f"dominant share of power: least {result['power_min']:.4f}, mean {result['power_mean']:.6f} by mass"
    lines.append(("neurons", f"{result['live']} live; {power}"))
    if "residual_mean" in result:
        mean, most = result["residual_mean"], result["residual_max"]
        lines.append(("phases", f"|theta_w - sum theta_u|: mean {mean:.2g} by mass, most {most:.2g} turns"))
    if "test_accuracy" in result:
        lines.append(("accuracy", f"train {result['train_accuracy']:.4f}, test {result['test_accuracy']:.4f}"))
    return lines
