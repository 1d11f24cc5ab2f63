"""What the tests of the claims share."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No run is made anew, nor known from before; what is found here is not known to later tests."""
    from proofs_check.claims.shared import saved_runs

    kept = saved_runs.replay, saved_runs.trained_anew
    monkeypatch.setitem(sys.modules, "training.loop", None)
    for cached in kept:
        cached.cache_clear()
    yield
    for cached in kept:
        cached.cache_clear()
