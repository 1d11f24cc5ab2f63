"""python -m training list | run PRESET | resume DIR | compare DIR... | experiments | tables | sweep SPEC"""

from __future__ import annotations

from margin.io.command import run
from training.command import PROG, main

if __name__ == "__main__":
    run(PROG, main)
