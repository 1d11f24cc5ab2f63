"""Files of small random networks in the layouts that people save, each with its logits by its own definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
N, M, D = 7, 12, 5  # elements, neurons, dimensions; two inputs
A, B = np.indices((N, N)).reshape(2, -1)
ONE_HOT = np.eye(N)


@dataclass(frozen=True)
class Saved:
    """Tensors by name, and the logits (n^2, n) of the population under x^2, computed as such a network does."""

    tensors: Mapping[str, Array]
    logits: Array


def write_npz(path: Path, tensors: Mapping[str, NDArray[Any]]) -> Path:
    """Tensors by name as a file of numpy."""
    arguments: dict[str, Any] = dict(tensors)
    np.savez(path, **arguments)
    return path


def _random(*shape: int) -> Array:
    return np.random.default_rng(sum(shape) + 1000 * len(shape)).standard_normal(shape)


def side_by_side() -> Saved:
    first, last = _random(M, 2 * N), _random(N, M)
    x = np.concatenate([ONE_HOT[A], ONE_HOT[B]], 1)
    return Saved({"fc1.weight": first, "fc2.weight": last}, (x @ first.T) ** 2 @ last.T)


def rows_are_inputs() -> Saved:
    first, last = _random(2 * N, M), _random(M, N)
    x = np.concatenate([ONE_HOT[A], ONE_HOT[B]], 1)
    return Saved({"W1": first, "W2": last}, (x @ first) ** 2 @ last)


def biases() -> Saved:
    first, last, b, c = _random(M, 2 * N), _random(N, M), _random(M), _random(N)
    x = np.concatenate([ONE_HOT[A], ONE_HOT[B]], 1)
    names = {"net.0.weight": first, "net.0.bias": b, "net.2.weight": last, "net.2.bias": c}
    return Saved(names, (x @ first.T + b) ** 2 @ last.T + c)


def separate() -> Saved:
    u, v, w = _random(M, N), _random(M, N) + 1, _random(N, M)
    return Saved({"fa.weight": u, "fb.weight": v, "out.weight": w}, (u.T[A] + v.T[B]) ** 2 @ w.T)


def separate_embeddings_into_neurons() -> Saved:
    u, v, w = _random(N, M), _random(N, M) + 1, _random(N, M)
    return Saved({"emb_a.weight": u, "emb_b.weight": v, "out.weight": w}, (u[A] + v[B]) ** 2 @ w.T)


def shared_one_hot() -> Saved:
    u, w = _random(M, N), _random(N, M)
    return Saved({"fc1.weight": u, "fc2.weight": w}, (u.T[A] + u.T[B]) ** 2 @ w.T)


def cube() -> Saved:
    u, w = _random(2, N, M), _random(M, N)
    return Saved({"U": u, "W": w}, (u[0][A] + u[1][B]) ** 2 @ w)


def cube_of_neurons_first() -> Saved:
    u, w = _random(M, 2, N), _random(N, M)
    return Saved({"first": u, "second": w}, (u[:, 0, A] + u[:, 1, B]).T ** 2 @ w.T)


def one_embedding() -> Saved:
    e, h, b, o = _random(N, D), _random(M, 2 * D), _random(M), _random(N, M)
    x = np.concatenate([e[A], e[B]], 1)
    names = {"embed.weight": e, "linear1.weight": h, "linear1.bias": b, "linear2.weight": o}
    return Saved(names, (x @ h.T + b) ** 2 @ o.T)


def one_embedding_added_up() -> Saved:
    e, h, o = _random(N, D), _random(M, D), _random(N, M)
    return Saved({"embed.weight": e, "fc1.weight": h, "fc2.weight": o}, ((e[A] + e[B]) @ h.T) ** 2 @ o.T)


def two_embeddings() -> Saved:
    e, f, h, o = _random(N, D), _random(N, D) + 1, _random(M, 2 * D), _random(N, M)
    x = np.concatenate([e[A], f[B]], 1)
    names = {"embed.0.weight": e, "embed.1.weight": f, "net.0.weight": h, "net.2.weight": o}
    return Saved(names, (x @ h.T) ** 2 @ o.T)


def two_embeddings_added_up() -> Saved:
    e, f, h, o = _random(N, D), _random(N, D) + 1, _random(M, D), _random(N, M)
    names = {"emb1.weight": e, "emb2.weight": f, "fc1.weight": h, "fc2.weight": o}
    return Saved(names, ((e[A] + f[B]) @ h.T) ** 2 @ o.T)


def one_embedding_and_two_weights() -> Saved:
    e, h, g, o = _random(N, D), _random(M, D), _random(M, D) + 1, _random(N, M)
    names = {"embed.weight": e, "left.weight": h, "right.weight": g, "out.weight": o}
    return Saved(names, (e[A] @ h.T + e[B] @ g.T) ** 2 @ o.T)


def linear_embedding_with_bias() -> Saved:
    e, c, h, o = _random(D, N), _random(D), _random(M, 2 * D), _random(N, M)
    x = np.concatenate([e.T[A] + c, e.T[B] + c], 1)
    names = {"embed.weight": e, "embed.bias": c, "fc1.weight": h, "fc2.weight": o}
    return Saved(names, (x @ h.T) ** 2 @ o.T)


def two_linear_embeddings_with_biases() -> Saved:
    e, f, c, g = _random(D, N), _random(D, N) + 1, _random(D), _random(D) + 1
    h, o = _random(M, 2 * D), _random(N, M)
    x = np.concatenate([e.T[A] + c, f.T[B] + g], 1)
    names = {"emb2.bias": g, "emb1.bias": c, "emb1.weight": e, "emb2.weight": f, "fc1.weight": h, "fc2.weight": o}
    return Saved(names, (x @ h.T) ** 2 @ o.T)


def with_equals() -> Saved:
    e, h, o = _random(N + 1, D), _random(M, 3 * D), _random(N + 1, M)
    x = np.concatenate([e[A], e[B], np.repeat(e[N:], N * N, 0)], 1)
    return Saved({"embed.weight": e, "fc1.weight": h, "fc2.weight": o}, ((x @ h.T) ** 2 @ o.T)[:, :N])


def with_positions() -> Saved:
    e, p, h, o = _random(N + 1, D), _random(3, D), _random(M, 3 * D), _random(N, M)
    x = np.concatenate([e[A] + p[0], e[B] + p[1], np.repeat(e[N:] + p[2], N * N, 0)], 1)
    names = {"embed.weight": e, "pos_embed.weight": p, "fc1.weight": h, "fc2.weight": o}
    return Saved(names, (x @ h.T) ** 2 @ o.T)


def unembedding() -> Saved:
    e, h, o, c, u = _random(N, D), _random(M, 2 * D), _random(D + 1, M), _random(D + 1), _random(N, D + 1)
    x = np.concatenate([e[A], e[B]], 1)
    names = {"embed.weight": e, "fc1.weight": h, "fc2.weight": o, "fc2.bias": c, "unembed.weight": u}
    return Saved(names, ((x @ h.T) ** 2 @ o.T + c) @ u.T)


def tied_unembedding() -> Saved:
    e, h, o = _random(N, D), _random(M, 2 * D), _random(D, M)
    x = np.concatenate([e[A], e[B]], 1)
    return Saved({"embed.weight": e, "fc1.weight": h, "fc2.weight": o}, (x @ h.T) ** 2 @ o.T @ e.T)


def tied_neurons() -> Saved:
    e = _random(N, M)
    return Saved({"embed.weight": e}, (e[A] + e[B]) ** 2 @ e.T)


def transformer_lens() -> Saved:
    e, h, b, o, c = _random(N, D), _random(2 * D, M), _random(M), _random(M, D), _random(D)
    u, v = _random(D, N), _random(N)
    x = np.concatenate([e[A], e[B]], 1)
    mlp = {"W_in": h, "b_in": b, "W_out": o, "b_out": c}
    names = {"embed.W_E": e, **{f"blocks.0.mlp.{name}": t for name, t in mlp.items()}}
    return Saved({**names, "unembed.W_U": u, "unembed.b_U": v}, ((x @ h + b) ** 2 @ o + c) @ u + v)


LAYOUTS: dict[str, Callable[[], Saved]] = {
    layout.__name__: layout
    for layout in (
        side_by_side,
        rows_are_inputs,
        biases,
        separate,
        separate_embeddings_into_neurons,
        shared_one_hot,
        cube,
        cube_of_neurons_first,
        one_embedding,
        one_embedding_added_up,
        two_embeddings,
        two_embeddings_added_up,
        one_embedding_and_two_weights,
        linear_embedding_with_bias,
        two_linear_embeddings_with_biases,
        with_equals,
        with_positions,
        unembedding,
        tied_unembedding,
        tied_neurons,
        transformer_lens,
    )
}
