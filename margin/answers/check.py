"""What a check of an answer says, whatever the task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

METHODS = ("fast", "slow", "none")
SLOW_LIMIT = 10**12  # floating-point operations of a slow check
RELATIVE_TOLERANCE = 1e-9  # of a slow check in float64
Statement = tuple[str, bool]


@dataclass(frozen=True)
class CheckResult:
    """What was checked: `exact` if no floating point decided, `statements` in words with their outcome.

    `unchecked`: what the answer says and these statements do not prove, in words.
    """

    method: str  # "fast", "slow" or "none"
    exact: bool
    passed: bool | None
    seconds: float
    statements: tuple[Statement, ...] = ()
    unchecked: tuple[str, ...] = ()


def no_check() -> CheckResult:
    """The result where no check was asked for."""
    return CheckResult("none", False, None, 0.0)


def timed(
    method: str, exact: bool, start: float, statements: Iterable[Statement], unchecked: Iterable[str] = ()
) -> CheckResult:
    """The result of statements worked out since `start`, a reading of `perf_counter`; passed if all of them hold."""
    listed = tuple(statements)
    passed = all(outcome for _, outcome in listed)
    return CheckResult(method, exact, passed, perf_counter() - start, listed, tuple(unchecked))


def require_method(method: str) -> None:
    """Raise ValueError for a check other than fast, slow and none."""
    if method not in METHODS:
        raise ValueError(f"check {method!r}, expected fast, slow or none")
