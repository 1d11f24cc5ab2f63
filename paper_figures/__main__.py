"""python -m paper_figures list | NAME... | all [--out DIR] [--format svg,pdf,png]; or report --out DIR"""

import sys

from margin.io.command import run
from paper_figures import command


def report() -> int:
    """Its modules are loaded within the command, where what libraries print is no answer."""
    from paper_figures.report.command import main

    return main()


if sys.argv[1:2] == ["report"]:
    run(f"{command.PROG} report", report)
run(command.PROG, command.main)
