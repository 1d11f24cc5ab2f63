"""Random parts of the pairs: rows of a file, going on, thresholds, and the saved tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from margin import survey
from margin.io.tables import read_csv
from margin.parts.conditions import may_reach
from margin.surveys import draws
from margin.surveys.draws import (
    LIMITS,
    SHARES,
    TABLES,
    as_markdown,
    cases,
    page,
    saved,
    solved,
    threshold,
    thresholds_markdown,
    write,
)
from tests.helpers.command_line import ROOT

FOLDER = ROOT / "margin" / "data" / "surveys"


def test_all_of_a_draw_come_before_the_next() -> None:
    assert cases((7, 11), (0.3, 0.5), 2)[:5] == [(7, 0.3, 0), (7, 0.5, 0), (11, 0.3, 0), (11, 0.5, 0), (7, 0.3, 1)]


def test_a_draw_of_few_pairs_is_above_the_population() -> None:
    row = solved(3, 0.5, 1)
    assert (row["n"], row["share"], row["draw"], row["inputs"]) == (3, 0.5, 1, 4)
    assert row["of_population"] > 1.5
    assert row["gap"] <= LIMITS["tolerance"]


def test_a_threshold_is_where_the_conditions_begin_to_hold() -> None:
    import numpy as np

    row = threshold(5, 3)
    assert row == {"n": 5, "draw": 3, "pairs": 25, "fewest": 25, "share": 1.0}
    seven = threshold(7, 0)
    order = [divmod(int(i), 7) for i in np.random.default_rng(0).permutation(49)]
    assert may_reach(7, order[: seven["fewest"]])
    assert not may_reach(7, order[: seven["fewest"] - 1])


def test_a_file_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, made = tmp_path / "thresholds.csv", []

    def row(n: float, draw: float) -> draws.Row:
        made.append((n, draw))
        return {"n": int(n), "draw": int(draw), "pairs": 25, "fewest": 25, "share": 1.0}

    monkeypatch.setitem(draws.TABLES, "thresholds", (*TABLES["thresholds"][:2], row))
    assert write("thresholds", path, [(5, 0), (5, 1)], seconds=-1) == 0
    assert not path.exists()
    assert write("thresholds", path, [(5, 1)]) == 1
    assert write("thresholds", path, [(5, 0), (5, 1)]) == 2
    assert made == [(5, 1), (5, 0)]
    assert [row["draw"] for row in read_csv(path.read_text())] == ["0", "1"]
    assert json.loads(path.with_suffix(".json").read_text())["command"].startswith("python -m margin.survey draws")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "n,draw\nx,1\n"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "thresholds.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match="delete it to start anew"):
        saved(path, ("n", "draw"))
    assert saved(tmp_path / "none.csv", ("n", "draw")) == {}


def test_saved_draws_are_above_the_population_and_fall_with_the_share() -> None:
    rows = read_csv((FOLDER / "draws.csv").read_text("utf-8"))
    for row in rows:
        low, up = float(row["lower_bound"]), float(row["upper_estimate"])
        assert 0 < low <= up * (1 + 1e-12)
        assert (row["converged"] == "True") == (float(row["gap"]) <= LIMITS["tolerance"])
        assert float(row["of_population"]) > 1 - LIMITS["tolerance"]
        assert float(row["share"]) in SHARES
    for n in {row["n"] for row in rows}:
        means = []
        for share in SHARES:
            own = [float(r["of_population"]) for r in rows if r["n"] == n and float(r["share"]) == share]
            means += [sum(own) / len(own)] if own else []
        assert means == sorted(means, reverse=True)


def test_saved_thresholds_agree_with_saved_draws() -> None:
    """Above a threshold gamma* may be that of all pairs; every saved draw of fewer pairs is above it."""
    limits = {(r["n"], r["draw"]): int(r["fewest"]) for r in read_csv((FOLDER / "thresholds.csv").read_text("utf-8"))}
    assert all(fewest > 0 for fewest in limits.values())
    for row in read_csv((FOLDER / "draws.csv").read_text("utf-8")):
        fewest = limits.get((row["n"], row["draw"]))
        if fewest is not None and int(row["inputs"]) < fewest:
            assert float(row["upper_estimate"]) > float(row["lower_bound"]) / float(row["of_population"])


def test_the_page_has_the_saved_tables() -> None:
    text = (ROOT / "docs" / "missing_data.md").read_text("utf-8")
    assert page(FOLDER, text) == text
    rows = read_csv((FOLDER / "draws.csv").read_text("utf-8"))
    assert as_markdown(rows) in text
    assert as_markdown(rows[1:]) not in text
    with pytest.raises(ValueError, match="draws: begin"):
        page(FOLDER, text.replace("draws: begin", "draws"))


def test_tables_say_how_many_draws_each_row_has() -> None:
    values = [("7", "0.3", "2.0"), ("7", "0.3", "4.0"), ("11", "0.5", "1.5")]
    rows = [{"n": n, "share": share, "of_population": value} for n, share, value in values]
    assert as_markdown(rows).splitlines()[2:] == [
        "| 7 | 0.3 | 2 | 3.0000 | 1.4142 | 2.0000 | 4.0000 |",
        "| 11 | 0.5 | 1 | 1.5000 |  | 1.5000 | 1.5000 |",
    ]
    orders = [{"n": "7", "fewest": "46"}, {"n": "7", "fewest": "48"}]
    assert thresholds_markdown(orders).splitlines()[-1] == "| 7 | 49 | 2 | 46, 47.00, 48 | 0.959 | 41 |"


def test_in_a_checkout_the_page_follows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the saved tables in place of a checkout's, and no time for a further case."""
    place = tmp_path / "margin" / "data" / "surveys"
    place.mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    for table in TABLES:
        for kind in ("csv", "json"):
            (place / f"{table}.{kind}").write_bytes((FOLDER / f"{table}.{kind}").read_bytes())
    text = (ROOT / "docs" / "missing_data.md").read_text("utf-8")
    (tmp_path / "docs" / "missing_data.md").write_text(text.replace("| 7 | 49 |", "| 8 | 49 |"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(survey, "in_checkout", lambda: True)
    monkeypatch.setattr("sys.argv", ["survey", "--seconds", "-1"])
    assert survey.draws() == 0
    assert (tmp_path / "docs" / "missing_data.md").read_text("utf-8") == text
