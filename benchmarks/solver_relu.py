"""Normalised margins that trained ReLU networks reach, addition mod n, k = 2, L_2 norm, n = 3..13.

Trains by the package `training` (soft minimum of the normalised margins, from random weights, several seeds), to set
beside what `margin.solver` finds: margin/data/surveys/solver/relu.csv. Writes relu_trained.csv and its provenance.

python -m benchmarks.solver_relu [--seeds 3] [--runs FOLDER] [--out margin/data/surveys/solver]
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import json
from pathlib import Path
from typing import Any

from tqdm import tqdm

from margin.io.files import write_whole
from training import runs
from training.config import Config
from training.loop import train

ORDERS = range(3, 14)


def config(n: int, seed: int) -> Config:
    """The recipe. The soft minimum's sharpness is in units of a margin of 0.15/n, near what is reached."""
    scale = 0.15 / n
    return Config(
        task=f"mod:{n}",
        k=2,
        width=256,
        activation="relu",
        loss="soft_minimum",
        sharpness_first=10 / scale,
        sharpness_last=3000 / scale,
        lr=0.02,
        init=1.0,
        steps=3000,
        evaluate_every=500,
        seed=seed,
    )


def best_of(n: int, seeds: int, folder: Path) -> dict[str, Any]:
    """The best seed of a modulus."""
    reached = []
    for seed in range(seeds):
        settings = config(n, seed)
        result = train(settings, runs.open_run(folder, settings, {"preset": "solver_relu"}))
        reached.append((result["normalised_margin"], settings.digest()))
    best, digest = max(reached)
    return {"n": n, "trained_margin": best, "worst_seed": min(reached)[0], "seeds": seeds, "run": digest}


def main() -> None:
    parser = argparse.ArgumentParser(description="Margins of trained ReLU networks.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--runs", default="runs", help="folder of the runs; finished ones are not repeated")
    parser.add_argument("--out", default="margin/data/surveys/solver")
    arguments = parser.parse_args()
    rows = [best_of(n, arguments.seeds, Path(arguments.runs)) for n in tqdm(ORDERS, desc="modulus", disable=None)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    provenance = {
        "command": f"python -m benchmarks.solver_relu --seeds {arguments.seeds}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "config of n = 3, seed 0": json.loads(config(3, 0).canonical()),
        "versions": runs.versions(),
    }
    write_whole(Path(arguments.out) / "relu_trained.csv", out.getvalue().encode())
    write_whole(Path(arguments.out) / "relu_trained.json", json.dumps(provenance, indent=2).encode() + b"\n")


if __name__ == "__main__":
    main()
