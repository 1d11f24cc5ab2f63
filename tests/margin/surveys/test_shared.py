"""The survey of shared embeddings: saved cases, what it writes, what it keeps, its document."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from margin import survey
from margin.io.documents import marked
from margin.shared.check import check
from margin.shared.maximum import read
from margin.surveys.shared import CASES, as_markdown, document, page, saved
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, call

FILE = ROOT / "margin" / "data" / "surveys" / "shared.json"


def test_the_file_has_all_cases_of_the_range() -> None:
    assert {(case["n"], case["k"]) for case in saved(FILE)} == set(CASES)


@pytest.mark.parametrize("case", saved(FILE), ids=lambda case: f"{case['n']},{case['k']}")
def test_every_saved_enclosure_passes_its_exact_check(case: dict[str, object]) -> None:
    answer = read(case, {})
    assert check(answer).passed is True
    assert 0 < float(answer) < answer.unshared
    assert min(answer.class_weights) >= 0


def test_the_survey_keeps_what_it_has_and_makes_what_is_missing(tmp_path: Path) -> None:
    out = tmp_path / "shared.json"
    kept = {**saved(FILE)[0], "low": "0.1"}
    out.write_text(document([kept]))
    answer = call("shared", "--n", "2", "--n", "3", "--k", "2", "--out", str(out), module="margin.survey")
    assert (answer.code, answer.out) == (0, f"{out}: 2 cases\n")
    first, second = saved(out)
    assert first == kept
    assert Fraction(second["low"]) <= Fraction(0.15237317843) <= Fraction(second["high"])
    assert json.loads(out.read_text())["provenance"]["command"] == "python -m margin.survey shared"
    again = call("shared", "--n", "2", "--k", "2", "--anew", "--out", str(out), module="margin.survey")
    assert again.code == 0
    assert saved(out)[0]["low"] != "0.1"


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "shared.json"
    out.write_text("[]")
    answer = call("shared", "--n", "2", "--k", "2", "--out", str(out), module="margin.survey")
    assert_refused(answer, "delete it to start anew", program=survey.PROG)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--k 6", "--k: a shared embedding with n = 3, k = 6: its sum of squares has products of 14 factors"),
        ("--k 6 --n 3", "expected k <= 5"),
        ("--k 2 --k 6 --n 3", "expected k <= 5"),
        ("--k 6 --n 3 --variant free-bias", "expected k <= 5"),
        ("--k 2 --n 2 --n 5 --variant without-constant", "expected n >= 3"),
        ("--k 4", "--k 4 without --n"),
    ],
)
def test_what_cannot_be_made_is_refused_before_the_first_case(arguments: str, said: str, tmp_path: Path) -> None:
    answer = call("shared", *arguments.split(), "--out", str(tmp_path / "s.json"), module="margin.survey")
    assert_refused(answer, said, program=survey.PROG, folder=tmp_path)


def test_the_most_inputs_that_are_coded_are_enclosed(tmp_path: Path) -> None:
    out = tmp_path / "s.json"
    answer = call("shared", "--k", "5", "--n", "2", "--out", str(out), module="margin.survey")
    assert (answer.code, len(saved(out))) == (0, 1)


def test_the_page_has_the_table_of_the_file() -> None:
    text = (ROOT / "docs" / "shared.md").read_text("utf-8")
    assert page(FILE, text) == text
    assert as_markdown(saved(FILE)) in text
    assert marked(text, "shared", "other") != text
