"""Certificates for widths in dihedral groups made to be slow or large."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product

from tests.proofs_check.building.dihedral.files import block, stated
from tests.proofs_check.building.editing import Json, put, sealed

LARGEST = 2**64 - 1


def _full(k: int, count: int, sine: int = 0) -> Json:
    """Columns whose entries are large and different, and as many rows."""
    columns = [list(m) for m in islice(product(range(8, -9, -3), repeat=k + 1), count)]
    return block([sine] * (k + 1), columns, [[LARGEST - r - c for c in range(count)] for r in range(count)])


HOSTILE: dict[str, Callable[[], bytes]] = {
    # as many products as may be: 499^2 in three blocks
    "dihedral-products": lambda: sealed(stated(4, [_full(4, 256, 1), _full(4, 250), *[_full(4, 200)] * 3], 1)),
    "dihedral-products-k2": lambda: sealed(stated(2, [_full(2, 256, s) for s in (0, 1)] * 7, 1)),
    "dihedral-beyond-the-limit": lambda: sealed(stated(4, [_full(4, 256)] * 4, 1)),
    "dihedral-too-many-columns": lambda: sealed(stated(3, [block([0] * 4, [[1, 2, 3, 4]] * 300_000, [[1]])], 1)),
    "dihedral-too-many-rows": lambda: sealed(stated(3, [block([0] * 4, [[1, 2, 3, 4]], [[1]] * 900_000)], 1)),
    "dihedral-too-many-blocks": lambda: sealed(stated(3, [block([0] * 4, [[1, 2, 3, 4]], [[1]])] * 50_000, 1)),
    "dihedral-long-integers": lambda: sealed(stated(2, [block([0] * 3, [[2**8000, 2, 3]], [[2**8000] * 1500])], 1)),
    "dihedral-small-order": lambda: sealed(put(stated(4, [_full(4, 5)], 1), "task.order", 3)),
    "dihedral-brackets": lambda: b'{"kind":"dihedral_width"' + b"[" * 10**6,
}
