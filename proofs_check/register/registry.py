"""The register: every module below `proofs_check.claims` named by a letter, a number and words puts its claims in."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages

from proofs_check import claims as papers
from proofs_check.register.claim import Claim, Finding, Kind

Check = Callable[[str], Finding]

_CLAIMS: dict[str, Claim] = {}
_MODULE = re.compile(r"[a-z]\d+[a-z]?_\w+")


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
    for statement in claims.values():
        if missing := sorted(set(statement.requires) - set(claims)):
            raise ValueError(f"claim {statement.id}: requires {', '.join(missing)}, expected ids of registered claims")
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
    """All claims by id, in order. Imports every module that holds claims; raises as `arranged`."""
    for name in modules():
        import_module(name)
    return arranged(_CLAIMS)


def modules() -> list[str]:
    """Names of the modules that hold claims, in folders of any depth."""
    names = [module.name for module in walk_packages(papers.__path__, f"{papers.__name__}.") if not module.ispkg]
    return [name for name in names if _MODULE.fullmatch(name.rpartition(".")[2])]
