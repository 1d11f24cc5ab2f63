"""Groups by their number in GAP's library of small groups: `SmallGroup(24,10)`, all of order up to 31.

The survey's list (margin/data/small_groups.json) has GAP's generators and GAP's description of the structure, in which
Dn and QDn have order n. It has no abelian groups of order above 16; they stand here.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

MOST_ORDER = 31
# abelian groups, and one group of each order that has no other
_ABELIAN = {
    (1, 1): "C1", (17, 1): "C17", (18, 2): "C18", (18, 5): "C6 x C3", (19, 1): "C19", (20, 2): "C20",
    (20, 5): "C10 x C2", (21, 2): "C21", (22, 2): "C22", (23, 1): "C23", (24, 2): "C24", (24, 9): "C12 x C2",
    (24, 15): "C6 x C2 x C2", (25, 1): "C25", (25, 2): "C5 x C5", (26, 2): "C26", (27, 1): "C27", (27, 2): "C9 x C3",
    (27, 5): "C3 x C3 x C3", (28, 2): "C28", (28, 4): "C14 x C2", (29, 1): "C29", (30, 4): "C30", (31, 1): "C31",
}  # fmt: skip
_NAME = re.compile(r"SmallGroup\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*(.*)", re.ASCII | re.DOTALL)
Permutation = list[int]


@cache
def listed() -> dict[str, list[Permutation]]:
    """The file's groups, of order 2 to 168: names and generators (0-based images)."""
    entries = json.loads(files("margin").joinpath("data/small_groups.json").read_text("utf-8"))
    return {entry["name"]: [[i - 1 for i in images] for images in entry["generators"]] for entry in entries}


@cache
def described() -> dict[tuple[int, int], str]:
    """GAP's description of each group of the range, by order and number."""
    matches = [_NAME.fullmatch(name) for name in listed()]
    known = _ABELIAN | {(int(match[1]), int(match[2])): match[3] for match in matches if match}
    return dict(sorted(known.items()))


def canonical(name: str) -> str | None:
    """`SmallGroup(n,i)` for a name of the library, with or without GAP's description, or for a description with `:`.

    None for a name of another kind. Raises ValueError for a number or a description that is not in the list, for a
    description that is another group's, and for one that is several groups'.
    """
    if re.match(r"SmallGroup\b", name.strip()):
        return _numbered(name.strip())
    return _by_description(name) if ":" in name else None


def generators(name: str) -> list[Permutation] | str:
    """Generators of a `canonical` name, or, where the list has none, the name of a product of cyclic groups."""
    match = _NAME.fullmatch(name)
    assert match
    key = int(match[1]), int(match[2])
    return _ABELIAN[key] if key in _ABELIAN else listed()[f"{name} {described()[key]}"]


def _numbered(name: str) -> str:
    match = _NAME.fullmatch(name)
    if not match or max(len(match[1]), len(match[2])) > 9:
        raise ValueError(f"group {name[:40]!r}: expected SmallGroup(n,i) with the order and the number, as in GAP")
    n, i, rest = int(match[1]), int(match[2]), match[3]
    if not 1 <= n <= MOST_ORDER:
        raise ValueError(
            f"group SmallGroup({n},{i}): orders 1 to {MOST_ORDER} are in the list; give another group by generators,"
            " like perm:(1,2,3);(1,2)"
        )
    if (n, i) not in described():
        count = sum(order == n for order, _ in described())
        raise ValueError(f"group SmallGroup({n},{i}): expected a number from 1 to {count} for order {n}")
    if rest and _squeezed(rest) != _squeezed(described()[n, i]):
        raise ValueError(f"group SmallGroup({n},{i}): this is {described()[n, i]} in GAP's names, got {rest[:40]!r}")
    return f"SmallGroup({n},{i})"


def _by_description(name: str) -> str:
    wanted = _squeezed(name)
    wanted = wanted[1:-1] if wanted.startswith("(") and wanted.endswith(")") and wanted.count("(") == 1 else wanted
    matching = [f"SmallGroup({n},{i})" for (n, i), text in described().items() if _squeezed(text) == wanted]
    if len(matching) != 1:
        expected = (
            f"several groups have this description, expected {' or '.join(matching)}"
            if matching
            else "expected one of GAP's descriptions up to order 31, such as C3 : C4, or generators, like perm:(1,2,3)"
        )
        raise ValueError(f"group {name.strip()[:40]!r}: {expected}")
    return matching[0]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\u00d7", "x"))
