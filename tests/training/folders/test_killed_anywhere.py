"""A run that is killed (SIGKILL) at random moments, time and again, ends with the bytes of one that nothing stopped.

One process forks the others, so that torch is loaded once. A killed process may be within a step, a checkpoint that is
half written, or between the renaming of two.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT
from tests.training.test_loop import CONFIGS, contents, start
from training import runs
from training.loop import train
from training.settings import KINDS

OF_KIND = {  # one of every kind of model, each with another way to choose inputs, another optimiser
    "neurons": CONFIGS["batches of prefixes"],
    "embedding": CONFIGS["embedding, split"],
    "recurrent": CONFIGS["recurrent, split"],
    "attention": CONFIGS["attention"].changed({"optimiser": "sgd", "momentum": 0.9}),
    "transformer": CONFIGS["transformer, split"],
}
QUICK = ("neurons", "attention")  # seconds each
KILLING = """
import json, os, random, signal, sys, time
from pathlib import Path
from training import loop, runs

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(sys.argv[3])
loop.CHECKPOINT_SECONDS = -1.0
STEPS = 25  # of a process before it is killed, at most
advance, config = loop.Training.advance, runs.read_config(folder)

def slow(run):
    time.sleep(0.01)
    return advance(run)

loop.Training.advance = slow
steps, said = [], []
for number in range(kills):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        def told(run):
            if writing is not None:
                os.write(writing, b"%d\\n" % run.step)
            return slow(run)
        loop.Training.advance = told
        loop.train(config, folder, notice=lambda text: None)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told_steps:
        first = told_steps.readline()  # it trains
        for _ in range(chance.randrange(STEPS)):
            told_steps.readline()
        time.sleep(chance.random() * 0.02)
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    assert first and os.WIFSIGNALED(status) and not runs.is_finished(folder), (number, first, status)
    steps.append(int(first))
loop.Training.advance = advance
loop.train(config, folder, notice=said.append)
print(json.dumps([steps, said]))
"""


def kill(kind: str, kills: int, tmp_path: Path) -> None:
    config = OF_KIND[kind].changed({"steps": 40 * (kills + 1), "evaluate_every": 7, "stop_ratio": None})
    assert config.model.kind == kind
    whole, killed = (start(tmp_path / name, config) for name in ("whole", "killed"))
    train(config, whole)
    command = [sys.executable, "-c", KILLING, str(killed), str(kills), kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    steps, said = json.loads(done.stdout)
    assert len(steps) == kills
    assert steps == sorted(steps)  # nothing that a checkpoint held is lost
    assert steps[-1] > 0  # and something was held
    assert said == []  # nothing was damaged
    assert contents(killed) == contents(whole)
    assert not [path for path in killed.iterdir() if path.name.startswith((".", "state"))]


def test_every_kind_of_model_is_killed() -> None:
    assert set(OF_KIND) == set(KINDS["model"])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in QUICK else pytest.mark.slow) for kind in OF_KIND]
)
def test_a_run_that_is_killed_three_times_loses_nothing(kind: str, tmp_path: Path) -> None:
    kill(kind, 3, tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("kind", OF_KIND)
def test_a_run_that_is_killed_twenty_times_loses_nothing(kind: str, tmp_path: Path) -> None:
    kill(kind, 20, tmp_path)


def test_one_that_is_killed_between_two_names_loses_nothing(tmp_path: Path) -> None:
    """The moment that is too short to be met by chance: the new checkpoint is whole, and has not got its name."""
    from tests.training.folders.test_checkpoints import TINY, stopped

    folder = stopped(tmp_path, 23)
    (folder / runs.STATE).rename(folder / runs.NEXT)
    train(TINY, folder, notice=pytest.fail)
    whole = start(tmp_path / "whole", TINY)
    train(TINY, whole)
    assert contents(folder) == contents(whole)
    assert not (folder / runs.NEXT).exists()
