"""Every saved hash is the digest of today's configs: a setting more, or another default, renames no saved run."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import pytest

from tests.helpers.command_line import ROOT
from training import settings
from training.config import Config
from training.presets import preset

FOLDERS = (ROOT / "training" / "data", ROOT / "margin" / "data" / "surveys" / "solver")
RELU = {"loss": "soft_minimum", "activation": "relu", "k": 2, "width": 256, "init": 1.0, "steps": 3000, "lr": 0.02}


@cache
def described() -> tuple[tuple[str, str, Config], ...]:
    """Table, hash and config of every run in a table's provenance."""
    return tuple(_described())


def _described() -> Iterator[tuple[str, str, Config]]:
    for path in (path for folder in FOLDERS for path in sorted(folder.glob("*.json"))):
        content = json.loads(path.read_text("utf-8"))
        for run in content.get("runs", []):
            if "shards" in run:  # of a sweep: hundreds of networks, whose shards have names of their own
                continue
            if "config" in run:
                yield path.stem, run["run"], Config.from_mapping(run["config"])
            else:
                yield path.stem, run["run"], _changed(run)


def _changed(run: dict[str, Any]) -> Config:
    return preset(run["preset"]).config(run["scale"]).changed(run["changed"])


@cache
def rows() -> tuple[tuple[str, str, Config], ...]:
    """Table, hash and config of every row of a table of runs that has no such provenance."""
    return tuple(_rows())


def _rows() -> Iterator[tuple[str, str, Config]]:
    paths = {path.stem: path for folder in FOLDERS for path in folder.glob("*.csv")}
    for table in ("recipes", "seconds"):
        with paths[table].open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield table, row["run"], preset(row["preset"]).config().changed({"seed": int(row["seed"])})
    with paths["relu_trained"].open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            n = int(row["n"])
            scale = 0.15 / n
            sharpness = {"sharpness_first": 10 / scale, "sharpness_last": 3000 / scale, "evaluate_every": 500}
            yield "relu_trained", row["run"], Config.from_mapping(RELU | sharpness | {"task": f"mod:{n}"})


def test_every_saved_hash_is_the_digest_of_todays_config() -> None:
    saved = [*described(), *rows()]
    assert [(table, run) for table, run, config in saved if config.digest() != run] == []
    assert len({run for _, run, _ in saved}) == 669
    assert all(config.changed({"seed": config.seed + 1}).digest() != run for _, run, config in saved)


def test_every_run_that_a_table_names_has_its_config_beside_it() -> None:
    named = set()
    for path in (path for folder in FOLDERS for path in folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            named |= {row["run"] for row in csv.DictReader(file) if "run" in row}
    assert len(named) > 250
    assert named <= {run for _, run, _ in [*described(), *rows()]}


@pytest.mark.parametrize("number", range(0, 335, 30))
def test_a_saved_config_reads_back_to_its_bytes(number: int) -> None:
    _, run, config = [*described(), *rows()][number]
    again = Config.from_mapping(json.loads(config.canonical()))
    assert (again, again.canonical(), again.digest()) == (config, config.canonical(), run)


def more(block: str, later: bool) -> dict[str, type[settings.Block]]:
    """The kinds of a block, each with a setting more; `later` as it must be, or forgotten."""

    def grown(kind: type[settings.Block]) -> type[settings.Block]:
        name = kind.__name__
        added = {"__annotations__": {"novelty": "float"}, "novelty": settings.setting(0.5, later=later)}
        return dataclass(frozen=True)(type(name, (kind,), added))

    return {name: grown(kind) for name, kind in settings.KINDS[block].items()}


@pytest.mark.parametrize("block", ["model", "loss", "optimiser", "schedule", "data", "measuring", "execution"])
def test_a_setting_more_renames_no_saved_run(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is refused nowhere, is saved once it is used, and would rename them all if it were not marked as later."""
    saved = [(run, config.flat()) for _, run, config in [*described(), *rows()]]
    embedding = Config.of(task="mod:5", k=2, width=8, model="embedding")
    monkeypatch.setitem(settings.KINDS, block, more(block, later=True))
    now = [(run, Config.of(**flat)) for run, flat in saved]
    assert all("novelty" in [field.name for field in fields(config.blocks[block])] for _, config in now)
    assert [run for run, config in now if config.digest() != run] == []
    assert Config.of(**embedding.flat()).digest() == embedding.digest()
    used = now[0][1].changed({"novelty": 0.25})
    assert json.loads(used.canonical()).items() >= {"novelty": 0.25, "schema": 2}.items()
    assert Config.from_mapping(json.loads(used.canonical())) == used
    monkeypatch.setitem(settings.KINDS, block, more(block, later=False))
    assert all(Config.of(**flat).digest() != run for run, flat in saved)
