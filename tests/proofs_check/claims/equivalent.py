"""Changes of the claims' checks that nothing can notice, each with the reason."""

from __future__ import annotations

ROOTS = "the sum of all roots of unity of that order is added, which is 0"

NO_HALF = "no frequency from 0 to 46 but 42 is half of 7 modulo 91"

EQUIVALENT = {
    "b09_frequency_sum: number 3, 0, in demand(is_sum(n, Fraction(-1, 2)) and not is_sum(n, Fraction(0)),"
    ' f"n = {n}")': ("that the sum is -1/2 stands before it, so it is neither 0, as claimed, nor 1, nor -1"),
    "c17_congruence: number 1, 1, in halves = [f for f in range(1, N // 2 + 1) if half_is(N, F, f)]": NO_HALF,
    "c17_congruence: number 2, 1, in halves = [f for f in range(1, N // 2 + 1) if half_is(N, F, f)]": NO_HALF,
    "b09_frequency_sum: number 1, 0, in counts = [0] * n": ROOTS,
    "b04_fourier_objective: number 1, 0, in counts = [0] * n": ROOTS,
    "b21_one_input: number 1, 0, in counts = [0] * n": ROOTS,
    "a05_frequencies: number 1, 0, in coefficients = [0] * n": ROOTS,
    "a05_frequencies: number 1, 2, in for d in range(2, n):": "n is odd: z -> 2 z takes each difference to another one",
}
