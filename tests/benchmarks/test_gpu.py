"""Paper-size runs on an accelerator, at smoke scale: the command of docs/gpu.md, going on, and the steps' shapes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest
import torch

from benchmarks import gpu
from margin.io.tables import read_csv
from training import settings
from training.losses import CrossEntropy
from training.models.build import build
from training.models.fused.step import DirectStep
from training.models.neurons import Neurons
from training.population import Population

ROOT = Path(__file__).resolve().parents[2]
BLOCKED = "import sys; sys.modules.update({name: None for name in ('flint', 'cvxpy', 'dask')}); "
RUN = BLOCKED + "sys.argv[0] = 'gpu'; from benchmarks.gpu import PROG, main, run; run(PROG, main)"


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command without python-flint, cvxpy and dask, which a machine with an accelerator may lack."""
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_without_the_exact_libraries_every_line_is_written(tmp_path: Path) -> None:
    smoke = ["--device", "cpu", "--scale", "smoke", "--out", str(tmp_path), "--only", "li-k4-p47-full", "morwani-s5"]
    done = call(*smoke)
    assert (done.returncode, done.stderr.count(": finished")) == (0, 2), done.stderr
    rows = read_csv((tmp_path / "gpu.csv").read_text())
    assert [row["case"] for row in rows] == ["li-k4-p47-full", "morwani-s5"]
    assert [row["steps"] for row in rows] == [row["of_steps"] for row in rows] == ["20", "3"]
    for row in rows:
        assert row["device"].startswith("cpu")
        rate = float(row["flops"]) / float(row["step_seconds_float32"])
        assert float(row["share_float32"]) == pytest.approx(rate / float(row["ceiling_float32"]))


def test_a_call_goes_on_where_the_last_one_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def over(*arguments: object, **named: object) -> None:
        raise gpu.TimeUp

    case = "li-k4-p47-full", "smoke", "cpu", tmp_path
    first = gpu.measure(*case, 0.0)  # no time for a step
    with monkeypatch.context() as patch:
        patch.setattr(gpu, "train", over)
        second = gpu.measure(*case, 60.0)
    assert first["steps"] == second["steps"] == 0
    assert first["flops"] > 0
    third = gpu.measure(*case, 600.0)
    assert (third["steps"], gpu.finished(*case)) == (20, True)
    assert gpu.measure(*case, 0.0) == third  # nothing is done twice
    assert third["step_seconds_float32"] == first["step_seconds_float32"]


def test_what_runs_is_stopped_when_the_time_is_over() -> None:
    with pytest.raises(gpu.TimeUp), gpu.budget_of(0.01):
        sleep(60)


def test_bad_input_is_refused(tmp_path: Path) -> None:
    for arguments, line in (
        (["--only", "li-k9"], "--only li-k9: no such case"),
        (["--device", "abacus"], "device 'abacus' is not available"),
        (["--budget", "0"], "--budget 0"),
    ):
        done = call("--out", str(tmp_path / "none"), *arguments)
        assert done.returncode == 2
        assert line in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("scale", gpu.SCALES)
def test_every_case_has_a_config(scale: str) -> None:
    configs = {name: case.config(scale, "cpu") for name, case in gpu.CASES.items()}
    assert {"li-k4-p47-full", "li-k3-p97", "li-k5-p23", "morwani-s5"} < set(configs)
    assert sum(name.startswith("li-attention") for name in configs) == 3
    assert sum(name.startswith("li-grokking") for name in configs) == 6
    full = gpu.CASES["li-k4-p47-full"].config("paper", "cpu")
    assert (full.task.name, full.task.k, full.model.width, full.data.train_share) == ("mod:47", 4, 2944, 1)
    assert not isinstance(full.data, settings.Batches)  # every step sees the whole population


def test_products_are_counted() -> None:
    first, second, batch = torch.ones(2, 3), torch.ones(3, 5), torch.ones(4, 2, 3)
    assert gpu.products_of(lambda: first @ second) == 2 * 2 * 3 * 5
    assert gpu.products_of(lambda: torch.addmm(torch.zeros(5), first, second)) == 60
    assert gpu.products_of(lambda: torch.zeros(2, 5).addmm_(first, second)) == 60
    assert gpu.products_of(lambda: torch.bmm(batch, batch.transpose(1, 2))) == 2 * 4 * 2 * 3 * 2
    assert gpu.products_of(lambda: first * 2) == 0


def test_the_whole_population_at_paper_size_has_the_shapes_of_a_step() -> None:
    """On the meta device, which has shapes and no numbers: 97^3 inputs would be 2 TFLOP."""
    config, device = gpu.CASES["li-k3-p97"].config("paper", "cpu"), torch.device("meta")
    config = config.changed({"batch": 0, "batch_kind": "prefixes", "train_share": 1.0})
    model = build(config, Population(config.task.posed()), torch.Generator().manual_seed(0), device)
    assert isinstance(model, Neurons)
    assert isinstance(model.compute, DirectStep)
    assert len(model.compute.chunks(None)) < 40  # an accelerator wants much work at once; a processor's chunks are 9409
    value: list[torch.Tensor] = []
    operations = gpu.products_of(lambda: value.append(model.step(CrossEntropy(1e-4, 4, 4))))
    assert value[0].shape == ()
    assert operations >= 6 * 97**4 * 1536
    assert all(tensor.grad is not None and tensor.grad.device == device for tensor in model.parameters.values())


def test_the_page_has_the_command() -> None:
    """The page's commands are those tested above, but for device, scale and budget."""
    page = (ROOT / "docs" / "gpu.md").read_text()
    commands = [shlex.split(line) for line in re.findall(r"^python -m benchmarks\.gpu .*$", page, re.M)]
    assert commands
    for command in commands:
        options = dict(zip(command[3::2], command[4::2], strict=True))
        assert set(options) <= {"--device", "--budget", "--out"}
        assert (options["--device"], int(options["--budget"]) <= 600) == ("cuda", True)
    assert all(f"`{name}`" in page for name in gpu.CASES)
