"""C42: whether the size of embedding weights speaks against rotation matrices."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

Integers = NDArray[np.int64]
LARGEST = 9  # of the random integers
DIMENSION, WIDTH = 4, 6
SCALES = (2, 3, 10)


def logits(A: Integers, B: Integers, inner: Integers, bias: Integers, outer: Integers) -> Integers:
    """Of every pair (a, b): outer times ReLU of inner times the two embeddings together, plus bias. All integers."""
    pairs = [np.concatenate([a, b]) for a in A for b in B]
    return np.maximum(np.array(pairs) @ inner.T + bias, 0) @ outer.T


def keeps_logits(n: int, dimension: int, width: int, embedding: int, weight: Fraction | None) -> bool:
    """Whether embeddings times `embedding` and inner weights times `weight` have the same logits; random integers.

    None: the inner weights as they are.
    """
    draw = np.random.default_rng([n, dimension, width])
    A, B = draw.integers(-LARGEST, LARGEST, (2, n, dimension), endpoint=True)
    inner = draw.integers(-LARGEST, LARGEST, (width, 2 * dimension), endpoint=True)
    inner *= embedding  # so that dividing stays exact
    bias = draw.integers(-LARGEST, LARGEST, width, endpoint=True)
    outer = draw.integers(-LARGEST, LARGEST, (n, width), endpoint=True)
    scaled = inner if weight is None else inner * weight.numerator // weight.denominator
    return bool(
        np.array_equal(logits(embedding * A, embedding * B, scaled, bias, outer), logits(A, B, inner, bias, outer))
    )


@claim(
    id="C42",
    claim="embedding weights above 1 in size are not consistent with rotation matrices, and are evidence against them",
    source="modular addition at several scales, Section 4.1, Figure 3",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Embeddings scaled up and the next layer down, on integer networks; and without the latter."""
    sizes = range(3, 9 if effort == "quick" else 20)
    for n in sizes:
        for scale in SCALES:
            both = keeps_logits(n, DIMENSION, WIDTH, scale, Fraction(1, scale))
            first = keeps_logits(n, DIMENSION, WIDTH, scale, None)
            demand(both and not first, f"n = {n}, times {scale}: both layers {both}, one alone {first}")
    return Finding(
        "holds with a correction",
        f"""entries of rotation matrices lie in [-1, 1]; but embeddings times c and the next weights times 1/c give
        the same preactivations and logits, with biases and ReLU (integer networks for {sizes[0]} <= n <=
        {sizes[-1]} of dimension {DIMENSION} and width {WIDTH}, entries up to {LARGEST} in size, c =
        {", ".join(map(str, SCALES))}). So the size of the embeddings says nothing on rotation matrices up to a
        factor, which is what Section 5.3 finds in them""",
        counterexample="""n = 3, embeddings 2 cos(2 pi a/3), 2 sin(2 pi a/3): twice rotation entries, up to 2 in size,
        with halved weights after them the same network""",
        correction="evidence against rotation matrices without a factor",
        scope="all networks of the paper's form: the preactivation is a product of embedding and weight",
        data={"networks": len(SCALES) * len(sizes)},
    )
