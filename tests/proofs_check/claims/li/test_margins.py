"""Claims of Li et al. on margins, condition 3.8 and width: verdicts, and each with a constant changed is refuted."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import cos, isclose, pi
from types import ModuleType

import numpy as np
import pytest

from margin.addition.maximum import maximum_margin
from margin.tasks import ModularAddition
from proofs_check.claims.li.margins import b24_margin as b24
from proofs_check.claims.li.margins import b25_equivalence as b25
from proofs_check.claims.li.margins import b26_necessary as b26
from proofs_check.claims.li.margins import b29_complexity as b29
from proofs_check.claims.shared.single_neuron import printed
from proofs_check.register.registry import load
from tests.helpers import oracles
from tests.proofs_check.claims.verdicts import judged

VERDICTS = {
    "holds with a correction": "B24 B25",
    "fails": "B26 B29",
    "mixed": "B27",
    "not reproduced": "B28",
}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    judged(id, verdict)


@pytest.mark.parametrize(("p", "k"), [(3, 1), (3, 2), (7, 3), (5, 6)])
def test_margin_has_its_constants(p: int, k: int) -> None:
    assert b24.is_maximum(p, k)
    assert not b24.is_maximum(p, k, numerator=3)
    assert not b24.is_maximum(p, k, numerator=1)
    assert not b24.is_maximum(p, k, spread=1)
    assert not b24.is_maximum(p, k, spread=3)
    assert isclose(float(printed(p, k)), oracles.published_margin(p, k))


def test_printed_margin_is_too_small_at_two() -> None:
    assert not b24.is_maximum(2, 2)
    assert maximum_margin(ModularAddition(2, 2)).exact > printed(2, 2)


def floats(p: int, phases: list[tuple[int, ...]], turn: int) -> list[list[float]]:
    """Gaps of the mean neuron from cosines, phases in parts of a turn, in units of 2^-(k+1)."""
    table = []
    for inputs in product(range(p), repeat=len(phases[0])):
        logits = [
            np.mean(
                [
                    sum(2 * cos(2 * pi * (a / p + s / turn)) for a, s in zip(inputs, t, strict=True)) ** len(t)
                    * 2 * cos(2 * pi * (c / p + sum(t) / turn))
                    for t in phases
                ]
            )
            for c in range(p)
        ]  # fmt: skip
        right = sum(inputs) % p
        table.append([float(logits[right] - logits[c]) for c in range(p) if c != right])
    return table


@pytest.mark.parametrize(("p", "turn", "phases"), [(2, 2, [(0, 0)]), (3, 6, [(0, 0), (1, 3)]), (3, 6, list(b25.SIX))])
def test_gaps_are_those_of_cosines(p: int, turn: int, phases: list[tuple[int, ...]]) -> None:
    assert np.allclose(np.array(b25.gaps(p, phases), float), floats(p, phases, turn))


def test_each_condition_alone_is_not_enough() -> None:
    tied_alone = b25.gaps(3, [(0, 0), (2, 2), (4, 4)])
    both = b25.gaps(3, b25.SIX)
    neither = b25.gaps(3, [(0, 0)])
    assert (b25.tied(tied_alone), b25.level(tied_alone)) == (True, False)
    assert (b25.tied(both), b25.level(both)) == (True, True)
    assert (b25.tied(neither), b25.level(neither)) == (False, False)
    assert b25.weighted(tied_alone) == b25.weighted(both) == b25.weighted(neither) == b25.margin(both) == 6
    assert b25.margin(tied_alone) == Fraction(6, 2)
    assert b25.margin(neither) < 0


@pytest.mark.parametrize(
    ("module", "id", "name", "changed"),
    [
        (b25, "B25", "tied", lambda table: True),
        (b25, "B25", "level", lambda table: True),
        (b25, "B25", "margin", lambda table: max(map(max, table))),
        (b25, "B25", "SIX", b25.SIX[:5]),
        (b24, "B24", "is_maximum", lambda p, k: True),
        (b26, "B26", "fewer", lambda p, k: None),
        (b26, "B26", "fewer", lambda p, k: 3 * (p - 1)),
        (b26, "B26", "rank_of_max_margin", lambda p: p),
        (b26, "B26", "printed_width", lambda p, k: 3 ** (2 * k - 2) * (p - 1)),
        (b29, "B29", "FIGURE", {2: 97, 3: 31, 4: 11, 5: 7}),
        (b29, "B29", "FIGURE", {2: 89, 3: 31, 4: 11, 5: 5}),
        (b29, "B29", "enough", lambda p, k: 288),
    ],
)
def test_a_wrong_step_refutes(
    module: ModuleType, id: str, name: str, changed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, changed)
    found = load()[id].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})


def test_smaller_networks_and_ranks() -> None:
    assert (b26.printed_width(3, 2), b26.fewer(3, 2)) == (8, 6)
    assert b26.fewer(3, 1) is None
    assert (b29.printed_width(31, 3), b29.enough(31, 3)) == (480, 240)
    assert [b26.rank_of_max_margin(p) for p in (2, 3, 5)] == [1, 2, 4]
    matrix = 7 * np.eye(7) - 1
    assert np.linalg.matrix_rank(matrix) == b26.rank_of_max_margin(7)
