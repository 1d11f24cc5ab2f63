"""C8 to C16, C38 to C40: verdicts on planted tables, for and against each claim; none of too few networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from margin.analysis.cyclic.growth import LAWS
from margin.analysis.cyclic.sets import folded
from margin.io.tables import as_csv
from proofs_check.claims.multiscale.trained import c08_frequencies as c08
from proofs_check.claims.multiscale.trained import c10_clusters as c10
from proofs_check.claims.multiscale.trained import c11_embeddings as c11
from proofs_check.claims.multiscale.trained import c12_neurons as c12
from proofs_check.claims.multiscale.trained import c13_contributions as c13
from proofs_check.claims.multiscale.trained import c38_figures as c38
from proofs_check.claims.shared import several_scales
from proofs_check.register.claim import Finding

Check = Callable[..., Finding]
CHECKS: dict[str, Check] = {
    "C8": c08.check_uniform,
    "C9": c08.check_doubles,
    "C10": c10.check,
    "C11": c11.check_sizes,
    "C12": c12.check,
    "C13": c13.check_noise,
    "C14": c13.check_shift,
    "C15": c13.check_ranks,
    "C16": c11.check_pairs,
    "C38": c38.check_phases,
    "C39": c38.check_ablation,
    "C40": c38.check_multiples,
}
KEY = {"width": 128, "dimension": 32, "steps": 20000, "norm": "parameters", "strength": "0.0001", "exponent": 2}


def save(folder: Path, name: str, rows: Iterable[Mapping[str, object]]) -> Path:
    """A saved table; returns its folder."""
    listed = list(rows)
    folder.mkdir(exist_ok=True)
    (folder / f"multiscale-{name}.csv").write_text(as_csv(listed, list(listed[0])))
    return folder


def network(n: int, seed: int, frequencies: Iterable[int], **more: Any) -> dict[str, object]:
    """A row of the table of networks."""
    chosen = list(frequencies)
    lists = {"frequencies": " ".join(map(str, chosen)), "sizes": " ".join(["10"] * len(chosen))}
    lists["simples"] = " ".join(["9"] * len(chosen))
    values = {"over_one": 0.05, "live": 10 * len(chosen), "simple": 9 * len(chosen), "fine": 1}
    return {"n": n, "batch": n, **KEY, "seed": seed, **values, **lists} | more


def sets(n: int, count: int, most: int | None = None) -> list[list[int]]:
    """Random sets of five frequencies up to `most`."""
    generator = np.random.default_rng(n)
    every = np.arange(1, (most or n // 2) + 1)
    return [sorted(generator.choice(every, 5, replace=False).tolist()) for _ in range(count)]


def tables_of_sets(folder: Path, chosen: Mapping[int, list[list[int]]]) -> Path:
    return save(folder, "networks", (network(n, i, s) for n, some in chosen.items() for i, s in enumerate(some)))


@pytest.mark.parametrize("id", CHECKS)
def test_without_tables_nothing_is_said(id: str, tmp_path: Path) -> None:
    found = CHECKS[id]("quick", tmp_path)
    assert found.verdict == "not yet run"
    assert "too few" in found.evidence or "fewer than" in found.evidence


@pytest.mark.parametrize("id", ["C8", "C9", "C10", "C11", "C12"])
def test_few_networks_are_counted_and_give_no_verdict(id: str, tmp_path: Path) -> None:
    tables_of_sets(tmp_path, {n: sets(n, 7) for n in (89, 91)})
    found = CHECKS[id]("quick", tmp_path)
    assert found.verdict == "not yet run"
    assert "7 networks" in found.evidence


def test_uniform_frequencies_and_preferred_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c08, "ENOUGH", 200)
    monkeypatch.setattr(c08, "DRAWS", 200)
    alike = {n: sets(n, 200) for n in (89, 91)}
    preferred = {n: sets(n, 150) + sets(n, 50, most=8) for n in (89, 91)}
    assert CHECKS["C8"]("quick", tables_of_sets(tmp_path / "a", alike)).verdict == "reproduced"
    assert CHECKS["C8"]("quick", tables_of_sets(tmp_path / "b", preferred)).verdict == "not reproduced"
    one = {89: alike[89], 91: preferred[91]}
    assert CHECKS["C8"]("quick", tables_of_sets(tmp_path / "c", one)).verdict == "mixed"
    assert c08.coprime_ratio(89, alike[89]) is None
    assert c08.coprime_ratio(91, [[7], [1]]) == pytest.approx(4)  # 9 of 45 share a factor


def test_doubles_that_are_avoided_and_doubles_that_are_not(tmp_path: Path) -> None:
    random = {n: sets(n, 300) for n in (89, 91)}
    fewer = {n: [s for s in some if not any(folded(n, 2 * f) in s for f in s)] for n, some in random.items()}
    assert CHECKS["C9"]("quick", tables_of_sets(tmp_path / "a", fewer)).verdict == "reproduced"
    assert CHECKS["C9"]("quick", tables_of_sets(tmp_path / "b", random)).verdict == "not reproduced"
    one = {89: fewer[89], 91: random[91]}
    assert CHECKS["C9"]("quick", tables_of_sets(tmp_path / "c", one)).verdict == "mixed"


def growing(law: str, several: float = 0.0, a: float = 0.0, b: float = 1.0) -> list[dict[str, object]]:
    """Networks whose number of clusters follows a law in n, on average; `several` more with the full batch."""
    generator = np.random.default_rng(0)
    rows = []
    keys = [(n, n, 128) for n in range(11, 114, 6)] + [(n, b, w) for n in (89, 91) for b in (n, 0) for w in c10.WIDTHS]
    for n, batch, width in dict.fromkeys(keys):
        mean = a + b * float(LAWS[law](np.array(float(n)))) + (several if not batch else 0)
        for seed in range(60):
            count = int(mean + generator.random())
            steps = 20000 if batch else 4000
            rows.append(network(n, seed, range(1, count + 1), batch=batch, width=width, steps=steps))
    return rows


def test_clusters_grow_as_the_logarithm_or_not(tmp_path: Path) -> None:
    assert CHECKS["C10"]("quick", save(tmp_path / "a", "networks", growing("ln"))).verdict == "reproduced"
    linear = growing("linear", a=2.0, b=0.028)  # 4.5 at n = 90
    assert CHECKS["C10"]("quick", save(tmp_path / "b", "networks", linear)).verdict == "mixed"
    more = growing("ln", several=4.0)
    assert CHECKS["C10"]("quick", save(tmp_path / "c", "networks", more)).verdict == "mixed"
    neither = growing("linear", several=4.0, a=2.0, b=0.028)
    assert CHECKS["C10"]("quick", save(tmp_path / "d", "networks", neither)).verdict == "not reproduced"
    others = [row | {"frequencies": "1"} for row in growing("ln")]  # trained otherwise: they say nothing
    others = [row | {"norm": "neurons"} for row in others] + [row | {"dimension": 96} for row in others]
    mixed = save(tmp_path / "e", "networks", [*growing("ln"), *others])
    assert CHECKS["C10"]("quick", mixed).verdict == "reproduced"
    assert "8 moduli" in c10.missing({key: [4] * 60 for key in c10.WANTED})


@pytest.mark.parametrize(
    ("small", "whole", "verdict"),
    [
        (0.05, 0.00499, "reproduced"),
        (0.0401, 0.004, "reproduced"),
        (0.0599, 0.004, "reproduced"),
        (0.0399, 0.004, "mixed"),
        (0.0601, 0.004, "mixed"),
        (0.05, 0.00501, "mixed"),
        (0.08, 0.02, "not reproduced"),
    ],
)
def test_embedding_weights_above_one(small: float, whole: float, verdict: str, tmp_path: Path) -> None:
    rows = [network(91, seed, [1], over_one=small) for seed in range(60)]
    rows += [network(91, seed, [1], batch=0, steps=4000, over_one=whole) for seed in range(60)]
    rows += [network(91, seed, [1], steps=40000, over_one=0.9) for seed in range(60)]  # beside it, not in the verdict
    found = CHECKS["C11"]("quick", save(tmp_path, "networks", rows))
    assert found.verdict == verdict
    assert "40000 steps" in found.evidence


@pytest.mark.parametrize(
    ("simple", "fine", "verdict"),
    [(9, 0, "reproduced"), (9, 2, "mixed"), (4, 0, "mixed"), (5, 0, "mixed"), (4, 2, "not reproduced")],
)
def test_simple_neurons_and_fine_tuning_clusters(simple: int, fine: int, verdict: str, tmp_path: Path) -> None:
    """Five clusters of ten neurons, of which so many are of fine-tuning neurons."""
    simples = " ".join(["4"] * fine + ["6"] * (5 - fine))
    rows = [network(n, s, range(1, 6), simple=5 * simple, simples=simples) for n in (89, 91) for s in range(20)]
    assert CHECKS["C12"]("quick", save(tmp_path, "networks", rows)).verdict == verdict


def clusters(count: int = 20, more: Mapping[str, object] = MappingProxyType({})) -> list[dict[str, object]]:
    """Rows of the table of clusters, five of each network, that support every claim."""
    values = {"neurons": 18, "first": 0.1, "shift_error": 0.3, "turns": 0.01, "loss": 0.1, "accuracy": 1}
    for sigma, loss in (("0.1", 0.101), ("0.225", 0.105), ("0.5", 0.2)):
        values |= {f"loss_{sigma}": loss, f"accuracy_{sigma}": 1}
    return [
        {"n": n, "batch": n, **KEY, "seed": seed, "frequency": f, **values, **more}
        for n in (89, 91)
        for seed in range(count)
        for f in range(1, 6)
    ]


@pytest.mark.parametrize(
    ("loss", "accuracy", "verdict"),
    [(0.105, 1, "reproduced"), (0.15, 0.999, "mixed"), (0.15, 0.98, "not reproduced")],
)
def test_noise(loss: float, accuracy: float, verdict: str, tmp_path: Path) -> None:
    more: dict[str, object] = {"loss_0.225": loss, "accuracy_0.225": accuracy}
    assert CHECKS["C13"]("quick", save(tmp_path, "clusters", clusters(more=more))).verdict == verdict


@pytest.mark.parametrize(
    ("failing", "what", "verdict"),
    [
        (0.02, {"shift_error": 0.9}, "reproduced"),
        (0.05, {"shift_error": 0.9}, "reproduced"),
        (0.5, {"shift_error": 0.9}, "not reproduced"),
        (0.2, {"shift_error": 0.9}, "mixed"),
        (0.2, {"turns": 0.2}, "mixed"),
        (0.8, {"turns": 0.2}, "not reproduced"),
    ],
)
def test_shifts(failing: float, what: dict[str, object], verdict: str, tmp_path: Path) -> None:
    rows = clusters()
    few = int(failing * len(rows))
    found = CHECKS["C14"]("quick", save(tmp_path, "clusters", [row | what for row in rows[:few]] + rows[few:]))
    assert (found.verdict, found.data["fails"]) == (verdict, few)


@pytest.mark.parametrize(
    ("alone", "together", "verdict"),
    [
        (10, 10_000, "reproduced"),
        (25, 9_990, "reproduced"),
        (26, 9_990, "mixed"),
        (25, 9_989, "mixed"),
        (60, 10_000, "mixed"),
        (60, 9_000, "not reproduced"),
    ],
)
def test_ranks(alone: int, together: int, verdict: str, tmp_path: Path) -> None:
    counts = [(alone, together), (100 - alone, 10_000 - together)]
    rows = [
        {"n": n, "batch": n, **KEY, "rank": rank, "alone": a, "together": t}
        for n in (89, 91)
        for rank, (a, t) in enumerate(counts)
    ]
    save(tmp_path, "clusters", clusters())
    assert CHECKS["C15"]("quick", save(tmp_path, "ranks", rows)).verdict == verdict


def test_few_clusters_are_counted_and_give_no_verdict(tmp_path: Path) -> None:
    save(tmp_path, "clusters", clusters(3))
    save(tmp_path, "ranks", [{"n": 89, "batch": 89, **KEY, "rank": 0, "alone": 1, "together": 9}])
    for id in ("C13", "C14", "C15"):
        found = CHECKS[id]("quick", tmp_path)
        assert found.verdict == "not yet run"
        assert "n = 89: 3, n = 91: 3" in found.evidence
        assert "30 clusters of 6 networks" in found.evidence


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ({(0, 0): 100, (1, 0): 2, (1, 1): 90, (0, 1): 1}, "reproduced"),
        ({(0, 0): 100, (1, 0): 40, (1, 1): 90, (0, 1): 1}, "mixed"),
        ({(0, 0): 100, (1, 0): 2, (1, 1): 90, (0, 1): 40}, "mixed"),
        ({(0, 0): 100, (1, 0): 40, (1, 1): 90, (0, 1): 40}, "not reproduced"),
        ({(0, 0): 98, (1, 0): 2, (1, 1): 49, (0, 1): 1}, "reproduced"),
        ({(0, 0): 97, (1, 0): 2, (1, 1): 49, (0, 1): 1}, "not yet run"),
        ({(0, 0): 98, (1, 0): 2, (1, 1): 48, (0, 1): 1}, "not yet run"),
    ],
)
def test_pairs_of_components(counts: dict[tuple[int, int], int], verdict: str, tmp_path: Path) -> None:
    rows = [
        {"n": 89, "batch": 89, **KEY, "same": same, "pure": 1, "circular": circular, "pairs": count}
        for (same, circular), count in counts.items()
    ]
    assert CHECKS["C16"]("quick", save(tmp_path, "pairs", rows)).verdict == verdict


@pytest.mark.parametrize(
    ("uneven", "verdict"),
    [*((x, "reproduced") for x in (50, 35, 65)), *((x, "not reproduced") for x in (0, 34, 66, 100))],
)
def test_phases(uneven: int, verdict: str, tmp_path: Path) -> None:
    """Of a hundred clusters, just below the limit of chance and just at it."""
    rows = clusters()
    mod91 = [row for row in rows if row["n"] == 91]
    spreads = [0.0499] * uneven + [0.05] * (len(mod91) - uneven)
    planted = [row | {"spread": spread} for row, spread in zip(mod91, spreads, strict=True)]
    assert CHECKS["C38"]("quick", save(tmp_path, "clusters", planted)).verdict == verdict


def ablated(count: int, order: bool, rising: bool) -> list[dict[str, object]]:
    """Five clusters of each network whose losses rise, or do not; half and all of them in one order, or not."""
    draw = np.random.default_rng(0)
    rows = []
    for seed in range(count):
        all_, half = draw.permutation(5) + 10.0, draw.permutation(5) / 10 + 2
        for i in range(5):
            middle = all_[i] / 10 + 1 if order else half[i]
            losses = (1, 1.5 if rising else 2.9, middle, 9, all_[i])
            values = {f"loss_{part}": loss for part, loss in zip(c38.PARTS, losses, strict=True)}
            values |= {f"accuracy_{part}": 1 for part in c38.PARTS}
            rows.append({"n": 91, "batch": 91, **KEY, "seed": seed, "frequency": i + 1, "neurons": 20, **values})
    return rows


@pytest.mark.parametrize(
    ("order", "rising", "verdict"),
    [(True, True, "reproduced"), (True, False, "mixed"), (False, True, "mixed"), (False, False, "not reproduced")],
)
def test_ablation(order: bool, rising: bool, verdict: str, tmp_path: Path) -> None:
    assert CHECKS["C39"]("quick", save(tmp_path, "ablation", ablated(30, order, rising))).verdict == verdict
    few = CHECKS["C39"]("quick", save(tmp_path / "few", "ablation", ablated(3, order, rising)))
    assert few.verdict == "not yet run"
    assert "n = 91: 3" in few.evidence


@pytest.mark.parametrize(
    ("fifteen", "seven", "verdict"),
    [
        ("10 20", "14 21", "reproduced"),
        ("10 20", "13 22", "mixed"),
        ("11 22", "14 21", "mixed"),
        ("11 22", "13 23", "not reproduced"),
    ],
)
def test_relations_of_fine_tuning_neurons(fifteen: str, seven: str, verdict: str, tmp_path: Path) -> None:
    """Each network has three neurons with 15 and three with 7, and what goes with them."""
    neurons = [f"15,{f}" for f in fifteen.split()] + ["15,33"] + [f"7,{f}" for f in seven.split()] + ["7,44"]
    rows = [{"n": 91, "batch": 91, **KEY, "seed": seed, "combinations": " ".join(neurons)} for seed in range(40)]
    found = CHECKS["C40"]("quick", save(tmp_path, "fine", rows))
    assert (found.verdict, found.data["neurons"]) == (verdict, {"with 15": 120, "with 7": 120})
    few = CHECKS["C40"]("quick", save(tmp_path / "few", "fine", rows[:9]))
    assert few.verdict == "not yet run"
    assert "with 15: 27" in few.evidence


def test_relations_that_are_those_of_chance() -> None:
    """One frequency of each kind in proportion to their number: a preference of 1."""
    neurons = [{15, f} for f in range(1, 46) if f != 15]
    counts = c38.relation([neurons], 15, c38.related()[15])
    assert counts == [[44.0, 8.0, 36.0]]
    assert c38.preference(np.array(counts), 8, 36) == pytest.approx(1)
    assert c38.related() == {15: {5, 10, 20, 25, 30, 35, 40, 45}, 7: {14, 21, 28, 35, 42}}


def test_interval_of_a_mean_narrows_with_the_networks() -> None:
    generator = np.random.default_rng(0)
    widths = []
    for count in (20, 2000):
        low, high = several_scales.interval(generator.normal(5, 1, (count, 1)).tolist(), lambda x: float(x.mean()))
        assert low < 5 < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 5
