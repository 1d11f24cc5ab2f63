"""Newton's step to equal margins: the least change of a network's weights after which its tightest margins tie.

At the maximum, margins whose dual weight is positive are equal, and the norm's gradient is a combination of theirs, so
that to first order equal margins at equal norm are as large as their mean under the dual: nearly the maximum, if the
network is near it. Moving neurons, not only their masses, does at once what many more columns would do slowly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from margin.solver.dataset import DataSet
from margin.solver.neurons import neuron_margins

Array = NDArray[np.float64]
ROUNDING = 1e-10  # of the largest eigenvalue: directions below it are left alone


def balanced(data: DataSet, U: Array, W: Array, rows: NDArray[np.intp]) -> tuple[Array, Array]:
    """U (d, m) and W (m, classes) changed so that the margins in `rows` are equal to first order at the same norm.

    `rows` are numbers of (input, wrong label) in lexicographic order. Of all such changes the smallest; for activations
    that are smooth.
    """
    degree = data.degree
    inputs, labels = (index[rows] for index in np.nonzero(data.wrong()))
    right, X = data.labels[inputs], data.features[inputs]
    hidden = X @ U
    active = data.activation.value(hidden)  # (rows, m): derivative by w[right], and minus that by w[wrong]
    slopes = data.activation.slope(hidden) * (W[:, right] - W[:, labels]).T  # times X: derivative by u
    margins = neuron_margins(data, U, W)[rows]
    lengths = ((U**2).sum(axis=0) + (W**2).sum(axis=1)) ** ((degree - 2) / 2)
    # the Gram matrix of the margins' derivatives and the norm's gradient, lengths * weights (up to a factor)
    same = (right[:, None] == right).astype(float) - (right[:, None] == labels) - (labels[:, None] == right)
    same += labels[:, None] == labels
    gram = np.zeros((len(rows) + 1,) * 2)
    gram[:-1, :-1] = (X @ X.T) * (slopes @ slopes.T) + same * (active @ active.T)
    gram[-1, :-1] = gram[:-1, -1] = degree * (margins @ lengths)
    gram[-1, -1] = float(lengths**2 @ ((U**2).sum(axis=0) + (W**2).sum(axis=1)))
    # least change with J change - t = -margins, gradient change = 0: t makes the right side orthogonal to what is flat
    values, vectors = np.linalg.eigh(gram)
    kept = values > ROUNDING * values[-1]
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    ones, now = np.append(np.ones(len(rows)), 0.0), np.append(margins.sum(axis=1), 0.0)
    reached = float(ones @ inverse @ ones)
    if not reached > 0:  # rounding has left no direction that raises all margins
        return U, W
    t = float(ones @ inverse @ now) / reached
    change = inverse @ (t * ones - now)
    by_margin = change[:-1, None]
    dU = X.T @ (by_margin * slopes) + change[-1] * lengths * U
    weighted = by_margin * active
    dW = np.zeros_like(W.T)
    np.add.at(dW, right, weighted)
    np.subtract.at(dW, labels, weighted)
    return U + dU, W + dW.T + change[-1] * lengths[:, None] * W
