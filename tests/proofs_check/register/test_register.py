"""The register of claims, the runner, the command, and the documents made from recorded verdicts."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import proofs_check.claims
from margin.io.command import Refused
from proofs_check.register import command, documents, registry
from proofs_check.register.claim import VERDICTS, Claim, Finding, Refuted, demand, every
from proofs_check.register.registry import arranged, claim, load, order
from proofs_check.register.runner import Outcome, check_all, check_one
from tests.helpers.architecture import arrows, dotted
from tests.helpers.command_line import ROOT

HOLDS = Finding("holds", "seen", scope="all")
CLAIMS = Path(proofs_check.claims.__file__).parent


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
    """Record and documents in a folder of their own, with an empty page of claims and no record."""
    monkeypatch.setattr(documents, "DOCS", tmp_path)
    monkeypatch.setattr(documents, "RECORD", tmp_path / "verdicts.json")
    (tmp_path / "claims.md").write_text(f"before\n{documents.BEGIN}\nold\n{documents.END}\nafter\n")
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
    findings = [Finding(v, "x", counterexample="y", correction="z") for v in VERDICTS]  # type: ignore[arg-type]
    assert len({finding.verdict for finding in findings}) == 7


def test_texts_over_several_lines_are_folded() -> None:
    finding = Finding(
        "holds",
        """seen
        twice""",
        scope="""all  n
        and k""",
    )
    assert (finding.evidence, finding.scope, finding.correction) == ("seen twice", "all n and k", None)
    folded = Claim("Z1", "two\n is even", "a\n paper", "identity", (), lambda effort: HOLDS)
    assert (folded.claim, folded.source) == ("two is even", "a paper")
    with pytest.raises(ValueError, match="no evidence"):
        Finding("holds", " \n ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"kind": "guess"}, "kind 'guess', expected one of identity"), ({"source": ""}, "expected an id, the claim")],
)
def test_claim_refuses(changes: dict[str, str], said: str) -> None:
    fields = {"id": "Z1", "claim": "c", "source": "s", "kind": "identity"} | changes
    with pytest.raises(ValueError, match=said):
        Claim(**fields, requires=(), check=lambda effort: HOLDS)  # type: ignore[arg-type]


def test_conditions_are_counted_and_none_is_no_condition() -> None:
    def check(effort: str) -> Finding:
        demand(True, "one")
        every((n > 0 for n in (1, 2, 3)), "positive")
        return HOLDS

    assert Claim("Z1", "c", "s", "identity", (), check).run().checks == 4
    with pytest.raises(Refuted, match=r"^positive$"):
        every((n > 1 for n in (2, 1)), "positive")
    with pytest.raises(Refuted, match=r"^positive \(no case was looked at\)$"):
        every((), "positive")

    def refuted(effort: str) -> Finding:
        demand(True, "one")
        every([True, False], "positive")
        return HOLDS

    found = Claim("Z1", "c", "s", "identity", (), refuted).run()
    assert (found.verdict, found.checks, found.data) == ("fails", 3, {"refuted": True})


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
    assert found.run("full") == replace(HOLDS, checks=2)
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
    homes = {statement.check.__module__ for statement in claims.values()}
    files = {path for path in CLAIMS.rglob("*.py") if re.fullmatch(r"[a-z]\d+[a-z]?_\w+", path.stem)}
    assert homes == set(registry.modules()) == {dotted(path) for path in files}
    assert len(files) > 50


def test_a_claim_is_in_the_file_of_its_name() -> None:
    """Each file of one claim bears its id; a file of several, that of the first."""
    for module in registry.modules():
        ids = [id for id, statement in load().items() if statement.check.__module__ == module]
        letter, number, more = order(ids[0])
        assert module.rpartition(".")[2].startswith(f"{letter.lower()}{number:02}{more}_"), module


def test_no_claim_imports_another_and_one_file_knows_the_checkers() -> None:
    graph = arrows(typing=True)
    claims = set(registry.modules())
    assert not {name for name in claims if graph[name] & claims}
    checkers = {"proofs_check.check", "proofs_check.check_groups", "proofs_check.check_parity"}
    below = {name for name in graph if name.startswith("proofs_check.claims.")}
    assert {name for name in below if graph[name] & checkers} == {"proofs_check.claims.shared.checkers"}


@pytest.mark.parametrize("package", ["proofs_check.claims", "proofs_check.register"])
def test_claims_stand_on_the_theory_and_train_only_when_asked(package: str) -> None:
    """margin and the checkers; training inside functions; neither figures nor benchmarks nor tests."""
    for nested, allowed in ((True, {"margin", "proofs_check", "training"}), (False, {"margin", "proofs_check"})):
        graph = {name: targets for name, targets in arrows(nested, typing=nested).items() if name.startswith(package)}
        assert len(graph) > 5
        assert {target.partition(".")[0] for targets in graph.values() for target in targets} <= allowed


@pytest.mark.parametrize("module", registry.modules())
def test_every_check_says_in_a_line_what_it_goes_through(module: str) -> None:
    checks = [statement.check for statement in load().values() if statement.check.__module__ == module]
    assert all((check.__doc__ or "").endswith(".") for check in checks), module


def calls(path: Path, name: str) -> list[ast.Call]:
    """Calls of a name in a file."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == name]


