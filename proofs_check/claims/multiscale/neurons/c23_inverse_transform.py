"""C23: the inverse Fourier transform by which simple neurons are detected drops a factor."""

from __future__ import annotations

from margin.networks.phases import is_zero_sum
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

Vector = list[int]  # coefficients of the powers of a root of unity of order n


def cosine(n: int, f: int, t: int, k: int) -> Vector:
    """2 cos(2 pi (f k - t)/n)."""
    total = [0] * n
    for sign in (1, -1):
        total[sign * (f * k - t) % n] += 1
    return total


def transformed(n: int, f: int, t: int, frequency: int) -> Vector:
    """The discrete Fourier transform sum_k h(k) zeta^(-frequency k) of that cosine h."""
    total = [0] * n
    for k in range(n):
        for power, coefficient in enumerate(cosine(n, f, t, k)):
            total[(power - frequency * k) % n] += coefficient
    return total


def is_restored(n: int, f: int, t: int, divisor: int) -> bool:
    """Whether h(k) = (h^(f) zeta^(fk) + h^(-f) zeta^(-fk))/divisor for all k, decided in the cyclotomic field."""
    pair = {sign * f: transformed(n, f, t, sign * f) for sign in (1, -1)}
    for k in range(n):
        total = [-divisor * coefficient for coefficient in cosine(n, f, t, k)]
        for sign in (1, -1):
            for power, coefficient in enumerate(pair[sign * f]):
                total[(power + sign * f * k) % n] += coefficient
        if not is_zero_sum(total):
            return False
    return True


@claim(
    id="C23",
    claim="""where the transform h^ vanishes except at f and -f, h(k) = h^(f) e^(2 pi i f k/n) + h^(-f) e^(-2 pi i f
    k/n) = 2 r cos(2 pi (f k - t)/n), h^(f) = r e^(i theta), t = -n theta/(2 pi)""",
    source="modular addition at several scales, appendix A.1",
    kind="identity",
)
def check(effort: str) -> Finding:
    """Cosines of every frequency and whole phase, restored from two values of their transform."""
    most = 12 if effort == "quick" else 20
    shifted = [(n, f, t) for n in range(2, most + 1) for f in range(1, n) for t in range(min(n, 3))]
    cases = [(n, f, t) for n, f, t in shifted if 2 * f != n or t == 0]
    for n, f, t in cases:
        restoring = [divisor for divisor in range(2 * n + 1) if is_restored(n, f, t, divisor)]
        demand(restoring == [2 * n if 2 * f == n else n], f"n = {n}, f = {f}, t = {t}: divided by {restoring}")
    return Finding(
        "holds with a correction",
        f"""{len(cases)} cosines, n <= {most}, every f, whole phases t: the printed sum is n h(k), never h(k) (exactly).
        The paper states the inverse transform with its 1/n in the same paragraph. The test for simple neurons is not
        touched: r_A, r_B, r_D carry the same factor, and the weights are rescaled by 2 r_A""",
        counterexample="n = 3, f = 1, h(k) = cos(2 pi k/3): h^(1) = h^(-1) = 3/2, and the printed sum at k = 0 is 3",
        correction="""h(k) = (1/n)(h^(f) e^(2 pi i f k/n) + h^(-f) e^(-2 pi i f k/n)) = (2 r/n) cos(2 pi (f k - t)/n),
        for 2f no multiple of n; for 2f = n both terms are the same one and h(k) = (r/n) cos(pi k)""",
        scope="all n: the orthogonality of characters of Z_n; t any real number in the same way",
        data={"cases": len(cases)},
    )
