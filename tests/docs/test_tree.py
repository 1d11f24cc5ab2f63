"""CONTRIBUTING.md has every file of the project, each with what its docstring says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.architecture import modules
from tests.helpers.tree import PAGE, line, tree, written


def test_the_tree_is_that_of_the_files() -> None:
    page = PAGE.read_text("utf-8")
    assert written(page) == page, "python -m tests.helpers.tree writes the tree anew"
    lines = tree().splitlines()
    assert len([text for text in lines if text.startswith("- ")]) >= len(modules()) // 2
    assert "- `tasks.py` Tasks: what the network has to compute (docs/theory.md, 1), and their one spelling" in lines


def test_a_stale_tree_and_missing_docstrings_are_noticed(tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    assert written(page.replace("- `tasks.py` Tasks", "- `tasks.py` Others")) == page
    bare = tmp_path / "bare.py"
    bare.write_text("x = 1\n")
    with pytest.raises(ValueError, match="no docstring"):
        line(bare)
    bare.write_text('"""What is here (see e.g. B). More of it.\n\nAnd more."""\n')
    assert line(bare) == "What is here (see e.g. B)"
