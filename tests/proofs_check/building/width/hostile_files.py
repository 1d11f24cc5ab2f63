"""Certificates of widths made to be slow or large."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product

from tests.proofs_check.building.editing import Json, put, sealed
from tests.proofs_check.building.width.files import block, constant, different

LARGEST = 2**64 - 1


def _stated(k: int, blocks: list[Json], order: int = 0) -> bytes:
    """Polynomials whose sums are not what is stated."""
    return sealed(put(put(constant(k), "blocks", blocks), "task.order", order))


def _spread(k: int, count: int) -> list[list[int]]:
    """Columns whose entries are large and different."""
    return [list(m) for m in islice((m for m in product(range(8, -9, -3), repeat=k) if len(set(m)) == k), count)]


def _full(pairs: int, columns: list[list[int]], rows: int | None = None) -> Json:
    """As many rows as columns, if not said otherwise."""
    count = len(columns) if rows is None else rows
    return block(pairs, columns, [[LARGEST - r - c for c in range(len(columns))] for r in range(count)])


HOSTILE: dict[str, Callable[[], bytes]] = {
    # as many products as may be: 91 columns in 131,040 exponents, their differences different
    "width-products": lambda: _stated(6, [_full(0, different(91))]),
    "width-products-in-pairs": lambda: _stated(6, [_full(j, different(42 - 2 * j)[-22:]) for j in (0, 1, 2, 3)]),
    "width-beyond-the-limit": lambda: _stated(6, [block(j, different(256), [[1]]) for j in (0, 1, 2, 3)]),
    "width-equal-columns": lambda: _stated(
        6, [block(j, [[8, 7, 6, 0, 0, 0]] * 256, [[1] * 256] * 256) for j in (0, 3)]
    ),
    "width-coefficients": lambda: _stated(2, [_full(0, [[x, y] for x in range(-8, 8) for y in range(-8, 8)])]),
    "width-of-many-columns": lambda: _stated(4, [_full(j, _spread(4, 256), 96) for j in (0, 1, 2)]),
    "width-too-many-columns": lambda: _stated(3, [block(0, [[1, 2, 3]] * 400_000, [[1]])]),
    "width-too-many-rows": lambda: _stated(3, [block(0, [[1, 2, 3]], [[1]] * 900_000)]),
    "width-too-many-blocks": lambda: _stated(3, [block(0, [[1, 2, 3]], [[1]])] * 70_000),
    "width-long-integers": lambda: _stated(3, [block(0, [[2**8000, 2, 3]], [[2**8000] * 1500])]),
    "width-small-order": lambda: _stated(6, [_full(0, _spread(6, 5))], 3),
    "width-brackets": lambda: b'{"kind":"width"' + b"[" * 10**6,
}
