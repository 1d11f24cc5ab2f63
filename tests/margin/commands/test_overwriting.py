"""No output is the file of an input or of another output, under whatever name; every command has one guard."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from margin.io.command import Refused, group_tables, require_places
from tests.helpers.command_line import call, listing

TABLE = "0,1,2\n1,2,0\n2,0,1\n"
Other = Callable[[Path, str], str]  # of a file, another name for it


def itself(folder: Path, name: str) -> str:
    return str(folder / name)


def roundabout(folder: Path, name: str) -> str:
    (folder / "sub").mkdir()
    return str(folder / "sub" / ".." / name)


def linked(folder: Path, name: str) -> str:
    (folder / f"link-{name}").symlink_to(folder / name)
    return str(folder / f"link-{name}")


def hard(folder: Path, name: str) -> str:
    os.link(folder / name, folder / f"hard-{name}")
    return str(folder / f"hard-{name}")


NAMES = pytest.mark.parametrize("other", [itself, roundabout, linked, hard])


def refused(folder: Path, *arguments: str, module: str) -> str:
    """The one line of the refusal; no file is changed."""
    before = listing(folder)
    answer = call(*arguments, module=module)
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.err.splitlines()) == 1
    assert listing(folder) == before
    return answer.err


@NAMES
def test_predict_keeps_the_table(other: Other, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    table, name = str(tmp_path / "t.csv"), other(tmp_path, "t.csv")
    for option in ("--certificate", "--save", "--vipr"):
        line = refused(tmp_path, "--group", table, "--k", "2", option, name, module="margin.predict")
        assert f"{option}: " in line
        assert "is the file of --group" in line
    done = call("--group", table, "--k", "2", "--certificate", str(tmp_path / "c.json"), module="margin.predict")
    assert done.code == 0
    assert (tmp_path / "t.csv").read_text() == TABLE


@NAMES
def test_predict_writes_two_files(other: Other, tmp_path: Path) -> None:
    (tmp_path / "c").write_text("old")
    place, name = str(tmp_path / "c"), other(tmp_path, "c")
    arguments = ("--p", "5", "--k", "2", "--save", place, "--certificate", name)
    assert "is also the name given to --save" in refused(tmp_path, *arguments, module="margin.predict")


@NAMES
def test_certify_keeps_the_weights(other: Other, tmp_path: Path) -> None:
    weights = str(tmp_path / "w.safetensors")
    assert call("--p", "5", "--k", "2", "--save", weights).code == 0
    line = refused(tmp_path, weights, "--out", other(tmp_path, "w.safetensors"), module="margin.certify")
    assert "is the file of the weights" in line
    assert call(weights, "--out", str(tmp_path / "c.json"), module="margin.certify").code == 0


@NAMES
def test_survey_keeps_the_table(other: Other, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    table, name, out = str(tmp_path / "t.csv"), other(tmp_path, "t.csv"), str(tmp_path / "s.csv")
    group = ("--group", table, "--k", "2")
    assert "is the file of --group" in refused(tmp_path, *group, "--out", name, module="margin.survey")
    assert "is the file of --group" in refused(tmp_path, *group, "--out", out, "--table", name, module="margin.survey")
    assert call(*group, "--out", out, "--table", str(tmp_path / "s.md"), module="margin.survey").code == 0
    assert (tmp_path / "t.csv").read_text() == TABLE


def test_survey_writes_files_of_their_own(tmp_path: Path) -> None:
    out = str(tmp_path / "s.csv")
    for table in (out, str(tmp_path / "s.partial.jsonl")):
        line = refused(tmp_path, "--group", "S3", "--k", "2", "--out", out, "--table", table, module="margin.survey")
        assert "is also the name given to" in line


def test_figures_write_files_of_their_own(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "gamma-n.svg").write_text("")
    os.link(tmp_path / "gamma-n.svg", tmp_path / "gamma-n.txt")
    line = refused(tmp_path, "gamma-n", "--out", str(tmp_path), "--format", "svg", module="paper_figures.command")
    assert "is also the name given to gamma-n as svg" in line


def test_files_that_are_not_there_yet(tmp_path: Path) -> None:
    """By their real names; a link that leads nowhere yet counts too."""
    (tmp_path / "link").symlink_to(tmp_path / "new")
    with pytest.raises(Refused, match="is also the name given to a"):
        require_places({"a": str(tmp_path / "new"), "b": str(tmp_path / "link")})
    require_places({"a": str(tmp_path / "new"), "b": str(tmp_path / "other"), "c": None}, {"d": str(tmp_path / "x")})


def test_groups_that_are_files() -> None:
    assert group_tables("S3", None, "perm:(1,2)") == {}
    assert set(group_tables("a.csv").values()) == {"a.csv"}
    assert group_tables(" A.CSV ", "S3") == {"--group A.CSV": "A.CSV", "--group  A.CSV ": " A.CSV "}
    (name,) = group_tables("a\nb.csv")
    assert name == "--group a\\nb.csv"


@pytest.mark.parametrize("name", ["a\nVERIFIED b.json: gamma* = 1.csv", "a\x1b[2K.csv", "\udcff.csv"])
def test_names_of_files_are_escaped_in_answers(name: str, tmp_path: Path) -> None:
    """Lines of predict, survey, certify and group begin with their own words."""
    table = tmp_path / name
    table.write_text(TABLE)
    out = str(tmp_path / f"{name}.json")
    answers = [
        call("--group", str(table), "--k", "2", "--certificate", out),
        call("--group", str(table), "--k", "2", "--out", str(tmp_path / f"{name}.s.csv"), module="margin.survey"),
        call(str(table), module="margin.group"),
    ]
    weights = str(tmp_path / f"{name}.safetensors")
    assert call("--p", "5", "--k", "2", "--save", weights).code == 0
    answers.append(call(weights, "--out", out, module="margin.certify"))
    for answer in answers:
        assert answer.code == 0, answer.err
        lines = answer.out.split("\n")
        assert all(line.isprintable() for line in lines)
        assert not [line for line in lines if line.startswith(("VERIFIED", "b.json"))]
