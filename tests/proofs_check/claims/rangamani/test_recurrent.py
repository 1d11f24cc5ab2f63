"""Claims of Rangamani: verdicts, and each claim with a constant changed is refuted."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.claims.rangamani import d08_counts as d08
from proofs_check.claims.rangamani import d10_aliases as d10
from proofs_check.claims.rangamani import d11_singular_vectors as d11
from proofs_check.claims.rangamani import d13_ablation as d13
from proofs_check.register.registry import load
from tests.proofs_check.claims.verdicts import judged, listed

VERDICTS = {
    "holds": "D8 D13",
    "holds with a correction": "D9 D10 D12 D14",
    "fails": "D15",
    "mixed": "D2 D3 D4 D5 D6 D11",
    "not reproduced": "D1 D7",
}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    judged(id, verdict)


def test_every_claim_is_here() -> None:
    assert {id for ids in VERDICTS.values() for id in ids.split()} == {id for id in load() if id.startswith("D")}
    assert listed("D") < set(load())


def test_chance_and_which_sets_can_have_it() -> None:
    assert d08.constant_accuracy(113) == Fraction(1, 113)
    assert d08.rounds_to(Fraction(1, 113), "0.885")
    assert not d08.rounds_to(Fraction(1, 113), "0.884")
    assert not d08.rounds_to(Fraction(1, 112), "0.885")
    assert d08.reachable(12769, "0.885") == [113]
    assert d08.reachable(8938, "0.884") == [79]
    assert d08.reachable(8938, "0.885") == []


def test_aliases_are_the_same_wave() -> None:
    x = np.arange(113)
    assert np.allclose(np.cos(2 * np.pi * 70 * x / 113), np.cos(2 * np.pi * 43 * x / 113))
    assert np.allclose(np.sin(2 * np.pi * 70 * x / 113), -np.sin(2 * np.pi * 43 * x / 113))
    assert d10.aliases(113, 70) == [43]
    assert not d10.same_wave(113, 70, 43, 1)
    assert d10.same_wave(113, 70, 43, -1)
    assert d10.harmonics(9, 3) == {3}


def test_a_unit_vector_has_the_printed_power_at_most() -> None:
    assert d11.power(list(d11.PRINTED.values())) == Fraction(8325, 10000)
    assert d11.power([Fraction(1), Fraction(1, 2)]) > 1


@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.integers(1, 7))
def test_squares_have_the_greater_share(values: list[int], rank: int) -> None:
    rank = min(rank, len(values) - 1)
    assert d11.share(values, rank, 1) <= d11.share(values, rank, 2)
    assert d11.share(values, len(values), 1) == 1


def test_falling_columns() -> None:
    assert d13.falls(d13.SEVERAL)
    assert not d13.falls(d13.SEVERAL, strictly=True)
    assert not d13.falls((*d13.SEVERAL, "1"))
    assert d13.wrong("99.4", 8938) == 54


@pytest.mark.parametrize(
    ("module", "id", "name", "changed"),
    [
        (d08, "D8", "constant_accuracy", lambda p: Fraction(1, p - 1)),
        (d08, "D8", "rounds_to", lambda value, percent: True),
        (d08, "D9", "reachable", lambda size, percent: [1]),
        (d08, "D9", "reachable", lambda size, percent: []),
        (d10, "D10", "aliases", lambda p, k: [k]),
        (d10, "D10", "harmonics", lambda p, k: {k}),
        (d11, "D11", "PRINTED", dict(d11.PRINTED, **{"29 cosine": Fraction("0.7")})),
        (d11, "D12", "share", lambda values, rank, exponent: Fraction(rank, len(values))),
        (d13, "D13", "SEVERAL", ("100", "100", "87.3", "88.3", "6.2", "0.885")),
        (d13, "D13", "SEVERAL", ("100", "100", "87.3", "28.3", "6.2", "0.886")),
        (d13, "D13", "SEVERAL", ("100", "99.9", "87.3", "28.3", "6.2", "0.885")),
        (d13, "D14", "SINGLE", ("100", "99.9", "100", "99.5", "100", "99.8")),
        (d13, "D15", "not_always_used", lambda name, k: []),
        (d13, "D15", "not_always_used", lambda name, k: [1]),
    ],
)
def test_a_wrong_step_refutes(
    module: ModuleType, id: str, name: str, changed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, changed)
    found = load()[id].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})
