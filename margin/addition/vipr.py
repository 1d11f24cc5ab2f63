"""The program of addition mod n for an outside checker (margin.answers.vipr): one orbit for each divisor of n."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from margin.addition.maximum import AdditionMargin
from margin.answers.vipr import RationalProgram, common_unit, require_entries
from margin.numbers.integers import prime_factors
from margin.numbers.square_roots import Surd

MOST_N = 10**12


def rational_program(prediction: AdditionMargin) -> RationalProgram:
    """The program with its optimum. Frequencies of one order are an orbit, and differences of one gcd with n.

    Raises ValueError for irrational data, for too large a program, and for n above `MOST_N`.
    """
    task = prediction.task
    n = task.n
    if n > MOST_N:
        raise ValueError(f"n = {n}, expected at most {MOST_N}: its divisors are found one by one")
    primes = prime_factors(n)
    orders = _divisors(n, primes)[1:]
    require_entries(len(orders) ** 2)
    by_kind = {block.kind: block for block in prediction.blocks}
    blocks = [by_kind["sign" if order == 2 else "rotation"] for order in orders]
    counts = [_totient(order, primes) // b.dimension for order, b in zip(orders, blocks, strict=True)]
    unit = common_unit(
        [(f"frequencies of order {order}", b.neuron_value) for order, b in zip(orders, blocks, strict=True)]
    )
    differences = [n // order for order in orders]  # one of each gcd with n; `order` is that of the difference
    weights = {weight.where: weight.each for weight in prediction.class_weights}
    each = [weights.get("all") or weights["odd" if d % 2 else "even"] for d in differences]
    return RationalProgram(
        task=str(task),
        unit=unit,
        representations=tuple(
            f"{count} frequenc{'ies' if count > 1 else 'y'} of order {order}"
            for count, order in zip(counts, orders, strict=True)
        ),
        classes=tuple(
            f"differences of gcd {d} with {n}, {_totient(order, primes)} in all"
            for order, d in zip(orders, differences, strict=True)
        ),
        values=tuple((b.neuron_value / unit).as_fraction() for b in blocks),
        gaps=tuple(
            tuple(1 - Fraction(_ramanujan(order, d, primes), _totient(order, primes)) for order in orders)
            for d in differences
        ),
        masses=tuple((count * b.mass).as_fraction() for count, b in zip(counts, blocks, strict=True)),
        class_weights=tuple(
            (Surd(_totient(order, primes)) * w).as_fraction() for order, w in zip(orders, each, strict=True)
        ),
        margin=(prediction.exact / unit).as_fraction(),
    )


def _divisors(n: int, primes: list[int]) -> list[int]:
    """In rising order."""
    result = [1]
    for p in primes:
        powers = [1]
        while n % (powers[-1] * p) == 0:
            powers.append(powers[-1] * p)
        result = [d * power for d in result for power in powers]
    return sorted(result)


def _totient(n: int, primes: list[int]) -> int:
    """phi(n), from primes among which are those of n."""
    for p in primes:
        if n % p == 0:
            n = n // p * (p - 1)
    return n


def _ramanujan(order: int, d: int, primes: list[int]) -> int:
    """The sum of exp(2 pi i z d / order) over z prime to the order (Ramanujan's sum, by Hoelder's formula)."""
    rest = order // gcd(order, d)
    if any(rest % (p * p) == 0 for p in primes):
        return 0
    sign = (-1) ** sum(rest % p == 0 for p in primes)
    return sign * _totient(order, primes) // _totient(rest, primes)
