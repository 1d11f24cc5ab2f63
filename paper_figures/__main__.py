"""python -m paper_figures list | NAME... | all [--out DIR] [--format svg,pdf,png]"""

from margin.io.command import run
from paper_figures.command import PROG, main

run(PROG, main)
