"""The table that needs no run: made anew it is the saved one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from benchmarks import representations
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, call

DATE = ("--date", "2026-11-21")


def test_the_representations_are_counted_from_the_survey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(representations, "DATA", tmp_path)
    assert call(*DATE, module="benchmarks.representations").code == 0
    saved = ROOT / "paper_figures" / "data" / "representations.csv"
    assert (tmp_path / "representations.csv").read_bytes() == saved.read_bytes()
    origin = json.loads((tmp_path / "representations.json").read_text())
    assert (origin["date"], origin["command"]) == ("2026-11-21", "python -m benchmarks.representations")


def test_a_date_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(representations, "DATA", tmp_path)
    answer = call(module="benchmarks.representations")
    assert_refused(answer, "--date", program=representations.PROG, folder=tmp_path)
