"""The checker weakened, one condition at a time: for each, a file of the corpus gets another verdict."""

from __future__ import annotations

import time
from functools import lru_cache

import pytest

from proofs_check import check
from tests.certificates.checker_mutants import Change, changes, source, verdict, weakened
from tests.certificates.checkers import Checker
from tests.certificates.limit_files import at_the_limits
from tests.certificates.make_corpus import corpus
from tests.certificates.redundant_conditions import REASONS, UNTRIED

CHUNKS, SECONDS = 8, 3.0
REDUNDANT = {name for names in REASONS.values() for name in names}
SOURCE = source()
ALL = changes(SOURCE)


@lru_cache
def files() -> dict[str, tuple[bytes, tuple[str, str]]]:
    """The corpus and the files at the limits with their verdicts, the fastest first."""
    timed = []
    limits = {name: data for name, (_, data) in at_the_limits().items()}
    for name, data in {**corpus(), **limits}.items():
        start = time.perf_counter()
        expected = verdict(check.check_bytes, data, 60)
        timed.append((time.perf_counter() - start, name, data, expected))
    return {name: (data, expected) for _, name, data, expected in sorted(timed)}


def killer(function: Checker, hints: list[str]) -> str | None:
    """A file that gets another verdict, the hints tried first; None if there is none."""
    for name in dict.fromkeys([*hints, *files()]):
        data, expected = files()[name]
        if verdict(function, data, SECONDS + 2) != expected:
            return name
    return None


def survivors(tried: list[Change]) -> list[str]:
    """Names of the changes that no file notices."""
    alive, hints = [], list[str]()
    for change in tried:
        found = killer(weakened(SOURCE, change), hints)
        if found is None:
            alive.append(change.name)
        else:
            hints = list(dict.fromkeys([found, *hints]))[:25]
    return alive


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_condition_is_needed(chunk: int) -> None:
    known = REDUNDANT | set(UNTRIED)
    assert survivors([change for change in ALL[chunk::CHUNKS] if change.name not in known]) == []


@pytest.mark.slow
@pytest.mark.parametrize("reason", REASONS)
def test_redundant_conditions_are_redundant(reason: str) -> None:
    """An entry of the list that a file does notice is out of date."""
    listed = [change for change in ALL if change.name in REASONS[reason]]
    assert sorted({change.name for change in listed}) == sorted(REASONS[reason])
    assert set(survivors(listed)) == REASONS[reason]


def test_the_list_of_redundant_conditions_is_short_and_up_to_date() -> None:
    assert REDUNDANT | set(UNTRIED) <= {change.name for change in ALL}
    assert len(ALL) > 300
    assert len(REDUNDANT) < len(ALL) / 6
    assert sum(map(len, REASONS.values())) == len(REDUNDANT)
