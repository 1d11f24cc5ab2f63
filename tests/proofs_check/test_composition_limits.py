"""Files for groups and sparse parity made to be slow or large, and files at the limits."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import count
from math import gcd
from pathlib import Path

import numpy as np
import pytest

from proofs_check.kernel import composition
from proofs_check.kernel.composition import Composition
from proofs_check.kernel.form import Malformed, parse
from proofs_check.kernel.verdicts import check_bytes
from tests.proofs_check.building.checker_mutants import Copy
from tests.proofs_check.building.checkers import ROOT
from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.editing import Json, put, sealed


def _wide(n: int) -> Json:
    """A statement about C2^m with one row for each element, all wrong but the first."""
    generators = []
    for i in range(n.bit_length() - 1):
        generators.append([x ^ 1 if x // 2 == i else x for x in range(2 * (n.bit_length() - 1))])
    body = true("S3", 2)
    ones = [1] * n
    body["task"]["generators"] = generators
    rows = [ones] + [[*ones[:-1], 2**32 - 1]] * (n - 1)
    orbits = [{"central": row, "degree": 1, "type": "real", "weight": [[1, 1, 1]]} for row in rows]
    body["group"] = {"order": n, "class_sizes": ones, "separator": [2**32 - 1] * n, "orbits": orbits}
    body["primal"] = {"masses": [[1, 2]] * (n - 1)}
    body["dual"] = {"class_weights": [[[1, 1, 2]]] * (n - 1)}
    return body


def _long_weights() -> Json:
    """C2^6 with class weights of 16 terms of 8,000 bits, tiny and so feasible, over one long denominator."""
    body = true("C2^6", 2)
    radicands = [r for r in range(2, 60) if all(r % (d * d) for d in range(2, 8))][:16]
    big, start = 2**8100 + 1, 2**4000
    numerators = (p for p in count(start) if gcd(p, big) == 1)
    body["dual"] = {"class_weights": [[[r, next(numerators), big] for r in radicands] for _ in range(63)]}
    return body


def _large_primes(count: int) -> list[int]:
    """The largest primes below 10^9, ascending: each takes as many divisions as a radicand can."""
    last = 10**9
    sieve = np.ones(40 * count, dtype=bool)  # of last - 40 count up to last
    for p in range(2, 31_623):
        sieve[(40 * count - last) % p :: p] = False
    primes: list[int] = (np.flatnonzero(sieve)[-count:] + last - 40 * count).tolist()
    return primes


def _many_class_weights(size: int) -> Json:
    """As many class weights as fit, of 16 terms each, far more than there are classes."""
    primes = _large_primes(size // 16)
    rows = [[[r, 1, 1] for r in primes[i : i + 16]] for i in range(0, len(primes) - 15, 16)]
    return put(true("S3", 2), "dual.class_weights", rows)


def _many_orbits(size: int) -> Json:
    """As many orbits as fit, each with a radicand of its own; the form is right."""
    primes = _large_primes(size // 80)
    orbits = [{"central": [1], "degree": 1, "type": "real", "weight": [[r, 1, 1]]} for r in primes]
    body = true("S3", 2, "lower")
    body["group"] = {"order": 6, "class_sizes": [1], "separator": [1], "orbits": orbits}
    return put(body, "primal.masses", [[0, 1]] * (len(primes) - 1))


HOSTILE = {
    "many-class-weights": lambda: sealed(_many_class_weights(3_900_000)),
    "many-orbits": lambda: sealed(_many_orbits(3_900_000)),
    "c2^8": lambda: sealed(_wide(256)),
    "c2^9": lambda: sealed(_wide(512)),
    "brackets": lambda: b'{"kind":"group_composition"' + b"[" * 10**6,
    "long-weights": lambda: sealed(_long_weights()),
    "two-long-cycles": lambda: sealed(
        put(true("S3", 2), "task.generators", [[*range(1, 5000), 0], [1, 0, *range(2, 5000)]])
    ),
    "sixteen-generators": lambda: sealed(
        put(true("S3", 2), "task.generators", [[*range(1, 3000), 0]] * 15 + [[1, 0, *range(2, 3000)]])
    ),
    "one-long-cycle": lambda: sealed(put(true("S3", 2), "task.generators", [[*range(1, 3162), 0]])),
    "parity-of-many-digits": lambda: sealed(put(parity(64, 64), "claim.value", [[999_999_937, 2**8191, 2**8191 - 1]])),
    "megabytes-of-generators": lambda: sealed(put(true("S3", 2), "task.generators", [list(range(300_000))] * 2)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_an_answer_soon(name: str) -> None:
    data = HOSTILE[name]()
    start = time.process_time()
    found = check_bytes(data)
    assert time.process_time() - start < 10
    reached = {"c2^8": "REJECTED CENTRAL", "one-long-cycle": "REJECTED GROUP"}
    reached |= {"many-orbits": "REJECTED GROUP"}
    reached |= dict.fromkeys(["long-weights", "parity-of-many-digits"], "REJECTED CLAIM")
    assert f"{found.status} {found.rule}" == reached.get(name, "MALFORMED ")
    assert len(found.detail) < 2000


def test_limits_come_before_divisions() -> None:
    """Counted in steps. A division for each term would take 500 times as many steps as there are terms."""
    primes = _large_primes(10_000)
    assert all(pow(2, p - 1, p) == 1 for p in primes[::500])
    data, copy = sealed(_many_class_weights(160_000)), Copy()
    assert copy.verdict(data) == ("MALFORMED", "")
    assert copy.steps < 20 * 10_000
    copy, few = Copy(), sealed(_many_orbits(8_000))  # whose divisions are needed
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


def test_groups_at_the_limits() -> None:
    """Order 10,000 (enumerated, then rejected) and 10,001, each from two disjoint cycles; 5,000 and 5,001 points."""
    for lengths, status in (((16, 625), "REJECTED"), ((73, 137), "MALFORMED")):
        cycles, start = list[int](), 0
        for length in lengths:
            cycles += [*range(start + 1, start + length), start]
            start += length
        found = check_bytes(sealed(put(true("S3", 2), "task.generators", [cycles])))
        assert found.status == status, found
    two = true("C2", 2)
    for points, status in ((5000, "VERIFIED"), (5001, "MALFORMED")):
        found = check_bytes(sealed(put(two, "task.generators", [[1, 0, *range(2, points)]])))
        assert found.status == status, found
