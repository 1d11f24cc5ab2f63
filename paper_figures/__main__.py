"""python -m paper_figures list | NAME... | all [--out DIR] [--format svg,pdf,png]; or report --out DIR"""

import sys

from margin.io.command import run
from paper_figures import command
from paper_figures.report import command as report

if sys.argv[1:2] == ["report"]:
    run(report.PROG, report.main)
run(command.PROG, command.main)
