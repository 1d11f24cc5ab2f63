"""C30 to C32: points, cosets, periods and mirrored frequencies of the embeddings mod 91."""

from __future__ import annotations

from math import gcd

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

MODULI = range(1, 92)
SOURCE = "modular addition at several scales,"


def groups_of_points(n: int, f: int) -> dict[int, set[int]]:
    """The a in 0..n-1 by the point (cos, sin)(2 pi f a/n), that is by f a mod n."""
    places: dict[int, set[int]] = {}
    for a in range(n):
        places.setdefault(f * a % n, set()).add(a)
    return places


def sums_are(n: int, modulus: int, groups: dict[int, set[int]]) -> bool:
    """Whether the groups of points (a, a) are exactly the sets (a + a) mod modulus = i, all i."""
    wanted = [{a for a in range(n) if (a + a) % modulus == i} for i in range(modulus)]
    return sorted(map(sorted, groups.values())) == sorted(map(sorted, wanted))


def period(n: int, f: int) -> int:
    """The least period of cos(2 pi f x/n) in whole x."""
    return next(d for d in range(1, n + 1) if f * d % n == 0)


def mirrored(n: int, f: int) -> int | None:
    """The other frequency in 0..n-1 at which every real function has a transform of the same size; None without one.

    The transform at e is the conjugate of that at f for every real function exactly if e x = -f x mod n for all x.
    """
    return next((e for e in range(n) if e != f and all((e + f) * x % n == 0 for x in range(n))), None)


@claim(
    id="C30",
    claim="""the circular embedding of f = 35, n = 91 shows 13 cosets of 7 points, all (a+b) mod 13 = i, as gcd(35, 91)
    = 7; its points (0,0), ..., (90,90) cover every output class exactly once""",
    source=f"{SOURCE} Figure 8",
    kind="statement",
    requires=("C2",),
)
def check_cosets(effort: str) -> Finding:
    """The points of that circle by integers; which n have every class once, and which frequencies 13 cosets."""
    groups = groups_of_points(91, 35)
    demand(len(groups) == 13 and {len(members) for members in groups.values()} == {7}, f"{len(groups)} groups")
    demand(gcd(35, 91) == 7 and [d for d in MODULI if sums_are(91, d, groups)] == [13], "sums mod 13")
    once = [n for n in range(2, 92) if {2 * a % n for a in range(n)} == set(range(n))]
    demand(once == list(range(3, 92, 2)), f"every class once for n = {once}")
    frequencies = range(1, 46)
    alike = [f for f in frequencies if len(groups_of_points(91, f)) == 13]
    demand(alike == list(range(7, 43, 7)), f"13 cosets for f = {alike}")
    return Finding(
        "holds",
        f"""integers: 13 points on the circle, each for 7 values of a, which are the sets 2a mod 13 = i, and for no
        other modulus from {MODULI[0]} to {MODULI[-1]}; of the {len(frequencies)} frequencies those with 13 cosets
        are {", ".join(map(str, alike))}. That (a, a) covers every class once needs n odd""",
        scope="n = 91; 2a runs over all classes exactly for odd n (n <= 91 by counting, all n: 2 is a unit)",
    )


@claim(
    id="C31",
    claim="""of the clusters of frequencies 35, 25, 8, 42 (n = 91) the first and the last have period 13, a prime factor
    of 91, and are cosets; 25 and 8 are approximate cosets""",
    source=f"{SOURCE} Section 4.1, Figures 6, 7 and 31",
    kind="statement",
    requires=("C2",),
)
def check_periods(effort: str) -> Finding:
    """The least period of each of the four frequencies, and of all others."""
    periods = {f: period(91, f) for f in (35, 25, 8, 42)}
    demand(periods == {35: 13, 25: 91, 8: 91, 42: 13}, f"periods {periods}")
    of_period = {d: [f for f in range(1, 46) if period(91, f) == d] for d in (7, 13, 91)}
    demand({d: len(fs) for d, fs in of_period.items()} == {7: 3, 13: 6, 91: 36}, f"periods {of_period}")
    every((period(91, f) == 91 // gcd(f, 91) for f in range(1, 46)), "n/gcd(f, n)")
    return Finding(
        "holds",
        """least periods 13, 91, 91, 13; of the 45 frequencies 6 have period 13, 3 have period 7 and 36 have period 91.
        That a network learnt these four is the paper's observation""",
        scope="all n: cos(2 pi f x/n) has least period n/gcd(f, n)",
    )


@claim(
    id="C32",
    claim="the transform of a neuron's preactivations (n = 91) is symmetric: values after 45 repeat those up to 45",
    source=f"{SOURCE} caption of Figure 20",
    kind="identity",
)
def check_mirror(effort: str) -> Finding:
    """The frequency with the conjugate transform, for every frequency."""
    pairs = {f: mirrored(91, f) for f in range(91)}
    demand(pairs == {0: None} | {f: 91 - f for f in range(1, 91)}, f"{pairs}")
    demand({pairs[f] for f in range(1, 46)} == set(range(46, 91)), "1..45 against 46..90")
    demand(mirrored(90, 45) is None, "n = 90: 45 is its own mirror")
    return Finding(
        "holds",
        "91 - f is the mirror of f for all f = 1..90, so 46..90 repeat 45..1 (conjugates, the same size); 0 has none",
        scope="all n, real functions: the transform at -f is the conjugate of that at f; for even n, n/2 has no mirror",
    )
