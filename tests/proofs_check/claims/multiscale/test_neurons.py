"""Claims on neurons, transforms and relabelling: verdicts, and each claim with a constant changed is refuted."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.claims.multiscale.neurons import c23_inverse_transform as c23
from proofs_check.claims.multiscale.neurons import c24_rounding as c24
from proofs_check.claims.multiscale.neurons import c28_relabelling as c28
from proofs_check.claims.multiscale.neurons import c30_embedding as c30
from proofs_check.claims.multiscale.neurons import c35_half_wave as c35
from proofs_check.register.registry import load
from tests.proofs_check.claims.verdicts import judged

VERDICTS = {
    "holds": "C28 C30 C31 C32 C35",
    "holds with a correction": "C23 C24",
    "fails": "C29",
}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    judged(id, verdict)


@pytest.mark.parametrize(("n", "f", "t"), [(3, 1, 0), (7, 2, 3), (12, 5, 1)])
def test_transform_is_divided_by_n_alone(n: int, f: int, t: int) -> None:
    assert c23.is_restored(n, f, t, n)
    assert not any(c23.is_restored(n, f, t, divisor) for divisor in (1, 2, n - 1, n + 1, 2 * n))
    values = 2 * np.cos(2 * np.pi * (f * np.arange(n) - t) / n)
    powers = np.exp(2j * np.pi * np.arange(n) / n)
    assert np.isclose(np.dot(c23.transformed(n, f, t, f), powers), np.fft.fft(values)[f])
    assert np.isclose(np.dot(c23.transformed(n, f, t, f + 1), powers), np.fft.fft(values)[(f + 1) % n])


def test_the_frequency_of_half_the_modulus_counts_once() -> None:
    assert c23.is_restored(6, 3, 0, 12)
    assert not c23.is_restored(6, 3, 0, 6)


@given(st.integers(2, 40), st.data())
def test_errors_of_rounding_are_at_most_half_a_step(n: int, data: st.DataObject) -> None:
    f = data.draw(st.integers(1, n - 1))
    t = data.draw(st.fractions(0, n, max_denominator=50))
    g = gcd(f, n)
    assert abs(t - c24.rounded(g, t)) <= Fraction(g, 2)
    assert c24.is_reachable(n, f, c24.rounded(g, t))
    assert g == 1 or not c24.is_reachable(n, f, c24.rounded(g, t) + 1)


def test_rounding_moves_the_label() -> None:
    assert c24.pointed(3, 1, Fraction(3, 5)) == {1}
    assert c24.pointed(3, 1, Fraction(0)) == {0}
    assert c24.pointed(91, 35, Fraction(0)) == set(range(0, 91, 13))
    assert next(c24.other_labels()) == (3, 1, Fraction(3, 10))


@given(st.integers(3, 30), st.integers(1, 29))
def test_units_alone_keep_the_loss_and_move_spectra(n: int, u: int) -> None:
    unit = gcd(u, n) == 1
    assert c28.spectrum_is_moved(n, u) == unit
    if unit:
        assert c28.keeps_loss(n, u)
        h = np.random.default_rng(n).normal(size=n)
        moved = np.fft.fft(h[u * np.arange(n) % n])
        assert np.allclose(moved[u * np.arange(n) % n], np.fft.fft(h))


def test_loss_by_loops() -> None:
    U, V, W = np.random.default_rng(3).integers(-3, 4, (3, 2, 3))
    total = 0
    for a in range(3):
        for b in range(3):
            for c in range(3):
                logit = sum(int(U[i, a] + V[i, b]) ** 2 * int(W[i, c]) for i in range(2))
                total += (logit - ((a + b) % 3 == c)) ** 2
    assert c28.loss(U, V, W) == total


def test_orbits_are_classes_of_the_common_factor() -> None:
    assert c28.orbit(91, 13) == {13, 26, 39}
    assert {22, 44, 3} <= c28.orbit(91, 22)
    assert 7 not in c28.orbit(91, 22)
    assert c28.orbit(12, 3) == {3}


def test_cosets_of_the_circle() -> None:
    groups = c30.groups_of_points(91, 35)
    assert c30.sums_are(91, 13, groups)
    assert not c30.sums_are(91, 7, groups)
    assert not c30.sums_are(91, 13, c30.groups_of_points(91, 25))
    assert [c30.period(91, f) for f in (35, 26, 8)] == [13, 7, 91]
    assert (c30.mirrored(91, 7), c30.mirrored(8, 4), c30.mirrored(8, 3)) == (84, None, 5)


def test_half_wave_has_the_harmonics_one_two_four() -> None:
    assert c35.remapped(89, (27, 35, 19)) == (1, 2, 4)
    assert c35.remapped(89, (27, 36, 19)) != (1, 2, 4)
    assert c35.agreeing_phases(89, (27, 35, 19), 20) == 20
    assert c35.agreeing_phases(89, (27, 19, 35), 20) == 0
    assert c35.agreeing_phases(91, (27, 35, 19), 20) == 0
    assert c35.strongest(89, 1, 0.1, 4)[:3] == [1, 2, 4]


@pytest.mark.parametrize(
    ("module", "id", "name", "changed"),
    [
        (c23, "C23", "is_restored", lambda n, f, t, divisor: True),
        (c23, "C23", "cosine", lambda n, f, t, k: [1] + [0] * (n - 1)),
        (c24, "C24", "rounded", lambda g, t: g * int(t / g)),
        (c24, "C24", "STEPS", 7),
        (c24, "C24", "is_reachable", lambda n, f, t: True),
        (c28, "C28", "keeps_loss", lambda n, u, of_labels=True: True),
        (c28, "C28", "orbit", lambda n, f: set(range(1, n // 2 + 1))),
        (c28, "C29", "orbit", lambda n, f: {f}),
        (c30, "C30", "gcd", lambda a, b: 13),
        (c30, "C31", "period", lambda n, f: 91),
        (c30, "C32", "mirrored", lambda n, f: 90 - f),
        (c35, "C35", "NAMED", (27, 36, 19)),
        (c35, "C35", "NAMED", (27, 19, 35)),
    ],
)
def test_a_wrong_step_refutes(
    module: ModuleType, id: str, name: str, changed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, changed)
    found = load()[id].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})
