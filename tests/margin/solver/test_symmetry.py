"""Symmetries of a data set: orbits against an enumeration, margins as without them, data that lack them."""

from __future__ import annotations

import json
from itertools import permutations, product
from math import gcd
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.networks.activations import Absolute, Power
from margin.networks.network import Network
from margin.solver import DataSet, from_table, from_task, generation, solve
from margin.solver.generation import FEWEST_STARTS, STARTS
from margin.solver.neurons import Margins, neuron_margins
from margin.solver.symmetry import KINDS, MOST_IMAGES, different, symmetry
from margin.tasks import GroupComposition, ModularAddition, SharedEmbedding, SparseParity
from margin.theory import maximum_margin
from tests.helpers.assertions import assert_solved
from tests.helpers.command_line import call

Row = tuple[tuple[int, ...], int]  # inputs and a wrong label


def orbits_by_hand(n: int, k: int, kinds: tuple[str, ...]) -> list[set[Row]]:
    """Orbits of (inputs, wrong label) under every product of the symmetries named, by enumeration."""
    shifts = list(product(range(n), repeat=k)) if "shifts" in kinds else [(0,) * k]
    orders = list(permutations(range(k))) if "swap" in kinds else [tuple(range(k))]
    units = [v for v in range(1, n) if gcd(v, n) == 1] if "units" in kinds else [1]
    left = {(a, c) for a in product(range(n), repeat=k) for c in range(n) if c != sum(a) % n}
    found = []
    while left:
        a, c = min(left)
        images = {
            (tuple((v * a[p[j]] + s[j]) % n for j in range(k)), (v * c + sum(s)) % n)
            for s in shifts
            for p in orders
            for v in units
        }
        found.append(images)
        left -= images
    return found


def rows(data: DataSet, n: int, k: int) -> list[Row]:
    """The rows in the solver's order."""
    inputs = data.features.reshape(len(data), k, n).argmax(axis=2)
    return [(tuple(map(int, a)), c) for a, y in zip(inputs, data.labels, strict=True) for c in range(n) if c != int(y)]


@pytest.mark.parametrize("kinds", [("shifts",), ("swap",), ("units",), ("shifts", "units"), KINDS])
@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (3, 1), (2, 3), (3, 3), (4, 3)])
def test_orbits_are_those_of_the_group(n: int, k: int, kinds: tuple[str, ...]) -> None:
    data = from_task(ModularAddition(n, k))
    found = symmetry(data, kinds)
    named = rows(data, n, k)
    orbits = [{named[i] for i in np.flatnonzero(found.orbit == j)} for j in range(len(found.sizes))]
    by_hand = orbits_by_hand(n, k, kinds)
    assert len(orbits) == len(by_hand)
    assert all(orbit in by_hand for orbit in orbits)
    assert found.order % max(found.sizes) == 0  # an orbit is as large as the group over a stabiliser


def test_a_shared_embedding_has_the_orbits_of_multisets() -> None:
    data = from_task(SharedEmbedding(5, 2))
    assert data.features.shape == (15, 5)
    assert (data.features.sum(axis=1) == 2).all()
    found = symmetry(data, KINDS)
    assert found.order == 20
    # equal inputs with any wrong label; inputs 2d apart with the wrong labels +-d off (twice one of them), or +-2d
    assert sorted(found.sizes.tolist()) == [20, 20, 20]


