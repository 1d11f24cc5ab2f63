"""Processes that work for this one: they end when it does, however it ends, and an interrupt is its alone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

ORPHAN = 1  # exit code of a process that nobody waits for


@contextmanager
def deaf() -> Iterator[None]:
    """Hold SIGINT back, also from processes that are started meanwhile, for as long as they live."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def follow(alive: Connection, other: Connection | None = None) -> None:
    """End this process, whatever it is doing, once the one that holds the other end of a pipe has closed it or ended.

    `other` is this process's own copy of that end, where it was born with one.
    """
    try:
        if other is not None:
            other.close()
        threading.Thread(target=_end_after, args=(alive,), daemon=True).start()
    except SystemExit as ended:  # by a signal, before anything was begun: there is nothing to clean up or to say
        os._exit(ended.code if isinstance(ended.code, int) else ORPHAN)


def _end_after(alive: Connection) -> None:
    wait([alive])
    os._exit(ORPHAN)
