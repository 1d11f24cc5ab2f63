"""A13: the character condition for symmetric groups, by the rule of Murnaghan and Nakayama."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from margin.numbers.square_roots import Surd
from proofs_check.claims.shared.groups import condition_sums
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

Partition = tuple[int, ...]


def partitions(n: int, largest: int | None = None) -> Iterator[Partition]:
    """Partitions of n with parts <= largest, descending."""
    if n == 0:
        yield ()
    for part in range(min(n, n if largest is None else largest), 0, -1):
        yield from ((part, *rest) for rest in partitions(n - part, part))


@cache
def character(shape: Partition, cycles: Partition) -> int:
    """chi of the representation `shape` of S_n at the class `cycles`: remove a rim hook for each cycle.

    In beta numbers (first column hook lengths) a hook of length r is one number b replaced by b - r; its sign is that
    of the numbers between.
    """
    if not cycles:
        return 1
    length = cycles[0]
    beta = [part + i for i, part in enumerate(reversed(shape))]
    total = 0
    for b in beta:
        if b >= length and b - length not in beta:
            between = sum(b - length < other < b for other in beta)
            left = sorted({*beta, b - length} - {b})
            rest = tuple(x - i for i, x in enumerate(left) if x > i)[::-1]
            total += (-1) ** between * character(rest, cycles[1:])
    return total


def sums(n: int, half_power: int = 3) -> dict[Partition, Surd]:
    """sum over non-trivial R of d_R^(half_power/2) chi_R(C) for every non-trivial class C of S_n, exact."""
    shapes = [shape for shape in partitions(n) if shape != (n,)]
    factors = [Surd.half_power(character(shape, (1,) * n), half_power) for shape in shapes]
    classes = [cycles for cycles in partitions(n) if cycles != (1,) * n]
    return {
        c: sum((f * character(shape, c) for f, shape in zip(factors, shapes, strict=True)), Surd()) for c in classes
    }


def violations(n: int, half_power: int = 3) -> dict[Partition, Surd]:
    """Classes whose sum is not negative."""
    return {cycles: value for cycles, value in sums(n, half_power).items() if value >= 0}


def agrees_with_tables(n: int) -> bool:
    """Whether the sums are, as a multiset, those of the exact character table found without this rule."""
    return sorted(sums(n).values(), key=str) == sorted(condition_sums(GroupProgram(group(f"S{n}"))), key=str)


@claim(
    id="A13",
    claim="the condition sum_R d_R^1.5 chi_R(C) < 0 for all non-trivial classes C holds for S_3, S_4, S_5 (and beyond)",
    source="Morwani et al., Section 6",
    kind="statement",
    requires=("A11",),
)
def check(effort: str) -> Finding:
    """Sums of all classes of S_n, for small n also against computed character tables."""
    most, tables = (12, 5) if effort == "quick" else (14, 6)
    for n in range(3, tables + 1):
        demand(agrees_with_tables(n), f"S{n}: the character table has other sums")
    violated = {n: violations(n) for n in range(3, most + 1)}
    holding = [n for n, bad in violated.items() if not bad]
    demand(holding == [3, 4, 5], f"the condition holds for n = {holding}")
    first = next(n for n, bad in violated.items() if bad)
    cycles, value = max(violated[first].items(), key=lambda item: item[1])
    demand(value.sign() == 1, f"S_{first}: the greatest sum is {value}")
    for n in range(3, most + 1):
        odd = [v for c, v in sums(n).items() if (n - len(c)) % 2]
        every((v == -1 for v in odd), f"S{n}: an odd class has a sum other than -1")
    return Finding(
        "holds with a correction",
        f"""exact sums of all classes of S_n, n <= {most}: the condition holds for n =
        {", ".join(map(str, holding))} and fails for all {len(violated) - len(holding)} others (beyond 5: none);
        odd classes always sum to -1 (R against R times sign)""",
        counterexample=f"S_{first}, class of cycle type {cycles}: the sum is {value} > 0",
        correction=f"holds for S_3, S_4, S_5 and for no S_n with 6 <= n <= {most}",
        scope=f"""checked for n <= {most}, exact (Murnaghan-Nakayama, signs of sums of square roots); n <= {tables} also
        against character tables computed from the group. Nothing is claimed for larger n""",
        data={"most": most, "holding": holding, "violations": {str(n): len(bad) for n, bad in violated.items()}},
    )
