"""What the theory says of the tasks in the figures, in floats."""

from __future__ import annotations

from functools import lru_cache
from math import factorial
from typing import TYPE_CHECKING

from margin import ModularAddition, maximum_margin
from margin.tasks import GroupComposition, SparseParity, Task, parse
from paper_figures import tables

if TYPE_CHECKING:
    from margin.composition.maximum import GroupMargin

# what the papers publish, where that is not gamma*, by kind of task
PUBLISHED = {"modular_addition": "published formula", "group_composition": "regular shares"}


def recipes() -> dict[str, Task]:
    """The task of every recipe with activation x^k in the tables, by the recipe's name. Raises MissingTable."""
    rows = [row for row in tables.read("final") if row["activation"] == "power"]
    return {row["recipe"]: parse(row["task"], int(row["k"])) for row in rows}


def gamma(task: Task) -> float:
    """gamma* of a task. Raises TypeError for a task of another kind."""
    if isinstance(task, ModularAddition):
        return float(maximum_margin(task))
    if isinstance(task, GroupComposition):
        return float(group_margin(task).value)
    if not isinstance(task, SparseParity):
        raise TypeError(f"gamma: got {task!r}, expected a task of addition, groups or parity")
    from margin.parity.maximum import parity_prediction

    return float(parity_prediction(task))


def published_margin(task: Task) -> float | None:
    """What the published formulas give where that is not gamma*: even n, groups that leave representations out."""
    if isinstance(task, ModularAddition):
        return published(task.n, task.k) if task.n % 2 == 0 else None
    if isinstance(task, GroupComposition):
        solved = group_margin(task)
        return None if solved.all_irreps == solved.value else float(solved.all_irreps)
    return None


def published(n: int, k: int) -> float:
    """2 k! / ((2k+2)^((k+1)/2) (n-1) n^((k-1)/2)): Li et al., Lemma 4.2, for primes; gamma* of every odd n."""
    return float(2 * factorial(k) / ((2 * k + 2) ** ((k + 1) / 2) * (n - 1) * n ** ((k - 1) / 2)))


@lru_cache(maxsize=16)
def group_margin(task: GroupComposition) -> GroupMargin:
    """The linear program over the representations of a group, solved exactly."""
    from margin.composition.maximum import GroupProgram

    return GroupProgram(task.group).solve(task.k)
