"""The command: list, run, resume, compare, refusals, imports."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from margin.io.command import run
from tests.helpers.command_line import ROOT, Answer
from training import runs
from training.command import PROG, main
from training.folders.seal import SEAL
from training.presets import PRESETS, SCALES, preset

QUICK = ["--set", "steps=40", "--set", "evaluate_every=20", "--set", "stop_ratio=none"]


def call(*arguments: str) -> Answer:
    """The command in this process."""
    out, err = io.StringIO(), io.StringIO()
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with mock.patch.object(sys, "argv", ["training", *arguments]), redirect_stdout(out), redirect_stderr(err):
            run(PROG, main)
    except SystemExit as stop:
        return Answer(stop.code, out.getvalue(), err.getvalue())
    finally:
        signal.signal(signal.SIGTERM, handler)
    raise AssertionError("the command did not exit")


def test_list_names_every_preset() -> None:
    answer = call("list")
    assert answer.code == 0
    assert [line.split()[0] for line in answer.out.splitlines()] == list(PRESETS)


def test_run_compare_and_run_again(tmp_path: Path) -> None:
    answer = call("run", "mod23", *QUICK, "--seed", "3", "--out", str(tmp_path))
    assert (answer.code, answer.err) == (0, "")
    (folder,) = tmp_path.iterdir()
    config = runs.read_config(folder)
    assert (config.seed, config.steps, config.measuring.stop_ratio) == (3, 40, None)
    assert folder.name == f"mod23-seed3-{config.digest()[:8]}"
    assert "gamma* = 0.00257956524472348" in answer.out
    assert "lambda_c = 0.00246741" in answer.out
    assert f"folder     {folder}\n" in answer.out
    assert json.loads((folder / runs.PROVENANCE).read_text())["preset"] == "mod23"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [runs.CONFIG, runs.PROVENANCE, runs.TRAJECTORY, runs.PARQUET, runs.WEIGHTS, SEAL, runs.RESULT, runs.TIMING]
    )
    again = call("run", "mod23", *QUICK, "--seed", "3", "--out", str(tmp_path))
    assert "finished before" in again.out
    assert "finished before" not in answer.out
    compared = call("compare", str(folder), str(folder))
    assert compared.code == 0
    assert compared.out.count(folder.name) == 2
    assert call("resume", str(folder)).code == 0


def test_snapshots(tmp_path: Path) -> None:
    arguments = ("run", "mod23", *QUICK, "--out", str(tmp_path))
    assert call(*arguments, "--snapshots", "0,40").code == 0
    (folder,) = tmp_path.iterdir()
    assert {"weights-0.safetensors", "weights-40.safetensors"} < {path.name for path in folder.iterdir()}
    for text in ("", "1,", "-1", "x"):
        answer = call(*arguments, f"--snapshots={text}")
        assert answer.code == 2
        assert f"got {text!r}, expected steps such as 0,1000,5000" in answer.err
    late = call(*arguments, "--snapshots", "3")
    assert late.code == 2
    assert "snapshot after step 3, but the run is past it" in late.err
    assert "resume takes no --snapshots" in call("resume", str(folder), "--snapshots", "3").err


def test_a_goal_that_is_missed_is_exit_code_1(tmp_path: Path) -> None:
    answer = call("run", "mod23", "--set", "steps=2", "--out", str(tmp_path))
    assert answer.code == 1


def test_a_goal_out_of_reach_is_said_with_what_reaches_it(tmp_path: Path) -> None:
    short = ["--set", "steps=2", "--out", str(tmp_path)]
    answer = call("run", "mod23", "--set", "task=group:S3", *short)
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "converges to the ratio 0.887223, below stop_ratio = 0.9999" in answer.err
    assert "--set loss=soft_minimum" in answer.err
    assert "soft_minimum" in call("run", "mod23", "--set", "task=mod:30", *short).err
    for other in (["stop_ratio=0.88"], ["loss=soft_minimum", "init=1.0"], ["exponent=1"]):
        changes = [text for change in other for text in ("--set", change)]
        assert call("run", "mod23", "--set", "task=group:S3", *changes, *short).err == ""
    assert call("run", "mod23", *short).err == ""
    changes = ["loss=soft_minimum", "init=1.0", "steps=700", "stop_ratio=0.9995"]  # the advice
    advised = call("run", "s3", *(text for change in changes for text in ("--set", change)), "--out", str(tmp_path))
    assert (advised.code, advised.err) == (0, "")


def test_choices_of_papers_are_named(tmp_path: Path) -> None:
    answer = call("run", "morwani-s3", "--scale", "smoke", "--out", str(tmp_path))
    assert answer.code == 0
    assert "seed: not stated; 0" in answer.out
    s4 = {scale: preset("morwani-s4").choices_at(scale) for scale in SCALES}
    assert s4["default"][:-1] == s4["paper"] == s4["smoke"]
    assert s4["default"][-1] == "scale default: 12,000 of 50,000 steps"
    li = call("run", "li-k3-p97", "--scale", "smoke", "--set", "task=mod:7", "--out", str(tmp_path))
    assert li.code == 0
    assert "test" in li.out
    assert "predicted for r = nu = 4 only" in li.out


def test_a_collapse_is_announced(tmp_path: Path) -> None:
    arguments = ["run", "mod23", *QUICK, "--out", str(tmp_path), "--set"]
    assert "lambda >= lambda_c" in call(*arguments, "strength=0.96").err
    assert call(*arguments, "strength=0.95").err == ""  # lambda_c = gamma* 22/23


def test_relu_runs_without_a_prediction(tmp_path: Path) -> None:
    for name, shown in (("relu", "ReLU"), ("abs", "|x|")):
        other = ["--set", f"activation={name}", "--set", "strength_unit=one", "--set", "strength=1e-4"]
        answer = call("run", "mod23", *QUICK, *other, "--out", str(tmp_path))
        assert answer.code == 0
        assert f"none known for {shown}" in answer.out


REFUSED = {
    "no command": ([], "see"),
    "unknown command": (["walk"], "invalid choice"),
    "list with a name": (["list", "mod23"], "list takes no names"),
    "list with an option": (["list", "--seed", "1"], "list takes no --seed"),
    "run without a name": (["run"], "got 0 names, expected one preset"),
    "run with two": (["run", "mod23", "mod71"], "got 2 names"),
    "unknown preset": (["run", "mod2"], "nearest known one is 'mod23'"),
    "unknown setting": (["run", "mod23", "--set", "widht=3"], "nearest known one is 'width'"),
    "not an assignment": (["run", "mod23", "--set", "width"], "expected key=value"),
    "wrong value": (["run", "mod23", "--set", "width=0"], "width = 0"),
    "wrong task": (["run", "mod23", "--set", "task=mod:x"], "expected mod:23"),
    "setting without effect": (["run", "mod23", "--set", "momentum=0.9"], "no effect with optimiser = adam"),
    "setting of another network": (["run", "mod23", "--set", "dimension=8"], "or set model = embedding"),
    "snapshot past the end": (["run", "mod23", "--snapshots", "226"], "expected at most the 225 steps"),
    "population too large": (["run", "mod23", "--set", "task=mod:997", "--set", "k=6"], "choose a smaller n or k"),
    "wrong seed": (["run", "mod23", "--seed", "-1"], "seed = -1"),
    "seed no number": (["run", "mod23", "--seed", "one"], "expected an integer"),
    "wrong device": (["run", "mod23", "--device", "abacus"], "'abacus' is not available"),
    "device without numbers": (["run", "mod23", "--device", "meta"], "'meta' is not available"),
    "too wide": (["run", "mod23", "--set", "width=1000000000000"], "choose a smaller width"),
    "modulus too large": (["run", "mod23", "--set", "task=mod:99999999999"], "choose a smaller n or k"),
    "exponent too large": (["run", "mod23", "--set", "exponent=500"], "choose a smaller exponent"),
    "too many threads": (["run", "mod23", "--set", "threads=100000"], "threads = 100000, expected at most"),
    "wrong dtype": (["run", "mod23", "--dtype", "int8"], "invalid choice"),
    "wrong scale": (["run", "mod23", "--scale", "giant"], "invalid choice"),
    "relu in units of gamma*": (["run", "mod23", "--set", "activation=relu"], "strength_unit = one"),
    "resume what is not there": (["resume", "/nonexistent"], "expected the folder of a run"),
    "compare what is not there": (["compare", "/nonexistent"], "expected the folder of a run"),
    "compare nothing": (["compare"], "expected runs' folders"),
    "divergence": (["run", "mod23", "--set", "lr=1e9", "--set", "optimiser=sgd"], "choose a smaller lr"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_input_is_refused_in_one_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, message = REFUSED[name]
    answer = call(*arguments)
    assert answer.code == 2
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert answer.err.startswith(f"{PROG}: ")
    assert list(tmp_path.iterdir()) == [] or name == "divergence"  # refused before a folder is made


def test_without_torch_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    answer = call("run", "mod23")
    assert answer.code == 2
    assert "pip install -c constraints.txt '.[train]'" in answer.err
    assert call("list").code == 0


PROGRAM = """
import sys
import training
assert not {"torch", "flint", "cvxpy"} & set(sys.modules)
import training.loop, training.compare, training.command
from training.config import Config
from training.prediction import finite_lambda
for task, k in (("group:S4", 2), ("group:Dic3", 3), ("mod:30", 2), ("parity:10", 4)):
    config = Config.of(task=task, k=k, width=4, strength=1e-5, strength_unit="one")
    assert finite_lambda(config).ratio > 0
assert "torch" in sys.modules
print(sorted({"flint", "cvxpy", "scipy"} & set(sys.modules)))
"""


def test_training_loads_no_solver() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
