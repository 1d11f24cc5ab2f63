"""The form of a certificate as the second family reads it, written from formats/COMMON.md alone."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from flint import fmpq, fmpz

from proofs_check.second.numbers import Number

FILE_BYTES, MAX_INT, MAX_RADICAND, MAX_TERMS = 4_000_000, 2**8192, 10**15, 4
WORK, MAX_COMMON = 10**7, 2**1024


class Verdict(NamedTuple):
    status: str
    rule: str
    detail: str


class Stop(Exception):
    """The verdict is settled; its only argument."""


def form(condition: bool, place: str, wanted: str) -> None:
    if not condition:
        raise Stop(Verdict("MALFORMED", "", f"{place}: {wanted[:300]}"))


def need(condition: bool, rule: str, place: str, got: object, expected: object) -> None:
    if not condition:
        raise Stop(Verdict("REJECTED", rule, f"{rule} at {place}: got {show(got)}, expected {show(expected)}"))


def show(x: object) -> str:
    """Short text for any value, whatever its size."""
    if isinstance(x, Number):
        return (" + ".join(show(c) + f"*sqrt({r})" * (r > 1) for r, c in x.items()) or "0")[:300]
    if isinstance(x, fmpq):
        return show(x.p) + f"/{show(x.q)}" * (x.q != 1)
    if isinstance(x, (int, fmpz)):
        return str(x) if abs(int(x)) < 2**400 else f"({int(x).bit_length()}-bit integer)"
    return (x if isinstance(x, str) and x.isascii() and x.isprintable() else ascii(x))[:300]


def common(denominators: Iterable[Any], limit: int, place: str) -> int:
    """Their least common multiple; one beyond the limit is refused on the way."""
    out = 1
    for q in denominators:
        out = math.lcm(out, int(q))
        form(out <= limit, place, "a common denominator is too large")
    return out


def read(x: Any, s: Any, place: str) -> Any:
    """x after a pattern s: a type, literal, reader (x, place), object, any list [s] or the list of (s, t, ..)."""
    if s == [int] and isinstance(x, list):
        form(all(type(y) is int and -MAX_INT < y < MAX_INT for y in x), place, "integers within bounds are wanted")
        return x
    if isinstance(s, type):
        form(type(x) is s and (type(x) is not int or abs(x) < MAX_INT), place, f"{s.__name__} within bounds is wanted")
        return x
    if isinstance(s, dict):
        form(isinstance(x, dict) and x.keys() == s.keys(), place, f"an object with the keys {sorted(s)} is wanted")
        return {key: read(x[key], s[key], f"{place}.{key}".lstrip(".")) for key in s}
    if isinstance(s, (list, tuple)):
        form(isinstance(x, list) and (isinstance(s, list) or len(x) == len(s)), place, "a list of that form is wanted")
        return [read(y, s[0] if isinstance(s, list) else s[i], f"{place}[{i}]") for i, y in enumerate(x)]
    if callable(s):
        return s(x, place)
    form(type(x) is type(s) and x == s, place, f"{s} is wanted")
    return x


def fraction(x: Any, place: str) -> fmpq:
    p, q = x if isinstance(x, list) and len(x) == 2 else (0, 0)
    good = type(p) is type(q) is int and -MAX_INT < p < MAX_INT and 1 <= q < MAX_INT and math.gcd(p, q) == 1
    form(good, place, "a reduced fraction with positive denominator is wanted")
    return fmpq(p, q)


def number(x: Any, place: str, terms: int = MAX_TERMS, radicand: int = MAX_RADICAND) -> Number:
    """A Number of at most so many terms, with radicands below a limit."""
    out, last = Number(), 0
    form(isinstance(x, list) and len(x) <= terms, place, f"a list of at most {terms} terms is wanted")
    for r, p, q in (read(term, (int, int, int), place) for term in x):
        form(last < r < radicand and p != 0, place, f"ascending radicands below {radicand} and no zero are wanted")
        form(all(e == 1 for _, e in fmpz(r).factor()), place, "a radicand is not squarefree")
        out[r], last = fraction([p, q], place), r
    return out


def load(data: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        form(len(dict(pairs)) == len(pairs), "bytes", "a key stands twice")
        return dict(pairs)

    def canonical(x: Any) -> bytes:
        return (json.dumps(x, sort_keys=True, separators=(",", ":")) + "\n").encode("ascii")

    no_float = partial(form, False, "a number that is no integer")
    form(len(data) <= FILE_BYTES, "bytes", "the file is too long")
    try:
        hooks: dict[str, Any] = {"parse_float": no_float, "parse_constant": no_float}
        hooks["parse_int"] = lambda text: int(text[:2500])  # a cut integer is not canonical
        x = json.loads(data.decode("ascii"), object_pairs_hook=unique, **hooks)
        form(isinstance(x, dict) and canonical(x) == data, "bytes", "no object in canonical form")
    except (ValueError, RecursionError) as error:
        raise Stop(Verdict("MALFORMED", "", f"bytes: no canonical JSON ({type(error).__name__})")) from None
    digest = hashlib.sha256(canonical({key: value for key, value in x.items() if key != "sha256"})).hexdigest()
    form(x.get("sha256") == digest, "sha256", "not the digest of the other keys")
    return dict(x)