@pytest.mark.parametrize("path", sorted(CLAIMS.rglob("*.py")), ids=lambda path: path.stem)
def test_texts_come_in_one_order_and_in_one_piece(path: Path) -> None:
    """Claim, source, then what was checked and why it holds beyond; never as shards of strings side by side."""
    orders = {
        "claim": ["id", "claim", "source", "kind", "requires"],
        "Finding": ["counterexample", "correction", "scope", "data"],
    }
    for name, expected in orders.items():
        for call in calls(path, name):
            names = [keyword.arg for keyword in call.keywords]
            assert names == [key for key in expected if key in names]
            for text in (*call.args, *(keyword.value for keyword in call.keywords)):
                if isinstance(text, ast.Constant | ast.JoinedStr) and text.lineno != text.end_lineno:
                    source = ast.get_source_segment(path.read_text("utf-8"), text) or ""
                    assert source.lstrip("f").startswith('"""'), f"{path}:{text.lineno}"


def test_the_template_makes_a_claim(
    register: dict[str, Claim], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied under a claim's name it is found and checked; nothing else has to be said anywhere."""
    assert "Z1" not in load()
    shutil.copy(CLAIMS / "template.py", tmp_path / "z01_even.py")
    monkeypatch.setattr(proofs_check.claims, "__path__", [*proofs_check.claims.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "proofs_check.claims.z01_even", raising=False)
    try:
        found = load()["Z1"]
        assert (found.run("quick").verdict, found.run("full").data) == ("holds", {"most": 1000})
        home = sys.modules["proofs_check.claims.z01_even"]
        assert not home.is_even(3)
        monkeypatch.setattr(home, "is_even", lambda n: n < 50)
        assert (found.run("quick").verdict, found.run("quick").counterexample) == ("fails", "n = 50 is odd")
    finally:
        sys.modules.pop("proofs_check.claims.z01_even", None)


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
    """Both documents are made from the record; every claim is recorded as the code states it."""
    record = documents.read()
    table = documents.DOCS / documents.TABLE
    assert table.read_text() == documents.with_table(table.read_text(), record)
    assert (documents.DOCS / documents.ERRATA).read_text() == documents.errata(record)
    stated = {id: (c.claim, c.source, c.kind, list(c.requires)) for id, c in load().items()}
    assert {id: (v["claim"], v["source"], v["kind"], v["requires"]) for id, v in record.items()} == stated
    assert list(record) == list(stated)


def test_theory_has_verdicts_with_their_scope() -> None:
    record = documents.read()
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
    text = documents.with_table((files / "claims.md").read_text(), record)
    assert (text[:7], text[-7:]) == ("before\n", "\nafter\n")
    assert "\nold\n" not in text
    assert "| Z2 | two is even | fails |" in text
    assert "2 claims: 1 fails, 1 holds." in text
    assert documents.with_table(text, record) == text
    errata = documents.errata(record)
    assert "### Z2: fails" in errata
    assert r"| and \*" in errata
    assert "Z1" not in errata
    with pytest.raises(ValueError, match=r"docs/claims\.md: expected the lines"):
        documents.with_table("nothing", record)


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2, "claims": {}}', '{"schema": 1, "claims": {"A1": {}}}'])
def test_a_record_of_another_form_is_refused(files: Path, text: str) -> None:
    (files / "verdicts.json").write_text(text)
    with pytest.raises(ValueError, match="not a record of verdicts"):
        documents.read()
    with pytest.raises(Refused, match="not a record of verdicts"):
        command.main(["D1"])


# -- the command ------------------------------------------------------------------------------


def test_without_a_record_nothing_is_judged(files: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no record of verdicts"):
        documents.read()
    with pytest.raises(Refused, match=r"no record of verdicts, expected .*verdicts\.json; .* --write makes it"):
        command.main(["D1"])


def test_command_compares_with_the_record(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["B27", "A9b", "--write"]) == 0
    record = documents.read()
    assert list(record) == ["A9b", "B27"]
    assert "### A9b" in (files / "errata.md").read_text()
    assert command.main(["B27"]) == 0
    verdict = record["B27"]["verdict"]
    record["B27"]["verdict"] = "holds"
    (files / "verdicts.json").write_text(documents.as_json(record))
    capsys.readouterr()
    assert command.main(["B27", "A9b"]) == 1
    assert f"DIFFERS B27: {verdict}, but holds is recorded" in capsys.readouterr().out
    assert command.main(["A9b"]) == 0


def test_command_table_and_one_claim_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["B28", "B27"]) == 0
    head, first, second, last = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "claim", "verdict", "time"]
    assert (first[:3], second[:3]) == ("B27", "B28")
    verdicts = [documents.read()[id]["verdict"] for id in ("B27", "B28")]
    assert verdicts[0] in first
    assert verdicts[1] in second
    assert first.endswith(" s")
    assert last == f"2 claims: {documents.counted(verdicts)}"
    assert command.main(["B28"]) == 0
    assert "evidence" in capsys.readouterr().out


