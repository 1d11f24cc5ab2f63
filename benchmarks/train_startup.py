"""A training run as a whole process, less its training, against starting Python with torch: processor seconds.

python -m benchmarks.train_startup

Processor time, of the process and its children, so that other work on the machine counts little; contenders take turns.
The training that is taken off is what the run itself has counted: its steps and its measurements.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from benchmarks.timing import rounds_argument

PRESET, TARGET = "mod23", 1.25
ROOT = Path(__file__).resolve().parent.parent


def seconds(*arguments: str) -> float:
    """Processor seconds of this Python with these arguments, output discarded, from the repository's root."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, cwd=ROOT, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def round_() -> tuple[float, float, float]:
    """Seconds of `import torch`, of a whole run, and of the training in it."""
    reference = seconds("-c", "import torch")
    with tempfile.TemporaryDirectory() as out:
        whole = seconds("-m", "training", "run", PRESET, "--out", out)
        (timing,) = Path(out).glob("*/timing.json")
        return reference, whole, float(json.loads(timing.read_bytes())["processor_seconds"])


def main() -> None:
    rounds = rounds_argument(f"Start-up of python -m training run {PRESET}", 5)
    round_()  # to warm up
    measured = [round_() for _ in range(rounds)]
    for name, times in zip(("import torch", f"run {PRESET}", "its training"), zip(*measured, strict=True), strict=True):
        print(f"{name:<12}  {median(times):6.2f} s of the processor [{min(times):.2f}, {max(times):.2f}]")
    ratios = sorted((whole - training) / reference for reference, whole, training in measured)
    verdict = "met" if median(ratios) <= TARGET else "MISSED"
    spread = f"[{ratios[0]:.2f}, {ratios[-1]:.2f}], {rounds} rounds"
    print(f"run less training: {median(ratios):.2f} x import torch {spread}, target <= {TARGET}: {verdict}")


if __name__ == "__main__":
    main()
