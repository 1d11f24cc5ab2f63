"""Every run is the same run: fixed random examples, no deadlines, one thread per process."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in the background of a shell: tests send Ctrl-C to children,
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which would ignore it too

settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")

pytest.register_assert_rewrite("tests.helpers.assertions", "tests.helpers.group_assertions")
