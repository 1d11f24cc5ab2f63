"""--vipr writes a file that an independent checker accepts, whole or not at all, and refuses what is irrational."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.command_line import call, listing
from tests.margin.answers.vipr_rules import check


@pytest.mark.parametrize(
    "task", [("--group", "S5"), ("--group", "C12"), ("--p", "23"), ("--group", "SmallGroup(24,10)")]
)
def test_the_file_is_accepted_and_named(task: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "out.vipr"
    answer = call(*task, "--k", "3", "--vipr", str(path))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith(f"written         {path}\n")
    assert check(path.read_bytes()).derived
    before = path.read_bytes()
    assert call(*task, "--k", "3", "--vipr", str(path), "--json").code == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--group", "S4", "--k", "2"), "is sqrt(2)/2, which is irrational; the format takes rational programs"),
        (("--p", "6", "--k", "2"), "is sqrt(2)/2, which is irrational"),
        (("--parity", "10,4"), "is no linear program over representations"),
    ],
)
def test_irrational_programs_are_refused_in_one_line(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    (tmp_path / "out.vipr").write_text("old")
    other = str(tmp_path / "c.json")  # the files are written together or not at all
    answer = call(*arguments, "--vipr", str(tmp_path / "out.vipr"), "--certificate", other)
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.err.splitlines()) == 1
    assert ": --vipr: " in answer.err
    assert message in answer.err
    assert listing(tmp_path) == {"out.vipr": b"old"}


def test_a_group_from_a_file_is_named_with_escapes(tmp_path: Path) -> None:
    name = str(tmp_path / "ta\nble ä.csv")
    Path(name).write_text("0,1\n1,0\n", "utf-8")
    answer = call("--group", name, "--k", "3", "--vipr", str(tmp_path / "out.vipr"))
    assert answer.code == 0
    first = (tmp_path / "out.vipr").read_bytes().split(b"\n")[0]
    assert first.startswith(b"% composition of 3 elements of ")
    assert b"ta\\nble \\xe4.csv" in first
    check((tmp_path / "out.vipr").read_bytes())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_file(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    answer = call("--p", "5", "--k", "3", "--vipr", str(tmp_path / "out.vipr"))
    assert answer.code == 2
    assert "is not writable" in answer.err


def test_a_missing_folder_is_refused_before_any_work(tmp_path: Path) -> None:
    answer = call("--p", "5", "--k", "3", "--vipr", str(tmp_path / "none" / "out.vipr"))
    assert answer.code == 2
    assert "--vipr: the folder" in answer.err
