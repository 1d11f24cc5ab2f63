"""The table of progress: by case and in all, with the time left at the rate so far."""

from __future__ import annotations

from training.presets import preset
from training.sweeps.outcome import Outcome
from training.sweeps.progress import Progress, shown
from training.sweeps.shard import Shard


def shards() -> list[Shard]:
    config = preset("multiscale-n89-batch").config()
    return [Shard(config, (2 * i, 2 * i + 1), False, case) for i, case in enumerate(["a", "all shards", "a", "a"])]


def test_shards_are_waiting_running_done_or_failed() -> None:
    every = shards()
    progress = Progress(every, done={every[0].name}, start=100.0)
    assert progress.left(110.0) is None
    assert "time left unknown" in progress.table(110.0)
    for outcome in (Outcome(every[1]), Outcome(every[2]), Outcome(every[1], b""), Outcome(every[2], None, "why")):
        progress.note(outcome)
    progress.note(Outcome(every[3]))
    assert progress.failed == {every[2].name: "why"}
    assert progress.left(110.0) == 10.0  # two networks in 10 seconds, two are left
    table = progress.table(110.0).splitlines()
    assert table[0].split() == ["shards", "done", "running", "failed"]
    assert table[1].split() == ["a", "3", "1", "1", "1"]
    assert table[-1] == "time left 0:00:10"


def test_at_the_end_no_time_is_left() -> None:
    every = shards()[:1]
    progress = Progress(every, done={every[0].name})
    assert progress.left() == 0.0
    assert progress.table().splitlines()[-2].split() == ["all", "shards", "1", "1", "0", "0"]
    assert shown(3599.6) == "1:00:00"
