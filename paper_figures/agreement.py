"""The agreement table: prediction, construction, certificate and training of the same tasks, as markdown."""

from __future__ import annotations

from paper_figures import tables
from paper_figures.theory import RECIPES

LONGEST = 30  # characters of an exact value that are still readable in a table
BEGIN, END = "<!-- agreement: begin -->", "<!-- agreement: end -->"


def markdown() -> str:
    """The table, from agreement.csv. Raises MissingTable."""
    lines = [
        "| task | prediction: gamma* | construction | certificate | training, least of the seeds |",
        "|---|---|---|---|---|",
    ]
    for row in tables.read("agreement"):
        value = f"{float(row['margin']):.6g}"
        exact = f"{row['exact']} = {value}" if len(row["exact"]) <= LONGEST else value
        reached = "reaches it" if row["passed"] == "True" else "MISSES it"
        cells = (
            RECIPES[row["recipe"]].label,
            exact.replace("*", r"\*"),
            f"{row['width']} neurons, {reached}",
            f"{row['verdict'].lower()}, {int(row['certificate_bytes']):,} bytes",
            f"{float(row['least_trained_ratio']):.6f} gamma\\*, {row['seeds']} seeds",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def inserted(text: str) -> str:
    """A document with the table between its two marks replaced. Raises ValueError where they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} and {END} in the document, expected both, in this order")
    return f"{before}{BEGIN}\n{markdown()}\n{END}{after}"
