"""`python -m margin.group`: character tables known from the books, text, JSON and CSV alike."""

from __future__ import annotations

import json
import math
from math import cos, pi, sqrt
from typing import Any

import pytest
import sympy

from margin.group import COLUMNS, described, exact
from margin.io.tables import read_csv
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import Answer, call

GOLDEN, OTHER = "(1 + sqrt(5))/2", "(1 - sqrt(5))/2"
# sizes of classes by element order; then (dimension, type) and character on these classes, each row
BOOKS = {
    "S3": ([(1, 1), (2, 3), (3, 2)], [(1, "real", "1 1 1"), (1, "real", "1 -1 1"), (2, "real", "2 0 -1")]),
    "A4": (
        [(1, 1), (2, 3), (3, 4), (3, 4)],
        [(1, "real", "1 1 1 1"), (2, "complex", "2 2 -1 -1"), (3, "real", "3 -1 0 0")],
    ),
    "Q8": (
        [(1, 1), (2, 1), (4, 2), (4, 2), (4, 2)],
        [
            (1, "real", "1 1 1 1 1"),
            (1, "real", "1 1 1 -1 -1"),
            (1, "real", "1 1 -1 1 -1"),
            (1, "real", "1 1 -1 -1 1"),
            (4, "quaternionic", "4 -4 0 0 0"),
        ],
    ),
}


def group(*arguments: str) -> Answer:
    return call(*arguments, module="margin.group")


def answered(name: str) -> dict[str, Any]:
    got = group(name, "--json")
    assert (got.code, got.err) == (0, "")
    answer: dict[str, Any] = json.loads(got.out)
    return answer


@pytest.mark.parametrize("name", BOOKS)
def test_tables_of_the_books(name: str) -> None:
    classes, irreps = BOOKS[name]
    answer = answered(name)
    assert answer["order"] == sum(size for _, size in classes)
    assert [(c["element_order"], c["size"]) for c in answer["classes"]] == classes
    assert [(i["dimension"], i["type"], " ".join(i["character"])) for i in answer["irreps"]] == irreps


def test_a5_has_the_golden_ratio() -> None:
    irreps = answered("A5")["irreps"]
    assert [(i["dimension"], i["type"]) for i in irreps] == [(d, "real") for d in (1, 3, 3, 4, 5)]
    assert irreps[1]["character"] == ["3", "-1", "0", GOLDEN, OTHER]
    assert irreps[2]["character"] == ["3", "-1", "0", OTHER, GOLDEN]
    assert irreps[1]["character_float"][3] == pytest.approx((1 + sqrt(5)) / 2)


def test_c5_in_turns() -> None:
    first, second = answered("C5")["irreps"][1:]
    assert (first["type"], first["commutant"], first["dimension"]) == ("complex", 2, 2)
    assert first["character_float"] == pytest.approx([2 * cos(2 * pi * j / 5) for j in range(5)])
    assert second["character_float"] == pytest.approx([2 * cos(4 * pi * j / 5) for j in range(5)])


@pytest.mark.parametrize("name", ["S3", "Q8", "C5", "A4", "C7", "C14", "C9", "Dic5", "PSL(2,7)", "C1"])
def test_rows_are_orthogonal_and_exact_values_are_the_floats(name: str) -> None:
    answer = answered(name)
    sizes = [kind["size"] for kind in answer["classes"]]
    assert sum(sizes) == answer["order"]
    assert sum(i["dimension"] ** 2 // i["commutant"] for i in answer["irreps"]) == answer["order"]
    for a, first in enumerate(answer["irreps"]):
        for b, second in enumerate(answer["irreps"]):
            pairs = zip(sizes, first["character_float"], second["character_float"], strict=True)
            expected = answer["order"] * first["commutant"] * (a == b)
            assert math.fsum(s * x * y for s, x, y in pairs) == pytest.approx(expected, abs=1e-9)
        values = [float(sympy.sympify(text)) for text in first["character"]]
        assert values == pytest.approx(first["character_float"], abs=1e-12)


def test_cosines_where_no_square_root_serves() -> None:
    assert exact((0, 1, 0, 0, 0, 0, 1)) == "2*cos(2*pi/7)"
    assert exact((2, 2, 1, 1, 1, 1, 2)) == "2 + 4*cos(2*pi/7) + 2*cos(4*pi/7) + 2*cos(6*pi/7)"
    assert exact((0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1)) == "2*cos(pi/7) - 2"
    assert exact((0, 1, 1)) == "-1"
    with pytest.raises(ValueError, match="real"):
        exact((0, 1, 0))


def test_text_and_csv_say_what_json_says() -> None:
    answer, text = described("A5"), group("A5").out
    assert text.startswith("A5: order 60, exponent 30, 5 classes, 5 real irreducible representations\n")
    assert ["dimension", "3,", "real", "3", "-1", "0", *GOLDEN.split(), *OTHER.split()] in [
        line.split() for line in text.splitlines()
    ]
    table = read_csv(group("A5", "--csv").out)
    assert list(table[0]) == list(COLUMNS)
    assert len(table) == 25
    assert [row["character"] for row in table if row["irrep"] == "2"] == answer["irreps"][1]["character"]
    assert {row["representative"] for row in table} == {kind["representative"] for kind in answer["classes"]}
    assert "1 class, 1 real irreducible representation\n" in group("C1").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("C1000003",), "at most 10000"),
        (("nothing",), "nothing"),
        ((), "NAME"),
        (("S3", "--json", "--csv"), "--json"),
        (("missing.csv",), "missing.csv"),
    ],
)
def test_refusals(arguments: tuple[str, ...], said: str) -> None:
    assert_refused(group(*arguments), said, program="python -m margin.group")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("SmallGroup(24,10) C3 x D8", "SmallGroup(24,10): order 24, exponent 12, 15 classes"),
        ("Group((1,2,3),(1,2))", "perm:(1,2,3);(1,2): order 6, exponent 6, 3 classes"),
        ("GL(2,3)", "GL(2,3): order 48, exponent 24, 8 classes"),
        ("QD16", "SD16: order 16, exponent 8, 7 classes"),
        ("M11", "M11: order 7920, exponent 1320, 10 classes"),
        ("Z/12", "C12: order 12, exponent 12, 12 classes"),
    ],
)
def test_names_of_papers_and_programs(name: str, first: str) -> None:
    answer = call(name, module="margin.group")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(first)


@pytest.mark.parametrize("name", ["GL(2,6)", "C5 : C4", "[[2,3,1]]", "SD24", "SmallGroup(32,1)"])
def test_names_that_are_refused(name: str) -> None:
    answer = call(name, module="margin.group")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
