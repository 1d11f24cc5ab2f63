"""E8: the margin by the largest weight is at most m d^(nu/2) times the normalised margin, with equality for signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

if TYPE_CHECKING:
    from margin.networks.network import Network

CASES = ((3, 2), (4, 2), (5, 2), (3, 3))


def bounded(network: Network, sign: float = 1.0) -> float:
    """h / (m d^(nu/2) normalised margin); refuted unless it is at most 1. `sign` -1 asks for the opposite."""
    weights = sum(network.U.shape[:-1]) if network.U.ndim == 2 else network.U.shape[0] * network.U.shape[1]
    each = weights + network.W.shape[1]
    least = network.infinity_margin()
    most = network.width * each ** (network.degree / 2) * network.normalised_margin()
    demand(least > 0, f"margin by the largest weight {least}, expected a network that separates the data")
    demand(sign * (most - least) >= -1e-9 * most, f"{least}, claimed at most {most}")
    return least / most


@claim(
    id="E8",
    claim="""a network of m neurons of d weights, homogeneous of degree nu, with positive margins: least margin over
    (largest |weight|)^nu is at most m d^(nu/2) times the normalised margin, so at most m d^(nu/2) gamma*; where all
    |weights| agree they are equal""",
    source="this project, docs/theory.md, 12",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Networks of maximum margin, disturbed ones, and a memorising one whose weights are all +-1."""
    import numpy as np

    from margin.networks.network import Network
    from margin.tasks import ModularAddition, SparseParity
    from margin.theory import construct

    ratios, generator = [], np.random.default_rng(0)
    for n, k in CASES[: 3 if effort == "quick" else None]:
        task = ModularAddition(n, k)
        network = construct(task).numeric()
        ratios.append(bounded(network))
        noise = 1 + 0.02 * generator.standard_normal(network.U.shape)
        ratios.append(bounded(Network(task, network.U * noise, network.W)))
    signs = np.array([[1.0, 1.0], [1.0, -1.0]])
    flat = bounded(Network(SparseParity(2, 2), signs, np.array([[1.0, -1.0], [-1.0, 1.0]])))
    demand(abs(flat - 1) < 1e-12, f"all |weights| 1: ratio {flat}, claimed 1")
    return Finding(
        "holds",
        f"{len(ratios)} networks of addition have {min(ratios):.4f} to {max(ratios):.4f} of the bound, one of +-1 all",
        scope="every network: the proof is docs/theory.md, 12",
    )
