"""D1 to D7 and D11 on planted tables: each verdict, and both sides of every bound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from proofs_check.claims.rangamani import d01_frequencies as d01
from proofs_check.claims.rangamani import d03_ranks as d03
from proofs_check.claims.rangamani import d05_removal as d05
from proofs_check.claims.rangamani import d07_fits as d07
from proofs_check.claims.rangamani import d11_singular_vectors as d11
from proofs_check.claims.shared import circuits
from proofs_check.register.claim import Finding, Refuted
from tests.proofs_check.claims.tables import plant

PRINTED = "6 15 20 29 47 54"
ABOUT: dict[str, object] = {
    "n": 113,
    "train_share": 0.3,
    "accuracy": 1,
    "test_accuracy": 1,
    "test_step": 4000,
    "zero_step": 4000,
    "test_loss_4000": 0.01,
    "least_test_loss": 0.001,
    **dict.fromkeys(d01.PLACES, PRINTED),
}
CHECKS: dict[str, Callable[..., Finding]] = {
    "D1": d01.check_learning,
    "D2": d01.check_frequencies,
    "D3": d03.check_ranks,
    "D4": d03.check_complements,
    "D5": d05.check_pairing,
    "D6": d05.check_removal,
    "D7": d07.check,
    "D11": d11.check_fit,
}


def ranks(needed: dict[str, int], complement: float = 1 / 113) -> list[dict[str, object]]:
    return [
        {"matrix": m, "rank": r, "accuracy": 1 if r >= rank else 0.9, "complement": complement}
        for m, rank in needed.items()
        for r in range(65)
    ]


def singular(frequencies: list[int], share: float = 0.95) -> list[dict[str, object]]:
    """The unembedding has these frequencies, the other matrices one each."""
    rows: list[dict[str, object]] = []
    for matrix in ("unembedding", *d05.MIXED):
        own = frequencies if matrix == "unembedding" else range(1, 13)
        rows += [
            {"matrix": matrix, "number": i, "frequency": z, "share": share, "spectrum": "0 0.05 0.5 0.3 0.1 0.05"}
            for i, z in enumerate(own)
        ]
    return rows


def ablation(several: list[float], single: float = 1.0) -> list[dict[str, object]]:
    return [{"number": i, "frequency": i, "single": single, "several": x} for i, x in enumerate(several, 1)]


VECTOR: dict[str, object] = {"along": "vector", "sum_share": 1}
PAPER = {"embedding": 12, "unembedding": 12, "weight_ih": 12, "weight_hh": 32}
TWICE = [z for z in (47, 29, 54, 6, 15, 20) for _ in range(2)]
TABLE_I = [1, 1, 0.873, 0.283, 0.062, 0.00885]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Tables of one run that is as the paper says."""
    plant(tmp_path, "rangamani-runs", [ABOUT])
    plant(tmp_path, "rangamani-ranks", ranks(PAPER))
    plant(tmp_path, "rangamani-singular", singular(TWICE))
    plant(tmp_path, "rangamani-ablation", ablation(TABLE_I, 0.994))
    plant(tmp_path, "rangamani-fits", [VECTOR | {"error": error} for error in d07.ERRORS.values()])
    return tmp_path


@pytest.mark.parametrize("id", CHECKS)
def test_the_papers_own_numbers_are_reproduced(id: str, saved: Path) -> None:
    finding = CHECKS[id]("quick", saved)
    assert finding.verdict == "reproduced", finding
    assert finding.scope is not None
    assert finding.scope.startswith("one run, one seed")
    assert "rangamani-rnn seed 0" in finding.evidence


@pytest.mark.parametrize("id", CHECKS)
def test_without_a_finished_run_nothing_is_said(id: str, saved: Path, tmp_path: Path) -> None:
    for path in saved.glob("*.csv"):
        path.write_text(path.read_text().replace("ab,20000,1", "ab,20000,0"))
    assert CHECKS[id]("quick", saved).verdict == "not yet run"
    (tmp_path / "empty").mkdir()
    finding = CHECKS[id]("quick", tmp_path / "empty")
    assert finding.verdict == "not yet run"
    assert "`python -m training tables rangamani-" in finding.evidence


