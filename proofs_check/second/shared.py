"""Certificates for one shared embedding, checked a second time; written from formats/SHARED.md alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement as multisets
from typing import Any

from flint import fmpq, fmpz, fmpz_mat

from proofs_check.second.form import form, fraction, need, read, show
from proofs_check.second.numbers import num
from proofs_check.second.statement import state

KIND = "shared_embedding"
MIN_K, MAX_K, MAX_INPUTS, MAX_EXTRA = 2, 5, 2**15, 3
SMALL, BOUND, LARGE = 2**64, 2**256, 2**512
MAX_PRIMAL, MAX_DUAL, MAX_CUBES = 2_000_000, 4_000_000, 70_000_000
DIGIT = 5  # bits for how often a variable stands in a product: at most 2 (k + e) = 16 times

Vector = tuple[int, ...]
Codes = tuple[int, ...]  # of a product, for each unit that its indices are multiplied by


def bounded(low: int, limit: int) -> Callable[[Any, str], int]:
    """A reader of integers from low to below a limit."""

    def reader(x: Any, place: str) -> int:
        form(type(x) is int and low <= x < limit, place, f"an integer from {low} to below {limit} is wanted")
        return int(x)

    return reader


def integers(low: int, shortest: int, longest: int) -> Callable[[Any, str], list[int]]:
    """A reader of lists of `shortest` to `longest` integers, from low to below 2^64."""

    def reader(x: Any, place: str) -> list[int]:
        good = isinstance(x, list) and shortest <= len(x) <= longest
        form(good, place, f"a list of {shortest} to {longest} integers is wanted")
        good = all(type(y) is int and low <= y < SMALL for y in x)
        form(good, place, f"integers from {low} to below 2^64 are wanted")
        return list(x)

    return reader


def orders(indices: Vector) -> int:
    """The number of different orders of the indices."""
    return math.factorial(len(indices)) // math.prod(map(math.factorial, Counter(indices).values()))


class Task:
    """The residues of a task: units, classes, Ramanujan's sums, and orbits of products."""

    def __init__(self, n: int, k: int) -> None:
        self.n, self.k = n, k
        self.units = [v for v in range(1, n) if math.gcd(v, n) == 1]
        self.phi = len(self.units)
        divisors = [d for d in range(1, n + 1) if n % d == 0]
        moebius = {d: mu(n // d) for d in divisors}
        self.ramanujan = [sum(d * moebius[d] for d in divisors if m % d == 0) for m in range(n)]
        self.charges = [0, *divisors[:-1]]
        self.classes = list(self.first_pairs())
        self.first_codes: dict[int, int] = {}

    def first_pairs(self) -> Iterator[tuple[Vector, int]]:
        """The pair of each class. It begins with 0 and ascends, as the first of a class does."""
        n, seen = self.n, set[tuple[Vector, int]]()
        for rest in multisets(range(n), self.k - 1):
            a = (0, *rest)
            for d in range(1, n):
                if (a, d) not in seen:
                    for v in self.units:
                        images = {tuple(sorted(v * (x - start) % n for x in a)) for start in a}
                        seen |= {(image, v * d % n) for image in images}
                    yield a, d

    def kernels(self, a: Vector, d: int) -> Iterator[tuple[int, Vector, int]]:
        """z, ascending z_1..z_k and the sum of K(a, d; z; z_1, ..., z_k) over all orders of them.

        The k^k maps are never listed: the sums z_1 a_f(1) + ... + z_k a_f(k) are counted by their residues.
        """
        n, k, ramanujan, y = self.n, self.k, self.ramanujan, sum(a)
        for zs in multisets(range(n), k):
            residues = {0: orders(zs)}
            for z in zs:
                more = Counter[int]()
                for r, times in residues.items():
                    for x in a:
                        more[(r + z * x) % n] += times
                residues = more
            for z in (z for z in range(1, n) if (sum(zs) + k * z) % n == 0):
                differences = (
                    times * (ramanujan[(z * y + r) % n] - ramanujan[(z * (y - d) + r) % n])
                    for r, times in residues.items()
                )
                yield z, zs, sum(differences)

    def size(self, charge: int) -> int:
        return len({v * charge % self.n for v in self.units})

    def codes(self, v: Vector, c: Vector) -> Codes:
        """For each unit, the product of v's and c's with all indices multiplied by it, as a sum of powers of 2."""
        n = self.n
        return tuple(
            sum(1 << DIGIT * (u * z % n) for z in v) + sum(1 << DIGIT * (n + u * z % n) for z in c) for u in self.units
        )

    def orbit(self, g: Codes, h: Codes) -> int:
        """The least code in the orbit of the product of g and h."""
        code = g[0] + h[0]
        if code not in self.first_codes:
            images = [x + y for x, y in zip(g, h, strict=True)]
            self.first_codes |= dict.fromkeys(images, min(images))
        return self.first_codes[code]

    def monomials(self, extra: int) -> dict[int, list[tuple[Vector, Vector]]]:
        """The v's and the c's of the monomials of each charge, in order; Stop where there are too many."""
        n, k = self.n, self.k
        found: dict[int, list[tuple[Vector, Vector]]] = {s: [] for s in self.charges}

        def keep(v: Vector, c: Vector) -> None:
            charge = (k * sum(v) + sum(c)) % n
            if charge in found:
                found[charge].append((v, c))
                form(len(found[charge]) ** 3 <= MAX_CUBES, "dual.extra", "too much work")

        for z in range(1, n):
            for c in multisets(range(n), extra):
                keep((z,), c)
        for c in multisets(range(n), k + extra):
            keep((), c)
        form(sum(len(of) ** 3 for of in found.values()) <= MAX_CUBES, "dual.extra", "too much work")
        return found


def mu(m: int) -> int:
    """Moebius's function."""
    factors = fmpz(m).factor()
    return 0 if any(power > 1 for _, power in factors) else (-1) ** len(factors)


class Primal:
    """A network for the lower bound."""

    def __init__(self, x: Any, task: Task) -> None:
        self.task = task
        row = integers(1 - SMALL, task.n, task.n)
        neuron = {"u": row, "w": row, "mass": bounded(0, SMALL), "norm": bounded(0, LARGE)}
        primal = read(x, {"neurons": [neuron], "gap": fraction}, "primal")
        self.neurons, self.gap = primal["neurons"], primal["gap"]
        form(len(self.neurons) > 0, "primal.neurons", "at least one neuron is wanted")
        work = len(self.neurons) * len(task.classes) * task.n * task.phi
        form(work <= MAX_PRIMAL, "primal.neurons", "too much work")

    def check(self) -> int:
        """ROOT and GAP; the bound on the sum of the masses."""
        total, power = 0, self.task.k + 1
        for i, neuron in enumerate(self.neurons):
            least = sum(x * x for x in neuron["u"] + neuron["w"]) ** power
            square, place = neuron["norm"] ** 2, f"primal.neurons[{i}].norm, squared"
            need(square >= least, "ROOT", place, square, f"at least {show(least)}")
            total += neuron["mass"] * neuron["norm"]
        need(total > 0, "ROOT", "primal.neurons, sum of mass norm", total, "more than 0")
        gap = min(self.class_gap(a, d) for a, d in self.task.classes)
        need(self.gap == gap, "GAP", "primal.gap", self.gap, gap)
        return total

    def class_gap(self, a: Vector, d: int) -> fmpq:
        n, k, total = self.task.n, self.task.k, 0
        places = [
            ([(v * x + s) % n for x in a], (v * sum(a) + k * s) % n, (v * (sum(a) - d) + k * s) % n)
            for v in self.task.units
            for s in range(n)
        ]
        for neuron in self.neurons:
            u, w = neuron["u"], neuron["w"]
            total += neuron["mass"] * sum(
                sum([u[x] for x in inputs]) ** k * (w[right] - w[wrong]) for inputs, right, wrong in places
            )
        return fmpq(total, n * self.task.phi)


class Dual:
    """Weights of the classes and a sum of squares for the upper bound."""

    def __init__(self, x: Any, task: Task) -> None:
        n, k, count = task.n, task.k, len(task.classes)
        self.task = task
        self.extra = bounded(0, MAX_EXTRA + 1)(x.get("extra") if isinstance(x, dict) else None, "dual.extra")
        form((n - 1) * n ** (k - 1) * k**k * count <= MAX_DUAL, "dual", "too much work")
        self.monomials = task.monomials(self.extra)
        rows = (tuple(integers(1 - SMALL, 0, i + 1) for i in range(len(of))) for of in self.monomials.values())
        pattern = {"extra": int, "weights": integers(0, count, count), "scale": bounded(1, SMALL)}
        pattern |= {"bound": bounded(0, BOUND), "blocks": tuple(rows), "rest": bounded(0, LARGE)}
        dual = read(x, pattern, "dual")
        self.weights, self.scale, self.bound = dual["weights"], dual["scale"], dual["bound"]
        self.blocks, self.rest, self.total = dual["blocks"], dual["rest"], sum(dual["weights"])
        form(self.total > 0, "dual.weights", "a positive weight is wanted")

    def gaps(self) -> Counter[int]:
        """gaps(o) of section 4, by orbit."""
        task, total, out = self.task, Counter[tuple[int, Vector]](), Counter[int]()
        for (a, d), weight in zip(task.classes, self.weights, strict=True):
            if weight:
                for z, zs, coefficient in task.kernels(a, d):
                    total[z, zs] += weight * coefficient
        squares = [
            (task.codes((), xs + tuple(-x for x in xs)), orders(xs)) for xs in multisets(range(task.n), self.extra)
        ]
        for (z, zs), coefficient in total.items():
            product = task.codes((z,), zs)
            for square, times in squares if coefficient else ():
                out[task.orbit(product, square)] += coefficient * times
        return out

    def check(self) -> fmpq:
        """REST; the bound T of CLAIM."""
        task, scale = self.task, self.total
        entries, squares, norms, tables = Counter[int](), Counter[int](), Counter[int](), list[list[list[int]]]()
        for (s, monomials), rows in zip(self.monomials.items(), self.blocks, strict=True):
            size, count, table = task.size(s), len(monomials), list[list[int]]()
            matrix = fmpz_mat([row + [0] * (count - len(row)) for row in rows])
            gram = (matrix * matrix.transpose()).tolist()
            there = [task.codes(v, c) for v, c in monomials]
            back = [task.codes(tuple(-z for z in v), tuple(-z for z in c)) for v, c in monomials]
            for i, (_, c) in enumerate(monomials):
                table.append([task.orbit(back[i], there[j]) for j in range(i + 1)])
                norms[table[i][i]] += task.phi * size * orders(c)
                for j, o in enumerate(table[i]):
                    both = size * (1 + (j < i))  # the product of the pair in the other order is in the orbit too
                    entries[o] += both
                    squares[o] += both * int(gram[i][j])
            tables.append(table)
        gaps = self.gaps()
        each = {}
        for o, count in entries.items():
            left = scale * self.bound * norms[o] - 2 * self.scale**2 * gaps[o] - scale * squares[o]
            each[o] = -(-abs(left) // count)
        rest = max(largest_row(table, each) for table in tables)
        need(self.rest == rest, "REST", "dual.rest", self.rest, rest)
        return fmpq(scale * task.phi * self.bound + rest, scale * task.phi * self.scale**2)


def largest_row(table: list[list[int]], values: dict[int, int]) -> int:
    """The largest row sum of the symmetric matrix with these values, its lower half given."""
    sums = [0] * len(table)
    for i, row in enumerate(table):
        for j, o in enumerate(row):
            sums[i] += values[o]
            if j < i:
                sums[j] += values[o]
    return max(sums)


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        claim = x["claim"] if isinstance(x.get("claim"), dict) else {}
        self.sense: Any = claim.get("sense")
        form(self.sense in ("lower", "upper", "enclosure"), "claim.sense", "lower, upper or enclosure is wanted")
        task = read(x.get("task"), {"kind": KIND, "n": int, "k": bounded(MIN_K, MAX_K + 1)}, "task")
        n, k = task["n"], task["k"]
        form(2 <= n <= MAX_INPUTS and n ** (k + 1) <= MAX_INPUTS, "task.n", "n >= 2 and n^(k+1) <= 2^15 are wanted")
        value = (fraction, fraction) if self.sense == "enclosure" else fraction
        pattern: dict[str, Any] = {"format": "algebraic-margin certificate", "version": 1, "task": dict, "sha256": str}
        pattern["claim"] = {"quantity": "margin", "sense": str, "value": value}
        self.task = Task(n, k)
        if self.sense != "upper":
            pattern["primal"] = lambda primal, _: Primal(primal, self.task)
        if self.sense != "lower":
            pattern["dual"] = lambda dual, _: Dual(dual, self.task)
        self.x = read(x, pattern, "")

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        n, k, value = self.task.n, self.task.k, self.x["claim"]["value"]
        low, high = value if self.sense == "enclosure" else (value, value)
        mass = self.x["primal"].check() if self.sense != "upper" else 0
        bound = self.x["dual"].check() if self.sense != "lower" else fmpq(0)
        if self.sense != "upper":
            gap = self.x["primal"].gap
            need(low * mass <= gap, "CLAIM", "claim.value", low, f"at most {show(gap / mass)}")
        if self.sense != "lower":
            need(high >= 0, "CLAIM", "claim.value", high, "at least 0")
            square = bound**2 * k**k / ((k + 1) * n) ** (k + 1)
            need(high**2 >= square, "CLAIM", "claim.value, squared", high**2, f"at least {show(square)}")
        claim = state("gamma*", self.sense, num(low), num(high), self.x["sha256"])
        return f"{claim} for {k}-input addition modulo {n} with one embedding for all inputs"


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
