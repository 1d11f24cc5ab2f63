"""Symmetries of a data set of symbols: shifts, swaps of inputs and units, checked on the data; orbits of its rows.

By convexity some optimal dual is the same on every row (input, wrong label) of an orbit, and some network of maximum
margin has with each neuron all its images, with equal masses. So one row for each orbit and one neuron for each orbit
are enough: the margin of a neuron's orbit on a row is the mean of the neuron's margins over the row's orbit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product
from math import factorial, gcd, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.io.resources import require_memory
from margin.solver.dataset import DataSet

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Element = tuple[tuple[int, ...], tuple[int, ...]]  # where features and classes go
KINDS = ("shifts", "swap", "units")
_ONE = re.compile("shift([1-9])")  # of one input alone
MOST_IMAGES = 2_000_000  # of a neuron; each is a row of integers
_SAME = 9  # decimals up to which two images of a neuron are one


@dataclass(frozen=True)
class Symmetry:
    """A group that leaves a data set as it is, and the orbits of its rows.

    `features` (order, d) and `classes` (order, classes) are its elements: feature j goes to features[g, j]. `orbit`
    (N * (classes - 1),) numbers the orbit of each row (input, wrong label), in lexicographic order.
    """

    features: Places
    classes: Places
    orbit: Places

    @property
    def order(self) -> int:
        """Number of elements."""
        return len(self.features)

    @cached_property
    def sizes(self) -> Places:
        """Number of rows of each orbit."""
        return np.bincount(self.orbit)

    @cached_property
    def means(self) -> Any:
        """Sparse matrix (orbits, rows): the mean over each orbit."""
        from scipy.sparse import csr_array

        rows = np.arange(len(self.orbit))
        return csr_array((1 / self.sizes[self.orbit], (self.orbit, rows)), shape=(len(self.sizes), len(rows)))

    def mean(self, values: Array) -> Array:
        """The mean over each orbit of values (rows, ...); shape (orbits, ...)."""
        result: Array = self.means @ values
        return result

    def spread(self, weights: Array) -> Array:
        """Weights of the rows (rows,) from those of the orbits, evenly."""
        result: Array = (weights / self.sizes)[self.orbit]
        return result

    def images(self, U: Array, W: Array, masses: Array) -> tuple[Array, Array, Array]:
        """All images of unit neurons U (d, m), W (m, classes) with even shares of their masses; the same ones once.

        Raises MemoryError where they do not fit.
        """
        size = self.order * (len(U) + W.shape[1])
        require_memory(24 * size * max(1, len(W)), f"{self.order} images of {len(W)} neurons")
        parts = []
        for u, w, mass in zip(U.T, W, masses, strict=True):
            image = np.empty((self.order, len(u) + len(w)))
            np.put_along_axis(image[:, : len(u)], self.features, np.broadcast_to(u, self.features.shape), axis=1)
            np.put_along_axis(image[:, len(u) :], self.classes, np.broadcast_to(w, self.classes.shape), axis=1)
            first, count = different((image.round(_SAME) + 0.0).view(np.int64))
            parts.append((image[first], count * (mass / self.order)))
        vectors = np.concatenate([image for image, _ in parts]) if parts else np.zeros((0, len(U) + W.shape[1]))
        shares = np.concatenate([share for _, share in parts]) if parts else np.zeros(0)
        return vectors[:, : len(U)].T.copy(), vectors[:, len(U) :].copy(), shares


def symmetry(data: DataSet, kinds: Iterable[str]) -> Symmetry:
    """The group that the kinds generate, checked on the data.

    `KINDS`: shifts of every input, each with the label ("shift2": of the second input alone), permutations of the
    inputs ("swap"), and multiplication of inputs and label by units mod n. Raises ValueError as `require_kinds`, for
    data whose inputs are not k symbols 0..n-1 (one-hot, or counts of them) with n labels, for a group with more than
    `MOST_IMAGES` elements, and where a permutation is not a symmetry of the data, saying which and on what input.
    """
    chosen = require_kinds(kinds)
    n, k, blocks = _layout(data)
    _require_few(chosen, n, blocks)
    parts = {kind: _elements(kind, n, k, blocks) for kind in chosen}
    rows = np.arange(len(data) * (data.classes - 1))
    edges = [_moved_rows(data, element, kind) for kind, part in parts.items() for element in _generators(kind, part)]
    orbit = _components(rows, edges)
    return Symmetry(*_products(list(parts.values())), orbit)


def require_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """The kinds in their order, each once. Raises ValueError for another name, and for none."""
    given = set(kinds)
    unknown = sorted(kind for kind in given if kind not in KINDS and not _ONE.fullmatch(kind))
    if unknown or not given:
        raise ValueError(
            f"symmetry {', '.join(map(repr, unknown)) or 'of no name'}, expected some of {', '.join(KINDS)}, or shift1,"
            " shift2, .. for one input alone"
        )
    return (*sorted(given - set(KINDS)), *(kind for kind in KINDS if kind in given))


def _require_few(kinds: tuple[str, ...], n: int, blocks: int) -> None:
    sizes = {"shifts": n**blocks, "swap": factorial(blocks), "units": n}
    order = prod(sizes.get(kind, n) for kind in kinds)
    if order > MOST_IMAGES:
        raise ValueError(
            f"symmetry {', '.join(kinds)} with n = {n} and {blocks} inputs: up to {order} permutations, expected at"
            f" most {MOST_IMAGES}; ask for fewer kinds"
        )


def _layout(data: DataSet) -> tuple[int, int, int]:
    """n, number of inputs k, and number of blocks of features: k, or 1 where features count symbols."""
    n, width = data.classes, data.features.shape[1]
    counts = np.unique(data.features.sum(axis=1))
    whole = bool((data.features >= 0).all() and (data.features == np.rint(data.features)).all() and len(counts) == 1)
    if whole and width == n and (not data.blocks or data.blocks == (n,)):
        return n, int(counts[0]), 1
    if not data.blocks or set(data.blocks) != {n}:
        raise ValueError(
            f"symmetry of {data}: {width} features in blocks {data.blocks or 'of no kind'} and {n} labels, expected"
            " inputs that are symbols 0..n-1, or counts of them, and n labels; leave --symmetry out"
        )
    return n, len(data.blocks), len(data.blocks)


def _elements(kind: str, n: int, k: int, blocks: int) -> list[Element]:
    """The elements of one kind, each once, the identity first."""
    every = range(blocks)
    found: list[Element] = []
    one = _ONE.fullmatch(kind)
    if one is not None and (blocks == 1 or int(one[1]) > blocks):
        raise ValueError(f"symmetry {kind}: expected an input from 1 to {blocks}, of two or more with own weights")
    if kind == "shifts" or one is not None:
        steps = (
            [tuple(s * (j + 1 == int(one[1])) for j in every) for s in range(n)]
            if one
            else product(range(n), repeat=blocks)
        )
        found = [
            (
                tuple(n * j + (a + s[j]) % n for j in every for a in range(n)),
                tuple((c + k // blocks * sum(s)) % n for c in range(n)),
            )
            for s in steps
        ]
    elif kind == "swap":
        found = [(tuple(n * p[j] + a for j in every for a in range(n)), tuple(range(n))) for p in permutations(every)]
    else:
        units = [v for v in range(1, max(n, 2)) if gcd(v, n) == 1]
        found = [
            (tuple(n * j + v * a % n for j in every for a in range(n)), tuple(v * c % n for c in range(n)))
            for v in units
        ]
    return list(dict.fromkeys(found))


def _generators(kind: str, elements: list[Element]) -> list[Element]:
    """Elements that generate all of one kind: those that move few places are enough for swaps, and all units."""
    if kind == "units":
        return elements
    moved = [sum(i != j for i, j in enumerate(features)) for features, _ in elements]
    least = min((count for count in moved if count), default=0)
    return [element for element, count in zip(elements, moved, strict=True) if count == least]


def _components(rows: Places, edges: list[Places]) -> Places:
    """The number of each row's orbit: rows that an edge joins are in one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    source = np.concatenate([rows for _ in edges]) if edges else rows
    graph = coo_array((np.ones(len(source)), (source, np.concatenate(edges or [rows]))), shape=(len(rows),) * 2)
    orbit: Places = connected_components(graph.tocsr(), directed=False)[1].astype(np.intp)
    return orbit


