"""docs/training.md names every setting with its default, every preset with its choices, every column of a run."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from tests.readme import ROOT
from training.config import Config
from training.presets import PRESETS

PAGE = (ROOT / "docs" / "training.md").read_text("utf-8")
ROWS = {
    row[0]: row
    for row in re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)
}


def test_every_setting_has_a_row_with_its_default() -> None:
    assert list(ROWS) == [field.name for field in fields(Config)]
    for field in fields(Config):
        default = ROWS[field.name][2]
        if field.default is MISSING:
            assert default == "-"
        elif field.default in ((), None):
            assert default == ("empty" if field.default == () else "none")
        else:
            assert default == str(field.default)


def test_every_preset_is_named_and_every_choice_told() -> None:
    for name, preset in PRESETS.items():
        assert f"`{name}`" in PAGE
        for choice in preset.choices:
            assert choice in PAGE


def test_every_file_and_column_of_a_run_is_named(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from training import runs
    from training.loop import train

    config = Config("mod:5", 2, 8, steps=2, train_share=0.6, batch_kind="inputs")
    folder = runs.open_run(tmp_path, config, {"preset": "none", "scale": "smoke", "choices": []})
    train(config, folder, snapshots=(1,))
    for path in folder.iterdir():
        assert f"`{path.name.replace('-1.', '-STEP.')}`" in PAGE
    records = runs.read_trajectory(folder)
    named = [runs.TRAJECTORY, *records[-1], *runs.read_json(folder / runs.RESULT)]
    named += [*runs.read_json(folder / runs.TIMING), *runs.read_json(folder / runs.PROVENANCE)]
    assert [name for name in named if f"`{name}`" not in PAGE] == []
