"""`python -m margin.selftest`: every kind of task, a certificate of each kind, and that a failure shows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from margin import selftest
from tests.helpers.command_line import Answer, call


def selftested() -> Answer:
    return call(module="margin.selftest")


def test_everything_passes() -> None:
    answer = selftested()
    assert (answer.code, answer.err) == (0, "")
    *lines, last = answer.out.splitlines()
    assert [line.partition(":")[0].rpartition("/")[2] for line in lines] == [
        f"{kind}.json" for kind in ("addition", "composition", "parity", "weights")
    ]
    assert all(line.startswith("VERIFIED ") for line in lines)
    assert last == "50 passed, 0 failed"


def test_without_the_checker_certificates_are_left_out_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "CHECKER", "no_such_package.main")
    answer = selftested()
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "certificates: not checked, proofs_check is not installed beside margin",
        "46 passed, 0 failed",
    ]


def test_a_wrong_network_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    from margin.addition import check

    right = check.slow_check
    monkeypatch.setattr(check, "slow_check", lambda *a, **b: dataclasses.replace(right(*a, **b), passed=False))
    monkeypatch.setattr(selftest, "CHECKER", "no_such_package.main")
    answer = selftested()
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.count("FAILED addition of") == 36
    assert answer.out.endswith("10 passed, 36 failed\n")


def test_a_certificate_that_is_not_verified_shows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from proofs_check import __main__ as checker

    monkeypatch.setattr(checker, "verify", lambda paths: int("parity" in paths[0]))
    assert dict(selftest.certificates(tmp_path)) == {
        "certificate of addition": True,
        "certificate of composition": True,
        "certificate of parity": False,
        "certificate of weights": True,
    }
    monkeypatch.setattr(selftest, "_command", lambda *arguments: 2)
    assert not any(outcome for _, outcome in selftest.certificates(tmp_path))
