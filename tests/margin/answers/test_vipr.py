"""Files for viprchk: an independent checker of the format accepts every exported program and rejects every forgery."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from margin import maximum_margin, parse
from margin.answers.vipr import MOST_ENTRIES, common_unit, require_entries
from margin.numbers.square_roots import Surd
from margin.surveys.groups import all_groups, surveyed_group
from margin.tasks import GroupComposition, ModularAddition, SparseParity
from margin.theory import vipr
from tests.helpers.program_oracles import float_program
from tests.margin.answers.vipr_rules import File, Refused, check

S4 = vipr(GroupComposition("S4", 3)).decode()
UNUSED = vipr(parse("group:S5", 5)).decode()  # a program that leaves representations out


def unit(content: bytes) -> float:
    """The unit that the comment names."""
    stated = re.search(rb"in units of sqrt\(([0-9]+)\)", content.partition(b"\nVER")[0])
    return float(Surd.sqrt(int(stated[1]))) if stated else 1.0


def optimum(file: File) -> Fraction:
    """Both ends of what is proved, which are one number."""
    assert file.lower == file.upper
    assert file.lower is not None
    return file.lower


def test_every_program_of_the_survey_is_accepted_or_irrational() -> None:
    accepted, refused = {}, {}
    for name in all_groups():
        group = surveyed_group(name)
        for k in range(1, 6):
            task = GroupComposition(group, k)
            try:
                content = vipr(task)
            except ValueError as error:
                refused[name, k] = str(error)
                continue
            accepted[name, k] = optimum(check(content))
            assert float(accepted[name, k]) * unit(content) == pytest.approx(float(maximum_margin(task)), rel=1e-12)
    assert len(accepted) == 258
    assert len(refused) == 122
    assert not any(k % 2 for _, k in refused)
    assert all(re.search(r" is .*sqrt\([0-9]+\).*, which is irrational; ", line) for line in refused.values())


@pytest.mark.parametrize("name", ["S4", "Q8", "S5", "D4", "SmallGroup(24,10)"])
def test_the_program_is_that_of_the_characters(name: str) -> None:
    """Where every character is rational, each row is c_rho (1 - chi_rho / delta_rho) in float64, by another road."""
    expected = float_program(name, 3)
    file = check(vipr(parse(f"group:{name}", 3)))
    rows = np.array([[float(c.row.get(i, 0)) for i in range(1, len(file.names))] for c in file.constraints])
    wrong = rows[file.bounds + 1 :]
    order = np.argsort(expected.dimensions, kind="stable")
    theirs = expected.A * (expected.scale / expected.w)
    by_columns = sorted(np.sort(theirs[:, order], axis=0).T.tolist())
    assert np.allclose(sorted(np.sort(wrong, axis=0).T.tolist()), by_columns, rtol=1e-12)
    assert float(optimum(file)) == pytest.approx(expected.scale / expected.value(), rel=1e-9)
    assert [c.row.get(0) for c in file.constraints[file.bounds + 1 :]] == [-1] * len(wrong)
    assert not np.allclose(sorted(np.sort(wrong * 1.01, axis=0).T.tolist()), by_columns, rtol=1e-12)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 12, 23, 60, 97, 1000, 1_000_003])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_addition(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    if n % 2 == 0 and n > 2 and k % 2 == 0:
        with pytest.raises(ValueError, match=r"over that for frequencies of order 2 is .*sqrt\(2\).*irrational"):
            vipr(task)
        return
    content = vipr(task)
    assert float(optimum(check(content))) * unit(content) == pytest.approx(float(maximum_margin(task)), rel=1e-12)
    if n <= 60:  # the same program by way of the group
        listed = check(vipr(GroupComposition(f"C{n}", k).listed()))
        assert optimum(listed) == optimum(check(content))
        assert optimum(check(vipr(GroupComposition(f"C{n}", k)))) == optimum(listed)


def test_other_tasks_have_other_optima() -> None:
    optima = {optimum(check(vipr(parse(spec, 3)))) for spec in ("group:S4", "group:S3", "group:Q8", "mod:24", "mod:8")}
    assert len(optima) == 5


def test_what_has_no_such_program_is_refused() -> None:
    with pytest.raises(ValueError, match="parity of 4 of 10 bits is no linear program"):
        vipr(SparseParity(10, 4))
    with pytest.raises(ValueError, match="n = 1000000000039, expected at most 1000000000000: its divisors"):
        vipr(ModularAddition(10**12 + 39, 3))
    with pytest.raises(ValueError, match="1000001 coefficients, expected at most 1000000"):
        require_entries(MOST_ENTRIES + 1)
    require_entries(MOST_ENTRIES)


def test_the_unit_is_one_square_root_or_none() -> None:
    assert common_unit([("a", Surd(3)), ("b", Surd(Fraction(1, 7)))]) == 1
    assert common_unit([("a", 2 * Surd.sqrt(6)), ("b", Surd.sqrt(24))]) == Surd.sqrt(6)
    with pytest.raises(ValueError, match=r"neuron for b over that for a is sqrt\(2\), which is irrational"):
        common_unit([("a", Surd.sqrt(3)), ("b", Surd.sqrt(6))])


# -- forgeries ------------------------------------------------------------------------------------------------------


def swapped(text: str, first: str, second: str) -> str:
    """Two lines in each other's place, told by how they begin."""
    lines = text.split("\n")
    i, j = (next(n for n, line in enumerate(lines) if line.startswith(start)) for start in (first, second))
    lines[i], lines[j] = lines[j], lines[i]
    return "\n".join(lines)


