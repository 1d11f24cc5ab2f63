"""Results of training runs: the saved tables, and small runs made anew with torch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from margin.analysis.fourier import power_at_dominant
from margin.io.tables import read_csv
from proofs_check.register.claim import demand

if TYPE_CHECKING:
    from training.loop import Training

NO_TORCH = "no live replay: torch is not installed (pip install '.[train]')"
MOST = 1 + 1e-9  # of gamma*, and of all power: more is impossible but for rounding
Run = dict[str, Any]  # what is known of a run: preset, scale, settings, last measurements


def folders() -> tuple[Path, ...]:
    """Where the saved tables lie, whatever folder the command is called in.

    The packages beside this one are meant, also where the user's folder has a package `training` of its own.
    """
    beside = Path(str(resources.files("proofs_check"))).parent
    return (beside / "training" / "data",)


def table(name: str, folder: Path | None = None) -> Path | None:
    """The saved table of that file name, in the given folder if there is one; None where there is none."""
    places = [place / name for place in (folders() if folder is None else (folder,))]
    return next((path for path in places if path.is_file()), None)


def require_shares(values: Iterable[float], what: str) -> None:
    """Raise Refuted where a ratio to gamma*, or a share of power, is above 1: a damaged table or a wrong theory."""
    values = list(values)
    demand(not any(x > MOST for x in values), f"{what}: {max(values, default=0)!r} is above 1")


def final_rows(recipe: str, folder: Path | None = None) -> list[dict[str, str]]:
    """Rows of final.csv of a recipe, one for each seed; empty where there is none."""
    path = table("final.csv", folder)
    rows = [] if path is None else read_csv(path.read_bytes().decode())
    return [row for row in rows if row["recipe"] == recipe]


def recipe_ratios(preset: str, folder: Path | None = None) -> dict[int, float]:
    """Final normalised margin over gamma* by seed, from recipes.csv; empty where there is none."""
    path = table("recipes.csv", folder)
    if path is None:
        return {}
    rows = read_csv(path.read_bytes().decode())
    return {int(row["seed"]): float(row["ratio"]) for row in rows if row["preset"] == preset}


def finals(folder: Path | None = None) -> list[Run]:
    """The last state of every run described in the folder: preset, scale, config, run, and the last measurements.

    Read from the `runs` of each JSON file, and from the trajectories in the parquet file of the same name, if pyarrow
    is installed (extra `train`): they hold the spectra too.
    """
    runs = []
    places = folders() if folder is None else (folder,)
    for path in (path for place in places for path in sorted(place.glob("*.json"))):
        content = json.loads(path.read_text("utf-8"))
        described = content.get("runs", []) if isinstance(content, dict) else []
        last = _last_records(path.with_suffix(".parquet"))
        for run in described:
            if isinstance(run.get("result"), dict) and "config" in run:
                end = last.get(run.get("run"), {}) | {k: v for k, v in run["result"].items() if v is not None}
                runs.append({key: run.get(key) for key in ("run", "preset", "scale", "config")} | end)
    return runs


def final(preset: str, *keys: str, scale: str | None = None, folder: Path | None = None) -> Run | None:
    """A run of the preset (at the scale, if given) whose final state has all these keys; None if there is none."""
    for run in finals(folder):
        if run["preset"] == preset and scale in (None, run["scale"]) and all(run.get(key) is not None for key in keys):
            return run
    return None


def embedding_power(name: str, folder: Path | None = None) -> list[float]:
    """Greatest share of squared norm at one frequency > 0 of each embedding vector u kept at the last step of a run.

    The mean counts in the squared norm. From embedding-NAME.csv, the first ten neurons alive at the end; empty where
    there is no such file.
    """
    path = table(f"embedding-{name}.csv", folder)
    if path is None:
        return []
    rows = read_csv(path.read_bytes().decode())
    last = max(int(row["step"]) for row in rows)
    weights = list(rows[0])[2:]  # after step and neuron
    vectors = np.array([[float(row[column]) for column in weights] for row in rows if int(row["step"]) == last])
    return power_at_dominant(vectors, axis=1).tolist()


def _last_records(path: Path) -> Mapping[str, Run]:
    if not path.is_file():
        return {}
    try:
        from pyarrow import parquet
    except ImportError:
        return {}
    return {record["run"]: record for record in parquet.read_table(path).to_pylist()}  # steps ascend


@cache
def replay(preset: str, seed: int, **changes: Any) -> Run | None:
    """Train a preset anew in this process, at most its steps, and measure the end; None without torch."""
    try:
        from training.loop import Training
        from training.presets import preset as named
    except ImportError:
        return None
    return _measured(Training.begin(named(preset).config().changed({**changes, "seed": seed})))


@cache
def trained_anew(**settings: Any) -> Run | None:
    """Train with these settings in this process, and measure the end; None without torch."""
    try:
        from training.config import Config
        from training.loop import Training
    except ImportError:
        return None
    return _measured(Training.begin(Config.of(**settings)))


def _measured(run: Training) -> Run:
    loss = 0.0
    while run.step < run.config.steps:
        loss = float(run.advance())
    return run.measure(loss)


def small_run() -> Run | None:
    """Addition mod 23, seed 0, made anew; None without torch."""
    return replay("mod23", 0)


def made_anew(key: str) -> list[float]:
    """That measurement of the small run, in a list; empty without torch."""
    run = small_run()
    return [] if run is None else [float(run[key])]


def shortfall(values: list[float]) -> str:
    """What the small run lacks to 1, in words; or that torch is missing."""
    return f"mod 23 trained anew, seed 0: 1 - {1 - values[0]:.0e}" if values else NO_TORCH
