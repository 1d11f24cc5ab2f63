"""Files of data and tables for the solver, as people have them: headings are found, said or asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from margin.solver import DataSet, read_data, read_table
from tests.helpers.command_line import Answer, call

XOR = "0,0,0\n0,1,1\n1,0,1\n1,1,0\n"
SQUARE = "0,1,2\n1,2,0\n2,0,1\n"


def written(folder: Path, text: str) -> str:
    path = folder / "d.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def solve(*arguments: str) -> Answer:
    return call(*arguments, module="margin.solve")


def same(one: DataSet, other: DataSet) -> bool:
    return (
        one.classes == other.classes
        and np.array_equal(one.features, other.features)
        and np.array_equal(one.labels, other.labels)
    )


def numbered(text: str, first: int = 0) -> str:
    return "".join(f"{i},{line}\n" for i, line in enumerate(text.splitlines(), first))


@pytest.mark.parametrize(
    "text",
    [
        "a,b,label\n" + XOR,
        ",a,b,label\n" + numbered(XOR),
        "Unnamed: 0,a,b,label\n" + numbered(XOR),
        ",0,1,2\n" + numbered(XOR),
        "a,b,label\n" + numbered(XOR),  # as R writes it: no name for the index
        XOR.replace(",", ";"),
        XOR.replace(",", "\t"),
        XOR.replace(",", " "),
        "\ufeff" + XOR + "\n \n",
        "# of two bits\n" + XOR,
        "a,b,label\n" + XOR.replace("\n", ",\n").replace("a,b,label", "a,b,label,"),
    ],
)
def test_lists_of_inputs(tmp_path: Path, text: str) -> None:
    plain = read_data(written(tmp_path, XOR))
    assert (plain.features.shape, plain.classes) == ((4, 4), 2)
    text = text if ",\n" not in text else text.replace("a,b,label\n", "a,b,label,\n")
    assert same(read_data(written(tmp_path, text)), plain)


def test_an_exclusive_or_with_a_header_has_the_margin_of_the_one_without(tmp_path: Path) -> None:
    answer = solve("--data", written(tmp_path, "a,b,label\n" + XOR))
    assert "4 inputs, 2 classes" in answer.out
    assert "0.2721655" in answer.out
    assert "its first line is a header, no index, separated by commas; inputs are symbols" in answer.err
    assert "no header, no index" in solve("--data", written(tmp_path, XOR)).err


UNCLEAR = {
    "words": ("p,q,no\nr,s,yes\n", "line 1 (p, q, no) may be a header or the first input; say --header or"),
    "numbers": ("0,1,2\n" + XOR, "line 1 (0, 1, 2) may be a header"),
    "word and numbers": ("0,1,label\n" + XOR, "line 1 (0, 1, label) may be a header"),
    "index": (numbered(XOR), "the first column (0, 1, 2, ..) may number the inputs or be one of them; say --index"),
    "index from 1": ("i,a,b,label\n" + numbered(XOR, 1), "the first column (1, 2, 3, ..) may number the inputs"),
    "fractions": ("0.5,1\n0.25,2\n", "inputs such as 0.5 may be numbers or symbols; say --real for numbers, --symbols"),
    "signs": ("1,-1,0\n-1,1,1\n1,1,1\n", "inputs such as -1 may be numbers or symbols"),
    "not a number": (XOR.replace("0\n0,1,1", "0\n0,1,NaN"), "a cell reads NaN, which is no value; leave the line out"),
    "separators": ("0,5;1,5;a\n0,2;1,3;b\n", "fits two separators: commas give 3 cells in the first line, semicolons"),
    "header alone": ("a,b,label\n", "1 class"),
    "ragged": ("0,0,0\n0,1\n", "data line 2 has 2 cells, expected 3"),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_fits_two_readings_is_asked_for(tmp_path: Path, case: str) -> None:
    text, message = UNCLEAR[case]
    answer = solve("--data", written(tmp_path, text))
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert len(answer.err.splitlines()) == 1


def test_the_answers_to_these_questions(tmp_path: Path) -> None:
    words = written(tmp_path, UNCLEAR["words"][0])
    assert len(read_data(words, header=False)) == 2
    with pytest.raises(ValueError, match="1 class"):
        read_data(words, header=True)
    with pytest.raises(ValueError, match="a header alone"):
        read_data(written(tmp_path, "a,b\n"), header=True)
    plain = read_data(written(tmp_path, XOR))
    numbers = written(tmp_path, UNCLEAR["numbers"][0])
    assert same(read_data(numbers, header=True), plain)
    with pytest.raises(ValueError, match="contradictory data"):
        read_data(numbers, header=False)
    indexed = written(tmp_path, UNCLEAR["index"][0])
    assert same(read_data(indexed, index=True), plain)
    assert read_data(indexed, index=False).features.shape == (4, 8)
    signs = written(tmp_path, UNCLEAR["signs"][0])
    assert read_data(signs, real=True).features.tolist() == [[1, -1], [-1, 1], [1, 1]]
    assert read_data(signs, real=False).features.shape == (3, 4)
    with pytest.raises(ValueError, match="lines of one cell"):
        read_data(written(tmp_path, "i,a\n0,1\n1,2\n"), index=True)


@pytest.mark.parametrize("option", [["--symbols"], ["--header"], ["--no-header"], ["--index"]])
def test_these_options_are_for_files(option: list[str]) -> None:
    answer = solve("--p", "3", "--k", "2", *option)
    assert answer.code == 2
    assert "without --data" in answer.err


def test_one_kind_of_inputs(tmp_path: Path) -> None:
    answer = solve("--data", written(tmp_path, XOR), "--real", "--symbols")
    assert (answer.code, "not allowed with" in answer.err) == (2, True)
    answer = solve("--data", written(tmp_path, "-1,a\n1,b\n"), "--symbols", "--rounds", "1")
    assert "inputs are symbols" in answer.err
    answer = solve("--data", written(tmp_path, "x,y\n-1,a\n1,b\n"), "--real", "--degree", "1", "--rounds", "1")
    assert "its first line is a header, no index, separated by commas; inputs are numbers" in answer.err


def headed(corner: str, top: str, side: str, body: str, separator: str = ",") -> str:
    lines = [f"{name},{line}" for name, line in zip(side.split(), body.splitlines(), strict=True)]
    return "\n".join([f"{corner},{top}".replace(" ", ","), *lines]).replace(",", separator)


@pytest.mark.parametrize(
    "text",
    [
        headed("", "0 1 2", "0 1 2", SQUARE),
        headed("*", "0 1 2", "0 1 2", SQUARE),
        headed("*", "p q r", "s t u", SQUARE),
        headed("", "p q r", "s t u", SQUARE),
        headed("x\\y", "p q r", "s t u", SQUARE),
        headed("x", "0 1 2", "0 1 2", SQUARE),
        headed("+", "0 1 2", "0 1 2", SQUARE, ";"),
        "p,q,r\n" + SQUARE,
        "p,0,1,2\nq,1,2,0\nr,2,0,1\n",
        "0,1,2\n" + numbered(SQUARE),
        SQUARE.replace(",", "\t") + "\t\t\n",
        "[[0,1,2],[1,2,0],[2,0,1]]",
    ],
)
def test_tables(tmp_path: Path, text: str) -> None:
    plain = read_table(written(tmp_path, SQUARE))
    assert (plain.features.shape, plain.classes) == ((9, 6), 3)
    assert same(read_table(written(tmp_path, text)), plain)


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        (",1\n1,0\n", 3),  # exclusive or without its first pair
        ("0,1\n1,1\n", 4),
        ("0,1,2\n1,1,2\n2,2,2\n", 9),  # the larger of two numbers
        ("+,-\n-,+\n", 4),
        ("a,b\nb,\n", 3),
        ("0,1,2\n1,2,0\n", 6),
        ("e,a,b\na,b,e\nb,e,a\n", 9),
    ],
)
def test_tables_without_headings_keep_every_cell(tmp_path: Path, text: str, inputs: int) -> None:
    assert len(read_table(written(tmp_path, text))) == inputs


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (",1,2\n1,2,0\n2,0,1\n", "fits two readings: 2 lines and 2 columns named .*, or 3 lines and 3 columns"),
        ("op,e,a\ne,e,a\na,a,e\n", "fits two readings: 2 lines and 2 columns named"),
        ("0,1,2\n" + SQUARE, "fits two readings: the first line is names, or labels like the others; say --header"),
        (numbered(SQUARE), "fits two readings: the first column is names"),
        ("*,a,a\nb,0,1\nc,1,0\n", "a name occurs twice in the header, which the corner '\\*' announces"),
        ("*,a,b\nc,0,1\nc,1,0\n", "a name occurs twice in the index"),
        ("0,NA\n1,0\n", "a cell reads NA, which is no value"),
        ("0,1\n1\n1,0\n", "data line 2 has 1 cells, expected 2"),
    ],
)
def test_tables_that_fit_two_readings_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_table(written(tmp_path, text))


def test_numbers_beside_words_are_headings(tmp_path: Path) -> None:
    words = "e,a,b\na,b,e\nb,e,a\n"
    plain = read_table(written(tmp_path, words))
    for text in ("0,1,2\n" + words, numbered(words), ",0,1,2\n" + numbered(words)):
        assert same(read_table(written(tmp_path, text)), plain)
    assert len(read_table(written(tmp_path, "0,1,2\n1,e,a\n"))) == 6  # no words alone below the first line


def test_the_reading_of_a_table_can_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, ",1,2\n1,2,0\n2,0,1\n")
    assert len(read_table(path, header=False, index=False)) == 8
    assert len(read_table(path, header=True, index=True)) == 4
    assert same(read_table(written(tmp_path, "0,1,2\n" + SQUARE), header=True), read_table(written(tmp_path, SQUARE)))
    with pytest.raises(ValueError, match="data line 2 has 3 cells, expected 2"):
        read_table(written(tmp_path, "a,b\nc,0,1\nd,1,0\n"), header=False)
    answer = solve("--table", written(tmp_path, "*;a;b\na;a;b\nb;b;a\n"), "--rounds", "1")
    assert "its first line is a header, its first column is an index, separated by semicolons" in answer.err
    assert "4 inputs, 2 classes" in answer.out
