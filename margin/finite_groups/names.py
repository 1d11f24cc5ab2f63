"""Groups by name: `C6`, `D5`, `Dic3`, `Q8`, `S4`, `A5`, `PSL(2,7)`, `SL(2,3)`, `C2xC4`, `C2^3`, `perm:(1,2,3)`, a .csv.

Beware of the two habits for dihedral groups: here Dn is the symmetry group of the n-gon, of order 2n.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from math import prod
from typing import TYPE_CHECKING

from margin.finite_groups.families import Factor
from margin.finite_groups.structure import AbelianStructure, DihedralStructure

if TYPE_CHECKING:
    from margin.finite_groups.finite_group import FiniteGroup

FORMS = (
    "Cn, Dn (order 2n), Dicn (order 4n), Qn (order n), Sn, An, PSL(2,q), SL(2,q), products like C2xC4 or C2^3,"
    " generators like perm:(1,2,3)(4,5);(1,2), a Cayley table FILE.csv"
)
_PRIMES = (2, 3, 5, 7, 11, 13)
_MOST_ORDER = 10_000
_MOST_FACTORS = 1_000
_MOST_DIGITS = 4_000
_LEAST = {"C": 1, "D": 1, "S": 1, "A": 1, "Dic": 2, "Q": 8}  # of the number in names of a letter and a number
_FACTOR = re.compile(rf"(?:({'|'.join(_LEAST)})(\d+)|(PSL|SL)\(\s*2\s*,\s*(\d+)\s*\))(?:\^(\d+))?", re.ASCII)
# other spellings of the families, lower case
_SPELLINGS = {
    "c": "C", "z": "C", "zn": "C", "cyclic": "C", "cyclicgroup": "C", "zmod": "C",
    "d": "D", "dih": "D", "dihedral": "D", "dihedralgroup": "D",
    "dic": "Dic", "dicyclic": "Dic", "q": "Q", "quaternion": "Q", "quaterniongroup": "Q",
    "s": "S", "sym": "S", "symmetric": "S", "symmetricgroup": "S",
    "a": "A", "alt": "A", "alternating": "A", "alternatinggroup": "A",
    "psl": "PSL", "l": "PSL", "sl": "SL",
}  # fmt: skip


def factors(name: str) -> list[Factor]:
    """The factors of a product of families, with repetition. Raises ValueError with the nearest known form."""
    found: list[Factor] = []
    for text in _split(name):
        match = _FACTOR.fullmatch(text)
        if not match:
            raise ValueError(f"group {_shown(name)}: unknown name; {_nearest(name)}; known: {FORMS}")
        if max(map(len, match.groups(default=""))) > _MOST_DIGITS:
            raise ValueError(f"group {_shown(name)}: a number of more than {_MOST_DIGITS} digits")
        factor = Factor(match[1] or match[3], int(match[2] or match[4]))
        _check(factor, name)
        repeated = int(match[5] or 1)
        if not 1 <= repeated <= _MOST_FACTORS - len(found):
            raise ValueError(f"group {_shown(name)}: expected a power >= 1 and at most {_MOST_FACTORS} factors")
        found += [factor] * repeated
    return found


def structure(name: str) -> AbelianStructure | DihedralStructure | None:
    """What is known from the name alone, at any order: products of abelian families, and Dn; None for others.

    Reads no file and enumerates nothing. Raises ValueError for an unknown name.
    """
    if _is_table(name) or _is_generators(name):
        return None
    parts = factors(name)
    orders = [part.cyclic for part in parts]
    if all(cyclic is not None for cyclic in orders):
        return AbelianStructure(tuple(d for cyclic in orders if cyclic for d in cyclic), _plain(name))
    return DihedralStructure(parts[0].n) if len(parts) == 1 and parts[0].family == "D" else None


def group(name: str) -> FiniteGroup:
    """The group with its elements. In Cn, element a is number a; in a product, numbers are in row-major order.

    Raises ValueError for an unknown name, an order above 10,000, malformed generators and a table that is no group's;
    OSError for a file that cannot be read.
    """
    from margin.finite_groups.cayley_tables import read_csv
    from margin.finite_groups.families import generators
    from margin.finite_groups.finite_group import FiniteGroup
    from margin.finite_groups.permutations import perm_generators

    if _is_generators(name):
        return FiniteGroup.from_generators(perm_generators(name.strip().removeprefix("perm:")), name.strip())
    if _is_table(name):
        table, labels = read_csv(name)
        try:
            return FiniteGroup.from_table(table, name, labels)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    parts = factors(name)
    order = prod(part.order for part in parts)
    if order > _MOST_ORDER:
        size = f"order {order}" if order < 10**12 else f"order above {10**12}"
        raise ValueError(f"group {_shown(name)}: {size}, expected at most {_MOST_ORDER}: elements are enumerated")
    return FiniteGroup.from_generators(generators(parts), _plain(name))


def plain_name(name: str) -> str:
    """The name as it is shown: a product without blanks; generators and file names as they are."""
    return name.strip() if _is_table(name) or _is_generators(name) else _plain(name)


def _is_table(name: str) -> bool:
    return name.strip().lower().endswith(".csv")


def _is_generators(name: str) -> bool:
    return name.strip().startswith("perm:")


def _split(name: str) -> list[str]:
    return [part.strip() for part in re.split("[xX*]", name)]


def _plain(name: str) -> str:
    return re.sub(r"\s", "", "x".join(_split(name)))


def _check(factor: Factor, name: str) -> None:
    n, family = factor.n, factor.family
    if family.endswith("SL"):
        if n not in _PRIMES:
            raise ValueError(f"group {_shown(name)}: q = {n} in {family}(2,q), expected a prime <= {_PRIMES[-1]}")
    elif n < _LEAST[family]:
        raise ValueError(f"group {_shown(name)}: expected {family}n with n >= {_LEAST[family]}")
    elif family == "Q" and n % 4:
        raise ValueError(f"group {_shown(name)}: Qn has order n, expected a multiple of 4, for example Q8")


def _shown(name: str) -> str:
    return repr(name if len(name) <= 40 else name[:37] + "...")


def _nearest(name: str) -> str:
    """`did you mean C6?`: every factor in a known spelling, where that can be guessed."""
    guesses = []
    for text in _split(name):
        letters = re.sub(r"[^a-z]", "", text.lower())
        numbers = re.findall(r"\d+", text)
        close = get_close_matches(letters, _SPELLINGS, n=1, cutoff=0.6)
        family = _SPELLINGS[close[0]] if close else ""
        expected = [["2"], []] if family.endswith("SL") else [[]]
        if not family or not numbers or numbers[:-1] not in expected or len(numbers[-1]) > 9:
            return "give it by generators, like perm:(1,2,3);(1,2)"
        guesses.append(Factor(family, int(numbers[-1])).name)
    guess = "x".join(guesses)
    try:
        factors(guess)
    except ValueError as error:
        return str(error).partition(": ")[2]
    return f"did you mean {guess}?"
