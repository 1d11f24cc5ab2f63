"""The norm of an embedding network neuron by neuron, sum_i ||neuron_i||_2^r, and its gradient by hand.

A neuron's weights are what it computes with, whatever product of layers they come from (docs/theory.md, 7.7):

    neuron_i = (E_1 h_i1, ..., E_k h_ik, b_i, L_i),   ||neuron_i||^2 = sum_j h_ij . E_j^T E_j h_ij + b_i^2 + ||L_i||^2

with h_ij the part of row i of H that meets E_j, and L_i column i of L. So it is the L_{2,r} norm to the power r of
`margin.networks`, r = 2 the degree of w relu(u(a) + v(b) + bias). The offset belongs to no neuron and costs nothing.
The gradients go through the Gram matrices E_j^T E_j (d, d), never through tables of n elements and all neurons.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

LEAST = 2.0  # exponent: below it the gradient has no limit where a neuron's weights vanish


def require(exponent: float) -> float:
    """The exponent. Raises ValueError for one below LEAST, NaN among them."""
    if not exponent >= LEAST:
        raise ValueError(f"exponent = {exponent} with norm = neurons, expected a number >= {LEAST:g}")
    return exponent


def size(parameters: Mapping[str, Tensor], exponent: float) -> Tensor:
    """sum_i ||neuron_i||^exponent of one network, in differentiable operations: the reference of `charge`."""
    d = parameters["embedding"].shape[2]
    squares = parameters["bias"].square() + parameters["output"].square().sum(0)
    for table, part in zip(parameters["embedding"], torch.split(parameters["hidden"], d, 1), strict=True):
        squares = squares + (table @ part.T).square().sum(0)
    return (squares ** (exponent / 2)).sum()


def charge(p: Mapping[str, Tensor], g: Mapping[str, Tensor], exponent: float, strength: float) -> Tensor:
    """strength * `size` of each network (networks,), parameters with a leading axis of networks; g gets the gradients.

    What stood in g is overwritten. Both have the names of `training.models.embedding.Embedding.axes`.
    """
    tables, output = p["embedding"], p["output"]
    networks, k, _, d = tables.shape
    hidden = p["hidden"].view(networks, -1, k, d).transpose(1, 2)  # (networks, k, m, d)
    through = hidden @ (tables.transpose(2, 3) @ tables)
    squares = (through * hidden).sum((1, 3)).clamp_(min=0) + p["bias"].square() + output.square().sum(1)
    slopes = strength * exponent * squares ** (exponent / 2 - 1)
    each = slopes[:, None, :, None]
    g["hidden"].view(networks, -1, k, d).copy_((each * through).transpose(1, 2))
    torch.matmul(tables, hidden.transpose(2, 3) @ (each * hidden), out=g["embedding"])
    torch.mul(slopes, p["bias"], out=g["bias"])
    torch.mul(slopes[:, None], output, out=g["output"])
    g["offset"].zero_()
    return strength * (squares ** (exponent / 2)).sum(1)
