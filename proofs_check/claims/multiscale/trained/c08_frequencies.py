"""C8 and C9: which frequencies trained networks have, and which go together; from the saved table of networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd
from pathlib import Path

import numpy as np

from margin.analysis.cyclic.sets import histogram, related, uniformity
from proofs_check.claims.shared.several_scales import MODULI, batches, integers, interval, pending, too_few
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

ENOUGH = 1000  # networks of each n, for histograms of 44 and 45 frequencies
ENOUGH_PAIRS = 100
CHANCE = 0.01  # p-value below which frequencies are not alike
DRAWS = 1000

Sets = Sequence[Sequence[int]]


def learned(folder: Path | None = None) -> dict[int, list[list[int]]]:
    """The sets of frequencies of the networks of each n."""
    return {n: [integers(row["frequencies"]) for row in batches("networks", n, folder)] for n in MODULI}


def even(n: int, sets: Sets) -> float:
    """The p-value of all frequencies with the same gcd(f, n) being alike."""
    return uniformity(n, sets, np.random.default_rng(0), DRAWS)


def coprime_ratio(n: int, sets: Sets) -> float | None:
    """Networks for each frequency that shares a factor with n, over those for each that does not; None for prime n."""
    counts = histogram(n, sets)
    coprime = np.gcd(np.arange(1, n // 2 + 1), n) == 1
    return None if coprime.all() else float(counts[~coprime].mean() / counts[coprime].mean())


def uniform_verdict(values: Mapping[int, float], networks: Mapping[int, int]) -> Verdict:
    """Reproduced if no p-value is below CHANCE, mixed if one is not."""
    if any(networks[n] < ENOUGH for n in MODULI):
        return "not yet run"
    alike = [values[n] >= CHANCE for n in MODULI]
    return "reproduced" if all(alike) else "mixed" if any(alike) else "not reproduced"


@claim(
    id="C8",
    claim="learned frequencies are uniform over 1..(n-1)/2 for n = 89, over the coprime ones for n = 91",
    source="modular addition at several scales, Figure 4a",
    kind="empirical",
)
def check_uniform(effort: str, folder: Path | None = None) -> Finding:
    """Histograms of all networks against sets multiplied by random units."""
    sets = {n: chosen for n, chosen in learned(folder).items() if chosen}
    values = {n: even(n, chosen) for n, chosen in sets.items()}
    parts = []
    for n, chosen in sets.items():
        counts = histogram(n, chosen)
        coprime = [int(c) for f, c in enumerate(counts, 1) if gcd(f, n) == 1]
        ratio = coprime_ratio(n, chosen)
        others = "" if ratio is None else f", the others {ratio:.2f} as often as these"
        parts.append(
            f"n = {n}, {len(chosen)} networks: each coprime frequency in {min(coprime)} to {max(coprime)} of them,"
            f" p = {values[n]:.3f}{others}"
        )
    networks = {n: len(sets.get(n, ())) for n in MODULI}
    lacking = too_few({f"n = {n}": count for n, count in networks.items()}, ENOUGH)
    evidence = "; ".join(parts)
    return Finding(
        uniform_verdict(values, networks),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of n, width 128, frequencies of live neurons; p-value of the sum of squares against
        {DRAWS} samples in which every set is multiplied by a random unit, so what goes together stays together;
        reproduced means p >= {CHANCE} for both n, with {ENOUGH} networks or more""",
        data={"p": {str(n): p for n, p in values.items()}, "networks": {str(n): c for n, c in networks.items()}},
    )


def fewer(n: int, sets: Sets, factor: int = 2) -> tuple[float, float, float]:
    """Pairs f, factor f over those of random sets of the same sizes, and a bootstrap interval (95%)."""
    pairs = np.stack(related(n, sets, factor), 1)
    low, high = interval(pairs.tolist(), ratio_of)
    return ratio_of(pairs), low, high


def ratio_of(pairs: np.ndarray) -> float:
    """Of columns of pairs that are there and that were expected."""
    present, expected = pairs.sum(0)
    return float(present / max(expected, 1e-12))


def doubles_verdict(ratios: Mapping[int, tuple[float, float, float]], networks: Mapping[int, int]) -> Verdict:
    """Reproduced if the intervals of both n lie below 1, mixed if one does."""
    if any(networks[n] < ENOUGH_PAIRS for n in MODULI):
        return "not yet run"
    below = [ratios[n][2] < 1 for n in MODULI]
    return "reproduced" if all(below) else "mixed" if any(below) else "not reproduced"


@claim(
    id="C9",
    claim="if f is learned, 2f and f/2 are less likely",
    source="modular addition at several scales, Figure 4b",
    kind="empirical",
)
def check_doubles(effort: str, folder: Path | None = None) -> Finding:
    """Pairs f, 2f in the networks' sets against random sets of the same sizes; beside it pairs f, 3f."""
    sets = {n: chosen for n, chosen in learned(folder).items() if chosen}
    ratios = {n: fewer(n, chosen) for n, chosen in sets.items()}
    thrice = {n: fewer(n, chosen, 3) for n, chosen in sets.items()}
    parts = [
        f"n = {n}, {len(sets[n])} networks: {ratio:.2f} (95%: {low:.2f} to {high:.2f}), for 3f {thrice[n][0]:.2f}"
        f" ({thrice[n][1]:.2f} to {thrice[n][2]:.2f})"
        for n, (ratio, low, high) in ratios.items()
    ]
    networks = {n: len(sets.get(n, ())) for n in MODULI}
    lacking = too_few({f"n = {n}": count for n, count in networks.items()}, ENOUGH_PAIRS)
    evidence = f"pairs f, 2f over those in random sets of the same sizes, {'; '.join(parts)}" if parts else ""
    return Finding(
        doubles_verdict(ratios, networks),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of n, width 128; 2f and f/2 are one relation, f = 2 (f/2) modulo odd n. Reproduced means that
        the interval (bootstrap over networks) lies below 1 for both n, with {ENOUGH_PAIRS} networks or more""",
        data={"ratios": {str(n): list(values) for n, values in ratios.items()}},
    )
