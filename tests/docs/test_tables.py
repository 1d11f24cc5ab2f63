"""Tables of the documents have as many cells in each row as in the first: a bare | within a cell begins another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("proofs_check/**/*.md")])
BAR = re.compile(r"(?<!\\)\|")


def uneven(text: str) -> Iterator[str]:
    """Rows whose cells are not as many as those of the table's first row; blocks of code have no tables."""
    cells, code = 0, False
    for line in text.splitlines():
        code ^= line.lstrip().startswith("```")
        if code or not line.startswith("|"):
            cells = 0
            continue
        count = len(BAR.findall(line))
        cells = cells or count
        if count != cells:
            yield line


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rows_have_the_cells_of_their_table(page: Path) -> None:
    assert list(uneven(page.read_text("utf-8"))) == []


def test_a_bare_bar_is_found() -> None:
    table = "| a | b |\n|---|---|\n| %s | 1 |\n"
    assert list(uneven(table % "|x|")) == ["| |x| | 1 |"]
    assert list(uneven(table % r"\|x\|")) == []
    assert list(uneven("```\n" + table % "|x|" + "```\n")) == []
