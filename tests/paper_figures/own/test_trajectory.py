"""Margins against steps, read from a run's folder, CSV, parquet and JSONL; what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from margin import maximum_margin, parse
from margin.networks.activations import ReLU
from paper_figures.own.trajectory import Trajectory, read, read_run, trajectory
from paper_figures.style import styled

ROWS = [{"step": 0, "ratio": -0.5}, {"step": 10, "ratio": 0.75}, {"step": 20, "ratio": 0.99}]
SETTINGS = {"task": "mod:5", "k": 2, "activation": "power"}


def csv(folder: Path, text: str) -> Path:
    (folder / "t.csv").write_text(text)
    return folder / "t.csv"


def parquet(path: Path, rows: list[dict[str, object]]) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    write_table(pyarrow.Table.from_pylist(rows), path)
    return path


def run_folder(
    folder: Path, settings: object = SETTINGS, rows: list[dict[str, float | int | None]] | None = None
) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(settings))
    lines = (json.dumps(row) for row in (ROWS if rows is None else rows))
    (folder / "trajectory.jsonl").write_text("".join(f"{line}\n" for line in lines))
    return folder


def lines(seen: Trajectory, panel: int = 0) -> list[tuple[list[float], list[float]]]:
    """The curves in a panel: lines of more than one point that are no lines of theory."""
    with styled():
        axes = trajectory(seen).draw().axes[panel]
    return [
        (np.asarray(line.get_xdata(), float).tolist(), np.asarray(line.get_ydata(), float).tolist())
        for line in axes.lines
        if len(np.atleast_1d(line.get_xdata())) > 2
    ]


def test_every_kind_of_file_gives_the_same_curve(tmp_path: Path) -> None:
    text = "step,ratio,note\n0,-0.5,x\n10,0.75,\n20,0.99,y\n"
    run = read_run(run_folder(tmp_path / "run"))
    seen = [read(csv(tmp_path, text)), read(parquet(tmp_path / "t.parquet", [dict(row) for row in ROWS])), run]
    for one_of in seen:
        assert one_of is not None
        assert lines(one_of) == [([0, 10, 20], [-0.5, 0.75, 0.99])]
        ((steps, gap),) = lines(one_of, 1)
        assert steps == [0, 10, 20]
        np.testing.assert_allclose(gap, [1.5, 0.25, 0.01])
        assert "At the end: share of gamma* 0.99." in trajectory(one_of).caption
    assert read_run(tmp_path) is None


def test_the_task_is_that_of_the_run_or_given(tmp_path: Path) -> None:
    gamma = float(maximum_margin(parse("mod:5", 2)))
    run = read_run(run_folder(tmp_path / "run"))
    assert run is not None
    assert run.heading == "addition of 2 inputs mod 5, activation x^2"
    file = csv(tmp_path, "step,ratio\n1,0.5\n")
    given = read(file, parse("mod:5", 2))
    assert (given.heading, given.gamma) == (run.heading, run.gamma) == (run.heading, gamma)
    assert f"gamma* = {gamma:.10g}" in trajectory(given).caption
    nothing = read(file)
    assert (nothing.heading, nothing.gamma) == ("t.csv, task not given", None)
    assert read(file, parse("mod:5", 2), ReLU()).gamma is None


def test_margins_without_shares(tmp_path: Path) -> None:
    """Where gamma* is known they are divided by it; of ReLU networks the margins themselves are shown."""
    rows: list[dict[str, float | int | None]] = [
        {"step": i, "ratio": None, "normalised_margin": i / 100} for i in range(3)
    ]
    gamma = float(maximum_margin(parse("mod:5", 2)))
    known = read_run(run_folder(tmp_path / "power", rows=rows))
    relu = read_run(run_folder(tmp_path / "relu", SETTINGS | {"activation": "relu"}, rows))
    embedded = read_run(run_folder(tmp_path / "embedding", {"task": "mod:5", "k": 2}, rows))
    assert known is not None and relu is not None and embedded is not None  # noqa: PT018
    np.testing.assert_allclose(lines(known)[0][1], [0, 0.01 / gamma, 0.02 / gamma])
    assert lines(relu) == [([0, 1, 2], [0, 0.01, 0.02])]
    assert "gamma* is not known" in trajectory(relu).caption
    assert relu.heading == embedded.heading == "addition of 2 inputs mod 5, activation ReLU"


def test_runs_are_told_apart(tmp_path: Path) -> None:
    text = "recipe,seed,step,ratio\nx,0,1,0.1\nx,0,2,0.2\nx,1,1,0.3\ny,1,1,0.4\nx,1,2,\n"
    seen = read(csv(tmp_path, text))
    assert [(steps.tolist(), share.tolist()) for steps, share in seen.runs] == [
        ([1, 2], [0.1, 0.2]),
        ([1], [0.3]),
        ([1], [0.4]),
    ]
    assert "3 runs" in trajectory(seen).caption
    assert trajectory(seen).contents(["png"])["png"]


def test_a_run_that_ends_far_below_zero_is_seen(tmp_path: Path) -> None:
    with styled():
        left = trajectory(read(csv(tmp_path, "step,ratio\n0,-9\n5,-4\n"))).draw().axes[0]
    assert left.get_ylim()[0] < -4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty table"),
        ("step,ratio\n", "holds no records, expected the columns step and ratio"),
        ("step,loss\n1,2\n", "has the columns loss, step with values, expected the columns step and ratio"),
        ("ratio\n1\n", "has the columns ratio with values"),
        ("step,ratio\n1,\n2,\n", "with values, expected the columns"),
        ("step,ratio\n1,0.5\n2\n", "line 3: 1 cells, expected 2"),
        ("step,ratio\n1,half\n", "record 1: ratio is 'half', expected a finite number"),
        ("step,ratio\n1,0.5\n2,nan\n", "record 2: ratio is 'nan'"),
        ("step,ratio\n1,0.5\n,0.6\n", "record 2: step is '', expected a finite number"),
        ("step,ratio\n1,0.5\n1,0.6\n", "step 1 after step 1, expected steps that rise; several runs are told apart"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as error:
        read(csv(tmp_path, text))
    assert str(error.value).startswith(str(tmp_path / "t.csv"))


def test_files_that_are_damaged(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "t.parquet").write_bytes(b"PAR1 and nothing")
    (tmp_path / "t.jsonl").write_text("[1]\n")
    (tmp_path / "u.jsonl").write_text('{"step": 1\n')
    (tmp_path / "b.csv").write_bytes(b"step,ratio\n\xff,1\n")
    for name, said in (
        ("t.parquet", "no parquet"),
        ("t.jsonl", "a JSON object in every line"),
        ("u.jsonl", "delimiter"),
        ("b.csv", "utf-8"),
    ):
        with pytest.raises(ValueError, match=said):
            read(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.csv")
    for number, settings in enumerate(([], {"task": "mod:5"}, {"task": "mod:x", "k": 2}, {"task": 5, "k": 2})):
        with pytest.raises(ValueError, match="no settings of a run"):
            read_run(run_folder(tmp_path / f"run{number}", settings))
