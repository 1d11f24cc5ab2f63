"""Figures of recurrent networks, attention and transformers: their data against the tables, and planted tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from margin.io.tables import as_csv
from paper_figures import tables
from paper_figures.figures.circuits import recurrent, transformers
from paper_figures.registry import PICTURES
from proofs_check.claims.rangamani.d03_ranks import least_rank


def test_frequencies_are_the_key_frequencies_of_the_table() -> None:
    found = recurrent.frequencies()
    row = found.about.runs[found.seed]
    for name, shares in found.shares.items():
        assert shares.sum() == pytest.approx(1, abs=1e-3)
        assert set(np.flatnonzero(shares >= 0.02) + 1) == set(map(int, row[name].split()))
    for plane in found.planes.values():
        assert 0.5 < plane.sum() <= 1 + 1e-6  # small ones are left out of the table
        assert plane.shape == (57, 57)
    diagonal = np.flatnonzero(np.diag(found.planes["state3"]) >= 0.02)
    assert set(diagonal) - {0} <= set(map(int, row["state3"].split()))


def test_least_ranks_are_those_that_the_claim_reads() -> None:
    found = recurrent.ranks()
    rows = [row for row in tables.read("rangamani-ranks") if row["preset"] == recurrent.PRESET]
    for seed, about in found.about.runs.items():
        own = [row for row in rows if row["run"] == about["run"]]
        for matrix in recurrent.RANKS:
            assert found.least(matrix)[seed] == least_rank(own, matrix, float(about["accuracy"]))
    for by_seed in found.values.values():
        for values in by_seed.values():
            assert values[0] == 1
            assert (np.diff(values) <= 1e-9).all()


def test_vectors_have_their_frequencies() -> None:
    found = recurrent.vectors()
    assert len(found.spectra) == recurrent.VECTORS
    assert (found.spectra.argmax(1) + 1).tolist() == found.frequencies
    np.testing.assert_allclose(found.spectra.max(1), found.shares, atol=5e-3)


def test_printed_tables_stand_beside_as_many_values_as_there_are_frequencies() -> None:
    found = recurrent.printed()
    for seed, row in found.about.runs.items():
        count = len(row["unembedding"].split())
        assert len(found.single[seed]) == len(found.several[seed]) == count
        assert len(found.waves[seed]) == 2 * count
    assert len(recurrent.REMOVED) == len(recurrent.SINGLE) == len(recurrent.ERRORS) == 6


@pytest.mark.parametrize("k", transformers.FIGURES)
def test_scores_are_less_their_mean_over_what_is_seen(k: int) -> None:
    found = transformers.scores(k)
    assert found.tables.shape == (len(found.numbers), found.p, found.p)
    np.testing.assert_allclose(found.tables.mean(1), 0, atol=1e-3 * np.abs(found.tables).max())
    sizes = (found.tables**2).sum((1, 2))
    assert (np.diff(sizes) <= 1e-3 * sizes[0]).all()  # the strongest first


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tables, "DATA", tmp_path)
    return tmp_path


def plant(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    (folder / f"{name}.csv").write_text(as_csv(rows, list(rows[0])))


def course(seed: int, train: list[float], preset: str = "li-grokking-k3-p31") -> list[dict[str, object]]:
    """A run that is measured every 10 steps; its margin over the norm rises by 1 a record."""
    return [
        {"preset": preset, "seed": seed, "run": f"{preset}{seed}", "k": 3, "p": 13, "step": 10 * i}
        | {"train_accuracy": x, "test_accuracy": x / 2, "margin_over_norm": -1, "train_margin_over_norm": i}
        for i, x in enumerate(train)
    ]


def grokked(seed: int, train: object, test: object, k: int = 3, finished: int = 1) -> dict[str, object]:
    return {"preset": f"li-grokking-k{k}-p5", "seed": seed, "finished": finished, "k": k, "p": 13, "heads": 4} | {
        "dimension": 32,
        "width": 128,
        "train_step": train,
        "test_step": test,
        "end": 6000,
    }


def test_runs_that_have_not_come_as_far_are_left_out(planted: Path) -> None:
    others = [*course(1, [0, 1, 1, 1]), *course(2, [0, 1, 1]), *course(3, [0.0], "other")]
    plant(planted, "circuit-margins", [*course(0, [0, 0.5, 1, 1]), *others])
    (found,) = transformers.courses("li-grokking")
    assert (found.seeds, found.steps.tolist(), found.train.shape) == ([0, 1], [0, 10, 20, 30], (2, 4))
    assert found.fitted == 20
    plant(planted, "circuit-margins", course(0, [0, 0.5]))
    assert np.isnan(transformers.courses("li-grokking")[0].fitted)


def test_margins_say_whether_they_rise_after_the_training_half_is_learned(planted: Path) -> None:
    plant(planted, "circuit-margins", [*course(0, [0, 1, 1, 1]), *course(1, [0, 0.5, 1, 1])])
    caption = transformers.margins_caption(transformers.margins())
    assert (
        "training accuracy 1 from step 20 on, the margin then 2.000, later at most 3.000, at the end 3.000" in caption
    )
    plant(planted, "circuit-margins", course(0, [0, 0.5]))
    assert "training accuracy 1 is not reached by all" in transformers.margins_caption(transformers.margins())
    plant(planted, "circuit-margins", course(0, [0, 0.5], "nothing"))
    with pytest.raises(ValueError, match=r"no course of any circuit.*experiments recurrent"):
        transformers.margins()
    with pytest.raises(ValueError, match=r"no transformers.*experiments grokking-small"):
        transformers.grokking()


def test_runs_that_never_learn_are_counted(planted: Path, tmp_path: Path) -> None:
    rows = [grokked(0, 100, 600), grokked(1, 100, ""), grokked(2, 100, 900), grokked(0, 200, "", k=2)]
    plant(planted, "li-grokking", [*rows, grokked(3, 1, 2, finished=0)])
    found = transformers.strength()
    assert len(found.seeds) == 4
    caption = transformers.strength_caption(found)
    assert "k = 3, p = 13, 2197 inputs, 128 neurons: 500, 800 (2 of 3 runs)" in caption
    assert "k = 2, p = 13, 169 inputs, 128 neurons: unknown (0 of 1 runs)" in caption
    (tmp_path / "out").mkdir()
    PICTURES["grokking-strength"].write(tmp_path / "out", ("svg",))
    assert (tmp_path / "out" / "grokking-strength.svg").stat().st_size > 1000
    plant(planted, "li-grokking", [grokked(3, 1, 2, finished=0)])
    with pytest.raises(ValueError, match=r"no finished transformer.*experiments grokking-small"):
        transformers.strength()


def test_without_a_finished_run_at_30_percent_the_command_is_named(planted: Path) -> None:
    plant(planted, "rangamani-runs", [{"preset": "rangamani-rnn-40", "seed": 0, "finished": 1}])
    with pytest.raises(ValueError, match=r"no finished run of rangamani-rnn;.*experiments recurrent"):
        recurrent.about()
    plant(planted, "li-scores", [{"k": 9}])
    with pytest.raises(ValueError, match=r"no scores for k = 3.*experiments attention"):
        transformers.scores(3)
