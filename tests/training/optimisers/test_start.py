"""A run starts at once: nothing of torch is imported that `import torch` does not import and takes long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.helpers.command_line import ROOT
from tests.training.test_loop import CONFIGS
from training.runs import open_run
from training.settings import KINDS

SEEN = "\nimport sys\nprint('torch._dynamo' in sys.modules)"
TRAINED = """
import sys
from pathlib import Path
from training.loop import train
from training.runs import read_config
for folder in map(Path, sys.argv[1:]):
    train(read_config(folder), folder)
"""


def imported(script: str, *arguments: str) -> bool:
    """Whether a process that runs this script imports torch._dynamo."""
    command = [sys.executable, "-c", script + SEEN, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1] == "True"


def test_a_run_of_every_kind_does_not_import_what_torchs_optimisers_do(tmp_path: Path) -> None:
    short = [config.changed({"steps": 2, "evaluate_every": 1}) for config in CONFIGS.values()]
    folders = [str(open_run(tmp_path, config, {"preset": "none", "choices": []})) for config in short]
    assert {config.model.kind for config in short} == set(KINDS["model"])
    assert not imported(TRAINED, *folders)


def test_the_command_does_not_either(tmp_path: Path) -> None:
    run = f"import sys; sys.argv = ['', 'run', 'mod23', '--out', {str(tmp_path)!r}, '--set', 'steps=3']\n"
    assert not imported(f"{run}from training.command import main\nmain()")


def test_torchs_optimisers_do() -> None:
    """The twin: the tests above can fail."""
    script = f"import torch{SEEN}\ntorch.optim.SGD([torch.zeros(3)], 0.1){SEEN}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
