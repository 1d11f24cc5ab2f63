"""Assertions on finite groups: their tables, matrices, programs. tests/test_group_assertions.py shows each can fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from margin.composition.program import GroupMargin
from margin.finite_groups.characters import CharacterTable
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.matrices import right_units
from margin.finite_groups.real_irreps import RealIrrep
from tests.helpers.group_oracles import Cyclotomic, Reference, cyclotomic, parse_gap
from tests.helpers.program_oracles import SLACK, FloatProgram, minimum

Array = NDArray[np.float64]
Row = tuple[Cyclotomic, ...]


def exact_rows(table: CharacterTable, classes: Sequence[int], conductor: int | None = None) -> list[Row]:
    """Rows at these classes as cyclotomic integers."""
    conductor = conductor or table.group.exponent
    blocks = [table.multiplicities[c].tolist() for c in classes]
    return [tuple(cyclotomic(block[i], conductor) for block in blocks) for i in range(len(table))]


def assert_character_table(reference: Reference) -> None:
    """The group's table is the reference's, up to the order of classes and of characters."""
    built = FiniteGroup.from_generators(reference.generators, reference.name)
    table = character_table(built)
    assert built.order == reference.order
    classes = [int(built.class_of[built.index(g)]) for g in reference.class_representatives]
    assert sorted(classes) == list(range(len(table.group.class_sizes)))
    assert [int(built.class_sizes[c]) for c in classes] == reference.class_sizes
    assert built.exponent == reference.conductor
    found = Counter(zip(exact_rows(table, classes), table.indicators.tolist(), strict=True))
    rows = [tuple(parse_gap(value, reference.conductor) for value in row) for row in reference.characters]
    assert found == Counter(zip(rows, reference.indicators, strict=True))
    assert max(found.values()) == 1


def assert_representations(g: FiniteGroup, irreps: Sequence[RealIrrep], matrices: Sequence[Array]) -> None:
    """Orthogonal irreducible matrices of all irreps, in normal form: by products over all pairs of elements."""
    table, n = g.table(), g.order
    assert sum(irrep.dimension**2 // irrep.commutant for irrep in irreps) == n
    for irrep, rho in zip(irreps, matrices, strict=True):
        delta = irrep.dimension
        assert rho.shape == (n, delta, delta)
        for x in range(n):
            assert np.abs(rho[x] @ rho - rho[table[x]]).max() <= 1e-12
        assert np.abs(rho @ rho.transpose(0, 2, 1) - np.eye(delta)).max() <= 1e-12
        traces = np.trace(rho, axis1=1, axis2=2)
        assert np.abs(traces - irrep.character[g.class_of]).max() <= 1e-12
        assert (traces**2).mean() == pytest.approx(irrep.commutant, abs=1e-9)  # irreducible of that type
        for unit in np.kron(np.eye(delta // irrep.commutant), right_units(irrep.commutant)):
            assert np.abs(unit @ rho - rho @ unit).max() <= 1e-12


def masses(margin: GroupMargin) -> list[float]:
    return [float(irrep.mass) for irrep in margin.blocks]


def assert_optimal(margin: GroupMargin, oracle: FloatProgram) -> float:
    """Value, and both sides feasible; returns V."""
    value = oracle.value()
    assert float(margin.exact) == pytest.approx(oracle.scale / value, rel=1e-9)
    assert float(margin.all_irreps) == pytest.approx(oracle.all_irreps, rel=1e-12)
    lam, each = np.array(masses(margin)), np.array([float(c.each) for c in margin.class_weights])
    sizes = np.array([c.count for c in margin.class_weights])
    assert lam.sum() == pytest.approx(1, rel=1e-12)
    assert each @ sizes == pytest.approx(1, rel=1e-12)
    assert sizes.sum() == oracle.order - 1
    assert min(lam.min(), each.min()) >= 0
    assert (oracle.A @ (lam * value / oracle.w)).min() > 1 - 1e-9
    assert (oracle.A.T @ (each * sizes * value) / oracle.w).max() < 1 + 1e-9
    assert [float(i.neuron_value) for i in margin.blocks] == pytest.approx(oracle.scale / oracle.w, rel=1e-12)
    return value


def assert_ranges(margin: GroupMargin, oracle: FloatProgram, value: float) -> None:
    """Ends of all masses, their use, and the least optimum."""
    for r, irrep in enumerate(margin.blocks):
        low, high = oracle.mass_range(r, value)
        assert [float(end) for end in irrep.mass_range] == pytest.approx([low, high], abs=1e-5)
        assert irrep.used == ("always" if low > 1e-5 else "optional" if high > 1e-5 else "never")
        assert irrep.mass_range[0].sign() in (0, 1)
    fixed = dict[int, float]()
    for r, mass in enumerate(masses(margin)):
        unit = np.eye(len(oracle.w))[r]
        assert oracle.minimum(unit, value, fixed) * oracle.w[r] / value == pytest.approx(mass, abs=1e-5)
        fixed[r] = mass


def assert_least_class_weights(margin: GroupMargin, oracle: FloatProgram, value: float) -> None:
    """The class weights are the first of the optima in lexicographic order."""
    classes = len(oracle.A)
    y = np.array([float(c.each) * c.count * value for c in margin.class_weights])
    limits = [(0.0, np.inf)] * classes
    for c in range(classes):
        rows = np.concatenate([oracle.A.T, -np.ones((1, classes))])
        bounds = np.append(oracle.w * (1 + SLACK), -value * (1 - SLACK))
        assert minimum(np.eye(classes)[c], rows, bounds, limits) == pytest.approx(y[c], abs=1e-5 * value)
        limits[c] = (max(0.0, y[c] - SLACK), y[c] + SLACK)


def by_kind(margin: GroupMargin) -> dict[tuple[int, str, int, str], int]:
    """How many representations of each dimension and type with each mass."""
    found: dict[tuple[int, str, int, str], int] = {}
    for i in margin.blocks:
        key = (i.dimension, i.type, i.commutant, str(i.mass))
        found[key] = found.get(key, 0) + i.count
    return found


def weights(margin: GroupMargin) -> dict[str, int]:
    """How many wrong labels have each weight."""
    found: dict[str, int] = {}
    for c in margin.class_weights:
        found[str(c.each)] = found.get(str(c.each), 0) + c.count
    return found


def assert_same_prediction(a: GroupMargin, b: GroupMargin) -> None:
    assert (a.task.n, a.task.k) == (b.task.n, b.task.k)
    assert str(a.exact) == str(b.exact)
    assert str(a.all_irreps) == str(b.all_irreps)
    assert by_kind(a) == by_kind(b)
    assert weights(a) == weights(b)
    for margin in (a, b):
        assert all(i.used == "always" and str(i.mass_range[0]) == str(i.mass_range[1]) for i in margin.blocks)