@given(st.sampled_from([(3, 2), (4, 2), (5, 2), (3, 3), (2, 3)]), st.booleans(), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_the_mean_over_an_orbit_is_the_margin_of_all_images(size: tuple[int, int], shared: bool, seed: int) -> None:
    data = from_task((SharedEmbedding if shared else ModularAddition)(*size))
    found, generator = symmetry(data, KINDS), np.random.default_rng(seed)
    U, W = generator.standard_normal((data.features.shape[1], 2)), generator.standard_normal((2, data.classes))
    length = np.sqrt((U**2).sum(axis=0) + (W**2).sum(axis=1))
    U, W, masses = U / length, W / length[:, None], np.array([0.3, 0.7])
    M = Margins(data, U, W, symmetry=found)
    allU, allW, shares = found.images(U, W, masses)
    assert shares.sum() == pytest.approx(1)
    whole = neuron_margins(data, allU, allW) @ shares
    assert whole == pytest.approx((M @ masses)[found.orbit], abs=1e-12)
    weights = generator.dirichlet(np.ones(len(found.sizes)))
    assert M.worth(weights) == pytest.approx(found.spread(weights) @ neuron_margins(data, U, W), abs=1e-12)
    assert M[np.array([0])] == pytest.approx(M.array()[:1])
    large = Margins(data, U, W, symmetry=found)
    large.dense = None  # as where the matrix does not fit
    chosen = np.arange(len(found.sizes))[::2]
    assert large @ masses == pytest.approx(M @ masses, abs=1e-12)
    assert large.worth(weights) == pytest.approx(M.worth(weights), abs=1e-12)
    assert large[chosen] == pytest.approx(M[chosen], abs=1e-12)
    assert large.array() == pytest.approx(M.array(), abs=1e-12)


@pytest.mark.parametrize(("n", "k"), [*((n, 2) for n in range(2, 8)), (9, 2), (12, 2), (2, 3), (3, 3), (4, 3), (5, 3)])
def test_the_margin_is_that_of_the_theory(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    found = solve(from_task(task), symmetries=KINDS)
    assert_solved(found, float(maximum_margin(task)))
    assert found.stats["orbits"] < len(from_task(task)) * (n - 1) or n == 2
    assert found.dual.sum() == pytest.approx(1)


@pytest.mark.parametrize(("n", "k"), [(3, 2), (4, 2), (5, 2), (6, 2), (7, 2), (8, 2), (9, 2), (11, 2), (3, 3), (5, 3)])
def test_the_margin_of_a_shared_embedding_is_in_its_enclosure(n: int, k: int) -> None:
    known = maximum_margin(SharedEmbedding(n, k))
    found = solve(from_task(SharedEmbedding(n, k)), symmetries=KINDS)
    assert found.converged
    assert float(known.low) * (1 - 1e-6) < found.value < float(known.high) * (1 + 1e-9)


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 2), (6, 2), (3, 3)])
@pytest.mark.parametrize("kinds", [(), ("shifts",), ("swap", "units")])
def test_the_same_with_fewer_symmetries_or_none(n: int, k: int, kinds: tuple[str, ...]) -> None:
    data = from_task(ModularAddition(n, k), Power(k + 1))
    assert solve(data, symmetries=kinds).value == pytest.approx(solve(data, symmetries=KINDS).value, rel=2e-6)


def test_a_piecewise_linear_activation() -> None:
    data = from_task(ModularAddition(5, 2), Absolute())
    assert solve(data, symmetries=KINDS).value == pytest.approx(solve(data).value, rel=2e-6)


def test_a_row_missing_leaves_shifts_of_the_other_input_and_units() -> None:
    table = np.add.outer(np.arange(5), np.arange(5)) % 5
    table[0] = -1
    data = from_table(table)
    found = solve(data, symmetries=("shift2", "units"))
    assert found.value == pytest.approx(solve(data).value, rel=2e-6)
    assert found.stats["orbits"] == 4  # the wrong label's distance over a
    for kind in ("shifts", "shift1", "swap"):
        with pytest.raises(ValueError, match=f"symmetry {kind}: not one of table: input"):
            symmetry(data, (kind,))


def test_the_network_has_every_image() -> None:
    data = from_task(ModularAddition(6, 2))
    found = solve(data, symmetries=KINDS)
    margins = Network(data, found.network.U, found.network.W).normalised_margin()
    assert margins == pytest.approx(found.value, rel=1e-9)
    assert symmetry(data, KINDS).order % found.network.width == 0 or found.network.width > 72


