"""Certificates of a shared embedding that a checker must verify, reject, or refuse."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.proofs_check.building.editing import Json, canonical, digest, drop, fraction, look, put, sealed
from tests.proofs_check.building.shared import oracle

DATA = Path(__file__).parents[3] / "data" / "shared.json"
Forgeries = dict[str, dict[str, Json]]
NEURON, ROW = "primal.neurons.0", "dual.blocks.0"


@cache
def _solved() -> dict[tuple[int, int], Json]:
    bodies: list[Json] = json.loads(DATA.read_text("utf-8"))
    return {(body["task"]["n"], body["task"]["k"]): body for body in bodies}


def solved(n: int, k: int = 2, sense: str = "enclosure") -> Json:
    """An optimal certificate as an object, without its hash; of one side where the sense says so."""
    body = deepcopy(_solved()[n, k])
    low, high = body["claim"]["value"]
    if sense != "enclosure":
        del body["dual" if sense == "lower" else "primal"]
        body["claim"] = {"quantity": "margin", "sense": sense, "value": low if sense == "lower" else high}
    return body


def head(n: int, k: int, sense: str, **parts: Json) -> Json:
    return {
        "format": "algebraic-margin certificate",
        "version": 1,
        "claim": {"quantity": "margin", "sense": sense, "value": [0, 1]},
        "task": {"kind": "shared_embedding", "n": n, "k": k},
        **parts,
    }


def network(n: int, k: int, neurons: list[tuple[list[int], list[int], int]]) -> Json:
    """A network with the norms, the gap and the claim that the oracle computes."""
    listed = [{"u": u, "w": w, "mass": mass, "norm": 0} for u, w, mass in neurons]
    return oracle.completed(head(n, k, "lower", primal={"neurons": listed, "gap": [0, 1]}))


def squares(n: int, k: int, extra: int, seed: int, bound: int = 50, zero: int = 0) -> Json:
    """Any class weights and any small factors, with the rest and the claim that the oracle computes.

    The last rows are shortened by `zero`; the first class weight is 0 where there is another one.
    """
    random, classes = Random(seed), oracle.classes(n, k)
    counts = [len(oracle.monomials(n, k, extra, s)) for s in oracle.charges(n)]
    blocks = [[[random.randint(-3, 3) for _ in range(max(0, i + 1 - zero))] for i in range(m)] for m in counts]
    dual = {
        "extra": extra,
        "weights": [random.randint(1, 9) * (i > 0 or len(classes) == 1) for i in range(len(classes))],
        "scale": 1 + seed % 3,
        "bound": bound,
        "blocks": blocks,
        "rest": 0,
    }
    return oracle.completed(head(n, k, "upper", dual=dual))


def small(n: int = 3, k: int = 2) -> Json:
    """One neuron with u = (2, -1, .., -1), w alike: a positive gap."""
    vector = [n - 1, *[-1] * (n - 1)]
    return network(n, k, [(vector, vector, 1)])


def moved(value: list[int], step: Fraction | int) -> list[int]:
    return fraction(Fraction(*value) + step)


@cache
def valid_files() -> dict[str, Json]:
    hair = Fraction(1, 10**40)
    files = {
        f"shared-{sense}-n{n}-k{k}": solved(n, k, sense) for n, k in ((3, 2), (2, 3)) for sense in ("lower", "upper")
    }
    files |= {f"shared-n{n}-k{k}": solved(n, k) for n, k in _solved()}
    weak = solved(5)
    low, high = weak["claim"]["value"]
    negative = network(3, 2, [([1, 1, 1], [1, 0, 0], 1), ([2, 1, 0], [0, 1, 0], 2)])
    lower = small()
    files |= {
        "shared-weaker-claim": put(weak, "claim.value", [moved(low, -hair), moved(high, hair)]),
        "shared-wide-claim": put(weak, "claim.value", [[-5, 1], [1, 1]]),
        "shared-upside-down": put(put(lower, "claim.value", [-1, 7]), f"{NEURON}.mass", 1),
        "shared-one-neuron": lower,
        "shared-neuron-k3": small(4, 3),
        "shared-neuron-n2-k4": small(2, 4),
        "shared-neuron-n5-k5": small(5, 5),
        "shared-neuron-n6": small(6),
        "shared-neuron-n32": small(32),
        "shared-gap-below-0": negative,
        "shared-norm-too-large": proved(put(lower, f"{NEURON}.norm", lower["primal"]["neurons"][0]["norm"] + 9)),
        "shared-mass-0": network(3, 2, [([2, -1, -1], [2, -1, -1], 3), ([1, 5, 1], [0, 0, 1], 0)]),
        "shared-total-1": network(2, 2, [([0, 0], [1, 0], 1)]),
        "shared-zero-neuron": network(3, 2, [([2, -1, -1], [2, -1, -1], 3), ([0, 0, 0], [0, 0, 0], 7)]),
        "shared-largest-integers": network(2, 2, [([2**64 - 1, 1 - 2**64], [2**64 - 1, 1 - 2**64], 2**64 - 1)]),
        "shared-largest-norm": proved(put(lower, f"{NEURON}.norm", 2**512 - 1)),
        "shared-squares-n2": squares(2, 2, 1, 1),
        "shared-squares-n2-k5": squares(2, 5, 3, 2),
        "shared-squares-extra-0": squares(4, 2, 0, 3),
        "shared-squares-extra-2": squares(3, 2, 2, 4),
        "shared-squares-n6": squares(6, 2, 1, 5),
        "shared-squares-n8": squares(8, 2, 0, 16, bound=0),
        "shared-squares-n10": squares(10, 2, 0, 14),
        "shared-squares-k3": squares(4, 3, 0, 6),
        "shared-squares-bound-0": squares(3, 2, 1, 7, bound=0),
        "shared-squares-short-rows": squares(4, 2, 1, 8, zero=3),
        "shared-squares-largest": largest(),
        "shared-equal-to-the-root": _rational(),
    }
    return files


def proved(body: Json) -> Json:
    """The same with the claim that its parts as they stand prove."""
    low, high = map(fraction, oracle.ends(body))
    values = {"enclosure": [low, high], "lower": low, "upper": high}
    return put(body, "claim.value", values[body["claim"]["sense"]])


def largest() -> Json:
    """Weights, scale, entries and bound as large as they may be."""
    body = squares(2, 2, 0, 1)
    dual = body["dual"] | {"weights": [2**64 - 1, 0], "scale": 2**64 - 1, "bound": 2**256 - 1}
    dual["blocks"] = [[[2**64 - 1 if x > 0 else 1 - 2**64 for x in row] for row in block] for block in dual["blocks"]]
    return oracle.completed(body | {"dual": dual})


def empty() -> Json:
    """Nothing in the network: whatever is claimed of it, v 0 <= 0."""
    body = put(small(), NEURON, {"u": [0, 0, 0], "w": [0, 0, 0], "mass": 1, "norm": 0})
    return put(put(body, "primal.gap", [0, 1]), "claim.value", [1, 1])


@cache
def forgeries() -> Forgeries:
    three, five, one = solved(3), solved(5), small()
    hair = Fraction(1, 10**40)
    (low, high), norm = five["claim"]["value"], one["primal"]["neurons"][0]["norm"]
    rest = five["dual"]["rest"]
    entry = look(five, ROW)
    swapped = put(five, "dual.blocks", five["dual"]["blocks"])
    swapped["dual"]["weights"] = five["dual"]["weights"][::-1]
    random = squares(4, 2, 1, 9)
    return {
        "ROOT": {
            "shared-one-less": put(one, f"{NEURON}.norm", norm - 1),
            "shared-0": put(one, f"{NEURON}.norm", 0),
            "shared-larger-u": put(one, f"{NEURON}.u", [3, -1, -1]),
            "shared-larger-w": put(one, f"{NEURON}.w", [3, -1, -1]),
            "shared-second-neuron": put(three, "primal.neurons.1.norm", look(three, "primal.neurons.1.norm") // 2),
            "shared-no-mass": put(one, f"{NEURON}.mass", 0),
            "shared-nothing": empty(),
            "shared-of-k-2-at-k-3": put(small(3, 3), f"{NEURON}.norm", small(3, 2)["primal"]["neurons"][0]["norm"]),
        },
        "GAP": {
            "shared-a-hair-more": put(five, "primal.gap", moved(five["primal"]["gap"], hair)),
            "shared-a-hair-less": put(five, "primal.gap", moved(five["primal"]["gap"], -hair)),
            "shared-doubled": put(one, "primal.gap", moved(one["primal"]["gap"], Fraction(*one["primal"]["gap"]))),
            "shared-mass-changed": put(three, f"{NEURON}.mass", look(three, f"{NEURON}.mass") + 1),
            "shared-u-turned": put(five, f"{NEURON}.u", [*look(five, f"{NEURON}.u")[1:], look(five, f"{NEURON}.u")[0]]),
            "shared-w-negated": put(one, f"{NEURON}.w", [-x for x in look(one, f"{NEURON}.w")]),
            "shared-neuron-left-out": put(three, "primal.neurons", look(three, "primal.neurons")[:1]),
            "shared-of-another-n": put(small(4), "primal.gap", small(3)["primal"]["gap"]),
        },
        "REST": {
            "shared-one-less": put(five, "dual.rest", rest - 1),
            "shared-one-more": put(five, "dual.rest", rest + 1),
            "shared-0": put(five, "dual.rest", 0),
            "shared-entry-changed": put(five, f"{ROW}.0.0", entry[0][0] + 1),
            "shared-last-entry-changed": put(random, f"{ROW}.{len(random['dual']['blocks'][0]) - 1}.0", 7),
            "shared-row-shortened": put(five, f"{ROW}.2", entry[2][:2]),
            "shared-bound-one-less": put(five, "dual.bound", five["dual"]["bound"] - 1),
            "shared-scale-one-more": put(five, "dual.scale", five["dual"]["scale"] + 1),
            "shared-weights-reversed": swapped,
            "shared-weights-doubled": put(five, "dual.weights", [2 * x for x in five["dual"]["weights"]]),
            "shared-blocks-of-another": put(random, "dual.blocks", squares(4, 2, 1, 10)["dual"]["blocks"]),
        },
        "CLAIM": {
            "shared-lower-a-hair-more": put(one, "claim.value", moved(one["claim"]["value"], hair)),
            "shared-upper-too-small": put(solved(3, 2, "upper"), "claim.value", three["claim"]["value"][0]),
            "shared-lower-end": put(five, "claim.value", [high, high]),
            "shared-upper-end": put(five, "claim.value", [low, low]),
            "shared-exchanged": put(five, "claim.value", [high, low]),
            "shared-upper-negative": put(solved(3, 2, "upper"), "claim.value", [-1, 1]),
            "shared-upper-end-negative": put(five, "claim.value", [low, [-1, 1]]),
            "shared-upper-0": put(solved(3, 2, "upper"), "claim.value", [0, 1]),
            "shared-of-separate-embeddings": put(solved(3, 2, "lower"), "claim.value", [157, 1000]),
            "shared-lower-1": put(solved(2, 3, "lower"), "claim.value", [1, 1]),
            "shared-gap-below-0": put(valid_files()["shared-gap-below-0"], "claim.value", [0, 1]),
            "shared-a-hair-less": _tight(2),
            "shared-a-hair-less-k3": _tight(3),
        },
    }  # fmt: skip


def _rational() -> Json:
    """At n = 3 and k = 2 the root is rational: 2 T / 27, and it is claimed."""
    body = squares(3, 2, 1, 15)
    dual = body["dual"]
    total = 2 * sum(dual["weights"])
    largest = Fraction(total * dual["bound"] + dual["rest"], total * dual["scale"] ** 2)
    return put(body, "claim.value", fraction(2 * largest / 27))


def _tight(k: int) -> Json:
    """2^-80 and more below what a sum of squares proves."""
    body = squares(3, k, 0, 12)
    return put(body, "claim.value", moved(body["claim"]["value"], -Fraction(1, 2**79)))


@cache
def malformed_files() -> dict[str, bytes]:
    base, one, up = solved(3), small(), solved(3, 2, "upper")

    def at(place: str, value: Any, body: Json = base) -> bytes:
        return sealed(put(body, place, value))

    files = {
        "k-1": at("task.k", 1, one),
        "k-6": sealed(put(small(2, 5), "task.k", 6)),
        "k-true": at("task.k", True),
        "n-1": at("task.n", 1, one),
        "n-33": sealed(put(small(32), "task.n", 33)),
        "n-of-2-to-the-15": at("task.n", 2**15),
        "n-a-float": at("task.n", 3.0),
        "n-9-k-4": at("task", {"kind": "shared_embedding", "n": 9, "k": 4}, one),
        "version-2": at("version", 2),
        "version-true": at("version", True),
        "format-unknown": at("format", "certificate"),
        "quantity-squared": at("claim.quantity", "squared_margin"),
        "sense-equal": at("claim.sense", "equal"),
        "sense-missing": sealed(drop(base, "claim.sense")),
        "sense-a-list": at("claim.sense", ["lower"]),
        "lower-with-a-dual": at("claim", one["claim"]),
        "upper-with-a-primal": at("claim", up["claim"]),
        "enclosure-of-one": at("claim.value", [[0, 1]]),
        "enclosure-of-three": at("claim.value", [[0, 1], [1, 1], [1, 1]]),
        "enclosure-of-a-fraction": at("claim.value", [1, 2]),
        "value-a-number": at("claim.value", [[1, 1, 2]], one),
        "value-not-reduced": at("claim.value", [2, 4], one),
        "value-of-2": at("claim.value", [[0, 1], [1, 1]], one),
        "kind-unknown": at("task.kind", "shared"),
        "primal-missing": sealed(drop(base, "primal")),
        "dual-missing": sealed(drop(base, "dual")),
        "norm-there": sealed(base | {"norm": {"inner": 2, "outer": 3}}),
        "neurons-none": at("primal.neurons", [], one),
        "neurons-an-object": at("primal.neurons", {}, one),
        "neuron-with-more": at(f"{NEURON}.phase", 0, one),
        "neuron-without-norm": sealed(drop(one, f"{NEURON}.norm")),
        "u-short": at(f"{NEURON}.u", [2, -1], one),
        "u-long": at(f"{NEURON}.u", [2, -1, -1, 0], one),
        "w-short": at(f"{NEURON}.w", [2, -1], one),
        "u-of-2-to-the-64": at(f"{NEURON}.u", [2**64, -1, -1], one),
        "w-of-minus-2-to-the-64": at(f"{NEURON}.w", [-(2**64), -1, -1], one),
        "u-a-fraction": at(f"{NEURON}.u", [[2, 1], -1, -1], one),
        "mass-negative": at(f"{NEURON}.mass", -1, one),
        "mass-of-2-to-the-64": at(f"{NEURON}.mass", 2**64, one),
        "norm-negative": at(f"{NEURON}.norm", -99, one),
        "norm-of-2-to-the-512": at(f"{NEURON}.norm", 2**512, one),
        "gap-an-integer": at("primal.gap", 1, one),
        "primal-with-more": at("primal.width", 3, one),
        "extra-negative": at("dual.extra", -1),
        "extra-4": sealed(squares(2, 2, 4, 1)),
        "extra-other": at("dual.extra", 0),
        "weights-short": at("dual.weights", [1], up),
        "weights-long": at("dual.weights", [1, 1, 1], up),
        "weights-0": at("dual.weights", [0, 0], up),
        "weights-negative": at("dual.weights", [-1, 2], up),
        "weights-of-2-to-the-64": at("dual.weights", [2**64, 2], up),
        "scale-0": at("dual.scale", 0, up),
        "scale-of-2-to-the-64": at("dual.scale", 2**64, up),
        "bound-negative": at("dual.bound", -1, up),
        "bound-of-2-to-the-256": at("dual.bound", 2**256, up),
        "rest-negative": at("dual.rest", -1, up),
        "rest-of-2-to-the-512": at("dual.rest", 2**512, up),
        "rest-a-fraction": at("dual.rest", [1, 1], up),
        "blocks-one-less": at("dual.blocks", look(up, "dual.blocks")[:1], up),
        "blocks-one-more": at("dual.blocks", [*look(up, "dual.blocks"), []], up),
        "blocks-an-object": at("dual.blocks", {}, up),
        "block-a-row-less": at(ROW, look(up, ROW)[:-1], up),
        "block-a-row-more": at(ROW, [*look(up, ROW), [1]], up),
        "row-too-long": at(f"{ROW}.0", [1, 1], up),
        "row-a-number": at(f"{ROW}.0", 1, up),
        "entry-of-2-to-the-64": at(f"{ROW}.0", [2**64], up),
        "entry-of-minus-2-to-the-64": at(f"{ROW}.0", [-(2**64)], up),
        "entry-a-float": at(f"{ROW}.0", [0.5], up),
        "kernels-above-the-limit": at("task", {"kind": "shared_embedding", "n": 6, "k": 4}, up),
        "cubes-above-the-limit": at("dual.extra", 3, put(up, "task.n", 11) | {}),
        "too-many-neurons": at("primal.neurons", look(small(8, 4), "primal.neurons") * 700, small(8, 4)),
        "dual-a-list": at("dual", [], up),
        "claim-a-list": at("claim", [], up),
        "hash-wrong": canonical(base | {"sha256": digest(up)}),
        "hash-missing": canonical(base),
        "spaces": sealed(base).replace(b":", b": "),
        "a-list": canonical([base]),
    }
    return {f"shared-{name}": data for name, data in files.items()}