def test_command_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["B27", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["claims"]
    assert list(found)[:5] == ["id", "claim", "verdict", "seconds", "evidence"]
    assert (found["id"], found["verdict"]) == ("B27", documents.read()["B27"]["verdict"])
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
    monkeypatch.setattr(documents, "RECORD", files / "missing" / "verdicts.json")
    with pytest.raises(Refused, match=r"--write: the folder .* does not exist"):
        command.main(["D1", "--write"])
    (files / "claims.md").write_text("no marks")
    monkeypatch.setattr(documents, "RECORD", files / "verdicts.json")
    with pytest.raises(Refused, match=r"--write: docs/claims\.md: expected the lines"):
        command.main(["D1", "--write"])
    monkeypatch.setattr(documents, "DOCS", files / "elsewhere")
    for arguments in (["D1", "--write"], ["agreement", "--date", "2026-11-21"]):
        with pytest.raises(
            Refused, match=r"no .*\.md: an installed copy has no documents; call it in a checkout"
        ) as caught:
            command.main(arguments)
        assert "\n" not in str(caught.value)


def test_process_exit_codes() -> None:
    """Through the real entry: 2 with one line for an unknown claim, 0 for claims as recorded."""
    for arguments, code, lines in ((["Q1"], 2, 1), (["A9b", "D3"], 0, 0)):
        done = subprocess.run(
            [sys.executable, "-m", "proofs_check", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, len(done.stderr.splitlines())) == (code, lines)
