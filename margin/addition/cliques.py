"""Cliques that bound widths from below; `margin.addition.width.lower_bound` says why.

Sets of k-vectors all of whose differences lie in B_k or -B_k (docs/theory.md, 5.2 and 5.6), each of the largest size
there is among sets through 0; `margin.addition.width.is_clique` verifies them. Written as digit strings shifted by two:
"023" is (-2, 0, 1).
"""

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
