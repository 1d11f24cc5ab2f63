"""Changes of the claims' checks that nothing can notice, each with the reason."""

from __future__ import annotations

import re
from functools import cache

ROOTS = "the sum of all roots of unity of that order is added, which is 0"

NO_HALF = "no frequency from 0 to 46 but 42 is half of 7 modulo 91"

TURNED = "p = 2: half a turn changes the signs of one input vector and of w, and all such neurons are alike"

SAME_RUN = "all rows of a run say the same of it"

ENCLOSED = "intervals decide: the signs of two slopes show that the best t lies between, wherever these are"

SMOOTH = "the sum over equidistant points of a smooth function agrees to twelve digits"

ANY_TURN = "each t gives a bound by itself, and those near the best one give it to five decimals"

NO_ZERO = "only keeps from a division by 0, of networks that have learned nothing"

SHIFT = "a coset for every shift s, and 0 is only an example"

EQUIVALENT = {
    "c02_cosets: number 3, 0, in demand(on_coset(91, 35, 0, 7) and on_coset(91, 42, 0, 7),"
    ' "n = 91, f = 35, 42: 13 cosets of 7 points")': SHIFT,
    "c02_cosets: number 7, 0, in demand(on_coset(91, 35, 0, 7) and on_coset(91, 42, 0, 7),"
    ' "n = 91, f = 35, 42: 13 cosets of 7 points")': SHIFT,
    'c18_definition: number 1, 4, in demand(not is_coset(4, frozenset({0, 1})), "{0, 1} is a coset in C_4")': (
        "two neighbours are no coset for any n > 2; 4 is only the smallest composite example"
    ),
    "c21_cluster: number 1, 0, in for x in range(0, n, f):": "the other x of the same wave are still looked at",
    "c21_cluster: number 1, 0, in counts = [0] * n  # of zeta^e: 4 times the difference": ROOTS,
    "b09_frequency_sum: number 3, 0, in demand(is_sum(n, Fraction(-1, 2)) and not is_sum(n, Fraction(0)),"
    ' f"n = {n}")': ("that the sum is -1/2 stands before it, so it is neither 0, as claimed, nor 1, nor -1"),
    "c17_congruence: number 1, 1, in halves = [f for f in range(1, N // 2 + 1) if half_is(N, F, f)]": NO_HALF,
    "c17_congruence: number 2, 1, in halves = [f for f in range(1, N // 2 + 1) if half_is(N, F, f)]": NO_HALF,
    "b09_frequency_sum: number 1, 0, in counts = [0] * n": ROOTS,
    "b21_one_input: number 1, 0, in demand(frequencies(helmert(p)[0]) == list(range(1, p // 2 + 1)),"
    ' f"p = {p}: (1, -1, 0, ...) lacks a frequency")': "the second and the last vector have every frequency too",
    "b04_fourier_objective: number 1, 0, in counts = [0] * n": ROOTS,
    "b21_one_input: number 1, 0, in counts = [0] * n": ROOTS,
    "a05_frequencies: number 1, 0, in coefficients = [0] * n": ROOTS,
    "c42_scale: number 1, 0, in return np.maximum(np.array(pairs) @ inner.T + bias, 0) @ outer.T": (
        "the preactivations are the same, and so are the logits, whatever the activation is"
    ),
    "exact: number 1, 53, in precision = 53": "the precision is raised until the sign is decided, wherever it begins",
    "exact: number 1, 2, in precision *= 2": "the precision is raised until the sign is decided, however fast it grows",
    "exact: number 1, 1, in for q in range(least, n // 2 + 1):": (
        "the least of two or more coprime factors is below the square root of n, so it is reached"
    ),
    'b18_transformers: number 1, 0, in first, chance = rows[0], of_random(int(rows[0]["p"]))': SAME_RUN,
    'b18_transformers: number 2, 0, in first, chance = rows[0], of_random(int(rows[0]["p"]))': SAME_RUN,
    'b18_transformers: number 1, 0, in allowed = most([rows[0] | {"heads": str(len(rows))} for rows in runs])': (
        SAME_RUN + ", but for the heads, which are counted"
    ),
    "d05_removal: number 1, 0, in name = title(rows[0])": SAME_RUN,
    'c12_neurons: number 1, 1, in return sum(int(row["simple"]) for row in rows)'
    ' / max(1, sum(int(row["live"]) for row in rows))': NO_ZERO,
    "c12_neurons: number 1, 1, in return float(fine / max(others, 1))": NO_ZERO,
    "rates: number 1, 2.0, in NARROW = 2.0**-20  # half the width in which the best t is enclosed": ENCLOSED,
    "rates: number 2, 20, in NARROW = 2.0**-20  # half the width in which the best t is enclosed": ENCLOSED,
    "rates: number 1, 4, in while high - low > NARROW / 4:": ENCLOSED,
    "rates: number 2, 1.0, in low, high = 0.0, 1.0": "it is doubled until it is above the best t, wherever it begins",
    "rates: number 1, 100, in LINE = (np.arange(1000) + 0.5) / 100": SMOOTH,
    "rates: number 3, 1000, in LINE = (np.arange(1000) + 0.5) / 100": "what lies above 9.99 is no 10^7th of it",
    "rates: number 1, 2, in while not (square.b < i * i / 2 and term.b < total.a * 2.0**-iv.prec):": (
        "it decides alone only for t above some hundreds, where the rounding of so many terms is wider than the rest"
    ),
    "rates: number 2, 2.0, in while not (square.b < i * i / 2 and term.b < total.a * 2.0**-iv.prec):": (
        "the rest is below the last term, wherever the series ends"
    ),
    "exact: number 2, 2, in for q in range(least, n // 2 + 1):": (
        "the least of two or more coprime factors is below the square root of n, and n itself leaves nothing to split"
    ),
    "c08_frequencies: number 1, 1e-12, in return float(present / max(expected, 1e-12))": NO_ZERO,
    "c07_separation: number 2, 1e-09, in return bool(gain.a <= 2 <= gain.b and gain.delta < 1e-9 and value.a > 0.15641"
    " and value.b < 0.15642)": "the interval is a millionth as wide: only one that is wide by mistake is refused",
    "c06_number: number 3, 1, in turns = np.arange(1, TURNS + 1)[:, None] / 2": (
        "each t of the grid gives a bound by itself, and the best ones lie within it"
    ),
    "b25_equivalence: number 3, 0, in single, three = gaps(2, [(0, 0)]), gaps(3, [(0, 0), (2, 2), (4, 4)])": TURNED,
    "b25_equivalence: number 4, 0, in single, three = gaps(2, [(0, 0)]), gaps(3, [(0, 0), (2, 2), (4, 4)])": TURNED,
    "b25_equivalence: number 1, 0, in total = 0": "the same number is added to every logit, and gaps are differences",
    "b05_single_neuron: number 1, 3, in phases = [3 * j + z for j in range(k)]": (
        "all phases whose sum is that of the label attain the maximum, and these are an example"
    ),
    "a05_frequencies: number 1, 2, in for d in range(2, n):": "n is odd: z -> 2 z takes each difference to another one",
}

