"""Names: every family against its definition, structures without enumeration, and the refusals."""

from __future__ import annotations

from fractions import Fraction
from math import factorial, gcd, lcm, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.finite_groups import small_groups
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.linear import Field
from margin.finite_groups.names import factors, group, plain_name, structure
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
        *((f"SL(2,{q})", q**3 - q) for q in (4, 8, 9, 16)),
        *((f"PSL(2,{q})", (q**3 - q) // gcd(2, q - 1)) for q in (4, 8, 9, 16, 17, 25)),
        *((f"PGL(2,{q})", q**3 - q) for q in (2, 3, 4, 5, 7, 9)),
        *((f"GL(2,{q})", (q**2 - 1) * (q**2 - q)) for q in (2, 3, 4, 5, 8)),
        *((f"AGL(1,{q})", q * (q - 1)) for q in (2, 3, 4, 5, 7, 8, 9, 16, 27, 97)),
        *(("GL(3,2)", 168), ("SL(3,2)", 168), ("PSL(3,2)", 168), ("PSL(3,3)", 5616), ("AGL(2,3)", 432)),
        *((f"SD{n}", n) for n in (16, 32, 64)),
        ("M11", 7920),
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


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("S_3", "S3"),
        ("S_{3}", "S3"),
        ("Z12", "C12"),
        ("Z_12", "C12"),
        ("Z/12", "C12"),
        ("Z / 12 Z", "C12"),
        ("\u2124/12\u2124", "C12"),
        ("(Z/2)^3", "C2^3"),
        ("C2^{3}", "C2^3"),
        ("D_5", "D5"),
        ("C2\u00d7C4", "C2xC4"),
        ("C2 \u2295 C4", "C2xC4"),
        ("Z_2 x Z_4", "C2xC4"),
        ("(C2) x (D4)", "C2xD4"),
        ("QD16", "SD16"),
        ("Q_8", "Q8"),
        ("M_11", "M11"),
        ("PSL_2(7)", "PSL(2,7)"),
        ("PSL_{2}(7)", "PSL(2,7)"),
        ("GL(2,F_3)", "GL(2,3)"),
        ("SL(2, GF(4))", "SL(2,4)"),
        ("Group((1,2,3),(1,2))", "perm:(1,2,3);(1,2)"),
        ("Group([ (1,2,3)(4,5), (1,2) ]);", "perm:(1,2,3)(4,5);(1,2)"),
        ("Group(())", "perm:()"),
        ("[(1,2,3),(1,2)]", "perm:(1,2,3);(1,2)"),
        ("(1,2,3),(1,2)", "perm:(1,2,3);(1,2)"),
        ("PermutationGroup([[(1,2,3),(4,5)],[(3,4)]])", "perm:(1,2,3)(4,5);(3,4)"),
        ("PermutationGroup(['(1,2,3)(4,5)', \"(3,4)\"])", "perm:(1,2,3)(4,5);(3,4)"),
        ("SmallGroup( 24, 10 ) C3xD8", "SmallGroup(24,10)"),
        ("C3 : C4", "SmallGroup(12,1)"),
        ("C2 x (C3 : C4)", "SmallGroup(24,7)"),
        ("(C6 \u00d7 C2) : C2", "SmallGroup(24,8)"),
        ("(C3:C4)", "SmallGroup(12,1)"),
    ],
)
def test_spellings_of_papers_and_programs(written: str, shown: str) -> None:
    """The group of the plain name, element for element, shown by that name, which can be typed again."""
    built, known = group(written), group(shown)
    assert (built.name, plain_name(written), plain_name(shown)) == (shown, shown, shown)
    assert np.array_equal(built.elements, known.elements)


def invariants(name: str) -> tuple[list[tuple[int, ...]], list[int]]:
    """What isomorphic groups share: orders and sizes of classes with those of their squares, and indicators."""
    built = group(name)
    square = built.power_class(2)
    columns = (built.class_orders, built.class_sizes, built.class_orders[square], built.class_sizes[square])
    return sorted(zip(*(c.tolist() for c in columns), strict=True)), sorted(character_table(built).indicators)


# how many groups there are of order 1, 2, .. (OEIS A000001)
GROUPS = (1, 1, 1, 2, 1, 2, 1, 5, 2, 2, 1, 5, 1, 2, 1, 14, 1, 5, 1, 5, 2, 2, 1, 15, 2, 2, 5, 4, 1, 4, 1)


