"""What agrees with what: prediction, construction, certificate and training of the same tasks, as a table.

python -m proofs_check agreement --date 2026-11-21

Each task is that of a training recipe. The commands of the project answer for it in processes of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from margin.io.command import Parser, Refused, date, refusing, require_places, say
from margin.io.files import write_whole
from margin.io.tables import as_csv, provenance, read_csv
from margin.tasks import Task, parse
from proofs_check.claims.shared import saved_runs
from proofs_check.register import documents

PROG = "python -m proofs_check agreement"
TABLE = documents.PACKAGE / "data" / "agreement.csv"
DOCUMENT = "agreement.md"
BEGIN, END = "<!-- agreement: begin -->", "<!-- agreement: end -->"
LONGEST = 30  # characters of an exact value that are still readable in a table
PREDICT = {  # kind of task: its arguments of `python -m margin.predict`
    "modular_addition": ("--p", "{n}", "--k", "{k}"),
    "group_composition": ("--group", "{group}", "--k", "{k}"),
    "sparse_parity": ("--parity", "{n},{k}"),
}
HEAD = (
    *("recipe", "exact", "margin", "width", "check", "passed", "certificate_bytes", "verdict"),
    *("least_trained_ratio", "seeds"),
)
Row = dict[str, str]


def main(arguments: Sequence[str]) -> int:
    """Make the table anew, and docs/agreement.md from it. Raises Refused."""
    parser = Parser(PROG, "Makes the table of what agrees with what (a minute).", "exit codes: 0 done, 2 wrong input")
    about = "of today, for the table's provenance: YYYY-MM-DD"
    parser.add_argument("--date", type=date, required=True, metavar="DATE", help=about)
    options = parser.parse_args(arguments)
    document = documents.DOCS / DOCUMENT
    with refusing("agreement"):
        if not document.is_file():
            raise FileNotFoundError(f"no {document}: an installed copy has no documents; call it in a checkout")
        places = {"the table": TABLE, "its provenance": TABLE.with_suffix(".json"), "the document": document}
        read = {name: path for name in ("final.csv", "recipes.csv") if (path := saved_runs.table(name)) is not None}
        require_places({name: str(path) for name, path in places.items()}, {name: str(read[name]) for name in read})
        inserted(document.read_text("utf-8"), [])
    rows = [row(recipe, task) for recipe, task in tasks().items()]
    origin = provenance(PROG, (), options.date) | {"table": TABLE.name}
    with refusing("agreement"):
        written = inserted(document.read_text("utf-8"), rows)
        write_whole(TABLE, as_csv(rows, HEAD).encode())
        write_whole(TABLE.with_suffix(".json"), json.dumps(origin, indent=1, sort_keys=True).encode() + b"\n")
        write_whole(document, written.encode())
    say(f"{len(rows)} tasks, written {TABLE} {document}")
    return 0


def tasks() -> dict[str, Task]:
    """The tasks of the recipes whose runs are saved, in their order. Raises Refused where a table is missing."""
    known = {line["recipe"]: parse(line["task"], int(line["k"])) for line in _saved("final.csv")}
    return {line["preset"]: known[line["preset"]] for line in _saved("recipes.csv")}


def row(recipe: str, task: Task) -> Row:
    """What the commands say of a task: every logit of the construction evaluated, both checkers on its certificate."""
    chosen = [argument.format(**task.description()) for argument in PREDICT[task.kind]]
    with TemporaryDirectory() as folder:
        certificate = Path(folder) / "certificate.json"
        printed = _command("margin.predict", *chosen, "--check", "slow", "--json", "--certificate", str(certificate))
        answer = json.loads(printed)
        verdict = _command("proofs_check", "verify", "--both", str(certificate)).split()[0]
        size = certificate.stat().st_size
    ratios = saved_runs.recipe_ratios(recipe)
    margin, check = answer["margin"], answer["check"]
    width = answer["width"]["constructed"]
    values = (margin["exact"], repr(margin["float"]), width, check["method"], check["passed"], size, verdict)
    return dict(zip(HEAD, map(str, (recipe, *values, f"{min(ratios.values()):.9g}", len(ratios))), strict=True))


def read() -> list[Row]:
    """The saved table. Raises FileNotFoundError without one."""
    return read_csv(TABLE.read_bytes().decode())


def markdown(rows: Sequence[Row]) -> str:
    """The table for readers. Raises Refused as `tasks`."""
    named = tasks()
    lines = [
        "| task | prediction: gamma* | construction | certificate | training, least of the seeds |",
        "|---|---|---|---|---|",
    ]
    for line in rows:
        value = f"{float(line['margin']):.6g}"
        exact = f"{line['exact']} = {value}" if len(line["exact"]) <= LONGEST else value
        reached = "reaches it" if line["passed"] == "True" else "MISSES it"
        cells = (
            named[line["recipe"]].title,
            exact.replace("*", r"\*"),
            f"{line['width']} neurons, {reached}",
            f"{line['verdict'].lower()}, {int(line['certificate_bytes']):,} bytes",
            f"{float(line['least_trained_ratio']):.6f} gamma\\*, {line['seeds']} seeds",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def inserted(text: str, rows: Sequence[Row]) -> str:
    """A document with the table between its two marks replaced. Raises ValueError unless each mark is there once."""
    return documents.between(text, BEGIN, END, markdown(rows), f"docs/{DOCUMENT}")


def _saved(name: str) -> list[Row]:
    path = saved_runs.table(name)
    if path is None:
        raise Refused(f"no table {name} of saved runs in {', '.join(map(str, saved_runs.folders()))}")
    return read_csv(path.read_bytes().decode())


def _command(module: str, *arguments: str) -> str:
    """What a command of this copy of the project prints, whatever folder this one is called in."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=documents.PACKAGE.parent, capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"{module} {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
