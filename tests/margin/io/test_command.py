"""Arguments, refusals and places that all commands share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from margin import __version__
from margin.io.command import Parser, Refused, answer, date, integer, refusing, require_places, write_files


def parser() -> Parser:
    made = Parser(
        "python -m margin.solve", "First paragraph.\nSecond one. " + "word " * 40, "exit codes: 0 done, 2 wrong"
    )
    group = made.add_mutually_exclusive_group(required=True)
    for name in ("alpha", "beta", "gamma", "delta", "epsilon"):
        group.add_argument(f"--{name}", metavar="A_LONG_NAME.safetensors")
    return made


def test_help_has_80_columns_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parser().parse_args(["--help"])
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert "\nFirst paragraph.\nSecond one. word" in text
    assert "\nexamples:\n  python -m margin.solve --p 5 --k 2\n" in text
    assert text.endswith("\nexit codes: 0 done, 2 wrong, 3 the command itself failed (no answer)\n")
    assert "examples" not in Parser("python -m other", "", "").format_help()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parser().parse_args(["--version"])
    assert capsys.readouterr().out == f"algebraic-margin {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--alph", "x"], ["--alpha"], ["--alpha", "x", "--beta", "y"], ["--other"]])
def test_the_parser_refuses_in_one_line_and_takes_no_abbreviations(arguments: list[str]) -> None:
    with pytest.raises(Refused, match=r"^[^\n]*; see python -m margin\.solve --help$"):
        parser().parse_args(arguments)
    assert parser().parse_args(["--alpha", "x"]) == argparse.Namespace(
        alpha="x", beta=None, gamma=None, delta=None, epsilon=None
    )


def test_integers() -> None:
    parse = integer("--k", 2, "3", most_digits=5)
    assert [parse(text) for text in ("2", "+7", "00099")] == [2, 7, 99]
    for text in ("1", "-3", "1.0", "", "٣", "1_0", "x" * 100, "123456"):
        with pytest.raises(Refused, match="expected"):
            parse(text)


def test_days() -> None:
    assert [date(text) for text in ("2026-11-21", "2024-02-29")] == ["2026-11-21", "2024-02-29"]
    for text in ("x", "", "2026-13-01", "2026-02-29", "20261121", "2026-W47-6", "21.11.2026", "2026-11-21\n", "9" * 99):
        with pytest.raises(Refused, match=r"^--date '[^\n]{0,50}': expected a day as YYYY-MM-DD"):
            date(text)


def test_work_that_fails_names_its_option() -> None:
    for error in (ValueError("bad"), OSError("bad"), OverflowError("bad")):
        with pytest.raises(Refused, match=r"^--save: bad$"), refusing("--save"):
            raise error
    with pytest.raises(Refused, match=r"^--save: bad$"), refusing("--save"):
        raise ValueError("save: bad")
    with pytest.raises(Refused, match=r"^--save: load: bad$"), refusing("--save"):
        raise ValueError("load: bad")
    with pytest.raises(Refused, match=r"^--save: MemoryError$"), refusing("--save"):
        raise MemoryError
    with pytest.raises(Refused, match=r"^w.npz: bad$"), refusing("w.npz"):
        raise ValueError("w.npz: bad")
    with pytest.raises(Refused, match=r"^w.npz: w.npzip: bad$"), refusing("w.npz"):
        raise ValueError("w.npzip: bad")
    with pytest.raises(Refused, match=r"^bad$"), refusing():
        raise ValueError("bad")
    with pytest.raises(BrokenPipeError), refusing("--save"):
        raise BrokenPipeError
    with pytest.raises(KeyError), refusing("--save"):
        raise KeyError


@pytest.mark.parametrize("kind", ["same", "symbolic", "hard", "dots", "new"])
def test_nothing_is_written_over_what_is_read_nor_twice(kind: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    if kind != "new":
        first.write_text("")
    if kind == "symbolic":
        second.symlink_to(first)
    elif kind == "hard":
        os.link(first, second)
    elif kind == "dots":
        second = tmp_path / ".." / tmp_path.name / "first"
    else:
        second = first
    with pytest.raises(Refused, match=r"--out: .*is the file of --table, which would be lost; name another"):
        require_places({"--out": str(second), "--other": None}, {"--table": str(first)})
    with pytest.raises(Refused, match=r"--certificate: .*also the name given to --out, expected another"):
        require_places({"--out": str(first), "--certificate": str(second)})


def test_places_that_differ_are_taken(tmp_path: Path) -> None:
    (tmp_path / "read").write_text("")
    require_places({"--out": str(tmp_path / "a"), "--other": str(tmp_path / "b")}, {"--table": str(tmp_path / "read")})
    require_places({"--out": None})
    with pytest.raises(Refused, match=r"--out: .*does not exist"):
        require_places({"--out": str(tmp_path / "no" / "a")})


def test_files_are_written_by_the_writers_of_their_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "a")
    written = write_files({"--out": path, "--other": None}, {"--out": _write})
    assert (written, Path(path).read_text()) == ([path], "x")
    with pytest.raises(Refused, match=r"--out: full"):
        write_files({"--out": path}, {"--out": _full})
    answer("text", written)
    assert capsys.readouterr().out == f"text\nwritten         {path}\n"
    answer({"a": 1}, written)
    assert capsys.readouterr().out == '{\n  "a": 1\n}\n'


def _write(path: str) -> None:
    Path(path).write_text("x")


def _full(path: str) -> None:
    raise OSError("full")
