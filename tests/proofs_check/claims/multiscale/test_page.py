"""The page on several scales: its verdicts and numbers are those of the record and of the saved tables."""

from __future__ import annotations

import re

import pytest

from margin.io.tables import read_csv
from proofs_check.claims.shared.saved_runs import table
from proofs_check.register import documents
from tests.helpers.command_line import ROOT

PAGE = (ROOT / "docs" / "several_scales.md").read_text()
LINES = {m[1]: (m[2], m[3]) for m in re.finditer(r"^\| (C\d+) [^|]*\| ([^|]+) \| ([^|]+) \|$", PAGE, re.M)}
CLAIMS = [f"C{number}" for number in (*range(8, 17), 38, 39, 40)]
OURS = {
    "C10": {"2048"},
    "C11": {"5%", "1"},
    "C39": {"95%"},
}  # of the paper or of the rule, which the evidence does not say


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?%?", text))


def saved(name: str) -> list[dict[str, str]]:
    path = table(f"multiscale-{name}.csv", None)
    assert path is not None
    return read_csv(path.read_text())


@pytest.mark.parametrize("id", CLAIMS)
def test_a_line_has_the_verdict_and_numbers_of_the_record(id: str) -> None:
    verdict, found = LINES[id]
    recorded = documents.read()[id]
    assert verdict == recorded["verdict"]
    said = numbers(found) - numbers(" ".join(re.findall(r"less than 0\.5%", found))) - OURS.get(id, set())
    assert said
    assert said <= numbers(recorded["evidence"])


def test_every_line_is_a_claim() -> None:
    assert list(LINES) == CLAIMS
    assert not numbers("0.75 of 12") <= numbers("0.7512 of 1.2")  # whole numbers are compared


def test_growth_is_that_of_the_table() -> None:
    laws = {row["law"]: row for row in saved("growth") if (row["against"], row["of"]) == ("n", "batch")}
    ln = laws["ln"]
    text = " ".join(PAGE.split())
    assert ln["points"] == "11"
    assert f"in {100 * float(ln['wins']):.1f}% of the bootstrap" in text
    low, high = (float(ln[name]) for name in ("b_low", "b_high"))
    assert f"b = {float(ln['b']):.3f} ({low:.3f} to {high:.3f}, 90%)" in text
    errors = [f"{float(laws[law]['error']):.5f}" for law in ("ln", "sqrt", "linear")]
    assert f"{errors[0]}, {errors[1]} and {errors[2]}, and a = {float(ln['a']):.2f} is" in text


def test_separations_are_those_of_the_table() -> None:
    text = " ".join(PAGE.split())
    sets = {
        (row["n"], row["frequencies"]): row
        for row in saved("separations")
        if row["batch"] == row["n"] and row["width"] == "128" and row["norm"] == "parameters"
    }
    places = {key: f"{100 * float(row['place']):.0f}%" for key, row in sets.items()}
    for n in ("89", "91"):
        assert re.search(rf"above {places[n, '5']} (of the random ones )?for n = {n}", text)
        assert f"n = {n} ({sets[n, '5']['networks']} networks)" in text
        assert f"{float(sets[n, '5']['printed']):.2f}" == "0.93"
    assert f"with four above {places['89', '4']} and {places['91', '4']}" in text
    assert {row["above"] for row in sets.values()} == {"1"}
