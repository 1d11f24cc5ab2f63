"""Cayley tables: every axiom's failure is found, named and located; tables in files."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group
from tests.helpers.command_line import call
from tests.helpers.group_oracles import Table, failing_axiom

# every element is its own inverse: a loop, and no group of order 5 is like that
LOOP = [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]]
# a loop in which left and right inverses differ
ONE_SIDED = [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 3, 4, 0, 1], [3, 4, 1, 2, 0], [4, 2, 0, 1, 3]]
KLEIN = [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]]
CASES = {
    "closure": [[0, 1], [1, 2]],
    "closure below": [[0, 1], [1, -1]],
    "identity: constant": [[0, 0], [0, 0]],
    "identity: left only": [[0, 1, 2], [0, 1, 2], [0, 1, 2]],
    "identity: subtraction modulo 3": [[0, 2, 1], [1, 0, 2], [2, 1, 0]],
    "inverse: multiplication modulo 3": [[0, 0, 0], [0, 1, 2], [0, 2, 1]],
    "inverse: one-sided": ONE_SIDED,
    "associativity: loop": LOOP,
    "associativity: repeated in a row": [[0, 1, 2], [1, 0, 0], [2, 1, 0]],
    "associativity: repeated in a column": [[0, 1, 2], [1, 0, 1], [2, 0, 0]],
    "associativity: repeated, wide": [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 2, 0]],
}


def refusal(table: Table) -> str:
    with pytest.raises(ValueError, match="no group, ") as caught:
        FiniteGroup.from_table(table)
    return str(caught.value)


def check_refusal(table: Table, axiom: str) -> None:
    """The message names the axiom, and what it says about the table is so."""
    message = refusal(table)
    assert message.startswith(f"no group, {axiom} fails: ")
    if axiom == "associativity":
        x, y, z, left, x_, y_, z_, right = map(int, re.findall(r"\d+", message))
        assert (x, y, z) == (x_, y_, z_)
        assert table[table[x][y]][z] == left != right == table[x][table[y][z]]
    elif axiom == "inverse":
        x, x_, e = map(int, re.findall(r"\d+", message))
        assert x == x_
        assert not any(table[x][y] == e == table[y][x] for y in range(len(table)))
    else:
        x, y, value = map(int, re.findall(r"(\d+)\*(\d+) = (-?\d+)", message)[0])
        assert table[x][y] == value
        if axiom == "closure":
            assert value not in range(len(table))
        else:
            e = int(re.findall(r"nearest is (\d+)", message)[0])
            assert (x == e and value != y) or (y == e and value != x)


@pytest.mark.parametrize("case", CASES)
def test_the_failing_axiom_is_named(case: str) -> None:
    axiom = re.split(r"[: ]", case)[0]
    assert failing_axiom(CASES[case]) == axiom
    check_refusal(CASES[case], axiom)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_table_of_order_up_to_three(n: int) -> None:
    groups = 0
    for values in product(range(n), repeat=n * n):
        table = [list(values[n * i : n * i + n]) for i in range(n)]
        axiom = failing_axiom(table)
        if axiom is None:
            groups += 1
            assert FiniteGroup.from_table(table).order == n
        elif n < 3 or hash(values) % 10 == 0:
            check_refusal(table, axiom)
        else:
            refusal(table)
    assert groups == n  # the cyclic group, with any element for identity; for n = 3 its two labellings agree


@given(st.sampled_from(["C6", "S3", "Q8", "C2^3", "A4", "C3xC3", "D5"]), st.data())
def test_one_changed_product_is_found(name: str, data: st.DataObject) -> None:
    table = group(name).table().tolist()
    n = len(table)
    x, y = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, n - 1))
    table[x][y] = data.draw(st.integers(-1, n).filter(lambda value: value != table[x][y]))
    axiom = failing_axiom(table)
    assert axiom is not None
    check_refusal(table, axiom)


@given(st.sampled_from([LOOP, ONE_SIDED]), st.sampled_from(["C1", "C2", "S3", "C7"]), st.randoms(use_true_random=False))
def test_products_with_a_loop_are_no_groups(loop: Table, factor: str, random: object) -> None:
    other = group(factor).table()
    m, n = len(loop), len(other)
    table = (np.array(loop)[:, None, :, None] * n + other[None, :, None, :]).reshape(m * n, m * n)
    labels = np.random.default_rng(random.getrandbits(32)).permutation(m * n)  # type: ignore[attr-defined]
    relabelled = np.empty_like(table)
    relabelled[np.ix_(labels, labels)] = labels[table]
    check_refusal(relabelled.tolist(), "inverse" if loop is ONE_SIDED else "associativity")


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        ([], ValueError, r"got shape \(0,\), expected n rows of n labels"),
        ([[]], ValueError, r"got shape \(1, 0\)"),
        ([[0, 1]], ValueError, r"got shape \(1, 2\)"),
        ([[0, 1], [1]], ValueError, "rows of unequal length"),
        ([[[0]]], ValueError, r"got shape \(1, 1, 1\)"),
        (0, ValueError, r"got shape \(\)"),
        ([[0.0]], TypeError, "entries of type float64, expected integer labels 0..0"),
        ([[float("nan")]], TypeError, "entries of type float64"),
        ([["a"]], TypeError, "entries of type <U1"),
        ([[False]], TypeError, "entries of type bool"),
        (np.zeros((10_001, 10_001), dtype=np.int8), ValueError, "order 10001, expected at most 10000"),
    ],
)
def test_what_is_no_square_of_integers_is_refused(table: Table, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"Cayley table: .*{message}"):
        FiniteGroup.from_table(table)


def test_labels_name_the_elements() -> None:
    built = FiniteGroup.from_table([[1, 0], [0, 1]], labels=["a", "e"])
    assert built.labels == ("e", "a")
    with pytest.raises(ValueError, match="Cayley table: 1 labels for 2 elements"):
        FiniteGroup.from_table([[0, 1], [1, 0]], labels=["e"])
    with pytest.raises(ValueError, match=r"identity fails.*the nearest is e, with e\*a = e"):
        FiniteGroup.from_table([[0, 0], [1, 1]], labels=["e", "a"])


# -- files ---------------------------------------------------------------------------------


def write(path: Path, text: str) -> str:
    file = path / "table.csv"
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("0,1,2\n1,2,0\n2,0,1\n", "012"),
        ("1,2,3\n2,3,1\n3,1,2", "123"),
        ("e,a,b\na,b,e\nb,e,a\n\n", "eab"),
        ("\ufeffe, a ,b\r\na,b,e\r\nb,e, a\r\n", "eab"),
        ("2,0,1\n0,1,2\n1,2,0\n", "102"),  # numbers name the lines: line 1 is the identity
        ("a,b,c\nb,c,a\nc,a,b\n", "abc"),
    ],
)
def test_tables_in_files(tmp_path: Path, text: str, labels: str) -> None:
    built = group(write(tmp_path, text))
    assert built.order == 3
    assert built.name.endswith("table.csv")
    assert built.labels == tuple(labels)


@given(st.sampled_from(["S3", "Q8", "C6", "A4"]), st.randoms(use_true_random=False))
def test_lines_in_any_order_give_an_isomorphic_group(name: str, random: object) -> None:
    import tempfile

    known = group(name)
    order = np.random.default_rng(random.getrandbits(32)).permutation(known.order)  # type: ignore[attr-defined]
    text = "\n".join(",".join(f"g{z}" for z in row) for row in known.table()[np.ix_(order, order)])
    with tempfile.TemporaryDirectory() as folder:
        built = group(write(Path(folder), text))
    assert sorted(built.class_sizes) == sorted(known.class_sizes)
    assert sorted(built.element_orders) == sorted(known.element_orders)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty, expected n lines of n labels"),
        ("0,1\n1\n", "line 2 has 1 labels, expected 2, the number of lines"),
        ("0,1\n", "line 1 has 2 labels, expected 1"),
        ("e,a\na,z\n", "closure fails: line 2, column 2 is 'z', none of the elements e, a"),
        ("0,1\n1,5\n", "closure fails: line 2, column 2 is '5', none of the elements 0, 1"),
        ("a,b,c,d,e,f,g\n" + "b,b,b,b,b,b,b\n" * 6, "identity fails: no line lists 7 different labels"),
        ("a,a\na,a\n", "identity fails: no line lists 2 different labels"),
        ("e,a\na,a\n", r"inverse fails: no y has a\*y = y\*a = e"),
        ("0,0\n0,0\n", "identity fails: no element e has"),
        ("e,a,b\na,e,e\nb,e,e\n", r"associativity fails: \(a\*a\)\*b = b, a\*\(a\*b\) = a"),
        ("0,1\n1," + "0" * 200_000, "no text file of comma-separated labels .*limit"),
    ],
)
def test_files_that_are_no_table_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"table.csv: .*({message})"):
        group(write(tmp_path, text))


def test_long_lists_of_elements_are_cut_short(tmp_path: Path) -> None:
    rows = [[f"g{(i + j) % 8}" for j in range(8)] for i in range(8)]
    rows[3][4] = "h"
    with pytest.raises(ValueError, match=r"'h', none of the elements g0, g1, g2, g3, g4, \.\.\., g7"):
        group(write(tmp_path, "\n".join(map(",".join, rows))))


def test_files_too_large_or_not_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more than 10000 lines"):
        group(write(tmp_path, "0\n" * 10_001))
    with pytest.raises(ValueError, match="more than 10000 different labels"):
        group(write(tmp_path, ",".join(map(str, range(10_001)))))
    (tmp_path / "table.csv").write_bytes(b"\xff\xfe\x00,\x80\n")
    with pytest.raises(ValueError, match="no text file of comma-separated labels"):
        group(str(tmp_path / "table.csv"))
    with pytest.raises(OSError, match="No such file"):
        group(str(tmp_path / "missing.csv"))


KLEIN_NAMES = "eabc"
KLEIN_BODY = ["eabc", "aecb", "bcea", "cbae"]


def klein(corner: str | None, top: str | None, side: str | None, separator: str = ",") -> str:
    """The four-group's table with the headings that are not None; corner None leaves the header one cell shorter."""
    lines = [[*row] for row in KLEIN_BODY]
    if side is not None:
        lines = [[name, *line] for name, line in zip(side, lines, strict=True)]
    if top is not None:
        lines.insert(0, [*top] if corner is None or side is None else [corner, *top])
    return "\n".join(map(separator.join, lines)) + "\n"


