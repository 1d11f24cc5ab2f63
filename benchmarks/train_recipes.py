"""Seconds from random weights to gamma*: every own preset with eight seeds, worst and median, against its target.

python -m benchmarks.train_recipes [--presets mod23,s3] [--seeds 8] [--out runs] [--csv FILE]

Finished runs in --out are not repeated. Seconds are wall seconds of training and measuring together; processor seconds
are printed beside them, for a machine that is shared.
"""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from statistics import median

from tqdm import tqdm

from margin.io.files import write_whole
from training import runs
from training.compare import Comparison, comparison
from training.loop import train
from training.presets import preset

# share of gamma* and seconds on two cores, for the worst of eight seeds
TARGETS = {
    "mod23": (0.9999, 1.0),
    "mod71": (0.9999, 30.0),
    "k3-n13": (0.9999, 10.0),
    "k3-n23": (0.9999, 90.0),
    "even30": (0.9999, 10.0),
    "even32": (0.9999, 10.0),
    "s3": (0.999, 20.0),
    "s4": (0.999, 20.0),
    "dic3-k3": (0.999, 20.0),
    "parity": (0.9999, 20.0),
}
COLUMNS = ("preset", "run", "seed", "steps", "ratio", "train_seconds", "measure_seconds", "processor_seconds")


def seeds_of(name: str, seeds: int, out: Path) -> list[Comparison]:
    """Train a preset with seeds 0..seeds-1."""
    rows = []
    for seed in tqdm(range(seeds), desc=name, disable=None):
        config = preset(name).config().changed({"seed": seed})
        folder = runs.open_run(out, config, {"preset": name, "scale": "default", "choices": []})
        train(config, folder)
        rows.append(comparison(folder))
    return rows


def line(name: str, rows: list[Comparison]) -> str:
    share, limit = TARGETS[name]
    seconds = [row.seconds + row.measuring for row in rows]
    processor = [row.processor for row in rows]
    failed = [row for row in rows if row.ratio is None or row.ratio < share]
    verdict = "met" if not failed and max(seconds) <= limit else "MISSED"
    failures = "".join(f"; seed {row.seed} ends at {row.ratio:.6f}" for row in failed)
    return (
        f"{name:<8}  {share} of gamma*: {len(rows) - len(failed)} of {len(rows)} seeds, worst {max(seconds):.2f} s,"
        f" median {median(seconds):.2f} s (processor {max(processor):.2f} s, {median(processor):.2f} s),"
        f" least ratio {min(row.ratio or 0.0 for row in rows):.6f}, target {limit:g} s: {verdict}{failures}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presets", default=",".join(TARGETS))
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--out", type=Path, default=Path("runs"))
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name in arguments.presets.split(","):
        rows = seeds_of(name, arguments.seeds, arguments.out)
        print(line(name, rows), flush=True)
        for row in rows:
            times = (f"{value:.3f}" for value in (row.seconds, row.measuring, row.processor))
            writer.writerow((name, row.folder, row.seed, row.steps, f"{row.ratio:.9f}", *times))
        if arguments.csv:
            write_whole(arguments.csv, text.getvalue().encode())


if __name__ == "__main__":
    main()
