"""What a verdict line tells: the claim exactly or a decimal that is proved too, and nothing that acts on a terminal."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.numbers.square_roots import Surd
from proofs_check.kernel.decimals import DIGITS, Value, above, below, claim, plain, quotient
from proofs_check.kernel.form import MOST_CHARACTERS, short, shown
from proofs_check.kernel.numbers import Number
from tests.proofs_check.building.checkers import NAMES, checker
from tests.proofs_check.building.editing import Json, exact, sealed
from tests.proofs_check.building.make_corpus import FOLDERS, KINDS, stored
from tests.proofs_check.building.told_files import LINES, LONG, NEGATIVE, long_claims, unruly_words

DECIMAL = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
SENSES = ("equal", "lower", "upper", "enclosure")
ID = "0123456789abcdef"


def kinds_of(name: str) -> set[str]:
    """The kinds of task that a family has rules for."""
    if name == "check":
        return {"modular_addition", "group_composition", "sparse_parity"}
    from proofs_check.second.verdicts import RULES

    return set(RULES)


def ends_told(detail: str) -> dict[str, Fraction]:
    """The decimals that a rounded claim names, by the side on which the value lies."""
    between = re.search(rf"between ({DECIMAL}) and ({DECIMAL}),", detail) or re.match(
        rf"({DECIMAL}) <= gamma\S* <= ({DECIMAL}) ", detail
    )
    if between:
        return {"low": Fraction(between[1]), "high": Fraction(between[2])}
    texts = {"low": rf">= ({DECIMAL})[, ]", "high": rf"<= ({DECIMAL})[, ]"}
    found = {side: re.search(pattern, detail) for side, pattern in texts.items()}
    return {side: Fraction(match[1]) for side, match in found.items() if match}


def stated(body: Json) -> tuple[tuple[Surd, Surd], Surd]:
    """Lower and upper end of what a file claims, and what both are divided by."""
    value = body["claim"]["value"]
    if isinstance(value, dict):
        return (exact(value["numerator"]),) * 2, exact(value["denominator"])
    low, high = value if body["claim"]["sense"] == "enclosure" else (value, value)
    return (exact(low), exact(high)), Surd(1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", long_claims())
def test_a_long_claim_is_told_by_decimals_that_follow_from_it(file: str, name: str) -> None:
    check, body = checker(name), json.loads(sealed(long_claims()[file]))
    if body["task"]["kind"] not in kinds_of(name):
        pytest.skip("this family has no rules for the kind of task yet")
    verdict = check(sealed(body))
    assert verdict.status == "VERIFIED"
    assert "..." not in verdict.detail
    assert f"certificate {body['sha256'][:16]}" in verdict.detail
    ends, sense = ends_told(verdict.detail), body["claim"]["sense"]
    assert set(ends) == {"lower": {"low"}, "upper": {"high"}}.get(sense, {"low", "high"})
    (low, high), under = stated(body)
    for side, value, sign in (("low", low, 1), ("high", high, -1)):
        if side in ends:
            distance = (value - ends[side] * under) * sign
            assert distance.sign() >= 0
            assert (distance * 10 ** (DIGITS - 1) - size(value)).sign() < 0  # near, so that the line says something


def size(value: Surd) -> Surd:
    return value if value.sign() >= 0 else -value


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_was_cut_told_a_falsehood(name: str) -> None:
    """Its first 117 characters are those of a large number; it is negative."""
    assert NEGATIVE.sign() < 0
    assert str(NEGATIVE).startswith("(1000000000")
    detail = checker(name)(sealed(long_claims()["told-lower-negative"])).detail
    assert detail.startswith("gamma* >= -1.3137084989847")


@pytest.mark.parametrize("name", NAMES)
def test_short_claims_are_told_exactly(name: str) -> None:
    """The twin: whatever fits is not rounded, and names no certificate."""
    check, rounded = checker(name), 0
    for kind in KINDS:
        for stem, data in stored(kind, "valid").items():
            if json.loads(data)["task"]["kind"] in kinds_of(name):
                detail = check(data).detail
                assert "..." not in detail, stem
                assert "-bit integer" not in detail, stem
                rounded += "certificate" in detail
    assert 0 < rounded < 60
    assert checker(name)(stored("addition", "valid")["equal-n8-k4-paper"]).detail.startswith("gamma* = ")
    assert "certificate" not in checker(name)(stored("addition", "valid")["equal-n8-k4-paper"]).detail


integers = st.integers(1, 10) | st.integers(1, 10**9) | st.integers(1, 2**700)
coefficients = st.builds(lambda p, q, s: Fraction(s * p, q), integers, integers, st.sampled_from([1, -1]))
numbers = st.dictionaries(st.sampled_from([1, 2, 3, 5, 6, 7, 10, 15]), coefficients, max_size=3)


def surd(number: Number) -> Surd:
    return sum((Surd.sqrt(r) * q for r, q in number.items()), Surd())


@given(numbers, numbers)
def test_decimals_enclose_the_value(numerator: Number, denominator: Number) -> None:
    under = surd(denominator)
    if under.sign() == 0:
        return
    positive = {r: q * under.sign() for r, q in denominator.items()}
    value, top, bottom = quotient(numerator, positive), surd(numerator), surd(positive)
    low, high = Fraction(below(value)), Fraction(above(value))
    assert (top - low * bottom).sign() >= 0
    assert (high * bottom - top).sign() >= 0
    assert high - low <= max(low, -low) * Fraction(3, 10 ** (DIGITS - 1))


@given(numbers, numbers)
def test_decimals_of_the_second_family(numerator: Number, denominator: Number) -> None:
    flint = pytest.importorskip("flint")
    from proofs_check.second.numbers import Number as Second
    from proofs_check.second.statement import decimal

    under = surd(denominator)
    if under.sign() == 0:
        return
    top, bottom = (
        Second({r: flint.fmpq(q.numerator, q.denominator) for r, q in number.items()})
        for number in (numerator, {r: q * under.sign() for r, q in denominator.items()})
    )
    low, high = (Fraction(decimal(top, bottom, side)) for side in (-1, 1))
    value, size = surd(numerator), under * under.sign()
    assert (value - low * size).sign() >= 0
    assert (high * size - value).sign() >= 0
    assert high - low <= max(low, -low) * Fraction(3, 10 ** (DIGITS - 1))


@pytest.mark.parametrize(
    ("number", "down", "up"),
    [
        ({}, "0", "0"),
        ({1: Fraction(1)}, "1", "1"),
        ({1: Fraction(-1)}, "-1", "-1"),
        ({1: Fraction(2, 3)}, "0.666666666666666", "0.666666666666667"),
        ({1: Fraction(-2, 3)}, "-0.666666666666667", "-0.666666666666666"),
        ({1: Fraction(10**40 - 1, 10**40)}, "0.999999999999999", "1"),
        ({1: Fraction(123456789)}, "123456789", "123456789"),
        ({1: Fraction(10**15)}, "1000000000000000", "1000000000000000"),
        ({1: Fraction(10**16)}, "1e16", "1e16"),
        ({1: Fraction(1, 10**5)}, "0.00001", "0.00001"),
        ({1: Fraction(1, 10**6)}, "1e-6", "1e-6"),
        ({1: Fraction(-3, 10**20)}, "-3e-20", "-3e-20"),
        ({2: Fraction(1)}, "1.41421356237309", "1.4142135623731"),
        ({1: Fraction(2**8191), 2: Fraction(-1)}, "5.45374067809707e2465", "5.45374067809708e2465"),
    ],
)
def test_decimals(number: Number, down: str, up: str) -> None:
    assert (below(plain(number)), above(plain(number))) == (down, up)


@pytest.mark.parametrize("sense", SENSES)
def test_the_words_of_a_claim(sense: str) -> None:
    one, long = plain({1: Fraction(1)}), plain({1: LONG})
    exactly = {"equal": "q = 1", "lower": "q >= 1", "upper": "q <= 1", "enclosure": "q <= 1 and >= 1"}
    rounded = {
        "equal": f"q = the value of certificate {ID}, between 10 and 10.0000000000001,",
        "lower": f"q >= 10, rounded down from the value of certificate {ID},",
        "upper": f"q <= 10.0000000000001, rounded up from the value of certificate {ID},",
        "enclosure": f"q <= 10.0000000000001 and >= 1, rounded outwards from the values of certificate {ID},",
    }
    assert claim("q", sense, [one, one], 4 * ID) == exactly[sense]
    assert claim("q", sense, [one if sense == "enclosure" else long, long], 4 * ID) == rounded[sense]


def test_the_longest_text_that_is_told_whole() -> None:
    number = Fraction(10 ** (MOST_CHARACTERS - 1))
    assert plain({1: number}).text == str(number)
    assert plain({1: number * 10}).text == ""
    assert plain({1: number + Fraction(1, 2**8000)}).text == ""  # nor is anything so long written and cut
    assert quotient({1: number}, {1: Fraction(7)}).text == f"({number})/(7)"
    assert quotient({1: number}, {1: number * 10}) == Value("", {1: number}, {1: number * 10})


@pytest.mark.parametrize("name", NAMES)
def test_words_of_a_file_stay_words(name: str) -> None:
    check = checker(name)
    for file, data in unruly_words().items():
        verdict = check(data)
        assert verdict.status == "MALFORMED", file
        assert verdict.detail.isprintable(), file


@pytest.mark.parametrize("name", [pytest.param("check", marks=pytest.mark.slow), "recheck"])
def test_every_line_of_the_corpus_is_one_line(name: str) -> None:
    check = checker(name)
    for kind in KINDS:
        for folder in FOLDERS:
            for stem, data in stored(kind, folder).items():
                assert check(data).detail.isprintable(), stem


def test_words_are_escaped_and_others_stay() -> None:
    assert shown("caf\u00e9 \\n") == "caf\u00e9 \\n"
    for words in LINES.values():
        assert shown(words).isprintable()
        assert shown(words) != words
        assert shown(shown(words)) == shown(words)
    assert short("a\nb") == "a\\nb"
    assert short({"a\nb": "\x1b"}) == "a\\nb: \\x1b"
    assert len(short("\n" * 100)) == MOST_CHARACTERS


@pytest.mark.parametrize(
    "stem", ["addition/valid/equal-n8-k4-paper", "composition/valid/S3-k2", "parity/valid/parity-n10-k4"]
)
def test_the_document_that_a_line_names_is_there(stem: str) -> None:
    """Its rules are what the verdict assumes, beside Python; older names of the documents are gone."""
    from tests.proofs_check.building.checkers import ROOT
    from tests.proofs_check.building.make_corpus import CORPUS

    detail = checker("check")((CORPUS / f"{stem}.json").read_bytes()).detail
    (name,) = re.findall(r"; assumed: (\S+)'s rules, Python$", detail)
    common = (ROOT / "proofs_check/formats/COMMON.md").read_text("utf-8")
    assert (ROOT / "proofs_check/formats" / name).is_file()
    assert f"[{name}]({name})" in common
    assert name != "COMMON.md"
    assert "FORMAT" not in detail + common
