"""`python -m margin.predict --shared`: enclosures as text and JSON, what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from margin.shared import maximum
from margin.shared.certificate import require_limits
from margin.shared.report import powers
from margin.tasks import SharedEmbedding
from margin.theory import certificate, check, construct, finite_lambda, maximum_margin, vipr, widths
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, call
from tests.proofs_check.building.checkers import NAMES, checker

KNOWN = {3: 0.152373178, 5: 0.0504638, 7: 0.02805479, 9: 0.01917945, 11: 0.0133683}


@pytest.mark.parametrize("n", KNOWN)
def test_json_has_a_float_inside_a_narrow_enclosure(n: int) -> None:
    answer = call("--p", str(n), "--k", "2", "--shared", "--json")
    assert (answer.code, answer.err) == (0, "")
    result = json.loads(answer.out)
    low, high = result["margin"]["enclosure"]
    assert low <= result["margin"]["float"] <= high <= low * (1 + 1e-6)
    assert result["margin"]["float"] == pytest.approx(KNOWN[n], rel=1e-6)
    assert [float(text) for text in result["margin"]["enclosure_exact"]] == [low, high]
    assert result["task"] == {"spec": f"shared:{n}", "kind": "shared_embedding", "n": n, "k": 2}
    assert result["check"]["passed"] is True
    assert sum(row["weight"] for row in result["dual"]["classes"]) == pytest.approx(1)
    assert sum(row["share"] for row in result["neurons"]) == pytest.approx(1)
    for row in result["neurons"]:
        assert sum(row["power_u"]) == pytest.approx(1)
        assert sum(row["power_w"]) == pytest.approx(1)
    assert result["margin"]["exact"] == ("32*sqrt(2)/297" if n == 3 else None)


def test_text_says_where_gamma_lies_and_what_u_looks_like() -> None:
    answer = call("--p", "7", "--k", "2", "--shared")
    assert answer.code == 0
    assert "0.0280547949028341 <= gamma* <= 0.0280547954682147" in answer.out
    assert "0.8181713 of 2 gamma* with separate embeddings" in answer.out
    assert "u 0.0794 0.8929 0.0208 0.0070" in answer.out
    assert "yes the network in integers has at least the margin of the lower end" in answer.out


def test_slow_check_makes_a_sum_of_squares() -> None:
    answer = call("--p", "5", "--k", "2", "--shared", "--check", "slow")
    assert answer.code == 0
    assert (
        "yes a new sum of squares in integers bounds every network within 10^-6 of the lower end: gamma* <= 0.0504"
        in (answer.out)
    )


@pytest.mark.parametrize(("n", "k"), [("7", "2"), ("3", "2")])
def test_the_upper_end_that_is_saved_is_named_as_not_checked(n: str, k: str) -> None:
    text, made = (call("--p", n, "--k", k, "--shared", *more) for more in ((), ("--json",)))
    assert text.code == made.code == 0
    date = json.loads((ROOT / "margin" / "data" / "surveys" / "shared.json").read_text())["provenance"]["date"]
    assert re.search(r"passed in [\d.e-]+ s, but not everything was checked\n", text.out)
    assert (
        f"\n                --  not checked: the upper end, saved on {date}; --check slow proves one anew" in text.out
    )
    assert f"source          saved on {date}, made by python -m margin.survey shared" in text.out
    (unchecked,) = json.loads(made.out)["check"]["unchecked"]
    assert unchecked.startswith(f"the upper end, saved on {date}")


@pytest.mark.parametrize("more", [(), ("--check", "slow")])
def test_an_upper_end_that_is_computed_now_is_checked(more: tuple[str, ...]) -> None:
    answer = call("--p", "4", "--k", "2", "--shared", "--recompute", *more)
    assert "not checked" not in answer.out
    assert "but not everything" not in answer.out
    assert "yes the sum of squares in integers, made in this call, bounds every network by the upper end" in answer.out


def test_a_proof_of_something_else_proves_no_upper_end() -> None:
    made = maximum.enclose(SharedEmbedding(4, 2))
    assert made.proof is not None
    assert (check(made).passed, check(made).unchecked) == (True, ())
    lower = replace(made, high=made.low)
    assert check(lower).passed is False
    assert len(check(lower).unchecked) == 1
    for other in (None, replace(made.proof, n=5), replace(made.proof, k=3), replace(made.proof, constant=False)):
        assert check(replace(made, proof=other)).unchecked == (
            "the upper end; --check slow proves one anew, --certificate FILE.json writes one with its proof",
        )


def test_a_new_sum_that_proves_less_than_the_saved_end_says_so() -> None:
    answer = maximum_margin(SharedEmbedding(5, 2))
    tight, loose = (check(replace(answer, high=answer.low * (1 + w)), "slow") for w in (0, Fraction(9, 10**7)))
    assert tight.passed is loose.passed is True
    assert loose.unchecked == ()
    (said,) = tight.unchecked
    assert "the sum of squares made in this call proves the larger 0.0504638" in said
    assert check(answer, "none").unchecked == ()


@pytest.mark.parametrize(("n", "exact"), [("3", "1/4"), ("4", "1/6"), ("2", "1/2")])
def test_one_input_has_one_embedding_and_no_odd_exponents(n: str, exact: str) -> None:
    answer = call("--p", n, "--k", "1", "--shared")
    assert (answer.code, answer.err) == (0, "")
    assert f"maximum margin  gamma* = {exact}\n" in answer.out
    assert "norm            (sum over neurons of (||u||^2 + ||w||^2))^(1/2), u counted once" in answer.out
    assert "1.0000000 of gamma* with separate embeddings" in answer.out
    assert ": input a, wrong label 1 below it\n" in answer.out
    assert "yes gamma* in closed form lies in the enclosure" in answer.out
    separate = json.loads(call("--p", n, "--k", "1", "--json").out)
    assert separate["margin"]["exact"] == exact


def test_exponents_of_more_inputs() -> None:
    for k, norm, factor in ((2, "^(3/2))^(1/3)", "2 gamma*"), (3, "^2)^(1/4)", "3^(3/2) gamma*")):
        text = call("--p", "5", "--k", str(k), "--shared").out
        assert f"(||u||^2 + ||w||^2){norm}, u counted once" in text
        assert f" of {factor} with separate embeddings" in text
    four = call("--p", "2", "--k", "4", "--shared").out
    assert " of 16 gamma* with separate embeddings" in four
    assert "(||u||^2 + ||w||^2)^(5/2))^(1/5)" in four


def test_a_false_closed_form_fails_its_check() -> None:
    answer = maximum_margin(SharedEmbedding(3, 2))
    assert check(answer).passed is True
    for exact in (maximum.closed_form(SharedEmbedding(2, 2)), maximum.closed_form(SharedEmbedding(3, 1))):
        result = check(replace(answer, exact=exact))
        assert [words for words, holds in result.statements if not holds] == [
            "gamma* in closed form lies in the enclosure"
        ]


def test_a_certificate_is_written_and_both_checkers_verify_it(tmp_path: Path) -> None:
    place = tmp_path / "c.json"
    answer = call("--p", "7", "--k", "2", "--shared", "--certificate", str(place))
    assert (answer.code, answer.err) == (0, "")
    assert f"written         {place}" in answer.out
    saved = maximum_margin(SharedEmbedding(7, 2))
    low, high = (Fraction(*end) for end in json.loads(place.read_bytes())["claim"]["value"])
    assert low == saved.low
    assert float(high) == pytest.approx(float(saved.high), rel=1e-7)
    for name in NAMES:
        assert checker(name)(place.read_bytes()).status == "VERIFIED"


@pytest.mark.parametrize("sense", ["lower", "upper"])
def test_one_side_alone_is_certified_too(sense: str) -> None:
    body = json.loads(certificate(SharedEmbedding(4, 2), sense))
    assert ("primal" in body, "dual" in body) == (sense == "lower", sense == "upper")


def test_more_inputs_than_are_coded_are_refused_wherever_the_sum_is_made() -> None:
    with pytest.raises(ValueError, match=r"products of 14 factors, and 12 are coded; expected k <= 5"):
        maximum.enclose(SharedEmbedding(2, 6))
    with pytest.raises(ValueError, match="expected n >= 3"):
        maximum.enclose(SharedEmbedding(2, 3), constant=False)


def test_what_the_format_does_not_take_is_refused_before_it_is_computed() -> None:
    answer = maximum_margin(SharedEmbedding(5, 2))
    for false, said in (
        (replace(answer, task=SharedEmbedding(33, 2)), "n = 33"),
        (replace(answer, task=SharedEmbedding(3, 6)), "k = 6"),
        (replace(answer, network=replace(answer.network, neurons=answer.network.neurons * 10**5)), "terms of gaps"),
    ):
        with pytest.raises(ValueError, match=said):
            certificate(false)
    with pytest.raises(ValueError, match="terms of kernels"):
        certificate(replace(answer, task=SharedEmbedding(8, 4)))
    require_limits(32, 2, 1, True)
    with pytest.raises(ValueError, match="sense 'equal'"):
        certificate(answer, "equal")


def test_recompute_makes_the_enclosure_now() -> None:
    answer = call("--p", "4", "--k", "2", "--shared", "--recompute", "--json")
    result = json.loads(answer.out)
    assert result["source"] == {"computed": "now"}
    assert result["margin"]["float"] == pytest.approx(0.07643681, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--group", "S3", "--k", "2"], "--shared with --group"),
        (["--parity", "4,2"], "--shared with --parity"),
        (["--p", "5", "--k", "2", "--save", "w.safetensors"], "--shared with --save"),
        (["--p", "5", "--k", "2", "--certificate", "no/such/c.json"], "--certificate"),
        (["--p", "5", "--k", "2", "--vipr", "c.vipr"], "--shared with --vipr"),
        (["--p", "5", "--k", "2", "--construction", "paper"], "--shared with --construction paper"),
        (["--p", "5", "--k", "2", "--json", "--schema", "1"], "--shared with --schema 1"),
        (["--p", "101", "--k", "2"], "no enclosure is saved"),
        (["--p", "1000003", "--k", "2"], "expected a smaller n or k"),
        (["--p", "7", "--k", "5"], "beyond n <= 5 for k = 4, n <= 4 for k = 5 none is computed"),
        (["--p", "6", "--k", "4"], "none is computed"),
        (["--p", "2", "--k", "6"], "none is computed"),
        (["--p", "5"], "no --k"),
    ],
)
def test_what_is_not_known_is_refused(arguments: list[str], said: str) -> None:
    assert_refused(call(*arguments, "--shared"), said, program="python -m margin.predict")


@pytest.mark.parametrize(("n", "k"), [(5, 4), (4, 5), (10, 3), (31, 2)])
def test_what_is_computed_is_not_refused(n: int, k: int) -> None:
    maximum.require_size(SharedEmbedding(n, k))


def test_recompute_without_shared_is_refused() -> None:
    assert_refused(call("--p", "5", "--k", "2", "--recompute"), "--recompute", program="python -m margin.predict")


@pytest.mark.parametrize("verb", [widths, vipr, lambda task: finite_lambda(task, 0.1)])
def test_questions_without_an_answer_say_so(verb: object) -> None:
    with pytest.raises(TypeError, match="shared one"):
        verb(SharedEmbedding(5, 2))  # type: ignore[operator]


def test_library_answers_as_the_command() -> None:
    task = SharedEmbedding(5, 2)
    answer = maximum_margin(task)
    assert check(answer).passed is True
    assert construct(task) == answer.network
    assert 0.5 < float(answer) / answer.unshared < 1
    with pytest.raises(ValueError, match="expected minimal"):
        construct(task, "paper")


def test_a_false_enclosure_fails_its_check() -> None:
    answer = maximum_margin(SharedEmbedding(5, 2))
    for false in (
        replace(answer, low=answer.low * 2, high=answer.high * 2),
        replace(answer, low=answer.low / 2),
        replace(answer, high=answer.low * 2),
    ):
        assert check(false).passed is False
    wrong = replace(answer, low=answer.low * 101 / 100, high=answer.high * 101 / 100)
    assert check(wrong, "slow").passed is False


def test_powers_at_seven_are_those_of_the_theory() -> None:
    row = powers(maximum_margin(SharedEmbedding(7, 2)))[0]
    assert row["u"] == pytest.approx([0.0794, 0.8929, 0.0208, 0.0070], abs=1e-4)
    assert row["w"] == pytest.approx([0, 0.9006, 0, 0.0994], abs=1e-4)


def test_rounding_goes_outwards() -> None:
    third = Fraction(1, 3)
    down, up = maximum.rounded(third, False), maximum.rounded(third, True)
    assert down < third < up
    assert up - down == Fraction(1, 10**15)
    assert maximum.decimals(down) == "0.333333333333333"
