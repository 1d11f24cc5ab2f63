"""Tables that need no training run of their own: the agreement of all parts of the project, and the survey's counts.

python -m benchmarks.agreement [TABLE...] --date 2026-11-21
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from margin.io.command import Parser, Refused, refusing, say
from margin.io.command import run as run_command
from margin.io.files import write_whole
from margin.io.tables import as_csv, provenance, read_csv
from margin.tasks import GroupComposition, SparseParity
from paper_figures.agreement import inserted
from training.presets import OWN
from training.tables.files import read

PROG = "python -m benchmarks.agreement"
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "paper_figures" / "data"
Row = dict[str, Any]


def representations() -> list[Row]:
    """How many representations are always, optionally, never used; from the survey of groups."""
    counts: dict[tuple[str, str, str], list[int]] = {}
    for row in read_csv((ROOT / "margin/data/surveys/groups.csv").read_text("utf-8")):
        cell = counts.setdefault((row["group"], row["order"], row["k"]), [0, 0, 0])
        cell[("always", "optional", "never").index(row["used"])] += 1
    columns = ("group", "order", "k", "always", "optional", "never")
    return [dict(zip(columns, (*key, *cell), strict=True)) for key, cell in counts.items()]


def agreement() -> list[Row]:
    """Prediction, construction (every logit evaluated), certificate and training of the same tasks."""
    trained = read("recipes")
    rows = []
    for recipe in OWN:
        task = recipe.config().task.posed()
        if isinstance(task, SparseParity):
            arguments: Sequence[str] = ("--parity", f"{task.n},{task.k}")
        else:
            named = ("--group", task.name) if isinstance(task, GroupComposition) else ("--p", str(task.n))
            arguments = (*named, "--k", str(task.k))
        with TemporaryDirectory() as folder:
            certificate = Path(folder) / "certificate.json"
            predicted = _command(
                "margin.predict", *arguments, "--check", "slow", "--json", "--certificate", certificate
            )
            answer = json.loads(predicted)
            verdict = _command("proofs_check", "verify", "--both", certificate).split()[0]
            size = certificate.stat().st_size
        ratios = [float(row["ratio"]) for row in trained if row["preset"] == recipe.name]
        margin, check = answer["margin"], answer["check"]
        rows.append(
            {
                "recipe": recipe.name,
                "exact": margin["exact"],
                "margin": repr(margin["float"]),
                "width": answer["width"]["constructed"],
                "check": check["method"],
                "passed": check["passed"],
                "certificate_bytes": size,
                "verdict": verdict,
                "least_trained_ratio": f"{min(ratios):.9g}",
                "seeds": len(ratios),
            }
        )
    return rows


def write_readme() -> None:
    """Put the agreement table into the README."""
    path = ROOT / "README.md"
    write_whole(path, inserted(path.read_text("utf-8")).encode())


def _command(module: str, *arguments: str | Path) -> str:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


TABLES: dict[str, Callable[[], list[Row]]] = {"representations": representations, "agreement": agreement}


def write(name: str, date: str) -> str:
    """One table and its provenance; returns a line on it."""
    rows = TABLES[name]()
    content = as_csv(rows, list(rows[0])).encode()
    origin = provenance(f"{PROG} {name}", ("numpy", "torch"), date) | {"table": f"{name}.csv", "runs": []}
    write_whole(DATA / f"{name}.csv", content)
    write_whole(DATA / f"{name}.json", json.dumps(origin, indent=1, sort_keys=True).encode() + b"\n")
    return f"{name}: {len(rows)} rows, {len(content)} bytes"


def main() -> int:
    parser = Parser(PROG, "Makes the tables that need no training run.", "exit codes: 0 done, 2 wrong input")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}; default: all")
    parser.add_argument("--date", required=True, help="of the runs")
    arguments = parser.parse_args()
    for name in arguments.tables or TABLES:
        if name not in TABLES:
            raise Refused(f"unknown table {name!r}, expected some of {', '.join(TABLES)}")
        with refusing(name):
            say(write(name, arguments.date))
            if name == "agreement":
                write_readme()
    return 0


if __name__ == "__main__":
    run_command(PROG, main)
