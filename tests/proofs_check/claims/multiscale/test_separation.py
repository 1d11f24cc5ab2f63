"""Claims on distances and logarithms: verdicts, and each claim with a constant changed is refuted."""

from __future__ import annotations

from fractions import Fraction
from math import cos, log, pi
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.claims.multiscale.separation import c25_reflection as c25
from proofs_check.claims.multiscale.separation import c26_distance as c26
from proofs_check.claims.multiscale.separation import c27_logarithms as c27
from proofs_check.claims.multiscale.separation import c41_required as c41
from proofs_check.claims.shared.exact import rounds_to
from proofs_check.register.registry import load
from tests.proofs_check.claims.verdicts import judged

VERDICTS = {"holds": "C25 C27", "holds with a correction": "C26 C41"}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    judged(id, verdict)


@given(st.integers(3, 40), st.lists(st.integers(1, 39), min_size=1, max_size=4))
def test_mirror_of_d_is_n_less_d(n: int, frequencies: list[int]) -> None:
    fs = tuple(f % n for f in frequencies)
    assert c25.is_mirrored(n, fs, n)
    assert c25.from_lattice(n, fs, 1) == c25.square_distance(n, fs, 1)


def test_no_other_mirror() -> None:
    assert not c25.is_mirrored(7, (1, 2), 8)
    assert not c25.is_mirrored(7, (3,), 6 + 2)
    assert c25.square_distance(10, (3, 5), 1) == Fraction(34, 100)
    assert c25.from_lattice(10, (3,), 2) == Fraction(4, 100)


@given(st.integers(2, 30), st.lists(st.integers(1, 29), min_size=1, max_size=3), st.integers(1, 29))
def test_both_conditions_against_floats(n: int, frequencies: list[int], d: int) -> None:
    delta, m, fs = Fraction(37, 101), len(frequencies), tuple(frequencies)
    gap = sum(1 - cos(2 * pi * f * d / n) for f in fs)
    square = sum(min(f * d % n, -f * d % n) ** 2 for f in fs) / n**2
    assert c26.is_separated(n, fs, d, delta) == (gap > delta * m)
    assert c26.is_far(n, fs, d, delta) == (2 * pi**2 * square > delta * m)


def test_distance_is_necessary_with_two_and_not_with_one() -> None:
    delta = Fraction(37, 50)
    assert c26.is_far(5, (1,), 1, delta)
    assert not c26.is_separated(5, (1,), 1, delta)
    assert not c26.is_far(5, (2,), 1, Fraction(17, 10), factor=1)
    assert c26.is_separated(5, (2,), 1, Fraction(17, 10))
    assert [n for n in range(2, 57) if c26.far_alone(n, c26.NEAR)] == [56]


def test_a_value_on_the_bound_is_not_decided() -> None:
    with pytest.raises(ArithmeticError, match=r"3/2 lies within the interval .*, expected a clear difference"):
        c26.is_separated(3, (1,), 1, Fraction(3, 2))


def test_points_above_the_number_of_boxes_come_near() -> None:
    assert c41.near(26, (3, 7), 5) is not None
    assert c41.near(16, (1, 4), 4) is None
    assert c41.near(91, (7,), 100) == 13
    assert (c41.is_unique(91, 5), c41.is_unique(91, 7)) == (True, False)
    assert rounds_to(c41.share_left(4), "1.000")
    assert not rounds_to(c41.share_left(4), "1.001")
    assert not rounds_to(c41.share_left(12), "0.159")


@given(st.integers(2, 6), st.lists(st.integers(1, 500), min_size=1, max_size=3))
def test_more_points_than_boxes(parts: int, frequencies: list[int]) -> None:
    n = parts ** len(frequencies) + 1
    assert c41.near(n, tuple(f % n for f in frequencies), parts) is not None


@pytest.mark.parametrize("n", [85, 86, 89, 91, 94, 95])
def test_logarithms_to_one_decimal(n: int) -> None:
    value = c27.logarithm(n)
    assert rounds_to(value, "4.5") == (round(log(n), 1) == 4.5)
    assert rounds_to(value, f"{log(n):.3f}")
    assert not rounds_to(value, f"{log(n) + 0.001:.3f}")
    assert not rounds_to(value, "4.7")


@pytest.mark.parametrize(
    ("module", "id", "name", "changed"),
    [
        (c25, "C25", "from_lattice", lambda n, fs, d: Fraction(0)),
        (c25, "C25", "is_mirrored", lambda n, fs, total: False),
        (c26, "C26", "is_far", lambda n, fs, d, delta: False),
        (c26, "C26", "is_far", lambda n, fs, d, delta: True),
        (c26, "C26", "is_separated", lambda n, fs, d, delta: True),
        (c26, "C26", "NEAR", Fraction(16, 100)),
        (c27, "C27", "rounds_to", lambda n, value: n == 89),
        (c41, "C41", "is_unique", lambda n, f: True),
        (c41, "C41", "near", lambda n, fs, parts: None),
        (c41, "C41", "near", lambda n, fs, parts: 1),
        (c41, "C41", "share_left", lambda parts: 0.16),
    ],
)
def test_a_wrong_step_refutes(
    module: ModuleType, id: str, name: str, changed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, changed)
    found = load()[id].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})
