"""The register of claims, the runner, the command, and the documents made from recorded verdicts."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from proofs_check.claims.registry import arranged, order
from proofs_check.claims.runner import Outcome, check_all, check_one

from margin.io.command import Refused
from proofs_check.claims import VERDICTS, Claim, Finding, Refuted, claim, command, demand, documents, load, registry
from tests.helpers.command_line import ROOT

HOLDS = Finding("holds", "seen", scope="all")


def made(id: str = "Z1", requires: tuple[str, ...] = (), finding: Finding = HOLDS) -> Claim:
    return Claim(id, "two is even", "a paper", "identity", requires, lambda effort: finding)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> dict[str, Claim]:
    """A register of its own, empty."""
    claims: dict[str, Claim] = {}
    monkeypatch.setattr(registry, "_CLAIMS", claims)
    return claims


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command checks in this process; `test_two_processes_find_the_same` and the real entry use more."""
    monkeypatch.setattr(command, "check_all", partial(check_all, processes=1))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documents in a folder of their own, with an empty README."""
    for name, file in (("VERDICTS", "verdicts.json"), ("ERRATA", "errata.md"), ("README", "README.md")):
        monkeypatch.setattr(documents, name, tmp_path / file)
    (tmp_path / "README.md").write_text(f"before\n{documents.BEGIN}\nold\n{documents.END}\nafter\n")
    monkeypatch.setattr(documents.read, "__defaults__", (tmp_path / "verdicts.json",))
    return tmp_path


# -- findings and claims ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"verdict": "true", "evidence": "x"}, "verdict 'true', expected one of holds"),
        ({"verdict": "holds", "evidence": ""}, "no evidence"),
        ({"verdict": "fails", "evidence": "x"}, "needs a counterexample"),
        ({"verdict": "holds with a correction", "evidence": "x"}, "needs the corrected statement"),
    ],
)
def test_finding_refuses(arguments: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Finding(**arguments)  # type: ignore[arg-type]


def test_findings_of_every_verdict() -> None:
    found = [Finding(v, "x", counterexample="y", correction="z") for v in VERDICTS]  # type: ignore[arg-type]
    assert len({f.verdict for f in found}) == 6


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"kind": "guess"}, "kind 'guess', expected one of identity"), ({"source": ""}, "expected an id, the claim")],
)
def test_claim_refuses(changes: dict[str, str], said: str) -> None:
    fields = {"id": "Z1", "claim": "c", "source": "s", "kind": "identity"} | changes
    with pytest.raises(ValueError, match=said):
        Claim(**fields, requires=(), check=lambda effort: HOLDS)  # type: ignore[arg-type]


def test_efforts() -> None:
    seen = []
    both = Claim("Z1", "c", "s", "identity", (), lambda effort: seen.append(effort) or HOLDS)  # type: ignore[func-returns-value]
    assert both.run() is both.run("full") is HOLDS
    assert seen == ["quick", "full"]
    with pytest.raises(ValueError, match="claim Z1: effort 'some', expected quick or full"):
        both.run("some")


def test_what_is_demanded_and_missing_makes_a_claim_fail() -> None:
    def check(effort: str) -> Finding:
        demand(1 + 1 == 2, "sums")
        demand(effort == "full", "n = 7: not seven")
        return HOLDS

    found = Claim("Z1", "c", "s", "identity", (), check)
    assert found.run("full") is HOLDS
    assert (found.run("quick").verdict, found.run("quick").counterexample) == ("fails", "n = 7: not seven")
    with pytest.raises(Refuted, match="n = 7"):
        check("quick")


# -- the register -----------------------------------------------------------------------------


def test_register(register: dict[str, Claim]) -> None:
    put = claim(id="Z2", claim="c", source="s", kind="theorem")
    check = put(lambda effort: HOLDS)
    assert register["Z2"].check is check
    with pytest.raises(ValueError, match="claim Z2: registered twice, in tests"):
        put(lambda effort: HOLDS)


def test_order_of_ids() -> None:
    names = ["B2", "A10", "A9", "A9b", "A1", "B16"]
    assert sorted(names, key=order) == ["A1", "A9", "A9b", "A10", "B2", "B16"]
    assert list(arranged({id: made(id) for id in names})) == ["A1", "A9", "A9b", "A10", "B2", "B16"]
    with pytest.raises(ValueError, match="claim id 'nine': expected the paper's letter and a number"):
        order("nine")


def test_requirements_must_exist_and_not_go_round() -> None:
    assert list(arranged({"A1": made("A1", ("A2",)), "A2": made("A2")})) == ["A1", "A2"]
    with pytest.raises(ValueError, match="claim A1: requires A3"):
        arranged({"A1": made("A1", ("A2", "A3")), "A2": made("A2")})
    with pytest.raises(ValueError, match="requires itself by way of other claims"):
        arranged({"A1": made("A1", ("A2",)), "A2": made("A2", ("A3",)), "A3": made("A3", ("A1",))})


def test_every_module_is_loaded_and_every_listed_claim_is_there() -> None:
    claims = load()
    wanted = [*(f"A{i}" for i in range(1, 19)), "A9b", *(f"D{i}" for i in range(1, 8))]
    assert set(wanted) <= set(claims)
    homes = {found.check.__module__.rpartition(".")[2] for found in claims.values()}
    modules = {path.stem for path in Path(registry.__file__).parent.glob("[a-d][0-9]*_*.py")}
    assert homes == modules


# -- running ----------------------------------------------------------------------------------


def test_runner_times_and_names_what_breaks(register: dict[str, Claim]) -> None:
    def broken(effort: str) -> Finding:
        raise ArithmeticError("lost")

    register["A1"] = made("A1")
    register["A2"] = Claim("A2", "c", "s", "identity", (), broken)
    assert check_one("A1", "quick").finding is HOLDS
    with pytest.raises(ArithmeticError, match="lost") as caught:
        check_one("A2", "full")
    assert caught.value.__notes__ == ["while checking claim A2 with effort full"]
    assert [outcome.id for outcome in check_all(["A1"], "quick")] == ["A1"]


def test_two_processes_find_the_same() -> None:
    ids = ["A9b", "A21", "D1"]
    apart = {outcome.id: outcome.finding for outcome in check_all(ids, "quick", processes=2)}
    together = {outcome.id: outcome.finding for outcome in check_all(ids, "quick", processes=1)}
    assert apart == together
    assert all(outcome.seconds >= 0 for outcome in check_all(["D1"], "quick"))


# -- documents --------------------------------------------------------------------------------


def test_documents_are_not_stale() -> None:
    """README and errata are made from docs/verdicts.json; every claim is recorded as the code states it."""
    record = documents.read()
    assert record is not None
    assert documents.README.read_text() == documents.with_table(documents.README.read_text(), record)
    assert documents.ERRATA.read_text() == documents.errata(record)
    stated = {id: (c.claim, c.source, c.kind, list(c.requires)) for id, c in load().items()}
    assert {id: (v["claim"], v["source"], v["kind"], v["requires"]) for id, v in record.items()} == stated
    assert list(record) == list(stated)


def test_theory_has_verdicts_with_their_scope() -> None:
    record = documents.read() or {}
    theory = {id: value for id, value in record.items() if value["kind"] != "empirical"}
    wanted = {"A": 14, "B": 16, "C": 7}
    assert {*(f"{paper}{i}" for paper, most in wanted.items() for i in range(1, most + 1)), "A9b", "A18"} <= set(theory)
    assert {value["verdict"] for value in theory.values()} <= {"holds", "holds with a correction", "fails"}
    assert [id for id, value in theory.items() if not value["scope"]] == []


def test_a_changed_verdict_is_seen(files: Path) -> None:
    fails = Finding("fails", "not even", counterexample="n = 2: | and *", correction="odd")
    record = {id: documents.entry(made(id), Outcome(id, f, 0.0)) for id, f in (("Z1", HOLDS), ("Z2", fails))}
    assert documents.differences(record, [Outcome("Z1", HOLDS, 1.0), Outcome("Z2", fails, 1.0)]) == []
    assert documents.differences(record, [Outcome("Z1", fails, 1.0), Outcome("Z9", HOLDS, 1.0)]) == [
        "Z1: fails, but holds is recorded",
        "Z9: holds, but no verdict is recorded",
    ]

    def refuted(effort: str) -> Finding:
        demand(False, "n = 7")
        return HOLDS

    broken = Claim("Z2", "two is even", "nowhere", "statement", (), refuted).run()
    assert documents.differences(record, [Outcome("Z2", broken, 1.0)]) == ["Z2: the check expects otherwise: n = 7"]
    text = documents.with_table((files / "README.md").read_text(), record)
    assert (text[:7], text[-7:]) == ("before\n", "\nafter\n")
    assert "\nold\n" not in text
    assert "| Z2 | two is even | fails |" in text
    assert "2 claims: 1 fails, 1 holds." in text
    assert documents.with_table(text, record) == text
    errata = documents.errata(record)
    assert "### Z2: fails" in errata
    assert r"| and \*" in errata
    assert "Z1" not in errata
    with pytest.raises(ValueError, match="README: expected the lines"):
        documents.with_table("nothing", record)


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2, "claims": {}}', '{"schema": 1, "claims": {"A1": {}}}'])
def test_a_record_of_another_form_is_refused(files: Path, text: str) -> None:
    assert documents.read() is None
    (files / "verdicts.json").write_text(text)
    with pytest.raises(ValueError, match="not a record of verdicts"):
        documents.read()
    with pytest.raises(Refused, match="not a record of verdicts"):
        command.main(["D1"])


# -- the command ------------------------------------------------------------------------------


def test_command_compares_with_the_record(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["D1", "A9b"]) == 0
    assert "nothing recorded to compare with" in capsys.readouterr().out
    assert command.main(["D1", "A9b", "--write"]) == 0
    record = documents.read() or {}
    assert list(record) == ["A9b", "D1"]
    assert "### A9b" in (files / "errata.md").read_text()
    assert command.main(["D1"]) == 0
    record["D1"]["verdict"] = "reproduced"
    (files / "verdicts.json").write_text(documents.as_json(record))
    capsys.readouterr()
    assert command.main(["D1", "A9b"]) == 1
    assert "DIFFERS D1: not yet run, but reproduced is recorded" in capsys.readouterr().out
    assert command.main(["A9b"]) == 0


def test_command_table_and_one_claim_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["D2", "D1"]) == 0
    head, first, second, last = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "claim", "verdict", "time"]
    assert (first[:2], second[:2]) == ("D1", "D2")
    assert "not yet run" in first
    assert first.endswith(" s")
    assert last == "2 claims: 2 not yet run"
    assert command.main(["D2"]) == 0
    assert "evidence" in capsys.readouterr().out


def test_command_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["D1", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["claims"]
    assert list(found)[:5] == ["id", "claim", "verdict", "seconds", "evidence"]
    assert (found["id"], found["verdict"]) == ("D1", "not yet run")
    assert found["seconds"] >= 0
    assert found["evidence"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a9B"], "unknown claim 'a9B'; the nearest known one is A9"),
        (["D1", "D99"], "the nearest known one is D"),
        (["?"], "known: A1, A2"),
        (["--effort", "some"], "invalid choice: 'some'"),
        (["--jsn"], "unrecognized arguments: --jsn"),
    ],
)
def test_command_refuses(arguments: list[str], said: str) -> None:
    with pytest.raises(Refused, match=said) as caught:
        command.main(arguments)
    assert "\n" not in str(caught.value)


def test_command_refuses_to_write_where_it_cannot(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "VERDICTS", files / "missing" / "verdicts.json")
    with pytest.raises(Refused, match=r"--write: the folder .* does not exist"):
        command.main(["D1", "--write"])


def test_process_exit_codes() -> None:
    """Through the real entry: 2 with one line for an unknown claim, 0 for claims as recorded."""
    for arguments, code, lines in ((["Q1"], 2, 1), (["A9b", "D3"], 0, 0)):
        done = subprocess.run(
            [sys.executable, "-m", "proofs_check", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, len(done.stderr.splitlines())) == (code, lines)