@pytest.mark.parametrize(
    ("id", "table", "rows", "verdict"),
    [
        ("D1", "runs", [ABOUT | {"zero_step": 8001}], "not reproduced"),
        ("D1", "runs", [ABOUT | {"zero_step": 8000}], "reproduced"),
        ("D1", "runs", [ABOUT | {"zero_step": 1999}], "not reproduced"),
        ("D1", "runs", [ABOUT | {"zero_step": 2000}], "reproduced"),
        ("D1", "runs", [ABOUT | {"zero_step": ""}], "not reproduced"),
        ("D1", "runs", [ABOUT, ABOUT | {"seed": 1, "zero_step": ""}], "mixed"),
        ("D1", "runs", [ABOUT | {"train_share": 0.4}], "not yet run"),
        ("D2", "runs", [ABOUT | {"state2": "6 15"}], "mixed"),
        ("D2", "runs", [ABOUT | dict.fromkeys(d01.PLACES, "1 2 3 4 5 6 7 8")], "reproduced"),
        ("D2", "runs", [ABOUT | dict.fromkeys(d01.PLACES, "1 2 3 4 5 6 7 8 9")], "mixed"),
        ("D2", "runs", [ABOUT | dict.fromkeys(d01.PLACES, "1 2 3 4 5")], "mixed"),
        ("D2", "runs", [ABOUT | {"unembedding": "1 2 3 4 5"}], "not reproduced"),
        ("D3", "ranks", ranks(dict.fromkeys(PAPER, 15)), "not reproduced"),
        ("D3", "ranks", ranks(dict.fromkeys(PAPER, 9)), "not reproduced"),
        ("D3", "ranks", ranks(PAPER | {"weight_hh": 41}), "mixed"),
        ("D3", "ranks", ranks(PAPER | {"weight_hh": 23}), "mixed"),
        ("D3", "ranks", ranks(PAPER | {"weight_hh": 99, "embedding": 14, "unembedding": 10}), "mixed"),
        ("D3", "ranks", ranks(PAPER | {"weight_hh": 24, "embedding": 14, "unembedding": 10}), "reproduced"),
        ("D4", "ranks", ranks(PAPER, 0.03), "not reproduced"),
        ("D4", "ranks", ranks(PAPER, 0.02), "reproduced"),
        ("D4", "ranks", ranks(PAPER, 0.001), "not reproduced"),
        ("D5", "singular", singular([1, 1, 1, *TWICE[3:]]), "mixed"),
        ("D5", "singular", singular(TWICE, 0.49), "mixed"),
        ("D5", "singular", singular(TWICE, 0.5), "reproduced"),
        ("D6", "ablation", ablation(TABLE_I, 0.993), "mixed"),
        ("D6", "ablation", ablation([1, 1, 0.95, 0.5, 0.1, 0.008]), "mixed"),
        ("D6", "ablation", ablation([1, 0.5, 0.6, 0.5, 0.1, 0.008]), "mixed"),
        ("D6", "ablation", ablation([1, 1, 1, 1, 1, 0.5], 0.5), "not reproduced"),
        ("D6", "ablation", ablation([1, 1, 0.873, 0.283, 0.062, 0.001]), "mixed"),
        ("D6", "ablation", ablation([*TABLE_I[:5], 0.0029]), "mixed"),
        ("D6", "ablation", ablation([*TABLE_I[:5], 0.003]), "reproduced"),
        ("D6", "ablation", ablation([*TABLE_I[:5], 0.0265]), "reproduced"),
        ("D6", "ablation", ablation([*TABLE_I[:5], 0.0266]), "mixed"),
        ("D7", "fits", [VECTOR | {"error": 0.001}, VECTOR | {"error": 0.021}], "not reproduced"),
        ("D7", "fits", [VECTOR | {"error": 0.001}, VECTOR | {"error": 0.02}], "reproduced"),
        ("D7", "fits", [VECTOR | {"error": 0.0}], "not reproduced"),
        ("D7", "fits", [VECTOR | {"error": 0.01}, VECTOR | {"error": 0.5, "along": "sine"}], "reproduced"),
        ("D7", "fits", [VECTOR | {"error": 1e-6}], "reproduced"),
        ("D7", "fits", [VECTOR | {"error": 0.999e-6}], "not reproduced"),
        ("D11", "singular", [{**singular([1])[1], "spectrum": "0 0.95 0.02"}], "not reproduced"),
        ("D11", "singular", [{**singular([1])[1], "spectrum": "0 0.3 0.29 0.2"}], "not reproduced"),
        ("D11", "singular", [{**singular([1])[1], "spectrum": "0 0.3 0.3 0.2"}], "reproduced"),
        ("D11", "singular", [{**singular([1])[1], "spectrum": "0 0.8 0.3"}], "not reproduced"),
    ],
)
def test_both_sides_of_every_bound(
    id: str, table: str, rows: list[dict[str, object]], verdict: str, saved: Path
) -> None:
    plant(saved, f"rangamani-{table}", rows)
    finding = CHECKS[id]("quick", saved)
    assert finding.verdict == verdict, finding


