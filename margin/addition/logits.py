"""Certificates of a network's logits on addition mod n: its accuracy and its least margin, biases and ReLU allowed."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.addition.certificate import MOST_COMMON, weights_certificate
from margin.answers.sealing import ADDITION_WORK as MOST_WORK
from margin.answers.sealing import MOST_BITS, MOST_BYTES, Json, fraction, sealed
from margin.networks.activations import Polynomial, Power, ReLU
from margin.networks.integer_margin import float_below, round_down
from margin.tasks import ModularAddition, SharedEmbedding

if TYPE_CHECKING:
    from margin.networks.network import Network

COARSER = (24, 20, 16, 12, 10, 8)  # bits, where the weights as they are take too many steps
MOST_SLOTS, MOST_COEFFICIENTS = 4 * 10**7, 65  # bytes; of a polynomial (proofs_check/formats/LOGITS.md)


class LogitsCertificate(NamedTuple):
    """The bytes of a certificate and what it proves; `exact` if the weights are certified as they are, not rounded."""

    content: bytes
    least_margin: Fraction
    right: int
    inputs: int
    exact: bool

    @property
    def statement(self) -> str:
        least = float_below(self.least_margin)
        return f"least logit margin >= {least:.17g} and {self.right} of {self.inputs} inputs right"

    @property
    def accuracy(self) -> float:
        """The share of the inputs that are right: f[y] is larger than every other logit."""
        return self.right / self.inputs


class _Weights(NamedTuple):
    """Python integers in units of 1 / denominator."""

    denominator: int
    U: list[list[list[int]]]
    hidden_bias: list[int]
    W: list[list[int]]
    output_bias: list[int]


def logits_certificate(
    network: Network, hidden_bias: ArrayLike | None = None, output_bias: ArrayLike | None = None
) -> LogitsCertificate:
    """Certificate of the least margin in logits and the accuracy, over all inputs, of a network with biases.

    hidden_bias has shape (m,), output_bias (n,); without them they are 0. The weights are certified exactly as they
    are where a checker can evaluate that; else they are rounded to multiples of the finest of 2^-24..2^-8 of the
    largest weight that it can. Raises ValueError for another task than addition mod n, another activation than ReLU,
    x^k and polynomials, biases of another shape or not finite, and beyond the limits of the format.
    """
    task, activation = network.on, network.activation
    separate = not isinstance(task, SharedEmbedding)
    if not (isinstance(task, ModularAddition) and separate and isinstance(activation, ReLU | Power | Polynomial)):
        raise ValueError(
            f"certify: logits on {task} with activation {activation}; certificates of logits exist for addition mod n"
            " with ReLU, x^k or a polynomial"
        )
    arrays = [
        network.U,
        _bias("hidden_bias", hidden_bias, network.width),
        network.W,
        _bias("output_bias", output_bias, task.n),
    ]
    coefficients = _coefficients(activation)
    for bits in (None, *COARSER):
        weights = _exactly(arrays) if bits is None else _rounded(arrays, bits)
        if weights is not None and _fits(task, weights, coefficients):
            break
    else:
        raise ValueError(
            f"certify: {network.width} neurons on {task.counted} inputs take more than {MOST_WORK:.0e} steps to"
            f" check (or {MOST_BYTES} bytes) even with weights of {COARSER[-1]} bits; choose a smaller network"
        )
    least, right = _evaluate(task, weights, coefficients)
    value = round_down(least) if least >= 0 else -_round_up(-least)
    stated: Json = {"quantity": "logit_margin", "sense": "lower", "value": fraction(value), "right": right}
    kind: Json = {"kind": "relu"}
    if coefficients is not None:
        kind = {"kind": "polynomial", "coefficients": [fraction(c) for c in coefficients]}
    body: Json = {"format": "algebraic-margin certificate", "version": 1, "claim": stated}
    body["task"] = {"kind": "addition_logits", "n": task.n, "k": task.k}
    body["network"] = {"activation": kind, **weights._asdict()}
    return LogitsCertificate(sealed(body), value, right, task.population, bits is None)


class Certified(NamedTuple):
    """A certificate's bytes and what it proves: a lower bound on gamma*, or accuracy and least margin in logits."""

    content: bytes
    claim: str
    gamma: Fraction | None
    logits: LogitsCertificate | None


