"""What a check of an answer says, whatever the task."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckResult:
    """What was checked: `exact` if no floating point decided, `statements` in words with their outcome."""

    method: str  # "fast", "slow" or "none"
    exact: bool
    passed: bool | None
    seconds: float
    statements: tuple[tuple[str, bool], ...] = ()


def no_check() -> CheckResult:
    return CheckResult("none", False, None, 0.0)
