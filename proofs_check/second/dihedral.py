"""Certificates for widths in dihedral groups, checked a second time; written from formats/DIHEDRAL.md alone."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Any

from flint import fmpz_mat

from proofs_check.second.form import form, need, read, show
from proofs_check.second.width import MAX_COEFFICIENT, MAX_ENTRY, MAX_ORDER, MAX_SIZE, bounded, thin

KIND = "dihedral_width"
MAX_K, MAX_BLOCKS, MAX_PRODUCTS = 4, 32, 8_000_000
BASE = 2 * MAX_ENTRY + 1  # of the numbers of degrees

Vector = tuple[int, ...]
PATTERN = {
    "format": "algebraic-margin certificate",
    "version": int,
    "claim": {"quantity": "width", "sense": "lower", "value": int},
    "task": {"kind": KIND, "k": int, "order": int},
    "blocks": [{"sines": [int], "columns": [[bounded(MAX_ENTRY + 1)]], "rows": [[bounded(MAX_COEFFICIENT)]]}],
    "sums": {"value": int, "mean": int, "excess": int},
    "sha256": str,
}


def sums(k: int, block: dict[str, Any]) -> dict[int, int]:
    """2^(k+1) times the sum of all phi^2 of a block, by degrees; these as digits in base BASE."""
    columns, sines = block["columns"], block["sines"]
    rows = fmpz_mat([row + [0] * (len(columns) - len(row)) for row in block["rows"]])
    gram = (rows.transpose() * rows).tolist()
    total: defaultdict[int, int] = defaultdict(int)
    for a, x in enumerate(columns):
        for b in range(a + 1):
            value = int(gram[a][b]) * (2 - (a == b))
            if value == 0:
                continue
            terms = {0: value}
            for place, m, h, sine in zip(range(k + 1), x, columns[b], sines, strict=True):
                more: defaultdict[int, int] = defaultdict(int)
                for number, c in terms.items():
                    more[number + abs(m - h) * BASE**place] += c
                    more[number + abs(m + h) * BASE**place] += -c if sine else c
                terms = more
            for number, c in terms.items():
                total[number] += c
    return total


def degrees(k: int, number: int) -> Vector:
    """The smaller of the degrees with this number and the same in reverse order."""
    listed = tuple(number // BASE**place % BASE for place in range(k + 1))
    return min(listed, listed[::-1])


def wanted_zero(k: int, order: int) -> set[Vector]:
    """Degrees of the orbits that vanish, in the order of `degrees`."""
    powers = [m for m in thin(k, k) if (sum(m) - k) % 2 == 0]
    alone = powers
    if order:
        count: defaultdict[Vector, int] = defaultdict(int)
        for m in powers:
            count[tuple(x % order for x in m)] += 1
        alone = [m for m in powers if count[tuple(x % order for x in m)] == 1]
    out = set()
    for m, e, end in product(alone, product((1, -1), repeat=k + 1), (1, -1)):
        inner = [abs(m[j - 1] + e[j] * m[j]) for j in range(1, k)]
        d = (abs(e[k] * m[0] + e[0] * end), *inner, abs(m[-1] + end))
        out.add(min(d, d[::-1]))
    return out - {(0,) * (k + 1)}


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    x = read(x, PATTERN, "")
    k, order, claim = x["task"]["k"], x["task"]["order"], x["claim"]["value"]
    form(x["version"] == 1, "version", "1 is wanted")
    form(2 <= k <= MAX_K, "task.k", "2 <= k <= 4 is wanted")
    form(order == 0 or 3 <= order < MAX_ORDER, "task.order", "0 or at least 3 is wanted")
    form(0 <= claim < MAX_COEFFICIENT, "claim.value", "0 to 2^64 - 1 is wanted")
    form(len(x["blocks"]) <= MAX_BLOCKS, "blocks", "at most 32 are wanted")
    for block in x["blocks"]:
        size, rows = len(block["columns"]), block["rows"]
        form(1 <= size <= MAX_SIZE and 1 <= len(rows) <= MAX_SIZE, "blocks", "1 to 256 columns and rows are wanted")
        form(all(len(m) == k + 1 for m in (block["sines"], *block["columns"])), "blocks", "k + 1 places are wanted")
        form(all(s in (0, 1) for s in block["sines"]), "blocks", "sines 0 or 1 are wanted")
        form(all(1 <= len(row) <= size for row in rows), "blocks", "rows no longer than there are columns")
    work = sum(2 ** (k + 1) * len(block["columns"]) ** 2 for block in x["blocks"])
    form(work <= MAX_PRODUCTS, "blocks", "too much work")
    by_orbit: defaultdict[Vector, int] = defaultdict(int)
    for block in x["blocks"]:
        for number, c in sums(k, block).items():
            by_orbit[degrees(k, number)] += c
    stated, value = x["sums"], sum(by_orbit.values())
    need(stated["value"] == value, "VALUE", "sums.value", stated["value"], value)
    mean = by_orbit.pop((0,) * (k + 1), 0)
    need(stated["mean"] == mean and mean > 0, "MEAN", "sums.mean", stated["mean"], mean)
    free = by_orbit.keys() - wanted_zero(k, order)
    excess = sum(by_orbit[d] for d in free if by_orbit[d] > 0)
    need(stated["excess"] == excess, "EXCESS", "sums.excess", stated["excess"], excess)
    below = mean + excess
    need((claim - 1) * below < value, "CLAIM", "claim.value", claim, f"below {value} / {below} + 1")
    orders = f"order {show(order)}" if order else f"every even order above {2 * k}, odd above {k}"
    return f"at least {show(claim)} neurons of each dihedral representation of {orders}, {k} inputs"
