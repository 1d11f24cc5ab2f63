"""The clock adds up what it is asked to, and nothing else."""

from __future__ import annotations

from time import process_time, sleep

from training.clock import Clock


def test_training_and_measuring_are_kept_apart() -> None:
    clock = Clock()
    with clock.training():
        sleep(0.02)
    assert clock.train_seconds >= 0.02
    assert clock.measure_seconds == 0
    before = clock.train_seconds
    sleep(0.01)
    with clock.measuring():
        end = process_time() + 0.01
        while process_time() < end:
            pass
    assert clock.train_seconds == before
    assert clock.measure_seconds > 0
    assert clock.processor_seconds >= 0.01
