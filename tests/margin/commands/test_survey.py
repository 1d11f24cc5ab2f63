"""`python -m margin.survey`: three surveys under one command, where outputs go, what is refused before any work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from margin import survey
from margin.surveys import solver, widths
from margin.surveys.solver import TABLES, document
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, Answer, call

SOLVER = ROOT / "margin" / "data" / "surveys" / "solver"


def surveyed(*arguments: str) -> Answer:
    return call(*arguments, module="margin.survey")


@pytest.mark.parametrize("first", [(), ("groups",)])
def test_groups_is_the_default_and_writes_both_files(tmp_path: Path, first: tuple[str, ...]) -> None:
    out, table = tmp_path / "s.csv", tmp_path / "s.md"
    answer = surveyed(*first, "--group", "Dic3", "--k", "3", "--out", str(out), "--table", str(table))
    assert (answer.code, answer.err) == (0, "")
    assert "In 1 of the 1 programs" in answer.out
    assert answer.out.splitlines()[1:] == [str(out), str(table)]
    assert "| Dic3 | 12 | 2 / 1 / 1 |" in table.read_text("utf-8")
    assert out.read_text("utf-8").startswith("group,order,k,")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--group", "nothing"], "--group"),
        (["--group", "C1"], "one element"),
        (["--group", "S3", "--k", "0"], "--k 0"),
        (["--group", "S3", "--k", "2", "--k", "1001"], "--k: k = 1001, expected at most 1000 for a group"),
        (["--group", "S3", "--out", "missing/folder/x.csv"], "does not exist"),
        (["--group", "S3", "--table", "missing/folder/x.md"], "does not exist"),
        (["other"], "survey 'other'; expected one of groups, solver, widths, quadratic, shared, draws, for example"),
        ([""], "unrecognized arguments: "),
        (["Groups"], "survey 'Groups'; expected one of groups"),
        (["--k", "3", "draws"], "unrecognized arguments: draws"),
        (["solver", "latin", "--out", "missing/folder"], "does not exist"),
        (["solver", "other", "--out", "."], "expected one of"),
        (["widths", "--out", "file"], "--out"),
    ],
)
def test_wrong_input_is_refused(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("kept")
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "s.csv")]
    assert_refused(surveyed(*arguments, *out), said, program=survey.PROG)
    assert sorted(path.name for path in tmp_path.iterdir() if "partial" not in path.name) == ["file"]


@pytest.mark.parametrize("first", [(), ("groups",)])
def test_help_names_every_survey(first: tuple[str, ...]) -> None:
    answer = surveyed(*first, "--help")
    assert (answer.code, answer.err) == (0, "")
    for name, made in survey.SURVEYS.items():
        assert f"\n  {name:<10}{made.__doc__}\n" in answer.out
        own = surveyed(name, "--help")
        assert (own.code, own.err) == (0, "")
        assert (f"usage: {survey.PROG} {name} " in own.out) == (name != "groups")
    assert len({made.__doc__ for made in survey.SURVEYS.values()}) == len(survey.SURVEYS)


@pytest.mark.parametrize("link", ["same", "symbolic", "hard"])
def test_no_output_is_written_over_an_input(tmp_path: Path, link: str) -> None:
    table = tmp_path / "klein.csv"
    table.write_text("0,1\n1,0\n")
    out = table if link == "same" else tmp_path / "other.csv"
    if link == "symbolic":
        out.symlink_to(table)
    elif link == "hard":
        os.link(table, out)
    answer = surveyed("--group", str(table), "--k", "2", "--out", str(out))
    assert_refused(answer, "would be lost", program=survey.PROG)
    assert table.read_text() == "0,1\n1,0\n"
    assert surveyed("--group", str(table), "--k", "2", "--out", str(tmp_path / "third.csv")).code == 0


def test_two_outputs_are_two_files(tmp_path: Path) -> None:
    out = str(tmp_path / "s.csv")
    answer = surveyed("--group", "C2", "--k", "2", "--out", out, "--table", out)
    assert_refused(answer, "name given to --out", program=survey.PROG, folder=tmp_path)


@pytest.mark.parametrize("arguments", [["--group", "C2", "--k", "2"], ["solver", "latin"], ["widths"], []])
def test_outside_a_checkout_out_is_needed(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "margin/data/surveys").mkdir(parents=True)  # of somebody else
    (tmp_path / "pyproject.toml").write_text("")
    folders = dict.fromkeys(("margin", "margin/data", "margin/data/surveys"))
    assert_refused(
        surveyed(*arguments),
        "no --out; outside a checkout",
        program=survey.PROG,
        folder=tmp_path,
        holds={"pyproject.toml": b"", **folders},
    )
    assert not survey.in_checkout()


def test_in_a_checkout_outputs_have_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert survey.in_checkout()
    assert survey.at_home(None, "docs") == "docs"
    assert survey.at_home("x", "docs") == "x"


def test_widths_writes_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widths, "MOST_OPERATIONS", 1000)
    answer = surveyed("widths", "--out", str(tmp_path))
    assert (answer.code, answer.err) == (0, "")
    assert (tmp_path / "group_widths.md").read_text() == (ROOT / "docs/group_widths.md").read_text()
    assert len((tmp_path / "widths.csv").read_text().splitlines()) == 61


def test_solver_writes_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(solver.cases("relu")))
    monkeypatch.setattr(solver, "cases", lambda _: iter([first]))
    answer = surveyed("solver", "relu", "--out", str(tmp_path), "--time-limit", "5")
    assert (answer.code, answer.out) == (0, f"{tmp_path}/relu.csv: 1 rows\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["relu.csv", "relu.json"]


def test_the_document_of_the_solver_is_what_the_command_writes(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "solver.md").read_text("utf-8")
    assert document(SOLVER, text) == text
    assert text.count(": begin -->") == len(TABLES)
    with pytest.raises(ValueError, match="targets: begin"):
        document(SOLVER, text.replace("targets: begin", "targets"))
    with pytest.raises(OSError, match=r"targets\.csv"):
        document(tmp_path, text)
