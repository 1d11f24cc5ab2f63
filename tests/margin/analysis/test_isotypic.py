"""Isotypic parts on cyclic groups (against Fourier power), S3 and Q8 (by hand)."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.axes import Tensor
from margin.analysis.fourier import power
from margin.analysis.isotypic import Irrep, dominant_irrep, isotypic_power, projectors, quotients
from margin.composition.program import GroupProgram
from margin.finite_groups.names import group


def cyclic(n: int) -> tuple[np.ndarray, list[Irrep]]:
    """Multiplication table and real irreducible representations of Z_n, in the order of frequencies."""
    a = np.arange(n)
    irreps = []
    for z in range(n // 2 + 1):
        single = 2 * z in (0, n)
        irreps.append((1, 1, np.cos(np.pi * z * 2 * a / n)) if single else (2, 2, 2 * np.cos(2 * np.pi * z * a / n)))
    return (a[:, None] + a) % n, irreps


def of_group(name: str) -> tuple[np.ndarray, list[Irrep]]:
    """With the trivial representation first."""
    program = GroupProgram(group(name))
    n = program.group.order
    table = np.asarray(program.group.multiply(np.arange(n)[:, None], np.arange(n)))
    rest: list[Irrep] = [(r.dimension, r.commutant, r.character[program.group.class_of]) for r in program.irreps]
    return table, [(1, 1, np.ones(n)), *rest]


@pytest.mark.parametrize("n", [2, 3, 7, 8, 12])
def test_of_a_cyclic_group_it_is_fourier_power(n: int) -> None:
    u = np.random.default_rng(n).normal(size=(3, n, 4))
    table, irreps = cyclic(n)
    assert isotypic_power(u, table, irreps, 1) == pytest.approx(power(u, 1))
    assert isotypic_power(u, table, irreps, 1, 0) == pytest.approx(power(u, 1, 0))
    assert isotypic_power(u, table, irreps, 1, (0, 2)) == pytest.approx(power(u, 1, (0, 2)))
    assert isotypic_power(u, table, irreps, 1, 2) == pytest.approx(power(u, 1, 2))
    assert isotypic_power(u[0, :, 0], table, irreps) == pytest.approx(power(u[0, :, 0]))
    assert isotypic_power(u.transpose(1, 0, 2), table, irreps, 0, 1) == pytest.approx(power(u, 1, 0))
    named = Tensor(u, ("input", "element", "neuron"))
    assert (isotypic_power(named, table, irreps, "element", "input") == isotypic_power(u, table, irreps, 1, 0)).all()


@pytest.mark.parametrize("name", ["S3", "S4", "Q8", "D5", "A4"])
def test_projectors_are_orthogonal_and_complete(name: str) -> None:
    table, irreps = of_group(name)
    found = projectors(table, irreps)
    assert found.sum(0) == pytest.approx(np.eye(len(table)), abs=1e-12)
    for i, j in np.ndindex(len(irreps), len(irreps)):
        wanted = found[i] if i == j else np.zeros_like(found[i])
        assert found[i] @ found[j] == pytest.approx(wanted, abs=1e-12)
    for (dimension, commutant, _), projector in zip(irreps, found, strict=True):
        assert np.trace(projector) == pytest.approx(dimension**2 / commutant)


@pytest.mark.parametrize("name", ["S3", "S4", "Q8"])
def test_characters_lie_in_their_own_part_and_a_point_in_all(name: str) -> None:
    table, irreps = of_group(name)
    characters = np.array([character for _, _, character in irreps])
    shares = isotypic_power(characters, table, irreps)
    assert shares == pytest.approx(np.eye(len(irreps)), abs=1e-12)
    assert dominant_irrep(shares).tolist() == list(range(len(irreps)))
    point = isotypic_power(np.eye(len(table))[3], table, irreps)
    assert point.tolist() == pytest.approx([d * d / e / len(table) for d, e, _ in irreps])
    noise = isotypic_power(np.random.default_rng(0).normal(size=(200, len(table))), table, irreps)
    assert noise.mean(0) == pytest.approx(point, abs=0.05)
    assert noise.sum(-1) == pytest.approx(1)


def test_s3_by_hand() -> None:
    """u = 2 on the identity, 1 on the two rotations, 0 on reflections: a share 1/9 lies in dimension 2."""
    table, irreps = of_group("S3")
    (sign,) = [c for d, _, c in irreps[1:] if d == 1]
    u = np.where(sign > 0, 1.0, 0.0)
    u[0] += 1  # the identity
    assert (table[0] == np.arange(6)).all()
    by_dimension: dict[str, float] = {}
    for (d, _, c), share in zip(irreps, isotypic_power(u, table, irreps), strict=True):
        by_dimension["trivial" if d == 1 and c.min() == 1 else f"dim {d}"] = float(share)
    # squared norm 6; mean 2/3: 6 * 4/9 = 8/3; the same for the sign; the rest is 2/3
    assert by_dimension == pytest.approx({"trivial": 4 / 9, "dim 1": 4 / 9, "dim 2": 1 / 9})


def test_shares_do_not_depend_on_translations_and_zero_gives_zero() -> None:
    table, irreps = of_group("S4")
    u = np.random.default_rng(1).normal(size=24)
    for g in (1, 5, 17):
        assert isotypic_power(u[table[g]], table, irreps) == pytest.approx(isotypic_power(u, table, irreps))
        assert isotypic_power(u[table[:, g]], table, irreps) == pytest.approx(isotypic_power(u, table, irreps))
    scrambled = np.random.default_rng(2).permutation(24)
    assert isotypic_power(u[scrambled], table, irreps) != pytest.approx(isotypic_power(u, table, irreps), abs=1e-3)
    zero = isotypic_power(np.zeros((2, 24)), table, irreps)
    assert not zero.any()
    assert dominant_irrep(zero).tolist() == [-1, -1]
    assert isotypic_power(1e-200 * u, table, irreps) == pytest.approx(isotypic_power(u, table, irreps))


def test_quotients_are_those_of_the_group() -> None:
    table, _ = of_group("Q8")
    divided = quotients(table)
    for g, h in np.ndindex(8, 8):
        assert table[g, divided[g, h]] == h


def test_what_is_refused() -> None:
    table, irreps = cyclic(4)
    for wrong in ([[0, 1], [0, 0]], [[0, 1, 2], [1, 2, 0]], [[0, 2], [2, 0]]):
        with pytest.raises(ValueError, match=r"^multiplication table of shape .*, expected \(n, n\), its rows"):
            quotients(wrong)
    for irrep in ((0, 1, np.ones(4)), (1, 0, np.ones(4)), (1, 1, np.ones(3))):
        with pytest.raises(
            ValueError, match=r"^representation of dimension .*; expected positive numbers and shape \(4,\)"
        ):
            projectors(table, [irrep])
    with pytest.raises(ValueError, match=r"^axis 0 of shape \(5,\), expected 4, the order of the group$"):
        isotypic_power(np.ones(5), table, irreps)
