"""C4: the Chinese remainder theorem with cosines; as printed the frequencies belong to other congruences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from proofs_check.claims.shared.exact import cosine_sign, splittings
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def one_on(n: int, frequency: int, m: int) -> set[int]:
    """Where cos(2 pi frequency (k - m)/n) is 1."""
    return {k for k in range(n) if frequency * (k - m) % n == 0}


def solutions(n: int, q: int, m: int) -> set[int]:
    """The k in 0..n-1 with k = m mod q."""
    return {k for k in range(n) if (k - m) % q == 0}


def takes_one_there(n: int, q: int, printed: bool, only: bool) -> bool:
    """Whether the cosine of frequency q (printed) or n/q is 1 on the solutions of k = m mod q, for all m; `only`: there
    and nowhere else."""
    frequency = q if printed else n // q
    for m in range(q):
        ones, wanted = one_on(n, frequency, m), solutions(n, q, m)
        if not (ones == wanted if only else ones >= wanted):
            return False
    return True


def ones_where(n: int, frequency: int, q: int) -> bool:
    """Whether the cosine of that frequency is 1 on the solutions of k = m mod q, for all m."""
    return all(one_on(n, frequency, m) >= solutions(n, q, m) for m in range(q))


def sum_is_greatest_at_solution(n: int, qs: Sequence[int], printed: bool) -> bool:
    """Whether, for all residues, the sum of the cosines has its only maximum at the solution of all congruences."""
    for ms in product(*map(range, qs)):
        (wanted,) = set.intersection(*(solutions(n, q, m) for q, m in zip(qs, ms, strict=True)))
        for k in range(n):
            coefficients = [0] * n
            for q, m in zip(qs, ms, strict=True):
                frequency = q if printed else n // q
                coefficients[frequency * (wanted - m) % n] += 1
                coefficients[frequency * (k - m) % n] -= 1
            if k != wanted and cosine_sign(coefficients) <= 0:
                return False
    return True


@claim(
    id="C4",
    claim="""f_i(k) = cos(2 pi i q_i (k - m_i)/n), as printed, is 1 on the solution set of k = m_i mod q_i, n =
    q_1...q_j pairwise coprime, so the sum over i has a maximum at the one solution of all congruences""",
    source="modular addition at several scales, Remark 1",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Printed and corrected cosines of all factorisations, and their sums at all residues."""
    most = 30 if effort == "quick" else 45
    cases = [(n, qs) for n in range(2, most + 1) for qs in splittings(n)]
    for n, qs in cases:
        every((takes_one_there(n, q, False, True) for q in qs), f"n = {n}, q = {qs}: the corrected cosines")
    summed = [(n, qs) for n, qs in cases if n <= 2 * most // 3]
    for n, qs in summed:
        demand(sum_is_greatest_at_solution(n, qs, False), f"n = {n}, q = {qs}: the corrected sum")
    several = [(n, qs) for n, qs in cases if len(qs) > 1]
    failing = [(n, qs) for n, qs in several if not all(takes_one_there(n, q, True, False) for q in qs)]
    demand(failing == several and several[0] == (6, (2, 3)), "as printed they are 1 on the solutions")
    demand(not sum_is_greatest_at_solution(6, (2, 3), True), "n = 6: the printed sum has the right maximum")
    indexed = [[ones_where(n, i * q, q) for i, q in enumerate(qs, 1)] for n, qs in several]
    every((not all(ones) for ones in indexed), "with the index in the argument they are 1 on the solutions")
    helped = sum(map(sum, indexed))
    demand(one_on(6, 2, 0) == solutions(6, 3, 0) == {0, 3}, "n = 6: frequency 2 goes with q = 3")
    return Finding(
        "holds with a correction",
        f"""the i in the argument is taken for a slip; as the index it does not help (it makes {helped} of the
        {sum(map(len, indexed))} cosines 1 there, and in no factorisation all; as sqrt(-1) f_i is a hyperbolic
        cosine, above 1 but at k = m_i). Without it f_i is 1 exactly where k = m_i mod n/q_i: wrong for all
        {len(several)} factorisations of n <= {most} into two or more coprime factors. With frequency n/q_i: 1 on
        the solutions and only there (all {len(cases)}), the sum greatest at the solution alone (all residues, n <=
        {2 * most // 3})""",
        counterexample="""n = 6, q = (2, 3), m = (1, 0), solution k = 3: f_1(3) = cos(4 pi/3) = -1/2 (with i as the
        index too), f_2(3) = cos(3 pi) = -1; the sum is greatest, 2, at k = 4, which is 0 mod 2""",
        correction="f_i(k) = cos(2 pi (n/q_i)(k - m_i)/n) = cos(2 pi (k - m_i)/q_i)",
        scope="""all n: cos(2 pi x/q) of an integer x is 1 exactly when q divides x, less otherwise, and the solution is
        unique by the Chinese remainder theorem""",
        data={"cases": len(cases), "several": len(several)},
    )
