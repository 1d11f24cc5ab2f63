"""The kernel weakened, one condition at a time: for each, a file of the corpus gets another verdict.

Or it takes several times as many steps: steps are counted, so that nothing here depends on a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import pytest

from tests.proofs_check.building.addition.limit_files import at_the_limits
from tests.proofs_check.building.checker_mutants import (
    EVERY_LINE,
    MESSAGES,
    MODULES,
    PARTS,
    Change,
    Copy,
    Line,
    TooManySteps,
    changes,
    verdict,
)
from tests.proofs_check.building.composition.limit_files import group_limit_files
from tests.proofs_check.building.edge_files import edge_files
from tests.proofs_check.building.make_corpus import corpus
from tests.proofs_check.building.probes import PROBES, answer
from tests.proofs_check.building.redundant_conditions import ONLY_LARGE_FILES, REASONS
from tests.proofs_check.building.shared.limit_files import shared_limit_files

CHUNKS = 8
# files of the corpus that take seconds, tried with the other large ones
LARGE = {f"width/valid/width-{name}.json" for name in ("at-the-limit", "k6-256-columns", "columns-256")}
LARGE |= {f"width/malformed/width-products-above-the-limit{end}.json" for end in ("", "-in-pairs", "-together")}
REDUNDANT = {name for names in REASONS.values() for name in names}
ALL = changes()


@dataclass(frozen=True)
class File:
    name: str
    data: bytes
    expected: tuple[str, str]
    steps: int
    lines: frozenset[Line]  # of the kernel, that it reaches
    last_lines: frozenset[Line]  # those in which it is refused

    def notices(self, copy: Copy) -> bool:
        """Whether its verdict changes; it may take twice as many steps and some."""
        return copy.verdict(self.data, 1000 + 2 * self.steps) != self.expected


def _file(copy: Copy, name: str, data: bytes) -> File:
    expected = copy.verdict(data)
    return File(name, data, expected, copy.steps, copy.lines(data), copy.last_lines(data))


@lru_cache
def files() -> list[File]:
    """The corpus and the small files beside it, the shortest way to a verdict first."""
    copy, edges = Copy(), {name: data for name, (_, data) in edge_files().items()}
    small = {name: data for name, data in (corpus() | edges).items() if name not in LARGE}
    return sorted((_file(copy, *file) for file in small.items()), key=lambda file: file.steps)


@lru_cache
def large_files() -> list[File]:
    copy, made = Copy(), at_the_limits() | group_limit_files() | shared_limit_files()
    large = [_file(copy, name, data) for name, (_, data) in made.items()]
    large += [_file(copy, name, data) for name, data in corpus().items() if name in LARGE]
    return sorted(large, key=lambda file: file.steps)


def _notice(change: Change) -> list[str]:
    """The first large file that notices a change."""
    copy = Copy(change)
    reached = (file for file in large_files() if not file.lines.isdisjoint(change.lines_around))
    return [file.name for file in islice(filter(lambda file: file.notices(copy), reached), 1)]


def _candidates(change: Change, recent: list[File]) -> Iterator[File]:
    """Files that reach the change, those that are likely to notice it first.

    Before them the shortest: where a change lets integers grow at every step, few steps are many enough.
    """
    around = [file for file in files() if not file.lines.isdisjoint(change.lines_around)]
    reached = set(map(id, around))
    likely = [file for file in recent if id(file) in reached]
    yield from around[:3]
    yield from likely[:4]
    yield from (file for file in around if not file.last_lines.isdisjoint(change.lines))
    yield from likely[4:]
    yield from (file for file in around if not file.lines.isdisjoint(change.lines))
    yield from around


def _changed(change: Change) -> Copy | None:
    """None where the kernel cannot even be loaded with the change."""
    try:
        return Copy(change)
    except Exception:
        return None


def survivors(tried: list[Change]) -> set[str]:
    """Names of the changes that no file of the corpus notices, and no probe."""
    recent, alive = list[File](), set[str]()
    for change in tried:
        copy, seen = _changed(change), set[str]()
        for file in _candidates(change, recent) if copy else ():
            if file.name not in seen and copy and file.notices(copy):
                recent = [file, *(other for other in recent if other != file)][:40]
                break
            seen.add(file.name)
        else:
            if copy and all(answer(copy, question) == right for question, right in PROBES.values()):
                alive.add(change.name)
    return alive


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_condition_is_needed(chunk: int) -> None:
    known = REDUNDANT | ONLY_LARGE_FILES
    tried = [change for change in ALL if change.name not in known]
    assert survivors(tried[chunk * len(tried) // CHUNKS : (chunk + 1) * len(tried) // CHUNKS]) == set()


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("reason", REASONS)
def test_redundant_conditions_are_redundant(reason: str) -> None:
    """An entry of the list that a file does notice is out of date."""
    listed = [change for change in ALL if change.name in REASONS[reason]]
    assert survivors(listed) == REASONS[reason]
    assert [change.name for change in listed if _notice(change)] == []


@pytest.mark.exhaustive
@pytest.mark.slow
def test_large_files_are_needed() -> None:
    listed = [change for change in ALL if change.name in ONLY_LARGE_FILES]
    assert survivors(listed) == ONLY_LARGE_FILES
    assert [change.name for change in listed if not _notice(change)] == []


def test_the_list_of_redundant_conditions_is_short_and_names_what_is_there() -> None:
    names = [change.name for change in ALL]
    assert len(set(names)) == len(names) > 900
    assert set(names) >= REDUNDANT | ONLY_LARGE_FILES
    assert not REDUNDANT & ONLY_LARGE_FILES
    assert sum(map(len, REASONS.values())) == len(REDUNDANT) < len(ALL) / 20


def test_every_part_of_the_kernel_is_changed() -> None:
    assert {change.part.partition(".")[0] for change in ALL} == set(MODULES) - MESSAGES
    methods = {"addition.Dual._fourier", "weights.Weights._gaps", "groups.Group.matrix", "parity.Dual.bound"}
    assert methods <= {change.part for change in ALL} <= set(PARTS)
    short = sorted(corpus().items(), key=lambda file: len(file[1]))[:50]
    assert {line for file in short for line in Copy().last_lines(file[1])} <= EVERY_LINE


@pytest.mark.parametrize("name", edge_files())
def test_files_at_the_edge_of_a_condition(name: str) -> None:
    expected, data = edge_files()[name]
    assert " ".join(Copy().verdict(data)).strip() == expected


@pytest.mark.parametrize("name", PROBES)
def test_probes(name: str) -> None:
    question, right = PROBES[name]
    assert answer(Copy(), question) == right


def _change(beginning: str) -> Change:
    return next(change for change in ALL if change.name.startswith(beginning))


def _named(name: str) -> File:
    """Of the corpus, by itself: the lines that all of its files reach take minutes to find."""
    return _file(Copy(), name, corpus()[name])


def test_a_weakened_checker_is_weaker() -> None:
    """And the kernel itself is as before."""
    file = _named("addition/invalid/EXPAND--k-to-the-k.json")
    weaker = Copy(_change("addition.Dual.bound: equal('EXPAND'"))
    assert Copy().verdict(file.data) == ("REJECTED", "EXPAND")
    assert weaker.verdict(file.data) == ("VERIFIED", "")
    assert Copy().verdict(file.data) == ("REJECTED", "EXPAND")


def test_slower_checkers_are_told_by_their_steps() -> None:
    """Trial division to the square root in place of the cube root changes no verdict."""
    slower = Copy(_change("numbers.squarefree: p * p -> p + p"))
    file = _named("addition/valid/loose-lower-largest-radicand.json")
    assert slower.verdict(file.data) == file.expected == ("VERIFIED", "")
    assert slower.steps > 100 * file.steps > 10**6
    assert slower.verdict(file.data, 1000 + 2 * file.steps) == ("TOO MANY STEPS", "")
    assert file.notices(slower)
    assert not file.notices(Copy())


def test_steps_are_those_of_loops_and_comprehensions() -> None:
    copy, file = Copy(), _named("addition/valid/loose-lower-largest-radicand.json")
    assert copy.verdict(file.data, file.steps) == file.expected
    assert copy.verdict(file.data, file.steps - 1) == ("TOO MANY STEPS", "")
    copy.steps, copy.most_steps = 0, 3
    assert list(copy.count_steps("abc")) == [*"abc"]
    with pytest.raises(TooManySteps):
        copy.count_step()


def test_an_exception_is_a_verdict() -> None:
    def raising(_data: bytes) -> None:
        raise KeyError

    assert verdict(raising, b"") == ("RAISED", "KeyError")
