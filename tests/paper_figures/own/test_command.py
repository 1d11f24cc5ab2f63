"""`algebraic-margin plot`, and `inspect --report`: what is written where, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from margin import construct, parse, save
from margin.inspection.network import inspect_file
from margin.inspection.report import as_json, as_text
from paper_figures.own import report
from paper_figures.own.command import PROG
from tests.helpers.assertions import assert_not_refused, assert_refused
from tests.helpers.command_line import Answer, call, contents, listing, start
from tests.margin.inspection.test_command import weights
from tests.paper_figures.own.test_trajectory import run_folder

INSPECT = "python -m margin.inspect"
TASK = ("--task", "mod:5", "--k", "2")
ADDITION = ["weights", "phases", "frequencies", "differences", "norms"]
REST = {"index.md", "index.json", "inspection.json"}


def plot(*arguments: str) -> Answer:
    return call(*arguments, module="paper_figures.own.command")


def inspect(*arguments: str) -> Answer:
    return call(*arguments, module="margin.inspect")


def finished_run(folder: Path) -> Path:
    run_folder(folder)
    save(construct(parse("mod:5", 2)), folder / "weights.safetensors")
    return folder


def test_pictures_of_a_file_of_weights(tmp_path: Path) -> None:
    out = tmp_path / "seen"
    answer = plot(weights(tmp_path), *TASK, "--out", str(out), "--format", "svg,png")
    assert_not_refused(answer)
    names = {f"{name}.{form}" for name in ADDITION for form in ("svg", "png")}
    assert set(listing(out)) == names | REST
    assert {Path(line).name for line in answer.out.splitlines()} == names | REST
    index = json.loads((out / "index.json").read_text())
    assert (index["format"], index["schema"], index["source"]) == (report.FORMAT, 1, weights(tmp_path))
    assert [picture["name"] for picture in index["pictures"]] == ADDITION
    assert {file for picture in index["pictures"] for file in picture["files"]} == names
    page = (out / "index.md").read_text()
    for picture in index["pictures"]:
        assert f"![{picture['title']}]({picture['name']}.svg)\n\n{picture['caption']}\n" in page
    assert page.startswith("# addition of 2 inputs mod 5, activation x^2, 12 neurons\n")


def test_the_record_beside_them_is_that_of_inspect(tmp_path: Path) -> None:
    file, out = weights(tmp_path), tmp_path / "seen"
    answer = inspect(file, *TASK, "--report", str(out))
    assert_not_refused(answer, "share of max", f"written         {out}/weights.png", f"{out}/inspection.json")
    inspection = inspect_file(file, parse("mod:5", 2))
    assert json.loads((out / "inspection.json").read_text()) == json.loads(json.dumps(as_json(inspection, file)))
    for line in as_text(inspection).splitlines():
        assert f"    {line}\n" in (out / "index.md").read_text()
    assert set(listing(out)) == {f"{name}.png" for name in ADDITION} | REST


def test_the_json_stays_one_object_and_the_same(tmp_path: Path) -> None:
    file = weights(tmp_path)
    answer = inspect(file, *TASK, "--json", "--report", str(tmp_path / "seen"))
    assert answer == inspect(file, *TASK, "--json")
    assert json.loads(answer.out) == json.loads((tmp_path / "seen" / "inspection.json").read_text())


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    file = weights(tmp_path, "group:S3")
    task = ("--task", "group:S3", "--k", "2")
    for out in ("first", "second"):
        assert_not_refused(inspect(file, *task, "--report", str(tmp_path / out)))
    assert listing(tmp_path / "first") == listing(tmp_path / "second")
    assert {"power.png", "representations.png"} <= set(listing(tmp_path / "first"))


def test_a_run_has_its_trajectory_and_its_weights(tmp_path: Path) -> None:
    run = finished_run(tmp_path / "run")
    before = contents(run)
    assert_not_refused(plot(str(run), "--out", str(tmp_path / "a"), "--format", "pdf"))
    assert_not_refused(inspect(str(run), "--report", str(tmp_path / "b")))
    assert set(listing(tmp_path / "a")) == {f"{name}.pdf" for name in [*ADDITION, "trajectory"]} | REST
    assert set(listing(tmp_path / "b")) == {f"{name}.png" for name in [*ADDITION, "trajectory"]} | REST
    assert "[trajectory.pdf](trajectory.pdf)" in (tmp_path / "a" / "index.md").read_text()
    assert contents(run) == before
    (run / "weights.safetensors").unlink()  # as while it is running
    assert_not_refused(plot(str(run), "--out", str(tmp_path / "c")))
    assert set(listing(tmp_path / "c")) == {"trajectory.png", "index.md", "index.json"}


def test_a_table_of_margins(tmp_path: Path) -> None:
    (tmp_path / "m.CSV").write_text("step,ratio\n0,0.1\n5,0.9\n")
    assert_not_refused(plot(str(tmp_path / "m.CSV"), *TASK, "--out", str(tmp_path / "seen")))
    assert set(listing(tmp_path / "seen")) == {"trajectory.png", "index.md", "index.json"}
    assert (tmp_path / "seen" / "index.md").read_text().startswith("# addition of 2 inputs mod 5, activation x^2\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.npz", *TASK), "No such file"),
        (("none.csv",), "No such file"),
        (("w.npz",), "the file does not say its task"),
        (("w.npz", "--k", "2"), "--k without --task"),
        (("w.npz", *TASK, "--format", "gif"), "got 'gif', expected some of svg,pdf,png"),
        (("w.npz", *TASK, "--out", "full"), "--out: "),
        (("w.npz", *TASK, "--out", "w.npz"), "is a file, expected a new folder"),
        (("w.npz", *TASK, "--out", "no/seen"), "the folder "),
        (("w.npz", *TASK, "--map", "fc9=input"), "'fc9' is no tensor of this file"),
        (("m.csv", "--map", "a=input"), "--map with a table of margins"),
        (("m.csv",), "m.csv: has the columns loss, step"),
        (("full", *TASK), "full is a folder, expected a file of weights"),
    ],
)
def test_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str) -> None:
    weights(tmp_path)
    (tmp_path / "m.csv").write_text("step,loss\n1,2\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    before = contents(tmp_path)
    assert_refused(plot(*arguments), said, program=PROG, folder=tmp_path, holds=before)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--report", "full"), "full holds 'mine.txt', expected a new folder or an empty one"),
        (("--report", "."), "holds '"),
        (("--report", "no/seen"), "--report: the folder"),
        (("--report", "empty", "--certificate", "empty/c.json"), "'empty' is also the place of --certificate"),
        (("--report", "seen", "--certificate", "seen"), "'seen' is also the place of --certificate"),
        (("--report", "seen", "--certificate", "c.json", "--activation", "abs"), "with activation |x|"),
    ],
)
def test_reports_that_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    file = weights(tmp_path)
    for name in ("full", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    before = contents(tmp_path)
    assert_refused(inspect(file, *TASK, *arguments), said, program=INSPECT, folder=tmp_path, holds=before)


def test_a_report_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = weights(tmp_path)
    before = contents(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    arguments = ("--report", str(tmp_path / "seen"), "--certificate", str(tmp_path / "c.json"))
    refused = inspect(file, *TASK, *arguments)
    assert_refused(refused, "--report: ", "no space left", program=INSPECT, folder=tmp_path, holds=before)


def test_a_damaged_trajectory_is_said_in_one_line(tmp_path: Path) -> None:
    run = finished_run(tmp_path / "run")
    (run / "trajectory.jsonl").write_text("nothing\n")
    for refused, program in (
        (plot(str(run), "--out", str(tmp_path / "seen")), PROG),
        (inspect(str(run), "--report", str(tmp_path / "seen")), INSPECT),
    ):
        assert_refused(refused, "trajectory.jsonl: ", program=program)
    assert not (tmp_path / "seen").exists()


def test_pictures_without_the_package_beside_margin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("margin.inspect.find_spec", lambda name: None)
    refused = inspect(weights(tmp_path), *TASK, "--report", str(tmp_path / "seen"))
    assert_refused(refused, "the package paper_figures is not installed beside margin", program=INSPECT)
    assert_not_refused(inspect(weights(tmp_path), *TASK))


def test_weights_of_any_size_are_drawn(tmp_path: Path) -> None:
    """Powers of two change neither features nor shares, and the pictures come out."""
    network = inspect_file(weights(tmp_path), parse("mod:5", 2)).effective.network
    for exponent in (-90, 90):
        factor = 2.0**exponent
        np.savez(tmp_path / "w.npz", U=network.U * factor, W=network.W * factor)
        out = tmp_path / f"seen{exponent}"
        assert_not_refused(plot(str(tmp_path / "w.npz"), *TASK, "--out", str(out)))
        assert {f"{name}.png" for name in ADDITION} <= set(listing(out))


def test_it_runs_under_both_names_into_a_folder_of_its_own(tmp_path: Path) -> None:
    arguments = [weights(tmp_path), *TASK]
    answer = start("-m", "margin", "plot", *arguments, cwd=tmp_path)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("pictures/weights.png\n")
    again = start("-m", "paper_figures.own", *arguments, cwd=tmp_path)
    assert_refused(again, "pictures holds ", "expected a new folder or an empty one", program=PROG)
