"""Wrong input to `python -m margin.predict`: one line on stderr, exit code 2, and nothing else happens."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from margin import ModularAddition, construct
from margin.addition.check import slow_operations
from margin.answers.check import SLOW_LIMIT
from margin.io.resources import readable_bytes
from tests.helpers.assertions import assert_not_refused, assert_refused
from tests.helpers.command_line import call, listing, spawn

WHOLE = "expected an integer >= "
NINES = "9" * 5000
WRONG = {
    "p = 1": (["--p", "1", "--k", "3"], ["--p 1:", WHOLE + "2"]),
    "p = 0": (["--p", "0", "--k", "3"], ["--p 0:", WHOLE + "2"]),
    "negative p": (["--p", "-7", "--k", "3"], ["--p -7:", WHOLE + "2"]),
    "negative p after =": (["--p=-7", "--k", "3"], ["--p -7:", WHOLE + "2"]),
    "fraction": (["--p", "2.5", "--k", "3"], ["--p '2.5'", WHOLE + "2"]),
    "exponent": (["--p", "1e3", "--k", "3"], ["--p '1e3'", WHOLE + "2"]),
    "word": (["--p", "abc", "--k", "3"], ["--p 'abc'", WHOLE + "2"]),
    "empty": (["--p", "", "--k", "3"], ["--p ''", WHOLE + "2"]),
    "nan": (["--p", "nan", "--k", "3"], ["--p 'nan'", WHOLE + "2"]),
    "infinity": (["--p", "inf", "--k", "3"], ["--p 'inf'", WHOLE + "2"]),
    "sign alone": (["--p", "+", "--k", "3"], ["--p '+'", WHOLE + "2"]),
    "two signs": (["--p", "+-23", "--k", "3"], ["--p '+-23'", WHOLE + "2"]),
    "space": (["--p", " 23", "--k", "3"], ["--p ' 23'", WHOLE + "2"]),
    "line break": (["--p", "23\n", "--k", "3"], ["--p '23\\n'", WHOLE + "2"]),
    "underscore": (["--p", "1_000", "--k", "3"], ["--p '1_000'", WHOLE + "2"]),
    "arabic digits": (["--p", "٢٣", "--k", "3"], ["--p '٢٣'", WHOLE + "2"]),
    "superscript": (["--p", "2³", "--k", "3"], ["--p '2³'", WHOLE + "2"]),
    "5000 digits": (["--p", NINES, "--k", "3"], ["--p '999", "5000 digits", "expected at most"]),
    "k = 0": (["--p", "23", "--k", "0"], ["--k 0:", WHOLE + "1"]),
    "negative k": (["--p", "23", "--k", "-1"], ["--k -1:", WHOLE + "1"]),
    "fractional k": (["--p", "23", "--k", "3.0"], ["--k '3.0'", WHOLE + "1"]),
    "huge k": (["--p", "23", "--k", "100000000000"], ["--k 100000000000", "bits", "limit", "smaller"]),
    "k of 5000 digits": (["--p", "23", "--k", NINES], ["--k '999", "5000 digits", "expected at most"]),
    "large p and k": (["--p", "9" * 3000, "--k", "50"], ["--p 999", "3000 digits", "--k 50", "limit", "smaller"]),
    "no k": (["--p", "23"], ["no --k", "expected --p N --k K", "--help"]),
    "no p": (["--k", "3"], ["one of the arguments --p/--n --group --parity is required", "--help"]),
    "no arguments": ([], ["no arguments", "expected --p N and --k K", "--p 23 --k 3"]),
    "no value": (["--p", "23", "--k"], ["--k", "expected one argument"]),
    "unknown option": (["--p", "23", "--k", "3", "--fast"], ["--fast", "--help"]),
    "abbreviated flag": (["--p", "23", "--k", "3", "--js"], ["--js", "--help"]),
    "abbreviated option": (["--p", "23", "--k", "3", "--construct", "paper"], ["--construct", "--help"]),
    "value of a flag": (["--p", "23", "--k", "3", "--json=1"], ["--json", "'1'"]),
    "stray word": (["--p", "23", "--k", "3", "please"], ["please", "--help"]),
    "unknown check": (["--p", "23", "--k", "3", "--check", "quick"], ["'quick'", "fast", "slow", "none"]),
    "unknown construction": (["--p", "23", "--k", "3", "--construction", "best"], ["'best'", "minimal", "paper"]),
    "slow check too long": (["--p", "1009", "--k", "4", "--check", "slow"], ["--check slow", "1009^4", "operations"]),
    "save too large": (["--p", "1000003", "--k", "8", "--save", "w"], ["--save", "576001152 neurons", "free"]),
    "save, huge width": (["--p", "23", "--k", "300", "--save", "w"], ["--save", "bytes", "free", "smaller"]),
    "missing folder": (["--p", "23", "--k", "3", "--save", "no/where"], ["--save", "folder no ", "does not exist"]),
    "file as folder": (["--p", "23", "--k", "3", "--save", "old/w"], ["--save", "folder old ", "does not exist"]),
    "onto a folder": (["--p", "23", "--k", "3", "--save", "folder"], ["--save", "folder is a folder", "expected"]),
    "name too long": (["--p", "23", "--k", "3", "--save", "w" * 300], ["--save", "name too long"]),
}

HOLDS: dict[str, bytes | None] = {"old": b"kept", "folder": None}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of a refused command, with a file and a folder in it."""
    (tmp_path / "old").write_bytes(b"kept")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("arguments", "says"), WRONG.values(), ids=WRONG)
