"""Certificates for the parity of k among n bits; formats/PARITY.md."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from proofs_check.kernel.decimals import claim, plain
from proofs_check.kernel.form import (
    FORMAT,
    Fields,
    Limits,
    Rules,
    equal,
    fail,
    fraction,
    integer,
    one_of,
    require,
    short,
    stated_sense,
)
from proofs_check.kernel.numbers import Number, add, at_least, multiply, number, root, sign, times

MOST_K, MOST_N = 64, 2**256
ROOT = root(number(Limits(radicand=10**9)))


class Primal:
    """The network: one neuron for each sign pattern, all masses equal."""

    def __init__(self, primal: Fields) -> None:
        self.patterns, self.mass = primal.read("patterns", integer), primal.read("mass_each", fraction)
        self.bit, self.label = primal.read("bit_weight", ROOT), primal.read("label_weight", ROOT)

    def bound(self, k: int) -> Number:
        """Apply the rules. Returns the lower bound."""
        equal("PATTERNS", "primal.patterns", self.patterns, 2 ** (k - 1))
        require(self.patterns * self.mass == 1, "MASSES", "primal.mass_each", self.mass, Fraction(1, self.patterns))
        square = add(times(multiply(self.bit, self.bit), k), times(multiply(self.label, self.label), 2))
        require(square == {1: 1}, "NORM", "primal", square, f"{k} bit_weight^2 + 2 label_weight^2 = 1")
        margin = times(self.label, 2 * factorial(k))
        for _ in range(k):
            margin = multiply(margin, self.bit)
        return margin


class Dual:
    """The upper bound of uniform inputs."""

    def __init__(self, dual: Fields) -> None:
        dual.read("inputs", one_of("uniform"))
        self.coefficient, self.upper = dual.read("coefficient", integer), dual.read("bound", ROOT)

    def bound(self, k: int) -> Number:
        """Apply the rules. Returns the upper bound."""
        equal("EXPAND", "dual.coefficient", self.coefficient, factorial(k))
        square = Fraction(2 * self.coefficient**2, (k + 1) ** (k + 1))
        held = sign(self.upper) > 0 and multiply(self.upper, self.upper) == {1: square}
        require(held, "AM-GM", "dual.bound", self.upper, f"the square root of {square}")
        return self.upper


class Parity:
    """Reads one certificate; every rule uses only what earlier rules established."""

    def __init__(self, file: dict[str, object]) -> None:
        self.sense = stated_sense(file, "equal", "lower", "upper")
        parts = [part for part, without in (("primal", "upper"), ("dual", "lower")) if self.sense != without]
        fields = Fields(file, "file", "claim", "format", "version", "task", "norm", "sha256", *parts)
        stated = fields.inside("claim", "quantity", "sense", "value")
        stated.read("quantity", one_of("margin"))
        self.value = stated.read("value", ROOT)
        fields.read("format", one_of(FORMAT))
        self.digest = str(file["sha256"])
        version, task = fields.read("version", integer), fields.inside("task", "kind", "n", "k")
        task.read("kind", one_of("sparse_parity"))
        self.n, self.k = task.read("n", integer), task.read("k", integer)
        norm = fields.inside("norm", "inner", "outer")
        self.norm = {key: norm.read(key, integer) for key in ("inner", "outer")}
        places = ("patterns", "mass_each", "bit_weight", "label_weight")
        self.primal = Primal(fields.inside("primal", *places)) if "primal" in parts else None
        self.dual = Dual(fields.inside("dual", "inputs", "coefficient", "bound")) if "dual" in parts else None
        if not (version == 1 and 1 <= self.k <= min(self.n, MOST_K) and self.n < MOST_N):
            fail("task", (version, self.n, self.k), f"version 1, 1 <= k <= {MOST_K}, k <= n < 2^256")

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        value = self.value
        equal("NORM-EXPONENT", "norm", self.norm, {"inner": 2, "outer": self.k + 1})
        if self.primal:
            margin = self.primal.bound(self.k)
            require(at_least(margin, value), "CLAIM", "claim.value", value, f"at most {short(margin)}")
        if self.dual:
            bound = self.dual.bound(self.k)
            require(at_least(value, bound), "CLAIM", "claim.value", value, f"at least {short(bound)}")
        stated = claim("gamma*", self.sense, [plain(value)] * 2, self.digest)
        return f"{stated} for parity of {self.k} of {self.n} bits, norm L_(2,{self.k + 1})"


RULES = Rules("sparse_parity", "PARITY.md", lambda file: Parity(file).run())
