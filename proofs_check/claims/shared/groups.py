"""Exact linear programs of the survey's groups, and the condition on their characters."""

from __future__ import annotations

from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from margin.numbers.square_roots import Surd
from margin.surveys.groups import all_groups, surveyed_group


def not_always_used(name: str, k: int) -> list[str]:
    """`optional` or `never` for each representation that some optimum of the linear program leaves out, exactly."""
    return [irrep.used for irrep in GroupProgram(group(name)).solve(k).blocks if irrep.used != "always"]


LARGER = ("D4xC4", "A4xC3", "D4xS3", "A5", "S5")  # besides


def programs(most: int) -> dict[str, GroupProgram]:
    """The linear programs of the survey's groups up to an order (ascending), and of some larger ones."""
    orders = {name: int(name.split("(")[1].split(",")[0]) for name in all_groups() if name.startswith("Small")}
    names = [name for name, order in orders.items() if order <= most]
    return {name: GroupProgram(surveyed_group(name)) for name in (*names, *LARGER)}


def is_real(program: GroupProgram) -> bool:
    """Whether every irreducible representation over R is of real type: all complex ones can be written over R."""
    return all(irrep.type == "real" for irrep in program.irreps)


def condition_sums(program: GroupProgram, half_power: int = 3) -> list[Surd]:
    """sum over non-trivial R of d_R^(half_power/2) chi_R(C), one for each class C (with its inverse), exact."""
    factors = [Surd.half_power(program.irreps[o[0]].dimension, half_power) for o in program.irrep_orbits]
    return [
        sum((f * row[column] for f, row in zip(factors, program.orbit_sums, strict=True)), Surd())
        for column in range(len(program.class_orbits))
    ]


def has_condition(program: GroupProgram) -> bool:
    """Whether these sums are negative at every non-trivial class: the condition of Morwani et al., Section 6."""
    return all(value < 0 for value in condition_sums(program))
