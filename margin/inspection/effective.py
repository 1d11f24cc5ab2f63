"""The network that a layout computes, as one matrix for each input: embeddings multiplied out, biases folded in.

    f(a_1..a_k)[c] = sum_i act(sum_j U[j, a_j, i] + b_i) W[i, c] + offset_c

On one-hot inputs b is a constant input, exactly: a k-th of it is added to every row of each U[j]. The offset is kept
apart, as no homogeneous network of these neurons computes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import Array
from margin.inspection.layout import Layout, Placed
from margin.networks.activations import Activation
from margin.networks.network import Network
from margin.tasks import ElementTask, Task

LARGEST = 2.0**500  # of a weight, so that squares stay within float64
_PLACES = {
    "input": "input weights",
    "tokens": "embedding, added up with the token n",
    "hidden": "weights of the neurons",
    "output": "output weights",
    "offset": "bias of the logits",
    "bias": "bias of the neurons",
}


@dataclass(frozen=True)
class Effective:
    """A network with its biases folded in where that is exact, and what is kept apart.

    `bias` (m,), of neurons that see bits, which have no constant input; `offset` (classes,); None for zeros. `shared`:
    all inputs share their weights, so that the network is one of a smaller kind. `lines` say how it was made, and
    `assumed` that nobody said its activation.
    """

    network: Network
    bias: Array | None = None
    offset: Array | None = None
    shared: bool = False
    lines: tuple[str, ...] = ()
    tensors: tuple[Placed, ...] = ()
    assumed: bool = False

    @property
    def homogeneous(self) -> bool:
        """Whether the logits are those of `network` alone."""
        return self.bias is None and self.offset is None


def folded(
    task: Task,
    U: ArrayLike,
    W: ArrayLike,
    activation: Activation,
    bias: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    shared: bool = False,
) -> Effective:
    """A network of U (k, n, m), or (n, m) on bits, W (m, classes), a bias (m,) and an offset (classes,) of the logits.

    Raises ValueError for shapes and values as `Network`, and for biases of another length or not finite; OverflowError
    for weights above 2^500.
    """
    weights = np.array(U, dtype=np.float64)
    b, c = _vector("bias", bias, weights.shape[-1:]), _vector("offset", offset, (task.classes,))
    lines = list[str]()
    if b is not None and isinstance(task, ElementTask):
        weights += b / task.k
        lines.append(
            f"bias of the neurons: a constant input, so 1/{task.k} of it is added to the weights of each input"
        )
        b = None
    elif b is not None:
        lines.append("bias of the neurons: kept apart, as bits have no constant input")
    if c is not None:
        lines.append(
            "bias of the logits: kept apart; accuracy and logit margins have it, the normalised margin has not"
        )
    network = Network(task, weights, W, activation)
    largest = max(float(np.abs(network.U).max()), float(np.abs(network.W).max()))
    if largest > LARGEST:
        raise OverflowError(f"a weight has size {largest:.3g}, expected at most 2^500; scale the weights down")
    return Effective(network, b, c, shared, tuple(lines))


def _vector(name: str, values: ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    if values is None:
        return None
    vector = np.asarray(values, dtype=np.float64)
    if vector.shape != shape or not np.isfinite(vector).all():
        raise ValueError(f"{name} of shape {vector.shape}, expected {shape} with finite values")
    return vector if vector.any() else None


def multiplied_out(layout: Layout, task: Task, activation: Activation) -> Effective:
    """The effective network of a layout. Raises ValueError as `folded`."""
    U, bias, lines = _inputs(layout, task)
    W, offset, more = _outputs(layout, task)
    effective = folded(task, U, W, activation, bias, offset, layout.template.summed)
    placed = (_line(tensor, layout) for tensor in layout.placed)
    ignored = (f"{name}: left out" for name in layout.ignored)
    every = (*placed, *ignored, *lines, *more, *effective.lines)
    return replace(effective, lines=every, tensors=layout.placed)


def _line(tensor: Placed, layout: Layout) -> str:
    what = _PLACES.get(tensor.role, tensor.role.replace("_offset", "'s bias"))
    lies = f", ({tensor.orientation})" if len(tensor.shape) > 1 and tensor.role != "position" else ""
    which = f" of input {tensor.number}" if tensor.number else ""
    template = layout.template
    if not which and tensor.role in ("input", "embedding", "hidden") and template.positions > 1:
        beside = tensor.matrix.shape[0] % template.positions == 0 and not template.summed
        first = tensor is layout.placed[0]
        if first and tensor.matrix.shape[0] == template.tokens:
            which = ", shared by the inputs"
        elif beside and not (first and tensor.role == "embedding" and len(tensor.shape) < 3):
            which = f" of the {template.positions} inputs side by side"
    return f"{tensor.name} {_shape(tensor.shape)} {tensor.type}: {what}{which}{lies}"


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def _inputs(layout: Layout, task: Task) -> tuple[Array, Array, list[str]]:
    """U (k, n, m), or (n, m) on bits, the bias (m,), and what is to be said."""
    template, m = layout.template, layout.width
    bias = sum(layout.every("bias"), np.zeros(m))
    if not isinstance(task, ElementTask):
        return layout.placed[0].matrix, bias, []
    n, k, T, P = task.n, task.k, template.tokens, template.positions
    first = layout.placed[0]
    lines = list[str]()
    if first.role == "input":
        matrices = layout.every("input")
        U = np.array(matrices) if len(matrices) > 1 or template.summed else matrices[0].reshape(P, T, m)
    else:
        U = _embedded(layout, first, P, T, m)
        lines.append(
            "embeddings are multiplied out: the weights of an element are its embedding times those of the neurons"
        )
    if template.summed:
        U = np.repeat(U[:1], P, axis=0)
        lines.append(f"the {k} inputs share their weights, which are added up")
    if k < P:
        bias = bias + U[k:, n].sum(axis=0)
        lines.append(f"token {n} (`=`) stands after the inputs and is a constant: a bias of the neurons")
    if n < T:
        lines.append(f"tokens 0..{T - 1}, of which the elements are 0..{n - 1}")
    return U[:k, :n], bias, lines


def _embedded(layout: Layout, first: Placed, P: int, T: int, m: int) -> Array:
    """Embeddings, with positions and their biases, times the weights of the neurons: (P, T, m)."""
    tables, hidden = layout.every(first.role), layout.every("hidden")
    d = tables[0].shape[-1]
    stacked = np.array(tables).reshape(-1, T, d)
    E = np.broadcast_to(stacked, (P, T, d)).copy()
    position = layout.first("position")
    for tensor in layout.placed:
        if tensor.role == "embedding_offset":
            E[slice(None) if tensor.number is None else tensor.number - 1] += tensor.matrix
    if position is not None:
        E += position[:P, None]
    H = np.concatenate(hidden)
    return np.matmul(E, np.broadcast_to(H.reshape(-1, d, m), (P, d, m)))


def _outputs(layout: Layout, task: Task) -> tuple[Array, Array, list[str]]:
    """W (m, classes), the offset (classes,), and what is to be said."""
    template, lines = layout.template, list[str]()
    direct, projection, last = layout.first("output"), layout.first("projection"), layout.first("unembedding")
    if template.tied:
        last = layout.placed[0].matrix.T
        lines.append(f"tied: logits by the transposed {layout.placed[0].name}")
    W = (
        direct
        if direct is not None
        else last
        if projection is None
        else projection @ last
        if last is not None
        else None
    )
    assert W is not None  # every template ends in labels
    offset = sum(layout.every("offset"), np.zeros(W.shape[1]))
    between = layout.every("projection_offset")
    if between and last is not None:
        offset = offset + sum(between, np.zeros(len(last))) @ last
    if W.shape[1] > task.classes:
        lines.append(f"{W.shape[1]} logits, of which the first {task.classes} are labels; the others are left out")
    return W[:, : task.classes], offset[: task.classes], lines
