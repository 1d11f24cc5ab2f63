"""B17: trained x^k networks have neurons of one frequency and cover all frequencies; from saved runs alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

from margin.io.tables import read_csv
from proofs_check.claims.shared.saved_runs import require_shares, table
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

PRESETS = {3: "li-k3-p97", 4: "li-k4-p47", 5: "li-k5-p23"}
MODULI = {k: int(name.rpartition("p")[2]) for k, name in PRESETS.items()}  # of the paper
PURE = 0.95  # least median share of u_1 at one frequency
MASS = 0.99  # of all mass: the neurons that hold it are looked at
CONVERGED = 0.99  # test accuracy of a run that says something against the claim


@dataclass(frozen=True)
class Trained:
    """The last state of a saved network: shares and frequencies of the u_1 of the neurons that hold MASS of the mass.

    Raises Refuted for shares above 1, and for frequencies that mod p does not have.
    """

    k: int
    p: int
    width: int
    accuracy: float  # on the test half
    shares: tuple[float, ...]
    frequencies: tuple[int, ...]

    def __post_init__(self) -> None:
        require_shares(self.shares, f"k = {self.k}: share at one frequency")
        require_shares([self.accuracy], f"k = {self.k}: accuracy")
        known = set(self.frequencies) <= set(range(1, self.p // 2 + 1))
        demand(known, f"k = {self.k}: frequencies {sorted(set(self.frequencies))} modulo {self.p}")

    @property
    def published(self) -> bool:
        """Whether modulus and width are those of the paper."""
        return self.p == MODULI[self.k] and self.width == 2 ** (2 * self.k - 2) * (self.p - 1)

    @property
    def covered(self) -> int:
        return len(set(self.frequencies))

    def supports(self, pure: float = PURE) -> bool:
        """Whether the median share is `pure` or more, and all frequencies are there."""
        return median(self.shares) >= pure and self.covered == self.p // 2

    @property
    def standing(self) -> Literal["for", "against", "neither"]:
        """What the run says of the claim: a smaller network than the paper's counts against it only if converged."""
        if self.supports():
            return "for" if self.published else "neither"
        return "against" if self.published or self.accuracy >= CONVERGED else "neither"

    def __str__(self) -> str:
        size = "the paper's size" if self.published else "a smaller network"
        return (
            f"k = {self.k}, p = {self.p}, width {self.width} ({size}): median share {median(self.shares):.3f}, least"
            f" {min(self.shares):.3f}, frequencies {self.covered} of {self.p // 2}, test accuracy {self.accuracy:.3f}"
        )


def read(k: int, folder: Path | None = None) -> Trained | None:
    """The saved network of that k, from li-neurons and li-spectra; None where a table is missing."""
    about, spectra = (table(f"li-{name}-k{k}.csv", folder) for name in ("neurons", "spectra"))
    if about is None or spectra is None:
        return None
    described = read_csv(about.read_bytes().decode())
    ((p, width, accuracy),) = {(int(x["p"]), int(x["width"]), float(x["test_accuracy"])) for x in described}
    rows = sorted(read_csv(spectra.read_bytes().decode()), key=lambda row: -float(row["mass"]))
    left = (1 - MASS) * sum(float(row["mass"]) for row in rows)
    while rows and (left := left - float(rows[-1]["mass"])) > 0:
        rows.pop()
    shares = tuple(float(row["share"]) for row in rows)
    frequencies = tuple(int(row["frequency"]) for row in rows)
    return Trained(k, p, width, accuracy, shares, frequencies)


def judged(runs: list[Trained]) -> Finding:
    """Reproduced if networks of the paper's size support the claim for every k; mixed if for some, and none refutes it.

    A network of the paper's size that does not support it refutes it, and so does a smaller one that has converged.
    """
    standings = [r.standing for r in runs]
    full = {r.k for r, standing in zip(runs, standings, strict=True) if standing == "for"}
    seen = "; ".join(map(str, sorted(runs, key=lambda r: r.k))) or "no saved runs"
    scope = f"""one seed each. Wanted: median share {PURE} to 1 of u_1 at one frequency, over the neurons that hold
        {MASS} of the mass, and all frequencies. Smaller networks than the paper's count against the claim where they
        have converged (test accuracy {CONVERGED}), and never for it: then the verdict is mixed"""
    if "against" in standings:
        return Finding("not reproduced", seen, scope=scope)
    if not full:
        return Finding("not yet run", f"no saved run of the paper's size. {seen}")
    return Finding("reproduced" if full == set(PRESETS) else "mixed", seen, scope=scope)


@claim(
    id="B17",
    claim="""SGD-trained networks of width 2^(2k-2) (p-1) have single-frequency neurons and cover all frequencies, for k
    = 3, 4, 5""",
    source="Li et al., Section 5.1 and appendix H.2, Figures 1, 2, 5 to 8",
    kind="empirical",
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Shares and frequencies of every saved network of Li et al.'s presets, of the paper's size and smaller."""
    return judged([run for k in PRESETS if (run := read(k, folder)) is not None])
