"""Permutation groups as arrays: enumeration, and the index of a permutation among the elements.

Permutations are rows g with g[x] the image of x; the product g * h acts as first g, then h: (g * h)[x] = h[g[x]].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Rows = NDArray[np.int32]

MOST_ELEMENTS = 10_000


def permutation_rows(generators: Iterable[Sequence[int]]) -> Rows:
    """Generators as int32 rows, shape (generators, degree).

    Raises TypeError for entries that are no integers, ValueError for no generators, unequal degrees, and rows that
    are no permutation of 0..degree-1.
    """
    rows = list[Rows]()
    for i, generator in enumerate(generators):
        row = np.asarray(generator)
        if row.ndim != 1 or row.size == 0:
            raise ValueError(f"generator {i}: got shape {row.shape}, expected a non-empty sequence of images")
        if row.dtype.kind not in "iu":
            raise TypeError(f"generator {i}: got entries of type {row.dtype}, expected integers")
        if rows and len(row) != len(rows[0]):
            raise ValueError(
                f"generator {i} moves {len(row)} points, generator 0 moves {len(rows[0])}: expected one degree;"
                " append fixed points to the shorter"
            )
        if not np.array_equal(np.sort(row), np.arange(len(row))):
            raise ValueError(f"generator {i} is no permutation of 0..{len(row) - 1}: expected each image exactly once")
        rows.append(row.astype(np.int32))
    if not rows:
        raise ValueError("no generators: expected at least one permutation (the identity for the trivial group)")
    return np.array(rows)


def enumerate_group(generators: Rows) -> tuple[Rows, list[Rows]]:
    """All elements, in no particular order, and the generators that were not redundant (Dimino's algorithm).

    The group so far is a union of right cosets H r of the group H of the earlier generators; it is complete when
    every r s, s a generator, lies in it, since H r s is then a coset already there.
    Raises ValueError beyond 10,000 elements.
    """
    identity = np.arange(generators.shape[1], dtype=np.int32)
    elements, seen, used = identity[np.newaxis], {identity.tobytes()}, list[Rows]()
    for generator in generators:
        if generator.tobytes() in seen:
            continue
        used.append(generator)
        subgroup, size, blocks, representatives = elements, len(elements), [elements], [identity]
        for r in representatives:  # grows while we go
            for s in used:
                product = s[r]
                if product.tobytes() in seen:
                    continue
                size += len(subgroup)
                if size > MOST_ELEMENTS:
                    raise ValueError(
                        f"the generators give a group of order above {MOST_ELEMENTS},"
                        f" expected at most {MOST_ELEMENTS}: elements are enumerated"
                    )
                coset = product[subgroup]
                seen.update(row.tobytes() for row in coset)
                blocks.append(coset)
                representatives.append(product)
        elements = np.concatenate(blocks)
    return elements, used


class PermutationIndex:
    """The elements in lexicographic order, and the index of each found from its images of a base.

    A base is a list of points that only the identity fixes all of; it is chosen greedily, so that comparing images of
    the base compares permutations lexicographically. Images are looked up point by point in a tree kept as arrays:
    exact, without hashing.
    """

    def __init__(self, elements: Rows) -> None:
        identity = np.arange(elements.shape[1])
        base, stabiliser = list[int](), elements
        while len(stabiliser) > 1:
            point = int((stabiliser != identity).any(axis=0).argmax())
            base.append(point)
            stabiliser = stabiliser[stabiliser[:, point] == point]
        if base:
            elements = elements[np.lexsort(elements[:, base[::-1]].T)]
        self.elements = elements
        self.base = base
        self._levels: list[tuple[Integers, int, Integers]] = []
        state = np.zeros(len(elements), dtype=np.int64)
        for point in base:
            orbit = np.unique(elements[:, point])
            position = np.full(elements.shape[1], -1, dtype=np.int64)
            position[orbit] = np.arange(len(orbit))
            branches, deeper = np.unique(state * len(orbit) + position[elements[:, point]], return_inverse=True)
            following = np.full((int(state.max()) + 1) * len(orbit), -1, dtype=np.int64)
            following[branches] = np.arange(len(branches))
            self._levels.append((position, len(orbit), following))
            state = deeper.reshape(-1)

    def find(self, images: Sequence[Integers]) -> Integers:
        """Indices of the elements with these images of the base points (one array for each); elements only."""
        state = np.zeros_like(images[0]) if images else np.zeros((), dtype=np.int64)
        for (position, size, following), image in zip(self._levels, images, strict=True):
            state = following[state * size + position[image]]
        return state


def cycles(text: str) -> list[list[tuple[int, ...]]]:
    """Permutations in 1-based cycle notation, separated by semicolons: `(1,2,3)(4,5);(1,2)`; `()` is the identity.

    Raises ValueError saying which permutation is malformed or repeats a point.
    """
    permutations = []
    for i, part in enumerate(text.split(";"), 1):
        if not re.fullmatch(r"\s*(\(\s*(\d+\s*(,\s*\d+\s*)*)?\)\s*)+", part, re.ASCII):
            raise ValueError(f"permutation {i} {part.strip()!r}: expected cycles of points from 1, like (1,2,3)(4,5)")
        found = [tuple(map(int, cycle.split(","))) for cycle in re.findall(r"\(([\d,\s]+)\)", part) if cycle.strip()]
        points = [point for cycle in found for point in cycle]
        if 0 in points:
            raise ValueError(f"permutation {i} {part.strip()!r}: points are numbered from 1, got 0")
        if len(set(points)) < len(points):
            raise ValueError(f"permutation {i} {part.strip()!r}: a point occurs twice, expected disjoint cycles")
        permutations.append(found)
    return permutations


def cycle_notation(permutation: Sequence[int]) -> str:
    """1-based disjoint cycles of a 0-based permutation; the identity is `()`."""
    text, seen = "", set[int]()
    for start in range(len(permutation)):
        cycle, x = list[int](), start
        while x not in seen:
            seen.add(x)
            cycle.append(x + 1)
            x = int(permutation[x])
        if len(cycle) > 1:
            text += f"({','.join(map(str, cycle))})"
    return text or "()"


def perm_generators(text: str) -> list[list[int]]:
    """Permutations from 1-based cycles, of the degree of the largest point. Raises ValueError (see `cycles`)."""
    parsed = cycles(text)
    degree = max((point for permutation in parsed for cycle in permutation for point in cycle), default=1)
    if degree > MOST_ELEMENTS:
        point = degree if degree < 10**12 else f"above {10**12}"
        raise ValueError(f"perm: point {point}, expected points 1..{MOST_ELEMENTS}")
    permutations = []
    for permutation in parsed:
        images = list(range(degree))
        for cycle in permutation:
            for x, y in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
                images[x - 1] = y - 1
        permutations.append(images)
    return permutations


def cycle_text(text: str) -> str:
    """Generators as GAP and Sage write them, in this notation: `Group((1,2,3),(1,2))`, `[(1,2,3),(1,2)]`.

    Elements of the outermost list are generators; a list inside, as in `PermutationGroup([[(1,2),(3,4)],[(1,3)]])`, is
    the product of its cycles. Quotes are dropped. What is no cycle is left for `cycles` to refuse.
    """
    inner = text.strip().rstrip(";").strip()
    if wrapped := re.fullmatch(r"(?:Permutation)?Group\s*\((.*)\)", inner, re.DOTALL):
        inner = wrapped[1].strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1]
    return ";".join("".join(_top_level(part[1:-1])) if part[:1] == "[" else part for part in _top_level(inner))


def _top_level(text: str) -> list[str]:
    """The parts between commas and semicolons that stand in no bracket, without quotes."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character in ",;" and depth == 0:
            parts.append("")
        elif character not in "'\"":
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()] or [""]
