"""`python -m margin.predict --group`: the JSON contract, the text, agreement with --p, refusals and exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import sympy

from margin import parse
from margin.composition.maximum import MOST_K
from margin.composition.program import GroupMargin, GroupProgram
from margin.composition.wording import MOST_ROWS
from margin.theory import predict
from tests.helpers.assertions import assert_not_refused, assert_refused
from tests.helpers.command_line import call, spawn
from tests.helpers.program_oracles import float_program
from tests.margin.commands.test_predict import answer as modular_answer
from tests.margin.commands.test_predict import keys_of, same
from tests.margin.finite_groups.test_cayley_tables import KLEIN, LOOP

KEYS = {
    "": ["schema", "task", "norm", "margin", "width", "irreps", "dual", "check"],
    "task": ["kind", "group", "order", "k"],
    "norm": ["inner", "outer"],
    "margin": ["exact", "squared_exact", "float", "all_irreps", "all_irreps_float"],
    "width": ["constructed", "paper", "lower_bound", "minimal"],
    "irreps[]": ["dimension", "type", "count", "mass", "mass_float", "mass_range", "mass_range_float", "used"],
    "dual": ["class_weights"],
    "dual.class_weights[]": ["class", "element_order", "count", "each", "each_float"],
    "check": ["method", "exact", "passed", "seconds"],
}


def answer(group: str, k: int, *options: str) -> dict[str, Any]:
    """The JSON object; anything on stderr, or an exit code other than 0, is a failure."""
    got = call("--group", group, "--k", str(k), "--json", "--schema", "1", *options)
    assert (got.code, got.err) == (0, "")
    result: dict[str, Any] = json.loads(got.out)
    return result


def total(items: list[dict[str, Any]], key: str) -> sympy.Expr:
    return sympy.sympify("+".join(f"{item['count']}*({item[key]})" for item in items))


@pytest.mark.parametrize(
    ("group", "k"),
    [
        *(("S3", 2), ("S4", 2), ("S5", 3), ("A5", 2), ("Dic3", 3), ("Q8", 4), ("C2xC4", 3), ("D5", 2), ("D300", 3)),
        *(("C23", 3), ("perm:(1,2,3);(2,3)(4,5,6,7)", 3), ("SL(2,3)", 2), ("C5xS3", 3)),
    ],
)
def test_json_contract(group: str, k: int) -> None:
    got = answer(group, k)
    assert keys_of(got) == KEYS
    order = got["task"]["order"]
    assert got["task"] == {"kind": "group_composition", "group": group, "order": order, "k": k}
    assert (got["schema"], got["norm"]) == (1, {"inner": 2, "outer": k + 1})

    margin, irreps, weights = got["margin"], got["irreps"], got["dual"]["class_weights"]
    oracle = float_program(group, k)
    assert margin["float"] == pytest.approx(oracle.scale / oracle.value(), rel=1e-9)
    assert margin["all_irreps_float"] == pytest.approx(oracle.all_irreps, rel=1e-12)
    assert same(margin["squared_exact"], sympy.sympify(margin["exact"]) ** 2)
    for text, number in [(margin["exact"], margin["float"]), (margin["all_irreps"], margin["all_irreps_float"])]:
        assert float(sympy.sympify(text)) == pytest.approx(number, rel=1e-15)
    assert margin["all_irreps_float"] <= margin["float"]

    assert sum(i["count"] for i in irreps) == len(oracle.w)
    shares = {"real": 1, "complex": 2, "quaternionic": 4}
    assert sum(i["count"] * i["dimension"] ** 2 // shares[i["type"]] for i in irreps) == order - 1
    for i in irreps:
        texts = [i["mass"], *i["mass_range"]]
        assert [float(sympy.sympify(text)) for text in texts] == pytest.approx(
            [i["mass_float"], *i["mass_range_float"]]
        )
        low, high = i["mass_range_float"]
        assert 0 <= low <= i["mass_float"] <= high <= 1
        assert i["used"] == ("always" if low > 0 else "optional" if high > 0 else "never")
    assert float(total(irreps, "mass")) == pytest.approx(1, rel=1e-14)
    assert sum(w["count"] for w in weights) == order - 1
    assert float(total(weights, "each")) == pytest.approx(1, rel=1e-14)
    for w in weights:
        assert w["each_float"] == pytest.approx(float(sympy.sympify(w["each"])), abs=1e-300)
        assert w["each_float"] >= 0
        assert w["element_order"] is None or order % w["element_order"] == 0
    width = got["width"]
    assert width["lower_bound"] is None or 0 < width["lower_bound"] <= width["constructed"] <= width["paper"]
    assert (got["check"]["method"], got["check"]["exact"], got["check"]["passed"]) == ("fast", True, True)


def test_known_answers() -> None:
    s3, s5 = answer("S3", 2), answer("S5", 3)
    assert s3["margin"]["exact"] == "(8 - sqrt(2))/279"
    assert [i["mass"] for i in s3["irreps"]] == ["(4*sqrt(2) - 1)/31", "(32 - 4*sqrt(2))/31"]
    assert s5["margin"]["exact"] == "1/182400"
    assert [i["used"] for i in s5["irreps"]] == ["never", "optional", "always", "optional", "optional", "never"]
    assert s5["irreps"][1]["mass_range"] == ["0", "8/19"]


@pytest.mark.parametrize(("n", "k"), [(2, 1), (23, 3), (23, 2), (12, 2), (6, 4), (1000003, 3), (23, 1000)])
def test_cyclic_group_is_addition_mod_n(n: int, k: int) -> None:
    group, modular = answer(f"C{n}", k), modular_answer(n, k)
    assert {key: group["margin"][key] for key in modular["margin"]} == modular["margin"]
    assert group["width"] == modular["width"]
    assert group["norm"] == modular["norm"]
    masses: dict[str, int] = {}
    for block in modular["blocks"]:  # several where frequencies of small order need fewer neurons
        masses[block["mass_each"]] = masses.get(block["mass_each"], 0) + block["count"]
    found: dict[str, int] = {}
    for i in group["irreps"]:
        found[i["mass"]] = found.get(i["mass"], 0) + i["count"]
    assert found == masses
    weights = {w["each"]: w["count"] for w in modular["dual"]["class_weights"]}
    assert {w["each"]: w["count"] for w in group["dual"]["class_weights"]} == weights


@pytest.mark.parametrize(
    ("group", "k"), [("S5", 3), ("S3", 1), ("C2xC4", 2), ("D5", 4), ("D1000", 2), ("Dic9", 4), ("C5xS3", 3)]
)
def test_text_says_what_the_json_says(group: str, k: int) -> None:
    got, json_answer = call("--group", group, "--k", str(k)), answer(group, k)
    assert (got.code, got.err) == (0, "")
    margin, width = json_answer["margin"], json_answer["width"]
    weights = json_answer["dual"]["class_weights"]
    said = [
        f"composition of {k} input{'s' * (k > 1)} in {group}, order {json_answer['task']['order']};",
        f"L_{{2,{k + 1}}}",
        f"gamma* = {margin['exact']}",
        f"       = {margin['float']:.14e}",
        f"{margin['all_irreps_float'] / margin['float']:.6f} of gamma*",
        f"{width['constructed']} constructed; {width['paper']} in the paper's",
        *(f"dimension {i['dimension']}, {i['type']} type" for i in json_answer["irreps"]),
        *(f"{i['used']:<8} " for i in json_answer["irreps"]),
        *(f"mass {i['mass']}" for i in json_answer["irreps"] if len(i["mass"]) <= 24),
        *(f"{w['each']} on each of {w['count']} wrong label" for w in weights[:MOST_ROWS]),
        "fast, exact arithmetic: passed in",
    ]
    assert [item for item in said if item not in got.out] == []
    assert "FAILED" not in got.out


def test_many_class_weights_are_cut_off_in_the_text_alone() -> None:
    got, weights = call("--group", "Dic50", "--k", "2").out, answer("Dic50", 2)["dual"]["class_weights"]
    hidden = len(weights) - MOST_ROWS
    assert hidden > 0
    assert f"and {hidden} more classes (all in --json)" in got
    assert got.count(" on each of ") == MOST_ROWS
    assert "more classes" not in call("--group", "S5", "--k", "2").out


def test_numbers_beyond_floats() -> None:
    large, small = answer("C6", 1000), answer("S5", 1000)
    assert (large["margin"]["float"], large["margin"]["all_irreps_float"]) == (None, None)
    assert sympy.N(sympy.sympify(large["margin"]["exact"]), 20) > sympy.Float("1e500")
    assert large["irreps"][0]["mass_float"] == pytest.approx(1.0800831093619712e-151)
    assert (small["margin"]["float"] > 0, small["margin"]["all_irreps_float"]) == (True, None)
    assert "= 1.71512608317410e+526" in call("--group", "C6", "--k", "1000").out
    text = call("--group", "S5", "--k", "1000")
    assert (text.code, text.err) == (0, "")


def test_large_structural_groups_are_quick() -> None:
    start = process_time()
    for group in ("C1000003", "C1000xC1000", "D1000000", "C2^40"):
        assert answer(group, 3)["check"]["passed"] is True
        assert call("--group", group, "--k", "2").code == 0
    assert process_time() - start < 5


def test_options() -> None:
    none, slow = answer("S3", 2, "--check", "none"), answer("S3", 2, "--check", "slow")
    assert none["check"] == {"method": "none", "exact": False, "passed": None, "seconds": 0.0}
    assert (slow["check"]["method"], slow["check"]["passed"]) == ("slow", True)
    assert none["margin"] == slow["margin"] == answer("S3", 2)["margin"]
    assert answer("D5", 2, "--check", "slow")["margin"] == answer("D5", 2)["margin"]
    paper = answer("S3", 2, "--construction", "paper")
    assert paper["width"]["constructed"] == paper["width"]["paper"] > none["width"]["constructed"]


def test_process_says_the_same() -> None:
    got = spawn("--group", "Q8", "--k", "3", "--json", "--schema", "1", "--check", "none")
    assert (got.code, got.err) == (0, "")
    assert json.loads(got.out) == answer("Q8", 3, "--check", "none")


def test_table_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("klein.csv").write_text("\n".join(",".join("eabc"[x] for x in row) for row in KLEIN))
    got, expected = answer("klein.csv", 3), answer("C2xC2", 3)
    assert got["margin"] == expected["margin"]
    assert [w["class"] for w in got["dual"]["class_weights"]] == ["a", "b", "c"]


# -- checks that fail ----------------------------------------------------------------------


@pytest.mark.parametrize("part", ["element", "numerator", "denominator"])
@pytest.mark.parametrize("group", ["S4", "A5", "D6", "C2xC4"])
def test_a_margin_that_is_not_the_maximum_fails_its_check(
    part: str, group: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arguments = ["--group", group, "--k", "3"]
    assert call(*arguments).code == 0
    from margin.composition.closed_form import closed_form

    def wrong(margin: GroupMargin) -> GroupMargin:
        return replace(margin, exact=replace(margin.exact, **{part: 2 * getattr(margin.exact, part)}))

    solve = GroupProgram.solve
    monkeypatch.setattr(GroupProgram, "solve", lambda self, k: wrong(solve(self, k)))
    monkeypatch.setattr("margin.composition.maximum.closed_form", lambda known, k: wrong(closed_form(known, k)))
    got = call(*arguments, "--save", str(tmp_path / "w"))
    assert got.code == 1
    assert "FAILED" in got.out
    assert "NO " in got.out
    assert "written" not in got.out
    assert list(tmp_path.iterdir()) == []
    got = call(*arguments, "--json")
    assert (got.code, json.loads(got.out)["check"]["passed"]) == (1, False)
    assert call(*arguments, "--check", "none").code == 0


@pytest.mark.parametrize("group", ["S4", "D6", "C2xC4"])
def test_masses_that_do_not_add_up_fail_their_check(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from margin.composition.closed_form import closed_form

    def wrong(margin: GroupMargin) -> GroupMargin:
        first, *others = margin.blocks
        more = replace(first, mass=replace(first.mass, numerator=2 * first.mass.numerator))
        return replace(margin, blocks=(more, *others))

    solve = GroupProgram.solve
    monkeypatch.setattr(GroupProgram, "solve", lambda self, k: wrong(solve(self, k)))
    monkeypatch.setattr("margin.composition.maximum.closed_form", lambda known, k: wrong(closed_form(known, k)))
    got = call("--group", group, "--k", "3")
    assert got.code == 1
    assert "NO  the masses add up to norm 1" in got.out


@pytest.mark.parametrize("change", ["size", "each"])
@pytest.mark.parametrize("group", ["D6", "C2xC4", "C9"])
def test_class_weights_of_a_closed_form_are_checked(group: str, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from margin.composition.closed_form import closed_form

    def wrong(margin: GroupMargin) -> GroupMargin:
        first, *others = margin.class_weights
        each = replace(first.each, numerator=first.each.numerator * (2 if change == "each" else 1))
        size = first.count + (change == "size")
        return replace(margin, class_weights=(replace(first, each=each, count=size), *others))

    monkeypatch.setattr("margin.composition.maximum.closed_form", lambda known, k: wrong(closed_form(known, k)))
    got = call("--group", group, "--k", "3")
    assert got.code == 1
    assert "NO  the class weights are positive and add up to 1" in got.out


# -- refusals ------------------------------------------------------------------------------

SUBTRACTION = "0,2,1\n1,0,2\n2,1,0\n"
WRONG = {
    "trivial group": (["C1", "2"], ["--group C1", "one element", "at least 2 labels"]),
    "trivial by generators": (["perm:()", "2"], ["--group perm:()", "one element"]),
    "unknown name": (["Sz(8)", "2"], ["'Sz(8)'", "unknown name", "generators", "known:"]),
    "close to a name": (["Sym3", "2"], ["'Sym3'", "did you mean S3?"]),
    "empty name": (["", "2"], ["''", "unknown name"]),
    "dihedral of no polygon": (["D0", "2"], ["'D0'", "n >= 1"]),
    "no prime power": (["PSL(2,6)", "2"], ["q = 6", "prime power"]),
    "too large": (["S8", "2"], ["order 40320", "at most 10000", "enumerated"]),
    "too large product": (["A5xC1000", "2"], ["order 60000", "at most 10000"]),
    "far too large": (["S1000", "2"], ["order above", "at most 10000"]),
    "large structure for the slow check": (["C20000", "2", "--check", "slow"], ["order 20000", "at most 10000"]),
    "long name": (["C" + "9" * 3000, "50"], ["--group C999", "...", "bits, limit", "smaller"]),
    "long unknown name": (["x" * 3000, "2"], ["--group xxx", "...", "unknown name"]),
    "long point": (["perm:(" + "9" * 3000 + ",1)", "2"], ["--group perm:(999", "...", "points 1.."]),
    "square factors out of reach": (["D" + "9" * 400, "2"], ["square factors"]),
    "malformed generators": (["perm:(1,2", "2"], ["perm"]),
    "no table": (["no.csv", "2"], ["no.csv"]),
    "no identity": (["minus.csv", "2"], ["minus.csv", "no group, identity fails"]),
    "no inverse": (["times.csv", "2"], ["times.csv", "no group, inverse fails", "a*y = y*a = e"]),
    "no associativity": (["loop.csv", "2"], ["loop.csv", "no group, associativity fails", "(1*1)*2", "1*(1*2)"]),
    "no square": (["ragged.csv", "2"], ["ragged.csv", "line 2 has 1 labels, expected 2"]),
    "k = 0": (["S3", "0"], ["--k 0:", "expected an integer >= 1"]),
    "k too large": (["S3", str(MOST_K + 1)], [f"--k {MOST_K + 1}", f"at most {MOST_K}"]),
    "unknown check": (["S3", "2", "--check", "quick"], ["'quick'"]),
    "unknown construction": (["S3", "2", "--construction", "best"], ["'best'"]),
    "slow check too long": (["S6", "4", "--check", "slow"], ["--check slow", "order 720", "at most 200"]),
    "modulus and group": (["S3", "2", "--p", "5"], ["--p", "not allowed with argument --group"]),
    "parity and group": (["S3", "2", "--parity", "5,3"], ["--parity", "not allowed with argument --group"]),
    "missing folder": (["S3", "2", "--save", "no/where"], ["--save", "folder no ", "does not exist"]),
}

TABLES = {
    "minus.csv": SUBTRACTION.encode(),
    "times.csv": b"e,a\na,a\n",
    "ragged.csv": b"e,a\na\n",
    "loop.csv": "\n".join(",".join(map(str, row)) for row in LOOP).encode(),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of a refused command, with tables that are no groups."""
    monkeypatch.chdir(tmp_path)
    for name, content in TABLES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize(("arguments", "says"), WRONG.values(), ids=WRONG)
