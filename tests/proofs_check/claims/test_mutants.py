"""Every number that a claim's check states is noticed when it changes, and every loop when it is emptied."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from proofs_check.register import registry
from tests.proofs_check.claims import mutants
from tests.proofs_check.claims.equivalent import EQUIVALENT, KINDS, UNCOUNTED, UNNOTICED, reason

SAMPLE = ("c17", "c19", "c20", "b09", "b23")  # quick ones


def changed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", mutants.__name__, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_changes_of_some_claims_are_noticed() -> None:
    done = changed(*SAMPLE, "--sample", "12")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "the check refuses" in done.stdout


@pytest.mark.exhaustive
@pytest.mark.slow
def test_every_change_is_noticed() -> None:
    """But for what is listed, in the files that have been gone through; more than an hour on two cores."""
    files = {module.rpartition(".")[2] for module in mutants.modules()}
    done = changed(*sorted(files - set(UNCOUNTED)))
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_change_that_nothing_notices_is_printed() -> None:
    """A sum over roots of unity begins at 0 for each: any other number for all of them adds nothing."""
    done = changed("b09", "--strict")
    assert done.returncode == 1
    assert "b09_frequency_sum: number 1, 0, in counts = [0] * n" in done.stdout


def test_a_change_that_a_planted_table_shows() -> None:
    """The moduli of B27: no saved run reaches them, so the claim itself says the same with any."""
    done = changed("b27", "--sample", "4")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"4 changes: .*[1-4] a test fails", done.stdout)


def test_tests_speak_of_a_module_or_of_its_claims() -> None:
    names = {test.rpartition("/")[2] for test in mutants.tests_of("proofs_check.claims.li.trained.b27_attention")}
    assert names == {
        "test_transformers.py::test_as_printed[B27]",
        "test_transformers.py::test_both_sides_of_every_bound",
    }
    shared = {test.rpartition("::")[2] for test in mutants.tests_of("proofs_check.claims.shared.exact")}
    assert "test_polarisation_has_one_constant" in shared  # by its name for the module
    assert "test_verdict" not in shared
    assert mutants.tests_of("proofs_check.claims.template") == ()


def test_tests_are_imported_anew_each_time(tmp_path: Path) -> None:
    """In a process of its own: the second time what they import has changed."""
    (tmp_path / "test_one.py").write_text("from told import X\ndef test_it():\n    assert X == 1\n")
    program = f"""
import sys, types
from {mutants.__name__} import tests_fail
for value, fails in ((1, False), (2, True)):
    sys.modules["told"] = types.SimpleNamespace(X=value)
    assert tests_fail([{str(tmp_path / "test_one.py")!r}]) == fails
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_test_that_cannot_be_run_notices_nothing() -> None:
    program = f"from {mutants.__name__} import tests_fail; tests_fail(['nowhere.py::test_nothing'])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True).returncode == mutants.BROKEN
    assert not mutants.tests_fail([])


@pytest.mark.parametrize("code", [mutants.BY_TEST, mutants.BY_TEXT, mutants.BROKEN])
def test_what_is_noticed_without_a_change_is_an_error(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "proofs_check.claims.template"
    monkeypatch.setattr(mutants, "dependent", lambda module: [])
    monkeypatch.setattr(mutants, "outcome", lambda change, before: code)
    with pytest.raises(RuntimeError, match=f"no change in : {mutants.OUTCOMES[code]}, expected survived"):
        list(mutants.results(mutants.sampled(name, 1), 1))
    monkeypatch.setattr(mutants, "outcome", lambda change, before: mutants.SURVIVED)
    assert [what for _, what in mutants.results(mutants.sampled(name, 1), 1)] == ["survived"]


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


def test_words_of_a_refusal_are_not_changed() -> None:
    """`demand(x > 0, f"{x[:1]}")`: what the second says is not recorded, what the first does is."""
    node = ast.parse('demand(x > 0, f"{x[:1]}")').body[0]
    assert isinstance(node, ast.Expr)
    assert [ast.unparse(words) for words in mutants.message(node.value)] == ["f'{x[:1]}'"]
    assert mutants.message(ast.parse("other(1, 2)").body[0]) == []


def test_statements_of_the_full_effort_are_not_changed() -> None:
    (node,) = ast.parse('if effort == "full":\n    most = 8\nelse:\n    most = 2').body
    assert [ast.unparse(statement) for statement in mutants.only_full(node)] == ["most = 8"]
    assert mutants.only_full(ast.parse("if most == 8: least = 2").body[0]) == []


def test_a_sample_is_always_the_same_and_no_larger() -> None:
    name = "proofs_check.claims.template"
    some = mutants.sampled(name, 3)
    assert len(some) == 3 == len({change.name for change in some})
    assert some == mutants.sampled(name, 3)
    assert mutants.sampled(name, None) == mutants.sampled(name, 1000) == list(mutants.changes(name))


def test_equivalent_changes_are_there_and_have_reasons() -> None:
    names = {change.name for module in mutants.modules() for change in mutants.changes(module)}
    assert [name for name in EQUIVALENT if name not in names] == []
    assert all(EQUIVALENT.values())
    assert all(KINDS.values())
    assert [pattern for pattern in KINDS if not any(re.fullmatch(pattern, name) for name in names)] == []
    assert reason("c27_logarithms: number 1, 60, in iv.prec = 60")
    assert reason("c27_logarithms: number 1, 61, in precise = 61") is None


def test_files_that_are_still_to_be_gone_through_are_there() -> None:
    files = {module.rpartition(".")[2] for module in mutants.modules()}
    assert set(UNNOTICED) | set(UNCOUNTED) <= files
    assert not set(UNNOTICED) & set(UNCOUNTED)
    assert all(count > 0 for count in UNNOTICED.values())