def test_wrong_input(folder: Path, arguments: list[str], says: list[str]) -> None:
    assert_refused(call(*arguments), *says, folder=folder, holds=HOLDS)
    assert_refused(call(*arguments, "--json"), "--json" if "--json=1" in arguments else "", folder=folder, holds=HOLDS)


@pytest.mark.parametrize("case", ["p = 1", "arabic digits", "no arguments", "save too large", "slow check too long"])
def test_wrong_input_in_a_process(folder: Path, case: str) -> None:
    arguments, says = WRONG[case]
    assert_refused(spawn(*arguments), *says, folder=folder, holds=HOLDS)


@pytest.mark.parametrize("arguments", [["--p", "2", "--k", "1"], ["--p", "0023", "--k", "+3"], ["--k=2", "--p=6"]])
def test_right_input_is_not_refused(folder: Path, arguments: list[str]) -> None:
    answer = call(*arguments)
    assert_not_refused(answer)
    with pytest.raises(AssertionError):
        assert_refused(answer)


def test_slow_check_states_its_estimate() -> None:
    answer = call("--p", "1009", "--k", "4", "--check", "slow")
    (estimate,) = re.findall(r"about (\S+) operations, limit (?:\S+);", answer.err)
    work = slow_operations(construct(ModularAddition(1009, 4)))
    assert work > SLOW_LIMIT
    assert float(estimate) == pytest.approx(work, rel=0.06)
    assert "limit 1e+12" in answer.err
    assert call("--p", "1009", "--k", "4", "--check", "fast").code == 0


def test_slow_limit_is_on_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    work = slow_operations(construct(ModularAddition(5, 2)))
    monkeypatch.setattr("margin.addition.check.SLOW_LIMIT", work)
    assert call("--p", "5", "--k", "2", "--check", "slow").code == 0
    monkeypatch.setattr("margin.addition.check.SLOW_LIMIT", work - 1)
    assert call("--p", "5", "--k", "2", "--check", "slow").code == 2


def test_slow_check_that_does_not_fit_into_memory(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    arguments = ["--p", "5", "--k", "2", "--check", "slow"]
    assert call(*arguments).code == 0
    monkeypatch.setattr("margin.io.resources.available_memory", lambda: 1000)
    assert_refused(
        call(*arguments), "--check slow:", "1.44 kB", "1 kB are available", "smaller", folder=folder, holds=HOLDS
    )


@pytest.mark.parametrize("resource", ["available_memory", "free_disk"])
def test_save_that_does_not_fit(monkeypatch: pytest.MonkeyPatch, folder: Path, resource: str) -> None:
    size = 8 * 3 * 5 * 12  # k+1 vectors of 5 entries of 12 neurons
    arguments = ["--p", "5", "--k", "2", "--save", "w"]
    copies = 3 if resource == "available_memory" else 1
    monkeypatch.setattr(f"margin.networks.storage.{resource}", lambda *_: copies * size - 1)
    says = ["--save", "12 neurons", readable_bytes(size), readable_bytes(copies * size - 1), "free"]
    assert_refused(call(*arguments), *says, folder=folder, holds=HOLDS)
    monkeypatch.setattr(f"margin.networks.storage.{resource}", lambda *_: 10 * size)
    assert call(*arguments).code == 0
    assert set(listing(folder)) == {"old", "w"}


def test_save_into_a_folder_that_is_not_writable(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    target = folder / "folder" / "w"
    target.parent.chmod(0o555)
    if os.access(target.parent, os.W_OK):  # the superuser may write anywhere
        monkeypatch.setattr("margin.io.files.os.access", lambda path, mode: Path(path) != target.parent)
    arguments = ["--p", "5", "--k", "2", "--save"]
    assert_refused(
        call(*arguments, str(target)),
        "--save",
        f"{target.parent} is not writable",
        "another",
        folder=folder,
        holds=HOLDS,
    )
    target.parent.chmod(0o755)
    assert call(*arguments, str(folder / "w")).code == 0


def test_full_disk_while_saving(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert_refused(
        call("--p", "5", "--k", "2", "--save", "w"), "--save", "No space left on device", folder=folder, holds=HOLDS
    )
    assert_refused(
        call("--p", "5", "--k", "2", "--save", "old"), "--save", "No space left on device", folder=folder, holds=HOLDS
    )
    assert call("--p", "5", "--k", "2").code == 0


def test_empty_file_name(folder: Path) -> None:
    assert_refused(call("--p", "5", "--k", "2", "--save", ""), "--save", "file name", folder=folder, holds=HOLDS)


def test_save_onto_what_is_no_regular_file(folder: Path) -> None:
    """A pipe or device is refused, not replaced."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    assert_refused(
        call("--p", "5", "--k", "2", "--save", "pipe"), "--save", "pipe", folder=folder, holds=HOLDS | {"pipe": None}
    )
    assert pipe.is_fifo()


@pytest.mark.parametrize("certificate", ["no/where", "folder", "w"])
def test_two_files_of_which_one_cannot_be_written(folder: Path, certificate: str) -> None:
    arguments = ["--p", "5", "--k", "2", "--save", "w", "--certificate", certificate]
    assert_refused(call(*arguments), "--certificate", folder=folder, holds=HOLDS)