AS_PEOPLE_HAVE_THEM = {
    "plain": klein(None, None, None),
    "pandas": klein("", KLEIN_NAMES, KLEIN_NAMES),
    "pandas, numbers": klein("", "0123", "0123"),
    "numbers from 1": klein("", "1234", "1234"),
    "header of R": klein(None, KLEIN_NAMES, KLEIN_NAMES),
    "corner sign": klein("*", KLEIN_NAMES, KLEIN_NAMES),
    "corner #": klein("#", KLEIN_NAMES, KLEIN_NAMES),
    "header alone": klein(None, KLEIN_NAMES, None),
    "index alone": klein(None, None, KLEIN_NAMES),
    "semicolons": klein(None, None, None, ";"),
    "tabs and corner": klein("+", KLEIN_NAMES, KLEIN_NAMES, "\t"),
    "blanks": klein(None, None, None, "   "),
    "quotes": "\n".join(",".join(f'"{x}"' for x in row) for row in KLEIN_BODY),
    "quotes after blanks": "\n".join(", ".join(f'"{x}"' for x in row) for row in KLEIN_BODY),
    "byte order mark": "\ufeff" + klein("", KLEIN_NAMES, KLEIN_NAMES),
    "comments": "# the four-group, by hand\n" + klein("", KLEIN_NAMES, KLEIN_NAMES) + "# end\n",
    "blank end": klein(None, None, None) + "   \n\n",
    "empty cells at the end": klein(None, None, None).replace("\n", ",\n") + ",,,,\n",
    "Windows": klein("", KLEIN_NAMES, KLEIN_NAMES).replace("\n", "\r\n"),
    "GAP": "[ [ 1, 2, 3, 4 ], [ 2, 1, 4, 3 ],\n  [ 3, 4, 1, 2 ], [ 4, 3, 2, 1 ] ];\n",
    "Python": str([[*row] for row in KLEIN_BODY]),
}


