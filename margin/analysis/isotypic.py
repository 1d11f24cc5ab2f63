"""Power of real vectors on a finite group by real irreducible representation.

An irreducible representation is given by its dimension d, the dimension e of its commutant (1, 2 or 4) and its
character on the elements. The projector on its isotypic part is P = d/(e |G|) * (chi(g^-1 h))_{g,h}; projectors of
different representations are orthogonal and those of all, the trivial one included, add up to the identity. Source:
Serre, Linear Representations of Finite Groups, 2.6, over the reals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, in_range, located
from margin.analysis.fourier import Axis, Vectors

Irrep = tuple[int, int, NDArray[np.float64]]  # dimension, dimension of the commutant, character (n,)


def quotients(table: ArrayLike) -> NDArray[np.int64]:
    """g^-1 h, the x with g x = h, from the multiplication table [g, x] -> g x; shape (n, n).

    Raises ValueError for a table whose rows are not permutations of 0..n-1.

    >>> quotients([[0, 1, 2], [1, 2, 0], [2, 0, 1]]).tolist()
    [[0, 1, 2], [2, 0, 1], [1, 2, 0]]
    """
    products = np.asarray(table)
    n = len(products)
    if products.shape != (n, n) or (np.sort(products, axis=1) != np.arange(n)).any():
        raise ValueError(
            f"multiplication table of shape {products.shape}, expected (n, n), its rows permutations of 0..n-1"
        )
    result = np.empty((n, n), np.int64)
    np.put_along_axis(result, products, np.arange(n)[None].repeat(n, 0), axis=1)
    return result


def projectors(table: ArrayLike, irreps: Iterable[Irrep]) -> Array:
    """Orthogonal projectors on the isotypic parts, shape (irreps, n, n).

    Raises ValueError as `quotients`, and for a character of another length or for d, e below 1.

    >>> trivial, sign = (1, 1, np.array([1.0, 1.0])), (1, 1, np.array([1.0, -1.0]))
    >>> projectors([[0, 1], [1, 0]], [trivial, sign]).tolist()
    [[[0.5, 0.5], [0.5, 0.5]], [[0.5, -0.5], [-0.5, 0.5]]]
    """
    divided = quotients(table)
    n = len(divided)
    result = []
    for dimension, commutant, character in irreps:
        if np.shape(character) != (n,) or min(dimension, commutant) < 1:
            raise ValueError(
                f"representation of dimension {dimension}, commutant {commutant}, character of shape"
                f" {np.shape(character)}; expected positive numbers and shape ({n},)"
            )
        result.append(dimension / (commutant * n) * character[divided])
    return np.array(result).reshape(-1, n, n)


def isotypic_power(
    vectors: Vectors,
    table: ArrayLike,
    irreps: Sequence[Irrep],
    axis: Axis = -1,
    pooled: Axis | Sequence[Axis] = (),
) -> Array:
    """Shares of the squared norm in the isotypic parts, one for each representation given, along an axis of length n.

    Shape (..., n, ...) to (..., irreps, ...); the axes `pooled` are added up first and left out. The shares add up to 1
    if all representations are given; without the trivial one, what is missing is the mean, as in `fourier.power`. For
    the cyclic group the two agree. Zero vectors give 0. Raises ValueError as `projectors` and for another length.

    >>> trivial, sign = (1, 1, np.array([1.0, 1.0])), (1, 1, np.array([1.0, -1.0]))
    >>> isotypic_power([3.0, 1.0], [[0, 1], [1, 0]], [trivial, sign]).tolist()
    [0.8, 0.2]
    """
    array, (place, *others) = located(vectors, axis, *((pooled,) if isinstance(pooled, int | str) else pooled))
    matrices = projectors(table, irreps)
    if array.shape[place] != matrices.shape[-1]:
        raise ValueError(f"axis {place} of shape {array.shape}, expected {matrices.shape[-1]}, the order of the group")
    array = in_range(array, (place, *others))
    total = (array**2).sum(axis=(place, *others))
    kept = [i for i in range(array.ndim) if i != place]
    columns = array[:, None] if array.ndim == 1 else np.moveaxis(array, place, -2)  # kept axes, the last after n
    summed = [-2, *((kept.index(i) if i != kept[-1] else -1) for i in others), *([-1] if array.ndim == 1 else [])]
    parts = [((matrix @ columns) ** 2).sum(axis=tuple(summed)) for matrix in matrices]
    shares = [np.divide(part, total, out=np.zeros_like(part), where=total > 0) for part in parts]
    return np.moveaxis(np.array(shares), 0, place - sum(i < place for i in others))


def dominant_irrep(shares: ArrayLike, axis: int = -1) -> NDArray[np.int64]:
    """Number of the representation of largest share, the first of several; -1 where all shares are 0.

    >>> dominant_irrep([[0.2, 0.7, 0.1], [0.0, 0.0, 0.0]]).tolist()
    [1, -1]
    """
    values = np.asarray(shares, dtype=np.float64)
    return np.where(values.max(axis=axis) > 0, values.argmax(axis=axis), -1)
