"""`python -m margin.survey groups`: rows, table, resuming, and the saved tables against a fresh sample."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from margin.surveys import groups as survey
from tests.helpers.command_line import ROOT

TABLE = ROOT / "margin" / "data" / "surveys" / "groups.csv"
SAMPLE = ("SmallGroup(12,1) C3 : C4", "A5", "S5", "SmallGroup(20,1) C5 : C4", "PSL(2,7)", "SmallGroup(8,4) Q8")
EXACT = ("mass_exact", "margin_exact", "used", "type", "dimension", "irrep", "order")
FLOATS = ("mass", "mass_low", "mass_high", "margin", "all_irreps_share")


def saved() -> list[survey.Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", SAMPLE)
def test_saved_table_is_what_is_computed(name: str) -> None:
    fresh = list(survey.survey(name, survey.INPUTS))
    kept = [row for row in saved() if row["group"] == name]
    assert len(fresh) == len(kept) > 0
    for new, old in zip(fresh, kept, strict=True):
        assert {key: str(new[key]) for key in EXACT} == {key: old[key] for key in EXACT}
        assert [new[key] for key in FLOATS] == pytest.approx([float(old[key]) for key in FLOATS], rel=1e-12, abs=1e-15)


@pytest.mark.slow
def test_whole_saved_table(tmp_path: Path) -> None:
    rows = survey.run_survey(survey.all_groups(), list(survey.INPUTS), tmp_path / "all.csv")
    assert len(rows) == len(saved())
    assert (tmp_path / "all.csv").read_bytes() == TABLE.read_bytes()


def test_every_group_and_number_of_inputs_is_there() -> None:
    assert {(row["group"], int(row["k"])) for row in saved()} == {
        (name, k) for name in survey.all_groups() for k in survey.INPUTS
    }
    assert set(survey.NAMED) <= set(survey.all_groups())


def test_markdown_table_is_up_to_date() -> None:
    assert (ROOT / "docs" / "survey.md").read_text("utf-8") == survey.as_markdown(saved())


def test_masses_add_up_and_ranges_hold_them() -> None:
    totals: dict[tuple[str, str], float] = {}
    for row in saved():
        low, mass, high = (float(row[key]) for key in ("mass_low", "mass", "mass_high"))
        assert low - 1e-12 <= mass <= high + 1e-12
        assert row["used"] == ("always" if low > 0 else "optional" if high > 0 else "never")
        assert 0 < float(row["all_irreps_share"]) <= 1 + 1e-12
        totals[row["group"], row["k"]] = totals.get((row["group"], row["k"]), 0.0) + mass
    assert list(totals.values()) == pytest.approx([1.0] * len(totals))


def test_groups_known_to_leave_representations_out() -> None:
    never = {(row["group"], int(row["k"])) for row in saved() if row["used"] == "never"}
    assert {("S5", 3), ("A5", 2), ("SmallGroup(12,1) C3 : C4", 3)} <= never
    assert not {("S5", 2), ("SmallGroup(6,1) S3", 2), ("SmallGroup(24,12) S4", 2)} & never


def test_an_interrupted_survey_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, names, inputs = tmp_path / "s.csv", ["C3", "S3", "Q8"], [2, 3]
    whole = survey.run_survey(names, inputs, tmp_path / "whole.csv")
    first = json.dumps([row for row in whole if row["group"] == "C3" and row["k"] == 2])
    second = json.dumps([row for row in whole if row["group"] == "S3" and row["k"] == 3])
    out.with_suffix(".partial.jsonl").write_text(f"{first}\n{second}\n{first[:50]}")  # the last line is cut short
    computed, original = list[tuple[str, tuple[int, ...]]](), survey.survey

    def counted(name: str, inputs: Iterable[int]) -> Iterator[survey.Row]:
        computed.append((name, tuple(inputs)))
        return original(name, inputs)

    monkeypatch.setattr(survey, "survey", counted)
    assert survey.run_survey(names, inputs, out) == whole
    assert computed == [("C3", (3,)), ("S3", (2,)), ("Q8", (2, 3))]
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.csv", "whole.csv"]


@pytest.mark.parametrize(
    "line", ["[]", "{}", "null", "[1]", '[{"group": "C3"}]', "[" * 10**5, "\udc80", "{edited}", "{doubled}"]
)
def test_a_damaged_line_of_an_interrupted_survey_is_computed_anew(tmp_path: Path, line: str) -> None:
    out = tmp_path / "s.csv"
    rows = survey.run_survey(["C3", "S3"], [2], tmp_path / "whole.csv")
    first = [row for row in rows if row["group"] == "C3"]
    line = {"{edited}": json.dumps([{**first[0], "masss": 1}]), "{doubled}": json.dumps(first * 2)}.get(line, line)
    out.with_suffix(".partial.jsonl").write_bytes(line.encode("utf-8", "surrogateescape") + b"\n")
    assert survey.run_survey(["C3", "S3"], [2], out) == rows
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_group_given_twice_is_there_once(tmp_path: Path) -> None:
    rows = survey.run_survey(["S3", "C3", "S3"], [2], tmp_path / "s.csv")
    assert [(row["group"], row["irrep"]) for row in rows] == [("S3", 1), ("S3", 2), ("C3", 1)]


def test_an_unknown_group_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing"):
        survey.run_survey(["nothing"], [2], tmp_path / "s.csv")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="nothing"):
        survey.run_survey(["C3", "nothing"], [2], tmp_path / "s.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["s.partial.jsonl"]  # what was done is kept
