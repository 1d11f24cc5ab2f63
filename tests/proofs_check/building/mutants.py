"""Random changes of certificates: of their values, with a right hash again, or of their bytes."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

from tests.proofs_check.building.editing import Json, fraction, look, sealed

Steps = tuple[str | int, ...]
Found = list[tuple[Steps, Any]]  # places and what stands there


def places(value: Any, before: Steps = ()) -> Found:
    """Every place inside a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: Found = []
    for key, part in entries:
        found.append(((*before, key), part))
        found += places(part, (*before, key))
    return found


def _is_rational(value: Any) -> bool:
    """[p, q] of a fraction, or [r, p, q] of a number's term."""
    integers = isinstance(value, list) and all(type(x) is int for x in value)
    return integers and len(value) in (2, 3) and value[-1] > 0


def _integer(random: Random, value: int) -> int:
    return random.choice(
        [value + 1, value - 1, -value, 2 * value, value // 2, 0, 1, value + random.randint(-9, 9), value * 10**20]
    )


def _rational(random: Random, value: Fraction, other: Fraction) -> Fraction:
    hair = Fraction(1, 10 ** random.randint(3, 40))
    small = Fraction(random.randint(1, 9), random.randint(1, 9))
    choices = [other, value * other, value + other, value - other, -value, value * small, value + hair, value - hair]
    choices += [value * (1 + hair), value * (1 - hair), 1 - value, value / 2, 2 * value, Fraction(0), Fraction(1)]
    return random.choice(choices)


def _list(random: Random, value: list[Any]) -> list[Any]:
    result = list(value)
    i, j = (random.randrange(len(value)) for _ in range(2))
    kind = random.choice(["drop", "again", "exchange", "reverse", "shorten"])
    if kind == "drop":
        del result[i]
    elif kind == "again":
        result.insert(j, deepcopy(result[i]))
    elif kind == "exchange":
        result[i], result[j] = result[j], result[i]
    elif kind == "reverse":
        result.reverse()
    else:
        del result[i + 1 :]
    return result


def _object(random: Random, value: Json) -> Json:
    result = dict(value)
    key, other = (random.choice(sorted(value)) for _ in range(2))
    kind = random.choice(["drop", "rename", "exchange", "again"])
    if kind == "drop":
        del result[key]
    elif kind == "rename":
        result[key + "s"] = result.pop(key)
    elif kind == "exchange":
        result[key], result[other] = result[other], result[key]
    else:
        result[random.choice(["dual", "primal", "remark", "margin"])] = deepcopy(result[key])
    return result


def _changed(random: Random, value: Any, body: Json) -> Any:
    if isinstance(value, bool):
        return random.choice([not value, int(value)])
    if isinstance(value, int):
        return _integer(random, value)
    if isinstance(value, str):
        texts = sorted({x for _, x in places(body) if isinstance(x, str)} | set(body))
        return random.choice([*random.sample(texts, 3), value[:-1], value.upper(), 0, None])
    if isinstance(value, dict):
        return _object(random, value) if value else {"remark": 0}
    if _is_rational(value) and random.random() < 0.8:
        others = [Fraction(x[-2], x[-1]) for _, x in places(body) if _is_rational(x)]
        new = _rational(random, Fraction(value[-2], value[-1]), random.choice(others))
        return value[:-2] + fraction(new)
    return _list(random, value) if value else [[1, 1, 1]]


def mutant(random: Random, body: Json, donor: Json) -> bytes:
    """One to three changes, sealed again. The donor is another certificate, whose parts may be put in."""
    result = deepcopy(body)
    result.pop("sha256", None)
    for _ in range(random.choice([1, 1, 1, 1, 2, 3])):
        found = places(result)
        aim = random.random()
        wanted = [x for x in found if x[0][:2] == ("claim", "value")] if aim < 0.15 else []
        wanted = [x for x in found if _is_rational(x[1])] if 0.15 < aim < 0.6 else wanted
        place, old = random.choice(wanted or found)
        source = places(donor) if random.random() < 0.3 else found
        alike = [x for where, x in source if where[-1] == place[-1]] if random.random() < 0.3 else []
        new = random.choice(alike) if alike else _changed(random, old, result)
        look(result, place[:-1])[place[-1]] = deepcopy(new)
    return sealed(result)


def byte_mutant(random: Random, data: bytes) -> bytes:
    """Up to three changes of the bytes themselves; the hash stays as it was."""
    for _ in range(random.randint(1, 3)):
        i = random.randrange(len(data) + 1)
        j = i + random.randint(0, 9)
        inserted = random.choice([b" ", b"0", b"-", b",", b"\n", b"[", b'"', b"\xff", data[i:j], data[:i]])
        data = data[:i] + inserted + data[random.choice([i, i + 1, j]) :]
    return data


def random_json(random: Random, depth: int = 4) -> Any:
    """Any JSON, with words of the format among its texts."""
    words = ["claim", "dual", "primal", "rules", "rule", "value", "sense", "equal", "lower", "", "\u00e9", "n", "k"]
    leaves = [None, True, False, 0, -1, 1, 2.5, float("nan"), 2**70, 10**3000, *words]
    if depth == 0 or random.random() < 0.3:
        return random.choice(leaves)
    size = random.randint(0, 4)
    if random.random() < 0.5:
        return [random_json(random, depth - 1) for _ in range(size)]
    return {random.choice(words): random_json(random, depth - 1) for _ in range(size)}
