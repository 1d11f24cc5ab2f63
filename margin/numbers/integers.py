"""Integer facts that the exact arithmetic needs: square factors and primes.

Standard library only, so that a prediction needs no numerical package; sympy is
called for numbers beyond the reach of trial division.
"""

from functools import lru_cache
from math import isqrt

_TRIAL_LIMIT = 1_000_000
_FACTOR_LIMIT = 10**30  # composites up to here take sympy seconds
_MOST_BITS = 256  # primes up to here are tested for
# Miller-Rabin with these bases is a proof below 3317044064679887385961981 (Sorenson and Webster, 2015).
_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
_BASES_PROVE_BELOW = 3_317_044_064_679_887_385_961_981


def is_prime(n: int) -> bool:
    """Whether n is prime: proved below 3.3e24, sympy's BPSW test (no known exception) above."""
    if n < 2:
        return False
    for p in _BASES:
        if n % p == 0:
            return n == p
    if n >= _BASES_PROVE_BELOW:
        from sympy import isprime

        return bool(isprime(n))
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in _BASES:
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


@lru_cache(maxsize=256)
def square_factor(n: int) -> tuple[int, int]:
    """Write n >= 1 as f^2 * r with r squarefree; returns (f, r).

    Trial division need only reach the cube root: what is left then is 1, a prime,
    a product of two primes, or the square of one. Beyond 10^18 sympy factors the rest, if it is below 10^30.

    Raises ValueError for n < 1, and where the square factors are out of reach.
    """
    if n < 1:
        raise ValueError(f"square_factor: got {n}, expected an integer >= 1")
    f, r, rest, p = 1, 1, n, 2
    while p * p * p <= rest and p < _TRIAL_LIMIT:
        if rest % p == 0:
            exponent = 0
            while rest % p == 0:
                rest, exponent = rest // p, exponent + 1
            f *= p ** (exponent // 2)
            r *= p ** (exponent % 2)
        elif p in (41, 9973) and not rest >> _MOST_BITS and is_prime(rest):
            return f, r * rest
        p += 1 if p == 2 else 2
    root = isqrt(rest)
    if root * root == rest:
        return f * root, r
    if p * p * p <= rest and (rest >> _MOST_BITS or not is_prime(rest)):
        if rest > _FACTOR_LIMIT:
            raise ValueError(
                f"the square factors of a number are out of reach: it has a factor of {rest.bit_length()} bits"
                f" without prime factors below {_TRIAL_LIMIT}"
            )
        from sympy import factorint

        for q, exponent in factorint(rest).items():
            f *= int(q) ** (exponent // 2)
            r *= int(q) ** (exponent % 2)
        return f, r
    return f, r * rest


def prime_factors(n: int) -> list[int]:
    """The distinct primes dividing a small n >= 1 (trial division), ascending."""
    primes, p = [], 2
    while p * p <= n:
        if n % p == 0:
            primes.append(p)
            while n % p == 0:
                n //= p
        p += 1
    return [*primes, n] if n > 1 else primes
