"""The README says what the commands print, and CI runs the README's test command."""

from __future__ import annotations

import csv
import doctest
import re
from statistics import median

import pytest

from tests.readme import README, ROOT, console_blocks, output, without_varying


@pytest.mark.parametrize(("arguments", "printed"), console_blocks())
def test_transcript_is_what_the_command_prints(arguments: str, printed: str) -> None:
    assert without_varying(output(arguments)) == without_varying(printed)


def test_there_are_transcripts_and_only_times_are_ignored() -> None:
    assert len(console_blocks()) >= 4
    assert without_varying("passed in 0.0012 s") == without_varying("passed in 3e-05 s")
    assert without_varying("gamma* = 3/8096") != without_varying("gamma* = 3/8097")


def test_library_example() -> None:
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted >= 8
    assert results.failed == 0


def test_ci_runs_the_readme_test_command_literally() -> None:
    (command,) = [line for line in README.read_text().splitlines() if line.endswith("-m pytest -q")]
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()


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
    shown = re.findall(r"^\| [^|]+ \| gamma\*[^|]* \| (0\.\d+) \| ([\d.]+) \|$", README.read_text(), re.MULTILINE)
    assert len(shown) == len(recipes) == 10
    for (share, seconds), runs in zip(shown, recipes.values(), strict=True):
        assert len(runs) == 8
        assert float(share) <= min(float(row["ratio"]) for row in runs) < float(share) + 6e-4
        assert f"{median(float(row['processor_seconds']) for row in runs):.1f}" == seconds
