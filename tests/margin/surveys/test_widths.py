"""The table of neurons per representation: the saved file is what the code says, and every entry is checked."""

from __future__ import annotations

from typing import Any

import pytest

from margin.composition.width import irrep_width
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from margin.io.tables import as_csv, read_csv
from margin.surveys.widths import COLUMNS, as_markdown, block_error, rows
from tests.helpers.command_line import ROOT


@pytest.fixture(scope="module")
def table() -> list[dict[str, Any]]:
    return list(rows(10**7))


def as_text(value: object) -> str:
    return "" if value is None else str(value)


def test_the_saved_file_is_what_the_code_says(table: list[dict[str, Any]]) -> None:
    stored = read_csv((ROOT / "margin/data/surveys/widths.csv").read_text("utf-8"))
    counted = COLUMNS[:-1]
    assert [[row[c] for c in counted] for row in stored] == [[as_text(row[c]) for c in counted] for row in table]
    assert all(float(row["greatest_error"]) <= 1e-12 for row in stored if row["greatest_error"])
    assert (ROOT / "docs/group_widths.md").read_text() == as_markdown(table)


def test_what_is_affordable_is_checked(table: list[dict[str, Any]]) -> None:
    checked = [row for row in table if row["greatest_error"] is not None]
    assert {row["type"] for row in checked} == {"real", "complex", "quaternionic"}
    assert len(checked) > 20
    assert all(float(row["greatest_error"]) <= 1e-12 for row in checked)
    assert as_csv(table, COLUMNS).splitlines()[0] == ",".join(COLUMNS)


def test_a_missing_neuron_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    g = group("S3")
    irrep = real_irreps(character_table(g))[2]
    assert block_error(g, irrep, 2) <= 1e-12
    monkeypatch.setattr("margin.composition.construction.design", lambda *arguments: full(*arguments)[1:])
    from margin.composition.tuple_designs import design as full

    assert block_error(g, irrep, 2) > 1e-3
    assert irrep_width(2, 1, 2).constructed == 10
