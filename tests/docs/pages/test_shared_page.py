"""The page on one shared embedding: its table of training is that of the saved runs."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[3]


def cells() -> list[list[str]]:
    """The rows of the table, without bars."""
    text = (ROOT / "docs" / "shared.md").read_text("utf-8")
    rows = re.findall(r"^\| n = (\d+), k = (\d) \| (\d+), (\d+) \| (.+) \|$", text, re.MULTILINE)
    return [[*row[:4], *row[4].split(" | ")] for row in rows]


def test_the_table_is_that_of_the_saved_runs() -> None:
    with (ROOT / "training" / "data" / "shared.csv").open() as file:
        saved = [row for row in csv.DictReader(file) if row["activation"] == "power"]
    assert [row[:2] for row in cells()] == [["7", "2"], ["11", "2"], ["23", "2"], ["7", "3"]]
    for n, k, width, steps, reached, *powers in cells():
        mine = [row for row in saved if (row["n"], row["k"]) == (n, k)]
        assert {(row["width"], row["steps"]) for row in mine} == {(width, steps)}
        ratios = sorted({f"{float(row['ratio']):.5f}" for row in mine})
        assert reached == (ratios[0] if len(ratios) == 1 else f"{ratios[0]} to {ratios[-1]}")
        half = int(n) // 2  # (n + 1)/2 is -(n - 1)/2 mod n
        for text, (side, multiple) in zip(powers, (("u", 0), ("u", 1), ("w", 1), ("w", half)), strict=True):
            rows = [row for row in mine if (row["side"], row["multiple"]) == (side, str(multiple))]
            assert len(rows) == 8
            middle = median(float(row["power"]) for row in rows)
            assert text == f"{middle:.4f} ({float(rows[0]['predicted']):.4f})"


def test_networks_of_relu_have_no_constant_part() -> None:
    text = (ROOT / "docs" / "shared.md").read_text("utf-8")
    pattern = r"about 0.9 too, ([\d.]+) to ([\d.]+) of .* less than ([\d.]+) of their power at 0"
    ((low, high, most),) = re.findall(pattern, text)
    with (ROOT / "training" / "data" / "shared.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if (row["activation"], row["side"]) == ("relu", "u")]
    at = {j: [float(row["power"]) for row in rows if row["multiple"] == j] for j in ("0", "1")}
    assert (f"{min(at['1']):.3f}", f"{max(at['1']):.3f}") == (low, high)
    assert max(at["0"]) < float(most)
