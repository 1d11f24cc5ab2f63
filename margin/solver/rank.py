"""Margins of low rank: a basis of columns for all of them, and masses on few columns that give the same margins.

The margins of many neurons span a space of few dimensions where data have symmetries: 15 (n - 1)/2 for the best neurons
of addition mod n with two inputs at n = 3, 5, 7, 11, 13, 17, 23, 31. Every convex combination of columns is then one of
as many columns as the rank (Caratheodory), found by going from column to column without a linear program.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Columns = NDArray[np.intp]
_SAMPLED = 2  # rows that decide, for each column
_INDEPENDENT = 1e-13  # of the largest squared length: what is left of a column that is independent of others
_EXACT = 1e-9  # of the largest entry that decides: a combination that is further off is none
_WORTH_IT = 0.6  # a rank above this share of the columns is not low


def basis(M: Array) -> tuple[Columns, Array] | None:
    """Columns b (r,) and coefficients C (r, columns) with M = M[:, b] C and column sums of C equal to 1; None if r
    is not well below the number of columns.

    Rows chosen at random decide, and others verify. C has the unit matrix in the columns b.
    """
    from scipy.linalg import solve_triangular
    from scipy.linalg.lapack import dpstrf

    rows, columns = M.shape
    generator = np.random.default_rng(0)
    sample = M if rows <= _SAMPLED * columns else M[generator.choice(rows, _SAMPLED * columns, replace=False)]
    size = float(np.abs(sample).max(initial=0.0))
    if not 0 < size < np.inf:
        return None
    sample = np.concatenate([sample / size, np.ones((1, columns))])  # and the sum of the masses stays
    gram = sample.T @ sample
    factor, order, rank, _ = dpstrf(gram, tol=_INDEPENDENT * float(gram.diagonal().max()))
    if rank > _WORTH_IT * columns:
        return None
    order = order - 1
    C = np.zeros((rank, columns))
    C[:, order[:rank]] = np.eye(rank)
    C[:, order[rank:]] = solve_triangular(factor[:rank, :rank], factor[:rank, rank:])
    other = M[generator.choice(rows, min(rows, columns), replace=False)] / size
    off = max(float(np.abs(other - other[:, order[:rank]] @ C).max()), float(np.abs(C.sum(axis=0) - 1).max()))
    return (order[:rank], C) if off <= _EXACT else None


def fewer(masses: Array, chosen: Columns, C: Array) -> Array:
    """Masses (columns,) >= 0 with the same sums of columns, at most len(chosen) of them above 0; of a `basis`.

    A column outside the basis gives its mass to the basis, or grows, until it or a column of the basis has none left;
    in the second case it takes that one's place. Of both ways that with the larger pivot is taken.
    """
    inside, x = chosen.copy(), masses.copy()
    outside = np.setdiff1d(np.flatnonzero(x > 0), inside)
    T = C[:, outside].copy()
    for j, column in enumerate(outside):
        t, held = T[:, j], x[inside]
        with np.errstate(divide="ignore", invalid="ignore"):
            shrinking = np.where(t < 0, held / -t, np.inf)  # mass that the column can give before one inside is empty
            growing = np.where(t > 0, held / t, np.inf)
        down, up = int(shrinking.argmin()), int(growing.argmin())
        if shrinking[down] >= x[column]:
            x[inside] = np.maximum(held + x[column] * t, 0)
            x[column] = 0.0
            continue
        leaving = up if t[up] > -t[down] else down
        length = growing[up] if leaving == up else -shrinking[down]
        x[inside] = np.maximum(held - length * t, 0)
        x[column] += length
        x[inside[leaving]] = 0.0
        inside[leaving] = column
        later = T[:, j + 1 :]
        row = later[leaving] / t[leaving]
        later -= np.outer(t, row)
        later[leaving] = row
    return x
