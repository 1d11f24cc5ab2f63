"""The runs behind the tables: every one a preset with known settings, none twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.command_line import spawn
from training import experiments
from training.experiments import AS_PRINTED, EXPERIMENTS, RECIPES, Source, run_all
from training.presets import OWN, preset
from training.tables.trajectories import SOURCES

WITH_A_NEW_PRESET = """
from dataclasses import replace
from training.presets import OWN, PRESETS

PRESETS["new"] = replace(OWN[0], name="new")
OWN.append(PRESETS["new"])
from training.experiments import EXPERIMENTS, RECIPES
from training.tables import recipes
from training.tables.collection import Collection
from training.tables.trajectories import SOURCES

print(any(source.preset == "new" for sources in EXPERIMENTS.values() for source in sources))
print(any(source.preset == "new" for source in SOURCES))
print(any(row[0] == "new" for row in recipes.presets(Collection([])).rows))
recipes.RECIPES = (*RECIPES, "new")
print(any(row[0] == "new" for row in recipes.presets(Collection([])).rows))
"""


def test_every_source_is_a_preset_with_known_settings() -> None:
    hashes = [config.digest() for sources in EXPERIMENTS.values() for s in sources for config in s.configs()]
    assert len(set(hashes)) == len(hashes) > 300
    with pytest.raises(ValueError, match="unknown setting 'widht'"):
        Source("mod23", {"widht": 3}).configs()
    with pytest.raises(ValueError, match=r"momentum = 0.5 has no effect"):
        Source("mod23", {"momentum": 0.5}).configs()
    assert Source("mod23", seeds=(5,)).configs() == [preset("mod23").config().changed({"seed": 5})]
    assert [source.preset for source in EXPERIMENTS["recipes"]] == list(RECIPES)
    assert (
        {source.preset for source in EXPERIMENTS["curves"]}
        == set(RECIPES)
        == {source.preset for source in SOURCES[:10]}
    )
    assert set(RECIPES) <= {recipe.name for recipe in OWN}
    assert {name for name in AS_PRINTED if preset(name) in OWN} == set()


def test_a_new_preset_joins_no_table_until_it_is_named() -> None:
    """Neither the runs behind the tables nor the table of presets; one that is named is there."""
    answer = spawn(program=WITH_A_NEW_PRESET)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.split() == ["False", "False", "False", "True"]


def test_unknown_experiments_are_refused_before_any_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown experiment 'modul', expected some of curves, moduli"):
        list(run_all(["moduli", "modul"], tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_without_snapshots_goes_on_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training import loop, runs
    from training.loop import Training

    tiny = {"steps": 6, "width": 8, "stop_ratio": None, "task": "mod:5", "evaluate_every": 2}
    source = Source("even30", tiny, (0,), (0, 4))
    advance = Training.advance

    def interrupted(run: Training) -> object:
        if run.step == 3:
            raise KeyboardInterrupt
        return advance(run)

    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    monkeypatch.setattr(Training, "advance", interrupted)
    (config,) = source.configs()
    folder = runs.open_run(tmp_path, config, {"preset": "even30", "scale": "default", "choices": []})
    with pytest.raises(KeyboardInterrupt):
        loop.train(config, folder)
    monkeypatch.setattr(Training, "advance", advance)
    assert experiments.run(source, config, tmp_path) == folder
    assert runs.is_finished(folder)
    assert not (folder / runs.snapshot(4)).is_file()
    (tmp_path / "other").mkdir()
    assert (experiments.run(source, config, tmp_path / "other") / runs.snapshot(4)).is_file()
