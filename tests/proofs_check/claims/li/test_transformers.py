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
    said = f"p = {shown}, 1 seed, 160 heads: steps between 2000 (k = 2), 1000 (k = 3), 500 (k = 4), 100 (k = 5)"
    assert said in finding.evidence
    assert finding.evidence.startswith("As claimed, ")


def test_heads_that_have_died_out_are_left_out(tmp_path: Path) -> None:
    plant(tmp_path, "li-heads", heads(0.95, {3: 61}))
    said = "As claimed, 1 of 1: k = 3, p = 61, seed 0: 120 of 160 heads alive, median share 0.950, 0.950 to 0.950 ("
    assert CHECKS["B18"]("quick", tmp_path).evidence.startswith(said)


def small(values: dict[int, tuple[object, object, object]], end: int = 6000) -> list[dict[str, object]]:
    return [row | {"dimension": 32, "end": end} for row in runs(values, b18.SMALL, heads=4)]


NEVER: dict[int, tuple[object, object, object]] = {2: (100, "", 0.1), 3: (200, "", 0.5)}


@pytest.mark.parametrize(
    ("values", "verdict", "said"),
    [
        (NEVER | {4: (300, 500, 1), 5: (400, 100, 1)}, "mixed", "more than 5800 (k = 3), 500 (k = 4)"),
        (NEVER | {4: (300, 500, 1), 5: (400, 100, 1)}, "mixed", "not known between k = 2 and 3"),
        (NEVER | {4: (300, 5900, 1)}, "not yet run", ""),  # above the bound of k = 3: not known
        (NEVER | {4: (300, 5700, 1)}, "mixed", "5700 (k = 4)"),
        ({3: (200, 5000, 1), 4: (300, "", 0.5)}, "not reproduced", "more than 5700 (k = 4)"),
        ({3: (200, 5800, 1), 4: (300, "", 0.5)}, "not yet run", ""),
        (NEVER, "not yet run", ""),
        ({2: ("", "", 0.1), 3: (200, 50, 1), 4: (1, 60, 1)}, "not reproduced", "50 (k = 3), 60 (k = 4)"),
    ],
)
def test_runs_that_never_learn_bound_the_steps_between(
    values: dict[int, tuple[object, object, object]], verdict: str, said: str, tmp_path: Path
) -> None:
    plant(tmp_path, "li-grokking", small(values))
    finding = CHECKS["B19"]("quick", tmp_path)
    assert finding.verdict == verdict, finding
    assert said in " ".join(finding.evidence.split())


NOT_KNOWN = NEVER | {4: (300, "", 0.5), 5: (400, 100, 1)}


def seeds(count: int, *values: dict[int, tuple[object, object, object]]) -> list[dict[str, object]]:
    """So many runs of each k, the values one after another."""
    return [
        row | {"seed": i, "run": f"{row['run']} {i}"} for i in range(count) for row in small(values[i % len(values)])
    ]


def test_an_order_that_enough_runs_leave_open_is_not_seen(tmp_path: Path) -> None:
    """Three seeds of every k, and one in three with k = 5 that learns; with two seeds, or a k without, it is open."""
    never = NOT_KNOWN | {5: (400, "", 0.1)}
    plant(tmp_path, "li-grokking", seeds(3, NOT_KNOWN, never, never))
    finding = CHECKS["B19"]("quick", tmp_path)
    assert finding.verdict == "not reproduced"
    said = " ".join(finding.evidence.split())
    assert "more than 5700 (k = 4), more than 5600 (k = 5); not known between k = 2 and 3, 3 and 4, 4 and 5" in said
    assert "3 of 3 (k = 4), 2 of 3 (k = 5, the others after 100)" in said
    for rows in (
        seeds(2, never),
        seeds(3, {k: values for k, values in never.items() if k != 3}),
        seeds(3, never, never | {4: ("", "", 0.1)}),  # one that has not fitted
    ):
        plant(tmp_path, "li-grokking", rows)
        assert CHECKS["B19"]("quick", tmp_path).verdict == "not yet run"
    plant(tmp_path, "li-grokking", seeds(3, NOT_KNOWN, NOT_KNOWN, never))  # the median with k = 5 is known
    finding = CHECKS["B19"]("quick", tmp_path)
    assert finding.verdict == "mixed"
    assert ", 100 (k = 5)" in finding.evidence


@pytest.mark.parametrize("id", ["B19", "B28"])
def test_what_is_too_little_to_compare_is_said(id: str, tmp_path: Path) -> None:
    plant(tmp_path, "li-grokking", small({2: (800, "", 0.03)}))
    finding = CHECKS[id]("quick", tmp_path)
    assert finding.verdict == "not yet run"
    assert "not enough to compare: k = 2, p = 47, seed 0, last test accuracy 0.03" in finding.evidence


def test_small_networks_are_not_mixed_with_those_of_the_printed_dimension(tmp_path: Path) -> None:
    """p = 5 with k = 5 is printed and small; k = 2 and 4 are compared twice, at the printed moduli and at ours."""
    wide = [row | {"dimension": 128, "end": 20000} for row in runs(CLAIMED, PRINTED)]
    plant(tmp_path, "li-grokking", [*wide, *small({4: (1, 3, 1), 5: (1, 4, 1)})])
    finding = CHECKS["B19"]("quick", tmp_path)
    assert finding.verdict == "mixed"
    assert (finding.data or {})["parts"] == 3
    assert "p = 7, 5, 1 seed, 4 heads, dimension 32: steps between 3 (k = 4), 4 (k = 5)" in finding.evidence


@pytest.mark.parametrize("id", ["B19", "B28"])
def test_small_networks_of_another_width_are_not_compared_over_k(id: str, tmp_path: Path) -> None:
    """Narrower ones with k = 5 that would turn the verdict; the same rows at the width of the others do turn it."""
    against: dict[int, tuple[object, object, object]] = {5: (1, 9000, 0.1)}
    own = [row | {"width": 128} for row in small(CLAIMED)]
    plant(tmp_path, "li-grokking", [*own, *(row | {"width": 32} for row in small(against) * 2)])
    apart = CHECKS[id]("quick", tmp_path)
    assert apart.verdict == "mixed"  # as claimed, but smaller than the paper's
    assert "Not as claimed" not in apart.evidence
    assert (apart.scope or "").startswith("4 runs. ")
    plant(tmp_path, "li-grokking", [*own, *(row | {"width": 128} for row in small(against) * 2)])
    assert CHECKS[id]("quick", tmp_path).verdict == "not reproduced"


def test_random_tables_have_small_shares() -> None:
    assert b18.of_random(31) < b18.of_random(13) < b18.of_random(5) < b18.WAVES
    assert b18.of_random(13) == b18.of_random(13, 100) not in (b18.of_random(13, 99), b18.of_random(13, 101))


def test_medians_are_of_seeds_that_have_all_learned() -> None:
    rows = [{"k": "2", "p": "97", "gap": gap} for gap in ("100", "300", "200")]
    assert b18.by_k(rows, PRINTED, "gap") == {2: 200}
    assert b18.by_k([*rows, {"k": "2", "p": "97", "gap": ""}], PRINTED, "gap") == {}
    assert b18.by_k(rows, {2: 89}, "gap") == {}
