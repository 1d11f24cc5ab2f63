"""How the best neuron moves when the dual does: second order of column generation.

Near a strict local maximum theta of the worth h(theta, q) = q . M(theta) on the unit sphere, the maximum follows the
dual: d theta = (-H)^-1 J^T dq, with H the Hessian of h on the sphere and J the derivative of the margins M, and its
value is M . q + 1/2 dq^T J (-H)^-1 J^T dq. The sum of these terms over the neurons, weighted with their masses, is the
metric in which the next dual is near to the last: with it, column generation near the optimum is Newton's method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin.solver.dataset import DataSet

Array = NDArray[np.float64]
FLAT = 1e-3  # of the worth: curvatures below count as this (maxima along a curve have none)
KINK = 1e-7  # hidden values below are at the kink of a piecewise linear activation


@dataclass(frozen=True)
class Response:
    """Of one neuron: J (-H)^-1 J^T = L L^T, L (rows, directions); d theta = B L^T dq, B (d + classes, directions)."""

    L: Array
    B: Array


def response(data: DataSet, D: Array, u: Array, w: Array) -> Response:
    """The response of the unit neuron (u, w) under the dual matrix D (N, classes) of `Pricer.matrix`."""
    X, d, act, degree = data.features, len(u), data.activation, data.degree
    rows, labels = np.nonzero(data.wrong())
    right = data.labels[rows]
    hidden = X @ u
    output = D @ w
    active, slope, bend = act.value(hidden), act.slope(hidden), act.bend(hidden)
    fixed = [np.concatenate([u, w])]
    if act.sides is not None:  # where the worth has an upward kink, the maximum stays in it
        left_slope, right_slope = act.sides
        kink = np.abs(hidden) <= KINK
        slope = act.slope(np.where(kink, 0.0, hidden))
        fixed += [np.concatenate([x, np.zeros(len(w))]) for x in X[kink & ((right_slope - left_slope) * output < 0)]]
    H = np.zeros((d + len(w), d + len(w)))
    H[:d, :d] = (X.T * (bend * output)) @ X
    H[:d, d:] = (X.T * slope) @ D
    H[d:, :d] = H[:d, d:].T
    worth = float(active @ output)
    _, sizes, spanned = np.linalg.svd(np.array(fixed))
    tangent = spanned[int((sizes > 1e-9).sum()) :].T
    curvatures, vectors = np.linalg.eigh(tangent.T @ (degree * worth * np.eye(len(H)) - H) @ tangent)
    B = tangent @ (vectors / np.sqrt(np.maximum(curvatures, FLAT * degree * worth)))
    L = ((slope[rows] * (w[right] - w[labels]))[:, None] * X[rows]) @ B[:d]
    L += active[rows, None] * (B[d + right] - B[d + labels])
    return Response(L, B)
