"""The README and the pages of docs/ say what the commands print; CI runs the README's test command."""

from __future__ import annotations

import csv
import doctest
import re
from pathlib import Path
from statistics import median

import pytest

from tests.helpers.command_line import ROOT
from tests.helpers.readme import DOCUMENTS, README, console_blocks, output, without_varying

BLOCKS = [(document, *block) for document in DOCUMENTS for block in console_blocks(document)]


@pytest.mark.parametrize(
    ("document", "arguments", "printed"), BLOCKS, ids=[f"{path.name}: {arguments}" for path, arguments, _ in BLOCKS]
)
def test_transcript_is_what_the_command_prints(document: Path, arguments: str, printed: str) -> None:
    assert without_varying(output(arguments)) == without_varying(printed), document


def test_there_are_transcripts_and_only_times_are_ignored() -> None:
    assert len(console_blocks(README)) == 3
    assert len(BLOCKS) >= 10
    assert without_varying("passed in 0.0012 s") == without_varying("passed in 3e-05 s")
    assert without_varying("gamma* = 3/8096") != without_varying("gamma* = 3/8097")
    assert without_varying("verdict         fails (1.26 s)") == without_varying("verdict         fails (0.7 s)")
    assert without_varying("verdict         fails (1.26 s)") != without_varying("verdict         holds (1.26 s)")


def test_every_console_block_is_a_transcript_that_is_run() -> None:
    for document in DOCUMENTS:
        assert document.read_text("utf-8").count("```console") == len(console_blocks(document)), document


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= 10_000


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if "\n>>> " in path.read_text("utf-8")], ids=lambda p: p.name
)
def test_library_examples(document: Path) -> None:
    results = doctest.testfile(str(document), module_relative=False)
    assert results.attempted >= 5
    assert results.failed == 0


def test_the_readme_and_the_page_of_the_prediction_have_library_examples() -> None:
    assert all("\n>>> " in (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/predict.md"))


def test_ci_runs_the_readme_test_command_literally() -> None:
    (command,) = [line for line in README.read_text().splitlines() if line.endswith("-m pytest -q")]
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()


def test_the_commands_after_the_installation_use_the_active_environment() -> None:
    installations = [line for line in README.read_text().splitlines() if line.startswith("python3 -m venv")]
    assert len(installations) == 2
    assert all(" && . .venv/bin/activate && pip install -q -c constraints.txt " in line for line in installations)
    assert ".venv/bin/python" not in README.read_text()


def test_torch_is_pinned_and_no_dependency_of_the_main_job() -> None:
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text().splitlines()
    project = (ROOT / "pyproject.toml").read_text()
    core = next(line for line in project.splitlines() if line.startswith("dependencies"))
    assert 'train = ["torch==2.13.0"' in project
    assert "torch" not in core


def test_training_table_is_that_of_the_saved_runs() -> None:
    """Least share of gamma* and median processor seconds of each recipe, in the order of the file."""
    with open(ROOT / "training" / "data" / "recipes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    recipes = {preset: [row for row in rows if row["preset"] == preset] for preset in (r["preset"] for r in rows)}
    text = (ROOT / "docs" / "training.md").read_text("utf-8")
    shown = re.findall(r"^\| [^|]+ \| gamma\*[^|]* \| (0\.\d+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert len(shown) == len(recipes) == 10
    for (share, seconds), runs in zip(shown, recipes.values(), strict=True):
        assert len(runs) == 8
        assert float(share) <= min(float(row["ratio"]) for row in runs) < float(share) + 6e-4
        assert f"{median(float(row['processor_seconds']) for row in runs):.1f}" == seconds
