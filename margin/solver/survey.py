"""Maximum margins that no formula covers: parts of a population, Latin squares, multiplication, noise, ReLU.

python -m margin.solver.survey            all tables, to docs/data/solver/
python -m margin.solver.survey missing    one of them

A finished case is kept in a .partial.jsonl file beside the output, so that an interrupted survey goes on.
"""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from margin.command import Parser, refusing, run
from margin.solver.dataset import DataSet, from_table, from_task
from margin.solver.generation import solve
from margin.tasks import ModularAddition

PROG = "python -m margin.solver.survey"
TABLES = ("missing", "latin", "noise", "relu")
LIMITS = {"tolerance": 1e-5, "most_rounds": 60, "seed": 0}
# a loop of order 5 in which every element is its own inverse; no group of order 5 has an element of order 2
LOOP5 = ((0, 1, 2, 3, 4), (1, 0, 3, 4, 2), (2, 4, 0, 1, 3), (3, 2, 4, 0, 1), (4, 3, 1, 2, 0))
Row = dict[str, Any]


def switched_square(n: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Addition mod an even n with one 2 x 2 subsquare turned: rows and columns 0, n/2. ValueError if n is odd."""
    if n % 2:
        raise ValueError(f"switched_square: n = {n}, expected an even number")
    square = np.add.outer(np.arange(n), np.arange(n)) % n
    half = [0, n // 2]
    square[np.ix_(half, half)] = square[np.ix_(half, half[::-1])]
    return square


def product(p: int, zero: bool) -> DataSet:
    """Multiplication mod p of all residues, or of the non-zero ones."""
    a = np.arange(0 if zero else 1, p)
    name = f"multiplication mod {p}" + ("" if zero else ", without 0")
    return from_table(np.multiply.outer(a, a) % p - (not zero), name=name)


def cases(name: str) -> Iterator[DataSet]:
    """The data sets of a table. Raises ValueError for an unknown name."""
    if name == "missing":
        for n in (5, 7):
            for share in (1.0, 0.9, 0.7, 0.5, 0.3):
                yield from_task(ModularAddition(n, 2)).part(share, 0)
    elif name == "latin":
        yield from_table(np.array(LOOP5), name="loop of order 5, no group")
        yield from_table(np.subtract.outer(np.arange(5), np.arange(5)) % 5, name="subtraction mod 5")
        yield from_table(switched_square(4), name="addition mod 4, a 2 x 2 subsquare turned")
        yield from_table(switched_square(6), name="addition mod 6, a 2 x 2 subsquare turned")
        for p in (3, 5, 7):
            yield product(p, zero=False)
            yield product(p, zero=True)
    elif name == "noise":
        for share in (0.04, 0.08):
            yield from_task(ModularAddition(5, 2)).with_noise(share, 0)
        yield from_task(ModularAddition(7, 2)).with_noise(0.02, 0)
    elif name == "relu":
        for n in range(3, 14):
            yield from_task(ModularAddition(n, 2), "relu")
    else:
        raise ValueError(f"table {name!r}, expected one of {', '.join(TABLES)}")


def solved(data: DataSet, time_limit: float) -> Row:
    """A row of a table: what `solve` finds within LIMITS."""
    found = solve(data, time_limit=time_limit, progress=True, **LIMITS)  # type: ignore[arg-type]
    return {
        "data": data.name,
        "inputs": len(data),
        "classes": data.classes,
        "activation": data.activation,
        "lower_bound": found.value,
        "upper_estimate": found.upper,
        "gap": found.gap,
        "neurons": found.stats["neurons"],
        "rounds": found.stats["rounds"],
        "seconds": round(found.stats["seconds"], 1),
        "status": found.status.partition(":")[0],
    }


def write_table(name: str, folder: Path, time_limit: float) -> list[Row]:
    """Solve the cases of a table that are not done, write NAME.csv and its provenance NAME.json; the rows."""
    from margin.storage import write_whole

    partial = folder / f"{name}.partial.jsonl"
    lines = partial.read_text("utf-8").splitlines() if partial.exists() else []
    done: dict[str, Row] = {}
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            continue  # cut off when interrupted
        done[row["data"]] = row
    everything = list(cases(name))
    with partial.open("a", encoding="utf-8") as file:
        for data in tqdm(everything, desc=name, disable=None):
            if data.name not in done:
                done[data.name] = solved(data, time_limit)
                file.write("\n" * bool(lines) + json.dumps(done[data.name]) + "\n")
                file.flush()
    rows = [done[data.name] for data in everything]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(folder / f"{name}.csv", out.getvalue().encode())
    write_whole(folder / f"{name}.json", json.dumps(_provenance(name, time_limit), indent=2).encode() + b"\n")
    partial.unlink()
    return rows


def as_markdown(rows: list[dict[str, Any]]) -> str:
    """The rows as a table: lower bound, estimate of the upper bound, gap, neurons, and whether the run converged."""
    lines = ["| data | lower bound | upper bound (estimate) | gap | neurons | converged |", "|---|--:|--:|--:|--:|---|"]
    for row in rows:
        low, up, gap = (float(row[key]) for key in ("lower_bound", "upper_estimate", "gap"))
        yes = "yes" if row["status"] == "converged" else "no"
        lines.append(f"| {row['data']} | {low:.8f} | {up:.8f} | {gap:.1e} | {row['neurons']} | {yes} |")
    return "\n".join(lines)


def _provenance(name: str, time_limit: float) -> Row:
    from importlib.metadata import version

    import margin

    return {
        "command": f"{PROG} {name} --time-limit {time_limit:g}",
        "solve": {**LIMITS, "time_limit": time_limit},
        "versions": {
            "algebraic-margin": margin.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "cvxpy": version("cvxpy"),
        },
        "machine": platform.machine(),
        "bounds": "lower_bound: float64 margin of a network. upper_estimate: best neuron found, heuristic.",
    }


def main() -> int:
    parser = Parser(PROG, "Tables of maximum margins that no formula covers.", "exit codes: 0 done, 2 wrong input")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"{', '.join(TABLES)}; default: all")
    parser.add_argument("--out", default="docs/data/solver", metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--time-limit", type=float, default=120.0, metavar="SECONDS", help="of a case; default: 120")
    arguments = parser.parse_args()
    with refusing("--out"):
        if not Path(arguments.out).is_dir():
            raise FileNotFoundError(f"the folder {arguments.out} does not exist; make it first")
    for name in arguments.tables or TABLES:
        with refusing("survey"):
            rows = write_table(name, Path(arguments.out), arguments.time_limit)
        print(f"{arguments.out}/{name}.csv: {len(rows)} rows")
    return 0


if __name__ == "__main__":
    run(PROG, main)