@pytest.mark.parametrize("kind", AS_PEOPLE_HAVE_THEM)
def test_tables_as_people_have_them(tmp_path: Path, kind: str) -> None:
    built = group(write(tmp_path, AS_PEOPLE_HAVE_THEM[kind]))
    assert np.array_equal(built.table(), KLEIN)
    assert built.labels == tuple("1234" if kind == "GAP" else KLEIN_NAMES)


def test_a_header_gives_the_order_of_the_columns(tmp_path: Path) -> None:
    """C3 with columns in another order than lines: without the header b would be taken for the identity."""
    text = ",b,e,a\ne,b,e,a\na,e,a,b\nb,a,b,e\n"
    built = group(write(tmp_path, text))
    assert built.labels == ("e", "a", "b")
    assert built.table().tolist() == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    body = "\n".join(line.partition(",")[2] for line in text.splitlines()[1:])
    assert group(write(tmp_path, body)).labels[0] == "b"


def test_labels_with_commas(tmp_path: Path) -> None:
    """Three semicolons' cells or five commas' cells in each line: three lines decide."""
    built = group(write(tmp_path, "();(1,2,3);(1,3,2)\n(1,2,3);(1,3,2);()\n(1,3,2);();(1,2,3)\n"))
    assert built.labels == ("()", "(1,2,3)", "(1,3,2)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (",e,a\ne,e,a\nb,a,e\n", "'a' stands in the header or in the index alone, expected each element in both"),
        (",a,a\ne,e,a\na,a,e\n", "a name occurs twice in the header"),
        ("*,e,a\ne,e,a\ne,a,e\n", "a name occurs twice in the index"),
        (",g,h\ng,0,1\nh,1,0\n", "closure fails: '0' is none of the elements of the header or index, g, h"),
        ("g,h\n0,1\n1,0\n", "3 lines of 2 labels are no table without headings; with them, no group, closure fails"),
        ("x,e,a\ne,e,a\na,a,e\n", "fits two readings: a table of 3 elements, .* or one of 2 .* 'x' in the corner"),
        ("0,1,2\n1,1,2\n2,2,1\n", "fits two readings: a table of 3 elements"),
        ("e,a\na,\n", "line 2, column 2 of the table is empty, expected an element"),
        (",e,a\ne,e,\na,a,e\n", "line 1, column 2 of the table is empty"),
        ("e,NaN\nNaN,e\n", "a cell reads NaN, which is no value; expected elements of the group"),
        ("[[1,2],[2,1]", "expected a list of lists of labels, like"),
        ("[[1,2],[2]]", "line 2 has 1 labels, expected 2"),
        ("a;b,c;d\nb;a,d;c\n", "fits two separators: commas give 2 cells in the first line, semicolons give 3"),
        ("#\n# no table\n", "empty, expected n lines of n labels"),
    ],
)
def test_tables_that_fit_two_readings_or_none(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        group(write(tmp_path, text))


def test_a_monoid_is_not_read_as_a_group_with_headings(tmp_path: Path) -> None:
    """The first element stands in the table, so it is no corner; a single name is no header."""
    for text in ("0,0,0\n0,1,2\n0,2,1\n", "0,1\n1,1\n", "e,a\na,a\n"):
        with pytest.raises(ValueError, match=r"no group, (inverse|identity) fails"):
            group(write(tmp_path, text))


def test_how_a_table_was_read_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, klein("", KLEIN_NAMES, KLEIN_NAMES, ";"))
    answer = call(path, module="margin.group")
    assert answer.code == 0
    assert answer.err.splitlines() == [
        f"{path}: read as the table of 4 elements, separated by semicolons, a header line and an index column naming"
        " the elements"
    ]
    assert call(write(tmp_path, klein(None, None, None)), module="margin.group").err == ""
