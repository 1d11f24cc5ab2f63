"""Statements of docs/theory.md that no other test holds, each against brute force or saved results."""

from __future__ import annotations

import csv
from itertools import combinations, product

import pytest

from margin.networks.phases import expansion, unwanted_exponents
from tests.helpers.command_line import ROOT


@pytest.mark.parametrize(("k", "size"), [(2, 8), (3, 43), (4, 224), (5, 1181)])
def test_the_second_form_of_the_unwanted_exponents(k: int, size: int) -> None:
    """5.2: sum h = 2r and sum max(h_j - 1, 0) <= r."""
    second = {
        h
        for h in product(range(1 - k, k + 2), repeat=k)
        if sum(h) % 2 == 0 and 2 * sum(max(x - 1, 0) for x in h) <= sum(h) and any(h)
    }
    assert second == unwanted_exponents(k)
    assert len(second) == size


@pytest.mark.parametrize("k", [2, 3, 4])
def test_orders_modulo_which_exponents_coincide(k: int) -> None:
    """5.7: exactly even orders up to 2k and odd orders up to k."""
    exponents = list(expansion(k))
    differences = [[x - y for x, y in zip(m, other, strict=True)] for m, other in combinations(exponents, 2)]
    for order in range(3, 2 * k + 3):
        coincide = any(all(x % order == 0 for x in difference) for difference in differences)
        assert coincide == (order <= (k if order % 2 else 2 * k))


def programs() -> dict[tuple[str, str], list[dict[str, str]]]:
    with open(ROOT / "margin" / "data" / "surveys" / "groups.csv", newline="") as file:
        rows: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in csv.DictReader(file):
            rows.setdefault((row["group"], row["k"]), []).append(row)
    return rows


def test_where_the_regular_share_is_not_the_best_some_representation_is_never_used() -> None:
    """4.5, over every program of the survey; 4.2: where all class weights are positive, each is always used."""
    counted = 0
    for rows in programs().values():
        if float(rows[0]["all_irreps_share"]) < 1 - 1e-12:
            assert "never" in {row["used"] for row in rows}
            counted += 1
        else:
            assert {row["used"] for row in rows} == {"always"}
    assert (counted, len(programs())) == (82, 380)
