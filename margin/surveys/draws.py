"""The maximum margin of random parts of the pairs, for addition mod n with two inputs, over many draws."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from math import inf
from pathlib import Path
from statistics import fmean, stdev
from time import process_time
from typing import Any

from tqdm import tqdm

from margin.io.documents import marked
from margin.io.tables import as_csv, provenance, read_csv
from margin.tasks import ModularAddition

PROG = "python -m margin.survey draws"
PLACE = "margin/data/surveys"  # in a checkout
MODULI = (7, 11, 13)
SHARES = (0.3, 0.5, 0.7, 0.9)
DRAWS = 20
LIMITS = {"tolerance": 1e-3, "most_rounds": 200, "seed": 0, "starts": 200}
COLUMNS = (
    *("n", "share", "draw", "inputs", "lower_bound", "upper_estimate", "of_population", "gap"),
    *("neurons", "rounds", "processor_seconds", "converged"),
)
Row = dict[str, Any]


def cases(moduli: Iterable[int], shares: Iterable[float], draws: int) -> list[tuple[float, ...]]:
    """(n, share, draw) in the order in which they are solved: all of a draw before the next one."""
    chosen, parts = tuple(moduli), tuple(shares)
    return [(n, share, draw) for draw in range(draws) for n in chosen for share in parts]


def solved(n: float, share: float, draw: float) -> Row:
    """The row of one draw; `draw` is the seed of `DataSet.part`."""
    from margin.solver import from_task, solve
    from margin.theory import maximum_margin

    task = ModularAddition(int(n), 2)
    data = from_task(task).part(share, int(draw))
    began = process_time()
    found = solve(data, **LIMITS)  # type: ignore[arg-type]
    return {
        "n": task.n,
        "share": share,
        "draw": int(draw),
        "inputs": len(data),
        "lower_bound": found.value,
        "upper_estimate": found.upper,
        "of_population": found.value / float(maximum_margin(task)),
        "gap": found.gap,
        "neurons": found.stats["neurons"],
        "rounds": found.stats["rounds"],
        "processor_seconds": round(process_time() - began, 1),
        "converged": found.converged,
    }


def threshold(n: float, draw: float) -> Row:
    """The fewest pairs, taken in a random order, on which the linear conditions for gamma* can be satisfied.

    Below, gamma* of the pairs is above that of all pairs (docs/theory.md, 11.2). More pairs never hurt, so halving
    finds it.
    """
    import numpy as np

    from margin.parts.conditions import may_reach

    modulus, seed = int(n), int(draw)
    order = [divmod(int(i), modulus) for i in np.random.default_rng(seed).permutation(modulus**2)]
    low, high = 0, modulus**2  # not enough, enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if may_reach(modulus, order[:middle]) else (middle, high)
    return {"n": modulus, "draw": seed, "pairs": modulus**2, "fewest": high, "share": round(high / modulus**2, 6)}


def saved(path: Path, keys: tuple[str, ...]) -> dict[tuple[float, ...], Row]:
    """The rows of a file by their keys, none where there is no file. Raises ValueError for what is no such file."""
    if not path.exists():
        return {}
    try:
        return {tuple(float(row[key]) for key in keys): row for row in read_csv(path.read_text("utf-8"))}
    except (ValueError, KeyError) as error:
        expected = f"expected a file that {PROG} has written; delete it to start anew"
        raise ValueError(f"{path}: {error}, {expected}") from error


def write(table: str, path: Path, wanted: Iterable[tuple[float, ...]], seconds: float = inf) -> int:
    """Rows of the wanted cases that the file lacks, until `seconds` of processor time are spent; how many it has then.

    `table`: "draws", of (n, share, draw), or "thresholds", of (n, draw). The file is whole after each case, and what
    another process has added to it is kept. Raises ValueError as `saved`.
    """
    from margin.io.files import write_whole

    keys, columns, make = TABLES[table]
    began = process_time()
    for case in tqdm(list(wanted), desc=table, disable=None):
        if process_time() - began > seconds:
            break
        if case in saved(path, keys):
            continue
        row = make(*case)
        rows = saved(path, keys) | {case: row}
        write_whole(path, as_csv([rows[key] for key in sorted(rows)], columns).encode())
        write_whole(path.with_suffix(".json"), json.dumps(document(table), indent=2).encode() + b"\n")
    return len(saved(path, keys))


def as_markdown(rows: Iterable[Row]) -> str:
    """Draws by n and share: how many, and mean, standard deviation, least and largest of gamma*(part) / gamma*."""
    values: dict[tuple[int, float], list[float]] = {}
    for row in rows:
        values.setdefault((int(row["n"]), float(row["share"])), []).append(float(row["of_population"]))
    lines = [
        "| n | share of the pairs | draws | mean of gamma*(part) / gamma* | standard deviation | least | largest |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (n, share), own in sorted(values.items()):
        spread = f"{stdev(own):.4f}" if len(own) > 1 else ""
        numbers = f"{fmean(own):.4f} | {spread} | {min(own):.4f} | {max(own):.4f}"
        lines.append(f"| {n} | {share:g} | {len(own)} | {numbers} |")
    return "\n".join(lines)


def thresholds_markdown(rows: Iterable[Row]) -> str:
    """Fewest pairs that satisfy the conditions, by n: least, mean and largest of random orders."""
    values: dict[int, list[int]] = {}
    for row in rows:
        values.setdefault(int(row["n"]), []).append(int(row["fewest"]))
    lines = [
        "| n | pairs | random orders | fewest pairs that satisfy the conditions: least, mean, largest | share, mean"
        " | by counting, 8n - 15 |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for n, own in sorted(values.items()):
        mean = fmean(own)
        numbers = f"{min(own)}, {mean:.2f}, {max(own)} | {mean / n**2:.3f}"
        lines.append(f"| {n} | {n**2} | {len(own)} | {numbers} | {8 * n - 15} |")
    return "\n".join(lines)


def page(folder: Path, text: str) -> str:
    """docs/missing_data.md with the tables of a folder between their marks. Raises ValueError as `saved`, `marked`."""
    for table, told in (("draws", as_markdown), ("thresholds", thresholds_markdown)):
        path = folder / f"{table}.csv"
        rows = saved(path, TABLES[table][0])
        made = json.loads(path.with_suffix(".json").read_text("utf-8"))
        link = f"data: [{table}.csv](../{PLACE}/{table}.csv)"
        text = marked(text, table, f"{told(rows.values())}\n\n`{made['command']}`, {made['date']}; {link}.")
    return text


TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[..., Row]]] = {
    "draws": (("n", "share", "draw"), COLUMNS, solved),
    "thresholds": (("n", "draw"), ("n", "draw", "pairs", "fewest", "share"), threshold),
}


def document(table: str) -> dict[str, Any]:
    """The provenance of a file: command, versions, and for draws the settings of the solver and its columns."""
    made = provenance(f"{PROG} --table {table}", ("numpy", "scipy"))
    if table == "thresholds":
        return {**made, "columns": {"fewest": "pairs, taken in a random order, that the linear conditions need"}}
    return {
        **made,
        "solve": LIMITS,
        "columns": {
            "draw": "seed of the random part of the inputs",
            "lower_bound": "normalised margin of the network found, in float64",
            "upper_estimate": "price of the best neuron found under the dual: heuristic, not proved",
            "of_population": "lower_bound over gamma* of the whole population",
            "gap": "(upper_estimate - lower_bound) / upper_estimate",
        },
    }
