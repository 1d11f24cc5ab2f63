"""C42: whether the size of embedding weights speaks against rotation matrices."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

Integers = NDArray[np.int64]


def logits(A: Integers, B: Integers, inner: Integers, bias: Integers, outer: Integers) -> Integers:
    """Of every pair (a, b): outer times ReLU of inner times the two embeddings together, plus bias. All integers."""
    pairs = [np.concatenate([a, b]) for a in A for b in B]
    return np.maximum(np.array(pairs) @ inner.T + bias, 0) @ outer.T


def keeps_logits(n: int, dimension: int, width: int, embedding: int, weight: Fraction) -> bool:
    """Whether embeddings times `embedding` and inner weights times `weight` have the same logits; random integers."""
    draw = np.random.default_rng([n, dimension, width])
    A, B = draw.integers(-9, 10, (2, n, dimension))
    inner = embedding * draw.integers(-9, 10, (width, 2 * dimension))  # so that dividing stays exact
    bias, outer = draw.integers(-9, 10, width), draw.integers(-9, 10, (n, width))
    scaled = inner * weight.numerator // weight.denominator
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
    sizes = [(n, 4, 6) for n in range(3, 9 if effort == "quick" else 20)]
    for n, dimension, width in sizes:
        for scale in (2, 3, 10):
            demand(keeps_logits(n, dimension, width, scale, Fraction(1, scale)), f"n = {n}, times {scale}")
            demand(
                not keeps_logits(n, dimension, width, scale, Fraction(1)), f"n = {n}, times {scale}: one layer alone"
            )
    return Finding(
        "holds with a correction",
        f"""entries of rotation matrices lie in [-1, 1]; but embeddings times c and the next weights times 1/c give the
        same preactivations and logits, with biases and ReLU ({3 * len(sizes)} integer networks). So the size of the
        embeddings says nothing on rotation matrices up to a factor, which is what Section 5.3 finds in them""",
        counterexample="""n = 3, embeddings 2 cos(2 pi a/3), 2 sin(2 pi a/3): twice rotation entries, up to 2 in size,
        with halved weights after them the same network""",
        correction="evidence against rotation matrices without a factor",
        scope="all networks of the paper's form: the preactivation is a product of embedding and weight",
        data={"networks": 3 * len(sizes)},
    )
