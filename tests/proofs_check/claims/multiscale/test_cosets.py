"""Claims on cosets of frequencies: verdicts, and each claim with a constant changed is refuted."""

from __future__ import annotations

from types import ModuleType

import pytest

from proofs_check.claims.multiscale.cosets import c33_divisors as c33
from proofs_check.register.registry import load
from tests.proofs_check.claims.verdicts import judged

VERDICTS = {"holds with a correction": "C33", "fails": "C34"}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    judged(id, verdict)


def test_cosets_need_a_common_factor_and_no_divisor() -> None:
    assert c33.is_exact_coset(10, 4)
    assert not c33.is_exact_coset(10, 3)
    assert c33.is_function_of_residues(7, 3)
    assert (c33.has_shorter_period(6, 4), c33.has_shorter_period(7, 3)) == (True, False)


@pytest.mark.parametrize(
    ("module", "id", "name", "changed"),
    [
        (c33, "C33", "is_exact_coset", lambda n, f: n % f == 0),
        (c33, "C34", "has_shorter_period", lambda n, f: n % f == 0),
        (c33, "C34", "is_function_of_residues", lambda n, f: n % f == 0),
    ],
)
def test_a_wrong_step_refutes(
    module: ModuleType, id: str, name: str, changed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, changed)
    found = load()[id].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})
