"""The two checkers behind one interface."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("check", "recheck")
MODULES = {"check": "proofs_check.kernel.verdicts", "recheck": "proofs_check.second.verdicts"}


class Verdict(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def detail(self) -> str: ...


Checker = Callable[[bytes], Verdict]


def checker(name: str) -> Checker:
    """`check_bytes` of a family. The second one needs python-flint; without it the test is skipped."""
    if name == "recheck":
        pytest.importorskip("flint", reason="the second checker needs python-flint")
    function: Checker = importlib.import_module(MODULES[name]).check_bytes
    return function


def short(verdict: Verdict) -> str:
    return f"{verdict.status} {verdict.rule}".strip()
