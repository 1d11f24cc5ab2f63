"""Networks that reach the maximum margin of composition in a finite group, for every group of order <= 200.

For a real irreducible representation rho of dimension delta, a tuple of unit vectors x_1, ..., x_{k+1} gives the
neuron u_j(g) = a sqrt(delta/n) <x_j, rho(g) x_{j+1}>, w(g) = a sqrt(delta/n) <x_1, rho(g) x_{k+1}>, whose k+1 vectors
have norm a (Schur). Over a tuple design (`margin.composition.tuple_designs`) with total mass lambda these neurons
compute lambda c_rho chi_rho(y c^-1) / delta and nothing else, c_rho the best value of one unit neuron inside rho.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin.composition.maximum import GroupMargin
from margin.composition.tuple_designs import design, design_sizes, generic_lower_bound, lower_bound, smallest_design
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.matrices import representations
from margin.finite_groups.real_irreps import RealIrrep
from margin.io.resources import require_memory
from margin.networks.network import Network
from margin.tasks import GroupComposition

Array = NDArray[np.float64]
CONSTRUCTIONS = ("minimal", "paper")


@dataclass(frozen=True)
class IrrepWidth:
    """How many neurons the representations of one dimension and commutant take in a network, and how many they must.

    `lower_bound` holds for every group, `generic_lower_bound` where entries of the representation satisfy no accidental
    relations (`margin.composition.tuple_designs`); both speak of neurons that compute the character and nothing else.
    """

    dimension: int
    commutant: int
    k: int
    design: str
    constructed: int
    paper: int
    lower_bound: int | None
    generic_lower_bound: int | None


def irrep_width(dimension: int, commutant: int, k: int, construction: str = "minimal") -> IrrepWidth:
    """Neurons for one representation of dimension delta with commutant of dimension e.

    `paper`: delta^(k+1) 2^(k-1); `minimal`: the smallest design known. Raises ValueError for another construction.

    >>> irrep_width(2, 1, 2).constructed, irrep_width(2, 1, 2, "paper").constructed
    (10, 16)
    """
    name = _design_name(dimension, commutant, k, construction)
    sizes = design_sizes(dimension, commutant, k)
    bounds = lower_bound(dimension, commutant, k), generic_lower_bound(dimension, commutant, k)
    return IrrepWidth(dimension, commutant, k, name, sizes[name], sizes["paper"], *bounds)


def _design_name(dimension: int, commutant: int, k: int, construction: str) -> str:
    if construction not in CONSTRUCTIONS:
        raise ValueError(f"construction {construction!r}, expected one of {', '.join(CONSTRUCTIONS)}")
    return "paper" if construction == "paper" else smallest_design(dimension, commutant, k)


def group_width(prediction: GroupMargin, construction: str = "minimal") -> int:
    """Width of the network that `construct_group` makes: representations of mass 0 get no neurons."""
    return sum(
        irrep.count * irrep_width(irrep.dimension, irrep.commutant, prediction.k, construction).constructed
        for irrep in prediction.irreps
        if irrep.mass.sign() > 0
    )


def construct_group(prediction: GroupMargin, construction: str = "minimal") -> Network:
    """The network of norm 1 that reaches the maximum margin, with the masses of the prediction.

    Raises ValueError for a prediction from a closed form, which lists no elements, and as `group_network`.
    """
    group, irreps = prediction.group, [(entry.irrep, float(entry.mass)) for entry in prediction.irreps]
    if group is None or any(irrep is None for irrep, _ in irreps):
        raise ValueError(
            f"construct_group: {prediction.name} comes without elements, expected GroupProgram(...).solve(k)"
        )
    return group_network(group, prediction.k, [(rho, mass) for rho, mass in irreps if rho is not None], construction)


def group_network(
    group: FiniteGroup, k: int, masses: Sequence[tuple[RealIrrep, float]], construction: str = "minimal"
) -> Network:
    """The network with these total masses on irreducible representations; norm^(k+1) is their sum.

    Raises ValueError for masses that are negative, not finite or all 0, for another construction, and for groups of
    order above 200; MemoryError if the weights do not fit.
    """
    if not all(0 <= mass < np.inf for _, mass in masses) or not any(mass > 0 for _, mass in masses):
        raise ValueError(f"group_network: masses {[mass for _, mass in masses]}, expected finite ones >= 0, not all 0")
    used = [(irrep, mass) for irrep, mass in masses if mass > 0]
    names = [_design_name(irrep.dimension, irrep.commutant, k, construction) for irrep, _ in used]
    sizes = [
        design_sizes(irrep.dimension, irrep.commutant, k)[name] for (irrep, _), name in zip(used, names, strict=True)
    ]
    require_memory(8 * 2 * (k + 1) * group.order * sum(sizes), f"weights of {sum(sizes)} neurons")
    matrices = representations(group, [irrep for irrep, _ in used])
    blocks = [
        mass ** (1 / (k + 1)) * _block(rho, design(irrep.dimension, irrep.commutant, k, name))
        for (irrep, mass), rho, name in zip(used, matrices, names, strict=True)
    ]
    vectors = np.concatenate(blocks, axis=2)
    return Network(GroupComposition(group, k), vectors[:k], vectors[k].T)


def _block(rho: Array, tuples: Array) -> Array:
    """Vectors u_1, .., u_k, w of one neuron per tuple, masses equal with sum 1; shape (k+1, n, m)."""
    n, delta = rho.shape[:2]
    size, vectors = tuples.shape[:2]
    amplitude = size ** (-1 / vectors) * np.sqrt(delta / (n * vectors))
    block = np.empty((vectors, n, size))
    for j in range(vectors):
        left, right = (tuples[:, j], tuples[:, j + 1]) if j + 1 < vectors else (tuples[:, 0], tuples[:, j])
        block[j] = np.einsum("gab,ib,ia->gi", rho, right, left, optimize=True)
    return amplitude * block
