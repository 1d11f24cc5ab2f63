"""Certificates of widths that a checker must verify, reject, or refuse."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, islice
from typing import Any

from margin.minimal_width.shipped import shipped
from tests.proofs_check.building.editing import Json, add, canonical, digest, drop, fraction, look, put, sealed
from tests.proofs_check.building.width.oracle import completed

SHIPPED = [(2, 0), (3, 0), (4, 0), (5, 0), (2, 4), (3, 4), (3, 6), (4, 3)]
Forgeries = dict[str, dict[str, Json]]
ROW, COLUMN = "blocks.0.rows.0", "blocks.0.columns.0"


def true(k: int, order: int = 0) -> Json:
    """A shipped certificate as an object, without its hash."""
    body: Json = json.loads(shipped(k, order) or b"")
    del body["sha256"]
    return body


def small(k: int, blocks: list[Json], claim: int, order: int = 0) -> Json:
    """A certificate with these polynomials, its sums computed by the oracle."""
    return completed(
        {
            "format": "algebraic-margin certificate",
            "version": 1,
            "claim": {"quantity": "width", "sense": "lower", "value": claim},
            "task": {"kind": "width", "k": k, "order": order},
            "blocks": blocks,
        }
    )


def block(pairs: int, columns: list[list[int]], rows: list[list[int]]) -> Json:
    return {"pairs": pairs, "columns": columns, "rows": rows}


def constant(k: int = 2, claim: int = 1, order: int = 0) -> Json:
    """phi = 2: the value is the mean, so that it proves one neuron."""
    return small(k, [block(0, [[0] * k], [[1]])], claim, order)


def positive(order: int = 0, k: int = 2) -> Json:
    """1 + cosines that do not vanish: the excess is most of the value."""
    return small(k, [block(0, [[0] * k, [3, *[0] * (k - 1)], [4, *[1] * (k - 1)]], [[2, 1, 1], [0, 1, 2]])], 1, order)


def valid_files() -> dict[str, Json]:
    files = {f"width-k{k}-order{order}" if order else f"width-k{k}": true(k, order) for k, order in SHIPPED}
    wide = small(3, [block(0, [[0, 0, 0], [8, -8, 0]], [[2**64 - 1, 1 - 2**64]])], 1)
    files |= {
        "width-constant": constant(),
        "width-constant-order-3": constant(3, order=3),
        "width-weaker-claim": put(true(3), "claim.value", 15),
        "width-claim-zero": put(true(2), "claim.value", 0),
        "width-order-above-2k": put(true(3), "task.order", 7),
        "width-odd-order-above-k": put(true(3), "task.order", 5),
        "width-order-large": put(true(2), "task.order", 2**256 - 1),
        "width-excess": positive(),
        "width-excess-order-4": positive(4),
        "width-excess-k3-order-4": positive(4, 3),
        "width-excess-k3-order-3": positive(3, 3),
        "width-linked-weights": linked(),
        "width-largest-coefficients": wide,
        "width-column-that-is-zero": small(2, [block(0, [[0, 0]], [[1]]), block(1, [[2, 2], [2, 0]], [[1, 1]])], 1),
        "width-column-twice": small(2, [block(0, [[0, 0], [1, 1], [1, 1]], [[1, 2, -2]])], 1),
        "width-columns-256": small(2, [block(0, [[0, 0]] * 256, [[1] * 256])], 1),
        "width-rows-256": small(2, [block(0, [[0, 0]], [[1]] * 256)], 1),
        "width-row-zero": small(2, [block(0, [[0, 0]], [[0], [1]])], 1),
        "width-k6": small(6, [block(3, [[1, 0, 0, 0, 0, 0], [1, 0, 1, 0, 1, 0]], [[1, 1]])], 0),
        "width-k6-256-columns": small(6, [block(0, [[0] * 6] * 256, [[1]])], 1),
        "width-at-the-limit": small(6, [block(0, at_the_limit(), [[1]]), block(1, cancelling(), [[1]])], 1),
        "width-columns-that-cancel": small(6, [block(0, [[0] * 6], [[1]]), block(1, cancelling(), [[1]])], 1),
        "width-all-pairs": small(4, [block(j, [[2, 0, 1, -1], [1, 0, 1, 0]], [[1], [1, -1]]) for j in (0, 1, 2)], 1),
    }
    return files


def cancelling() -> list[list[int]]:
    """Columns of many exponents whose coefficients are all 0: what stands in the first row is even, p - p* vanishes."""
    return [[a, 0, -a, b, -b, 0] for a in range(1, 9) for b in range(1, a)]


def different(count: int) -> list[list[int]]:
    """Columns of six different entries, no two of one orbit: 1,440 exponents each after all permutations."""
    falling = combinations(range(8, -9, -1), 6)
    return [list(m) for m in islice((m for m in falling if m > tuple(-x for x in reversed(m))), count)]


def at_the_limit() -> list[list[int]]:
    """256 columns with 1 + 2 + 12 + 60 + 720 + 32 * 1,440 = 46,875 exponents: 12,000,000 products."""
    few = [[0] * 6, [1] * 6, [1, 0, 0, 0, 0, 0], [2, 1, 0, 0, 0, 0], [5, 4, 3, 2, 1, 1], *different(32)]
    return few + [[0] * 6] * (256 - len(few))


def linked() -> Json:
    """Orbits of different weight that are linked, the products of the heavier one positive."""
    return small(3, [block(0, [[0, 0, 0], [2, 1, 1], [2, -1, -1]], [[3, 1, -1], [1, 2, 1]])], 1, 4)


def forgeries() -> Forgeries:
    two, three, plus = true(2), true(3), positive(4, 3)
    both = small(2, [block(0, [[0, 0]], [[1], [2]])], 1)
    zero = put(put(constant(), ROW, [0]), "sums", {"value": 0, "mean": 0, "excess": [0, 1]})
    heavy, free = linked(), completed(put(linked(), "task.order", 0))
    return {
        "VALUE": {
            "width-one-more": put(two, "sums.value", two["sums"]["value"] + 1),
            "width-one-less": put(two, "sums.value", two["sums"]["value"] - 1),
            "width-doubled": put(three, "sums.value", 2 * three["sums"]["value"]),
            "width-of-one-polynomial": put(two, "sums.value", 4),
            "width-coefficient-changed": put(three, ROW, [look(three, ROW)[0] + 1]),
            "width-column-changed": put(two, COLUMN, [1, 1]),
            "width-row-left-out": put(both, "blocks.0.rows", [[1]]),
        },
        "MEAN": {
            "width-one-more": put(two, "sums.mean", two["sums"]["mean"] + 1),
            "width-zero": put(two, "sums.mean", 0),
            "width-halved": put(three, "sums.mean", three["sums"]["mean"] // 2),
            "width-of-no-polynomial": zero,
            "width-no-blocks": put(zero, "blocks", []),
            "width-block-changed": put(two, "blocks.1.rows.0", [look(two, "blocks.1.rows.0")[0] + 1]),
        },
        "EXCESS": {
            "width-zero": put(plus, "sums.excess", [0, 1]),
            "width-a-hair-less": put(plus, "sums.excess", _moved(plus, -1)),
            "width-a-hair-more": put(plus, "sums.excess", _moved(plus, 1)),
            "width-of-large-orders": put(plus, "task.order", 0),
            "width-of-another-order": put(true(3, 4), "task.order", 6),
            "width-of-order-4-at-large-orders": put(true(3, 4), "task.order", 0),
            "width-links-forgotten": put(heavy, "sums.excess", free["sums"]["excess"]),
            "width-of-large-orders-at-order-4": put(true(2), "task.order", 4),
            "width-of-large-orders-at-order-3": put(three, "task.order", 3),
            "width-negative": put(two, "sums.excess", [-1, 1]),
        },
        "CLAIM": {
            **{f"width-one-more-k{k}": put(true(k), "claim.value", true(k)["claim"]["value"] + 1) for k in (2, 3, 4)},
            **{
                f"width-one-more-order{order}-k{k}": put(
                    true(k, order), "claim.value", true(k, order)["claim"]["value"] + 1
                )
                for k, order in ((2, 4), (3, 6))
            },
            "width-exactly-the-quotient": constant(claim=2),
            "width-huge": put(two, "claim.value", 2**64 - 1),
            "width-of-the-constant": constant(claim=3),
        },
    }  # fmt: skip


def _moved(body: Json, direction: int) -> list[int]:
    return fraction(Fraction(*body["sums"]["excess"]) + Fraction(direction, 10**30))


def malformed_files() -> dict[str, bytes]:
    base, big = true(2), true(3)
    one = base["blocks"][0]

    def at(place: str, value: Any, body: Json = base) -> bytes:
        return sealed(put(body, place, value))

    files = {
        "k-1": sealed(small(1, [block(0, [[0]], [[1]])], 1)),
        "k-7": sealed(put(constant(), "task.k", 7) | {"blocks": [block(0, [[0] * 7], [[1]])]}),
        "k-a-float": at("task.k", 2.0),
        "k-true": at("task.k", True),
        "order-1": at("task.order", 1),
        "order-2": at("task.order", 2),
        "order-negative": at("task.order", -3),
        "order-of-2-to-the-256": at("task.order", 2**256),
        "value-negative": at("claim.value", -1),
        "value-of-2-to-the-64": at("claim.value", 2**64),
        "order-a-float": at("task.order", 4.0),
        "order-missing": sealed(drop(base, "task.order")),
        "version-2": at("version", 2),
        "format-unknown": at("format", "width certificate"),
        "quantity-margin": at("claim.quantity", "margin"),
        "sense-equal": at("claim.sense", "equal"),
        "sense-upper": at("claim.sense", "upper"),
        "value-a-fraction": at("claim.value", [6, 1]),
        "value-a-float": at("claim.value", 6.0),
        "value-of-8193-bits": at("claim.value", 2**8192),
        "sums-missing": sealed(drop(base, "sums")),
        "sums-with-more": at("sums.ratio", 6),
        "excess-an-integer": at("sums.excess", 0),
        "excess-not-reduced": at("sums.excess", [2, 4]),
        "mean-a-fraction": at("sums.mean", [1, 1]),
        "value-sum-infinite": at("sums.value", float("inf")),
        "blocks-an-object": at("blocks", {"0": one}),
        "block-a-list": at("blocks.0", [0, [[0, 0]], [[1]]]),
        "block-without-rows": sealed(drop(base, "blocks.0.rows")),
        "block-with-more": at("blocks.0.order", 4),
        "pairs-negative": at("blocks.0.pairs", -1),
        "pairs-above-half": at("blocks.1.pairs", 2),
        "pairs-true": at("blocks.1.pairs", True),
        "pairs-twice": sealed(put(base, "blocks", [one, one])),
        "pairs-descending": sealed(put(base, "blocks", base["blocks"][::-1])),
        "blocks-seven": sealed(put(base, "blocks", [one] * 7)),
        "columns-none": at("blocks.0.columns", []),
        "columns-257": sealed(put(constant(), "blocks", [block(0, [[0, 0]] * 257, [[1]])])),
        "column-too-short": at(COLUMN, [1]),
        "column-too-long": at(COLUMN, [0, 0, 0]),
        "column-of-9": at(COLUMN, [9, 1]),
        "column-of-minus-9": at(COLUMN, [1, -9]),
        "column-a-float": at(COLUMN, [0.0, 0]),
        "column-a-number": at(COLUMN, 0),
        "rows-none": at("blocks.0.rows", []),
        "rows-257": sealed(put(constant(), "blocks", [block(0, [[0, 0]], [[1]] * 257)])),
        "row-empty": sealed(add(base, "blocks.0.rows", [])),
        "row-too-long": sealed(put(constant(), "blocks.0.rows", [[1, 0]])),
        "row-a-number": at(ROW, 1),
        "coefficient-of-2-to-the-64": at(ROW, [2**64]),
        "coefficient-of-minus-2-to-the-64": at(ROW, [-(2**64)]),
        "coefficient-a-fraction": at(ROW, [[1, 2]]),
        "coefficient-a-float": at(ROW, [0.5]),
        "products-above-the-limit": sealed(put(constant(6), "blocks", [block(0, different(92), [[1]])])),
        "products-above-the-limit-in-pairs": sealed(put(constant(6), "blocks", [block(2, different(112), [[1]])])),
        "products-above-the-limit-together": sealed(
            put(constant(6), "blocks", [block(j, different(60), [[1]]) for j in (0, 1, 3)])
        ),
        "kind-unknown": at("task.kind", "widths"),
        "primal": sealed(base | {"primal": {}}),
        "hash-wrong": canonical(base | {"sha256": digest(big)}),
        "hash-missing": canonical(base),
        "spaces": sealed(base).replace(b":", b": "),
        "a-list": canonical([base]),
    }
    return {f"width-{name}": data for name, data in files.items()}
