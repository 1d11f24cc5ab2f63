"""The maximum margin of composition in any finite group: its program solved, or in closed form."""

from __future__ import annotations

from dataclasses import replace

from margin.composition.closed_form import closed_form
from margin.composition.program import GroupMargin, program
from margin.io.command import EXACT_BITS
from margin.tasks import GroupComposition

MOST_K = 1000  # digits of exact numbers grow with k


def maximum_margin(task: GroupComposition) -> GroupMargin:
    """gamma* of composition: in closed form where the name says that the group is abelian or dihedral, of any order.

    Raises ValueError for the trivial group, and for other groups too large to enumerate.
    """
    if task.structure is None:
        return replace(program(task).solve(task.k), task=task)
    return replace(closed_form(task.structure, task.k), task=task)


def require_inputs(k: int) -> None:
    """Raise ValueError for more inputs than exact numbers of a group are made for."""
    if k > MOST_K:
        raise ValueError(f"k = {k}, expected at most {MOST_K} for a group")


def require_size(task: GroupComposition) -> None:
    """Raise ValueError where the exact numbers would be too long to print."""
    k = task.k
    require_inputs(k)
    bits = k * (k.bit_length() + task.structure.order.bit_length() + 2) if task.structure is not None else 0
    if bits > EXACT_BITS:
        raise ValueError(
            f"the exact margin for k = {k} would take about {bits} bits, limit {EXACT_BITS}; choose a smaller k"
        )
