"""What the theory says of the tasks in the figures, in floats."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from margin import ModularAddition, maximum_margin
from margin.tasks import GroupComposition, Task, parse
from paper_figures import tables

if TYPE_CHECKING:
    pass

# what the papers publish, where that is not gamma*, by kind of task
PUBLISHED = {"modular_addition": "published formula", "group_composition": "regular shares"}


def recipes() -> dict[str, Task]:
    """The task of every recipe with activation x^k in the tables, by the recipe's name. Raises MissingTable."""
    rows = [row for row in tables.read("final") if row["activation"] == "power"]
    return {row["recipe"]: parse(row["task"], int(row["k"])) for row in rows}


def published_margin(task: Task) -> float | None:
    """What the published formulas give where that is not gamma*: even n, groups that leave representations out."""
    if isinstance(task, ModularAddition):
        return published(task.n, task.k) if task.n % 2 == 0 else None
    if isinstance(task, GroupComposition):
        solved = maximum_margin(task)
        return None if solved.all_irreps == solved.exact else float(solved.all_irreps)
    return None


def published(n: int, k: int) -> float:
    """2 k! / ((2k+2)^((k+1)/2) (n-1) n^((k-1)/2)): Li et al., Lemma 4.2, for primes; gamma* of every odd n."""
    return float(2 * factorial(k) / ((2 * k + 2) ** ((k + 1) / 2) * (n - 1) * n ** ((k - 1) / 2)))
