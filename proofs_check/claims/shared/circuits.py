"""Saved tables of recurrent networks and transformers, and what verdict their parts give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from margin.io.tables import read_csv
from proofs_check.claims.shared.saved_runs import require_shares, table
from proofs_check.register.claim import Finding, Verdict

Row = dict[str, str]
Part = tuple[str, bool]  # what was looked at, with its numbers; whether it is as claimed
DEPARTS = """the last state is not normalised, in departure from the print, so that the networks learn; weights: of the
    steps that were kept the one of least test loss"""
CHANCE = 1 / 113
STEPS = "rangamani-steps"
LEARNED = 0.99  # test accuracy from which a step counts


def finished(name: str, folder: Path | None = None) -> list[Row]:
    """Rows of a saved table that belong to finished runs; empty where there is no table.

    Raises Refuted for an accuracy or a share above 1: a damaged table.
    """
    path = table(f"{name}.csv", folder)
    rows = [] if path is None else [row for row in read_csv(path.read_bytes().decode()) if row["finished"] == "1"]
    for column in ("accuracy", "test_accuracy", "train_accuracy", "share", "product_share", "complement", "single"):
        require_shares((float(row[column]) for row in rows if row.get(column)), f"{name}: {column}")
    return rows


def by_run(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each run, by its hash, in their order."""
    result: dict[str, list[Row]] = {}
    for row in rows:
        result.setdefault(row["run"], []).append(row)
    return result


def title(row: Row) -> str:
    return f"{row['preset']} seed {row['seed']}"


def not_yet(name: str, scope: str) -> Finding:
    """No finished run in the table, or no table; says by what it will be judged."""
    return Finding(
        "not yet run",
        f"""no finished run in a saved table {name}; `python -m training tables {name}` makes it when runs have ended.
        To be judged by: {scope}""",
    )


def judged(parts: Sequence[Part], scope: str, seeds: int, most: Verdict = "reproduced", more: str = "") -> Finding:
    """Reproduced (or the verdict `most`) if every part is as claimed, not reproduced if none is, else mixed.

    `more` is said after the parts and judges nothing. Raises ValueError where there is no part.
    """
    if not parts:
        raise ValueError("no parts, expected one or more to judge by")
    agreeing = sum(agrees for _, agrees in parts)
    verdict: Verdict = most if agreeing == len(parts) else "mixed" if agreeing else "not reproduced"
    groups = [(name, [text for text, agrees in parts if agrees == wanted]) for name, wanted in _GROUPS]
    said = ". ".join(f"{name}, {len(texts)} of {len(parts)}: {'; '.join(texts)}" for name, texts in groups if texts)
    count = "one run, one seed" if seeds == 1 else f"{seeds} runs"
    evidence = f"{said}. {more}" if more else said
    return Finding(verdict, evidence, scope=f"{count}. {scope}", data={"agreeing": agreeing, "parts": len(parts)})


_GROUPS = (("As claimed", True), ("Not as claimed", False))


def at_other_steps(holds: Callable[[Row], bool], said: str, folder: Path | None = None) -> str:
    """At how many kept steps of the recurrent networks, of those that have learned, something is as said.

    Empty where no such step is in the saved table.
    """
    rows = [row for row in finished(STEPS, folder) if float(row["test_accuracy"]) >= LEARNED]
    known = [row for row in rows if row["error"]]
    if not known:
        return ""
    runs = len({row["run"] for row in known})
    share = f"{sum(map(holds, known))} of {len(known)} kept steps"
    return f"At {share} with test accuracy {LEARNED} or more ({runs} {'runs' if runs > 1 else 'run'}) {said}"
