"""Writes certificates of widths (proofs_check/formats/WIDTH.md and DIHEDRAL.md). Untrusted by design."""

from __future__ import annotations

from collections.abc import Iterable

from margin.answers.sealing import MOST_N, Json, fraction, sealed
from margin.minimal_width.columns import column, row_sum
from margin.minimal_width.rounding import MOST_COEFFICIENT, Bound, Polynomials
from margin.minimal_width.tuple_bounds import TupleBound, TuplePolynomials
from margin.networks.phases import Exponent

# of the format, section 2
MOST_K, MOST_LISTED, MOST_ENTRY = 6, 256, 8  # listed: columns, and rows, of a block
MOST_PRODUCTS = 12_000_000
MOST_DIHEDRAL_K, MOST_DIHEDRAL_PRODUCTS = 4, 8_000_000


def certificate(bound: Bound) -> bytes:
    """The certificate of a bound. Raises ValueError beyond the limits of the format."""
    _require(2 <= bound.k <= MOST_K, f"k = {bound.k}", f"k from 2 to {MOST_K}")
    _require(bound.order < MOST_N, f"an order of {bound.order.bit_length()} bits", "orders below 2^256")
    _require_listed(bound.blocks)
    work = sum(products(part.columns, part.j) for part in bound.blocks)
    _require(work <= MOST_PRODUCTS, f"{work} products of exponents", f"{MOST_PRODUCTS}")
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


def dihedral_certificate(bound: TupleBound) -> bytes:
    """The certificate of a bound for dihedral representations.

    Raises ValueError for a dimension above 2, and beyond the limits of the format.
    """
    _require(bound.dimension == 2, f"vectors of dimension {bound.dimension}", "dimension 2")
    _require(bound.k <= MOST_DIHEDRAL_K, f"k = {bound.k}", f"k from 2 to {MOST_DIHEDRAL_K}")
    _require(bound.order < MOST_N, f"an order of {bound.order.bit_length()} bits", "orders below 2^256")
    _require_listed(bound.blocks)
    work = sum(len(part.columns) ** 2 << (bound.k + 1) for part in bound.blocks)
    _require(work <= MOST_DIHEDRAL_PRODUCTS, f"{work} products of columns", f"{MOST_DIHEDRAL_PRODUCTS}")
    return sealed(
        {
            "format": "algebraic-margin certificate",
            "version": 1,
            "claim": _claim(bound),
            "task": {"kind": "dihedral_width", "k": bound.k, "order": bound.order},
            "blocks": _listed(bound),
            "sums": {"value": bound.value, "mean": int(bound.mean), "excess": int(bound.excess)},
        }
    )


def real_polynomials(bound: TupleBound) -> bytes:
    """The polynomials of a bound for real representations of any dimension, canonical and sealed; no certificate."""
    return sealed(
        {
            "format": "algebraic-margin polynomials",
            "claim": _claim(bound),
            "task": {"dimension": bound.dimension, "k": bound.k},
            "blocks": _listed(bound),
        }
    )


def _claim(bound: TupleBound) -> Json:
    return {"quantity": "width", "sense": "lower", "value": bound.neurons}


def _listed(bound: TupleBound) -> list[Json]:
    return [
        {"sines": [*part.sines], "columns": [[*m] for m in part.columns], "rows": [[*row] for row in part.rows]}
        for part in bound.blocks
    ]


def _require_listed(blocks: Iterable[Polynomials | TuplePolynomials]) -> None:
    for part in blocks:
        listed = max(len(part.columns), len(part.rows))
        _require(listed <= MOST_LISTED, f"a block of {listed} polynomials", f"{MOST_LISTED}")
        entry = max(abs(x) for m in part.columns for x in m)
        _require(entry <= MOST_ENTRY, f"an exponent of {entry}", f"{MOST_ENTRY}")
        largest = max(abs(x) for row in part.rows for x in row)
        _require(largest < MOST_COEFFICIENT, f"a coefficient of {largest.bit_length()} bits", "64 bits")


def _require(held: bool, came: str, limit: str) -> None:
    if not held:
        raise ValueError(f"certificate: it would have {came}; the format takes {limit}: choose a smaller --support")


def products(columns: tuple[Exponent, ...], j: int) -> int:
    """What a checker adds up for these columns of block j: their number times that of all exponents of their row sums.

    >>> products(((0, 0), (1, 1), (2, 0)), 0)
    21
    """
    return len(columns) * len({h for m in columns for h in row_sum(column(m, j), j)})
