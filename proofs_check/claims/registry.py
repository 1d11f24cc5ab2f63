"""The register of claims: every module here whose name starts with a paper's letter and a number puts its own in."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from proofs_check.claims.claim import Claim, Finding, Kind

Check = Callable[[str], Finding]

_CLAIMS: dict[str, Claim] = {}
_MODULE = re.compile(r"[a-z]\d+_\w+")


def claim(id: str, claim: str, source: str, kind: Kind, requires: tuple[str, ...] = ()) -> Callable[[Check], Check]:
    """Register the decorated `check(effort)` as a claim. Raises ValueError for an id that is taken, and as `Claim`."""

    def decorate(check: Check) -> Check:
        if id in _CLAIMS:
            raise ValueError(f"claim {id}: registered twice, in {_CLAIMS[id].check.__module__} and {check.__module__}")
        _CLAIMS[id] = Claim(id, claim, source, kind, requires, check)
        return check

    return decorate


def order(id: str) -> tuple[str, int, str]:
    """Sort key of an id: A9, A9b, A10. Raises ValueError for anything but letters, a number and more letters."""
    parts = re.fullmatch(r"([A-Z]+)(\d+)([a-z]*)", id)
    if not parts:
        raise ValueError(f"claim id {id!r}: expected the paper's letter and a number, for example A9 or A9b")
    return parts[1], int(parts[2]), parts[3]


def arranged(claims: dict[str, Claim]) -> dict[str, Claim]:
    """The claims in the order of their ids. Raises ValueError where one requires an unknown claim, or itself."""
    for found in claims.values():
        if missing := sorted(set(found.requires) - set(claims)):
            raise ValueError(f"claim {found.id}: requires {', '.join(missing)}, expected ids of registered claims")
    for id in claims:
        seen, waiting = set[str](), list(claims[id].requires)
        while waiting:
            other = waiting.pop()
            if other == id:
                raise ValueError(f"claim {id}: requires itself by way of other claims")
            waiting += [] if other in seen else claims[other].requires
            seen.add(other)
    return {id: claims[id] for id in sorted(claims, key=order)}


def load() -> dict[str, Claim]:
    """All claims by id, in order. Imports every module of the package that holds claims; raises as `arranged`."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if _MODULE.fullmatch(path.stem):
            import_module(f"proofs_check.claims.{path.stem}")
    return arranged(_CLAIMS)
