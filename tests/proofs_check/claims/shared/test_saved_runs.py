"""Saved runs are read from planted folders, and small runs made anew with what they are asked for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from proofs_check.claims.shared import saved_runs
from proofs_check.register.claim import Refuted


def described(preset: str, scale: str = "small", **result: object) -> dict[str, object]:
    return {"run": f"{preset}-{scale}", "preset": preset, "scale": scale, "config": {"p": 7}, "result": result}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of runs, one of a run that is not finished, one of a list."""
    one = [described("a", ratio=0.5, live=None), described("a", "paper", ratio=0.75, live=3)]
    (tmp_path / "one.json").write_text(json.dumps({"runs": one}))
    two = [described("b", ratio=0.25), {**described("a"), "result": None}, {"run": "c", "result": {"ratio": 1}}]
    (tmp_path / "two.json").write_text(json.dumps({"runs": two}))
    (tmp_path / "list.json").write_text("[1, 2]")
    return tmp_path


def test_runs_are_those_with_an_end(folder: Path) -> None:
    small, paper, other = saved_runs.finals(folder)
    assert small == {"run": "a-small", "preset": "a", "scale": "small", "config": {"p": 7}, "ratio": 0.5}
    assert (paper["scale"], paper["live"], other["run"]) == ("paper", 3, "b-small")
    assert saved_runs.finals(folder / "nowhere") == []


def test_a_run_has_every_key_and_the_scale(folder: Path) -> None:
    def ratio(preset: str, *keys: str, scale: str | None = None) -> float | None:
        run = saved_runs.final(preset, *keys, scale=scale, folder=folder)
        return None if run is None else float(run["ratio"])

    assert ratio("a") == ratio("a", "ratio") == 0.5
    assert ratio("a", "live") == ratio("a", "ratio", "live") == ratio("a", scale="paper") == 0.75
    assert ratio("b") == 0.25
    assert ratio("a", "power") is ratio("b", scale="paper") is ratio("c") is None


def test_ends_of_trajectories_are_the_last_of_each_run(folder: Path) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = [{"run": "a-small", "step": step, "neurons": step, "ratio": 0.1} for step in (10, 20)]
    parquet.write_table(pyarrow.Table.from_pylist([*rows, rows[0] | {"run": "z"}]), folder / "one.parquet")
    small, paper, _ = saved_runs.finals(folder)
    assert (small["neurons"], small["step"], small["ratio"]) == (20, 20, 0.5)  # what is described comes first
    assert "neurons" not in paper


def test_rows_of_a_recipe(tmp_path: Path) -> None:
    assert saved_runs.final_rows("a", tmp_path) == []
    assert saved_runs.recipe_ratios("a", tmp_path) == {}
    (tmp_path / "final.csv").write_text("recipe,seed\na,0\nb,1\na,2\n")
    (tmp_path / "recipes.csv").write_text("preset,run,seed,ratio\na,x,0,0.5\nb,y,1,0.25\na,z,2,0.75\n")
    assert [row["seed"] for row in saved_runs.final_rows("a", tmp_path)] == ["0", "2"]
    assert saved_runs.recipe_ratios("a", tmp_path) == {0: 0.5, 2: 0.75}
    assert saved_runs.recipe_ratios("c", tmp_path) == {}


def test_tables_lie_beside_the_packages(tmp_path: Path) -> None:
    path = saved_runs.table("final.csv")
    assert path is not None
    assert path.parent.parts[-2:] == ("training", "data")
    assert saved_runs.table("final.csv", tmp_path) is None
    assert saved_runs.table("no such table.csv") is None
    assert len(saved_runs.finals()) > 10


def test_no_share_is_above_one_but_for_rounding() -> None:
    saved_runs.require_shares([0.5, 1, 1 + 1e-9, float("nan")], "share")
    saved_runs.require_shares([], "share")
    with pytest.raises(Refuted, match=r"share: 1\.000000001005 is above 1"):
        saved_runs.require_shares([0.5, 1 + 1.005e-9], "share")


def planted_embedding(folder: Path, *rows: tuple[int, list[float]]) -> None:
    lines = ["step,neuron,0,1,2,3,4"] + [",".join(map(str, (step, 9, *vector))) for step, vector in rows]
    (folder / "embedding-planted.csv").write_text("\n".join(lines) + "\n")


def test_power_of_embeddings_at_the_last_step(tmp_path: Path) -> None:
    """A cosine with a mean of half its norm, also where it is the only row; a delta has 2/5 at each frequency."""
    assert saved_runs.embedding_power("planted", tmp_path) == []
    wave = (np.cos(4 * np.pi * np.arange(5) / 5) + 0.5**0.5).tolist()
    planted_embedding(tmp_path, (3, wave))
    assert saved_runs.embedding_power("planted", tmp_path) == pytest.approx([0.5])
    planted_embedding(tmp_path, (3, wave), (4, [1, 0, 0, 0, 0]), (4, wave))
    assert saved_runs.embedding_power("planted", tmp_path) == pytest.approx([0.4, 0.5])


def test_the_small_run_is_mod_23_with_seed_0(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def replay(*what: object) -> saved_runs.Run:
        asked.append(what)
        return {"ratio": 0.75}

    monkeypatch.setattr(saved_runs, "replay", replay)
    assert saved_runs.made_anew("ratio") == [0.75]
    assert asked == [("mod23", 0)]
    monkeypatch.setattr(saved_runs, "replay", lambda *what: None)
    assert saved_runs.made_anew("ratio") == []


def test_what_lacks_to_one_in_words() -> None:
    assert saved_runs.shortfall([0.9998]) == "mod 23 trained anew, seed 0: 1 - 2e-04"
    assert saved_runs.shortfall([0.5]).endswith("1 - 5e-01")
    assert saved_runs.shortfall([]) == saved_runs.NO_TORCH


def test_the_loss_of_the_last_step_is_measured() -> None:
    """A run without a step has none: then 0 is given."""

    class Planted:
        def __init__(self, steps: int) -> None:
            self.step, self.config = 0, type("Config", (), {"steps": steps})

        def advance(self) -> float:
            self.step += 1
            return self.step / 4

        def measure(self, loss: float) -> saved_runs.Run:
            return {"loss": loss, "step": self.step}

    assert saved_runs._measured(Planted(3)) == {"loss": 0.75, "step": 3}  # type: ignore[arg-type]
    assert saved_runs._measured(Planted(0)) == {"loss": 0.0, "step": 0}  # type: ignore[arg-type]
