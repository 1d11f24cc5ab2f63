"""Shared embeddings without a constant part, and with a free bias: values, refusals, the file, the document."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from margin.shared.classes import bias_gaps
from margin.shared.maximum import enclose
from margin.surveys.shared_variants import VARIANTS, as_markdown, document, free_bias, page, without_constant
from margin.tasks import SharedEmbedding
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, call

KNOWN = {3: 0.5, 4: 0.0, 5: 0.747498, 6: 0.731964}  # of twice the separate gamma*, k = 2
FACTORS = {2: 1.5, 4: 1.15595, 6: 1.06635}


@pytest.mark.parametrize("n", KNOWN)
def test_without_a_constant_part_gamma_is_enclosed(n: int) -> None:
    case = without_constant(n, 2)
    low, high = case["ratio"]
    assert low <= high < low + 2e-7
    assert low == pytest.approx(KNOWN[n], abs=1e-6)
    assert 0 <= Fraction(case["low"]) < Fraction(case["high"])


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_network_without_a_constant_part_has_none_and_the_end_that_is_stated(n: int) -> None:
    margin = enclose(SharedEmbedding(n, 2), constant=False)
    assert all(sum(u) == 0 for u, _ in margin.network.neurons)
    assert any(x for u, _ in margin.network.neurons for x in u)
    assert margin.low <= max(margin.network.margin(), Fraction(0)) <= margin.high
    assert margin.high < enclose(SharedEmbedding(n, 2)).low  # the constant part helps


@pytest.mark.parametrize("n", FACTORS)
def test_a_free_bias_multiplies_gamma(n: int) -> None:
    case = free_bias(n, 2)
    assert case["factor"] == pytest.approx(FACTORS[n], abs=1e-5)
    assert max(case["gaps"]) < 1e-6


@pytest.mark.parametrize(("n", "k"), [(3, 2), (5, 2), (4, 3)])
def test_without_a_common_divisor_a_bias_changes_nothing(n: int, k: int) -> None:
    assert bias_gaps(n, k) == []
    with pytest.raises(ValueError, match=r"gcd\(k, n\) = 1"):
        free_bias(n, k)


def test_the_command_writes_keeps_and_refuses(tmp_path: Path) -> None:
    out = tmp_path / "bias.json"
    kept = {**free_bias(2, 2), "factor": 7.0}
    out.write_text(document("free-bias", [kept]))
    words = ("shared", "--variant", "free-bias", "--k", "2", "--out", str(out))
    answer = call(*words, "--n", "2", "--n", "4", module="margin.survey")
    assert (answer.code, answer.out) == (0, f"{out}: 2 cases\n")
    made = json.loads(out.read_text("utf-8"))
    assert made["cases"][0] == kept
    assert made["provenance"]["command"] == "python -m margin.survey shared --variant free-bias"
    assert_refused(
        call(*words, "--n", "3", module="margin.survey"),
        "a bias changes nothing",
        program="python -m margin.survey",
    )
    assert json.loads(out.read_text("utf-8")) == made


def test_the_table_shows_the_digits_on_which_both_ends_agree() -> None:
    cases = [
        {"n": 3, "k": 2, "ratio": [0.4999999, 0.5000001]},
        {"n": 4, "k": 2, "ratio": [0.0, 1e-9]},
        {"n": 5, "k": 2, "ratio": [0.74, 0.76]},
    ]
    text = as_markdown("without-constant", cases)
    assert text.splitlines()[0] == "| n, k | 3, 2 | 4, 2 | 5, 2 |"
    assert text.endswith("| 0.500000 | 0.000000 | 0.7 to 0.8 |")


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_page_has_the_table_of_the_file(variant: str) -> None:
    file = ROOT / "margin" / "data" / "surveys" / f"shared-{variant}.json"
    text = (ROOT / "docs" / "shared.md").read_text("utf-8")
    assert page(variant, file, text) == text
    assert {(case["n"], case["k"]) for case in json.loads(file.read_text("utf-8"))["cases"]} == set(
        VARIANTS[variant][1]
    )
