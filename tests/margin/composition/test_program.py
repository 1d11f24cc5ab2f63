"""The maximum margin of finite groups: against scipy on GAP's characters, exactly, and under change of presentation."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from margin.composition.program import GroupMargin, GroupProgram, neuron_scale
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group
from margin.numbers.modular import Integers, is_injective
from margin.numbers.square_roots import Surd
from tests.helpers.group_assertions import assert_least_class_weights, assert_optimal, assert_ranges
from tests.helpers.group_oracles import references
from tests.helpers.program_oracles import float_program, program, solved

NAMES = [reference.name for reference in references()]
IRRATIONAL = [  # optimal masses not unique, and their ends irrational
    ("SmallGroup(20,1) C5 : C4", 3),
    ("SmallGroup(28,1) C7 : C4", 3),
    ("SmallGroup(30,1) C5 x S3", 4),
    ("SmallGroup(30,2) C3 x D10", 3),
    ("SmallGroup(24,1) C3 : C8", 4),
    ("PSL(2,13)", 2),
    ("SL(2,11)", 3),
    ("Dic9", 3),
]
UNIQUE = [  # irrational characters, some representations left out
    ("A5", 2),
    ("A5", 3),
    ("SmallGroup(20,1) C5 : C4", 4),
    ("SmallGroup(28,1) C7 : C4", 5),
    ("A5xA4", 3),
    ("Dic9", 4),
]
SEVERAL = [
    ("S5", 3),
    ("SmallGroup(12,1) C3 : C4", 3),
    ("SmallGroup(18,3) C3 x S3", 4),
    ("SmallGroup(24,5) C4 x S3", 4),
    ("SmallGroup(24,10) C3 x D8", 6),
]


def is_unique(margin: GroupMargin) -> bool:
    return all(str(irrep.mass_range[0]) == str(irrep.mass_range[1]) for irrep in margin.blocks)


# -- against an independent solver ---------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_value_and_both_sides(name: str) -> None:
    for k in range(1, 7):
        assert_optimal(solved(name, k), float_program(name, k))


@pytest.mark.parametrize(("name", "k"), [*SEVERAL, *IRRATIONAL[:4], *UNIQUE[:3], (NAMES[5], 2), (NAMES[12], 3)])
def test_ranges_and_least_optima(name: str, k: int) -> None:
    margin, oracle = solved(name, k), float_program(name, k)
    value = assert_optimal(margin, oracle)
    assert_ranges(margin, oracle, value)
    assert_least_class_weights(margin, oracle, value)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_ranges_and_least_optima_of_all(name: str) -> None:
    for k in range(1, 7):
        margin, oracle = solved(name, k), float_program(name, k)
        value = assert_optimal(margin, oracle)
        assert_ranges(margin, oracle, value)
        assert_least_class_weights(margin, oracle, value)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "k"), [*IRRATIONAL[4:], *UNIQUE[3:], ("S6", 3), ("S7", 2), ("SL(2,5)xS3", 3)])
def test_ranges_of_larger_groups(name: str, k: int) -> None:
    margin, oracle = solved(name, k), float_program(name, k)
    assert_ranges(margin, oracle, assert_optimal(margin, oracle))


# -- which representations -----------------------------------------------------------------


def test_how_often_masses_are_not_unique() -> None:
    """39 of 360 programs: 30 with a representation that need not be used, 9 with all of them always used."""
    margins = [solved(name, k) for name in NAMES for k in range(2, 7)]
    several = [margin for margin in margins if not is_unique(margin)]
    optional = [margin for margin in margins if any(i.used == "optional" for i in margin.blocks)]
    assert (len(margins), len(several), len(optional)) == (360, 39, 30)
    rest = [(m.task.name, m.task.k) for m in several if m not in optional]
    assert rest == [
        (f"SmallGroup(24,{i}) {name}", k)
        for i, name in ((5, "C4 x S3"), (7, "C2 x (C3 : C4)"), (8, "(C6 x C2) : C2"))
        for k in (4, 5, 6)
    ]
    assert all(is_unique(solved(name, 1)) for name in NAMES)


@pytest.mark.slow
def test_how_often_scipy_finds_several_optima() -> None:
    count = 0
    for name, k in product(NAMES, range(2, 7)):
        oracle = float_program(name, k)
        value = oracle.value()
        ranges = [oracle.mass_range(r, value) for r in range(len(oracle.w))]
        count += any(high - low > 1e-5 for low, high in ranges)
    assert count == 39


@pytest.mark.parametrize(
    ("name", "k", "left_out", "ratio"),
    [
        ("S5", 3, {1, 6}, 1 / 0.957983),
        ("A5", 2, {5}, None),
        ("Dic3", 3, {1}, None),
        ("S3", 2, set(), 1),
        ("S4", 2, set(), 1),
    ],
)
def test_representations_left_out(name: str, k: int, left_out: set[int], ratio: float | None) -> None:
    margin = solved(name, k)
    assert {i.dimension for i in margin.blocks if i.used == "never"} == left_out
    better = float(margin.exact) / float(margin.all_irreps)
    assert (better > 1 + 1e-6) == bool(left_out)
    assert ratio is None or better == pytest.approx(ratio, rel=1e-6)
    assert (str(margin.exact) == str(margin.all_irreps)) == (not left_out)


def test_margin_of_s5() -> None:
    margin = solved("S5", 3)
    assert str(margin.exact) == "1/182400"
    assert [str(i.mass_range[1]) for i in margin.blocks] == ["0", "8/19", "32/57", "25/57", "25/57", "0"]
    assert float(margin) == 1 / 182400


def test_dicyclic_group_of_order_12() -> None:
    """A trained network reached 1.031 times the value of all representations, and 0.996 of the maximum."""
    margin = solved("Dic3", 3)
    assert float(margin.exact) / float(margin.all_irreps) == pytest.approx(1.031 / 0.996, rel=1e-3)
    assert [i.used for i in margin.blocks if i.dimension == 1] == ["never"]


@pytest.mark.parametrize("name", NAMES)
def test_all_representations_are_best_exactly_when_they_can_be(name: str) -> None:
    for k in range(1, 7):
        margin, oracle = solved(name, k), float_program(name, k)
        equal = np.linalg.solve(oracle.A.T, oracle.w)  # class weights that make every representation's value equal
        assert abs(equal).min() > 1e-9
        best = margin.exact.denominator == margin.all_irreps.denominator
        assert best == (equal.min() >= 0)
        assert float(margin.exact) >= float(margin.all_irreps) * (1 - 1e-15)
        assert best or float(margin.exact) > float(margin.all_irreps) * (1 + 1e-9)
        if best:
            assert [i.used for i in margin.blocks] == ["always"] * len(margin.blocks)
            assert min(float(c.each) for c in margin.class_weights) > 0


@pytest.mark.parametrize("k", range(1, 9))
@pytest.mark.parametrize("n", [2, 3, 6, 12, 120, 1001])
def test_neuron_scale(n: int, k: int) -> None:
    expected = sympy.factorial(k) * sympy.Integer(n) ** sympy.Rational(-k - 1, 2) * sympy.sqrt(k + 1) ** (-k - 1)
    assert sympy.simplify(sympy.sympify(str(neuron_scale(n, k))) - expected) == 0


def test_group_of_one_element_is_refused() -> None:
    with pytest.raises(ValueError, match="group trivial: it has one element, expected at least 2 labels"):
        GroupProgram(FiniteGroup.from_generators([[0, 1]], "trivial"))
    assert float(GroupProgram(FiniteGroup.from_generators([[1, 0]])).solve(2).exact) > 0


# -- exactly -------------------------------------------------------------------------------


def number(text: str) -> mpmath.mpf:
    return sympy.N(sympy.sympify(text), 60)


@pytest.mark.parametrize(("name", "k"), [*SEVERAL, *IRRATIONAL[:5], *UNIQUE[:3], ("S4", 2), ("Q8", 4)])
def test_printed_numbers_are_optimal_to_fifty_digits(name: str, k: int) -> None:
    margin, exact = solved(name, k), program(name)
    with mpmath.workdps(60):
        lam = [mpmath.mpf(number(str(i.mass))) for i in margin.blocks]
        gamma = mpmath.mpf(number(str(margin.exact)))
        tau = [mpmath.mpf(number(str(c.each))) * c.count for c in margin.class_weights]
        c_rho = [mpmath.mpf(number(str(i.neuron_value))) for i in margin.blocks]
        tiny = mpmath.mpf("1e-50")
        assert abs(mpmath.fsum(lam) - 1) < tiny
        assert abs(mpmath.fsum(tau) - 1) < tiny
        assert min([*lam, *tau]) >= 0
        entries = [
            [
                1
                - mpmath.fsum(m * mpmath.cospi(mpmath.mpf(2 * j) / len(v)) for j, m in enumerate(v.tolist()))
                / i.dimension
            ]
            for i in exact.irreps
            for v in (i.multiplicities[c] for c in exact.classes)
        ]
        size = len(exact.classes)
        rows = [[entry for (entry,) in entries[r * size : (r + 1) * size]] for r in range(len(exact.irreps))]
        reached = [mpmath.fsum(a * b * row[c] for a, b, row in zip(lam, c_rho, rows, strict=True)) for c in range(size)]
        assert min(reached) > gamma * (1 - tiny)
        values = [
            c * mpmath.fsum(t * e for t, e in zip(tau, row, strict=True)) for c, row in zip(c_rho, rows, strict=True)
        ]
        assert max(values) < gamma * (1 + tiny)
        assert abs(mpmath.mpf(number(str(margin.exact.squared()))) / gamma**2 - 1) < tiny
        for irrep, mass in zip(margin.blocks, lam, strict=True):
            low, high = (mpmath.mpf(number(str(end))) for end in irrep.mass_range)
            assert -tiny < low <= mass + tiny
            assert mass <= high + tiny
            assert irrep.used == ("always" if low > tiny else "optional" if high > tiny else "never")


@pytest.mark.parametrize(("name", "k"), [*UNIQUE, *IRRATIONAL[:6]])
def test_galois_symmetry(name: str, k: int) -> None:
    """Conjugate representations have the same mass ranges; rational classes the same total in the averaged optimum."""
    margin, exact = solved(name, k), program(name)
    assert max(map(len, exact.irrep_orbits)) > 1
    for orbit in exact.irrep_orbits:
        ranges = [[float(end) for end in margin.blocks[r].mass_range] for r in orbit]
        assert ranges == [pytest.approx(ranges[0], abs=1e-12)] * len(orbit)
        assert len({margin.blocks[r].used for r in orbit}) == 1
    x, y = exact.averaged(k)
    value = margin.exact.denominator
    assert sum(y, Surd()) == value
    weights = [len(orbit) * Surd.half_power(exact.irreps[orbit[0]].dimension, k - 1) for orbit in exact.irrep_orbits]
    assert sum((w * v for w, v in zip(weights, x, strict=True)), Surd()) == value
    assert min(x) >= 0
    assert min(y) >= 0


# -- whether the optima are unique ---------------------------------------------------------


@pytest.mark.parametrize(("name", "k"), UNIQUE)
def test_both_paths_agree_on_unique_optima(name: str, k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search over the field of the characters, which a prime that hides invertibility would lead to."""
    quick = solved(name, k)
    calls = []
    monkeypatch.setattr("margin.composition.optima.is_injective", lambda *_: calls.append(1))
    slow = GroupProgram(program(name).group).solve(k)
    assert calls
    assert str(slow.exact) == str(quick.exact)
    for a, b in zip(slow.blocks, quick.blocks, strict=True):
        assert float(a.mass) == pytest.approx(float(b.mass), abs=1e-14)
        assert [float(end) for end in a.mass_range] == pytest.approx([float(b.mass)] * 2, abs=1e-14)
        assert a.used == b.used
        assert (a.mass.sign(), a.mass_range[0].sign()) == (b.mass.sign(), b.mass.sign())
    for c, d in zip(slow.class_weights, quick.class_weights, strict=True):
        assert float(c.each) == pytest.approx(float(d.each), abs=1e-14)


