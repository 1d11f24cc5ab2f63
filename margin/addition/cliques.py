"""Cliques that bound widths from below; `margin.addition.width.lower_bound` says why.

Sets of k-vectors all of whose differences lie in B_k or -B_k (docs/theory.md, 5.2 and 5.6), each of the largest size
there is among sets through 0; `margin.addition.width.is_clique` verifies them. Written as digit strings shifted by two:
"023" is (-2, 0, 1).
"""

from itertools import product

from margin.networks.phases import Exponent

_DIGITS = {
    2: "22 31 33 42 44 53",
    3: "222 312 321 323 332 343 422 431 433 442 444 453 532 534 543",
    4: (
        "2222 2312 2321 3212 3221 3311 3320 3322 3331 3333 3412 3421 3423 3432 4222 4312 4321 4323 4332 4422 "
        "4431 4433 4442 4444 4523 4532 4534 4543 5322 5333 5423 5432 5434 5443 5533 6433 "
    ),
}

CLIQUES: dict[int, tuple[Exponent, ...]] = {
    k: tuple(tuple(int(digit) - 2 for digit in word) for word in words.split()) for k, words in _DIGITS.items()
}


def cube_clique(k: int) -> tuple[Exponent, ...]:
    """For every k: the v in {0,1}^k with an even sum, and the v + (1, ..., 1) with v in {0,1}^k and sum v = k mod 2.

    A difference of two of the same kind has an even sum and entries in {-1, 0, 1}: it or its negative is in B_k, as
    its sum is 2r >= 0 and no entry exceeds 1. So has a difference v + (1, ..., 1) - v', with entries in {0, 1, 2}: its
    entries 2 are at most as many as half of the sum. 2^k vectors, one less for even k: then (1, ..., 1) comes twice.

    >>> len(cube_clique(2)), len(cube_clique(3))
    (3, 8)
    """
    cube = list(product((0, 1), repeat=k))
    even = [v for v in cube if sum(v) % 2 == 0]
    shifted = [tuple(x + 1 for x in v) for v in cube if (sum(v) - k) % 2 == 0]
    return tuple(sorted({*even, *shifted}))


def cube_size(k: int) -> int:
    """The number of vectors of `cube_clique`."""
    return 2**k - (k % 2 == 0)
