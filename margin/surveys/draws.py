"""The maximum margin of random parts of the pairs, for addition mod n with two inputs, over many draws."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import process_time
from typing import Any

from tqdm import tqdm

from margin.io.tables import as_csv, provenance, read_csv
from margin.tasks import ModularAddition

PROG = "python -m margin.survey draws"
MODULI = (7, 11, 13)
SHARES = (0.3, 0.5, 0.7, 0.9)
DRAWS = 20
LIMITS = {"tolerance": 1e-3, "most_rounds": 200, "seed": 0, "starts": 200}
COLUMNS = (
    *("n", "share", "draw", "inputs", "lower_bound", "upper_estimate", "of_population", "gap"),
    *("neurons", "rounds", "processor_seconds", "converged"),
)
Row = dict[str, Any]
Case = tuple[int, float, int]


def cases(moduli: Iterable[int], shares: Iterable[float], draws: int) -> list[Case]:
    """(n, share, draw) in the order in which they are solved: all of a draw before the next one."""
    chosen, parts = tuple(moduli), tuple(shares)
    return [(n, share, draw) for draw in range(draws) for n in chosen for share in parts]


def solved(n: int, share: float, draw: int) -> Row:
    """The row of one draw; `draw` is the seed of `DataSet.part`."""
    from margin.solver import from_task, solve
    from margin.theory import maximum_margin

    task = ModularAddition(n, 2)
    data = from_task(task).part(share, draw)
    began = process_time()
    found = solve(data, **LIMITS)  # type: ignore[arg-type]
    return {
        "n": n,
        "share": share,
        "draw": draw,
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


def threshold(n: int, draw: int) -> Row:
    """The fewest pairs, taken in a random order, on which the linear conditions for gamma* can be satisfied.

    Below, gamma* of the pairs is above that of all pairs (docs/theory.md, 11.2). More pairs never hurt, so halving
    finds it.
    """
    import numpy as np

    from margin.parts.conditions import may_reach

    order = [divmod(int(i), n) for i in np.random.default_rng(draw).permutation(n * n)]
    low, high = 0, n * n  # not enough, enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if may_reach(n, order[:middle]) else (middle, high)
    return {"n": n, "draw": draw, "pairs": n * n, "fewest": high, "share": high / n**2}


def saved(path: Path) -> dict[Case, Row]:
    """The rows of a file by case, none where there is no file. Raises ValueError for what is no such file."""
    if not path.exists():
        return {}
    try:
        rows = read_csv(path.read_text("utf-8"))
        return {(int(row["n"]), float(row["share"]), int(row["draw"])): row for row in rows}
    except (ValueError, KeyError) as error:
        raise ValueError(
            f"{path}: {error}, expected a file that {PROG} has written; delete it to start anew"
        ) from error


def write(path: Path, wanted: Iterable[Case], seconds: float) -> dict[Case, Row]:
    """Solve the wanted cases that the file lacks until `seconds` of processor time are spent; its rows.

    The file is whole after each case, and what another process has added to it is kept. Raises ValueError as `saved`.
    """
    from margin.io.files import write_whole

    began = process_time()
    for case in tqdm(list(wanted), desc="draws", disable=None):
        if process_time() - began > seconds:
            break
        if case in saved(path):
            continue
        row = solved(*case)
        rows = saved(path) | {case: row}
        write_whole(path, as_csv([rows[key] for key in sorted(rows)], COLUMNS).encode())
    return saved(path)


def document() -> dict[str, Any]:
    """The provenance of the file: command, versions, settings of the solver, what the columns are."""
    made = provenance(PROG, ("numpy", "scipy"))
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
