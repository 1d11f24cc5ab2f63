"""C10: what its evidence says of planted networks, computed another way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from margin.analysis.cyclic.growth import LAWS, fits
from margin.io.tables import as_csv
from proofs_check.claims.multiscale.trained import c10_clusters as c10
from proofs_check.claims.shared.several_scales import PAPER
from proofs_check.register.claim import Finding

COUNTS = {n: [3 + (i * n) % 5 % 3 for i in range(50)] for n in range(89, 105, 2)}  # 8 moduli, about 4


def saved(folder: Path, batch: bool = True) -> Path:
    """Networks with COUNTS; of 97 also with the whole training set, or those of 89 alone where there are no batches."""
    rows: list[dict[str, object]] = []
    for n, counts in COUNTS.items():
        for kind in (n, 0) if n in (89, 97) else (n,):
            case: dict[str, object] = {**PAPER, "n": n, "batch": kind, "steps": 20000 if kind else 4000}
            rows += [
                case | {"seed": seed, "frequencies": " ".join(map(str, range(1, count + 1)))}
                for seed, count in enumerate(counts)
                if kind == 0 or batch
            ]
    (folder / "multiscale-networks.csv").write_text(as_csv(rows, list(rows[0])))
    return folder


def evidence_of(check: Callable[..., Finding], folder: Path) -> str:
    return check("quick", folder).evidence


def test_cases_of_both_moduli_are_told(tmp_path: Path) -> None:
    evidence = evidence_of(c10.check, saved(tmp_path))
    for case in ("n = 89, batches, width 128: ", "n = 89, full batch, width 128: ", "n = 91, batches, width 128: "):
        n = int(case[4:6])
        assert f"{case}{np.mean(COUNTS[n]):.2f} (95%: " in evidence
        assert f"; {min(COUNTS[n])} to {max(COUNTS[n])}), 50 networks" in evidence
    assert "n = 97" not in evidence
    assert "n = 91, full batch" not in evidence


def test_laws_are_fitted_through_every_modulus_with_the_same_draws(tmp_path: Path) -> None:
    every = c10.counts(saved(tmp_path))
    values = {float(n): counts for n, counts in COUNTS.items()}
    found = c10.growth(every)
    assert found == fits(values, np.random.default_rng(0))
    assert found != fits(values, np.random.default_rng(1))
    assert found is not None
    evidence = evidence_of(c10.check, tmp_path)
    for law in LAWS:
        assert f"{law} {found[law].wins:.0%} (b = {found[law].b:.3g})" in evidence
    best = max(LAWS, key=lambda law: -found[law].error)
    assert f"{best} has a squared error of {found[best].error:.3g}, {found[best].lead:.2g} below the next" in evidence
    least, most = found[best].lead_range
    assert f"(90%: {least:.2g} to {most:.2g})" in evidence


def test_the_whole_training_set_is_no_batch_of_a_law(tmp_path: Path) -> None:
    every = c10.counts(saved(tmp_path, batch=False))
    assert sorted(every) == [(89, 0, 128), (97, 0, 128)]
    assert c10.growth(every) is None
    assert "the best fit" not in evidence_of(c10.check, tmp_path)


@pytest.mark.parametrize(("values", "within"), [([3, 4], True), ([3, 3, 4], False), ([5, 6], True), ([5, 6, 6], False)])
def test_about_four_to_five(values: list[int], within: bool) -> None:
    assert c10.about(values) == within
    assert c10.about(values, (0, 9))
    assert not c10.about(values, (9, 0))
