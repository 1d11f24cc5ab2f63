"""Sweeps on a real Dask cluster: a scheduler and workers of their own on loopback, and what may befall them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.sweeps.dask_cluster import CAP, Cluster, cluster, killed, sweeping, swept, wait_for
from training.sweeps import cluster as executor
from training.sweeps.parquet import path, read
from training.sweeps.shard import Shard
from training.sweeps.spec import read as read_spec

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow  # each starts a scheduler and workers
SPEC = """
preset = "multiscale-n89-batch"
seeds = {seeds}
shard = 2
[settings]
task = "mod:7"
width = 12
dimension = 4
batch = 7
train_share = 0.7
steps = {steps}
evaluate_every = {steps}
"""


def written(folder: Path, seeds: int = 16, steps: int = 1500) -> Path:
    """A spec of seeds / 2 shards."""
    spec = folder / "study.toml"
    spec.write_text(SPEC.format(seeds=seeds, steps=steps))
    return spec


def finished(out: Path) -> list[Path]:
    return sorted((out / "study" / "shards").glob("*.parquet"))


def assert_every_shard_is_there_once(out: Path, spec: Path) -> None:
    shards = read_spec(spec).shards()
    assert finished(out) == sorted(path(out / "study", shard) for shard in shards)
    lines = [line for file in finished(out) for line in read(file)[0]]
    assert sorted(line["seed"] for line in lines) == sorted(seed for shard in shards for seed in shard.seeds)
    assert all(line["error"] is None for line in lines)


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    spec, out, local = written(tmp_path), tmp_path / "out", tmp_path / "local"
    with cluster(tmp_path / "cluster") as running:
        workers = [running.worker(), running.worker()]
        _wait_for_workers(running, 2)
        with sweeping(spec, out, "--executor", "dask", "--scheduler", running.address) as sweep:
            wait_for(lambda: len(finished(out)) >= 2)
            assert len(finished(out)) < 8
            killed(workers[0])
            answer, errors = sweep.communicate(timeout=CAP)
        assert sweep.returncode == 0, errors
        assert workers[1].poll() is None
    assert_every_shard_is_there_once(out, spec)
    assert "all shards                  8        8        0        0" in answer
    code, _, errors = swept(spec, local)
    assert code == 0, errors
    for file, other in zip(finished(out), finished(local), strict=True):
        assert file.read_bytes() == other.read_bytes()


def test_a_scheduler_that_is_lost_ends_the_sweep_and_all_that_is_finished_stays(tmp_path: Path) -> None:
    spec, out = written(tmp_path), tmp_path / "out"
    with cluster(tmp_path / "cluster") as running:
        running.worker()
        with sweeping(spec, out, "--executor", "dask", "--scheduler", running.address) as sweep:
            wait_for(lambda: len(finished(out)) >= 2)
            killed(running.scheduler)
            _, errors = sweep.communicate(timeout=CAP)
    kept = {file: file.read_bytes() for file in finished(out)}
    assert sweep.returncode == 2
    assert f"sweep: the scheduler at {running.address} is gone; start it and its workers, and repeat; " in errors
    assert f"{len(kept)} of 8 shards are finished and kept in {out / 'study'}" in errors
    assert "Traceback" not in errors
    assert len(kept) < 8
    assert swept(spec, out, "--workers", "2")[0] == 0  # it goes on anywhere
    assert_every_shard_is_there_once(out, spec)
    assert all(file.read_bytes() == data for file, data in kept.items())


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    spec, out = written(tmp_path, 8, 100), tmp_path / "out"
    with cluster(tmp_path / "cluster") as running:
        running.worker(other_version=True)
        _wait_for_workers(running, 1)
        code, _, errors = swept(spec, out, "--executor", "dask", "--scheduler", running.address)
        assert code == 2
        assert "no worker is left that has this version: its version is 0.0.1 (" in errors
        assert f"expected {executor.version()}; install the same there" in errors
        assert finished(out) == []
        running.worker()
        _wait_for_workers(running, 2)
        code, _, errors = swept(spec, out, "--executor", "dask", "--scheduler", running.address)
        assert code == 0, errors
        assert "is refused: its version is 0.0.1 (" in errors
    assert_every_shard_is_there_once(out, spec)


def _wait_for_workers(running: Cluster, count: int) -> None:
    from distributed import Client

    with Client(running.address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=CAP)


def test_no_scheduler_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "CONNECT", 1)
    shards = [Shard(read_spec(written(tmp_path)).shards()[0].config, (0,), False)]
    with pytest.raises(ConnectionError, match=r"no scheduler at tcp://127\.0\.0\.1:1 .*start one with dask scheduler"):
        list(executor.Cluster("tcp://127.0.0.1:1")(shards, print))


def test_the_version_is_that_of_the_code() -> None:
    from margin import __version__

    assert executor.version() == executor.version()
    assert executor.version().startswith(f"{__version__} (")
