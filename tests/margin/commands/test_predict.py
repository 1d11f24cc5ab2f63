"""What `python -m margin.predict` answers: the JSON contract, the text, options and exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy

from margin import ModularAddition, Surd, load, maximum_margin
from margin.addition import maximum as addition
from margin.addition.maximum import AdditionMargin
from margin.networks.activations import Power
from margin.predict import parser
from margin.tasks import GroupComposition, SparseParity, Task
from margin.theory import predict
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import call, spawn
from tests.helpers.widths import minimal_total, rotation_runs

NS = (2, 3, 4, 5, 6, 12, 23, 71, 1000003)
KS = (1, 2, 3, 4, 5, 8)
KEYS = {
    "": ["schema", "task", "norm", "margin", "width", "blocks", "dual", "check"],
    "task": ["kind", "n", "k"],
    "norm": ["inner", "outer"],
    "margin": ["exact", "squared_exact", "float"],
    "width": ["constructed", "paper", "lower_bound", "minimal"],
    "blocks[]": ["kind", "count", "mass_each", "neurons_each"],
    "dual": ["class_weights"],
    "dual.class_weights[]": ["differences", "count", "each"],
    "check": ["method", "exact", "passed", "seconds"],
}


def answer(n: int, k: int, *options: str) -> dict[str, Any]:
    """The JSON object; anything on stderr, or an exit code other than 0, is a failure."""
    got = call("--p", str(n), "--k", str(k), "--json", "--schema", "1", *options)
    assert (got.code, got.err) == (0, "")
    result: dict[str, Any] = json.loads(got.out)
    return result


def keys_of(value: Any, path: str = "") -> dict[str, list[str]]:
    """The keys of every object inside a JSON value, by path."""
    if isinstance(value, list):
        return {place: keys for item in value for place, keys in keys_of(item, path + "[]").items()}
    if not isinstance(value, dict):
        return {}
    found = {path: list(value)}
    for key, item in value.items():
        found |= keys_of(item, f"{path}.{key}".removeprefix("."))
    return found


def in_sympy(value: Surd) -> sympy.Expr:
    return sum((sympy.Rational(q.numerator, q.denominator) * sympy.sqrt(r) for r, q in value.terms), sympy.Integer(0))


def same(text: str, value: sympy.Expr) -> bool:
    """Whether sympy parses a text to exactly that value."""
    return bool(sympy.expand(sympy.sympify(text) - value) == 0)


def near(text: str, value: sympy.Expr) -> bool:
    """Whether sympy parses a text to that value, to seventy digits."""
    difference = sympy.N(sympy.sympify(text), 90) / sympy.N(value, 90) - 1
    return bool(abs(difference) < sympy.Float("1e-70", 90))


def neuron_value(n: int, k: int, dimension: int) -> sympy.Expr:
    spread = sympy.sqrt(sympy.Rational(n, dimension))
    return sympy.factorial(k) / sympy.Integer(n) ** k * spread ** (k - 1) / sympy.sqrt(k + 1) ** (k + 1)


@pytest.mark.parametrize("n", NS)
@pytest.mark.parametrize("k", KS)
def test_json_contract(n: int, k: int) -> None:
    got = answer(n, k)
    rotations, signs = (n - 1) // 2, int(n % 2 == 0)
    assert keys_of(got) == KEYS
    assert got["schema"] == 1
    assert got["task"] == {"kind": "modular_addition", "n": n, "k": k}
    assert got["norm"] == {"inner": 2, "outer": k + 1}

    rotating, flipping = neuron_value(n, k, 2), neuron_value(n, k, 1)
    gamma = n / (2 * rotations / rotating + signs / flipping)
    exact = in_sympy(maximum_margin(ModularAddition(n, k)).exact)
    assert same(got["margin"]["exact"], exact)
    assert near(got["margin"]["exact"], gamma)
    assert same(got["margin"]["squared_exact"], exact**2)
    assert abs(sympy.N(exact, 40) / sympy.Float(got["margin"]["float"], 40) - 1) < 1e-15

    minimal, paper = minimal_total(n, k), rotations * 2 ** (2 * k - 1) + signs * 2 ** (k - 1)
    width = got["width"]
    assert (width["constructed"], width["paper"]) == (minimal, paper)
    assert width["lower_bound"] is None or 0 < width["lower_bound"] <= min(minimal, paper)
    assert width["minimal"] == (width["lower_bound"] if width["lower_bound"] in (minimal, paper) else None)

    expected = [("rotation", length, each) for length, each in rotation_runs(n, k)]
    expected += [("sign", 1, 2 ** (k - 1))] * signs
    blocks, masses = got["blocks"], {"rotation": 2 * gamma / n / rotating, "sign": gamma / n / flipping}
    assert [(b["kind"], b["count"], b["neurons_each"]) for b in blocks] == expected
    assert all(near(b["mass_each"], masses[b["kind"]]) for b in blocks)
    assert same("+".join(f"{b['count']}*({b['mass_each']})" for b in blocks), sympy.Integer(1))
    assert sum(b["count"] * b["neurons_each"] for b in blocks) == width["constructed"]

    weights = got["dual"]["class_weights"]
    assert [w["differences"] for w in weights] in (["all"], ["odd", "even"])
    assert sum(w["count"] for w in weights) == n - 1
    assert same("+".join(f"{w['count']}*({w['each']})" for w in weights), sympy.Integer(1))
    assert all(sympy.sympify(w["each"]) > 0 for w in weights)

    check = got["check"]
    assert (check["method"], check["exact"], check["passed"]) == ("fast", True, True)
    assert isinstance(check["seconds"], float)
    assert check["seconds"] >= 0


def test_parity_of_differences() -> None:
    by_parity = {(n, k): [w["differences"] for w in answer(n, k)["dual"]["class_weights"]] for n in NS for k in (1, 2)}
    assert by_parity[6, 2] == by_parity[12, 2] == by_parity[4, 2] == ["odd", "even"]
    assert by_parity[5, 2] == by_parity[2, 2] == by_parity[6, 1] == ["all"]
    counts = [w["count"] for w in answer(12, 2)["dual"]["class_weights"]]
    assert counts == [6, 5]


def test_comparisons_of_this_file_reject() -> None:
    third = sympy.Rational(1, 3)
    assert same("1/3", third)
    assert near("1/3", third)
    assert not same("1/3 + 10**-80", third)
    assert not near("1/3 + 10**-60", third)
    assert keys_of({"a": 1, "b": [{"c": 2}]}) == {"": ["a", "b"], "b[]": ["c"]}
    assert keys_of(answer(6, 2) | {"more": 1}) != KEYS


@pytest.mark.parametrize(("n", "k"), [(10**100, 7), (23, 1200)])
def test_float_is_null_where_it_leaves_the_range(n: int, k: int) -> None:
    margin = answer(n, k)["margin"]
    assert margin["float"] is None
    assert same(margin["exact"], in_sympy(maximum_margin(ModularAddition(n, k)).exact))
    assert answer(23, 400)["margin"]["float"] == pytest.approx(6.50664880004865e13, rel=1e-12)


@pytest.mark.parametrize(("n", "k"), [(5, 1), (23, 2), (12, 3), (6, 4)])
def test_paper_construction(n: int, k: int) -> None:
    paper, minimal = answer(n, k, "--construction", "paper"), answer(n, k, "--construction", "minimal")
    assert [b["neurons_each"] for b in paper["blocks"]] == [2 ** (2 * k - 1), 2 ** (k - 1)][: len(paper["blocks"])]
    assert paper["width"]["constructed"] == paper["width"]["paper"] == minimal["width"]["paper"]
    assert minimal["width"]["constructed"] == answer(n, k)["width"]["constructed"]
    assert (minimal["width"]["constructed"] < paper["width"]["constructed"]) == (k > 1)
    assert {**paper["width"], "constructed": 0} == {**minimal["width"], "constructed": 0}
    assert paper["margin"] == minimal["margin"]
    assert paper["check"]["passed"] is True


def test_checks_on_request() -> None:
    slow, none = answer(6, 2, "--check", "slow")["check"], answer(6, 2, "--check", "none")["check"]
    assert (slow["method"], slow["exact"], slow["passed"]) == ("slow", True, True)
    assert none == {"method": "none", "exact": False, "passed": None, "seconds": 0.0}
    long = answer(23, 3, "--check", "slow")["check"]
    assert (long["method"], long["exact"], long["passed"]) == ("slow", False, True)


def _printed_name(options: list[str], width: dict[str, int | None]) -> str:
    """`minimal` only where the JSON has a proved minimum."""
    if "paper" in options:
        return "paper"
    return "small" if width["minimal"] is None else "minimal"


def test_a_construction_is_called_minimal_where_that_is_proved() -> None:
    """k = 2, n = 5: six neurons per frequency are proved necessary. k = 7: no bound is known that meets the width."""
    assert "minimal construction, norm 1, 12 neurons" in call("--p", "5", "--k", "2").out
    unproved = call("--p", "23", "--k", "7").out
    assert "small construction, norm 1" in unproved
    assert "minimal" not in unproved
    assert "minimal" not in call("--p", "5", "--k", "2", "--construction", "paper").out


@pytest.mark.parametrize("options", [[], ["--construction", "paper"], ["--check", "none"], ["--check", "slow"]])
@pytest.mark.parametrize(("n", "k"), [(2, 1), (5, 1), (6, 2), (12, 2), (11, 3)])
def test_text_says_everything_the_json_says(n: int, k: int, options: list[str]) -> None:
    got = call("--p", str(n), "--k", str(k), *options)
    json_answer = answer(n, k, *options)
    assert (got.code, got.err) == (0, "")
    margin, width, check = json_answer["margin"], json_answer["width"], json_answer["check"]
    arithmetic = "exact arithmetic" if check["exact"] else "float64 for the network, exact for the bound"
    verdict = "none asked for" if check["passed"] is None else f"{check['method']}, {arithmetic}: passed in"
    said = [
        f"addition of {k} input{'s' * (k > 1)} mod {n}",
        f"L_{{2,{k + 1}}}",
        f"gamma* = {margin['exact']}",
        f"{width['constructed']} constructed",
        f"{width['paper']} in the paper's",
        "proved" if width["lower_bound"] is not None else "no lower bound",
        f"minimum {width['minimal']}," if width["minimal"] is not None else "",
        f"{_printed_name(options, width)} construction, norm 1",
        *(f"mass {b['mass_each']}" for b in json_answer["blocks"]),
        *(f" {b['neurons_each']} neuron" for b in json_answer["blocks"]),
        *("(sign)" for b in json_answer["blocks"] if b["kind"] == "sign"),
        *(f"class weight {w['each']} on each of {w['count']} wrong" for w in json_answer["dual"]["class_weights"]),
        *(w["differences"] for w in json_answer["dual"]["class_weights"] if w["differences"] != "all"),
        verdict,
    ]
    assert [item for item in said if item not in got.out] == []
    assert ("gamma*^2" in got.out) == ("sqrt" in margin["exact"])
    assert margin["squared_exact"] in got.out or "sqrt" not in margin["exact"]
    assert "FAILED" not in got.out


def test_text_has_the_decimal_value() -> None:
    assert "3.70553359683794e-4" in call("--p", "23", "--k", "3").out
    assert "3.70553359683794e-4" not in call("--p", "23", "--k", "4").out


def test_options_may_come_in_any_order_and_with_equal_signs() -> None:
    expected = answer(23, 3, "--check", "none")
    got = call("--json", "--k=3", "--check=none", "--p=+23", "--schema=1")
    assert json.loads(got.out) == expected
    assert json.loads(got.out) != answer(23, 4, "--check", "none")


def test_help_names_every_option() -> None:
    got = call("--help")
    assert (got.code, got.err) == (0, "")
    options = [text for action in parser()._actions for text in action.option_strings]
    assert {"--p", "--k", "--construction", "--check", "--save", "--json"} <= set(options)
    assert [option for option in options if option not in got.out] == []
    assert "exit codes" in got.out


def test_saved_file_is_named_and_loads(tmp_path: Path) -> None:
    target = tmp_path / "weights.safetensors"
    got = call("--p", "5", "--k", "2", "--save", str(target))
    assert (got.code, got.err) == (0, "")
    assert got.out.splitlines()[-1].split() == ["written", str(target)]
    assert load(target).U.shape == (2, 5, 12)
    assert "written" not in call("--p", "5", "--k", "2").out
    as_json = call("--p", "5", "--k", "2", "--construction", "paper", "--json", "--save", str(target))
    assert json.loads(as_json.out)["width"]["constructed"] == load(target).width == 16


@pytest.mark.parametrize(
    ("arguments", "task"),
    [
        (["--p", "6", "--k", "2"], ModularAddition(6, 2)),
        (["--group", "S3", "--k", "2"], GroupComposition("S3", 2)),
        (["--group", "C2xC2", "--k", "3"], GroupComposition("C2xC2", 3)),
        (["--parity", "5,3"], SparseParity(5, 3)),
    ],
    ids=str,
)
def test_saved_weights_say_what_they_are(tmp_path: Path, arguments: list[str], task: Task) -> None:
    """Whoever reads the file gets the task, its activation and the margin that was printed."""
    target = tmp_path / "w.safetensors"
    got = call(*arguments, "--save", str(target), "--json")
    network = load(target)
    assert (network.task, network.activation) == (task, Power(task.k))
    assert network.normalised_margin() == pytest.approx(json.loads(got.out)["margin"]["float"], rel=1e-12)
    refused = call(*arguments, "--save", str(tmp_path / "w.pt"))
    assert_refused(refused, "w.pt: weights are written as safetensors, not as .pt; expected a name in .safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["w.safetensors"]


def test_a_group_from_a_table_is_saved_with_its_file(tmp_path: Path) -> None:
    table, target = tmp_path / "klein.csv", tmp_path / "w.safetensors"
    table.write_text("0,1,2,3\n1,0,3,2\n2,3,0,1\n3,2,1,0\n")
    assert call("--group", str(table), "--k", "2", "--save", str(target)).code == 0
    assert load(target).task.spec == f"group:{table}"
    table.unlink()
    with pytest.raises(ValueError, match=r"w\.safetensors: .*klein\.csv"):
        load(target)


@pytest.mark.parametrize("check", ["fast", "slow"])
@pytest.mark.parametrize("save", [False, True])
def test_failed_check_exits_with_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, check: str, save: bool) -> None:
    arguments = ["--p", "5", "--k", "2", "--check", check]
    arguments += ["--save", str(tmp_path / "w")] if save else []
    assert call(*arguments).code == 0
    (tmp_path / "w").unlink(missing_ok=True)

    true = addition.maximum_margin

    def overstated(task: ModularAddition) -> AdditionMargin:
        claim = true(task)
        return replace(claim, exact=2 * claim.exact)

    monkeypatch.setattr("margin.addition.maximum.maximum_margin", overstated)
    got = call(*arguments)
    assert got.code == 1
    assert "FAILED" in got.out
    assert "NO " in got.out
    assert "written" not in got.out
    assert list(tmp_path.iterdir()) == []
    got = call(*arguments, "--json")
    assert got.code == 1
    assert json.loads(got.out)["check"]["passed"] is False
    assert call(*arguments[:4], "--check", "none").code == 0


def test_library_refuses_unknown_checks_and_constructions() -> None:
    task = ModularAddition(5, 2)
    assert predict(task, "paper", "none").check.passed is None
    with pytest.raises(ValueError, match="check 'quick', expected fast, slow or none"):
        predict(task, check="quick")
    with pytest.raises(ValueError, match="construction 'best', expected one of minimal, paper"):
        predict(task, "best")


def test_process_says_the_same() -> None:
    got = spawn("--p", "6", "--k", "2", "--json", "--schema", "1", "--check", "none")
    assert (got.code, got.err) == (0, "")
    assert json.loads(got.out) == answer(6, 2, "--check", "none")
