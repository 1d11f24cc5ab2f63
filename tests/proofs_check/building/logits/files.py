"""Certificates of logits: true ones, forgeries and malformed files, with margins by the definition in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from tests.proofs_check.building.editing import Json, drop, fraction, put

HAIR = Fraction(1, 10**30)
RELU: Json = {"kind": "relu"}
Table = list[list[list[int]]]


def polynomial(*coefficients: Fraction | int) -> Json:
    return {"kind": "polynomial", "coefficients": [fraction(c) for c in coefficients]}


def active(activation: Json, h: Fraction) -> Fraction:
    if activation["kind"] == "relu":
        return max(h, Fraction(0))
    return sum((Fraction(*c) * h**e for e, c in enumerate(activation["coefficients"])), Fraction(0))


def margins(body: Json) -> list[Fraction]:
    """Of every input, one product of fractions at a time."""
    net, n, k = body["network"], body["task"]["n"], body["task"]["k"]
    unit, found = Fraction(1, net["denominator"]), []
    for a in product(range(n), repeat=k):
        logits = [unit * b for b in net["output_bias"]]
        for i, bias in enumerate(net["hidden_bias"]):
            value = active(net["activation"], unit * (sum(net["U"][j][x][i] for j, x in enumerate(a)) + bias))
            logits = [f + value * unit * w for f, w in zip(logits, net["W"][i], strict=True)]
        right = logits.pop(sum(a) % n)
        found.append(right - max(logits))
    return found


def certificate(
    U: Table,
    W: list[list[int]],
    activation: Json = RELU,
    denominator: int = 1,
    *,
    hidden: list[int] | None = None,
    output: list[int] | None = None,
    value: Fraction | None = None,
    right: int | None = None,
) -> Json:
    """A certificate; the value and the number of right inputs are true unless they are given."""
    n, m = len(W[0]), len(W)
    body: Json = {"format": "algebraic-margin certificate", "version": 1}
    body["task"] = {"kind": "addition_logits", "n": n, "k": len(U)}
    body["network"] = {"activation": activation, "denominator": denominator, "U": U, "W": W}
    body["network"] |= {"hidden_bias": hidden or [0] * m, "output_bias": output or [0] * n}
    found = margins(body) if value is None or right is None else []
    value = min(found) if value is None else value
    right = sum(margin > 0 for margin in found) if right is None else right
    return body | {"claim": {"quantity": "logit_margin", "sense": "lower", "value": fraction(value), "right": right}}


IDENTITY: Table = [[[1, 0], [0, 1]]]
UNIT = [[1, 0], [0, 1]]
SQUARES: tuple[Table, list[list[int]]] = ([[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], [[2, -2], [-2, 2]])
MIXED: Table = [[[2, -3, 1], [0, 5, -4], [-2, 1, 3]], [[1, 1, -6], [-2, 0, 2], [4, -1, 1]]]
OUTPUTS = [[3, -1, 0], [-2, 5, 1], [4, -4, 2]]
CUBIC = polynomial(Fraction(1, 2), -1, Fraction(-2, 3), 1)
BIASES: dict[str, Any] = {"hidden": [1, -2, 3], "output": [-5, 7, 2]}


def valid_files() -> dict[str, Json]:
    biased = certificate(MIXED, OUTPUTS, denominator=2, **BIASES)
    return {
        "relu-identity": certificate(IDENTITY, UNIT),
        "relu-identity-half": certificate(IDENTITY, UNIT, value=Fraction(1, 2), right=2),
        "relu-all-zero": certificate([[[0], [0]]], [[0, 0]]),
        "relu-biased": biased,
        "relu-biased-loose": put(biased, "claim.value", [-1000, 1]),
        "relu-output-bias-alone": certificate([[[0], [0]]], [[0, 0]], denominator=3, output=[5, -2]),
        "relu-hidden-bias-alone": certificate([[[0], [0]], [[0], [0]]], [[1, -3]], denominator=7, hidden=[4]),
        "square": certificate(*SQUARES, polynomial(0, 0, 1)),
        "square-denominator": certificate(*SQUARES, polynomial(0, 0, 1), 5),
        "square-with-a-constant": certificate(*SQUARES, polynomial(Fraction(3, 7), 0, 1), 5),
        "cubic-biased": certificate(MIXED, OUTPUTS, CUBIC, 3, **BIASES),
        "cubic-three-inputs": certificate([*MIXED, MIXED[0]], OUTPUTS, CUBIC, 3, **BIASES),
        "linear": certificate(MIXED, OUTPUTS, polynomial(0, 1), 2),
        "constant": certificate(MIXED, OUTPUTS, polynomial(Fraction(1, 3), 0), 2),
        "coefficient-of-1024-bits": certificate(IDENTITY, UNIT, polynomial(Fraction(1, 2**1024), 1)),
        "degree-64": certificate(IDENTITY, UNIT, _monomial(64), 3),
        "long-value": certificate(IDENTITY, UNIT, denominator=2**1200 + 1),
        "full-slot": certificate([[[100], [0]]], [[0, -300]]),
        "large-coefficient": certificate([[[999, 0], [0, 999]]], UNIT, polynomial(0, 999)),
        "bias-fills-the-slot": certificate([[[200], [0]]], [[100, 0]], denominator=200, output=[100, 0]),
        "inputs-12": certificate([[[1], [-1]]] * 12, [[1, -1]]),
    }


def forgeries() -> dict[str, dict[str, Json]]:
    files = valid_files()
    margin: dict[str, Json] = {}
    for name in ("relu-identity", "relu-biased", "square-denominator", "cubic-biased", "linear", "long-value"):
        value = Fraction(*files[name]["claim"]["value"])
        margin[f"{name}-hair"] = put(files[name], "claim.value", fraction(value + HAIR / 2**2500))
        margin[f"{name}-maximum"] = put(files[name], "claim.value", fraction(max(margins(files[name])) + HAIR))
    biased, cubic = files["relu-biased"], files["cubic-biased"]
    without = certificate(MIXED, OUTPUTS, denominator=2)
    margin["biases-forgotten"] = put(biased, "claim.value", without["claim"]["value"])
    undivided = certificate(MIXED, OUTPUTS, CUBIC, 3, hidden=BIASES["hidden"], output=[-45, 63, 18])
    margin["output-bias-of-another-unit"] = put(undivided, "claim.value", [0, 1])
    margin["sign-forgotten"] = put(cubic, "claim.value", fraction(-Fraction(*cubic["claim"]["value"])))
    accuracy: dict[str, Json] = {}
    for name in ("relu-identity", "relu-all-zero", "relu-biased", "square", "cubic-biased", "relu-output-bias-alone"):
        right = files[name]["claim"]["right"]
        accuracy[f"{name}-one-more"] = put(files[name], "claim.right", right + 1)
        accuracy[f"{name}-one-fewer"] = put(files[name], "claim.right", right - 1)
    accuracy["ties-are-right"] = put(files["relu-all-zero"], "claim.right", 2)
    accuracy["none"] = put(files["relu-identity"], "claim.right", 0)
    accuracy["too-many-before-the-margin"] = put(put(biased, "claim.value", [9999, 1]), "claim.right", 10)
    accuracy["looked-at-before-the-margin"] = put(put(biased, "claim.value", [9999, 1]), "claim.right", -1)
    accuracy |= {f"at-the-limit-{name}": _refused(body) for name, body in _at_the_limit().items()}
    return {"MARGIN": margin, "ACCURACY": accuracy}


def _refused(body: Json) -> Json:
    return put(body, "claim.right", -1)


def long_weight(n: int, k: int, width: int, bits: int, activation: Json = RELU, denominator: int = 1) -> Json:
    """All weights 1 but one of so many bits, without evaluating them."""
    U: Table = [[[1] * width for _ in range(n)] for _ in range(k)]
    U[0][0][0] = 2**bits - 1
    return certificate(U, [[1] * n] * width, activation, denominator, value=Fraction(0), right=0)


def _monomial(degree: int) -> Json:
    return polynomial(*[0] * degree, 1)


def _at_the_limit() -> dict[str, Json]:
    return {
        "relu": long_weight(7, 6, 44, 945),
        "relu-few": long_weight(14, 4, 32, 1465),
        "slots": long_weight(2, 1, 6400, 403, _monomial(62)),
        "square": long_weight(7, 5, 37, 1428, _monomial(2)),
        "cube": long_weight(10, 6, 18, 117, _monomial(3)),
    }


def malformed_files() -> dict[str, Json]:
    good = certificate(MIXED, OUTPUTS, CUBIC, 3, **BIASES)
    files = {f"missing-{key}": drop(good, ("network", key)) for key in sorted(good["network"])}
    files |= {f"missing-{key}": drop(good, key) for key in ("claim", "format", "version", "network")}
    files |= {f"missing-claim-{key}": drop(good, ("claim", key)) for key in sorted(good["claim"])}
    changes: dict[str, tuple[str, Any]] = {
        "another-format": ("format", "certificate"),
        "version-2": ("version", 2),
        "quantity-margin": ("claim.quantity", "margin"),
        "sense-upper": ("claim.sense", "upper"),
        "sense-equal": ("claim.sense", "equal"),
        "value-a-number": ("claim.value", [[1, 1, 2]]),
        "value-not-reduced": ("claim.value", [2, 4]),
        "right-a-fraction": ("claim.right", [9, 1]),
        "right-true": ("claim.right", True),
        "task-key": ("task", {"kind": "addition_logits", "n": 3, "k": 2, "p": 3}),
        "n-is-1": ("task.n", 1),
        "n-is-4": ("task.n", 4),
        "n-of-257-bits": ("task.n", 2**256),
        "k-is-0": ("task.k", 0),
        "k-is-1": ("task.k", 1),
        "k-is-65": ("task.k", 65),
        "denominator-0": ("network.denominator", 0),
        "denominator-negative": ("network.denominator", -3),
        "hidden-bias-longer": ("network.hidden_bias", [0] * 4),
        "hidden-bias-none": ("network.hidden_bias", []),
        "output-bias-shorter": ("network.output_bias", [0] * 2),
        "weights-ragged": ("network.U.0.1", [0, 1]),
        "weights-row-missing": ("network.U.0", MIXED[0][:2]),
        "weights-input-missing": ("network.U", MIXED[:1]),
        "weights-a-fraction": ("network.U.0.0.0", [1, 2]),
        "weights-true": ("network.W.0.0", True),
        "outputs-ragged": ("network.W.0", [1, 2]),
        "outputs-one-fewer": ("network.W", OUTPUTS[:2]),
        "activation-a-text": ("network.activation", "relu"),
        "activation-unknown": ("network.activation", {"kind": "gelu"}),
        "activation-relu-with-coefficients": ("network.activation", {"kind": "relu", "coefficients": [[1, 1]]}),
        "activation-without-coefficients": ("network.activation", {"kind": "polynomial"}),
        "activation-one-coefficient": ("network.activation", polynomial(1)),
        "activation-66-coefficients": ("network.activation", polynomial(*[0] * 65, 1)),
        "activation-integers": ("network.activation", {"kind": "polynomial", "coefficients": [1, 2]}),
        "activation-of-1025-bits": ("network.activation", polynomial(Fraction(1, 2**1024 + 1), 1)),
    }
    files |= {name: put(good, place, value) for name, (place, value) in changes.items()}
    empty = certificate([[[1], [1]]], [[1, 1]])
    empty["network"] |= {"U": [[[], []]], "W": [], "hidden_bias": []}
    files["no-neuron"] = empty
    files["one-label"] = certificate([[[1]]], [[1]], value=Fraction(0), right=0)
    files["no-inputs"] = certificate([], [[1, 1]], value=Fraction(0), right=0)
    files["without-labels"] = put(
        put(put(good, "network.W", [[], [], []]), "network.output_bias", []), "network.U", [[], []]
    )
    files |= {f"work-{name}": body for name, body in _beyond().items()}
    return files


def _beyond() -> dict[str, Json]:
    return {
        "slots": long_weight(2, 1, 6401, 403, _monomial(62)),
        "relu": long_weight(8, 6, 28, 727),
        "relu-few": long_weight(23, 3, 24, 2408),
        "square": long_weight(28, 3, 12, 1150, _monomial(2)),
        "cube": long_weight(36, 2, 21, 2139, _monomial(3)),
        "many-inputs": certificate([[[1], [-1]]] * 30, [[1, -1]], value=Fraction(0), right=0),
        "long-polynomial": long_weight(2, 5, 3, 8000, _monomial(64)),
    }
