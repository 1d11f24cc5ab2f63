"""What the theory says of the tasks in the figures, in floats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import factorial
from typing import TYPE_CHECKING

from margin import maximum_margin, parse

if TYPE_CHECKING:
    from margin.composition.program import GroupMargin


@dataclass(frozen=True)
class Recipe:
    """A task that is trained on: its name for readers, and how to predict its margin.

    `kind` is mod, group or parity; `which` is the modulus, the group's name or the number of bits.
    """

    label: str
    kind: str
    which: str
    k: int

    @property
    def gamma(self) -> float:
        """gamma* of the task."""
        return float(maximum_margin(parse(f"{self.kind}:{self.which}", self.k)))

    @property
    def published(self) -> float | None:
        """What the published formulas give where that is not gamma*: even n, groups that leave representations out."""
        if self.kind == "mod" and int(self.which) % 2 == 0:
            return published(int(self.which), self.k)
        if self.kind == "group":
            found = group_margin(self.which, self.k)
            return None if found.all_irreps == found.exact else float(found.all_irreps)
        return None


RECIPES = {
    "mod23": Recipe("n = 23, k = 2", "mod", "23", 2),
    "mod71": Recipe("n = 71, k = 2", "mod", "71", 2),
    "k3-n13": Recipe("n = 13, k = 3", "mod", "13", 3),
    "k3-n23": Recipe("n = 23, k = 3", "mod", "23", 3),
    "even30": Recipe("n = 30, k = 2", "mod", "30", 2),
    "even32": Recipe("n = 32, k = 2", "mod", "32", 2),
    "s3": Recipe("S3, k = 2", "group", "S3", 2),
    "s4": Recipe("S4, k = 2", "group", "S4", 2),
    "dic3-k3": Recipe("Dic3, k = 3", "group", "Dic3", 3),
    "parity": Recipe("parity of 4 of 10 bits", "parity", "10", 4),
    "morwani-mod71": Recipe("n = 71, k = 2", "mod", "71", 2),
    "morwani-mod71:23": Recipe("n = 23, k = 2", "mod", "23", 2),
    "morwani-s3": Recipe("S3, k = 2", "group", "S3", 2),
    "morwani-parity": Recipe("parity of 4 of 10 bits", "parity", "10", 4),
}


def published(n: int, k: int) -> float:
    """2 k! / ((2k+2)^((k+1)/2) (n-1) n^((k-1)/2)): Li et al., Lemma 4.2, for primes; gamma* of every odd n."""
    return float(2 * factorial(k) / ((2 * k + 2) ** ((k + 1) / 2) * (n - 1) * n ** ((k - 1) / 2)))


@lru_cache(maxsize=16)
def group_margin(name: str, k: int) -> GroupMargin:
    """The linear program over the representations of a group, solved exactly."""
    from margin.composition.program import GroupProgram
    from margin.finite_groups.names import group

    return GroupProgram(group(name)).solve(k)
