"""The table of neurons per representation: the file in docs/ is what the code says, and every entry is checked."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from margin.composition.width import irrep_width
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from margin.io.command import Refused
from margin.surveys import widths as width_table
from margin.surveys.widths import COLUMNS, as_csv, as_markdown, block_error, rows
from tests.helpers.command_line import ROOT


@pytest.fixture(scope="module")
def table() -> list[dict[str, Any]]:
    return list(rows(10**7))


def as_text(value: object) -> str:
    return "" if value is None else str(value)


def test_the_file_in_docs_is_what_the_code_says(table: list[dict[str, Any]]) -> None:
    with (ROOT / "docs/data/group_widths.csv").open(newline="") as file:
        stored = list(csv.DictReader(file))
    counted = COLUMNS[:-1]
    assert [[row[c] for c in counted] for row in stored] == [[as_text(row[c]) for c in counted] for row in table]
    assert all(float(row["greatest_error"]) <= 1e-12 for row in stored if row["greatest_error"])
    assert (ROOT / "docs/group_widths.md").read_text() == as_markdown(table)


def test_what_is_affordable_is_checked(table: list[dict[str, Any]]) -> None:
    checked = [row for row in table if row["greatest_error"] is not None]
    assert {row["type"] for row in checked} == {"real", "complex", "quaternionic"}
    assert len(checked) > 20
    assert all(float(row["greatest_error"]) <= 1e-12 for row in checked)
    assert as_csv(table).splitlines()[0] == ",".join(COLUMNS)


def test_a_missing_neuron_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    g = group("S3")
    irrep = real_irreps(character_table(g))[2]
    assert block_error(g, irrep, 2) <= 1e-12
    monkeypatch.setattr("margin.composition.construction.design", lambda *arguments: full(*arguments)[1:])
    from margin.composition.tuple_designs import design as full

    assert block_error(g, irrep, 2) > 1e-3
    assert irrep_width(2, 1, 2).constructed == 10


def test_the_command_writes_both_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(width_table, "MOST_OPERATIONS", 1000)
    monkeypatch.setattr(sys, "argv", ["width_table", "--out", str(tmp_path)])
    assert width_table.main() == 0
    assert "group_widths.csv" in capsys.readouterr().out
    assert (tmp_path / "group_widths.md").read_text() == (ROOT / "docs/group_widths.md").read_text()
    assert len((tmp_path / "data/group_widths.csv").read_text().splitlines()) == 61
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(sys, "argv", ["width_table", "--out", str(tmp_path / "file")])
    with pytest.raises(Refused, match="--out: "):
        width_table.main()
