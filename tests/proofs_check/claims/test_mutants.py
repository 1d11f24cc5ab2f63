"""Every number that a claim's check states is noticed when it changes, and every loop when it is emptied."""

from __future__ import annotations

import subprocess
import sys

import pytest

from proofs_check.register import registry
from tests.proofs_check.claims import mutants
from tests.proofs_check.claims.equivalent import EQUIVALENT

SAMPLE = ("c17", "c19", "c20", "b09", "b23")  # quick ones
# files whose changes are all noticed, or equivalent; the others are still to be gone through
CLEAN = (*SAMPLE, "a01", "a08", "a09_", "a21", "b19", "b21", "b22", "c02", "c18", "c21", "d08")


def changed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", mutants.__name__, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_changes_of_some_claims_are_noticed() -> None:
    done = changed(*SAMPLE, "--sample", "60")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "the check refuses" in done.stdout


@pytest.mark.slow
def test_every_change_of_these_claims_is_noticed() -> None:
    """Without arguments the script makes all 2,100 changes, which takes many minutes on two cores."""
    done = changed(*CLEAN)
    assert done.returncode == 0, done.stdout


def test_a_change_that_nothing_notices_is_printed() -> None:
    """A sum over roots of unity begins at 0 for each: any other number for all of them adds nothing."""
    done = changed("b09", "--strict")
    assert done.returncode == 1
    assert "b09_frequency_sum: number 1, 0, in counts = [0] * n" in done.stdout


def test_what_is_changed() -> None:
    """The template's claim: its numbers of the quick effort, its loop, and neither the full effort nor the data."""
    names = [change.name for change in mutants.changes("proofs_check.claims.template")]
    assert "template: number 1, 2, in def is_even(n: int, modulus: int = 2) -> bool:" in names
    assert 'template: number 1, 100, in most = 100 if effort == "quick" else 1000' in names
    assert "template: loop over 'range(0, most + 1, 2)' in for n in range(0, most + 1, 2):" in names
    assert not any("1000," in name for name in names)


def test_a_changed_module_is_executed_apart_from_the_register() -> None:
    name = "proofs_check.claims.template"
    change = next(change for change in mutants.changes(name) if "100," in change.where)
    (claim,) = mutants.executed(mutants.changed(change), name)
    assert claim.run("quick").evidence.startswith("integers: every multiple of 2 up to 101")
    assert "Z1" not in registry.load()
    sys.modules.pop(name)


def test_equivalent_changes_are_there_and_have_reasons() -> None:
    names = {change.name for module in mutants.modules() for change in mutants.changes(module)}
    assert [name for name in EQUIVALENT if name not in names] == []
    assert all(EQUIVALENT.values())
