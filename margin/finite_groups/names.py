"""Groups by name: `C6`, `D5`, `S4`, `PSL(2,7)`, `M11`, `C2xC4`, `SmallGroup(24,10)`, `perm:(1,2,3)`, a .csv and others.

Beware of the two habits for dihedral groups: here Dn is the symmetry group of the n-gon, of order 2n. GAP's names, in
which it has order n, stand behind a number, as in `SmallGroup(24,10) C3 x D8`. Spellings of papers, `S_3`, `Z/12`,
`C2 × C4`, and generators as in GAP and Sage are read and shown as the names above.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from math import prod
from typing import TYPE_CHECKING

from margin.finite_groups import linear, small_groups
from margin.finite_groups.families import Factor
from margin.finite_groups.structure import AbelianStructure, DihedralStructure
from margin.io.catalogue import TABLE_ENDINGS

if TYPE_CHECKING:
    from margin.finite_groups.finite_group import FiniteGroup

FORMS = (
    "Cn, Dn (order 2n), Dicn (order 4n), Qn (order n), Sn, An, SDn (order n), M11, PSL, SL, PGL, GL, AGL(n,q),"
    " products like C2xC4 or C2^3, SmallGroup(n,i), generators like perm:(1,2,3)(4,5);(1,2), a Cayley table FILE.csv"
)
_MOST_ORDER = 10_000
_MOST_FACTORS = 1_000
_MOST_DIGITS = 4_000
_LEAST = {"C": 1, "D": 1, "S": 1, "A": 1, "Dic": 2, "Q": 8, "SD": 16, "M": 1}
# other spellings of the families, lower case
_SPELLINGS = {
    "c": "C", "z": "C", "zn": "C", "cyclic": "C", "cyclicgroup": "C", "zmod": "C",
    "d": "D", "dih": "D", "dihedral": "D", "dihedralgroup": "D",
    "dic": "Dic", "dicyclic": "Dic", "dicyclicgroup": "Dic",
    "q": "Q", "quaternion": "Q", "quaterniongroup": "Q",
    "s": "S", "sym": "S", "symmetric": "S", "symmetricgroup": "S",
    "a": "A", "alt": "A", "alternating": "A", "alternatinggroup": "A",
    "sd": "SD", "qd": "SD", "semidihedral": "SD", "quasidihedral": "SD",
    "m": "M", "mathieu": "M", "mathieugroup": "M",
    "psl": "PSL", "l": "PSL", "sl": "SL", "pgl": "PGL", "gl": "GL", "agl": "AGL",
}  # fmt: skip
# words that GAP and Sage write with different numbers: how many times larger GAP's is
_TWO_HABITS = {"dihedralgroup": 2, "dicyclicgroup": 4}
_NUMBER = r"(?:_?(\d+)|_\{(\d+)\})"
_FAMILY = re.compile(rf"(C|Z|\u2124|Dic|D|QD|Q|SD|S|A|M)\s?{_NUMBER}", re.ASCII)
_MODULO = re.compile(r"[Z\u2124]\s*/\s*(\d+)\s*[Z\u2124]?", re.ASCII)
_LINEAR = re.compile(
    rf"({'|'.join(linear.FAMILIES)}){_NUMBER}?\s*\(\s*(?:(\d+)\s*,\s*)?(?:(?:F|GF)_?)?(?:\((\d+)\)|(\d+))\s*\)",
    re.ASCII,
)
_POWER = re.compile(r"(.*?)\s*\^\s*(?:(\d+)|\{(\d+)\})", re.ASCII | re.DOTALL)
_OTHER_LETTERS = {"Z": "C", "\u2124": "C", "QD": "SD"}


def factors(name: str) -> list[Factor]:
    """The factors of a product of families, with repetition. Raises ValueError with the nearest known form."""
    return [factor for factor, power in _powers(name) for _ in range(1 if power is None else power)]


def _powers(name: str) -> list[tuple[Factor, int | None]]:
    """The factors of a product as written, each with its power, None where there is none."""
    powers: list[tuple[Factor, int | None]] = []
    count = 0
    for text in _split(name):
        match = _POWER.fullmatch(text)
        base, power = (match[1], match[2] or match[3]) if match else (text, None)
        bracketed = re.fullmatch(r"\(\s*([^()]*(?:\([^()]*\))?)\s*\)", base)
        factor = _factor(bracketed[1].strip() if bracketed else base, name)
        if factor is None:
            raise ValueError(f"group {_shown(name)}: unknown name; {_nearest(name)}; known: {FORMS}")
        if power is not None and _MODULO.fullmatch(base):
            raise ValueError(
                f"group {_shown(name)}: {text} may be (Z/{factor.n})^{power[:9]} or the integers modulo a power;"
                f" write C{factor.n}^{power[:9]} for the first"
            )
        if len(power or "") > _MOST_DIGITS:
            raise ValueError(f"group {_shown(name)}: a number of more than {_MOST_DIGITS} digits")
        _check(factor, name)
        repeated = 1 if power is None else int(power)
        if not 1 <= repeated <= _MOST_FACTORS - count:
            raise ValueError(f"group {_shown(name)}: expected a power >= 1 and at most {_MOST_FACTORS} factors")
        count += repeated
        powers.append((factor, None if power is None else repeated))
    return powers


def _factor(text: str, name: str) -> Factor | None:
    """The factor with this name, None if it has none of the forms."""
    family, size, numbers = "", "2", list[str | None]()
    if match := _MODULO.fullmatch(text):
        family, numbers = "C", [match[1]]
    elif match := _FAMILY.fullmatch(text):
        family, numbers = _OTHER_LETTERS.get(match[1], match[1]), [match[2], match[3]]
    elif match := _LINEAR.fullmatch(text):
        sizes = [number for number in match.group(2, 3, 4) if number is not None]
        if len(sizes) != 1:
            return None
        family, size, numbers = match[1], sizes[0], [match[5], match[6]]
    number = next((number for number in numbers if number is not None), None)
    if number is None:
        return None
    if max(len(number), len(size)) > _MOST_DIGITS:
        raise ValueError(f"group {_shown(name)}: a number of more than {_MOST_DIGITS} digits")
    return Factor(family, int(number), int(size))


def structure(name: str) -> AbelianStructure | DihedralStructure | None:
    """What is known from the name alone, at any order: products of abelian families, and Dn; None for others.

    Reads no file and enumerates nothing. Raises ValueError for an unknown name.
    """
    if is_table(name) or _is_generators(name) or small_groups.canonical(name):
        return None
    parts = factors(name)
    orders = [part.cyclic for part in parts]
    if all(cyclic is not None for cyclic in orders):
        return AbelianStructure(tuple(d for cyclic in orders if cyclic for d in cyclic), plain_name(name))
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

    if is_table(name):
        table, labels = read_csv(name)
        try:
            return FiniteGroup.from_table(table, name, labels)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    plain = plain_name(name)
    if _is_generators(name):
        return FiniteGroup.from_generators(perm_generators(plain.removeprefix("perm:")), plain)
    if small_groups.canonical(name):
        known = small_groups.generators(plain)
        return FiniteGroup.from_generators(generators(factors(known)) if isinstance(known, str) else known, plain)
    parts = factors(name)
    order = prod(part.order for part in parts)
    if order > _MOST_ORDER:
        size = f"order {order}" if order < 10**12 else f"order above {10**12}"
        raise ValueError(f"group {_shown(name)}: {size}, expected at most {_MOST_ORDER}: elements are enumerated")
    return FiniteGroup.from_generators(generators(parts), plain)


def plain_name(name: str) -> str:
    """The name as it is shown: a product without blanks, in the module's spelling; file names as they are.

    Raises ValueError for an unknown name.
    """
    if is_table(name):
        return name.strip()
    if _is_generators(name):
        from margin.finite_groups.permutations import cycle_text

        text = name.strip()
        return text if text.startswith("perm:") else f"perm:{cycle_text(text)}"
    return small_groups.canonical(name) or "x".join(
        factor.name + ("" if power is None else f"^{power}") for factor, power in _powers(name)
    )


def is_table(name: str) -> bool:
    """Whether the name is that of a file with a Cayley table."""
    return name.strip().lower().endswith(TABLE_ENDINGS)


def _is_generators(name: str) -> bool:
    return bool(re.match(r"perm:|(Permutation)?Group\s*\(|\[|\(\s*\d+\s*,", name.strip(), re.ASCII))


def _split(name: str) -> list[str]:
    return [part.strip() for part in re.split("[xX*\u00d7\u2295]", name)]


def _check(factor: Factor, name: str) -> None:
    n, family = factor.n, factor.family
    if family in linear.FAMILIES:
        if factor.size < (1 if family == "AGL" else 2):
            raise ValueError(f"group {_shown(name)}: {family} of size {factor.size}, expected at least 2, for AGL 1")
        try:
            linear.prime_power(n)
        except ValueError as error:
            q = n if n < 10**12 else f"above {10**12}"
            raise ValueError(f"group {_shown(name)}: q = {q} in {family}, {error}") from None
    elif n < _LEAST[family]:
        raise ValueError(f"group {_shown(name)}: expected {family}n with n >= {_LEAST[family]}")
    elif family == "Q" and n % 4:
        raise ValueError(f"group {_shown(name)}: Qn has order n, expected a multiple of 4, for example Q8")
    elif family == "SD" and n & (n - 1):
        raise ValueError(f"group {_shown(name)}: SDn has order n, expected a power of 2, for example SD16")
    elif family == "M" and n != 11:
        raise ValueError(f"group {_shown(name)}: expected M11, the Mathieu group of order 7920; others are larger")


def _shown(name: str) -> str:
    return repr(name if len(name) <= 40 else name[:37] + "...")


def _nearest(name: str) -> str:
    """`did you mean C6?`: every factor in a known spelling, where its word and numbers leave no doubt."""
    unclear = "give it by generators, like perm:(1,2,3);(1,2)"
    guesses = []
    for text in _split(name):
        match = re.fullmatch(r"([A-Za-z]+)[\s_({\[]*(?:(\d{1,9})[\s,({]+)?(\d{1,9})[\s)}\]^]*", text, re.ASCII)
        if not match:
            return unclear
        word, size, n = match[1].lower(), match[2], int(match[3])
        if word not in _SPELLINGS and len(word) > 4:  # short words that differ in a letter are other groups
            word = next(iter(get_close_matches(word, _SPELLINGS, n=1, cutoff=0.88)), word)
        family = _SPELLINGS.get(word, "")
        if not family or (size is not None) != (family in linear.FAMILIES):
            return unclear
        if (times := _TWO_HABITS.get(word)) and n % times == 0:
            gap, sage = Factor(family, n // times), Factor(family, n)
            return f"did you mean {gap.name} (order {gap.order}, as in GAP) or {sage.name} (order {sage.order})?"
        guesses.append(Factor(family, n, int(size or 2)).name)
    guess = "x".join(guesses)
    try:
        factors(guess)
    except ValueError as error:
        return str(error).partition(": ")[2]
    return f"did you mean {guess}?"
