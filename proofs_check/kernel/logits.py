"""Certificates of the least margin in logits and the accuracy of a network with biases; formats/LOGITS.md."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from operator import mul

from proofs_check.kernel.decimals import claim, plain
from proofs_check.kernel.form import (
    FORMAT,
    Fields,
    Rules,
    common_denominator,
    entries,
    equal,
    fail,
    fraction,
    integer,
    one_of,
    require,
    short,
)
from proofs_check.kernel.numbers import rational
from proofs_check.kernel.weights import gap, packed

MOST_COEFFICIENTS = 65
MOST_WORK, MOST_SLOTS, MOST_COMMON = 10**7, 4 * 10**7, 2**1024  # steps, bytes, a common denominator


class Activation:
    """On integers H in place of H / D, times C D^degree; ReLU or a polynomial."""

    def __init__(self, value: object, denominator: int) -> None:
        place = "network.activation"
        kind = one_of("relu", "polynomial")(value.get("kind") if isinstance(value, dict) else None, f"{place}.kind")
        self.degree, self.common, self.coefficients = 1, 1, list[int]()
        if kind == "relu":
            Fields(value, place, "kind")
            return
        fields = Fields(value, place, "kind", "coefficients")
        stated = fields.read("coefficients", entries(fraction, MOST_COEFFICIENTS))
        if len(stated) < 2:
            fail(place, len(stated), f"2 to {MOST_COEFFICIENTS} coefficients")
        self.degree, self.common = len(stated) - 1, common_denominator(stated, MOST_COMMON, place)
        powers = [self.common * denominator ** (self.degree - e) for e in range(len(stated))]
        self.coefficients = [int(c * power) for c, power in zip(stated, powers, strict=True)]

    def value(self, hidden: int) -> int:
        if not self.coefficients:
            return max(hidden, 0)
        total = 0
        for coefficient in reversed(self.coefficients):
            total = total * hidden + coefficient
        return total

    def largest(self, hidden: int) -> int:
        """No value is larger in size where no hidden sum is larger than this."""
        return sum(abs(c) * hidden**e for e, c in enumerate(self.coefficients)) if self.coefficients else hidden


class Network:
    """The weights: their form and their work when it is made, then the gaps of all inputs."""

    def __init__(self, fields: Fields, n: int, k: int) -> None:
        self.n, self.k, self.denominator = n, k, fields.read("denominator", integer)
        self.U = fields.read("U", entries(entries(entries(integer))))
        self.W = fields.read("W", entries(entries(integer)))
        self.hidden_bias = fields.read("hidden_bias", entries(integer))
        self.output_bias = fields.read("output_bias", entries(integer))
        m, rows = len(self.hidden_bias), [row for matrix in self.U for row in matrix]
        lengths = len(self.U) == k and all(len(matrix) == n for matrix in self.U) and all(len(row) == m for row in rows)
        outputs = len(self.W) == m and all(len(row) == n for row in (*self.W, self.output_bias))
        if not (self.denominator >= 1 and m >= 1 and lengths and outputs):
            fail("network", "weights", f"denominator >= 1, U {k} x {n} x m, W m x {n}, biases m and {n}, m >= 1")
        self.activation = Activation(fields.values["activation"], self.denominator)
        self.scale = self.activation.common * self.denominator**self.activation.degree
        self._limit()

    def _limit(self) -> None:
        n, k, m, degree = self.n, self.k, len(self.W), self.activation.degree
        columns = [[max(map(abs, column)) for column in zip(*matrix, strict=True)] for matrix in self.U]
        hidden = max(map(sum, zip(map(abs, self.hidden_bias), *columns, strict=True)))
        active = self.activation.largest(hidden)
        outputs = sum(max(map(abs, row)) for row in self.W)
        largest = active * outputs + self.scale * max(map(abs, self.output_bias))
        self.slot = largest.bit_length() // 8 + 1
        slots = m * n * self.slot
        if slots > MOST_SLOTS:
            fail("network", slots, f"at most {MOST_SLOTS} bytes of slots")
        s, t = active.bit_length(), hidden.bit_length()
        neuron = 8 * self.slot * n * (s + 60) + degree * s * (t + 60) + 2**15 * (k + degree) + 2**17
        work = n**k * (m * neuron + 2**17 * (n + k + 16)) // 2**22
        if work > MOST_WORK:
            fail("network", work, f"at most {MOST_WORK} steps of work")

    def gaps(self) -> Iterator[int]:
        """f[y] minus the largest other logit for every input, times `scale` and D; all logits are one integer."""
        n, k, size, value = self.n, self.k, self.slot, self.activation.value
        labels = [packed(row, size) for row in self.W]
        base = packed([(1 << 8 * size - 1) + self.scale * bias for bias in self.output_bias], size)
        for a in product(range(n), repeat=k):
            rows = [self.U[j][x] for j, x in enumerate(a)]
            hidden = map(sum, zip(self.hidden_bias, *rows, strict=True))
            logits = sum(map(mul, map(value, hidden), labels)) + base
            yield gap(logits.to_bytes(n * size, "little"), size, sum(a) % n)


class Logits:
    """Reads one certificate, then applies its two rules."""

    def __init__(self, file: dict[str, object]) -> None:
        fields = Fields(file, "file", "claim", "format", "version", "task", "network", "sha256")
        stated = fields.inside("claim", "quantity", "sense", "value", "right")
        stated.read("quantity", one_of("logit_margin"))
        stated.read("sense", one_of("lower"))
        self.value, self.right = stated.read("value", fraction), stated.read("right", integer)
        fields.read("format", one_of(FORMAT))
        version, task = fields.read("version", integer), fields.inside("task", "kind", "n", "k")
        task.read("kind", one_of("addition_logits"))
        self.n, self.k = task.read("n", integer), task.read("k", integer)
        if not (version == 1 and self.n >= 2 and self.k >= 1):
            fail("task", (version, self.n, self.k), "version 1, n >= 2, k >= 1")
        keys = ("activation", "denominator", "U", "hidden_bias", "W", "output_bias")
        self.network = Network(fields.inside("network", *keys), self.n, self.k)
        self.digest = str(file["sha256"])

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        inputs = self.n**self.k
        require(0 <= self.right <= inputs, "ACCURACY", "claim.right", self.right, f"0 to {inputs}")
        gaps = self.network.gaps()
        least = next(gaps)
        right = int(least > 0)
        for gap_of_input in gaps:
            least, right = min(least, gap_of_input), right + (gap_of_input > 0)
        margin = Fraction(least, self.network.scale * self.network.denominator)
        require(self.value <= margin, "MARGIN", "claim.value", self.value, f"at most {short(margin)}")
        equal("ACCURACY", "claim.right", self.right, right)
        text = claim("least logit margin", "lower", [plain(rational(self.value))] * 2, self.digest)
        right_inputs = f"{right} of {inputs} inputs right"
        task = f"addition of {self.k} input{'s' if self.k > 1 else ''} mod {self.n}"
        return f"{text} and {right_inputs} for {task}, the network of certificate {self.digest[:16]}"


RULES = Rules("addition_logits", "LOGITS.md", lambda file: Logits(file).run())
