"""CSV text: line feeds everywhere, no column lost without a word."""

from __future__ import annotations

import re

import pytest

from margin import __version__
from margin.io.tables import as_csv, provenance, read_csv


def test_what_is_written_is_read_back() -> None:
    rows: list[dict[str, object]] = [{"name": "(1,2), or", "value": 1}, {"name": 'a "quoted"\nline', "value": None}]
    text = as_csv(rows, ("name", "value"))
    assert text == 'name,value\n"(1,2), or",1\n"a ""quoted""\nline",\n'
    assert read_csv(text) == [{"name": "(1,2), or", "value": "1"}, {"name": 'a "quoted"\nline', "value": ""}]
    assert read_csv(as_csv([], ("a",))) == []


@pytest.mark.parametrize("row", [{"a": 1}, {"a": 1, "b": 2, "c": 3}, {}])
def test_rows_of_other_columns_are_refused(row: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="row 2: expected the columns a, b"):
        as_csv([{"b": 0, "a": 0}, row], ("a", "b"))


@pytest.mark.parametrize(
    ("text", "said"), [("", "header"), ("a,b\n1\n", "line 2: 1 cells"), ("a,b\n1,2\n1,2,3\n", "line 3: 3 cells")]
)
def test_damaged_tables_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_csv(text)


def test_provenance_names_command_date_versions_machine() -> None:
    made = provenance("python -m margin.survey", ["numpy"], "2026-11-21")
    assert list(made) == ["command", "date", "versions", "machine"]
    assert (made["command"], made["date"]) == ("python -m margin.survey", "2026-11-21")
    assert isinstance(made["versions"], dict)
    assert list(made["versions"]) == ["algebraic-margin", "python", "numpy"]
    assert made["versions"]["algebraic-margin"] == __version__
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(provenance("x", [])["date"]))
