"""Thin the trajectories of finished runs into one table that figures are made from.

python -m benchmarks.training_data DIR... --out docs/data/training/trajectories.parquet --date 2026-11-21
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from margin.io.files import write_whole
from training import runs

RECORDS = 80  # kept per run: the first, the last, and others evenly between
KEPT = (
    *("step", "loss", "margin", "normalised_margin", "ratio", "norm", "accuracy", "train_accuracy", "test_accuracy"),
    *("live", "power_min", "power_median", "power_mean", "residual_mean", "residual_max", "neurons", "shares"),
)

SUMMARY = (
    *("gamma", "normalised_margin", "ratio", "step", "covered", "frequencies", "finite_lambda", "live"),
    *("accuracy", "train_accuracy", "test_accuracy"),
    *("power_min", "power_median", "power_mean", "residual_mean", "residual_max"),
)


def thinned(folder: Path) -> list[dict[str, Any]]:
    """Records of a run, at most RECORDS, with its hash and preset in each."""
    origin = {"run": folder.name, "preset": runs.read_json(folder / runs.PROVENANCE)["preset"]}
    records = runs.thinned(runs.read_trajectory(folder), RECORDS)
    return [origin | {key: record.get(key) for key in KEPT} for record in records]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--date", required=True, help="of the runs")
    arguments = parser.parse_args()
    rows, sources = [], []
    for folder in arguments.folders:
        rows += thinned(folder)
        origin = runs.read_json(folder / runs.PROVENANCE)
        del origin["command"]  # the config says all of it but where the folder was
        result, timing = runs.read_json(folder / runs.RESULT), runs.read_json(folder / runs.TIMING)
        summary = {key: result.get(key) for key in SUMMARY}
        config = runs.read_json(folder / runs.CONFIG)
        sources.append({"run": folder.name, "config": config, **origin, "result": summary, "timing": timing})
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sink, compression="zstd")
    write_whole(arguments.out, sink.getvalue().to_pybytes())
    provenance = {"date": arguments.date, "table": arguments.out.name, "runs": sources}
    write_whole(arguments.out.with_suffix(".json"), json.dumps(provenance, indent=1, sort_keys=True).encode() + b"\n")


if __name__ == "__main__":
    main()
