"""Certificates for widths in dihedral groups that a checker must verify, reject, or refuse."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from margin.minimal_width.shipped import shipped_dihedral
from tests.proofs_check.building.dihedral.oracle import completed
from tests.proofs_check.building.editing import Json, add, canonical, digest, drop, look, put, sealed

SHIPPED = [(2, 0), (2, 4), (3, 0), (3, 3), (3, 4), (3, 6)]
Forgeries = dict[str, dict[str, Json]]
ROW, COLUMN, SINES = "blocks.0.rows.0", "blocks.0.columns.0", "blocks.0.sines"


def true(k: int, order: int = 0) -> Json:
    """A shipped certificate as an object, without its hash."""
    body: Json = json.loads(shipped_dihedral(k, order) or b"")
    del body["sha256"]
    return body


def small(k: int, blocks: list[Json], claim: int, order: int = 0) -> Json:
    """A certificate with these polynomials, its sums computed by the oracle."""
    return completed(stated(k, blocks, claim, order))


def stated(k: int, blocks: list[Json], claim: int, order: int = 0) -> Json:
    """The same with the sums of the constant."""
    return {
        "format": "algebraic-margin certificate",
        "version": 1,
        "claim": {"quantity": "width", "sense": "lower", "value": claim},
        "task": {"kind": "dihedral_width", "k": k, "order": order},
        "blocks": blocks,
        "sums": {"value": 8, "mean": 8, "excess": 0},
    }


def block(sines: list[int], columns: list[list[int]], rows: list[list[int]]) -> Json:
    return {"sines": sines, "columns": columns, "rows": rows}


def constant(k: int = 2, claim: int = 1, order: int = 0) -> Json:
    """phi = 1: the value is the mean, so that it proves one neuron."""
    return small(k, [block([0] * (k + 1), [[0] * (k + 1)], [[1]])], claim, order)


def plus(order: int = 0) -> Json:
    """phi = 2 + cos a_1: its cosine need not vanish, that of 2 a_1 does at large orders."""
    return small(2, [block([0, 0, 0], [[0, 0, 0], [1, 0, 0]], [[2, 1]])], 1, order)


def other_parity() -> Json:
    """phi = 2 + cos a_2 cos a_3: no exponent of the power has these degrees, one of the other parity has."""
    return small(2, [block([0, 0, 0], [[0, 0, 0], [0, 1, 1]], [[2, 1]])], 1)


def valid_files() -> dict[str, Json]:
    files = {f"dihedral-k{k}-order{order}" if order else f"dihedral-k{k}": true(k, order) for k, order in SHIPPED}
    wide = small(2, [block([0, 0, 0], [[0, 0, 0], [8, -8, 0]], [[2**64 - 1, 1 - 2**64]])], 0)
    few = [[1, 2, 1], [1, 0, 1], [-3, 1, 2]]
    mixed = [block(list(sines), few, [[1, 2], [0, 1, -1]]) for sines in product((0, 1), repeat=3)]
    three = [[0, 0, 0, 0], [2, 0, 2, 0], [0, 1, 0, 1]]
    one, no_sine = block([0, 0, 0], [[0, 0, 0]], [[1]]), block([1, 0, 0], [[0, 0, 0]], [[1]])
    files |= {
        "dihedral-constant": constant(),
        "dihedral-constant-order-3": constant(3, order=3),
        "dihedral-constant-order-4-k4": constant(4, order=4),
        "dihedral-one-is-proved": put(plus(), "claim.value", 2),
        "dihedral-weaker-claim": put(true(3), "claim.value", 25),
        "dihedral-claim-zero": put(true(2), "claim.value", 0),
        "dihedral-order-above-2k": put(true(3), "task.order", 8),
        "dihedral-odd-order-above-k": put(true(3), "task.order", 5),
        "dihedral-order-large": put(true(2), "task.order", 2**256 - 1),
        # what vanishes at order 4 does at large orders too
        "dihedral-of-order-4-at-large-orders": put(true(3, 4), "task.order", 0),
        "dihedral-excess": plus(),
        "dihedral-excess-of-the-other-parity": other_parity(),
        "dihedral-excess-order-3": plus(3),
        "dihedral-excess-order-4": plus(4),
        "dihedral-excess-k3-order-4": small(3, [block([0] * 4, three, [[3, 1, 1]])], 1, 4),
        "dihedral-mean-of-1": small(2, [block([0, 0, 0], [[1, 1, 1]], [[1]])], 1),
        "dihedral-reverse": small(2, [block([0, 0, 0], [[0, 0, 0], [1, 2, 4]], [[3, -1]])], 1),
        "dihedral-all-sines": small(2, [block([0, 0, 0], [[0, 0, 0]], [[9]]), *mixed], 1),
        "dihedral-largest-coefficients": wide,
        "dihedral-column-that-is-zero": small(2, [one, no_sine], 1),
        "dihedral-column-twice": small(2, [block([0, 0, 0], [[0, 0, 0], [1, 1, 2], [1, 1, 2]], [[1, 2, -2]])], 1),
        "dihedral-columns-256": small(2, [block([0, 0, 0], [[0, 0, 0]] * 256, [[1]])], 1),
        "dihedral-rows-256": small(2, [block([0, 0, 0], [[0, 0, 0]], [[1]] * 256)], 1),
        "dihedral-blocks-32": small(2, [block([0, 0, 0], [[0, 0, 0]], [[1]])] * 32, 1),
        "dihedral-row-zero": small(2, [block([0, 0, 0], [[0, 0, 0]], [[0], [1]])], 1),
        "dihedral-k4": small(4, [block([0] * 5, [[0] * 5, [1, 0, 1, 0, 0], [0, 2, 0, 0, 2]], [[2, 1, -1]])], 0),
        "dihedral-at-the-limit": at_the_limit(),
    }  # fmt: skip
    return files


def at_the_limit(*beyond: int) -> Json:
    """Four blocks of 250 columns, 32 * 250,000 products, and blocks beyond; rows that use the first column alone."""
    blocks = [block([0] * 5, [[0] * 5] * count, [[1]]) for count in (250, 250, 250, 250, *beyond)]
    return stated(4, blocks, 1) | {"sums": {"value": 32 * len(blocks), "mean": 32 * len(blocks), "excess": 0}}


def forgeries() -> Forgeries:
    two, three, more = true(2), true(3), plus()
    both = small(2, [block([0, 0, 0], [[0, 0, 0]], [[1], [2]])], 1)
    zero = put(put(constant(), ROW, [0]), "sums", {"value": 0, "mean": 0, "excess": 0})
    there = block([0, 0, 0], [[0, 0, 0], [1, 2, 4]], [[3, 1]])
    back = block([0, 0, 0], [[0, 0, 0], [4, 2, 1]], [[1, -4]])
    reverse = small(2, [there, back], 1)
    return {
        "VALUE": {
            "dihedral-one-more": put(two, "sums.value", two["sums"]["value"] + 1),
            "dihedral-one-less": put(two, "sums.value", two["sums"]["value"] - 1),
            "dihedral-doubled": put(three, "sums.value", 2 * three["sums"]["value"]),
            "dihedral-row-left-out": put(both, "blocks.0.rows", [[1]]),
            "dihedral-sine-for-a-cosine": put(small(2, [block([0] * 3, [[1, 0, 0]], [[1]])], 1), SINES, [1, 0, 0]),
        },
        "MEAN": {
            "dihedral-one-more": put(two, "sums.mean", two["sums"]["mean"] + 1),
            "dihedral-zero": put(two, "sums.mean", 0),
            "dihedral-coefficient-changed": put(three, ROW, [look(three, ROW)[0] + 1]),
            "dihedral-halved": put(three, "sums.mean", three["sums"]["mean"] // 2),
            "dihedral-of-no-polynomial": zero,
            "dihedral-no-blocks": put(zero, "blocks", []),
        },
        "EXCESS": {
            "dihedral-zero": put(more, "sums.excess", 0),
            "dihedral-one-less": put(more, "sums.excess", more["sums"]["excess"] - 1),
            "dihedral-one-more": put(more, "sums.excess", more["sums"]["excess"] + 1),
            "dihedral-with-what-vanishes": put(more, "sums.excess", 36),
            "dihedral-of-order-3-at-large-orders": put(true(3, 3), "task.order", 0),
            "dihedral-of-large-orders-at-order-3": put(three, "task.order", 3),
            "dihedral-of-large-orders-at-order-4": put(two, "task.order", 4),
            "dihedral-of-large-orders-at-order-6": put(three, "task.order", 6),
            "dihedral-without-the-other-parity": put(other_parity(), "sums.excess", 0),
            "dihedral-reverse-apart": put(reverse, "sums.excess", reverse["sums"]["excess"] + 6 * 8),
            "dihedral-negative": put(constant(), "sums.excess", -1),
        },
        "CLAIM": {
            **{
                f"dihedral-one-more-k{k}-order{order}": put(
                    true(k, order), "claim.value", true(k, order)["claim"]["value"] + 1
                )
                for k, order in SHIPPED
            },
            "dihedral-exactly-the-quotient": constant(claim=2),
            "dihedral-two-more": put(more, "claim.value", 3),
            "dihedral-huge": put(two, "claim.value", 2**64 - 1),
        },
    }  # fmt: skip


def malformed_files() -> dict[str, bytes]:
    base, big = true(2), true(3)
    one = base["blocks"][0]

    def at(place: str, value: Any, body: Json = base) -> bytes:
        return sealed(put(body, place, value))

    files = {
        "k-1": sealed(stated(1, [block([0, 0], [[0, 0]], [[1]])], 1)),
        "k-5": sealed(stated(5, [block([0] * 6, [[0] * 6], [[1]])], 1)),
        "k-a-float": at("task.k", 2.0),
        "k-true": at("task.k", True),
        "order-1": at("task.order", 1),
        "order-2": at("task.order", 2),
        "order-negative": at("task.order", -3),
        "order-of-2-to-the-256": at("task.order", 2**256),
        "order-a-float": at("task.order", 4.0),
        "order-missing": sealed(drop(base, "task.order")),
        "value-negative": at("claim.value", -1),
        "value-of-2-to-the-64": at("claim.value", 2**64),
        "value-a-fraction": at("claim.value", [6, 1]),
        "value-a-float": at("claim.value", 6.0),
        "version-2": at("version", 2),
        "format-unknown": at("format", "width certificate"),
        "quantity-margin": at("claim.quantity", "margin"),
        "sense-equal": at("claim.sense", "equal"),
        "sense-upper": at("claim.sense", "upper"),
        "sums-missing": sealed(drop(base, "sums")),
        "sums-with-more": at("sums.ratio", 6),
        "excess-a-fraction": at("sums.excess", [0, 1]),
        "mean-a-fraction": at("sums.mean", [1, 1]),
        "value-sum-infinite": at("sums.value", float("inf")),
        "blocks-an-object": at("blocks", {"0": one}),
        "block-a-list": at("blocks.0", [[0, 0, 0], [[0, 0, 0]], [[1]]]),
        "block-without-rows": sealed(drop(base, "blocks.0.rows")),
        "block-with-more": at("blocks.0.order", 4),
        "blocks-33": sealed(stated(2, [block([0] * 3, [[0] * 3], [[1]])] * 33, 1)),
        "sines-too-short": at(SINES, [0, 0]),
        "sines-too-long": at(SINES, [0, 0, 0, 0]),
        "sines-of-2": at(SINES, [0, 2, 0]),
        "sines-negative": at(SINES, [0, -1, 0]),
        "sines-true": at(SINES, [0, True, 0]),
        "sines-a-number": at(SINES, 0),
        "columns-none": at("blocks.0.columns", []),
        "columns-257": sealed(stated(2, [block([0] * 3, [[0] * 3] * 257, [[1]])], 1)),
        "column-too-short": at(COLUMN, [0, 0]),
        "column-too-long": at(COLUMN, [0, 0, 0, 0]),
        "column-of-9": at(COLUMN, [9, 1, 0]),
        "column-of-minus-9": at(COLUMN, [1, -9, 0]),
        "column-a-float": at(COLUMN, [0.0, 0, 0]),
        "column-a-number": at(COLUMN, 0),
        "rows-none": at("blocks.0.rows", []),
        "rows-257": sealed(stated(2, [block([0] * 3, [[0] * 3], [[1]] * 257)], 1)),
        "row-empty": sealed(add(base, "blocks.0.rows", [])),
        "row-too-long": sealed(put(constant(), "blocks.0.rows", [[1, 0]])),
        "row-a-number": at(ROW, 1),
        "coefficient-of-2-to-the-64": at(ROW, [2**64]),
        "coefficient-of-minus-2-to-the-64": at(ROW, [-(2**64)]),
        "coefficient-a-float": at(ROW, [0.5]),
        "products-above-the-limit": sealed(at_the_limit(1)),
        "kind-unknown": at("task.kind", "dihedral"),
        "primal": sealed(base | {"primal": {}}),
        "hash-wrong": canonical(base | {"sha256": digest(big)}),
        "hash-missing": canonical(base),
        "a-list": canonical([base]),
    }
    return {f"dihedral-{name}": data for name, data in files.items()}
