"""Certificates for groups and sparse parity changed at random, the same for the same seed."""

from __future__ import annotations

import json
from functools import cache
from random import Random

from tests.proofs_check.building.composition.valid_files import valid_files
from tests.proofs_check.building.editing import Json, sealed
from tests.proofs_check.building.make_corpus import stored
from tests.proofs_check.building.mutants import byte_mutant, mutant

Bodies = list[tuple[str, Json]]


@cache
def valid() -> Bodies:
    return sorted(valid_files().items())


@cache
def forged() -> Bodies:
    """The forgeries of the corpus, which a further change may bring to another rule."""
    files = [item for kind in ("composition", "parity") for item in stored(kind, "invalid").items()]
    return [(name, json.loads(data)) for name, data in files]


def mutants(seed: int, count: int, bodies: Bodies) -> list[tuple[str, bytes]]:
    """Different from what they are made of; one in twelve changed in its bytes. The name is that of the origin."""
    random, made = Random(seed), list[tuple[str, bytes]]()
    while len(made) < count:
        name, body = random.choice(bodies)
        try:
            changed = (
                byte_mutant(random, sealed(body))
                if len(made) % 12 == 0
                else mutant(random, body, random.choice(bodies)[1])
            )
        except ValueError:  # an integer beyond what Python writes in decimal
            continue
        if changed != sealed(body):
            made.append((name, changed))
    return made