@pytest.mark.parametrize(
    ("data", "kinds", "words"),
    [
        (from_task(ModularAddition(5, 2)).part(0.9), ("shifts",), "which is not there"),
        (from_task(ModularAddition(5, 2)).part(0.9), ("units",), "not one of"),
        (from_task(ModularAddition(5, 2)).with_noise(0.1), KINDS, "but has label"),
        (from_task(GroupComposition("S3", 2)), ("shifts",), "not one of"),
        (from_task(GroupComposition("S3", 2)), ("swap",), "but has label"),
        (from_task(SparseParity(4, 2)), ("swap",), "expected inputs that are symbols"),
        (from_table(np.tile(np.arange(3), (2, 1))), ("swap",), "expected inputs that are symbols"),
        (from_task(ModularAddition(5, 2)), ("shifts", "turns"), "'turns', expected some of shifts, swap, units"),
        (from_task(ModularAddition(5, 2)), (), "of no name"),
        (from_task(ModularAddition(5, 2)), ("shift3",), "expected an input from 1 to 2"),
        (from_task(SharedEmbedding(5, 2)), ("shift1",), "expected an input from 1 to 1"),
        (from_task(ModularAddition(101, 2)), KINDS, f"at most {MOST_IMAGES}"),
    ],
)
def test_data_that_lack_the_symmetry_are_refused(data: DataSet, kinds: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        symmetry(data, kinds)
    assert "\n" not in str(refusal.value)


def test_command_with_symmetries() -> None:
    answer = call("--p", "6", "--k", "2", "--symmetry", "units,shifts,swap", "--json", module="margin.solve")
    found = json.loads(answer.out)
    assert (answer.code, found["stats"]["orbits"], found["stats"]["symmetries"]) == (0, 3, 144)
    assert found["lower_bound"] == pytest.approx(float(maximum_margin(ModularAddition(6, 2))), rel=1e-6)
    text = call("--p", "3", "--k", "2", "--shared", "--symmetry", "shifts", module="margin.solve").out
    assert "symmetry        3 permutations; 12 rows in 4 orbits" in text
    assert "0.1523732" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--p", "5", "--k", "2", "--share", "0.8", "--symmetry", "units"),
            "not one of addition of 2 inputs mod 5, 20",
        ),
        (("--p", "5", "--k", "2", "--symmetry", "turns"), "--symmetry turns: symmetry 'turns', expected some of"),
        (("--p", "5", "--k", "2", "--symmetry", ""), "of no name"),
        (("--p", "5", "--k", "2", "--symmetry", "shifts,,units"), "--symmetry shifts,,units: symmetry '', expected"),
        (("--group", "S3", "--k", "2", "--shared"), "--shared without --p"),
        (("--p", "5", "--k", "2", "--shared", "--certificate", "c.json"), "a certificate format exists only for"),
    ],
)
def test_command_refuses(arguments: tuple[str, ...], words: str) -> None:
    answer = call(*arguments, module="margin.solve")
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("kinds", "starts"), [((), STARTS), (("swap",), STARTS // 2), (KINDS, FEWEST_STARTS), (("shift2",), 40)]
)
def test_starts_stand_for_their_images(kinds: tuple[str, ...], starts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default; a number that is given is taken as it is."""
    asked: list[int] = []

    def stopped(*arguments: object) -> None:
        asked.append(arguments[3])  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(generation, "Run", stopped)
    data = from_task(ModularAddition(5, 2))
    for number in (None, 7):
        with pytest.raises(KeyboardInterrupt):
            solve(data, starts=number, symmetries=kinds)
    assert asked == [starts, 7]


@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 4))
def test_different_rows_are_those_of_numpy(seed: int, count: int, width: int) -> None:
    rows = np.random.default_rng(seed).integers(-2, 2, (count, width))
    first, counts = different(rows)
    expected, places, numbers = np.unique(rows, axis=0, return_index=True, return_counts=True)
    assert (np.diff(first) > 0).all()
    assert dict(zip(map(tuple, rows[first]), counts, strict=True)) == dict(
        zip(map(tuple, expected), numbers, strict=True)
    )
    assert set(first) == set(places)


def test_rows_of_one_sum_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """All sums are 0 here, so that only a look at the rows can tell."""
    keys = mock.Mock()
    keys.integers.return_value = np.zeros(2, dtype=np.int64)
    monkeypatch.setattr("margin.solver.symmetry.np.random.default_rng", lambda seed: keys)
    first, counts = different(np.array([[1, 2], [3, 4], [1, 2], [0, 0]]))
    assert first.tolist() == [0, 1, 3]
    assert counts.tolist() == [2, 1, 1]