@pytest.mark.parametrize(
    ("name", "k"), [*SEVERAL, *IRRATIONAL[:5], ("SL(2,5)", 2), ("PSL(2,8)", 2), ("A5xC4", 2), ("Dic5xS3", 3)]
)
@pytest.mark.parametrize("what", ["wrong bases", "no proof"])
def test_exact_pivoting_finds_the_same_optima(name: str, k: int, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers where floats lead astray; both say the same, in the same words."""
    quick = solved(name, k)
    calls = []

    def pivoted(_: Callable[[], object], slow: Callable[[], object]) -> object:
        calls.append(1)
        return slow()

    if what == "wrong bases":
        monkeypatch.setattr("margin.composition.optima.FloatTableau.basis", ([0], [0]))
    else:
        monkeypatch.setattr("margin.composition.optima._first_proved", pivoted)
    slow = GroupProgram(program(name).group).solve(k)
    assert bool(calls) == (what == "no proof")
    assert [str(i.mass) for i in slow.blocks] == [str(i.mass) for i in quick.blocks]
    assert [str(end) for i in slow.blocks for end in i.mass_range] == [
        str(end) for i in quick.blocks for end in i.mass_range
    ]
    assert [str(c.each) for c in slow.class_weights] == [str(c.each) for c in quick.class_weights]
    assert str(slow.exact) == str(quick.exact)


@pytest.mark.parametrize(("name", "k"), [*SEVERAL, *IRRATIONAL, ("A5xC4", 2), ("Dic35", 3), ("Dic7xDic7", 3)])
def test_floats_find_bases_that_are_proved(name: str, k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact pivoting takes minutes on the last of these: it must not be needed."""

    def never(*_: object) -> None:
        raise AssertionError("exact pivoting")

    for path in ("_pivoted_optima", "_rational_tableau"):
        monkeypatch.setattr(GroupProgram, path, never)
    assert GroupProgram(program(name).group).solve(k).exact == solved(name, k).exact


@pytest.mark.parametrize(("name", "k"), IRRATIONAL[:4])
def test_several_irrational_optima_are_not_called_unique(name: str, k: int) -> None:
    margin = solved(name, k)
    assert not is_unique(margin)
    assert not program(name).is_rational
    ends = [str(end) for i in margin.blocks for end in i.mass_range]
    assert any("cos" in text or "sqrt" in text for text in ends) == ("C5 x S3" not in name)


def test_invertible_modulo_a_prime() -> None:
    assert is_injective(np.array([[1, 2], [3, 4]]), 101)
    assert not is_injective(np.array([[1, 2], [2, 4]]), 101)
    assert not is_injective(np.array([[7, 0], [0, 1]]), 7)  # invertible, but not modulo 7: on the safe side
    assert is_injective(np.array([[7, 0], [0, 1]]), 11)
    assert is_injective(np.array([[1], [0]]), 7)
    assert not is_injective(np.array([[1, 0]]), 7)
    assert is_injective(np.zeros((3, 0), dtype=np.int64), 7)
    assert is_injective(np.zeros((0, 0), dtype=np.int64), 7)
    assert not is_injective(np.zeros((0, 2), dtype=np.int64), 7)


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_injective_agrees_with_the_rank(rows: int, columns: int, data: st.DataObject) -> None:
    matrix: Integers = np.array(
        data.draw(
            st.lists(st.lists(st.integers(-2, 2), min_size=columns, max_size=columns), min_size=rows, max_size=rows)
        )
    )
    rank = np.linalg.matrix_rank(matrix)
    assert is_injective(matrix, 1_000_003) == (rank == columns)
    if is_injective(matrix, 3):
        assert rank == columns


# -- the same group, given otherwise -------------------------------------------------------


def regular(built: FiniteGroup) -> FiniteGroup:
    """By its Cayley table, elements renumbered."""
    order = np.random.default_rng(5).permutation(built.order)
    position = np.argsort(order)
    return FiniteGroup.from_table(position[built.table()][np.ix_(order, order)])


@pytest.mark.parametrize(
    ("name", "other", "k"),
    [
        ("S3", "D3", 2),
        ("S5", "perm:(1,2,3,4,5);(1,2)", 3),
        ("A5", "PSL(2,5)", 2),
        ("S3xC2", "D6", 4),
        ("Dic3", "perm:(1,2,3);(2,3)(4,5,6,7)", 3),
        ("C4xS3", "S3xC4", 4),
        ("C5xS3", "S3xC5", 3),
        ("SL(2,3)", "", 3),
        ("Q8", "", 2),
        ("C5xS3", "", 4),
        ("S5", "", 4),
    ],
)
def test_isomorphic_groups(name: str, other: str, k: int) -> None:
    a = solved(name, k)
    b = GroupProgram(group(other) if other else regular(program(name).group)).solve(k)
    assert a.exact == b.exact
    assert a.all_irreps == b.all_irreps

    def summary(margin: GroupMargin) -> list[tuple[object, ...]]:
        return sorted(
            (i.dimension, i.type, i.used, *(round(float(end), 12) for end in i.mass_range)) for i in margin.blocks
        )

    assert summary(a) == summary(b)
    assert sorted((c.element_order, c.count) for c in a.class_weights) == sorted(
        (c.element_order, c.count) for c in b.class_weights
    )


def test_groups_of_the_same_order_differ() -> None:
    """D4 and Q8 have one character table, but not the same real representations."""
    assert solved("D4", 3).exact != solved("Q8", 3).exact
    assert [i.dimension for i in solved("D4", 3).blocks] != [i.dimension for i in solved("Q8", 3).blocks]
    assert solved("C8xC2", 3).exact == solved("C4xC4", 3).exact != solved("C16", 3).exact


def test_class_weights_name_their_classes() -> None:
    margin, exact = solved("S4", 2), program("S4")
    named = {c.where: c for c in margin.class_weights}
    for label, weight in named.items():
        element = exact.group.labels.index(label)
        c = int(exact.group.class_of[element])
        assert weight.element_order == exact.group.class_orders[c]
        assert weight.count == exact.group.class_sizes[c]
    complex_classes = solved("C3xS3", 2).class_weights
    assert sum(c.count for c in complex_classes) == 17
    assert Fraction(sum(c.count for c in margin.class_weights)) == 23
