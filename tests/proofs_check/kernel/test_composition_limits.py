"""Files for groups and sparse parity made to be slow or large, and files at the limits."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from proofs_check.kernel import composition
from proofs_check.kernel.composition import Composition
from proofs_check.kernel.form import Malformed, parse
from tests.helpers.assertions import assert_malformed, assert_rejected
from tests.proofs_check.building.checker_mutants import Copy
from tests.proofs_check.building.checkers import NAMES, ROOT, checker, short
from tests.proofs_check.building.composition.building import true
from tests.proofs_check.building.composition.hostile_files import (
    HOSTILE,
    large_primes,
    many_class_weights,
    many_orbits,
    wide,
)
from tests.proofs_check.building.composition.limit_files import close_signs, group_limit_files
from tests.proofs_check.building.edge_files import edge_files
from tests.proofs_check.building.editing import put, sealed

LONG = {"group-of-many-orbits", "group-of-many-class-weights"}  # ten seconds each
SLOW: list[list[pytest.MarkDecorator]] = [[], [pytest.mark.slow]]


@pytest.mark.parametrize("family", NAMES)
@pytest.mark.parametrize("name", [pytest.param(name, marks=SLOW[name in LONG]) for name in HOSTILE])
def test_hostile_files_get_an_answer_soon(name: str, family: str) -> None:
    data, check_bytes = HOSTILE[name](), checker(family)
    rules = {"c2^8": "CENTRAL", "one-long-cycle": "GROUP", "group-of-many-orbits": "GROUP"}
    rules |= dict.fromkeys(["table-of-c2^8", "long-class-weights", "parity-of-many-digits"], "CLAIM")
    start = time.process_time()
    if name in rules:
        assert_rejected(data, rules[name], check_bytes=check_bytes)
    else:
        assert_malformed(data, check_bytes=check_bytes)
    assert time.process_time() - start < 10


def test_limits_come_before_divisions() -> None:
    """Counted in steps. A division for each term would take 500 times as many steps as there are terms."""
    primes = large_primes(10_000)
    assert all(pow(2, p - 1, p) == 1 for p in primes[::500])
    data, copy = sealed(many_class_weights(160_000)), Copy()
    assert copy.verdict(data) == ("MALFORMED", "")
    assert copy.steps < 20 * 10_000
    copy, few = Copy(), sealed(many_orbits(8_000))  # whose divisions are needed
    assert copy.verdict(few) == ("REJECTED", "GROUP")
    assert 100 * 400 < copy.steps < 100 * 600


@pytest.mark.parametrize("name", ["c2^8", "two-long-cycles", "one-long-cycle", "megabytes-of-generators"])
def test_hostile_files_take_little_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.json"
    path.write_bytes(HOSTILE[name]())
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29));"
        f"sys.argv = ['check_groups.py', {str(path)!r}];"
        f"runpy.run_path({str(ROOT / 'proofs_check' / 'check_groups.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", limited], capture_output=True, text=True)
    assert done.returncode in {1, 2}
    assert done.stderr == ""
    assert done.stdout.startswith(("REJECTED", "MALFORMED"))


def test_the_limit_of_work_is_reached_exactly() -> None:
    file = parse(sealed(true("S3", 2)))
    steps = 6 * 3 * 2 + 4 * 6 * 3 + 27 + 6 * 3  # elements, rational classes, CENTRAL, DEGREES
    assert Composition(file, composition.LIMITS._replace(work=steps)).run().startswith("gamma* =")
    with pytest.raises(Malformed) as malformed:
        Composition(file, composition.LIMITS._replace(work=steps - 1)).run()
    assert str(malformed.value) == f"group: got more than {steps - 1} steps of work, expected fewer"


def test_the_second_family_counts_the_same_work() -> None:
    """After the last rule, what is left of the limit may be spent, and no step more."""
    second = pytest.importorskip("proofs_check.second.composition")
    certificate = second.Certificate(true("S3", 2) | {"sha256": ""})
    assert certificate.check().startswith("gamma* = ")
    assert certificate.steps == 6 * 3 * 2 + 4 * 6 * 3 + 27 + 6 * 3
    certificate.spend(second.MAX_STEPS - certificate.steps)
    with pytest.raises(second.Stop, match=r"MALFORMED.*less work is wanted"):
        certificate.spend(1)


@pytest.mark.parametrize("family", NAMES)
def test_work_is_counted_where_it_is_done(family: str) -> None:
    """In CENTRAL the number of rows and the first row come before the work of the others, which is too much."""
    body = wide(512)
    few = put(body, "group.orbits", body["group"]["orbits"][:5])
    few = put(few, "primal.masses", body["primal"]["masses"][:4])
    other = put(body, "group.orbits.0.central", [2] * 512)
    later = put(body, "group.orbits.1.central", [2] * 512)
    check = checker(family)
    expected = ["MALFORMED", "REJECTED CENTRAL", "REJECTED CENTRAL", "MALFORMED"]
    assert [short(check(sealed(file))) for file in (body, few, other, later)] == expected


@pytest.mark.parametrize("family", NAMES)
def test_signs_at_the_limit(family: str) -> None:
    """Numbers that 2^14 bits decide, and barely do not: the enclosure of 1, [1, 1 + 2^-16384], counts as well."""
    check = checker(family)
    for name, (expected, data) in close_signs().items():
        assert short(check(data)) == expected, name


@pytest.mark.parametrize("family", NAMES)
def test_files_at_the_limits_and_at_edges(family: str) -> None:
    """Among them order 10,000 (enumerated, then rejected) and 10,001, and 5,000 and 5,001 points."""
    check = checker(family)
    for name, (expected, data) in (group_limit_files() | edge_files()).items():
        assert short(check(data)) == expected, name


@pytest.mark.parametrize("family", NAMES)
def test_most_generators(family: str) -> None:
    body = true("S3", 2)
    generators = body["task"]["generators"] * 8
    assert short(checker(family)(sealed(put(body, "task.generators", generators)))) == "VERIFIED"
    assert short(checker(family)(sealed(put(body, "task.generators", [*generators, [0, 1, 2]])))) == "MALFORMED"
