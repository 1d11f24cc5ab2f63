"""The table of the figure of representations, counted from the saved survey of groups: no run stands behind it.

python -m benchmarks.representations --date 2026-11-21
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from margin.io.command import Parser, say
from margin.io.command import run as run_command
from margin.io.files import write_whole
from margin.io.tables import as_csv, provenance, read_csv

PROG = "python -m benchmarks.representations"
ROOT = Path(__file__).resolve().parent.parent
SURVEY = ROOT / "margin" / "data" / "surveys" / "groups.csv"
DATA = ROOT / "paper_figures" / "data"
COLUMNS = ("group", "order", "k", "always", "optional", "never")


def representations() -> list[dict[str, Any]]:
    """How many representations each group and k uses always, optionally, never."""
    counts: dict[tuple[str, str, str], list[int]] = {}
    for row in read_csv(SURVEY.read_text("utf-8")):
        cell = counts.setdefault((row["group"], row["order"], row["k"]), [0, 0, 0])
        cell[("always", "optional", "never").index(row["used"])] += 1
    return [dict(zip(COLUMNS, (*key, *cell), strict=True)) for key, cell in counts.items()]


def main() -> int:
    parser = Parser(PROG, "Makes the table of representations.", "exit codes: 0 done, 2 wrong input")
    parser.add_argument("--date", required=True, help="of the survey")
    arguments = parser.parse_args()
    rows = representations()
    content = as_csv(rows, COLUMNS).encode()
    origin = provenance(PROG, ("numpy", "torch"), arguments.date) | {"table": "representations.csv", "runs": []}
    write_whole(DATA / "representations.csv", content)
    write_whole(DATA / "representations.json", json.dumps(origin, indent=1, sort_keys=True).encode() + b"\n")
    say(f"representations: {len(rows)} rows, {len(content)} bytes")
    return 0


if __name__ == "__main__":
    run_command(PROG, main)
