"""E1: gamma* of one shared embedding at k = 2, n = 2 and n = 3, in closed form."""

from __future__ import annotations

from fractions import Fraction

from margin.numbers.square_roots import Surd
from margin.shared.classes import wrong_labels
from margin.shared.kernel import indices, kernel, totient
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

STEP = Fraction(1, 100)  # to the neighbours of a weight
VALUES = {2: 4 * Surd.sqrt(6) / 27, 3: 32 * Surd.sqrt(2) / 297}


def coefficients(n: int, monomial: tuple[int, ...]) -> list[Fraction]:
    """What each class of wrong labels adds to the coefficient of v_z c_(z_1) c_(z_2): equal inputs first."""
    rows = indices(n, 2)
    (place,) = (i for i, row in enumerate(rows.tolist()) if tuple(row) == monomial)
    return [Fraction(int(kernel(n, label, rows)[place]), totient(n)) for label in wrong_labels(n, 2)]


def largest_of_two(s: Fraction) -> Fraction:
    """n = 2: max ||Q|| over unit u where equal inputs have the weight s."""
    square, mixed = coefficients(2, (1, 0, 0)), coefficients(2, (1, 1, 1))
    return max(abs(s * both[0] + (1 - s) * both[1]) for both in (square, mixed))


def of_three() -> tuple[list[Fraction], list[Fraction]]:
    """n = 3: the coefficients of c_0 c_1 and of conj(c_1)^2."""
    return coefficients(3, (1, 0, 1)), coefficients(3, (1, 2, 2))


def quadratic_of_three(s: Fraction) -> tuple[Fraction, Fraction]:
    """n = 3: A and B of Q_1 = 2 A c_0 c_1 + B conj(c_1)^2; ||Q|| is sqrt 2 l, l^2 - (B/2) l - A^2/2 = 0."""
    pair, square = of_three()
    return s * pair[0] + (1 - s) * pair[1], s * square[0] + (1 - s) * square[1]


def optimum_of_two(weight: Fraction = Fraction(1, 3)) -> Fraction:
    """t at the given weight, after checking that neighbours are no better: the maximum of two lines is convex."""
    value = largest_of_two(weight)
    for step in (STEP, -STEP):
        demand(largest_of_two(weight + step) > value, f"n = 2: weight {weight + step} is no worse than {weight}")
    return value


def optimum_of_three(weight: Fraction = Fraction(29, 99), root: Fraction = Fraction(16, 11)) -> Fraction:
    """l at the given weight, after checking that it is the root there and that its derivative vanishes.

    l^2 = (B/2) l + A^2/2 gives l' (2 l - B/2) = B' l / 2 + A A'; l is convex in s.
    """
    a, b = quadratic_of_three(weight)
    demand(root == abs(root) and root**2 - b / 2 * root - a**2 / 2 == 0, f"n = 3: {root} is no root at weight {weight}")
    pair, square = of_three()
    a_slope, b_slope = pair[0] - pair[1], square[0] - square[1]
    demand(b_slope / 2 * root + a * a_slope == 0, f"n = 3: weight {weight} is not stationary")
    return root


def stated(values: dict[int, Surd]) -> None:
    """The values for n = 2 and n = 3 are the minima, and that for 3 is 32/33 of twice the separate one."""
    from margin.addition.maximum import maximum_margin
    from margin.tasks import ModularAddition

    scale = {n: 2 / (3 * Surd.sqrt(3) * n * Surd.sqrt(n)) for n in (2, 3)}
    two, three = scale[2] * optimum_of_two(), scale[3] * Surd.sqrt(2) * optimum_of_three()
    demand(two == values[2], f"n = 2: {two}, claimed {values[2]}")
    demand(three == values[3], f"n = 3: {three}, claimed {values[3]}")
    separate = maximum_margin(ModularAddition(3, 2)).exact
    demand(values[3] == Fraction(64, 33) * separate, f"n = 3: not 32/33 of twice {separate}")


@claim(
    id="E1",
    claim="""with one embedding shared by both inputs (k = 2), counted once in the norm, gamma* is 4 sqrt(6)/27 mod 2
    and 32 sqrt(2)/297 mod 3, the latter 32/33 of twice that of separate embeddings""",
    source="this project, docs/theory.md, 10.6",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """The largest ||Q|| over unit u as a function of the one class weight, and its minimum, exactly."""
    stated(VALUES)
    return Finding(
        "holds",
        f"""exact arithmetic: mod 2 the weight of equal inputs is 1/3 and max ||Q|| = 8/3 (more {STEP} beside it); mod 3
        it is 29/99 and max ||Q|| = 16 sqrt(2)/11""",
        scope="n = 2 and n = 3, k = 2; other n have enclosures (E2)",
    )
