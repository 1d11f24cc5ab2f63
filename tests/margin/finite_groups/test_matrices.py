"""Representation matrices: homomorphism, orthogonality, characters, irreducibility and the commutant's normal form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from margin.finite_groups import matrices as module
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.matrices import representations, residual, right_units
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from tests.helpers.group_assertions import assert_representations
from tests.helpers.group_oracles import Reference, references

Array = NDArray[np.float64]
SAMPLE = ["C1", "C2", "C7", "C2^3", "S3", "D4", "Q8", "Dic3", "A4", "SL(2,3)", "S4", "C2xQ8", "A5"]
LARGE = ["C200", "D100", "Q128", "C2^7", "PSL(2,7)", "S5", "SL(2,5)", "Dic50", "Q8xQ8", "A4xA4", "C5^3"]
SEVEN_THREE = FiniteGroup.from_generators([[1, 2, 3, 4, 5, 6, 0], [0, 2, 4, 6, 1, 3, 5]], "C7:C3")


def check(g: FiniteGroup) -> None:
    """All claims of the docstring of `representations`."""
    irreps = real_irreps(character_table(g))
    assert_representations(g, irreps, representations(g, irreps))


@pytest.mark.parametrize("name", SAMPLE)
def test_sample(name: str) -> None:
    check(group(name))


def test_complex_type_of_degree_three() -> None:
    assert SEVEN_THREE.order == 21
    assert [rho.shape[1] for rho in representations(SEVEN_THREE)] == [1, 2, 6]
    check(SEVEN_THREE)


@pytest.mark.parametrize("reference", references(), ids=lambda reference: reference.name)
def test_every_group_of_the_data_file(reference: Reference) -> None:
    check(FiniteGroup.from_generators(reference.generators, reference.name))


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_groups(name: str) -> None:
    check(group(name))


def test_the_same_matrices_every_time_and_for_part_of_the_irreps() -> None:
    g = group("SL(2,3)")
    irreps = real_irreps(character_table(g))
    first, again = representations(g, irreps), representations(g)
    assert all(np.array_equal(x, y) for x, y in zip(first, again, strict=True))
    part = representations(g, [irreps[2]])
    assert len(part) == 1
    assert part[0].shape == first[2].shape


def test_right_units_multiply_as_units_do() -> None:
    _, i, j, k = right_units(4)
    one = np.eye(4)
    for unit in (i, j, k):
        assert np.array_equal(unit @ unit, -one)
    assert np.array_equal(j @ i, k)  # x -> (x i) j = x k
    assert np.array_equal(i @ j, -k)
    assert np.array_equal(right_units(2), [[[1, 0], [0, 1]], [[0, -1], [1, 0]]])
    with pytest.raises(ValueError, match="expected 1, 2 or 4"):
        right_units(3)


def test_residual_sees_each_kind_of_error() -> None:
    g = group("S3")
    irrep = real_irreps(character_table(g))[2]
    rho, values = representations(g, [irrep])[0], irrep.character[g.class_of]
    assert residual(rho, g.table(), values) <= 1e-12
    turned = rho.copy()
    turned[1] = -turned[1]
    assert residual(turned, g.table(), values) > 0.1
    assert residual(rho, g.table(), values + 1e-3) > 1e-4
    shear = np.array([[1, 1e-3], [0, 1]])
    assert residual(shear @ rho @ np.linalg.inv(shear), g.table(), values) > 1e-4  # a homomorphism, not orthogonal
    assert not residual(np.full_like(rho, np.nan), g.table(), values) <= 1


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="order 201, expected at most 200"):
        representations(group("C201"))
    g = group("S3")
    monkeypatch.setattr(module, "_commuting", lambda rho, commutant: rho * (1 + 1e-9))
    with pytest.raises(ArithmeticError, match="a representation of dimension 1 is off by"):
        representations(g)
    monkeypatch.undo()
    irreps = real_irreps(character_table(g))
    same: Any = type("", (), {"standard_normal": lambda self, size: np.zeros(size)})()
    monkeypatch.setattr(np.random, "default_rng", lambda seed: same)
    with pytest.raises(ArithmeticError, match="were not told apart"):
        representations(g, irreps)
