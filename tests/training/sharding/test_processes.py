"""Two processes, started by torchrun on this machine, train as one does; what cannot be shared is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.helpers.command_line import ROOT
from tests.training.test_loop import CONFIGS, SMALL, start
from training import loop, runs
from training.config import Config
from training.loop import Training, train
from training.losses import Loss
from training.sharding.processes import Processes, launched, rank, require_parts

SHARED = {
    "neurons": SMALL.changed({"steps": 60, "stop_ratio": None, "task": "mod:7"}),
    "neurons, k = 3": SMALL.changed({"steps": 40, "stop_ratio": None, "k": 3}),
    "goal": SMALL.changed({"stop_ratio": 0.99}),
    "soft minimum": CONFIGS["soft minimum"],
    "soft minimum, sharp": CONFIGS["soft minimum"].changed({"sharpness_first": 1e5, "sharpness_last": 1e6, "steps": 9}),
    "batches of prefixes": CONFIGS["batches of prefixes"],
    "split": CONFIGS["split"],
    "parity": CONFIGS["parity"],
    "squared": SMALL.changed({"loss": "squared", "steps": 40, "stop_ratio": None}),
    "embedding": CONFIGS["embedding, split"],
    "recurrent": CONFIGS["recurrent"],
    "attention": CONFIGS["attention, split"],
    "transformer": CONFIGS["transformer, split"],
}
TRAINED = """
import sys
from pathlib import Path
from training.loop import follow, train
from training.runs import read_config
from training.sharding.processes import Processes
with Processes("cpu") as processes:
    for folder in map(Path, sys.argv[1:]):
        if processes.rank:
            follow(read_config(folder), lambda: folder, processes)
        else:
            train(read_config(folder), folder, processes=processes)
        processes.wait()
"""


def torchrun(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Two processes on this machine, which end together."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)


def close(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return first == pytest.approx(second, rel=1e-6, abs=1e-6)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(close, first, second))
    return bool(first == second)


def test_two_processes_have_the_trajectory_of_one(tmp_path: Path) -> None:
    script = tmp_path / "trained.py"
    script.write_text(TRAINED)
    configs = {name: config.changed({"dtype": "float64"}) for name, config in SHARED.items()}
    both = {name: start(tmp_path / "both", config) for name, config in configs.items()}
    done = torchrun(str(script), *map(str, both.values()))
    assert done.returncode == 0, done.stderr
    for name, config in configs.items():
        alone = start(tmp_path / "alone", config)
        train(config, alone)
        ours, theirs = runs.read_trajectory(alone), runs.read_trajectory(both[name])
        assert [record["step"] for record in ours] == [record["step"] for record in theirs], name
        for one, other in zip(ours, theirs, strict=True):
            wrong = {key: (value, other[key]) for key, value in one.items() if not close(value, other[key])}
            assert not wrong, (name, one["step"], wrong)


@pytest.mark.slow
def test_the_command_in_single_precision_and_resumed(tmp_path: Path) -> None:
    given = ["run", "mod23", "--set", "steps=40", "--set", "evaluate_every=10", "--set", "stop_ratio=none"]
    done = torchrun("-m", "training", *given, "--out", str(tmp_path / "both"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("predicted") == 2  # once in the lines, once in the table: one process speaks
    (folder,) = (tmp_path / "both").iterdir()
    config = runs.read_config(folder)
    alone = start(tmp_path / "alone", config)
    train(config, alone)
    for one, other in zip(runs.read_trajectory(alone), runs.read_trajectory(folder), strict=True):
        for key in ("loss", "ratio", "norm"):
            # Adam makes a step of full length of a gradient near 0, whatever its rounding
            assert one[key] == pytest.approx(other[key], rel=1e-4), (one["step"], key)
    again = torchrun("-m", "training", "resume", str(folder))
    assert again.returncode == 0, again.stderr
    assert "(finished before)" in again.stdout


def test_a_run_of_one_process_is_gone_on_with_by_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, advance = SMALL.changed({"steps": 60, "stop_ratio": None, "dtype": "float64"}), Training.advance
    folder, alone = start(tmp_path / "a", config), start(tmp_path / "b", config)

    def interrupted(run: Training) -> torch.Tensor:
        if run.step == 30:
            raise KeyboardInterrupt
        return advance(run)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
        patch.setattr(Training, "advance", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(config, folder)
    done = torchrun("-m", "training", "resume", str(folder))
    assert done.returncode == 0, done.stderr
    train(config, alone)
    last, expected = runs.read_trajectory(folder)[-1], runs.read_trajectory(alone)[-1]
    assert all(close(value, expected[key]) for key, value in last.items())


def test_more_processes_than_prefixes_are_refused_in_one_line(tmp_path: Path) -> None:
    done = torchrun("-m", "training", "run", "mod23", "--set", "batch=1", "--out", str(tmp_path))
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("python -m training: ")]
    assert len(lines) == 1
    assert "2 processes share a step of 1 prefixes, expected at most 1: start fewer with --nproc-per-node" in lines[0]


@pytest.mark.parametrize(("changes", "least"), [({}, 5), ({"batch": 2}, 2), ({"batch_kind": "inputs"}, 25)])
def test_how_many_processes_share_a_step(changes: dict[str, Any], least: int) -> None:
    run = Training.begin(SMALL.changed(changes))
    require_parts(run.config, run.model, run.rows, least)
    with pytest.raises(ValueError, match=f"{least + 1} processes share a step of {least} "):
        require_parts(run.config, run.model, run.rows, least + 1)
    split = Training.begin(CONFIGS["split"].changed({"batch": 0}))
    with pytest.raises(ValueError, match="16 processes share a step of 15 inputs"):
        require_parts(split.config, split.model, split.rows, 16)


class Alone(Processes):
    """The parts of both processes, one after another in this one: what is added up, without a network."""

    def __init__(self, number: int) -> None:
        self.rank, self.count, self.model = number, 2, None


def test_parts_without_their_weights_would_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: 7 prefixes go 4 to one and 3 to the other, and the plain mean of the two is not the whole."""
    config: Config = SHARED["neurons"].changed({"dtype": "float64"})
    run = Training.begin(config)
    whole = run.model.step(run.loss, None).clone()
    gradient = run.model.parameters["U"].grad
    assert gradient is not None
    expected, found, plain = gradient.clone(), torch.zeros_like(gradient), torch.zeros_like(gradient)
    monkeypatch.setattr(torch.distributed, "all_reduce", lambda tensor: None)
    values = []
    for number in range(2):
        values.append(Alone(number).step(run.model, run.loss, None))
        found += gradient
        loss: Loss = run.loss
        run.model.step(loss, torch.arange(7).tensor_split(2)[number])
        plain += gradient / 2
    assert torch.allclose(found, expected, rtol=1e-12, atol=1e-15)
    assert float(sum(values)) == pytest.approx(float(whole), rel=1e-12)
    assert not torch.allclose(plain, expected, rtol=1e-6)


def test_a_process_by_itself_is_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TORCHELASTIC_RUN_ID", "WORLD_SIZE", "RANK"):
        monkeypatch.delenv(name, raising=False)
    assert (launched(), rank()) == (False, 0)
    monkeypatch.setenv("WORLD_SIZE", "2")  # as a scheduler of jobs may leave it
    assert "TORCHELASTIC_RUN_ID" not in os.environ
    assert (launched(), rank()) == (False, 0)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "x")
    monkeypatch.setenv("RANK", "1")
    assert (launched(), rank()) == (True, 1)
