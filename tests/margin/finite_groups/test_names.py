"""Names: every family against its definition, structures without enumeration, and the refusals."""

from __future__ import annotations

from fractions import Fraction
from math import factorial, gcd, lcm, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.finite_groups.find_characters import character_table
from margin.finite_groups.names import factors, group, structure
from margin.finite_groups.permutations import cycle_notation, cycles
from margin.finite_groups.real_irreps import real_irreps
from margin.finite_groups.structure import AbelianStructure, DihedralStructure


@pytest.mark.parametrize(
    ("name", "order"),
    [
        *((f"C{n}", n) for n in (1, 2, 7, 12, 100)),
        *((f"D{n}", 2 * n) for n in (1, 2, 3, 4, 9)),
        *((f"Dic{n}", 4 * n) for n in (2, 3, 4, 6, 9, 12)),
        *((f"Q{n}", n) for n in (8, 12, 16, 24, 40)),
        *((f"S{n}", factorial(n)) for n in range(1, 8)),
        *((f"A{n}", max(1, factorial(n) // 2)) for n in range(1, 8)),
        *((f"SL(2,{q})", q**3 - q) for q in (2, 3, 5, 7, 11, 13)),
        *((f"PSL(2,{q})", (q**3 - q) // gcd(2, q - 1)) for q in (2, 3, 5, 7, 11, 13)),
        ("C2xC4", 8),
        ("C2^3xS3", 48),
        (" D4 x PSL( 2 , 3 ) ", 96),
        ("C2*C3", 6),
        ("A4XC2", 24),
        ("perm:(1,2,3)(4,5);(1,2)", 12),
        ("perm: ( 1, 2 ) ; ()", 2),
    ],
)
def test_orders(name: str, order: int) -> None:
    built = group(name)
    assert built.order == order
    if not name.startswith("perm"):
        assert built.name == name.replace(" ", "").replace("*", "x").replace("X", "x")
        assert prod(factor.order for factor in factors(name)) == order
        assert "x".join(factor.name for factor in factors(built.name)).startswith(built.name.split("^")[0])


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 12])
def test_dicyclic_groups_satisfy_their_relations(n: int) -> None:
    built = group(f"Dic{n}")
    x, y = (built.index(g) for g in built.generators)
    assert built.element_orders[x] == 2 * n
    assert built.power(y, 2) == built.power(x, n)
    assert built.multiply(built.multiply(built.inverse[y], x), y) == built.inverse[x]


@pytest.mark.parametrize("n", [3, 4, 5, 8])
def test_dihedral_groups_satisfy_their_relations(n: int) -> None:
    built = group(f"D{n}")
    r, s = (built.index(g) for g in built.generators)
    assert built.element_orders[r] == n
    assert built.element_orders[s] == built.element_orders[built.multiply(r, s)] == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("S3", "D3"),
        ("PSL(2,2)", "S3"),
        ("SL(2,2)", "S3"),
        ("PSL(2,3)", "A4"),
        ("PSL(2,5)", "A5"),
        ("Q12", "Dic3"),
        ("C6", "C2xC3"),
        ("D6", "D3xC2"),
        ("D2", "C2^2"),
        ("A3", "C3"),
    ],
)
def test_isomorphic_names(one: str, other: str) -> None:
    first, second = group(one), group(other)
    assert sorted(zip(first.class_orders, first.class_sizes, strict=True)) == sorted(
        zip(second.class_orders, second.class_sizes, strict=True)
    )
    assert sorted(character_table(first).indicators) == sorted(character_table(second).indicators)


def test_isomorphic_orders_do_not_make_groups_alike() -> None:
    for one, other in (("D4", "Q8"), ("C4", "C2^2"), ("SL(2,3)", "S4"), ("Dic3", "D6")):
        assert group(one).order == group(other).order
        assert sorted(group(one).element_orders) != sorted(group(other).element_orders)


def test_numbers_of_elements_of_products() -> None:
    assert np.array_equal(group("C7").table(), np.add.outer(range(7), range(7)) % 7)
    left, right, both = group("C3").table(), group("S3").table(), group("C3xS3").table()
    expected = left[:, None, :, None] * 6 + right[None, :, None, :]
    assert np.array_equal(both, expected.reshape(18, 18))


# -- structures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "invariants"),
    [
        ("C1", ()),
        ("C1000003", (1000003,)),
        ("C1000x C1000", (1000, 1000)),
        ("C2xC4xC6", (2, 2, 12)),
        ("C2xC3", (6,)),
        ("C6xC10xC15", (30, 30)),
        ("C2^7", (2,) * 7),
        ("D1", (2,)),
        ("D2xS2xA3xC1", (2, 2, 6)),
        (f"C{10**40}xC4", (4, 10**40)),
    ],
)
def test_abelian_structures(name: str, invariants: tuple[int, ...]) -> None:
    found = structure(name)
    assert isinstance(found, AbelianStructure)
    assert found == AbelianStructure(invariants)
    assert found.invariants == invariants
    assert found.name == name.replace(" ", "")
    assert found.order == prod(invariants)


