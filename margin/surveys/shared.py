"""Enclosures of gamma* with one shared embedding, each proved on both sides, for the file that predictions read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from margin.io.documents import marked
from margin.io.tables import provenance
from margin.shared.maximum import enclose, record
from margin.tasks import SharedEmbedding

PROG = "python -m margin.survey shared"
PLACE = "margin/data/surveys/shared.json"  # in a checkout
CASES = [(n, 2) for n in range(2, 32)] + [(n, 3) for n in range(2, 10)]


def saved(path: Path) -> list[dict[str, Any]]:
    """The cases of a file, none where there is no file. Raises ValueError for what is no such file."""
    if not path.exists():
        return []
    try:
        cases: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cases"]
        return sorted(cases, key=lambda case: (case["k"], case["n"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: {error}, expected a file that {PROG} has written; delete it to start anew"
        ) from error


def write(path: Path, wanted: Iterable[tuple[int, int]], anew: bool = False) -> list[dict[str, Any]]:
    """Enclose the wanted (n, k) that the file lacks, or all of them anew; the file is whole after each case.

    Returns the cases of the file. Raises ValueError as `saved`, ArithmeticError as `enclose`.
    """
    from margin.io.files import write_whole

    cases = {(case["n"], case["k"]): case for case in saved(path)}
    for n, k in tqdm(list(wanted), desc="shared", disable=None):
        if anew or (n, k) not in cases:
            cases[n, k] = record(enclose(SharedEmbedding(n, k)))
            write_whole(path, document(cases.values()).encode())
    return saved(path)


def as_markdown(cases: Iterable[dict[str, Any]]) -> str:
    """The enclosures as a table, with the power of the heaviest neuron by frequency."""
    from margin.shared.maximum import read
    from margin.shared.report import powers

    lines = [
        "| n | k | gamma* at least | at most | of k^(k/2) gamma* separate | kinds | share"
        " | power of u at 0, 1, 2, 3 | of w |",
        "|--:|--:|--:|--:|--:|--:|--:|---|---|",
    ]
    for case in cases:
        margin = read(case, {})
        row = powers(margin)[0]
        u = " ".join(f"{power:.3f}" for power in row["u"][:4])
        top = max(range(len(row["w"])), key=row["w"].__getitem__)
        rest = sorted(((p, z) for z, p in enumerate(row["w"]) if z != top), reverse=True)[0]
        w = f"{row['w'][top]:.3f} at {top}, {rest[0]:.3f} at {rest[1]}"
        lines.append(
            f"| {case['n']} | {case['k']} | {case['low']} | {case['high']} | {float(margin) / margin.unshared:.7f}"
            f" | {len(case['masses'])} | {row['share']:.3f} | {u} | {w} |"
        )
    return "\n".join(lines)


def page(path: Path, text: str) -> str:
    """A document with the table of a file of enclosures between its marks. Raises ValueError as `saved`, `marked`."""
    made = json.loads(path.read_text("utf-8"))["provenance"]
    return marked(text, "shared", f"{as_markdown(saved(path))}\n\n`{made['command']}`, {made['date']}.")


def document(cases: Iterable[dict[str, Any]]) -> str:
    """The file's text: provenance, and a line for each case."""
    made = provenance(PROG, ("numpy", "scipy"))
    ordered = sorted(cases, key=lambda case: (case["k"], case["n"]))
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in ordered)
    return f'{{"provenance": {json.dumps(made)},\n"cases": [\n{lines}\n]}}\n'
