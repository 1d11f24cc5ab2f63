"""Maximum margins on data that no formula covers, and on data that one does, as tables.

A finished case is kept in a .partial.jsonl file beside the output, so that an interrupted survey goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from margin.io.documents import marked
from margin.io.tables import as_csv, provenance, read_csv
from margin.networks.activations import Absolute, Activation, Power, ReLU
from margin.networks.integer_margin import exact_margin
from margin.solver.dataset import DataSet, from_table, from_task
from margin.solver.generation import solve
from margin.solver.solution import Solution
from margin.solver.symmetry import KINDS
from margin.tasks import GroupComposition, ModularAddition, SparseParity, Task
from margin.theory import maximum_margin

PROG = "python -m margin.survey solver"
PLACE = "margin/data/surveys/solver"  # of the saved tables in a checkout
TABLES = ("targets", "missing", "row", "latin", "product", "noise", "relu", "activations")
LIMITS = {"tolerance": 1e-6, "most_rounds": 200, "seed": 0, "starts": 200}
# symmetries of the data of a table, which are used
SYMMETRIC: dict[str, tuple[str, ...]] = {"relu": KINDS, "activations": KINDS, "row": ("shift2", "units")}
TARGETS = [(n, 2) for n in range(3, 14)] + [(n, 3) for n in range(3, 8)]
# a loop of order 5 in which every element is its own inverse; no group of order 5 has an element of order 2
LOOP5 = ((0, 1, 2, 3, 4), (1, 0, 3, 4, 2), (2, 4, 0, 1, 3), (3, 2, 4, 0, 1), (4, 3, 1, 2, 0))
Row = dict[str, Any]
Case = tuple[DataSet, float | None]  # and the predicted margin, where there is a prediction


def random_square(n: int, seed: int) -> NDArray[np.int64]:
    """A Latin square of order n, row by row: a random matching of columns with symbols that they have not had."""
    generator = np.random.default_rng(seed)
    square = np.zeros((0, n), dtype=np.int64)
    while len(square) < n:
        free = [[s for s in generator.permutation(n) if s not in square[:, c]] for c in range(n)]
        row = np.full(n, -1)

        def assign(column: int, seen: set[int], free: list[list[int]] = free, row: NDArray[np.int64] = row) -> bool:
            for symbol in free[column]:
                if symbol not in seen:
                    seen.add(symbol)
                    taken = np.flatnonzero(row == symbol)
                    if not taken.size or assign(int(taken[0]), seen):
                        row[column] = symbol
                        return True
            return False

        for column in generator.permutation(n):
            assign(int(column), set())  # a Latin rectangle always goes on (Hall)
        square = np.concatenate([square, row[None]])
    return square


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


def without_row(n: int) -> DataSet:
    """Addition of two inputs mod n without the pairs whose first input is 0."""
    table = np.add.outer(np.arange(n), np.arange(n)) % n
    table[0] = -1
    return from_table(table, name=f"addition of 2 inputs mod {n} without a row")


def predicted(task: Task) -> float:
    """gamma* of the whole population by the theory, which the solver does not know."""
    return float(maximum_margin(task))


def cases(name: str) -> Iterator[Case]:
    """The data sets of a table. Raises ValueError for an unknown name."""
    from margin.finite_groups.names import group

    if name == "targets":
        compositions = [GroupComposition(group(g), 2) for g in ("S3", "Dic3", "Q8", "A4")]
        parities = [SparseParity(n, k) for n, k in ((4, 2), (5, 3), (6, 4))]
        tasks: list[Task] = [*(ModularAddition(n, k) for n, k in TARGETS), *compositions, *parities]
        yield from ((from_task(task), predicted(task)) for task in tasks)
    elif name == "missing":
        for n in (5, 7):
            task = ModularAddition(n, 2)
            yield from_task(task), predicted(task)
            for share in (0.9, 0.7, 0.5, 0.3):
                yield from ((from_task(task).part(share, seed), None) for seed in range(3))
        yield from_task(ModularAddition(11, 2)).part(0.3, 0), None
    elif name == "row":
        yield from ((without_row(n), None) for n in (3, 5, 7, 9, 11, 13))
    elif name == "latin":
        yield from_table(np.array(LOOP5), name="loop of order 5, no group"), None
        klein = predicted(GroupComposition(group("C2xC2"), 2))
        yield from_table(switched_square(4), name="addition mod 4, a 2 x 2 subsquare turned: C2 x C2"), klein
        yield from_table(switched_square(6), name="addition mod 6, a 2 x 2 subsquare turned"), None
        for n in (5, 6, 7):
            task = ModularAddition(n, 2)
            subtraction = np.subtract.outer(np.arange(n), np.arange(n)) % n
            yield from_table(subtraction, name=f"subtraction mod {n}"), predicted(task)
        for n, seed in ((6, 0), (6, 1), (7, 0)):
            yield from_table(random_square(n, seed), name=f"random Latin square of order {n} (seed {seed})"), None
    elif name == "product":
        for p in (3, 5, 7):
            yield product(p, zero=False), predicted(ModularAddition(p - 1, 2))
            yield product(p, zero=True), None
    elif name == "noise":
        for n, wrong in ((5, 1), (5, 2), (5, 5), (7, 1), (7, 2)):
            data = from_task(ModularAddition(n, 2))
            yield from ((data.with_noise(wrong / n**2, seed), None) for seed in range(2))
    elif name == "relu":
        for n in range(3, 14):
            yield from_task(ModularAddition(n, 2), ReLU()), None
    elif name == "activations":
        for activation in (Absolute(), Power(3), Power(4)):
            yield from ((_renamed(n, activation), None) for n in range(3, 10))
    else:
        raise ValueError(f"table {name!r}, expected one of {', '.join(TABLES)}")


def _renamed(n: int, activation: Activation) -> DataSet:
    """Addition of two inputs with an activation that its name tells."""
    data = from_task(ModularAddition(n, 2), activation)
    return replace(data, name=f"{data.name}, {activation}")


def solved(data: DataSet, prediction: float | None, time_limit: float, symmetries: tuple[str, ...] = ()) -> Row:
    """A row of a table: what `solve` finds within LIMITS."""
    start = process_time()
    found = solve(data, time_limit=time_limit, progress=True, symmetries=symmetries, **LIMITS)  # type: ignore[arg-type]
    seconds = process_time() - start
    return {
        "data": data.name,
        "inputs": len(data),
        "classes": data.classes,
        "activation": data.activation.name,
        "predicted": prediction,
        "lower_bound": found.value,
        "lower_bound_proved": _proved(found),
        "upper_estimate": found.upper,
        "gap": found.gap,
        "off_prediction": None if prediction is None else found.value / prediction - 1,
        "neurons": found.stats["neurons"],
        "rounds": found.stats["rounds"],
        "processor_seconds": round(seconds, 1),
        "converged": found.converged,
    }


def _proved(found: Solution) -> float | None:
    """The exact margin of the network with rounded weights; None where it takes too long."""
    try:
        return float(exact_margin(found.network)) if found.value > 0 else 0.0
    except ValueError:
        return None


def write_table(name: str, folder: Path, time_limit: float) -> list[Row]:
    """Solve the cases of a table that are not done, write NAME.csv and its provenance NAME.json; the rows."""
    from margin.io.files import write_whole

    partial = folder / f"{name}.partial.jsonl"
    lines = partial.read_text("utf-8").splitlines() if partial.exists() else []
    done: dict[str, Row] = {}
    for line in lines:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue  # cut off when interrupted
        if isinstance(row, dict) and isinstance(row.get("data"), str):
            done[row["data"]] = row
    everything = list(cases(name))
    with partial.open("a", encoding="utf-8") as file:
        for data, prediction in tqdm(everything, desc=name, disable=None):
            if data.name not in done:
                done[data.name] = solved(data, prediction, time_limit, SYMMETRIC.get(name, ()))
                file.write(("\n" if lines else "") + json.dumps(done[data.name]) + "\n")
                file.flush()
    rows = [done[data.name] for data, _ in everything]
    write_whole(folder / f"{name}.csv", as_csv(rows, list(rows[0])).encode())
    write_whole(folder / f"{name}.json", json.dumps(_provenance(name, time_limit), indent=2).encode() + b"\n")
    partial.unlink()
    return rows


def as_markdown(rows: list[dict[str, Any]]) -> str:
    """The rows as a table: bounds, gap, what is predicted, neurons, and whether the run converged."""
    lines = [
        "| data | lower bound | upper bound (heuristic) | gap | off prediction | neurons | seconds | converged |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in rows:
        low, up, gap = (float(row[key]) for key in ("lower_bound", "upper_estimate", "gap"))
        yes = "yes" if str(row["converged"]) == "True" else "no"
        off = f"{float(row['off_prediction']):+.0e}" if row["off_prediction"] not in (None, "") else ""
        data = str(row["data"]).replace("|", r"\|")  # |x| is no two cells
        lines.append(
            f"| {data} | {low:.9f} | {up:.9f} | {gap:.0e} | {off} | {row['neurons']}"
            f" | {row['processor_seconds']} | {yes} |"
        )
    return "\n".join(lines)


def relu_markdown(rows: list[dict[str, Any]], trained: list[dict[str, Any]]) -> str:
    """The table of ReLU beside what trained networks reach (columns n and trained_margin)."""
    reached = {int(row["n"]): float(row["trained_margin"]) for row in trained}
    lines = [
        "| n | lower bound | upper bound (heuristic) | gap | trained networks reach | of the lower bound |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        n, low, up = int(row["classes"]), float(row["lower_bound"]), float(row["upper_estimate"])
        share = f"{reached[n]:.9f} | {reached[n] / low:.5f}" if n in reached else " | "
        lines.append(f"| {n} | {low:.9f} | {up:.9f} | {float(row['gap']):.0e} | {share} |")
    return "\n".join(lines)


def document(folder: Path, text: str) -> str:
    """docs/solver.md with each table, and how it was made, anew between its marks.

    Raises OSError for a table that is missing in the folder, ValueError for marks that are missing in the text.
    """
    for name in TABLES:
        rows = _saved(folder / f"{name}.csv")
        lines = relu_markdown(rows, _saved(folder / "relu_trained.csv")) if name == "relu" else as_markdown(rows)
        made = json.loads((folder / f"{name}.json").read_text("utf-8"))
        tables = [name, "relu_trained"] if name == "relu" else [name]
        links = ", ".join(
            f"[{table}.{kind}](../{PLACE}/{table}.{kind})" for table in tables for kind in ("csv", "json")
        )
        text = marked(text, name, f"{lines}\n\n`{made['command']}`, {made['date']}; data: {links}.")
    return text


def _saved(path: Path) -> list[dict[str, str]]:
    return read_csv(path.read_text("utf-8"))


def _provenance(name: str, time_limit: float) -> Row:
    made = provenance(f"{PROG} {name} --time-limit {time_limit:g}", ("numpy", "scipy"))
    return {
        "command": made.pop("command"),
        "date": made.pop("date"),
        "solve": {**LIMITS, "time_limit": time_limit, **({"symmetries": SYMMETRIC[name]} if name in SYMMETRIC else {})},
        **made,
        "columns": {
            "lower_bound": "normalised margin of the network found, in float64",
            "lower_bound_proved": "exact margin of that network with weights rounded to 2^-40, rounded to float64;"
            " empty where it takes too long",
            "upper_estimate": "price of the best neuron found under the dual: heuristic, not proved",
            "gap": "(upper_estimate - lower_bound) / upper_estimate",
            "off_prediction": "lower_bound / predicted - 1, where the theory predicts gamma*",
        },
    }