def test_dihedral_structures() -> None:
    assert structure("D1000000") == DihedralStructure(1000000)
    assert structure("D5") == DihedralStructure(5)
    assert DihedralStructure(5).name == "D5"
    for name in ("S3", "D4xC2", "Q8", "A5", "perm:(1,2)", "missing.csv", "PSL(2,7)"):
        assert structure(name) is None


@settings(max_examples=40)
@given(st.lists(st.integers(1, 8), max_size=3).filter(lambda orders: prod(orders) <= 60))
def test_abelian_structures_agree_with_enumeration(orders: list[int]) -> None:
    name = "x".join(f"C{d}" for d in orders) or "C1"
    found, built = structure(name), group(name)
    assert isinstance(found, AbelianStructure)
    assert all(b % a == 0 for a, b in zip(found.invariants, found.invariants[1:], strict=False))
    irreps = real_irreps(character_table(built))
    assert found.order == built.order
    assert found.exponent == built.exponent
    assert found.linear_real_characters == sum(r.dimension == 1 for r in irreps)
    assert found.rotations == sum(r.dimension == 2 for r in irreps)
    assert {r.type for r in irreps if r.dimension == 2} <= {"complex"}
    assert AbelianStructure(tuple(reversed(orders))) == found
    assert hash(AbelianStructure(tuple(reversed(orders)))) == hash(found)
    counts = sorted(int(o) for o in built.element_orders)
    canonical = group("x".join(f"C{d}" for d in found.invariants) or "C1")
    assert counts == sorted(int(o) for o in canonical.element_orders)
    assert AbelianStructure(found.invariants).name == ("x".join(f"C{d}" for d in found.invariants) or "C1")


@pytest.mark.parametrize("n", range(3, 13))
def test_dihedral_structures_agree_with_enumeration(n: int) -> None:
    found, built = DihedralStructure(n), group(f"D{n}")
    irreps = real_irreps(character_table(built))
    assert found.order == built.order
    assert found.exponent == built.exponent == lcm(2, n)
    assert found.linear_real_characters == sum(r.dimension == 1 for r in irreps)
    assert found.rotations == sum(r.dimension == 2 for r in irreps)
    assert {r.type for r in irreps} == {"real"}
    assert sum(Fraction(r.dimension**2, r.commutant) for r in irreps) == 2 * n


def test_structures_are_compared_by_isomorphism() -> None:
    assert AbelianStructure((2, 3), "C2xC3") == AbelianStructure((6,))
    assert AbelianStructure((4,)) != AbelianStructure((2, 2))
    assert AbelianStructure((2,)) != (2,)
    assert AbelianStructure(()).linear_real_characters == 1


@pytest.mark.parametrize(
    ("build", "value", "error", "message"),
    [
        (lambda d: AbelianStructure((2, d)), 0, ValueError, "cyclic order = 0, expected an integer >= 1"),
        (lambda d: AbelianStructure((2, d)), 2.0, TypeError, "cyclic order = 2.0, expected an integer"),
        (lambda d: AbelianStructure((2, d)), True, TypeError, "cyclic order = True"),
        (DihedralStructure, 2, ValueError, "DihedralStructure: n = 2, expected an integer >= 3"),
        (DihedralStructure, "5", TypeError, "DihedralStructure: n = '5'"),
    ],
)
def test_structures_refuse_what_is_none(build: object, value: object, error: type[Exception], message: str) -> None:
    assert callable(build)
    with pytest.raises(error, match=message):
        build(value)


