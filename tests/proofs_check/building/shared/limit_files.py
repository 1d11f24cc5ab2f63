"""Certificates of a shared embedding at the limits of work, with the verdicts that they must get."""

from __future__ import annotations

from tests.proofs_check.building.editing import Json, sealed
from tests.proofs_check.building.shared import oracle
from tests.proofs_check.building.shared.files import head

CLASSES = {(12, 3): 110, (3, 5): 7, (26, 2): 32, (9, 2): 8}


def _empty(n: int, k: int, extra: int) -> Json:
    """A sum of no squares, its rest not what is stated."""
    blocks: list[list[list[int]]] = [[[] for _ in range(m)] for m in _counts(n, k, extra)]
    weights = [1] * CLASSES[n, k]
    dual = {"extra": extra, "weights": weights, "scale": 1, "bound": 1, "blocks": blocks, "rest": 0}
    return head(n, k, "upper", dual=dual)


def _counts(n: int, k: int, extra: int) -> list[int]:
    """Monomials of each charge: multisets by their sum, one residue after the other."""

    def multisets(size: int) -> list[int]:
        table = [[int(not size_ and not s) for s in range(n)] for size_ in range(size + 1)]
        for x in range(n):
            for j in range(1, size + 1):
                table[j] = [table[j][s] + table[j - 1][(s - x) % n] for s in range(n)]
        return table[size]

    tails, pure = multisets(extra), multisets(k + extra)
    return [pure[s] + sum(tails[(s - k * z) % n] for z in range(1, n)) for s in oracle.charges(n)]


def _many(count: int) -> Json:
    """n = 10 has 16 classes and 4 units: 640 steps a neuron."""
    neuron = {"u": [0, 1, *[0] * 8], "w": [1, *[0] * 9], "mass": 1, "norm": 3}
    return head(10, 2, "lower", primal={"neurons": [neuron] * count, "gap": [-99, 1]})


def shared_limit_files() -> dict[str, tuple[str, bytes]]:
    """By name: status and rule, and the file."""
    files: dict[str, tuple[str, Json]] = {
        "shared-3125-neurons": ("REJECTED GAP", _many(3125)),
        "shared-3126-neurons": ("MALFORMED", _many(3126)),
        "shared-kernels-below": ("REJECTED REST", _empty(3, 5, 0)),
        "shared-kernels-above": ("MALFORMED", _empty(12, 3, 0)),
        "shared-cubes-below": ("REJECTED REST", _empty(26, 2, 1)),
        "shared-cubes-above": ("MALFORMED", _empty(9, 2, 3)),
    }
    return {name: (expected, sealed(body)) for name, (expected, body) in files.items()}
