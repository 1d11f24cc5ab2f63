"""What agrees with what, each cell with a link to where it comes from; and the page of these sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from importlib import resources
from pathlib import Path

from margin.io.tables import read_csv
from margin.tasks import Task
from paper_figures import tables
from paper_figures.report.bridge import Json, arguments_of
from paper_figures.report.pages import GAMMA, link, page, section, table
from paper_figures.theory import recipes

RECORD = Path(str(resources.files("proofs_check"))) / "data"  # that package is not imported
LONGEST = 30  # characters of an exact value in the table
SOURCES = "sources.html"
Row = dict[str, str]


def rows() -> list[tuple[Row, Task]]:
    """The recorded table of what agrees, each row with its task. Raises FileNotFoundError, MissingTable."""
    known = recipes()
    return [(row, known[row["recipe"]]) for row in read_csv((RECORD / "agreement.csv").read_bytes().decode())]


def require_same(row: Row, found: Json) -> None:
    """Raise ValueError where the record does not say what the command says today."""
    answer, size = found["answer"], len((found["certificate"] or "").encode())
    today = answer["margin"]["exact"], str(answer["width"]["constructed"]), str(size)
    recorded = row["exact"], row["width"], row["certificate_bytes"]
    if today != recorded:
        raise ValueError(
            f"{row['recipe']}: proofs_check/data/agreement.csv has {recorded}, the command says {today};"
            " make it anew: python -m proofs_check agreement --date DATE"
        )


def content() -> str:
    """The table of the report's first page."""
    lines = []
    for row, task in rows():
        recipe, short = row["recipe"], f"{float(row['margin']):.6g}"
        exact = f"{row['exact']} = {short}" if len(row["exact"]) <= LONGEST else short
        reached = "reaches it" if row["passed"] == "True" else "MISSES it"
        trained = f"{float(row['least_trained_ratio']):.6f} {GAMMA}, {row['seeds']} seeds"
        arguments = " ".join(arguments_of(task.description()))
        certificate = f"{row['verdict'].lower()}, {int(row['certificate_bytes']):,} bytes"
        lines.append(
            (
                link(f"#explore?{arguments}", task.title),
                link(f"{SOURCES}#prediction-{recipe}", exact),
                link(f"{SOURCES}#construction-{recipe}", f"{row['width']} neurons, {reached}"),
                link(f"certificates/{recipe}.html", certificate),
                link(f"{SOURCES}#training-{recipe}", trained),
            )
        )
    head = ("task", f"prediction: {GAMMA}", "construction", "certificate", "training, least of the seeds")
    return (
        "<p>The same task four times: the exact prediction; the constructed network, every logit evaluated; its"
        " certificate, checked by code that shares nothing with the prediction; and networks trained from random"
        " weights. Each cell leads to its source; the task leads to the explorer.</p>"
        + table(head, lines, "What agrees with what")
    )


def sources(answers: Mapping[str, Json]) -> bytes:
    """The page of sources: for each task the command's answer, the recorded check, and every seed of the training."""
    origin = json.loads((RECORD / "agreement.json").read_text("utf-8"))
    trained = tables.read("recipes")
    parts = [
        "<h1>Sources of the agreement table</h1>",
        "<p>For each task: the command and its answer, made when this report was built; the recorded check of every"
        f" logit (proofs_check/data/agreement.csv, made by <code>{escape(origin['command'])} --date"
        f" {escape(origin['date'])}</code>); and the end of every training run (training/data/recipes.csv).</p>",
    ]
    for row, task in rows():
        recipe, found = row["recipe"], answers[row["recipe"]]
        require_same(row, found)
        arguments = " ".join(arguments_of(task.description()))
        answer = found["answer"]
        statements = "".join(
            f"<li>{'yes' if line['holds'] else 'NO'}: {escape(line['statement'])}</li>"
            for line in answer["check"]["statements"]
        )
        prediction = (
            f"<p><code>python -m margin.predict {escape(arguments)}</code></p>"
            f"<p>{GAMMA} = {escape(answer['margin']['exact'])} ≈ {answer['margin']['float']}</p><ul>{statements}</ul>"
            f"<p>{link(f'index.html#explore?{arguments}', 'Compute it in the explorer')}.</p>"
        )
        construction = (
            f"<p>{row['width']} neurons; check “{escape(row['check'])}” (every logit of the network): "
            f"{'passed' if row['passed'] == 'True' else 'FAILED'}.</p>"
            f"<p><code>python -m margin.predict {escape(arguments)} --check slow</code></p>"
        )
        seeds = [
            (line["seed"], escape(line["steps"]), escape(line["ratio"]), f"<code>{escape(line['run'])}</code>")
            for line in trained
            if line["preset"] == recipe
        ]
        training = f"<p><code>python -m training run {escape(recipe)}</code></p>" + table(
            ("seed", "steps", f"share of {GAMMA} reached", "run"), seeds, f"Training runs of {escape(recipe)}"
        )
        parts.append(
            section(
                f"task-{recipe}",
                escape(task.title),
                f'<h3 id="prediction-{recipe}">Prediction</h3>{prediction}'
                f'<h3 id="construction-{recipe}">Construction</h3>{construction}'
                f'<h3 id="training-{recipe}">Training</h3>{training}',
            )
        )
    return page("Sources of the agreement table", "\n".join(parts))
