"""A prediction as a whole process, against starting Python with numpy.

python -m benchmarks.predict_startup
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.timing import measure, rounds_argument, table

REFERENCE = 'python -c "import numpy"'
SMALL = "--p 23 --k 3"
TARGETS = {
    SMALL: (REFERENCE, 1.0),
    "--p 1000003 --k 8": (SMALL, 1.2),
    "--p 1000000000000037 --k 12": (SMALL, 1.2),
}


def process(*arguments: str) -> Callable[[], object]:
    """Run this Python with these arguments, output discarded, from the repository's root."""
    root = Path(__file__).resolve().parent.parent
    return partial(subprocess.run, [sys.executable, *arguments], check=True, cwd=root, stdout=subprocess.DEVNULL)


def main() -> None:
    rounds = rounds_argument("Start-up of python -m margin.predict", 21)
    contenders = {REFERENCE: process("-c", "import numpy")}
    contenders |= {name: process("-m", "margin.predict", *name.split()) for name in TARGETS}
    print(table(measure(contenders, rounds), TARGETS))


if __name__ == "__main__":
    main()
