"""Writes certificates of widths (proofs_check/formats/WIDTH.md). Untrusted by design."""

from __future__ import annotations

from math import factorial

from margin.answers.sealing import MOST_N, fraction, sealed
from margin.minimal_width.columns import column
from margin.minimal_width.rounding import MOST_COEFFICIENT, Bound, Polynomials

# of the format, section 2
MOST_K, MOST_LISTED, MOST_ENTRY = 6, 128, 8  # listed: columns, and rows, of a block
MOST_STEPS, MOST_PRODUCTS = 4_000_000, 5_000_000


def certificate(bound: Bound) -> bytes:
    """The certificate of a bound. Raises ValueError beyond the limits of the format."""
    _require(2 <= bound.k <= MOST_K, f"k = {bound.k}", f"k from 2 to {MOST_K}")
    _require(bound.order < MOST_N, f"an order of {bound.order.bit_length()} bits", "orders below 2^256")
    for part in bound.blocks:
        listed = max(len(part.columns), len(part.rows))
        _require(listed <= MOST_LISTED, f"a block of {listed} polynomials", f"{MOST_LISTED}")
        entry = max(abs(x) for m in part.columns for x in m)
        _require(entry <= MOST_ENTRY, f"an exponent of {entry}", f"{MOST_ENTRY}")
        largest = max(abs(x) for row in part.rows for x in row)
        _require(largest < MOST_COEFFICIENT, f"a coefficient of {largest.bit_length()} bits", "64 bits")
    steps = sum(_steps(part, bound.k) for part in bound.blocks)
    _require(steps <= MOST_STEPS, f"{steps} steps of work", f"{MOST_STEPS}")
    products = sum(_products(part) for part in bound.blocks)
    _require(products <= MOST_PRODUCTS, f"{products} products of exponents", f"{MOST_PRODUCTS}")
    return sealed(
        {
            "format": "algebraic-margin certificate",
            "version": 1,
            "claim": {"quantity": "width", "sense": "lower", "value": bound.neurons},
            "task": {"kind": "width", "k": bound.k, "order": bound.order},
            "blocks": [
                {"pairs": part.j, "columns": [[*m] for m in part.columns], "rows": [[*row] for row in part.rows]}
                for part in bound.blocks
            ],
            "sums": {"value": bound.value, "mean": bound.mean, "excess": fraction(bound.excess)},
        }
    )


def _require(held: bool, came: str, limit: str) -> None:
    if not held:
        raise ValueError(f"certificate: it would have {came}; the format takes {limit}: choose a smaller --support")


def _steps(part: Polynomials, k: int) -> int:
    return 2 ** (part.j + 1) * factorial(k - part.j) * factorial(part.j) * len(part.columns) ** 2


def _products(part: Polynomials) -> int:
    return len({h for m in part.columns for h in column(m, part.j)}) ** 2
