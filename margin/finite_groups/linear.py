"""Linear groups over small fields, as permutations of vectors or of lines: GL, SL, PGL, PSL and AGL.

Vectors are rows, acted on from the right; they are numbered in lexicographic order of their entries. The field of
q = p^d elements has elements 0..q-1, whose digits to base p are the coefficients of polynomials, modulo a polynomial
for which x generates the multiplicative group; for prime q these are the integers modulo q.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import gcd

from margin.numbers.integers import prime_factors

Vector = tuple[int, ...]
FAMILIES = ("PSL", "SL", "PGL", "GL", "AGL")
MOST_FIELD = 10_000
_FAR = 10**12  # an order beyond is only ever refused


class Field:
    """The field of q elements. Raises ValueError unless q is a prime power of at most 10,000."""

    def __init__(self, q: int) -> None:
        self.p, self.degree = prime_power(q)
        self.q = q
        self._powers = next(powers for powers in self._sequences() if len(powers) == q - 1)
        self._logarithms = {power: i for i, power in enumerate(self._powers)}

    def _sequences(self) -> Iterator[list[int]]:
        """Powers 1, x, x^2, .. until 1 or 0 comes, modulo each monic polynomial of the field's degree."""
        top = self.q // self.p
        for lower in range(1, self.q):
            powers, power = [1], self._times_x(1, lower, top)
            while power > 1 and len(powers) < self.q:
                powers.append(power)
                power = self._times_x(power, lower, top)
            if power == 1:
                yield powers

    def _times_x(self, a: int, lower: int, top: int) -> int:
        overflow, rest = divmod(a, top)
        result = rest * self.p
        for _ in range(-overflow % self.p):
            result = self.add(result, lower)
        return result

    @property
    def generator(self) -> int:
        """A generator of the multiplicative group; 1 for q = 2."""
        return self._powers[1 % len(self._powers)]

    @property
    def basis(self) -> list[int]:
        """1, x, x^2, ..: a basis over the field of p elements."""
        return [self.p**i for i in range(self.degree)]

    def add(self, a: int, b: int) -> int:
        """a + b."""
        if self.degree == 1:
            return (a + b) % self.p
        result, place = 0, 1
        while a or b:
            result += (a % self.p + b % self.p) % self.p * place
            a, b, place = a // self.p, b // self.p, place * self.p
        return result

    def negative(self, a: int) -> int:
        """-a."""
        return self.multiply(a, self.p - 1)

    def multiply(self, a: int, b: int) -> int:
        """a b."""
        if not a or not b:
            return 0
        return self._powers[(self._logarithms[a] + self._logarithms[b]) % (self.q - 1)]

    def inverse(self, a: int) -> int:
        """1/a. Raises ZeroDivisionError for 0."""
        if not a:
            raise ZeroDivisionError("Field: 0 has no inverse")
        return self._powers[-self._logarithms[a] % (self.q - 1)]


def prime_power(q: int) -> tuple[int, int]:
    """p and d with q = p^d. Raises ValueError unless q is a prime power of at most 10,000."""
    if 2 <= q <= MOST_FIELD and len(primes := prime_factors(q)) == 1:
        p, d = primes[0], 1
        while p**d < q:
            d += 1
        return p, d
    raise ValueError(f"expected a prime power q of at most {MOST_FIELD}, such as 4, 5, 7, 8 or 9")


def order(family: str, n: int, q: int) -> int:
    """Order of the group of n x n matrices over the field of q elements; some number above 10^12 if it is larger."""
    result = q ** min(n, 40) if family == "AGL" else 1
    for i in range(n):
        result *= (q**n - q**i) if n < 40 else _FAR
        if result > _FAR * q * q:
            return result
    if family in ("SL", "PGL", "PSL"):
        result //= q - 1
    return result // gcd(n, q - 1) if family == "PSL" else result


def generators(family: str, n: int, q: int) -> list[list[int]]:
    """Generating permutations: SL and GL on the non-zero vectors, PSL and PGL on the lines, AGL on all vectors.

    The transvections v_2 += b v_1, b in a basis of the field, and v -> (+-v_n, v_1, .., v_(n-1)) generate SL(n, q):
    their conjugates are transvections of all neighbours, and commutators of these give the others.
    """
    field = Field(q)
    moves: list[Callable[[Vector], Vector]] = []
    if n > 1:
        moves += [_transvection(field, b) for b in field.basis]
        moves.append(lambda v: (v[-1] if n % 2 else field.negative(v[-1]), *v[:-1]))
    if family.endswith("GL"):
        moves.append(lambda v: (field.multiply(v[0], field.generator), *v[1:]))
    points = list(product(range(q), repeat=n))
    if family == "AGL":
        moves.append(lambda v: (*v[:-1], field.add(v[-1], 1)))
    elif family.startswith("P"):
        points = [v for v in points if next((x for x in v if x), 0) == 1]
    else:
        points = points[1:]
    number = {point: i for i, point in enumerate(points)}
    scaled: Callable[[Vector], Vector] = (lambda v: _line(field, v)) if family.startswith("P") else (lambda v: v)
    return [[number[scaled(move(point))] for point in points] for move in moves]


def _transvection(field: Field, b: int) -> Callable[[Vector], Vector]:
    return lambda v: (v[0], field.add(v[1], field.multiply(v[0], b)), *v[2:])


def _line(field: Field, v: Vector) -> Vector:
    """The vector of the same line with first non-zero entry 1."""
    scale = field.inverse(next(x for x in v if x))
    return tuple(field.multiply(x, scale) for x in v)
