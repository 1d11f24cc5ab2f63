"""Seconds from random weights to gamma*: every own preset with eight seeds, worst and median, against its aim.

python -m benchmarks.train_recipes [--presets mod23,s3] [--seeds 8] [--out runs]

Finished runs in --out are not repeated. Seconds are wall seconds of training and measuring together; processor seconds
are printed beside them, for a machine that is shared. `python -m training tables recipes` saves them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median

from tqdm import tqdm

from training import runs
from training.compare import Comparison, comparison
from training.loop import train
from training.presets import OWN, preset

AIMS = {own.name: own.aim for own in OWN if own.aim is not None}


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
    aim = AIMS[name]
    seconds = [row.seconds + row.measuring for row in rows]
    processor = [row.processor for row in rows]
    failed = [row for row in rows if row.ratio is None or row.ratio < aim.share]
    verdict = "met" if not failed and max(seconds) <= aim.seconds else "MISSED"
    failures = "".join(f"; seed {row.seed} ends at {row.ratio:.6f}" for row in failed)
    return (
        f"{name:<8}  {aim.share} of gamma*: {len(rows) - len(failed)} of {len(rows)} seeds, worst {max(seconds):.2f} s,"
        f" median {median(seconds):.2f} s (processor {max(processor):.2f} s, {median(processor):.2f} s),"
        f" least ratio {min(row.ratio or 0.0 for row in rows):.6f}, target {aim.seconds:g} s: {verdict}{failures}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presets", default=",".join(AIMS))
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--out", type=Path, default=Path("runs"))
    arguments = parser.parse_args()
    names = arguments.presets.split(",")
    if not set(names) <= set(AIMS):
        parser.error(f"--presets {arguments.presets}: expected some of {', '.join(AIMS)}")
    for name in names:
        print(line(name, seeds_of(name, arguments.seeds, arguments.out)), flush=True)


if __name__ == "__main__":
    main()
