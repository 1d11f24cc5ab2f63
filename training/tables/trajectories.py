"""Thinned trajectories of one run of each recipe as one parquet file that figures and claims are made from."""

from __future__ import annotations

from typing import Any

from training import runs
from training.experiments import RECIPES, Source
from training.tables.collection import Collection

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
SOURCES = [
    *(Source(name, seeds=(0,)) for name in RECIPES),
    *(Source(name, seeds=(0,), scale="paper") for name in ("morwani-mod71", "morwani-mod71-relu", "li-k3-p97")),
]


def trajectories(collection: Collection) -> tuple[bytes, list[dict[str, Any]]]:
    """The parquet file's bytes; and of each run config, choices, versions, result and seconds.

    Raises FileNotFoundError for a run that is missing.
    """
    import pyarrow
    import pyarrow.parquet

    rows, described = [], []
    for source in SOURCES:
        for settings, folder in collection.finished(source):
            origin = runs.read_provenance(folder)
            origin.pop("command", None)  # the config says all of it but where the folder was
            result, timing = runs.read_result(folder), runs.read_timing(folder)
            config = runs.read_json(folder / runs.CONFIG)
            summary = {key: result.get(key) for key in SUMMARY}
            described.append(
                {"run": settings.digest(), **origin, "config": config, "result": summary, "timing": timing}
            )
            named = {"run": settings.digest(), "preset": source.preset}
            records = runs.thinned([record for record in runs.read_trajectory(folder) if record["step"]], RECORDS)
            rows += [named | {key: record.get(key) for key in KEPT} for record in records]
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sink, compression="zstd")
    return sink.getvalue().to_pybytes(), described
