"""Figures of recurrent networks, attention and transformers: their data against the tables, and planted tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from margin.io.tables import as_csv
from paper_figures import tables
from paper_figures.figures.circuits import recurrent, strength, transformers
from paper_figures.registry import PICTURES
from paper_figures.style import styled
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


def course(
    seed: int, train: list[float], preset: str = "li-grokking-k3-p31", k: int = 3, width: int = 128
) -> list[dict[str, object]]:
    """A run that is measured every 10 steps; its margin over the norm rises by 1 a record."""
    size = {"k": k, "p": 13, "dimension": 32, "width": width}
    return [
        {"preset": preset, "seed": seed, "run": f"{preset}{seed} {size}", **size, "step": 10 * i}
        | {"train_accuracy": x, "test_accuracy": x / 2, "margin_over_norm": -1, "train_margin_over_norm": i}
        for i, x in enumerate(train)
    ]


def grokked(
    seed: int, train: object, test: object, k: int = 3, finished: int = 1, width: int = 128
) -> dict[str, object]:
    return {"preset": f"li-grokking-k{k}-p5", "seed": seed, "finished": finished, "k": k, "p": 13, "heads": 4} | {
        "dimension": 32,
        "width": width,
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
        "training accuracy 1 first at step 20, the margin then 2.000, later at most 3.000, at the end 3.000" in caption
    )
    plant(planted, "circuit-margins", course(0, [0, 0.5]))
    assert "training accuracy 1 is not reached by all" in transformers.margins_caption(transformers.margins())
    plant(planted, "circuit-margins", course(0, [0, 0.5], "nothing"))
    with pytest.raises(ValueError, match=r"no course of any circuit.*experiments recurrent"):
        transformers.margins()
    with pytest.raises(ValueError, match=r"no transformers.*experiments grokking-small"):
        transformers.grokking()


def test_a_colour_is_one_number_of_inputs_in_every_column() -> None:
    data = transformers.margins()
    with styled():
        figure = transformers.draw_margins(data)
    shown = [{line.get_color() for line in axes.lines} for axes in figure.axes[: len(data.columns)]]
    assert shown == [{transformers.COLOURS[course.k] for course in found} for _, found in data.columns]
    assert len(set.union(*shown)) == len({course.k for _, found in data.columns for course in found})
    (legend,) = figure.legends
    assert {f"k = {course.k}" for _, found in data.columns for course in found} < {
        text.get_text() for text in legend.get_texts()
    }
    assert not any(axes.get_legend() for axes in figure.axes)  # nothing lies on a curve


def test_the_legend_of_strengths_says_what_a_triangle_is() -> None:
    with styled():
        figure = strength.draw(strength.strength())
    (legend,) = figure.legends
    assert [handle.get_marker() for handle in legend.legend_handles] == ["o", "o", "^"]  # type: ignore[union-attr]
    assert legend.get_texts()[2].get_text() == "never: end of the run, or a lower bound"


def test_courses_of_one_preset_and_several_widths_are_apart(planted: Path) -> None:
    """The same seeds, k and modulus: two courses of one run each, and figures show the size that most k have."""
    narrow, wide = course(0, [0, 0, 0, 1], width=32), course(0, [0, 1, 1, 1])
    plant(planted, "circuit-margins", [*narrow, *wide, *course(0, [0, 0, 1, 1], "li-grokking-k4-p11", k=4)])
    plant(planted, "li-grokking", [grokked(0, 10, "", width=width) for width in (32, 128)])
    found = transformers.courses("li-grokking")
    assert [(course.k, course.width, course.fitted) for course in found] == [(3, 32, 30), (3, 128, 10), (4, 128, 20)]
    assert all(course.seeds == [0] for course in found)
    shown = transformers.grokking()
    assert [(course.k, course.width) for course in shown] == [(3, 128), (4, 128)]
    assert "Here 4 heads, dimension 32, 128 neurons a layer; published" in transformers.grokking_caption(shown)
    ((name, columns),) = transformers.margins().columns
    assert (name, [(course.k, course.width) for course in columns]) == ("transformer", [(3, 128), (4, 128)])
    plant(planted, "circuit-margins", [*narrow, *wide, *course(0, [0, 0, 1, 1], "li-grokking-k4-p11", k=4, width=32)])
    assert [(course.k, course.width) for course in transformers.grokking()] == [(3, 32), (4, 32)]


def test_runs_that_never_learn_are_shown_as_bounds_and_counted(planted: Path, tmp_path: Path) -> None:
    rows = [grokked(0, 100, 600), grokked(1, 150, ""), grokked(2, 100, 900), grokked(0, "", "", k=2)]
    plant(planted, "li-grokking", [*rows, grokked(3, 1, 2, finished=0)])
    found = strength.strength()
    assert [[run.gap for run in group.runs if run.k == 3] for group in found.groups] == [[], [500, 5850, 800]]
    assert [[run.is_bound for run in group.runs] for group in found.groups] == [[False], [False, True, False]]
    caption = strength.caption(found)
    shown = (
        "k = 3, p = 13, 2197 inputs, dimension 32, 128 neurons: 500, 800, more than 5850; 1 of 3 never learn the other"
    )
    assert shown in caption
    assert "neurons: unknown; 1 of 1 never learn the other half; 1 of 1 not even the training half" in caption
    (tmp_path / "out").mkdir()
    PICTURES["grokking-strength"].write(tmp_path / "out", ("svg",))
    assert (tmp_path / "out" / "grokking-strength.svg").stat().st_size > 1000
    plant(planted, "li-grokking", [grokked(3, 1, 2, finished=0)])
    with pytest.raises(ValueError, match=r"no finished transformer.*experiments grokking-small"):
        strength.strength()


def test_strength_by_k_and_by_width_compares_one_thing_at_a_time(planted: Path) -> None:
    by_width = [grokked(seed, 100, 100 * width, k=5, width=width) for width in (32, 512) for seed in (0, 1)]
    by_k = [grokked(seed, 100, 1000 * k + seed, k=k) for k in (2, 3, 5) for seed in (0, 2, 1)]
    plant(planted, "li-grokking", [*by_width, *by_k])
    found = strength.strength()
    assert [(group.first.k, group.first.width) for group in found.by_k] == [(2, 128), (3, 128), (5, 128)]
    assert [(group.first.k, group.first.width) for group in found.by_width] == [(5, 32), (5, 128), (5, 512)]
    assert [[run.gap for run in group.runs] for group in found.by_width] == [
        [3100] * 2,
        [4900, 4901, 4902],
        [51100] * 2,
    ]
    assert "p = 13, 371293 inputs, dimension 32, 128 neurons: 4900, 4901, 4902 (median 4901)" in strength.caption(found)


def test_without_a_finished_run_at_30_percent_the_command_is_named(planted: Path) -> None:
    plant(planted, "rangamani-runs", [{"preset": "rangamani-rnn-40", "seed": 0, "finished": 1}])
    with pytest.raises(ValueError, match=r"no finished run of rangamani-rnn;.*experiments recurrent"):
        recurrent.about()
    plant(planted, "li-scores", [{"k": 9}])
    with pytest.raises(ValueError, match=r"no scores for k = 3.*experiments attention"):
        transformers.scores(3)
