"""The kinds of each block of settings: those of `training.settings`, and the networks of `training.models.own`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from training import settings
from training.models import own
from training.settings import Block, name_of


def kinds() -> Mapping[str, Mapping[str, type[Block]]]:
    """The kinds by block and name; the first of a block is its default. Raises ValueError as `allowed`."""
    return settings.KINDS | {"model": settings.KINDS["model"] | _own()} if _own() else settings.KINDS


@cache
def _own() -> dict[str, type[Block]]:
    """The networks of the modules in `training.models.own`, by name. Torch is imported where there is one."""
    modules = sorted(module.name for module in iter_modules(own.__path__))
    return allowed(kind for module in modules for kind in import_module(f"{own.__name__}.{module}").MODELS)


def allowed(found: Iterable[type[Block]]) -> dict[str, type[Block]]:
    """Networks by name.

    Raises ValueError for a name that is taken, and for a setting of a type that no setting has or of another type
    than elsewhere: a setting has one meaning among all blocks.
    """
    known = [kind for others in settings.KINDS.values() for kind in others.values()]
    types = {name_of(part): str(part.type) for kind in known for part in fields(kind)}
    result = dict[str, type[Block]]()
    for kind in found:
        if kind.kind in settings.KINDS["model"] or kind.kind in result:
            raise ValueError(f"model = {kind.kind!r} is there twice, again in {kind.__module__}")
        for part in fields(kind):
            name, written = name_of(part), str(part.type)
            expected = types.setdefault(name, written)
            if written not in settings.PLAIN or written != expected:
                others = expected if expected in settings.PLAIN else ", ".join(settings.PLAIN)
                raise ValueError(
                    f"model = {kind.kind!r}: setting {name} of type {written}, expected {others}, below"
                    " 'from __future__ import annotations'"
                )
        result[kind.kind] = kind
    return result
