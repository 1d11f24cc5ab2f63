"""Networks that reach the maximum margin of composition in a finite group, for every group of order <= 200.

For a real irreducible representation rho of dimension delta, a tuple of unit vectors x_1, ..., x_{k+1} gives the
neuron u_j(g) = a sqrt(delta/n) <x_j, rho(g) x_{j+1}>, w(g) = a sqrt(delta/n) <x_1, rho(g) x_{k+1}>, whose k+1 vectors
have norm a (Schur). Over a tuple design (`margin.composition.tuple_designs`) with total mass lambda these neurons
compute lambda c_rho chi_rho(y c^-1) / delta and nothing else, c_rho the best value of one unit neuron inside rho.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from margin.composition.maximum import maximum_margin
from margin.composition.program import GroupMargin, program
from margin.composition.special_designs import image_order, special_design, special_name
from margin.composition.tuple_designs import design
from margin.composition.width import irrep_width
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.matrices import representations
from margin.finite_groups.real_irreps import RealIrrep
from margin.io.resources import require_memory
from margin.networks.network import Network
from margin.tasks import GroupComposition

Array = NDArray[np.float64]


def construct(task: GroupComposition, construction: str = "minimal", prediction: GroupMargin | None = None) -> Network:
    """The network of norm 1 that reaches the maximum margin. Raises as `group_network`."""
    return construct_group(prediction or maximum_margin(task), construction)


def construct_group(prediction: GroupMargin, construction: str = "minimal") -> Network:
    """The network of norm 1 that reaches the maximum margin, with the masses of the prediction.

    A prediction in closed form lists no representations: its program is solved first. Raises as `group_network`.
    """
    task = prediction.task
    if any(block.irrep is None for block in prediction.blocks):  # known by structure alone
        prediction = program(task).solve(task.k)
    masses = [(block.irrep, float(block.mass)) for block in prediction.blocks]
    known = [(irrep, mass) for irrep, mass in masses if irrep is not None]
    return group_network(task.group, task.k, known, construction)


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
    images = [image_order(group, irrep) for irrep, _ in used]
    sizes = [
        irrep_width(irrep.dimension, irrep.commutant, k, construction, image).constructed
        for (irrep, _), image in zip(used, images, strict=True)
    ]
    require_memory(8 * 2 * (k + 1) * group.order * sum(sizes), f"weights of {sum(sizes)} neurons")
    matrices = representations(group, [irrep for irrep, _ in used])
    blocks = [
        mass ** (1 / (k + 1)) * _block(rho, _tuples(rho, irrep.commutant, k, construction, image))
        for (irrep, mass), rho, image in zip(used, matrices, images, strict=True)
    ]
    vectors = np.concatenate(blocks, axis=2)
    return Network(GroupComposition(group, k), vectors[:k], vectors[k].T)


def _tuples(rho: Array, commutant: int, k: int, construction: str, image: int) -> Array:
    """The smallest design known for a representation with an image of that order."""
    dimension = rho.shape[1]
    width = irrep_width(dimension, commutant, k, construction, image)
    if width.design == special_name(dimension, commutant, k, image):
        return special_design(rho, commutant, k, image)
    return design(dimension, commutant, k, width.design)


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
