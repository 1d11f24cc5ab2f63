"""Results of training runs: those kept in training/data, and small ones made anew with torch."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from margin.analysis.fourier import power_at_dominant

FOLDER = FIGURES = Path(str(resources.files("proofs_check"))).parent / "training" / "data"
NO_TORCH = "no live replay: torch is not installed (pip install '.[train]')"


def recipe_ratios(preset: str, folder: Path = FOLDER) -> dict[int, float]:
    """Final normalised margin over gamma* by seed, from recipes.csv; empty where there is none."""
    path = folder / "recipes.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {int(row["seed"]): float(row["ratio"]) for row in csv.DictReader(file) if row["preset"] == preset}


def finals(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The last state of every run described in the folder: preset, scale, config, run, and the last measurements.

    Read from the `runs` of each JSON file, and from the trajectories in the parquet file of the same name, if pyarrow
    is installed (extra `train`): they hold the spectra too.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        described = content.get("runs", []) if isinstance(content, dict) else []
        last = _last_records(path.with_suffix(".parquet"))
        for run in described:
            if isinstance(run.get("result"), dict) and "config" in run:
                end = last.get(run.get("run"), {}) | {k: v for k, v in run["result"].items() if v is not None}
                kept = {key: run.get(key) for key in ("run", "preset", "scale", "config")}
                found.append(kept | end)
    return found


def final(preset: str, *keys: str, scale: str | None = None, folder: Path = FOLDER) -> dict[str, Any] | None:
    """A run of the preset (at the scale, if given) whose final state has all these keys; None if there is none."""
    for run in finals(folder):
        if run["preset"] == preset and scale in (None, run["scale"]) and all(run.get(key) is not None for key in keys):
            return run
    return None


def embedding_power(name: str, folder: Path = FIGURES) -> list[float]:
    """Greatest share of squared norm at one frequency > 0 of each embedding vector u kept at the last step of a run.

    The mean counts in the squared norm. From embedding-NAME.csv, the first ten neurons alive at the end; empty where
    there is no such file.
    """
    path = folder / f"embedding-{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    last = max(int(row[0]) for row in rows)
    vectors = np.array([[float(x) for x in row[2:]] for row in rows if int(row[0]) == last])
    return power_at_dominant(vectors, axis=1).tolist()


def _last_records(path: Path) -> Mapping[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    try:
        from pyarrow import parquet
    except ImportError:
        return {}
    return {record["run"]: record for record in parquet.read_table(path).to_pylist()}  # steps ascend


@cache
def replay(preset: str, seed: int, **changes: Any) -> dict[str, Any] | None:
    """Train a preset anew in this process, at most its steps, and measure the end; None without torch."""
    try:
        from training.loop import Training
        from training.presets import preset as named
    except ImportError:
        return None
    run = Training.begin(named(preset).config().changed({**changes, "seed": seed}))
    loss = 0.0
    while run.step < run.config.steps:
        loss = float(run.advance())
    return run.measure(loss)