def test_wrong_input(folder: Path, arguments: list[str], says: list[str]) -> None:
    group, k, *options = arguments
    command = ["--group", group, "--k", k, *options]
    assert_refused(call(*command), *says, folder=folder, holds=TABLES)
    assert_refused(call(*command, "--json"), *says, folder=folder, holds=TABLES)


@pytest.mark.parametrize(
    ("arguments", "came"),
    [
        (["--group", "S3"], "no --k;"),
        (["--p", "5"], "no --k;"),
        (["--parity", "5,3", "--k", "2"], "--parity with --k;"),
    ],
)
def test_which_options_belong_together(folder: Path, arguments: list[str], came: str) -> None:
    says = [came, "expected --p N --k K, --group NAME --k K, or --parity N,K", "--help"]
    assert_refused(call(*arguments), *says, folder=folder, holds=TABLES)


def test_right_input_is_not_refused(folder: Path) -> None:
    for command in (["--group", "S3", "--k", "2"], ["--parity", "5,3"], ["--p", "5", "--k", "2"]):
        got = call(*command)
        assert_not_refused(got)
        with pytest.raises(AssertionError):
            assert_refused(got)


def test_library_refuses_unknown_checks() -> None:
    assert predict(parse("group:S3", 2), check="none").check.passed is None
    with pytest.raises(ValueError, match="check 'quick', expected fast, slow or none"):
        predict(parse("group:S3", 2), check="quick")
