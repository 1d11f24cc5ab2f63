"""Seconds of a run, kept apart from its result, which must not depend on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time


@dataclass
class Clock:
    """Wall seconds of training and of measuring, and processor seconds of both (all threads)."""

    train_seconds: float = 0.0
    measure_seconds: float = 0.0
    processor_seconds: float = 0.0

    @contextmanager
    def training(self) -> Iterator[None]:
        start = perf_counter(), process_time()
        yield
        self.train_seconds += perf_counter() - start[0]
        self.processor_seconds += process_time() - start[1]

    @contextmanager
    def measuring(self) -> Iterator[None]:
        start = perf_counter(), process_time()
        yield
        self.measure_seconds += perf_counter() - start[0]
        self.processor_seconds += process_time() - start[1]
