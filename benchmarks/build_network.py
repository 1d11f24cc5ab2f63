"""Building the arrays of a constructed network, against filling arrays of that size with np.cos, on one thread.

python -m benchmarks.build_network
"""

from __future__ import annotations

import numpy as np

from benchmarks.timing import measure, rounds_argument, table
from margin import ModularAddition, construct

REFERENCE = "np.cos"
TARGETS = {"construct(n = 997, k = 3).numeric()": (REFERENCE, 3.0)}


def main() -> None:
    rounds = rounds_argument("Arrays of the minimal construction", 7)
    task = ModularAddition(997, 3)
    network = construct(task)
    angles = [np.linspace(0, 2 * np.pi, int(np.prod(s))).reshape(s) for s in _shapes(network.width)]
    contenders = {
        REFERENCE: lambda: [np.cos(angle) for angle in angles],
        next(iter(TARGETS)): network.numeric,
    }
    print(table(measure(contenders, rounds), TARGETS))


def _shapes(m: int) -> tuple[tuple[int, int, int], tuple[int, int]]:
    return (3, 997, m), (m, 997)


if __name__ == "__main__":
    main()