def test_the_small_groups_are_all_of_their_order() -> None:
    names = [f"SmallGroup({n},{i})" for n, i in small_groups.described()]
    expected = [f"SmallGroup({n},{i})" for n, count in enumerate(GROUPS, 1) for i in range(1, count + 1)]
    assert names == expected
    for (n, i), text in small_groups.described().items():
        assert group(f"SmallGroup({n},{i})").order == n
        assert plain_name(f"SmallGroup({n},{i}) {text}") == f"SmallGroup({n},{i})"


@pytest.mark.parametrize("order", [8, 12, 18, 20, 24, 27])
def test_small_groups_of_one_order_differ(order: int) -> None:
    seen = [invariants(f"SmallGroup({order},{i})") for i in range(1, GROUPS[order - 1] + 1)]
    assert all(seen.count(entry) == 1 for entry in seen)


def test_every_name_of_the_survey_and_its_figure_can_be_typed() -> None:
    from margin.surveys.groups import all_groups, surveyed_group

    for name in all_groups():
        typed, surveyed = group(name), surveyed_group(name)
        if name.startswith("SmallGroup"):
            assert np.array_equal(typed.elements, surveyed.elements), name
        else:  # other generators than GAP's
            assert sorted(typed.element_orders) == sorted(surveyed.element_orders), name
    # GAP's D8 has order 8: behind a number it is read so, and alone it is not
    assert (group("SmallGroup(8,3) D8").order, group("D8").order) == (8, 16)
    assert invariants("SmallGroup(24,10) C3 x D8") == invariants("C3xD4")
    assert invariants("SmallGroup(24,10)") != invariants("SmallGroup(24,11)")


@pytest.mark.parametrize("q", [2, 3, 4, 5, 7, 8, 9, 16, 25, 27, 49])
def test_fields(q: int) -> None:
    field = Field(q)
    rows = range(q)
    sums = np.array([[field.add(a, b) for b in rows] for a in rows])
    products = np.array([[field.multiply(a, b) for b in rows] for a in rows])
    for table in (sums, products):
        assert (table == table.T).all()
    assert all(sorted(row) == list(rows) for row in sums.tolist())
    assert all(sorted(row) == list(rows) for row in products[1:].tolist())
    assert (products[sums] == sums[products[:, None, :], products[None, :, :]]).all()  # (a + b) c = a c + b c
    assert all(field.add(a, field.negative(a)) == 0 for a in rows)
    assert all(field.multiply(a, field.inverse(a)) == 1 for a in rows[1:])
    powers = [1]
    while (power := field.multiply(powers[-1], field.generator)) != 1:
        powers.append(power)
    assert sorted(powers) == list(rows[1:])
    with pytest.raises(ZeroDivisionError, match="0 has no inverse"):
        field.inverse(0)


@pytest.mark.parametrize("q", [0, 1, 6, 12, 100, 10_007])
def test_what_is_no_prime_power_has_no_field(q: int) -> None:
    with pytest.raises(ValueError, match="expected a prime power q of at most 10000"):
        Field(q)