def certificate_of(
    network: Network, hidden_bias: ArrayLike | None = None, output_bias: ArrayLike | None = None
) -> Certified:
    """The strongest certificate that a network has.

    A lower bound on gamma* for x^k without biases and a margin that is positive, else accuracy and least margin in
    logits. Raises ValueError for what has neither.
    """
    biased = any(bias is not None and np.any(bias) for bias in (hidden_bias, output_bias))
    task = network.on
    separate = not isinstance(task, SharedEmbedding)
    powers = isinstance(task, ModularAddition) and separate and network.activation == Power(task.k)
    if powers and not biased and network.margin() > 0:
        content, value = weights_certificate(network)
        said = f"gamma* >= {float_below(value):.17g} for {task}: the normalised margin of these weights, rounded"
        return Certified(content, said, value, None)
    logits = logits_certificate(network, hidden_bias, output_bias)
    said = f"{logits.statement} for {task}: these weights{'' if logits.exact else ', rounded'}"
    return Certified(logits.content, said, None, logits)


def _round_up(value: Fraction) -> Fraction:
    shift = 100 + value.denominator.bit_length() - value.numerator.bit_length()
    return Fraction(-((-value.numerator << shift) // value.denominator), 1 << shift) if shift > 0 else value


def _bias(name: str, bias: ArrayLike | None, length: int) -> NDArray[np.float64]:
    values = np.zeros(length) if bias is None else np.asarray(bias, dtype=np.float64)
    if values.shape != (length,) or not np.isfinite(values).all():
        raise ValueError(f"certify: {name} has shape {values.shape}, expected ({length},) and finite numbers")
    return values


def _coefficients(activation: ReLU | Power | Polynomial) -> list[Fraction] | None:
    """From x^0 up; None for ReLU."""
    if isinstance(activation, ReLU):
        return None
    if isinstance(activation, Power):
        return [Fraction(0)] * activation.k + [Fraction(1)]
    return [Fraction(float(c)) for c in activation.coefficients]


def _exactly(arrays: list[NDArray[np.float64]]) -> _Weights | None:
    """Floats are multiples of a power of two; None if they would be too long for a file."""
    values = np.concatenate([array.ravel() for array in arrays])
    _, exponents = np.frexp(values[values != 0])
    if not len(exponents) or exponents.max() - exponents.min() > 200:
        return None
    shift = 53 - int(exponents.min())
    integers = [int(Fraction(float(v)) * 2**shift) if shift >= 0 else int(float(v)) for v in values]
    common = min((v & -v).bit_length() - 1 for v in integers if v)
    shift = max(shift, 0)
    common = min(common, shift)
    return _shaped(arrays, [v >> common for v in integers], 2 ** (shift - common))


def _rounded(arrays: list[NDArray[np.float64]], bits: int) -> _Weights:
    largest = max(float(np.abs(array).max()) for array in arrays)
    shift = bits - int(np.frexp(largest)[1])
    values = np.rint(np.ldexp(np.concatenate([array.ravel() for array in arrays]), max(shift, 0)))
    return _shaped(arrays, [int(v) for v in values], 2 ** max(shift, 0))


def _shaped(arrays: list[NDArray[np.float64]], integers: list[int], denominator: int) -> _Weights:
    parts, start = list[NDArray[np.object_]](), 0
    for array in arrays:
        parts.append(np.array(integers[start : start + array.size], dtype=object).reshape(array.shape))
        start += array.size
    U, hidden, W, output = (part.tolist() for part in parts)
    return _Weights(denominator, U, hidden, W, output)


def _polynomial(coefficients: list[Fraction] | None, denominator: int) -> tuple[int, int, list[int] | None]:
    """Degree, common denominator of the coefficients, and integer coefficients of P (LOGITS.md, 3)."""
    if coefficients is None:
        return 1, 1, None
    degree, common = len(coefficients) - 1, max(c.denominator for c in coefficients)  # powers of two
    return degree, common, [int(c * common) * denominator ** (degree - e) for e, c in enumerate(coefficients)]


class _Bounds(NamedTuple):
    """No hidden sum, no activation of one, and no logit is larger in size."""

    hidden: int
    active: int
    logit: int


def _bounds(weights: _Weights, coefficients: list[Fraction] | None) -> _Bounds:
    degree, common, integers = _polynomial(coefficients, weights.denominator)
    tops = [abs(b) for b in weights.hidden_bias]
    for table in weights.U:
        tops = [top + max(map(abs, column)) for top, column in zip(tops, zip(*table, strict=True), strict=True)]
    hidden = max(tops)
    active = hidden if integers is None else sum(abs(c) * hidden**e for e, c in enumerate(integers))
    logit = active * sum(max(map(abs, row)) for row in weights.W)
    return _Bounds(hidden, active, logit + common * weights.denominator**degree * max(map(abs, weights.output_bias)))


def _fits(task: ModularAddition, weights: _Weights, coefficients: list[Fraction] | None) -> bool:
    """Whether a certificate is within the limits of LOGITS.md, 2."""
    n, k, m = task.n, task.k, len(weights.W)
    if coefficients is not None and len(coefficients) > MOST_COEFFICIENTS:
        return False
    degree, common, _ = _polynomial(coefficients, weights.denominator)
    hidden, active, logit = _bounds(weights, coefficients)
    size = logit.bit_length() // 8 + 1
    s, t = active.bit_length(), hidden.bit_length()
    neuron = 8 * size * n * (s + 60) + degree * s * (t + 60) + 2**15 * (k + degree) + 2**17
    work = n**k * (m * neuron + 2**17 * (n + k + 16)) // 2**22
    digits = sum(len(str(v)) + 1 for table in weights.U for row in table for v in row)
    digits += sum(len(str(v)) + 1 for row in weights.W for v in row)
    small = common <= MOST_COMMON and weights.denominator < 2**MOST_BITS
    return small and work <= MOST_WORK and m * n * size <= MOST_SLOTS and digits + 8 * (m + n) < MOST_BYTES * 0.97


def _evaluate(task: ModularAddition, weights: _Weights, coefficients: list[Fraction] | None) -> tuple[Fraction, int]:
    """The least margin of the network of integers, and how many inputs are right, exactly.

    The logits of an input are summed in one integer, a slot for each, which is many times faster than one by one.
    """
    degree, common, integers = _polynomial(coefficients, weights.denominator)
    scale, n = common * weights.denominator**degree, task.n
    size = _bounds(weights, coefficients).logit.bit_length() // 8 + 1
    labels = [sum(w << 8 * size * c for c, w in enumerate(row)) for row in weights.W]
    base = sum((scale * b << 8 * size * c) + (1 << 8 * size * (c + 1) - 1) for c, b in enumerate(weights.output_bias))
    least, right = None, 0
    for a in product(range(n), repeat=task.k):
        rows = [weights.U[j][x] for j, x in enumerate(a)]
        hidden = list(map(sum, zip(weights.hidden_bias, *rows, strict=True)))
        logits = sum(map(mul, _active(hidden, integers), labels), base).to_bytes(n * size, "little")
        values = [int.from_bytes(logits[i : i + size], "little") for i in range(0, n * size, size)]
        gap = values.pop(sum(a) % n) - max(values)
        least = gap if least is None else min(least, gap)
        right += gap > 0
    assert least is not None  # n >= 2
    return Fraction(least, scale * weights.denominator), right


def _active(hidden: list[int], integers: list[int] | None) -> list[int]:
    if integers is None:
        return [max(h, 0) for h in hidden]
    result = [integers[-1]] * len(hidden)
    for coefficient in reversed(integers[:-1]):
        result = [value * h + coefficient for value, h in zip(result, hidden, strict=True)]
    return result
