"""A process that trains and is killed leaves a run that goes on to the very same bytes, whatever the model."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT
from training import runs
from training.folders.seal import SEAL
from training.loop import train
from training.presets import preset

KILLED = """
import os, signal, sys
from pathlib import Path
from training import loop, runs

folder, at = Path(sys.argv[1]), int(sys.argv[2])
loop.CHECKPOINT_SECONDS = -1.0
advance = loop.Training.advance

def until(run):
    if run.step == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return advance(run)

loop.Training.advance = until
loop.train(runs.read_config(folder), folder, snapshots=(5,))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("name", ["rangamani-rnn", "li-attention-k3-p61", "li-grokking-k2-p97"])
def test_a_killed_run_resumes_to_the_same_bytes(name: str, tmp_path: Path) -> None:
    config = preset(name).config("smoke")
    origin = {"preset": name, "choices": []}
    whole, killed = (runs.open_run(tmp_path / part, config, origin) for part in ("whole", "killed"))
    train(config, whole, snapshots=(5,))
    command = [sys.executable, "-c", KILLED, str(killed), "13"]
    assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    assert not runs.is_finished(killed)
    assert (killed / runs.STATE).is_file()
    train(config, killed, snapshots=(5,))
    names = {path.name for path in whole.iterdir()} - {
        runs.TIMING,
        runs.PROVENANCE,
        SEAL,
    }  # the seal has hashes of these two
    assert {runs.RESULT, runs.TRAJECTORY, runs.WEIGHTS, runs.snapshot(5)} <= names
    assert [part for part in names if (whole / part).read_bytes() != (killed / part).read_bytes()] == []
