"""Sweeps on this machine: finished shards are skipped, failures told, processes killed, and all can be resumed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest

from margin.io.locks import locked
from tests.helpers.command_line import call
from tests.training.sweeps.dask_cluster import CAP, sweeping, swept, wait_for
from training.presets import preset
from training.sweeps import sweep as module
from training.sweeps.local import Processes, here
from training.sweeps.outcome import Lost, Outcome
from training.sweeps.parquet import path
from training.sweeps.shard import Shard
from training.sweeps.sweep import sweep

SMALL = {"task": "mod:5", "width": 4, "dimension": 2, "batch": 5, "train_share": 0.8}
SPEC = (
    "preset = 'multiscale-n89-batch'\nseeds = {}\nshard = 1\nscale = 'smoke'\n[settings]\ntask = 'mod:5'\nwidth = 4\n"
)
SPEC += "dimension = 2\nbatch = 5\ntrain_share = 0.8\nsteps = {}\nevaluate_every = 10\n"


def shards(count: int = 4) -> list[Shard]:
    config = preset("multiscale-n89-batch").config("smoke").changed(SMALL)
    return [Shard(config, (seed,), False, "small") for seed in range(count)]


def seed_of(text: str) -> int:
    return Shard.of(text).seeds[0]


def quick(text: str) -> bytes:
    """A job for processes: the second shard is refused, the third ends its process."""
    if seed_of(text) == 1:
        raise ValueError("no such network")
    if seed_of(text) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    if seed_of(text) == 3:
        raise ZeroDivisionError("a bug")
    return b"%d" % seed_of(text)


class Told(list[str]):
    """What a sweep told."""

    def __call__(self, text: str) -> None:
        self.append(text)


def files(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((out / "shards").iterdir())}


def test_finished_shards_are_skipped(tmp_path: Path) -> None:
    every, told, worked = shards(), Told(), list[str]()

    def counting(shards: Sequence[Shard], notice: Callable[[str], None]) -> Generator[Outcome]:
        worked.extend(shard.name for shard in shards)
        yield from here(shards, notice)

    assert sweep(every[:2], tmp_path, counting, told).done == {shard.name for shard in every[:2]}
    before = files(tmp_path)
    progress = sweep(every, tmp_path, counting, told)
    assert worked == [shard.name for shard in every]
    assert progress.done == set(worked)
    assert before.items() <= files(tmp_path).items()
    assert len(files(tmp_path)) == 4
    assert told == []
    assert sweep(every, tmp_path, counting, told).trained == 0
    assert len(worked) == 4


def test_processes_write_what_this_one_does(tmp_path: Path) -> None:
    every = shards()
    sweep(every, tmp_path / "here", here, print)
    sweep(every, tmp_path / "there", Processes(2), print)
    assert files(tmp_path / "here") == files(tmp_path / "there")


@pytest.mark.parametrize("workers", [1, 3])
def test_a_shard_that_fails_or_kills_its_process_leaves_the_others(tmp_path: Path, workers: int) -> None:
    every, told = shards(7), Told()
    progress = sweep(every, tmp_path, Processes(workers, quick), told)
    assert progress.done == {every[i].name for i in (0, 4, 5, 6)}
    assert set(progress.failed) == {every[i].name for i in (1, 2, 3)}
    assert progress.failed[every[1].name] == "no such network"
    assert progress.failed[every[2].name] == "its process ended with exit code -9"
    assert progress.failed[every[3].name].endswith("ZeroDivisionError: a bug\n")
    assert files(tmp_path)[path(tmp_path, every[6]).name] == b"6"
    assert len(files(tmp_path)) == 4
    assert len(told) == 3
    assert f"shard {every[1].name} (small) failed: no such network" in told


def test_progress_is_reported_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Told()
    sweep(shards(2), tmp_path / "seldom", here, print, tables)
    assert tables == []
    monkeypatch.setattr(module, "SECONDS", 0.0)
    sweep(shards(2), tmp_path / "often", here, print, tables)
    assert len(tables) == 4  # as each begins, and as each is done
    assert "running" in tables[0]


def test_nobody_left_keeps_what_is_finished(tmp_path: Path) -> None:
    def losing(shards: Sequence[Shard], notice: Callable[[str], None]) -> Generator[Outcome]:
        yield Outcome(shards[0], b"data")
        raise Lost("the scheduler is gone")

    with pytest.raises(Lost, match=rf"the scheduler is gone; 1 of 4 shards are finished and kept in {tmp_path}"):
        sweep(shards(), tmp_path, losing, print)
    assert list(files(tmp_path).values()) == [b"data"]


def test_a_config_that_cannot_run_is_refused_before_any_work(tmp_path: Path) -> None:
    config = shards()[0].config.changed({"stop_ratio": 0.5})
    with pytest.raises(ValueError, match=r"stop_ratio = 0\.5 with model = embedding"):
        sweep([Shard(config, (0,), False)], tmp_path / "out", here, print)
    assert not (tmp_path / "out").exists()


def test_one_sweep_at_a_time_writes_in_a_folder(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(BlockingIOError, match="is at work in"):
        sweep(shards(), tmp_path, here, print)


@pytest.mark.slow
def test_an_interrupted_sweep_goes_on_where_it_was(tmp_path: Path) -> None:
    spec, out = tmp_path / "study.toml", tmp_path / "out"
    spec.write_text(SPEC.format(8, 1500))
    with sweeping(spec, out, "--workers", "2") as process:
        wait_for(lambda: len(list(out.glob("study/shards/*.parquet"))) >= 2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=CAP)
    assert process.returncode == 130
    assert "interrupted; nothing was left half written" in errors
    kept = files(out / "study")
    assert 2 <= len(kept) < 8
    code, answer, errors = swept(spec, out, "--workers", "2")
    assert code == 0, errors
    assert "all shards                  8        8        0        0" in answer
    assert kept.items() <= files(out / "study").items()
    assert len(files(out / "study")) == 8


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "sweep: got 0 names, expected one file, such as study.toml"),
        (("a.toml", "b.toml"), "sweep: got 2 names"),
        (("a.toml", "--executor", "dask"), "--executor dask needs --scheduler, the address of one"),
        (("a.toml", "--scheduler", "tcp://h:1"), "--scheduler tcp://h:1 needs --executor dask"),
        (("a.toml", "--executor", "dask", "--scheduler", "h:1", "--workers", "2"), "the scheduler has its own workers"),
        (("a.toml", "--workers", "0"), "--workers 0: expected an integer >= 1"),
        (("a.toml", "--seed", "3"), "sweep takes no --seed"),
        (("a.toml", "--shard", "0"), "--shard 0: expected an integer >= 1"),
        (("good.toml", "--device", "gpux"), "device"),
        (("missing.toml",), "missing.toml: [Errno 2]"),
        (("spec.toml",), "spec.toml: no preset, expected for example"),
    ],
)
def test_wrong_input_is_refused_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.toml").write_text("seeds = 3")
    (tmp_path / "good.toml").write_text(SPEC.format(1, 10))
    answer = call("sweep", *arguments, module="training.command")
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "sweeps").exists()


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(SPEC.format(2, 20))
    answer = call("sweep", "study.toml", module="training.command")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[-2].split() == ["all", "shards", "2", "2", "0", "0"]
    assert len(files(tmp_path / "sweeps" / "study")) == 2
    answer = call("sweep", "study.toml", "--shard", "2", "--device", "cpu", module="training.command")
    assert answer.out.splitlines()[-2].split() == ["all", "shards", "1", "1", "0", "0"]
    assert len(files(tmp_path / "sweeps" / "study")) == 3
    monkeypatch.setattr("training.sweeps.local.work", quick)
    (tmp_path / "other.toml").write_text(SPEC.format(2, 30))
    answer = call("sweep", "other.toml", module="training.command")
    assert answer.code == 1
    assert "failed: no such network" in answer.err
