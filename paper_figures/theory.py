"""What the theory says of the tasks in the figures, in floats."""

from __future__ import annotations

from collections.abc import Iterable
from math import factorial

from margin import ModularAddition, maximum_margin
from margin.tasks import GroupComposition, Task, parse
from paper_figures import tables

# what the papers publish, where that is not gamma*, by kind of task
PUBLISHED = {"modular_addition": "published formula", "group_composition": "regular shares"}


def recipes() -> dict[str, Task]:
    """The task of every recipe with activation x^k in the tables, by the recipe's name. Raises MissingTable."""
    rows = [row for row in tables.read("final") if row["activation"] == "power"]
    return {row["recipe"]: parse(row["task"], int(row["k"])) for row in rows}


def heading(tasks: Iterable[Task]) -> str:
    """Tasks with the activation x^k of their networks, each once.

    >>> heading([parse("mod:23", 2), parse("mod:71", 2), parse("mod:23", 2)])
    'Addition of 2 inputs mod 23; addition of 2 inputs mod 71; activation x^2'
    >>> heading([parse("group:S3", 2), parse("parity:10,4")])
    'Composition of 2 elements of S3, activation x^2; parity of 4 of 10 bits, activation x^4'
    """
    degrees = {str(task): task.k for task in tasks}
    if len(set(degrees.values())) == 1:
        text = "; ".join((*degrees, f"activation x^{next(iter(degrees.values()))}"))
    else:
        text = "; ".join(f"{name}, activation x^{k}" for name, k in degrees.items())
    return text[0].upper() + text[1:]


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
