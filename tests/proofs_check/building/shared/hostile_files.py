"""Certificates of a shared embedding made to be slow or large."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from margin.shared.classes import units, wrong_labels
from margin.shared.squares import program
from tests.proofs_check.building.editing import Json, sealed
from tests.proofs_check.building.shared.files import head, small

LARGEST = 2**64 - 1


def _dual(n: int, k: int, extra: int = 1, entry: int = LARGEST) -> bytes:
    """As many large entries as fit, and weights for all classes, whose rest is not what is stated."""
    blocks = [[[entry - i] * (i + 1) for i in range(block.size)] for block in program(n, k).blocks]
    weights = [LARGEST - i for i in range(len(wrong_labels(n, k)))]
    dual = {"extra": extra, "weights": weights, "scale": LARGEST, "bound": 2**256 - 1, "blocks": blocks, "rest": 0}
    return sealed(head(n, k, "upper", dual=dual))


def _primal(n: int, k: int, most: int = 2_000_000) -> bytes:
    """As many neurons as there may be, large and nearly alike, whose gap is not what is stated."""
    neurons = most // (len(wrong_labels(n, k)) * n * len(units(n)))
    listed: list[Json] = [
        {"u": [LARGEST - i - j for i in range(n)], "w": [LARGEST - i * j for i in range(n)], "mass": LARGEST, "norm": 0}
        for j in range(neurons)
    ]
    for neuron in listed:
        neuron["norm"] = 2**400
    return sealed(head(n, k, "lower", primal={"neurons": listed, "gap": [0, 1]}))


def _stated(**changes: object) -> bytes:
    body = small()
    return sealed(body | {"primal": body["primal"] | changes})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "shared-dual-n30": partial(_dual, 30, 2, entry=2**45),
    "shared-dual-n31": partial(_dual, 31, 2),
    "shared-dual-n32": partial(_dual, 32, 2, entry=2**45),
    "shared-dual-n13-k3": partial(_dual, 13, 3),
    "shared-dual-n10-k3": partial(_dual, 10, 3),
    "shared-dual-n5-k4": partial(_dual, 5, 4),
    "shared-primal-n32": partial(_primal, 32, 2),
    "shared-primal-n10": partial(_primal, 10, 2),
    "shared-primal-n8-k4": partial(_primal, 8, 4),
    "shared-primal-n5-k5": partial(_primal, 5, 5),
    "shared-too-many-neurons": lambda: _stated(neurons=small()["primal"]["neurons"] * 60_000),
    "shared-many-empty-neurons": lambda: _stated(neurons=[{}] * 1_000_000),
    "shared-long-integers": lambda: _stated(neurons=[[2**8000] * 1500]),
    "shared-too-many-weights": lambda: _dual(5, 2).replace(b'"weights":[', b'"weights":[' + b"1," * 10**6),
    "shared-brackets": lambda: b'{"kind":"shared_embedding"' + b"[" * 10**6,
}
