"""Notebooks are text in cells (jupytext's percent format): each runs from top to bottom, and notices what is false."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.docs.links import links
from tests.helpers.command_line import ROOT
from tests.helpers.readme import README

NOTEBOOKS = {path.stem: path for path in sorted((ROOT / "docs" / "notebooks").glob("*.py"))}
CLOCK, WEIGHTS = NOTEBOOKS["from_a_clock_to_a_cosine"], NOTEBOOKS["bring_your_weights"]
CELL = re.compile(r"^# %%(?P<kind> \[markdown\])?\n", re.MULTILINE)
HEADER = """# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # """


def run(path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, str(path)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def cells(text: str) -> list[tuple[bool, str]]:
    """(whether it is text, content) of each cell."""
    parts = CELL.split(text)[1:]
    return [(kind is not None, content) for kind, content in zip(parts[::2], parts[1::2], strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name: str, tmp_path: Path) -> None:
    done = run(NOTEBOOKS[name], tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "VERIFIED" in done.stdout
    assert "NO " not in done.stdout
    *_, share = re.findall(r"([\d.]+) of gamma\*", done.stdout)
    assert (0.99 if NOTEBOOKS[name] == CLOCK else 0.3) < float(share) <= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "true", "false"),
    [
        (CLOCK, "10 * np.sqrt(2) - 1) / 1791", "10 * np.sqrt(2) - 1) / 1790"),
        (CLOCK, "== predicted.exact", "== 1"),
        (WEIGHTS, "square.margins.accuracy == 1\n", "square.margins.accuracy == 1.01\n"),
        (WEIGHTS, "biases=False", "biases=True"),  # then the file has a tensor more, and the norm another meaning
        (WEIGHTS, "0.99 * share < float(certified", "1.01 * share < float(certified"),
    ],
)
def test_what_is_false_is_noticed(path: Path, true: str, false: str, tmp_path: Path) -> None:
    text = path.read_text().replace("steps=1500", "steps=300")
    assert text.count(true) == 1
    (tmp_path / "false.py").write_text(text.replace(true, false))
    done = run(tmp_path / "false.py", tmp_path)
    assert done.returncode == 1
    assert "Error" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_are_text_or_code(name: str) -> None:
    text = NOTEBOOKS[name].read_text()
    assert text.startswith(HEADER)
    found = cells(text)
    for is_text, content in found:
        lines = [line for line in content.splitlines() if line]
        assert lines
        assert all(line.startswith("#") for line in lines) == is_text
    assert sum(is_text for is_text, _ in found) >= 6
    assert sum(not is_text for is_text, _ in found) >= 6


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_jupytext_reads_the_same_cells(name: str) -> None:
    jupytext = pytest.importorskip("jupytext")
    notebook = jupytext.read(NOTEBOOKS[name])
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert notebook.metadata["jupytext"]["text_representation"]["format_name"] == "percent"
    kinds = [cell.cell_type == "markdown" for cell in notebook.cells]
    assert kinds == [is_text for is_text, _ in cells(NOTEBOOKS[name].read_text())]
    assert jupytext.writes(notebook, "py:percent").partition("\n# ---\n")[2] in NOTEBOOKS[name].read_text()


def test_a_cell_that_fails_fails_the_step(tmp_path: Path) -> None:
    """What `.ci/run notebooks` does, on a notebook of two cells."""
    pytest.importorskip("nbmake")
    jupytext = pytest.importorskip("jupytext")
    for name, text in (("right", "1 + 1 == 2"), ("wrong", "1 + 1 == 3")):
        notebook = jupytext.reads(f"{HEADER}Sums\n\n# %%\nassert {text}\n", "py:percent")
        jupytext.write(notebook, tmp_path / f"{name}.ipynb")
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbmake", "."]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert "1 failed, 1 passed" in done.stdout
    assert "AssertionError" in done.stdout


def test_ci_runs_them_all() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    assert "for notebook in docs/notebooks/*.py; do\n        jupytext -q --to ipynb " in text
    assert "-m pytest -q -n 2 --nbmake" in text
    steps = re.findall(r"^STEPS=\((.*)\)$", text, re.MULTILINE)[0].split()
    assert "notebooks" in steps


def test_the_readme_and_the_index_lead_to_them() -> None:
    linked = links(README.read_text("utf-8"))
    assert [name for name, path in NOTEBOOKS.items() if str(path.relative_to(ROOT)) not in linked] == []
    assert "\n_generated/notebooks/*\n" in (ROOT / "docs" / "index.md").read_text("utf-8")
