"""python -m margin.width: one frequency, a small order, a group; certificates, refusals."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from margin.width import _below
from tests.helpers.command_line import Answer, call
from tests.proofs_check.building.checkers import NAMES, checker, short


def width(*arguments: str) -> Answer:
    return call(*arguments, module="margin.width")


@pytest.mark.parametrize(
    ("arguments", "constructed", "bound"),
    [
        (("--k", "2"), 6, 6),
        (("--k", "3"), 16, 16),
        (("--k", "4"), 40, 40),
        (("--k", "2", "--order", "4"), 4, 4),
        (("--k", "2", "--order", "5"), 6, 6),
        (("--k", "3", "--order", "3"), 9, 6),
        (("--k", "3", "--order", "4"), 12, 7),
        (("--k", "3", "--order", "6"), 16, 15),
        pytest.param(("--k", "4", "--order", "6"), 40, 36, marks=pytest.mark.slow),
        (("--k", "6"), 224, 224),
        (("--k", "6", "--order", "11"), 224, 224),
        (("--k", "7"), 512, 312),
        (("--k", "9"), 2560, 1258),
    ],
)
def test_construction_and_bound(arguments: tuple[str, ...], constructed: int, bound: int) -> None:
    got = json.loads(width(*arguments, "--json").out)
    assert (got["schema"], got["constructed"], got["lower_bound"]) == (1, constructed, bound)
    assert got["minimal"] == (constructed if constructed == bound else None)
    text = width(*arguments)
    assert (text.code, text.err) == (0, "")
    assert f"construction  {constructed} neurons; " in text.out
    assert f"lower bound   {bound} neurons, proved" in text.out
    assert ("minimum       open" in text.out) == (constructed != bound)


@pytest.mark.parametrize("arguments", [("--k", "4"), ("--k", "3", "--order", "4")])
def test_the_certificate_is_verified(arguments: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    got = width(*arguments, "--certificate", str(path))
    assert (got.code, got.err) == (0, "")
    assert f"check         python3 -I -S proofs_check/check.py {path}\n" in got.out
    assert f"written         {path}\n" in got.out
    for which in NAMES:
        assert short(checker(which)(path.read_bytes())) == "VERIFIED"


def test_five_inputs_from_nothing(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    got = width("--k", "5", "--certificate", str(path))
    assert "lower bound   96 neurons, proved: more than 95." in got.out
    assert "minimum       96, proved" in got.out
    assert short(checker("check")(path.read_bytes())) == "VERIFIED"


def test_a_program_is_kept_and_resumed(tmp_path: Path) -> None:
    path = tmp_path / "step.safetensors"
    first = width("--k", "3", "--resume", str(path))
    again = width("--k", "3", "--resume", str(path))
    assert first.out == again.out
    assert path.is_file()
    assert len(first.err.splitlines()) > len(again.err.splitlines()) > 0
    assert first.err.startswith("step 0: F(0) ")


def test_a_step_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "step.safetensors"
    width("--k", "2", "--resume", str(path))
    before = path.read_bytes()
    got = width("--k", "3", "--resume", str(path))
    assert (got.code, got.out, got.err.count("\n")) == (2, "", 1)
    assert "--resume: a step of another program: sizes [(4, 4), " in got.err
    assert path.read_bytes() == before


def test_a_larger_support() -> None:
    got = json.loads(width("--k", "3", "--support", "5", "--largest", "2", "--json").out)
    assert got["minimal"] == 16


def test_a_small_support_proves_less_than_what_is_shipped() -> None:
    got = json.loads(width("--k", "3", "--support", "1", "--json").out)
    assert Fraction(got["ratio"]) < 15
    assert got["lower_bound"] == got["minimal"] == 16
    text = width("--k", "3", "--support", "1").out
    line = "lower bound   16 neurons, proved by a certificate that is shipped; these polynomials: more than "
    assert line + _below(got["ratio"]) in text
    assert "minimum       16, proved\n" in text


@pytest.mark.parametrize(
    ("name", "total", "bound", "line"),
    [
        (
            "Q8",
            14,
            14,
            "quaternionic, dimension 4: 8 neurons each; at least 8, proved; 128 in the published construction",
        ),
        ("S3", 12, 12, "real, dimension 2: 10 neurons each; at least 10, proved; 16 in the published construction"),
        ("Dic3", 28, 23, "complex, dimension 2: 4 neurons each; at least 3, proved; 16 in the published construction"),
    ],
)
def test_groups(name: str, total: int, bound: int, line: str) -> None:
    got = json.loads(width("--k", "2", "--group", name, "--json").out)
    assert (got["constructed"], got["lower_bound"], got["group"]) == (total, bound, name)
    assert got["minimal"] == (total if total == bound else None)
    parts = got["representations"]
    assert sum(part["count"] * part["constructed"] for part in parts) == total
    assert sum(part["count"] * part["lower_bound"] for part in parts) == bound
    text = width("--k", "2", "--group", name)
    assert f"  {line}\n" in text.out
    ending = f"minimum {total}, proved\n" if total == bound else f"at least {bound}, proved\n"
    assert text.out.endswith(ending)


@pytest.mark.parametrize(
    ("k", "name", "rotations", "neurons", "options"),
    [(2, "S3", 3, 10, ()), (2, "D4", 4, 8, ()), (3, "D5", 5, 33, ("--largest", "2")), (2, "D1000", 1000, 10, ())],
)
def test_the_certificate_of_a_group_is_verified(
    k: int, name: str, rotations: int, neurons: int, options: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "w.json"
    got = width("--k", str(k), "--group", name, "--certificate", str(path), *options)
    assert (got.code, got.err) == (0, "")
    where = f"certified     {neurons} neurons of each real representation of dimension 2 with {rotations} rotations: "
    assert f"{where}more than {neurons - 1}." in got.out or f"{where}more than {neurons}.000" in got.out
    assert f"check         python3 -I -S proofs_check/check.py {path}\n" in got.out
    for which in NAMES:
        assert short(checker(which)(path.read_bytes())) == "VERIFIED"
    answer = json.loads(width("--k", str(k), "--group", name, "--certificate", str(path), *options, "--json").out)
    assert answer["certified"]["order"] == rotations
    assert answer["certified"]["lower_bound"] == neurons


def test_a_group_without_a_bound() -> None:
    got = width("--k", "3", "--group", "Dic3")
    assert got.out.endswith("no lower bound certified\n")
    assert "no bound proved" in got.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the following arguments are required: --k"),
        (("--k", "0"), "--k 0: expected an integer >= 1"),
        (("--k", "1001"), "--k 1001: expected at most 1000, as the counts double with each input"),
        (("--k", "1001", "--group", "S3"), "--k 1001: expected at most 1000"),
        (("--k", "2", "--order", "2"), "--order 2: expected an integer >= 3"),
        (("--k", "2", "--group", "XX"), "--group XX --k 2: "),
        (
            ("--k", "2", "--group", "S3", "--certificate", "w.json", "--support", "2"),
            "--group with --support; only --certificate and --largest go with a group",
        ),
        (("--k", "2", "--group", "S3", "--resume", "step"), "--group with --resume; only --certificate and --largest"),
        (("--k", "2", "--group", "S3", "--largest", "2"), "--group with --largest; it is of the program of a"),
        (
            ("--k", "4", "--group", "S3", "--certificate", "w.json"),
            "--group with --certificate and k = 4; expected k from 2 to 3, or to 4 with a small --largest",
        ),
        (
            ("--k", "5", "--group", "S3", "--certificate", "w.json", "--largest", "1"),
            "--group with --certificate and k = 5; expected k from 2 to 3",
        ),
        (
            ("--k", "2", "--group", "Q8", "--certificate", "w.json"),
            "--group Q8 --k 2: no real representation of dimension 2, and certificates are for these",
        ),
        (
            ("--k", "2", "--group", "S3", "--certificate", "w.json", "--largest", "9"),
            "--k 2: certificate: it would have an exponent of 9; the format takes 8: choose a smaller --largest",
        ),
        (
            ("--k", "3", "--certificate", "w.json", "--support", "9"),
            ": --certificate: it would have an exponent of 9; the format takes 8: choose a smaller --support or --l",
        ),
        (
            ("--k", "2", "--certificate", "w.json", "--order", str(2**256)),
            ": --certificate: it would have an order of 257 bits; the format takes orders below 2^256",
        ),
        (("--k", "3", "--resume", "no/such/step"), "--resume: the folder no/such does not exist"),
        (
            ("--k", "3", "--resume", "w.json", "--certificate", "w.json"),
            "--resume: 'w.json' is also the name given to --certificate, expected another",
        ),
        (
            ("--k", "6", "--certificate", "w.json"),
            "--certificate with k = 6; the program takes minutes and 2 GB beyond k = 5: choose",
        ),
        (("--k", "1", "--certificate", "w.json"), "--certificate with k = 1; expected k from 2 to 6"),
        (("--k", "7", "--support", "7"), "--support with k = 7; expected k from 2 to 6"),
        (("--k", "3", "--support", "4"), "--support 4 with k = 3; expected a number of the parity of k"),
        (("--k", "3", "--certificate", "no/such/w.json"), "--certificate: the folder no/such does not exist"),
    ],
)
def test_refusals_come_before_the_work(
    arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_programs(monkeypatch)
    got = width(*arguments)
    assert (got.code, got.out) == (2, "")
    assert message in got.err
    assert got.err.count("\n") == 1


def forbid_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever builds or solves a program fails."""

    def work(*_: object, **__: object) -> None:
        raise AssertionError("a program was solved")

    for name in ("program.solve", "tuple_program.solve_tuples", "interior.maximise"):
        monkeypatch.setattr(f"margin.minimal_width.{name}", work)


@pytest.mark.parametrize("options", [("--group", "S3", "--largest", "8"), ("--support", "8"), ()])
def test_the_largest_exponents_are_not_refused(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    forbid_programs(monkeypatch)
    got = width("--k", "2", "--certificate", str(tmp_path / "w.json"), *options)
    assert got.code == 3
    assert got.err.endswith("AssertionError: a program was solved\n")


def test_the_largest_number_of_inputs() -> None:
    got = json.loads(width("--k", "1000", "--json").out)
    assert got["constructed"] == 1001 * 2**999
    assert width("--k", "1000", "--group", "S3").code == 0


def test_a_file_that_is_no_step_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "step"
    path.write_bytes(b"x")
    got = width("--k", "3", "--resume", str(path))
    assert got.code == 2
    assert "--resume: " in got.err
    assert "holds no step of a program" in got.err


def test_a_decimal_below_a_quotient() -> None:
    assert [_below(text) for text in ("6", "79202/5029", "1/3", "2001/1000")] == ["5.999", "15.749", "0.333", "2.000"]