# -- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Z5", "'Z5': unknown name; did you mean C5?"),
        ("s5", "did you mean S5?"),
        ("Sym(4)", "did you mean S4?"),
        ("Z6xs3", "did you mean C6xS3?"),
        ("L2(7)", "did you mean PSL(2,7)?"),
        ("dihedral 5", "did you mean D5?"),
        ("dicyclic3", "did you mean Dic3?"),
        ("C2^", "did you mean C2?"),
        ("Z0", "'Z0': unknown name; expected Cn with n >= 1"),
        ("quaternion10", "Qn has order n, expected a multiple of 4"),
        ("PSL(3,2)", "give it by generators"),
        ("C1234567890123 4", "give it by generators"),
        ("M11", "give it by generators, like perm:(1,2,3);(1,2)"),
        ("", "give it by generators"),
        ("x", "known: Cn, Dn (order 2n), Dicn (order 4n), Qn (order n), Sn, An"),
        ("C5x", "products like C2xC4"),
        ("C\u0665", "unknown name"),
        ("C" + "9" * 60, "order above 1000000000000, expected at most 10000"),
        ("C" + "9" * 4001, "a number of more than 4000 digits"),
        ("D0", "expected Dn with n >= 1"),
        ("S0", "expected Sn with n >= 1"),
        ("Dic1", "expected Dicn with n >= 2"),
        ("Q4", "expected Qn with n >= 8"),
        ("Q10", "Qn has order n, expected a multiple of 4, for example Q8"),
        ("PSL(2,9)", "q = 9 in PSL(2,q), expected a prime <= 13"),
        ("SL(2,17)", "q = 17 in SL(2,q), expected a prime <= 13"),
        ("C2^0", "expected a power >= 1 and at most 1000 factors"),
        ("C2^1001", "expected a power >= 1 and at most 1000 factors"),
        ("C2^600xC2^401", "at most 1000 factors"),
        ("S8", "'S8': order 40320, expected at most 10000: elements are enumerated"),
        ("A8", "order 20160"),
        ("S1000000", "order above 1000000000000"),
        ("C101xC100", "order 10100"),
        ("perm:", "permutation 1 '': expected cycles of points from 1"),
        ("perm:(1,2", "permutation 1 '(1,2': expected cycles"),
        ("perm:(1,2);3", "permutation 2 '3': expected cycles"),
        ("perm:(1,2);(0,1)", "permutation 2 '(0,1)': points are numbered from 1, got 0"),
        ("perm:(1,1)", "a point occurs twice, expected disjoint cycles"),
        ("perm:(1,2)(2,3)", "a point occurs twice, expected disjoint cycles"),
        ("perm:(1,10001)", "perm: point 10001, expected points 1..10000"),
        ("perm:(1,2,3,4,5,6,7,8);(1,2)", "order above 10000"),
    ],
)
def test_refusals(name: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        group(name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_structure_refuses_the_same_names() -> None:
    for name in ("Z5", "D0", "Q10", "C2^0", "PSL(2,9)"):
        with pytest.raises(ValueError, match=r"expected|did you mean"):
            structure(name)


def test_suggestions_are_names() -> None:
    for name in ("z5", "dih7", "Alt(5)", "sym3xcyclic4"):
        with pytest.raises(ValueError) as caught:
            group(name)
        suggestion = str(caught.value).partition("did you mean ")[2].partition("?")[0]
        assert group(suggestion).order > 1


@given(st.permutations(range(7)))
def test_cycle_notation_and_back(permutation: list[int]) -> None:
    text = cycle_notation(permutation)
    (parsed,) = cycles(text)
    images = list(range(7))
    for cycle in parsed:
        for x, y in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            images[x - 1] = y - 1
    assert images == permutation
    built = group(f"perm:{text}")
    assert built.order == lcm(*map(len, parsed))
