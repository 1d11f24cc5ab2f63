"""The table of what agrees with what: from saved tables alone, in its document, and equal to the theory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from margin import maximum_margin
from margin.io.command import Refused
from margin.tasks import ModularAddition, SparseParity
from proofs_check.claims.shared import saved_runs
from proofs_check.register import agreement, documents
from tests.helpers.command_line import ROOT

TARGETS = {"s3": 0.9995, "s4": 0.9995, "dic3-k3": 0.999}  # share of gamma* at which training stops; else 0.9999


def test_the_document_has_the_table_of_the_data() -> None:
    text, rows = (documents.DOCS / agreement.DOCUMENT).read_text(), agreement.read()
    assert agreement.inserted(text, rows) == text
    assert text.count(agreement.BEGIN) == 1
    assert agreement.inserted(text.replace("| verified,", "| forged,"), rows) == text
    with pytest.raises(ValueError, match=r"docs/agreement\.md: expected the lines"):
        agreement.inserted("nothing", rows)


def test_a_network_that_misses_the_margin_is_said_to() -> None:
    row = agreement.read()[0]
    assert "neurons, reaches it" in agreement.markdown([row])
    assert "neurons, MISSES it" in agreement.markdown([row | {"passed": "False"}])


def test_what_the_table_says_of_a_task_is_found_anew() -> None:
    rows = {row["recipe"]: row for row in agreement.read()}
    tasks = agreement.tasks()
    assert list(rows) == list(tasks)
    assert (tasks["mod23"], tasks["parity"]) == (ModularAddition(23, 2), SparseParity(10, 4))
    assert {(row["passed"], row["verdict"], row["seeds"]) for row in rows.values()} == {("True", "VERIFIED", "8")}
    for name, row in rows.items():
        assert float(row["margin"]) == pytest.approx(float(maximum_margin(tasks[name])), rel=1e-14)
        assert TARGETS.get(name, 0.9999) <= float(row["least_trained_ratio"]) <= 1
    assert agreement.row("s3", tasks["s3"]) == rows["s3"]


def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(Refused, match=r"margin\.predict --p 1 .*expected an integer >= 2"):
        agreement._command("margin.predict", "--p", "1", "--k", "2")


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command writes into a folder of its own, one task."""
    monkeypatch.setattr(documents, "DOCS", tmp_path)
    monkeypatch.setattr(agreement, "TABLE", tmp_path / "agreement.csv")
    monkeypatch.setattr(agreement, "row", lambda recipe, task: agreement_row(recipe))
    (tmp_path / "agreement.md").write_text(f"before\n{agreement.BEGIN}\n{agreement.END}\nafter\n")
    return tmp_path


def agreement_row(recipe: str) -> agreement.Row:
    path = ROOT / "proofs_check" / "data" / "agreement.csv"
    head, *lines = (line.split(",") for line in path.read_text().splitlines())
    return next(dict(zip(head, line, strict=True)) for line in lines if line[0] == recipe)


def test_the_command_writes_table_provenance_and_document(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert agreement.main(["--date", "2026-11-25"]) == 0
    assert capsys.readouterr().out.startswith("10 tasks, written ")
    assert (written / "agreement.csv").read_bytes() == (ROOT / "proofs_check/data/agreement.csv").read_bytes()
    provenance = json.loads((written / "agreement.json").read_text())
    assert (provenance["command"], provenance["date"]) == (agreement.PROG, "2026-11-25")
    assert (provenance["table"], set(provenance["versions"])) == ("agreement.csv", {"algebraic-margin", "python"})
    assert "| n = 23, k = 2 | sqrt(138)/4554 = 0.00257957 |" in (written / "agreement.md").read_text()


def test_refusals(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="--date"):
        agreement.main([])
    (written / "agreement.md").write_text("nothing")
    monkeypatch.setattr(agreement, "row", None)  # refused before any work
    with pytest.raises(Refused, match=r"agreement: .*expected the lines"):
        agreement.main(["--date", "2026-11-25"])
    with pytest.raises(Refused, match="--date 'yesterday': expected a day as YYYY-MM-DD"):
        agreement.main(["--date", "yesterday"])
    monkeypatch.setattr(saved_runs, "folders", lambda: (written,))
    with pytest.raises(Refused, match=r"no table final\.csv of saved runs"):
        agreement.tasks()