def test_without_frequencies_nothing_is_paired() -> None:
    two = [{"frequency": "5", "share": "0.9"}] * 2
    assert d05.is_paired(two, 1)
    assert not d05.is_paired(two, 0)
    assert not d05.is_paired([], 0)


def test_impossible_shares_are_refused(saved: Path) -> None:
    plant(saved, "rangamani-ranks", ranks(PAPER, 1.5))
    with pytest.raises(Refuted, match=r"rangamani-ranks: complement: 1\.5 is above 1"):
        CHECKS["D3"]("quick", saved)


def test_no_parts_are_no_verdict() -> None:
    with pytest.raises(ValueError, match="no parts"):
        circuits.judged([], "", 1)
    assert circuits.judged([("a", True)], "", 2, most="mixed").verdict == "mixed"
    assert circuits.judged([("a", False)], "", 2, most="mixed").verdict == "not reproduced"


STEP: dict[str, object] = {
    "step": 1000,
    "test_accuracy": 0.99,
    "accuracy": 0.9981204,
    "frequencies": 6,
    "same": 1,
    "pairs": 6,
    "single": 0.994,
    "half": 0.9,
    "error": 0.01,
    **{f"rank_{matrix}": 0.99812 for matrix in PAPER},
}


@pytest.mark.parametrize("id", ["D2", "D3", "D5", "D6", "D7"])
@pytest.mark.parametrize(
    ("changed", "share"),
    [
        ({}, "1 of 1"),
        (
            {"frequencies": 9, "same": 0, "pairs": 5, "single": 0.99, "error": 0.03}
            | {f"rank_{matrix}": 0.99804 for matrix in PAPER},
            "0 of 1",
        ),
        ({"test_accuracy": 0.98}, None),
        ({"error": ""}, None),
    ],
)
def test_other_steps_are_told_and_judge_nothing(
    id: str, changed: dict[str, object], share: str | None, saved: Path
) -> None:
    plant(saved, "rangamani-steps", [STEP | changed])
    finding = CHECKS[id]("quick", saved)
    assert finding.verdict == "reproduced"
    assert (f"At {share} kept steps" in finding.evidence) == (share is not None)
    assert ("kept steps" in finding.evidence) == (share is not None)


def test_the_accuracy_of_a_rank_is_compared_up_to_the_digits_of_the_table(saved: Path) -> None:
    plant(saved, "rangamani-runs", [ABOUT | {"accuracy": 0.9981204}])
    rows = ranks(PAPER)
    for row in rows:
        row["accuracy"] = 0.99812 if row["accuracy"] == 1 else 0.998042  # one input of 12769 less
    plant(saved, "rangamani-ranks", rows)
    assert CHECKS["D3"]("quick", saved).verdict == "reproduced"


def test_evidence_has_what_is_not_as_claimed_apart() -> None:
    said = circuits.judged([("a", True), ("b", False), ("c", True)], "", 1, more="More").evidence
    assert said == "As claimed, 2 of 3: a; c. Not as claimed, 1 of 3: b. More"


def test_errors_along_waves_are_told(saved: Path) -> None:
    assert d07.along_waves([{"along": "vector", "error": "0.1", "sum_share": "1"}]) == ""
    rows = [{"along": "sine", "error": error, "sum_share": "0.9"} for error in ("0.1", "0.2", "0.6")]
    assert "0.100 to 0.600" in d07.along_waves(rows)


def test_printed_errors_above_what_is_said() -> None:
    assert d07.above() == [15, 20]
    assert d07.above(said=2e-2) == []
