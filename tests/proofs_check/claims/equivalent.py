"""Changes of the claims' checks that nothing can notice, each with the reason."""

from __future__ import annotations

ROOTS = "the sum of all roots of unity of that order is added, which is 0"

EQUIVALENT = {
    "b09_frequency_sum: number 1, 0, in counts = [0] * n": ROOTS,
    "b04_fourier_objective: number 1, 0, in counts = [0] * n": ROOTS,
    "b21_one_input: number 1, 0, in counts = [0] * n": ROOTS,
    "a05_frequencies: number 1, 0, in coefficients = [0] * n": ROOTS,
    "a05_frequencies: number 1, 2, in for d in range(2, n):": "n is odd: z -> 2 z takes each difference to another one",
}
