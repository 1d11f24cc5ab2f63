"""docs/training.md names every setting with its default, every preset, every file and column of a run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT
from training.config import Config, names
from training.presets import PRESETS
from training.settings import KINDS

PAGE = (ROOT / "docs" / "training.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` " + r"\| ([^|]*) " * 4 + r"\|$", re.MULTILINE)
DEFAULTS = {row[0]: row[2] for row in ROW.findall(PAGE)}
NEEDED = {"task": "mod:23", "k": 2, "width": 8}


def shown(value: object) -> str:
    """A default as the page writes it."""
    return "none" if value is None else "empty" if value == [] else str(value)


def test_every_setting_has_a_row_with_its_default() -> None:
    settings = {"model": "neurons"} | json.loads(Config.from_mapping(NEEDED).canonical())
    for kind in KINDS["model"]:
        settings = Config.from_mapping(NEEDED | {"model": kind}).flat() | settings
    for kind in KINDS["loss"]:
        settings = Config.from_mapping(NEEDED | {"loss": kind}).flat() | settings
    assert set(settings) == set(names())
    assert {name: shown(value) for name, value in settings.items()} == DEFAULTS | {
        name: str(value) for name, value in NEEDED.items()
    }
    assert {DEFAULTS[name] for name in NEEDED} == {"-"}


def test_every_preset_is_named_and_every_choice_told() -> None:
    for name, preset in PRESETS.items():
        assert f"`{name}`" in PAGE
        for choice in preset.choices:
            assert choice.replace("|", r"\|") in PAGE  # of a cell of a table


def test_every_file_and_column_of_a_run_is_named(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    command = [sys.executable, "-m", "training", "run", "li-k3-p97", "--scale", "smoke", "--set", "task=mod:5"]
    command += ["--set", "steps=2", "--snapshots", "1", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (folder,) = tmp_path.iterdir()
    files = {path.name: path for path in folder.iterdir()}
    assert len(files) >= 7
    names = {name.replace("-1.", "-STEP.") for name in files}
    for name in ("result.json", "timing.json", "provenance.json"):
        names |= set(json.loads(files[name].read_text("utf-8")))
    for line in files["trajectory.jsonl"].read_text("utf-8").splitlines():
        names |= set(json.loads(line))
    assert {"test_accuracy", "gamma", "processor_seconds", "choices"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []
