"""The network with random phases: the saved table is what the code says, where that is quick, and so is the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from margin.inspection.network import inspect_file
from margin.io.tables import read_csv
from margin.surveys.quadratic import COLUMNS, MODULI, WIDTHS, as_markdown, rows, weights
from margin.tasks import ModularAddition
from tests.helpers.command_line import ROOT
from tests.margin.inspection.layouts import write_npz

STORED = read_csv((ROOT / "margin/data/surveys/quadratic.csv").read_text("utf-8"))


def test_the_saved_rows_are_what_the_code_says() -> None:
    made = [{name: str(value) for name, value in row.items()} for row in rows((23,), (128, 512))]
    assert made == STORED[:2]
    assert [(int(row["n"]), int(row["width"])) for row in STORED] == [(n, m) for n in MODULI for m in WIDTHS]
    assert tuple(STORED[0]) == COLUMNS


def test_the_page_is_what_the_rows_say() -> None:
    assert (ROOT / "docs/quadratic.md").read_text("utf-8") == as_markdown(STORED)


def test_wider_networks_come_nearer() -> None:
    for n in MODULI:
        shares = [float(row["mean_share"]) for row in STORED if int(row["n"]) == n]
        assert shares == sorted(shares)
        assert shares[0] < 0.2 < 0.8 < shares[-1] < 1


def test_as_a_file_of_weights_its_phases_add_up(tmp_path: Path) -> None:
    U, W = weights(23, 100, 0)
    write_npz(tmp_path / "w.npz", {"fc1.weight": U.reshape(46, 100).T, "fc2.weight": W.T})
    inspection = inspect_file(tmp_path / "w.npz", ModularAddition(23, 2))
    residuals = inspection.neurons.features.residuals
    assert residuals is not None
    constant = np.arange(1, 101) % 23 == 0
    assert np.abs(residuals[~constant]).max() < 1e-9
    assert (inspection.neurons.features.dominant[constant] == -1).all()
    assert inspection.neurons.features.power[~constant].min() > 1 - 1e-9
    assert inspection.neurons.clusters.covered == 11


def test_other_phases_do_not_add_up(tmp_path: Path) -> None:
    U, _ = weights(23, 100, 0)
    write_npz(tmp_path / "w.npz", {"fc1.weight": U.reshape(46, 100).T, "fc2.weight": weights(23, 100, 1)[1].T})
    residuals = inspect_file(tmp_path / "w.npz", ModularAddition(23, 2)).neurons.features.residuals
    assert residuals is not None
    assert np.abs(residuals).max() > 0.1
