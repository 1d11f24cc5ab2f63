"""B18, B19, B27 and B28 on planted tables: each verdict, and both sides of every bound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from proofs_check.claims.li.trained import b18_transformers as b18
from proofs_check.claims.li.trained import b27_attention as b27
from proofs_check.register.claim import Finding
from tests.proofs_check.claims.tables import plant

CHECKS: dict[str, Callable[..., Finding]] = {
    "B18": b18.check_attention,
    "B19": b18.check_grokking,
    "B27": b27.check,
    "B28": b18.check_steps,
}


ATTENTION = {3: 61, 4: 31, 5: 17}  # moduli of the paper by k, one layer
PRINTED = {2: 97, 3: 31, 4: 11, 5: 5}  # two layers
OWN = {2: 97, 3: 23, 4: 11, 5: 7}


def heads(share: float, moduli: dict[int, int] = ATTENTION, count: int = 160) -> list[dict[str, object]]:
    """Three of four heads alive, of these shares; what has died out has none."""
    return [
        {
            "preset": f"li-attention-k{k}",
            "run": k,
            "k": k,
            "p": p,
            "head": i,
            "product_share": share if i % 4 else 0.1,
            "alive": int(i % 4 > 0),
        }
        for k, p in moduli.items()
        for i in range(count)
    ]


def runs(
    values: dict[int, tuple[object, object, object]],
    moduli: dict[int, int],
    preset: str = "li-grokking",
    heads: int = 160,
) -> list[dict[str, object]]:
    """Steps to fit, the gap after it, and the test accuracy, by k."""
    return [
        {
            "preset": f"{preset}-k{k}",
            "run": f"{preset}{k}{moduli[k]}",
            "k": k,
            "p": moduli[k],
            "heads": heads,
            "train_step": step,
            "gap": gap,
            "test_accuracy": accuracy,
        }
        for k, (step, gap, accuracy) in values.items()
    ]


CLAIMED: dict[int, tuple[object, object, object]] = {
    2: (100, 2000, 0.991),
    3: (200, 1000, 0.992),
    4: (300, 500, 0.993),
    5: (400, 100, 0.994),
}
LEARNED: dict[int, tuple[object, object, object]] = dict.fromkeys(ATTENTION, (100, 100, 0.99))


@pytest.mark.parametrize("id", CHECKS)
def test_as_printed(id: str, tmp_path: Path) -> None:
    assert CHECKS[id]("quick", tmp_path).verdict == "not yet run"
    plant(tmp_path, "li-heads", heads(0.9))
    attention = runs(LEARNED, ATTENTION, "li-attention")
    plant(tmp_path, "li-grokking", [*attention, *runs(CLAIMED, PRINTED)])
    finding = CHECKS[id]("quick", tmp_path)
    assert finding.verdict == "reproduced", finding


@pytest.mark.parametrize(
    ("id", "table", "rows", "verdict"),
    [
        ("B18", "li-heads", heads(0.89), "not reproduced"),
        ("B18", "li-heads", heads(0.95, {3: 13, 4: 7, 5: 5}), "mixed"),
        ("B18", "li-heads", heads(0.95, count=40), "mixed"),
        ("B18", "li-heads", heads(0.95, {3: 61, 4: 31}), "mixed"),
        ("B18", "li-heads", heads(0.95, {3: 61, 5: 17}), "mixed"),
        ("B18", "li-heads", heads(0.95, {4: 31, 5: 17}), "mixed"),
        ("B27", "li-grokking", runs(LEARNED | {5: (1, 1, 0.98)}, ATTENTION, "li-attention"), "mixed"),
        ("B27", "li-grokking", runs({5: (1, 1, 0.98)}, ATTENTION, "li-attention"), "not reproduced"),
        ("B27", "li-grokking", runs(LEARNED, {3: 13, 4: 7, 5: 5}, "li-attention"), "mixed"),
        ("B27", "li-grokking", runs(LEARNED, ATTENTION, "li-attention", heads=40), "mixed"),
        ("B27", "li-grokking", runs(CLAIMED, PRINTED), "not yet run"),
        ("B19", "li-grokking", runs(CLAIMED | {5: (400, 500, 0.994)}, PRINTED), "mixed"),
        ("B19", "li-grokking", runs(CLAIMED | {4: (400, 2000, 0.994)}, PRINTED), "not reproduced"),
        ("B19", "li-grokking", runs(CLAIMED, PRINTED, heads=4), "mixed"),
        ("B19", "li-grokking", runs(CLAIMED | {4: (300, "", 0.9), 5: (1, "", 0.9)}, PRINTED), "mixed"),
        ("B19", "li-grokking", runs({2: CLAIMED[2], 4: (1, "", 0.9)}, PRINTED), "not yet run"),
        ("B28", "li-grokking", runs(CLAIMED | {5: (300, 1, 0.994)}, PRINTED), "mixed"),
        ("B28", "li-grokking", runs(CLAIMED | {4: (100, 1, 0.99)}, PRINTED), "not reproduced"),
    ],
)
def test_both_sides_of_every_bound(
    id: str, table: str, rows: list[dict[str, object]], verdict: str, tmp_path: Path
) -> None:
    plant(tmp_path, table, rows)
    finding = CHECKS[id]("quick", tmp_path)
    assert finding.verdict == verdict, finding


@pytest.mark.parametrize("moduli", [PRINTED, OWN])
def test_steps_by_k_at_both_lists_of_moduli(moduli: dict[int, int], tmp_path: Path) -> None:
    plant(tmp_path, "li-grokking", runs(CLAIMED, moduli))
    finding = CHECKS["B19"]("quick", tmp_path)
    assert finding.verdict == ("reproduced" if moduli == PRINTED else "mixed")
    shown = ", ".join(map(str, moduli.values()))
    said = f"p = {shown}: steps between 2000 (k = 2), 1000 (k = 3), 500 (k = 4), 100 (k = 5): as claimed"
    assert said in finding.evidence.split("; ")


def test_heads_that_have_died_out_are_left_out(tmp_path: Path) -> None:
    plant(tmp_path, "li-heads", heads(0.95, {3: 61}))
    said = "k = 3, p = 61, seed 0: 120 of 160 heads alive, median share 0.950, 0.950 to 0.950: as claimed"
    assert CHECKS["B18"]("quick", tmp_path).evidence == said


def test_medians_are_of_seeds_that_have_all_learned() -> None:
    rows = [{"k": "2", "p": "97", "gap": gap} for gap in ("100", "300", "200")]
    assert b18.by_k(rows, PRINTED, "gap") == {2: 200}
    assert b18.by_k([*rows, {"k": "2", "p": "97", "gap": ""}], PRINTED, "gap") == {}
    assert b18.by_k(rows, {2: 89}, "gap") == {}
