"""The tables that need no run: made anew they are the saved ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from benchmarks import agreement
from tests.helpers.command_line import ROOT, call

DATE = ("--date", "2026-11-21")


def test_the_representations_are_counted_from_the_survey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "DATA", tmp_path)
    assert call("representations", *DATE, module="benchmarks.agreement").code == 0
    saved = ROOT / "paper_figures" / "data" / "representations.csv"
    assert (tmp_path / "representations.csv").read_bytes() == saved.read_bytes()
    origin = json.loads((tmp_path / "representations.json").read_text())
    assert (origin["date"], origin["command"]) == ("2026-11-21", "python -m benchmarks.agreement representations")


def test_unknown_tables_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "DATA", tmp_path)
    answer = call("agreements", *DATE, module="benchmarks.agreement")
    assert answer.code == 2
    assert "unknown table 'agreements', expected some of representations, agreement" in answer.err
    assert "--date" in call("representations", module="benchmarks.agreement").err
    assert list(tmp_path.iterdir()) == []
