"""Notebooks are text in cells (jupytext's percent format): each runs from top to bottom, and notices what is false."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.helpers.command_line import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.py"))
CELL = re.compile(r"^# %%(?P<kind> \[markdown\])?\n", re.MULTILINE)


def run(path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, str(path)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def cells(text: str) -> list[tuple[bool, str]]:
    """(whether it is text, content) of each cell."""
    parts = CELL.split(text)[1:]
    return [(kind is not None, content) for kind, content in zip(parts[::2], parts[1::2], strict=True)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    done = run(path, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "VERIFIED" in done.stdout
    assert "NO " not in done.stdout
    (share,) = re.findall(r"step 1499:\s+([\d.]+) of gamma\*", done.stdout)
    assert 0.99 < float(share) <= 1


@pytest.mark.parametrize(
    ("true", "false"), [("10 * np.sqrt(2) - 1) / 1791", "10 * np.sqrt(2) - 1) / 1790"), ("== predicted.exact", "== 1")]
)
def test_what_is_false_is_noticed(true: str, false: str, tmp_path: Path) -> None:
    text = NOTEBOOKS[0].read_text()
    assert text.count(true) == 1
    (tmp_path / "false.py").write_text(text.replace(true, false))
    done = run(tmp_path / "false.py", tmp_path)
    assert done.returncode == 1
    assert "AssertionError" in done.stderr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_text_or_code(path: Path) -> None:
    text = path.read_text()
    assert "format_name: percent" in text
    found = cells(text)
    assert found[0][0]
    assert found[0][1].startswith("# # ")
    for is_text, content in found:
        lines = [line for line in content.splitlines() if line]
        assert lines
        assert all(line.startswith("#") for line in lines) == is_text
    assert sum(is_text for is_text, _ in found) >= 6
