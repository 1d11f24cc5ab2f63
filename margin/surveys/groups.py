"""Which representations must, may or cannot a max-margin network use? Over many groups and numbers of inputs.

An interrupted survey goes on where it stopped: finished groups are kept beside the output in a .partial.jsonl file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from margin.finite_groups.small_groups import listed
from margin.io.output import shown
from margin.io.tables import as_csv

if TYPE_CHECKING:
    from margin.finite_groups.finite_group import FiniteGroup

NAMED = ("S5", "S6", "S7", "A5", "A6", "A7")
INPUTS = (2, 3, 4, 5, 6)
COLUMNS = (
    *("group", "order", "k", "irrep", "dimension", "type", "used", "mass", "mass_low", "mass_high", "mass_exact"),
    *("margin", "margin_exact", "all_irreps_share"),
)
Row = dict[str, Any]


def all_groups() -> list[str]:
    """Names of every group of the survey."""
    return list(dict.fromkeys([*listed(), *NAMED]))


def surveyed_group(name: str) -> FiniteGroup:
    """A group of the survey, or any other by name. Raises ValueError for an unknown name."""
    from margin.finite_groups.finite_group import FiniteGroup
    from margin.finite_groups.names import group

    generators = listed().get(name)
    return FiniteGroup.from_generators(generators, name) if generators else group(name)


def survey(name: str, inputs: Iterable[int]) -> Iterator[Row]:
    """One row for each non-trivial real irreducible representation and number of inputs.

    Masses and margins in float64, with exact values as text beside them; `all_irreps_share` is the best margin with
    the regular share of every representation over gamma*. Raises ValueError as `surveyed_group` and `GroupProgram`.
    """
    from margin.composition.program import GroupProgram

    program = GroupProgram(surveyed_group(name))
    for k in inputs:
        found = program.solve(k)
        for number, irrep in enumerate(found.blocks, 1):
            low, high = irrep.mass_range
            yield {
                "group": name,
                "order": found.task.n,
                "k": k,
                "irrep": number,
                "dimension": irrep.dimension,
                "type": irrep.type,
                "used": irrep.used,
                "mass": float(irrep.mass),
                "mass_low": float(low),
                "mass_high": float(high),
                "mass_exact": str(irrep.mass),
                "margin": float(found.exact),
                "margin_exact": str(found.exact),
                "all_irreps_share": float(found.all_irreps) / float(found.exact),
            }


def as_markdown(rows: list[Row]) -> str:
    """A markdown table: for each group and k how many representations are always / optionally / never used."""
    inputs = sorted({int(row["k"]) for row in rows})
    counts: dict[tuple[str, int], list[int]] = {}
    orders: dict[str, int] = {}
    for row in rows:
        orders[row["group"]] = int(row["order"])
        cell = counts.setdefault((row["group"], int(row["k"])), [0, 0, 0])
        cell[("always", "optional", "never").index(row["used"])] += 1
    lines = [
        "# Representations that max-margin networks use",
        "",
        "Non-trivial real irreducible representations that every, some, or no network of maximum margin puts mass on:",
        "always / optionally / never. k is the number of inputs. Written by `python -m margin.survey groups`; masses,",
        "their ranges and exact margins are in `margin/data/surveys/groups.csv`. Behind a number stands GAP's name, in",
        "which D8 and QD16 have order 8 and 16; `--group 'SmallGroup(8,3) D8'` or `--group 'SmallGroup(8,3)'` is that",
        "group, and `--group D8`, as everywhere else here, is the dihedral group of order 16.",
        "",
        "| group | order | " + " | ".join(f"k = {k}" for k in inputs) + " |",
        "|---|--:|" + "---|" * len(inputs),
    ]
    for name, order in orders.items():
        cells = (" / ".join(map(str, counts[name, k])) if (name, k) in counts else "" for k in inputs)
        lines.append(f"| {shown(name)} | {order} | " + " | ".join(cells) + " |")
    partly = sum(1 for cell in counts.values() if cell[1] or cell[2])
    lines += ["", f"In {partly} of the {len(counts)} programs some representation is not always used."]
    return "\n".join(lines) + "\n"


def _finished(partial: Path) -> dict[tuple[str, int], list[Row]]:
    """Rows by group and k of an interrupted survey; a line cut short or of another form is left out."""
    done: dict[tuple[str, int], list[Row]] = {}
    if partial.exists():
        for line in partial.read_text("utf-8", "replace").splitlines():
            try:
                rows = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(rows, list) and rows and all(isinstance(r, dict) and set(r) == set(COLUMNS) for r in rows):
                keys = {(row["group"], row["k"]) for row in rows}
                if len(keys) == 1 and [row["irrep"] for row in rows] == list(range(1, len(rows) + 1)):
                    done[keys.pop()] = rows
    return done


def partial_file(out: Path) -> Path:
    """Where the rows of an interrupted survey are kept."""
    return out.with_suffix(".partial.jsonl")


def run_survey(names: list[str], inputs: list[int], out: Path) -> list[Row]:
    """Rows of all groups in order, each group once, computed or taken from an interrupted run.

    Leaves out.csv and removes the partial file, also one without a finished group.

    Raises OSError where the file cannot be written, ValueError as `survey`.
    """
    from tqdm import tqdm

    from margin.io.files import require_place, write_whole

    require_place(out)
    names = list(dict.fromkeys(names))
    partial = partial_file(out)
    done = _finished(partial)
    write_whole(partial, *(json.dumps(rows).encode() + b"\n" for rows in done.values()))
    try:
        with partial.open("a", encoding="utf-8") as file, tqdm(names, disable=None, desc="groups") as bar:
            for name in bar:
                bar.set_postfix_str(shown(name))
                missing = [k for k in inputs if (name, k) not in done]
                rows = list(survey(name, missing)) if missing else []
                for k in missing:
                    done[name, k] = [row for row in rows if row["k"] == k]
                    file.write(json.dumps(done[name, k]) + "\n")
                file.flush()
    finally:
        if not done:
            partial.unlink()
    rows = [row for name in names for k in inputs for row in done[name, k]]
    write_whole(out, as_csv(rows, COLUMNS).encode("utf-8", "backslashreplace"))  # names of files may be no text
    partial.unlink(missing_ok=True)
    return rows