# by a pattern of the whole name
KINDS = {
    r"c(13|38)_\w+: number 1, 0\.[09]5, in f\".*np\.quantile\((spreads|errors), .*": (
        "a hundredth of the place of a quantile, among a hundred clusters or more, does not show in two decimals"
    ),
    r"c07_separation: number (2, 3548|2, 3680|3, 1000), in .*, Fraction\((3548|3680), 1000\)\),": ANY_TURN,
    r".*: number 1, \d+, in iv\.prec = \d+": (
        "intervals enclose their value at every precision; one too low is refused, as signs are then undecided"
    ),
    r".*: number 1, 0, in (coefficients|counts|total) = \[0\] \* n": ROOTS,
}

# Files with changes that nothing notices and that are not shown to be equivalent: at most so many, when last counted.
# The numbers may fall, and do not grow.
UNNOTICED: dict[str, int] = {}
# Files of which it is not known how many there are: they have not been gone through since their checks were mended.
UNCOUNTED: tuple[str, ...] = ()


@cache
def reason(name: str) -> str | None:
    """Why nothing can notice the change of that name; None if it is not listed as equivalent."""
    kinds = (why for pattern, why in KINDS.items() if re.fullmatch(pattern, name))
    return EQUIVALENT.get(name) or next(kinds, None)
