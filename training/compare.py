"""Predicted against trained: one row per run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from margin.tasks import SharedEmbedding
from training import runs
from training.config import Config
from training.prediction import converges, exponent, finite_lambda, gamma, strength
from training.settings import Penalised


@dataclass(frozen=True)
class Comparison:
    """What a finished run reached beside what was predicted; `expected` is the ratio predicted at its lambda."""

    folder: str
    task: str
    seed: int
    steps: int
    gamma: float | None
    reached: float | None
    ratio: float | None
    expected: float | None
    covered: int | None
    frequencies: int | None
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
    result, timing = runs.read_result(folder), runs.read_timing(folder)
    predicted = result["finite_lambda"]
    return Comparison(
        folder.name or folder.resolve().name,
        str(config.task.posed()),
        config.seed,
        result["step"],
        result["gamma"],
        result.get("normalised_margin"),
        result.get("ratio"),
        predicted["ratio"] if predicted else None,
        result.get("covered"),
        result.get("frequencies"),
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
                "-" if row.covered is None else f"{row.covered}/{row.frequencies}",
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
    task, degree = config.task.posed(), config.model.degree(config.task.k)
    lines = [("task", f"{task}; {config.model.shown(task.k)}")]
    best = gamma(config)
    if best is None:
        network = "this network" if degree is None else config.model.without_theory(task.k)
        return [*lines, ("predicted", f"none known for {network}")], False
    relation = ">=" if isinstance(task, SharedEmbedding) else "="
    lines.append(("predicted", f"gamma* {relation} {best:.15g}"))
    if not isinstance(config.loss, Penalised) or config.loss.strength == 0:
        return lines, False
    value = strength(config)
    shown = f"lambda = {value:.6g} ({value / best:.4g} gamma*) on ||theta||^{exponent(config):g}"
    if exponent(config) != degree:
        return [*lines, ("", f"{shown}: the optimum is predicted for r = nu = {degree} only")], False
    if isinstance(task, SharedEmbedding):
        return [*lines, ("", f"{shown}: with a shared embedding no optimum at a finite lambda is known")], False
    if not converges(config):
        return [*lines, ("", f"{shown}: the optimum is predicted for training on the population only")], False
    optimum = finite_lambda(config)
    assert optimum is not None
    lines.append(("", f"{shown}, lambda_c = {optimum.critical:.6g}"))
    if not optimum.collapses:
        text = f"loss {optimum.loss:.6f}, norm {optimum.norm:.6f}, margin {optimum.margin:.6f}"
        lines.append(("at lambda", f"{text}, ratio {optimum.ratio:.6f}"))
    return lines, optimum.collapses


def out_of_reach(config: Config) -> str | None:
    """A line for a run whose optimum at its lambda lies below `stop_ratio`, however long it trains; else None."""
    goal, optimum = config.measuring.stop_ratio, finite_lambda(config) if converges(config) else None
    if goal is None or optimum is None or optimum.collapses or optimum.ratio >= goal:
        return None
    loss = config.loss.kind.replace("_", "-")
    return (
        f"at this lambda {loss} converges to the ratio {optimum.ratio:.6f}, below stop_ratio = {goal:g}; groups"
        " and even n want the soft minimum: --set loss=soft_minimum --set init=1.0 --set steps=700"
    )


def result_lines(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Trained values of the same quantities as `prediction`, and the features."""
    norm = f"norm {result['norm']:.6f}" if "norm" in result else f"L2 norm {result['norm_2']:.6f}"
    ratio = f", ratio {result['ratio']:.6f}" if result.get("ratio") is not None else ""
    lines = [("trained", f"loss {result['loss']:.6f}, {norm}, margin {result['margin']:.6f}{ratio}")]
    if "power_min" in result:
        power = f"dominant share of power: least {result['power_min']:.4f}, mean {result['power_mean']:.6f} by mass"
        lines.append(("neurons", f"{result['live']} live; {power}"))
    if "residual_mean" in result:
        mean, most = result["residual_mean"], result["residual_max"]
        lines.append(("phases", f"|theta_w - sum theta_u|: mean {mean:.2g} by mass, most {most:.2g} turns"))
    if "test_accuracy" in result:
        lines.append(("accuracy", f"train {result['train_accuracy']:.4f}, test {result['test_accuracy']:.4f}"))
        if "test_loss" in result:
            lines.append(("loss", f"train {result['train_loss']:.6g}, test {result['test_loss']:.6g}"))
            lines.append(("margin", f"train {result['train_margin']:.6g}, test {result['test_margin']:.6g}"))
    elif "power_min" not in result:
        lines.append(("accuracy", f"{result['accuracy']:.4f}"))
    return lines
