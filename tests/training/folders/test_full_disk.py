"""A disk that is full stops a run in one line, and costs no checkpoint that was finished."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from margin.io.files import write_whole
from tests.helpers.command_line import ROOT
from tests.training.folders.test_checkpoints import TINY
from tests.training.test_loop import contents, start
from training import loop, runs
from training.folders import checkpoints
from training.loop import Training, train

ON_TMPFS = """
import json, subprocess, sys
from pathlib import Path
place, at = Path(sys.argv[1]), int(sys.argv[2])
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(place)]).returncode:
    raise SystemExit(77)
from tests.training.test_loop import contents, start
from tests.training.folders.test_checkpoints import TINY
from training import loop, runs
from training.folders.checkpoints import kept_step
loop.CHECKPOINT_SECONDS = -1.0
folder, advance = start(place, TINY), loop.Training.advance

def fill(run):
    if run.step == at:
        with open(place / "filler", "wb", 0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
    return advance(run)

loop.Training.advance = fill
try:
    loop.train(TINY, folder)
    message = "no failure"
except OSError as error:
    message = str(error)
names = sorted(path.name for path in folder.iterdir())
kept = kept_step(folder)
(place / "filler").unlink()
loop.Training.advance = advance
said = []
loop.train(TINY, folder, notice=said.append)
print(json.dumps([message, kept, names, said, {name: text.hex() for name, text in contents(folder).items()}]))
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the run that nothing interrupted."""
    folder = start(tmp_path_factory.mktemp("whole"), TINY)
    train(TINY, folder)
    return contents(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs is of Linux")
def test_a_full_file_system_costs_no_checkpoint(tmp_path: Path, whole: dict[str, bytes]) -> None:
    command = ["unshare", "-rm", sys.executable, "-c", ON_TMPFS, str(tmp_path), "20"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode and ("unshare" in done.stderr or done.returncode == 77):
        pytest.skip("this machine lets nobody mount a tmpfs; the test below has a disk that says that it is full")
    assert done.returncode == 0, done.stderr
    message, kept, names, said, content = json.loads(done.stdout)
    assert message.startswith(f"[Errno {errno.ENOSPC}]")
    assert runs.NEXT in message  # the file that could not be written
    assert kept == 20
    assert {runs.STATE, runs.PREVIOUS} <= set(names)
    assert said == []
    assert {name: bytes.fromhex(text) for name, text in content.items()} == whole


@pytest.mark.parametrize("file", [runs.NEXT, runs.TRAJECTORY])
def test_a_disk_that_says_that_it_is_full(
    file: str, tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, step, advance = start(tmp_path, TINY), [0], Training.advance
    sync = os.fsync

    def counted(run: Training) -> object:
        value = advance(run)
        step[0] = run.step
        return value

    def written(path: Path, content: bytes) -> None:
        if (path.name, step[0]) == (file, 23):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_whole(path, content)

    def synced(handle: int) -> None:
        if (file, step[0]) == (runs.TRAJECTORY, 23):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
        patch.setattr(Training, "advance", counted)
        patch.setattr(checkpoints, "write_whole", written)
        patch.setattr(os, "fsync", synced)
        with pytest.raises(OSError, match=rf"Errno {errno.ENOSPC}.*{file}"):
            train(TINY, folder)
    assert checkpoints.kept_step(folder) == 22
    assert (folder / runs.PREVIOUS).is_file()
    train(TINY, folder, notice=pytest.fail)
    assert contents(folder) == whole
