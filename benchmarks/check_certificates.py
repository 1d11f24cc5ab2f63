"""Checking certificates with the kernel as a whole process, against starting Python with numpy; file sizes.

python -m benchmarks.check_certificates
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.predict_startup import REFERENCE, process
from benchmarks.timing import measure, rounds_argument, table
from margin import ModularAddition, construct, maximum_margin
from margin.addition.certificate import certificate

TASKS = [ModularAddition(23, 3), ModularAddition(997, 5)]
LONGEST = 2.0  # seconds, for one file


def main() -> None:
    rounds = rounds_argument("Checking certificates of symmetric constructions", 7)
    kernel = str(Path(__file__).resolve().parent.parent / "proofs_check" / "check.py")
    contenders = {REFERENCE: process("-c", "import numpy")}
    with tempfile.TemporaryDirectory() as folder:
        for task in TASKS:
            path = Path(folder) / f"n{task.n}-k{task.k}.json"
            path.write_bytes(certificate(maximum_margin(task), construct(task)))
            contenders[f"{path.name}, {path.stat().st_size} bytes"] = process("-I", "-S", kernel, str(path))
        seconds = measure(contenders, rounds)
    print(table(seconds, {name: (REFERENCE, 1.0) for name in contenders if name != REFERENCE}))
    slowest = max(max(times) for name, times in seconds.items() if name != REFERENCE)
    print(f"slowest check {slowest:.2f} s, target <= {LONGEST} s: {'met' if slowest <= LONGEST else 'MISSED'}")


if __name__ == "__main__":
    main()