Forgery = Callable[[str], str]
FORGERIES: dict[str, tuple[Forgery, str]] = {
    "multiplier changed": (lambda t: t.replace(" 5 -3/7 ", " 5 -2/7 "), "DER: the reason"),
    "multiplier of the wrong sign": (lambda t: t.replace(" 5 -3/7 ", " 5 3/7 "), "DER: multipliers whose signs"),
    "multiplier left out": (lambda t: t.replace("lin 5 4 1/4032 5", "lin 4 5").replace("5 1/4032", "5"), "DER"),
    "multiplier of nothing": (lambda t: t.replace(" 8 -2/21", " 9 -2/21"), "DER: '9'"),
    "multiplier of itself": (lambda t: t.replace("lin 5 4 1/4032", "lin 5 9 1/4032"), "DER: '9'"),
    "one constraint twice": (lambda t: t.replace(" 6 -2/21", " 5 -2/21"), "DER: index 5 twice"),
    "larger margin": (lambda t: t.replace("RTP range 1/4032 1/4032", "RTP range 1/4031 1/4031"), "SOL: no solution"),
    "larger margin, solution too": (
        lambda t: t.replace("RTP range 1/4032 1/4032", "RTP range 1/4031 1/4031").replace(
            "m 5 0 1/4032", "m 5 0 1/4031"
        ),
        "SOL: optimum violates",
    ),
    "smaller margin": (
        lambda t: t.replace("RTP range 1/4032 1/4032", "RTP range 1/4033 1/4033"),
        "DER: the last constraint is not what was to be proved",
    ),
    "smaller margin everywhere": (lambda t: t.replace("1/4032", "1/4033"), "DER: the reason"),
    "bound changed": (lambda t: t.replace("bound L 1/4032", "bound L 1/4033"), "DER: the reason"),
    "bound of the wrong type": (lambda t: t.replace("bound L", "bound G"), "DER: the reason"),
    "bound made an equation": (lambda t: t.replace("bound L", "bound E"), "DER: the reason"),
    "range turned": (lambda t: t.replace("RTP range 1/4032 1/4032", "RTP range 1/4032 1/4033"), "RTP: an empty range"),
    "solution changed": (lambda t: t.replace(" 1 1/63 2 8/63", " 1 8/63 2 1/63"), "SOL: optimum violates constraint 7"),
    "solution not of norm 1": (lambda t: t.replace(" 1 1/63 ", " 1 2/63 "), "SOL: optimum violates constraint 4"),
    "negative mass": (
        lambda t: t.replace(" 1 1/63 2 8/63", " 1 -1/63 2 10/63"),
        "SOL: optimum violates constraint 0",
    ),
    "no solution": (lambda t: re.sub(r"SOL 1\n.*\n", "SOL 0\n", t), "SOL: no solution reaches"),
    "coefficient changed": (lambda t: t.replace("4 0 -1 2 1/2048", "4 0 -1 2 1/2047"), "DER: the reason"),
    "coefficient of the margin": (
        lambda t: t.replace("wrong3 G 0 4 0 -1", "wrong3 G 0 4 0 -2"),
        "SOL: optimum violates",
    ),
    "constraint of the wrong type": (lambda t: t.replace("wrong2 G", "wrong2 L"), "DER: multipliers whose signs"),
    "constraints swapped": (lambda t: swapped(t, "wrong1", "wrong2"), "DER: the reason"),
    "a bound among the rest": (lambda t: swapped(t, "B1", "norm"), "CON: the first 4"),
    "sections swapped": (lambda t: swapped(t, "INT", "VER"), "VER: 'INT'"),
    "minimum": (lambda t: t.replace("OBJ max", "OBJ min"), "DER: the last constraint is not"),
    "another objective": (lambda t: t.replace("OBJ max\n1 0 1", "OBJ max\n1 0 2"), "DER: the reason"),
    "assumed": (lambda t: re.sub(r"{ lin .* }", "{ asm }", t), "DER: the last constraint rests on assumptions"),
    "from the solution": (lambda t: re.sub(r"{ lin .* }", "{ sol }", t), "DER: a cutoff"),
    "unknown reason": (lambda t: t.replace("{ lin", "{ lim"), "DER: 'lim'"),
    "no derivation": (lambda t: t.partition("DER")[0] + "DER 0\n", "DER: nothing is derived"),
    "one derivation more": (lambda t: t + "more L 1 OBJ { lin 1 9 1 } -1\n", "DER: 'more' after"),
    "another version": (lambda t: t.replace("VER 1.1", "VER 2.0"), "VER: '2.0'"),
    "zero denominator": (lambda t: t.replace("-3/7", "-3/0"), "DER: '-3/0'"),
    "variable that is none": (lambda t: t.replace("VAR 5\nmargin", "VAR 4\nmargin"), "INT: 'mass4'|VAR|INT"),
    "a comment in the middle": (lambda t: t.replace("RTP", "% no\nRTP"), "RTP: '%'"),
    "not ASCII": (lambda t: t.replace("optimum", "öptimum"), "VER: 'ascii'"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries_are_rejected(name: str) -> None:
    forge, message = FORGERIES[name]
    forged = forge(S4)
    assert forged != S4
    with pytest.raises(Refused, match=message):
        check(forged.encode())
    check(S4.encode())


def test_files_cut_short_are_rejected() -> None:
    for length in range(len(S4) - 3):  # the last three characters are the index -1 and the line end
        with pytest.raises(Refused):
            check(S4[:length].encode())
    check(S4[:-1].encode())


@pytest.mark.parametrize("text", [S4, UNUSED], ids=["S4", "S5"])
def test_every_changed_number_of_solution_and_proof_is_rejected(text: str) -> None:
    head, tail = text[: text.index("SOL")], text[text.index("SOL") :]
    places = list(re.finditer(r"(?<= )-?[0-9]+(/[0-9]+)?(?= |\n)", tail))[:-1]
    assert len(places) > 20
    for place in places:
        for change in (Fraction(1, 10**9), Fraction(1), Fraction(-1)):
            number = Fraction(place[0]) + change
            with pytest.raises(Refused):
                check(f"{head}{tail[: place.start()]}{number}{tail[place.end() :]}".encode())


def test_a_wider_range_is_true_and_a_narrower_one_is_not() -> None:
    for lower, upper, is_true in (
        ("0", "1", True),
        ("-inf", "inf", True),
        ("1/4031", "1", False),
        ("0", "1/4033", False),
    ):
        text = S4.replace("RTP range 1/4032 1/4032", f"RTP range {lower} {upper}").encode()
        if is_true:
            check(text)
        else:
            with pytest.raises(Refused):
                check(text)


# -- the checker's other rules, which our files do not use -----------------------------------------------------------

SMALL = """VER 1.1
VAR 2
x y
INT 2 0 1
OBJ min 2 0 1 1 1
CON 3 2
x0 G 0 1 0 1
y0 G 0 1 1 1
both G 1 2 0 2 1 2
RTP range 1 1
SOL 1
one 1 0 1
DER 1
cut G 1 OBJ { rnd 1 2 1/2 } -1
"""
SPLIT = SMALL.replace(
    "DER 1\ncut G 1 OBJ { rnd 1 2 1/2 } -1",
    "DER 6\nleft L 0 1 0 1 { asm } -1\nright G 1 1 0 1 { asm } -1\nless G 1/2 1 1 1 { lin 2 2 1/2 3 -1 } 6\n"
    "y1 G 1 1 1 1 { rnd 1 5 1 } -1\nsum1 G 1 OBJ { lin 2 6 1 0 1 } -1\nsum2 G 1 OBJ { lin 2 4 1 1 1 } -1",
).replace("DER 6", "DER 7")
SPLIT += "all G 1 OBJ { uns 7 3 8 4 } -1\n"
INFEASIBLE = """VER 1.0
VAR 1
x
INT 0
OBJ min 0
CON 2 2
above G 1 1 0 1
below L 0 1 0 1
RTP infeas
SOL 0
DER 1
no G 1 0 { lin 2 0 1 1 -1 } -1
"""
CUTOFF = SMALL.replace("DER 1\n", "DER 2\nworse L 1 OBJ { sol } -1\n").replace("2 1/2 } -1", "2 1/2 } -1")


@pytest.mark.parametrize("text", [SMALL, SPLIT, INFEASIBLE, CUTOFF], ids=["rnd", "uns", "infeas", "sol"])
def test_the_other_rules_accept_what_they_should(text: str) -> None:
    check(text.encode())


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (SMALL, "INT 2 0 1", "INT 1 0", "no inequality of integers"),
        (SMALL, "rnd 1 2 1/2", "rnd 1 2 1/3", "no inequality of integers"),
        (SMALL, "both G 1 2", "both E 1 2", "no inequality of integers|SOL"),
        (SMALL, "{ rnd", "{ lin", "does not dominate"),
        (SMALL, "one 1 0 1", "one 2 0 1/2 1 1/2", "a fraction where an integer is due"),
        (SMALL, "RTP range 1 1", "RTP range 2 2", "not what was to be proved"),
        (SPLIT, "uns 7 3 8 4", "uns 7 4 8 3", "rests on assumptions"),
        (SPLIT, "uns 7 3 8 4", "uns 7 3 7 4", "rests on assumptions"),
        (SPLIT, "right G 1 1 0 1", "right G 2 1 0 1", "leave something out"),
        (SPLIT, "left L 0 1 0 1", "left L 0 1 1 1", "does not dominate|leave something out"),
        (SPLIT, "{ rnd 1 5 1 } -1", "{ lin 1 5 1 } -1", "does not dominate"),
        (SPLIT, "3 -1 } 6", "3 -1 } 5", "constraint 6 refers to one that was given up"),
        (SPLIT, "sum1 G 1 OBJ", "sum1 G 0 OBJ", "one side of a split"),
        (INFEASIBLE, "below L 0", "below L 2", "does not dominate"),
        (INFEASIBLE, "no G 1 0", "no G 0 0", "not what was to be proved"),
        (CUTOFF, "worse L 1 OBJ", "worse L 0 OBJ", "beyond the best solution"),
        (CUTOFF, "worse L 1 OBJ", "worse G 1 OBJ", "none of the objective"),
        (CUTOFF, "worse L 1 OBJ", "worse L 1 1 0 1", "none of the objective"),
    ],
)
def test_the_other_rules_reject_what_they_should(text: str, old: str, new: str, message: str) -> None:
    assert old in text
    with pytest.raises(Refused, match=message):
        check(text.replace(old, new).encode())