def _moved_rows(data: DataSet, element: Element, kind: str) -> Places:
    """Where each row (input, wrong label) goes. Raises ValueError where an input with its new label is not there."""
    features, classes = element
    X, labels = data.features + 0.0, data.labels
    moved = np.empty_like(X)
    moved[:, features] = X
    relabelled = np.array(classes)[labels]
    place = {row.tobytes(): i for i, row in enumerate(X)}
    target = np.array([place.get(row.tobytes(), -1) for row in moved])
    lost = (target < 0) | (labels[target] != relabelled)
    if lost.any():
        i = int(lost.argmax())
        there = "which is not there" if target[i] < 0 else f"but has label {labels[target[i]]}"
        raise ValueError(
            f"symmetry {kind}: not one of {data}: input {i + 1}, {_named(X[i])}, of label {labels[i]}, goes to"
            f" {_named(moved[i])} of label {relabelled[i]}, {there}; leave {kind} out, or give all"
            " inputs"
        )
    inputs, wrong = np.nonzero(data.wrong())
    goal, at = np.array(classes)[wrong], target[inputs]
    result: Places = at * (data.classes - 1) + goal - (goal > labels[at])
    return result


def _named(row: Array) -> str:
    """The features of an input that are not 0, by place, at most eight."""
    places = [f"{j}" if row[j] == 1 else f"{j} ({row[j]:g} times)" for j in np.flatnonzero(row)[:8]]
    return f"features {', '.join(places)}"


def _products(parts: list[list[Element]]) -> tuple[Places, Places]:
    """All products of one element of each part, shapes (order, d) and (order, classes), each once."""
    tables = [tuple(np.array(side, dtype=np.intp) for side in zip(*part, strict=True)) for part in parts]
    features, classes = tables[0]
    for more in tables[1:]:
        features, classes = (
            after[:, before].reshape(-1, before.shape[1])
            for before, after in zip((features, classes), more, strict=True)
        )
    first, _ = different(np.concatenate([features, classes], axis=1))
    return features[first], classes[first]


def different(rows: Places) -> tuple[Places, Places]:
    """Places of rows of integers, the first of each kind, in order; how many there are of each kind.

    By a sum of products modulo 2^64, and by `np.unique`, which is slower, where two kinds have one sum.
    """
    keys = np.random.default_rng(0).integers(1 << 62, size=rows.shape[1])
    with np.errstate(over="ignore"):
        sums = rows.astype(np.int64, copy=False) @ keys
    _, first, kind, count = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    if not (rows == rows[first][kind]).all():
        _, first, count = np.unique(rows, axis=0, return_index=True, return_counts=True)
    order = np.argsort(first)
    return first[order], count[order]