@pytest.mark.parametrize("n", [16, 32, 64])
def test_semidihedral_groups_satisfy_their_relations(n: int) -> None:
    built = group(f"SD{n}")
    r, s = (built.index(g) for g in built.generators)
    assert (built.element_orders[r], built.element_orders[s]) == (n // 2, 2)
    assert built.multiply(built.multiply(s, r), s) == built.power(r, n // 4 - 1)


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
        ("PSL(2,4)", "A5"),
        ("SL(2,4)", "A5"),
        ("PSL(2,9)", "A6"),
        ("PGL(2,3)", "S4"),
        ("PGL(2,5)", "S5"),
        ("GL(2,2)", "S3"),
        ("PSL(3,2)", "PSL(2,7)"),
        ("AGL(1,3)", "S3"),
        ("AGL(1,4)", "A4"),
        ("AGL(2,2)", "S4"),
        ("AGL(1,5)", "SmallGroup(20,3)"),
        ("SD16", "SmallGroup(16,8) QD16"),
        ("C4xC4", "SmallGroup(16,2)"),
        ("C6xC3", "SmallGroup(18,5)"),
        ("Dic3", "C3 : C4"),
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
    for one, other in (
        *(("D4", "Q8"), ("C4", "C2^2"), ("SL(2,3)", "S4"), ("Dic3", "D6")),
        *(("SD16", "D8"), ("GL(2,3)", "C2xS4"), ("PGL(2,7)", "C2xPSL(2,7)"), ("SmallGroup(20,1)", "SmallGroup(20,3)")),
    ):
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
        ("z5", "'z5': unknown name; did you mean C5?"),
        ("s5", "did you mean S5?"),
        ("Sym(4)", "did you mean S4?"),
        ("Z6xs3", "did you mean C6xS3?"),
        ("L2(7)", "did you mean PSL(2,7)?"),
        ("dihedral 5", "did you mean D5?"),
        ("dicyclic3", "did you mean Dic3?"),
        ("C2^", "did you mean C2?"),
        ("z0", "'z0': unknown name; expected Cn with n >= 1"),
        ("Z0", "'Z0': expected Cn with n >= 1"),
        ("quaternion10", "Qn has order n, expected a multiple of 4"),
        ("PSU(3,2)", "give it by generators"),
        ("C1234567890123 4", "give it by generators"),
        ("Sz(8)", "give it by generators, like perm:(1,2,3);(1,2)"),
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
        ("PSL(2,6)", "q = 6 in PSL, expected a prime power q of at most 10000"),
        ("SL(2,10007)", "q = 10007 in SL, expected a prime power"),
        ("GL(2,1" + "0" * 60 + ")", "q = above 1000000000000 in GL"),
        ("GL(1,5)", "GL of size 1, expected at least 2, for AGL 1"),
        ("AGL(0,5)", "AGL of size 0"),
        ("SL(2,23)", "order 12144, expected at most 10000"),
        ("GL(1" + "0" * 60 + ",9)", "order above 1000000000000"),
        ("PSL(" + "9" * 4001 + ",2)", "a number of more than 4000 digits"),
        ("SL(2,3,4)", "unknown name"),
        ("SL_2(2,3)", "unknown name; give it by generators"),
        ("C2^" + "9" * 4001, "a number of more than 4000 digits"),
        ("SD24", "SDn has order n, expected a power of 2, for example SD16"),
        ("QD8", "expected SDn with n >= 16"),
        ("M12", "expected M11, the Mathieu group of order 7920; others are larger"),
        ("Z/2^3", "may be (Z/2)^3 or the integers modulo a power; write C2^3 for the first"),
        ("gl(2,3)", "did you mean GL(2,3)?"),
        ("L3(2)", "did you mean PSL(3,2)?"),
        ("sd16", "did you mean SD16?"),
        ("dihedrl 5", "did you mean D5?"),
        ("SO3", "give it by generators"),
        ("V4", "give it by generators"),
        ("S3'", "give it by generators"),  # the derived subgroup, not S3
        ("DihedralGroup(10)", "did you mean D5 (order 10, as in GAP) or D10 (order 20)?"),
        ("DihedralGroup(5)", "did you mean D5?"),
        ("DicyclicGroup(12)", "did you mean Dic3 (order 12, as in GAP) or Dic12 (order 48)?"),
        ("SmallGroup(24,16)", "expected a number from 1 to 15 for order 24"),
        ("SmallGroup(24,0)", "expected a number from 1 to 15 for order 24"),
        ("SmallGroup(32,1)", "orders 1 to 31 are in the list; give another group by generators"),
        ("SmallGroup(24)", "expected SmallGroup(n,i) with the order and the number"),
        ("SmallGroup(24,10) C3 x Q8", "this is C3 x D8 in GAP's names, got 'C3 x Q8'"),
        ("C5 : C4", "several groups have this description, expected SmallGroup(20,1) or SmallGroup(20,3)"),
        ("C3 : C5", "expected one of GAP's descriptions up to order 31, such as C3 : C4"),
        ("[[2,3,1]]", "permutation 1 '231': expected cycles"),
        ("Group((1,2),(2,2))", "permutation 2 '(2,2)': a point occurs twice"),
        ("Group((0,1))", "points are numbered from 1"),
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
    for name in ("z5", "D0", "Q10", "C2^0", "PSL(2,6)", "SmallGroup(24,16)", "C5 : C4", "SD24"):
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
