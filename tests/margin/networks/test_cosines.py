"""Networks in exact form: what they are made of, their margins, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from margin import CosineNetwork, ExactNetwork, ModularAddition, Network, Surd, construct, maximum_margin
from margin.addition.construction import rotation_phases, sign_phases
from margin.networks.cosine_blocks import Block, Neuron
from margin.networks.phases import PhaseList, PhaseSet
from tests.helpers import oracles

TASK = ModularAddition(6, 2)
ROTATION, SIGN = rotation_phases(2, "minimal"), sign_phases(2)


def network(*blocks: tuple[range, int | Fraction, PhaseSet], task: ModularAddition = TASK) -> CosineNetwork:
    return CosineNetwork(task, tuple(Block(zs, Surd(mass), phases) for zs, mass, phases in blocks))


@pytest.mark.parametrize("zs", [range(2), range(1, 5), range(2, 2), range(2, 1), range(1, 3, 2), range(-1, 2)])
def test_frequencies_out_of_range_are_refused(zs: range) -> None:
    with pytest.raises(ValueError) as refusal:
        network((zs, 1, ROTATION))
    assert str(refusal.value) == f"CosineNetwork: frequencies {zs}, expected a range inside 1..3"


def test_half_of_n_needs_a_block_of_its_own() -> None:
    assert network((range(1, 3), 1, ROTATION), (range(3, 4), 1, SIGN)).width == 14
    with pytest.raises(ValueError, match="the frequency 3 = n/2 needs a block of its own"):
        network((range(2, 4), 1, ROTATION))
    assert network((range(2, 4), 1, ROTATION), task=ModularAddition(7, 2)).width == 12


@pytest.mark.parametrize("mass", [0, -1, Fraction(-1, 3)])
def test_masses_must_be_positive(mass: Fraction) -> None:
    with pytest.raises(ValueError, match=f"CosineNetwork: mass {mass}, expected a positive number"):
        network((range(1, 3), mass, ROTATION))


def test_irrational_masses_are_judged_by_their_sign() -> None:
    small = Surd.sqrt(2) - Fraction(141421356, 10**8)
    assert CosineNetwork(TASK, (Block(range(1, 3), small, ROTATION),)).mass == 2 * small
    with pytest.raises(ValueError, match="expected a positive number"):
        CosineNetwork(TASK, (Block(range(1, 3), -small, ROTATION),))


def test_phases_for_another_k_are_refused() -> None:
    with pytest.raises(ValueError, match="phases for k = 3, the task has k = 2"):
        network((range(1, 3), 1, rotation_phases(3, "minimal")))
    assert network((range(1, 3), 1, rotation_phases(2, "paper"))).width == 16


@pytest.mark.parametrize("name", ["best", "Minimal", "", "slow"])
def test_unknown_constructions_are_refused(name: str) -> None:
    for attempt in (lambda: construct(TASK, name), lambda: rotation_phases(2, name)):
        with pytest.raises(ValueError, match=f"construction '{name}', expected one of minimal, paper"):
            attempt()
    assert construct(TASK, "paper") != construct(TASK, "minimal") == construct(TASK)


@pytest.mark.parametrize("task", [(6, 2), 6, None, "6", construct(TASK)])
def test_margins_of_what_is_no_task_are_refused(task: Any) -> None:
    with pytest.raises(TypeError, match=r"maximum_margin: got .*, expected a task such as ModularAddition\(23, 3\)"):
        maximum_margin(task)


def test_the_two_forms_of_a_network() -> None:
    assert isinstance(construct(TASK), CosineNetwork)
    assert isinstance(construct(TASK).numeric(), Network)
    assert construct(TASK).numeric().task == TASK
    assert ExactNetwork is CosineNetwork  # its name until now


@pytest.mark.parametrize(("n", "k"), [(2, 1), (5, 2), (6, 2), (6, 3)])
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_neurons_are_the_blocks_written_out(n: int, k: int, construction: str) -> None:
    built = construct(ModularAddition(n, k), construction)
    listed = list(built.neurons())
    assert len(listed) == built.width == sum(block.width for block in built.blocks)
    assert sum((neuron.mass for neuron in listed), Surd()) == built.mass == built.norm() == 1
    assert len(set(listed)) == len(listed)
    assert all(isinstance(neuron, Neuron) and len(neuron.phases) == k for neuron in listed)
    assert all(0 <= p < 1 for neuron in listed for p in (*neuron.phases, neuron.output_phase))
    assert sorted({neuron.frequency for neuron in listed}) == list(range(1, n // 2 + 1))


PHASES = tuple((a, (a + s) % 6, (2 * a + s) % 6) for a in range(3) for s in (0, 3))
LISTED = PhaseList(2, 6, PHASES, (Fraction(1, 6),) * 6)
SINGLE = PhaseList(2, 1, ((0, 0, 0),), (Fraction(1),))
NETWORKS = {
    "one mass, no sign": network((range(1, 3), 1, ROTATION)),
    "sign alone": network((range(3, 4), 1, SIGN)),
    "any ratio of masses": network((range(1, 3), 2, ROTATION), (range(3, 4), 5, SIGN)),
    "blocks apart": network((range(1, 2), 2, ROTATION), (range(2, 3), 2, ROTATION), (range(3, 4), 5, SIGN)),
    "two kinds of sets": network((range(1, 2), 2, ROTATION), (range(2, 3), 2, rotation_phases(2, "paper"))),
    "a list of phases": network((range(1, 3), 1, LISTED), (range(3, 4), 1, SIGN)),
}
BY_FORCE = {
    "unequal masses": network((range(1, 2), 1, ROTATION), (range(2, 3), 2, ROTATION)),
    "a frequency missing": network((range(1, 2), 1, ROTATION), (range(3, 4), 1, SIGN)),
    "two sets at one frequency": network((range(1, 3), 1, ROTATION), (range(1, 3), 1, rotation_phases(2, "paper"))),
    "overlapping ranges": network((range(1, 3), 1, ROTATION), (range(2, 3), 1, ROTATION)),
    "unwanted terms": network((range(1, 3), 1, SINGLE)),
    "sign phases at rotations": network((range(1, 3), 1, SIGN)),
}


@pytest.mark.parametrize("name", [*NETWORKS, *BY_FORCE])
def test_margins_agree_with_brute_force(name: str) -> None:
    """Exact where the exponential sums decide, in floating point elsewhere, right everywhere."""
    built = (NETWORKS | BY_FORCE)[name]
    U, W = oracles.arrays(built)
    gaps = oracles.gaps(U, W)
    assert float(built.margin()) == pytest.approx(gaps.min(), rel=1e-9, abs=1e-15)
    assert float(built.normalised_margin()) == pytest.approx(oracles.normalised_margin(U, W), rel=1e-9, abs=1e-15)
    assert float(built.norm()) == pytest.approx(oracles.norm_power(U, W) ** (1 / 3), rel=1e-12)
    assert isinstance(built.margin(), Surd) == (name in NETWORKS)
    assert isinstance(built.normalised_margin(), Surd) == (name in NETWORKS)
    best = float(maximum_margin(TASK).exact)
    assert float(built.normalised_margin()) < best * (1 - 1e-3)


def test_phases_at_half_of_n_are_half_turns() -> None:
    """The cosine of frequency n/2 vanishes at a quarter turn: other phases are refused, or their norm is right."""
    try:
        built = network((range(1, 3), 1, ROTATION), (range(3, 4), 1, ROTATION))
    except ValueError:
        return
    assert float(built.norm()) == pytest.approx(oracles.norm_power(*oracles.arrays(built)) ** (1 / 3), rel=1e-12)


@pytest.mark.parametrize("name", NETWORKS)
def test_margins_by_parity_are_those_of_every_input(name: str) -> None:
    built = NETWORKS[name]
    margins = built.margin_by_parity()
    assert margins is not None
    differences = [(c - sum(a)) % 6 for a in product(range(6), repeat=2) for c in range(6) if c != sum(a) % 6]
    gaps = oracles.gaps(*oracles.arrays(built)).reshape(-1)
    expected = [float(margins["odd" if d % 2 else "even"]) for d in differences]
    assert gaps == pytest.approx(np.array(expected), rel=1e-9, abs=1e-12)
    assert built.margin() == min(margins.values())


def test_mixed_margins_need_the_right_masses() -> None:
    claim = maximum_margin(TASK)
    masses = [c.mass for c in claim.blocks]
    blocks = [(range(1, 3), masses[0], ROTATION), (range(3, 4), masses[1], SIGN)]
    built = CosineNetwork(TASK, tuple(Block(*block) for block in blocks))
    assert built == construct(TASK)
    assert built.margin_by_parity() == {"odd": claim.exact, "even": claim.exact}
    scaled = CosineNetwork(TASK, tuple(Block(zs, 7 * mass, phases) for zs, mass, phases in blocks))
    assert scaled.normalised_margin() == claim.exact
    assert scaled.margin() == 7 * claim.exact
    assert scaled.mass == 7
    assert scaled.norm() == pytest.approx(7 ** (1 / 3))


def test_a_network_without_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match="no blocks"):
        CosineNetwork(TASK, ())
