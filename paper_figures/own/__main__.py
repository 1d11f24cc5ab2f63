"""python -m paper_figures.own RUN|FILE [--task TASK --k K] [--out DIR] [--format png,svg,pdf]"""

from margin.io.command import run
from paper_figures.own.command import PROG, main

run(PROG, main)
