"""Writes certificates of widths (proofs_check/formats/WIDTH.md and DIHEDRAL.md). Untrusted by design."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations_with_replacement, islice

from margin.answers.sealing import MOST_N, Json, fraction, sealed
from margin.minimal_width.columns import column, row_sum
from margin.minimal_width.exponents import is_large
from margin.minimal_width.program import bases
from margin.minimal_width.rounding import MOST_COEFFICIENT, Bound, Polynomials
from margin.minimal_width.tuple_bounds import TupleBound, TuplePolynomials
from margin.minimal_width.tuple_conditions import vanishing
from margin.minimal_width.tuple_program import blocks
from margin.networks.phases import Exponent

# of the format, section 2
MOST_K, MOST_LISTED, MOST_ENTRY = 6, 256, 8  # listed: columns, and rows, of a block
MOST_PRODUCTS = 12_000_000
MOST_DIHEDRAL_K, MOST_DIHEDRAL_PRODUCTS = 4, 8_000_000
_SMALLER, _SMALLER_DIHEDRAL = "choose a smaller --support or --largest", "choose a smaller --largest"


def require_support(k: int, order: int, size: int | None = None, largest: int | None = None) -> None:
    """Refuse, before the program of `solve` is built, a support whose certificate the format would not take.

    Arguments as for `solve`. Raises ValueError beyond the limits of the format.
    """
    size = k if size is None else size
    most = size if largest is None else min(size, largest)
    _require_task(k, order, MOST_K)
    _require_entry(most)
    sorted_exponents = combinations_with_replacement(range(-most, most + 1), k)
    kept = (m for m in sorted_exponents if (total := sum(map(abs, m))) <= size and (total - size) % 2 == 0)
    fewest = len(list(islice(kept, 2 * MOST_LISTED + 1))) / 2  # of block 0: m and -m make one column
    _require(fewest <= MOST_LISTED, f"a block of more than {MOST_LISTED} polynomials", f"{MOST_LISTED}")
    _require_columns(bases(k, size, largest))


def require_dihedral(k: int, order: int, largest: int) -> None:
    """Refuse, before the program of `solve_tuples` is built, columns whose certificate the format would not take.

    Arguments as for `solve_tuples`, in dimension 2; any order >= 3 will do. Raises ValueError beyond the limits.
    """
    _require_task(k, order, MOST_DIHEDRAL_K)
    _require_entry(largest, _SMALLER_DIHEDRAL)
    known = vanishing(k, 2, 0 if is_large(order, k) else order)
    _require_dihedral_columns(k, [part.columns for part in blocks(k, known, largest)])


def certificate(bound: Bound) -> bytes:
    """The certificate of a bound. Raises ValueError beyond the limits of the format."""
    _require_task(bound.k, bound.order, MOST_K)
    _require_coefficients(bound.blocks)
    _require_columns([(part.j, part.columns) for part in bound.blocks])
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
    _require_task(bound.k, bound.order, MOST_DIHEDRAL_K)
    _require_coefficients(bound.blocks)
    _require_dihedral_columns(bound.k, [part.columns for part in bound.blocks])
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


def _require_task(k: int, order: int, most_k: int) -> None:
    _require(2 <= k <= most_k, f"k = {k}", f"k from 2 to {most_k}")
    _require(order < MOST_N, f"an order of {order.bit_length()} bits", "orders below 2^256", "choose a smaller order")


def _require_columns(listed: Iterable[tuple[int, tuple[Exponent, ...]]]) -> None:
    listed = list(listed)
    for _, columns in listed:
        _require_listed(columns)
    work = sum(products(columns, j) for j, columns in listed)
    _require(work <= MOST_PRODUCTS, f"{work} products of exponents", f"{MOST_PRODUCTS}")


def _require_dihedral_columns(k: int, listed: Iterable[tuple[Exponent, ...]]) -> None:
    listed = list(listed)
    for columns in listed:
        _require_listed(columns, _SMALLER_DIHEDRAL)
    work = sum(len(columns) ** 2 << (k + 1) for columns in listed)
    taken = work <= MOST_DIHEDRAL_PRODUCTS
    _require(taken, f"{work} products of columns", f"{MOST_DIHEDRAL_PRODUCTS}", _SMALLER_DIHEDRAL)


def _require_listed(columns: tuple[Exponent, ...], way: str = _SMALLER) -> None:
    _require(len(columns) <= MOST_LISTED, f"a block of {len(columns)} polynomials", f"{MOST_LISTED}", way)
    _require_entry(max(abs(x) for m in columns for x in m), way)


def _require_entry(entry: int, way: str = _SMALLER) -> None:
    _require(entry <= MOST_ENTRY, f"an exponent of {entry}", f"{MOST_ENTRY}", way)


def _require_coefficients(parts: Iterable[Polynomials | TuplePolynomials]) -> None:
    """And the number of rows, of which a program makes as many as columns."""
    for part in parts:
        _require(len(part.rows) <= MOST_LISTED, f"a block of {len(part.rows)} polynomials", f"{MOST_LISTED}")
        largest = max(abs(x) for row in part.rows for x in row)
        _require(largest < MOST_COEFFICIENT, f"a coefficient of {largest.bit_length()} bits", "64 bits")


def _require(held: bool, came: str, limit: str, way: str = _SMALLER) -> None:
    if not held:
        raise ValueError(f"certificate: it would have {came}; the format takes {limit}: {way}")


def products(columns: tuple[Exponent, ...], j: int) -> int:
    """What a checker adds up for these columns of block j: their number times that of all exponents of their row sums.

    >>> products(((0, 0), (1, 1), (2, 0)), 0)
    21
    """
    return len(columns) * len({h for m in columns for h in row_sum(column(m, j), j)})
