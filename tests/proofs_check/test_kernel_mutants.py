"""The checker weakened, one condition at a time: for each, a file of the corpus gets another verdict."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pytest

from tests.proofs_check.building.addition.limit_files import at_the_limits
from tests.proofs_check.building.checker_mutants import Change, Copy, changes, verdict
from tests.proofs_check.building.make_corpus import corpus
from tests.proofs_check.building.redundant_conditions import ONLY_LARGE_FILES, REASONS

CHUNKS = 8
REDUNDANT = {name for names in REASONS.values() for name in names}
ALL = changes()


@dataclass(frozen=True)
class File:
    name: str
    data: bytes
    expected: tuple[str, str]
    seconds: float
    lines: frozenset[int]  # of the checker, that it reaches
    last_lines: frozenset[int]  # those in which it is refused

    def notices(self, function: Copy) -> bool:
        """Whether its verdict changes; it may take several times as long."""
        return verdict(function.check_bytes, self.data, 2 + 5 * self.seconds) != self.expected


def _file(copy: Copy, name: str, data: bytes) -> File:
    start = time.process_time()
    expected = verdict(copy.check_bytes, data, 60)
    return File(name, data, expected, time.process_time() - start, copy.lines(data), copy.last_lines(data))


@lru_cache
def files() -> list[File]:
    """The corpus, the fastest first."""
    copy = Copy()
    return sorted((_file(copy, name, data) for name, data in corpus().items()), key=lambda file: file.seconds)


@lru_cache
def large_files() -> list[File]:
    copy = Copy()
    return [_file(copy, name, data) for name, (_, data) in at_the_limits().items()]


def _candidates(change: Change, recent: list[File]) -> Iterator[File]:
    """Files that reach the change, those that are likely to notice it first."""
    around = [file for file in files() if not file.lines.isdisjoint(change.lines_around)]
    reached = set(map(id, around))
    likely = [file for file in recent if id(file) in reached]
    yield from likely[:4]
    yield from (file for file in around if not file.last_lines.isdisjoint(change.lines))
    yield from likely[4:]
    yield from (file for file in around if not file.lines.isdisjoint(change.lines))
    yield from around


def survivors(tried: list[Change]) -> set[str]:
    """Names of the changes that no file of the corpus notices."""
    copy, recent, alive = Copy(), list[File](), set[str]()
    for change in tried:
        seen = set[str]()
        with copy.changed(change):
            for file in _candidates(change, recent):
                if file.name not in seen and file.notices(copy):
                    recent = [file, *(other for other in recent if other != file)][:40]
                    break
                seen.add(file.name)
            else:
                alive.add(change.name)
    return alive


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_condition_is_needed(chunk: int) -> None:
    known = REDUNDANT | ONLY_LARGE_FILES
    tried = [change for change in ALL if change.name not in known]
    assert survivors(tried[chunk * len(tried) // CHUNKS : (chunk + 1) * len(tried) // CHUNKS]) == set()


@pytest.mark.slow
@pytest.mark.parametrize("reason", REASONS)
def test_redundant_conditions_are_redundant(reason: str) -> None:
    """An entry of the list that a file does notice is out of date."""
    listed = [change for change in ALL if change.name in REASONS[reason]]
    assert survivors(listed) == REASONS[reason]
    for change in listed:
        copy = Copy()
        with copy.changed(change):
            assert not [file.name for file in large_files() if file.notices(copy)], change.name


@pytest.mark.slow
def test_large_files_are_needed() -> None:
    listed = [change for change in ALL if change.name in ONLY_LARGE_FILES]
    assert survivors(listed) == ONLY_LARGE_FILES
    for change in listed:
        copy = Copy()
        with copy.changed(change):
            assert any(file.notices(copy) for file in large_files()), change.name


def test_the_list_of_redundant_conditions_is_short_and_names_what_is_there() -> None:
    names = [change.name for change in ALL]
    assert len(set(names)) == len(names) > 500
    assert set(names) >= REDUNDANT | ONLY_LARGE_FILES
    assert not REDUNDANT & ONLY_LARGE_FILES
    assert sum(map(len, REASONS.values())) == len(REDUNDANT) < len(ALL) / 20


def test_a_weakened_checker_is_weaker() -> None:
    """And is as before afterwards."""
    copy, file = Copy(), next(file for file in files() if file.name == "invalid/EXPAND--k-to-the-k.json")
    change = next(change for change in ALL if change.name.startswith("Checker._rule_expand: self._equal"))
    assert verdict(copy.check_bytes, file.data, 9) == ("REJECTED", "EXPAND")
    with copy.changed(change):
        assert verdict(copy.check_bytes, file.data, 9) == ("VERIFIED", "")
    assert verdict(copy.check_bytes, file.data, 9) == ("REJECTED", "EXPAND")


def test_a_verdict_that_takes_too_long_is_another() -> None:
    def for_ever(_data: bytes) -> None:
        while True:
            pass

    def raising(_data: bytes) -> None:
        raise KeyError

    assert verdict(for_ever, b"", 0.05) == ("TOO LONG", "")
    assert verdict(raising, b"", 1) == ("RAISED", "KeyError")
