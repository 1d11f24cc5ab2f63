"""The figure of one shared embedding: what it reads, of planted tables, and what its caption says."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from paper_figures import tables
from paper_figures.figures.variants import shared
from paper_figures.registry import PICTURES

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
