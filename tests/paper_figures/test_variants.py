"""Figures of one shared embedding, missing pairs, other activations and norms: what they read, what captions say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from margin import ModularAddition, maximum_margin
from margin.networks.memorising import memorising_margin
from paper_figures import tables
from paper_figures.figures.missing import splits
from paper_figures.figures.variants import activations, grokking, largest, row, shared
from paper_figures.registry import PICTURES
from tests.helpers.command_line import ROOT

POWERS = {"u": (0.08, 0.9, 0.02, 0.0), "w": (0.0, 0.9, 0.0, 0.1)}


def rows(off: float = 0.0, ratios: tuple[float, float] = (0.9995, 0.9998)) -> list[dict[str, str]]:
    """Two seeds of x^2 mod 7 whose power of u at f is `off` more than predicted, and two of ReLU."""
    found = []
    for activation in ("power", "relu"):
        for seed, ratio in enumerate(ratios):
            for side, values in POWERS.items():
                for j, value in enumerate(values):
                    known = activation == "power"
                    power = value + (off if (side, j) == ("u", 1) else 0) if known else value / 2
                    row = {"n": "7", "k": "2", "activation": activation, "seed": str(seed), "side": side}
                    row |= {"run": f"{activation}{seed}", "multiple": str(j), "power": repr(power)}
                    found.append(
                        row | {"predicted": repr(value) if known else "", "ratio": repr(ratio) if known else ""}
                    )
    return found


def test_what_the_figure_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "read", lambda name: rows(0.005) if name == "shared" else [])
    (task,) = shared.shared()
    assert (task.n, task.k, task.seeds, task.ratios) == (7, 2, [0, 1], [0.9995, 0.9998])
    assert task.predicted["u"].tolist() == list(POWERS["u"])
    np.testing.assert_allclose(task.trained["power", "u"][:, 1], 0.905)
    np.testing.assert_allclose(task.trained["relu", "u"][:, 1], 0.45)
    assert shared.shown(task, "u") == ([0, 1, 2, 3], ["0", "f", "2f", "f/2"])  # 2 * 3 is 6, which is 1
    assert shared.shown(task, "w") == ([0, 1, 2, 3], ["0", "f", "2f", "f/2"])
    text = shared.caption([task])
    assert "2 seeds (0-1)" in text
    assert "reach 0.99950 to 0.99980 of gamma*" in text
    assert "no power is more than 0.005 from" in text
    assert "has 0.450 of the power" in text
    axes = shared.draw([task]).axes
    assert [x.get_title() for x in axes] == ["(a)  mod 7, k = 2: u", "(b)  mod 7, k = 2: w"]


def test_the_caption_follows_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "read", lambda name: rows(0.05, (0.9, 0.9)))
    text = shared.caption(shared.shared())
    assert "reach 0.90000 of gamma*" in text
    assert "no power is more than 0.05 from" in text


def test_other_moduli_have_another_half() -> None:
    assert shared.shown(shared.Task(11, 2), "w") == ([0, 1, 2, 5], ["0", "f", "2f", "f/2"])
    assert shared.shown(shared.Task(11, 2), "u") == ([0, 1, 2, 3], ["0", "f", "2f", "3f"])
    assert shared.Task(23, 2).half() == 11


def test_the_figure_is_registered() -> None:
    assert PICTURES["shared-powers"].tables == ("shared",)


def planted(monkeypatch: pytest.MonkeyPatch, name: str, rows: dict[str, list[dict[str, str]]]) -> None:
    """Tables of a reader of `paper_figures.tables`, in place of the saved ones."""
    monkeypatch.setattr(tables, name, lambda table: rows[table])


def test_a_missing_row_is_shown_beside_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """At n = 3 the bound is 2, at n = 5 it is 4 - sqrt 8."""
    gamma = {n: float(maximum_margin(ModularAddition(n, 2))) for n in (3, 5)}
    ratios = {3: 1.75, 5: 1.1}
    found = [{"classes": str(n), "lower_bound": repr(ratios[n] * gamma[n]), "gap": "3e-7"} for n in ratios]
    planted(monkeypatch, "solver", {"row": found})
    data = row.rows()
    np.testing.assert_allclose(data.bound, [2, 4 - 8**0.5])
    np.testing.assert_allclose(data.ratio, [1.75, 1.1])
    text = row.caption(data)
    assert "the ratios are 1.750000, 1.100000" in text
    assert "of the bound: 0.583 to 0.750" in text
    assert [len(axes.lines) for axes in row.draw(data).axes] == [2, 2]


def test_saved_rows_lie_between_all_pairs_and_the_bound() -> None:
    data = row.rows()
    assert ((data.ratio > 1.03) & (data.ratio < data.bound)).all()
    assert data.gap.max() < 1e-6
    page = (ROOT / "docs" / "missing_data.md").read_text("utf-8")
    for n, ratio, bound in zip(data.n, data.ratio, data.bound, strict=True):
        (cells,) = re.findall(rf"^\| {n} \| \d+ \| ([\d.]+) \| ([\d.]+) \|$", page, re.MULTILINE)
        assert cells == (f"{ratio:.6f}", f"{bound:.6f}".rstrip("0").rstrip("."))


def test_activations_are_compared_with_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    value = memorising_margin(5, 3)
    margins = {"|x|": 0.06, "x^3": 0.9 * value, "ReLU": 0.02}
    found = {
        name: {"classes": "5", "activation": name, "lower_bound": repr(margin), "gap": "2e-7"}
        for name, margin in margins.items()
    }
    planted(monkeypatch, "solver", {"activations": [found["|x|"], found["x^3"]], "relu": [found["ReLU"]]})
    data = activations.solved()
    assert data.of_memory("x^3") == pytest.approx([0.9])
    assert data.of_memory("x^2") == pytest.approx([2**0.5])  # ((n - 1)/2)^(1/2)
    text = activations.caption(data)
    assert "|x| has 3.000000 times the margin of ReLU" in text
    assert "agree within 0.1" in text
    assert "waves have 1.414 times" in text
    assert len(activations.draw(data).axes) == 2


def test_saved_activations_are_twice_relu_and_memory() -> None:
    data = activations.solved()
    assert data.gap < 1e-6
    assert "|x| has 2.000000 times the margin of ReLU" in activations.caption(data)
    for name in ("x^3", "x^4"):
        np.testing.assert_allclose(data.of_memory(name), 1, rtol=1e-6)


def a_split(n: int = 23, share: float = 0.8, everything: tuple[float, ...] = (-0.5, 0.2, 0.7)) -> list[dict[str, str]]:
    """A run of three measurements, on the part positive from step 20 on."""
    rows = []
    for step, train, margin in zip((0, 20, 40), (-0.9, 0.4, 1.0), everything, strict=True):
        row = {"n": str(n), "share": repr(share), "seed": "0", "step": str(step), "train_margin": repr(train)}
        row |= {"margin": repr(margin), "largest": repr(margin / 8), "test_accuracy": repr(max(margin, 0)), "part": ""}
        rows.append(row)
    return rows


def test_grokking_says_when_each_margin_turns_positive(monkeypatch: pytest.MonkeyPatch) -> None:
    late = a_split(share=0.5, everything=(-0.5, 0.1, -0.3))
    planted(monkeypatch, "read", {"splits": [*a_split(), *late, *a_split(7)]})
    half, most = splits(grokking.N)
    assert (half.share, most.share) == (0.5, 0.8)
    assert np.isnan(most.best)
    text = grokking.caption([half, most])
    assert "50%: positive from step 20 on the part, from no step on all; 1.0000 and -0.3000 at step 40" in text
    assert "80%: positive from step 20 on the part, from 20 on all; 1.0000 and 0.7000 at step 40" in text
    assert [axes.get_title() for axes in grokking.draw([half, most]).axes] == [
        "(a)  50% of the pairs",
        "(b)  80% of the pairs",
    ]


def test_saved_splits_show_grokking() -> None:
    half, most = splits(grokking.N)
    for run in (half, most):
        assert (run.everything <= run.train + 1e-9).all()
        assert (np.abs(run.largest) <= np.abs(run.everything) + 1e-9).all()
    first = [int(run.steps[np.argmax(values > 0)]) for run in (most,) for values in (run.train, run.everything)]
    assert first[0] < first[1]
    assert most.test[-1] == 1
    assert half.everything[-1] < 0 < half.train[-1]


def test_the_largest_weight_bounds_the_margin() -> None:
    """Pure cosines with peaks tend to 2^(-3/2); n = 2 has weights of one size."""
    assert largest.of_construction(2, 2) == pytest.approx(1)
    assert largest.of_construction(31, 2) == pytest.approx(2**-1.5, rel=1e-2)
    data = largest.Largest({k: np.array([2]) for k in (2, 3)}, {k: np.array([0.5]) for k in (2, 3)}, splits(23)[-1])
    assert "k = 2: 0.5000, 0.5000 at n = 2" in largest.caption(data)
    assert [axes.get_title() for axes in largest.draw(data).axes][1] == "(b)  training mod 23"


def test_a_missing_table_of_the_solver_names_its_command(tmp_path: Path) -> None:
    with pytest.raises(tables.MissingTable, match=r"row\.csv is missing.*`python -m margin\.survey solver row`"):
        tables.solver("row", tmp_path)


def test_the_other_figures_are_registered() -> None:
    assert PICTURES["grokking-margins"].tables == PICTURES["largest-weight"].tables == ("splits",)
    assert PICTURES["missing-row"].tables == PICTURES["activations"].tables == ()
