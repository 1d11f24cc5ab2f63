"""Certificates for widths in dihedral groups made to be slow or large."""

from __future__ import annotations

from collections.abc import Callable

from tests.proofs_check.building.dihedral.files import block, stated
from tests.proofs_check.building.editing import Json, put, sealed

LARGEST = 2**64 - 1


def _columns(k: int, count: int) -> list[list[int]]:
    """Different columns with entries of every size, so that few degrees of their products agree."""
    numbers = ((7919 * c + 1) % 17 ** (k + 1) for c in range(count))
    return [[number // 17**j % 17 - 8 for j in range(k + 1)] for number in numbers]


def _full(k: int, count: int, rows: int, sine: int = 0, largest: int = LARGEST) -> Json:
    """Rows without a zero; the products of all columns count."""
    listed = [[largest - (r + c) % 7 for c in range(count)] for r in range(rows)]
    return block([sine] * (k + 1), _columns(k, count), listed)


def _stated(k: int, blocks: list[Json]) -> bytes:
    return sealed(stated(k, blocks, 1))


ONE = block([0] * 4, [[1, 2, 3, 4]], [[1]])
HOSTILE: dict[str, Callable[[], bytes]] = {
    # nearly as many products as may be: 3 * 256^2 + 230^2 of them times 32, and 15 * 256^2 times 8
    "dihedral-products": lambda: _stated(4, [_full(4, c, 180, c % 2) for c in (256, 255, 256, 230)]),
    "dihedral-products-k2": lambda: _stated(2, [_full(2, 256, 256, s % 2, 8) for s in range(15)]),
    "dihedral-coefficients-k2": lambda: _stated(2, [_full(2, 256, 48, s % 2) for s in range(15)]),
    "dihedral-beyond-the-limit": lambda: _stated(4, [_full(4, 256, 180) for _ in range(4)]),
    "dihedral-too-many-columns": lambda: _stated(3, [block([0] * 4, [[1, 2, 3, 4]] * 300_000, [[1]])]),
    "dihedral-too-many-rows": lambda: _stated(3, [block([0] * 4, [[1, 2, 3, 4]], [[1]] * 900_000)]),
    "dihedral-too-many-blocks": lambda: _stated(3, [ONE] * 50_000),
    "dihedral-long-integers": lambda: _stated(2, [block([0] * 3, [[2**8000, 2, 3]], [[2**8000] * 1500])]),
    "dihedral-huge-order": lambda: sealed(put(stated(4, [_full(4, 5, 5)], 1), "task.order", 2**8192 - 1)),
    "dihedral-large-order": lambda: sealed(put(stated(4, [_full(4, 5, 5)], 1), "task.order", 2**256 - 1)),
    "dihedral-small-order": lambda: sealed(put(stated(4, [_full(4, 5, 5)], 1), "task.order", 3)),
    "dihedral-brackets": lambda: b'{"kind":"dihedral_width"' + b"[" * 10**6,
}
