"""The form of every certificate: bytes, canonical JSON, hash, and values read by their form; formats/COMMON.md.

A reader takes a value of the file and its place. It returns the value in its type, or raises Malformed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple, NoReturn, TypeVar

MOST_BYTES, MOST_BITS = 4_000_000, 8192  # of a file, of an integer
EXIT_CODES = {"VERIFIED": 0, "REJECTED": 1, "DISAGREEMENT": 1, "MALFORMED": 2, "FAILED": 3}
MOST_CHARACTERS = 120  # of a value in a message
FORMAT = "algebraic-margin certificate"

T = TypeVar("T")
Reader = Callable[[object, str], T]


class Limits(NamedTuple):
    """Limits that depend on the kind of task."""

    radicand: int = 10**15  # every radicand is below it
    terms: int = 4  # of a Number
    work: int = 10**7  # steps


class Verdict(NamedTuple):
    """`status` is a key of EXIT_CODES; `rule` names what rejected, and is empty otherwise.

    A file gets VERIFIED, REJECTED or MALFORMED; FAILED says that the checker itself failed, and nothing of the file.
    """

    status: str
    rule: str
    detail: str


class Malformed(Exception):
    """The file is no certificate: its form is broken, or a limit is exceeded."""


class Reject(Exception):
    """A rule does not hold."""

    def __init__(self, rule: str, place: str, got: object, expected: object) -> None:
        super().__init__(f"{rule} at {place}: got {short(got)}, expected {short(expected)}")
        self.rule = rule


class Rules(NamedTuple):
    """What a kind of task is checked by: `prove` returns what was proved, or raises Reject or Malformed."""

    kind: str
    document: str  # as verdict lines name it
    prove: Callable[[dict[str, object]], str]


def shown(text: str) -> str:
    """The text on one line: everything that acts on a terminal is escaped, line ends and lone surrogates too."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def number_text(number: dict[int, Fraction]) -> str:
    return " + ".join(f"{q}*sqrt({r})" if r > 1 else str(q) for r, q in number.items()) or "0"


def short(value: object) -> str:
    """At most 120 characters for any value; what does not fit is cut, which suits messages and no claim."""
    try:
        if not isinstance(value, dict):
            text = str(value)
        elif all(isinstance(q, Fraction) for q in value.values()):
            text = number_text(value)
        else:
            text = ", ".join(f"{key}: {short(part)}" for key, part in value.items())
    except (ValueError, RecursionError):  # Python prints no integer of more than 4300 digits, no list nested deep
        text = "a value too long to print"
    text = shown(text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 3] + "..."


def fail(place: str, got: object, expected: object) -> NoReturn:
    raise Malformed(f"{place}: got {short(got)}, expected {expected}")


def require(held: bool, rule: str, place: str, got: object, expected: object) -> None:
    """Reject by this rule unless the condition holds."""
    if not held:
        raise Reject(rule, place, got, expected)


def equal(rule: str, place: str, got: object, derived: object) -> None:
    """Reject by this rule unless what the file states is the derived value."""
    require(got == derived, rule, place, got, derived)


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def parse(data: bytes) -> dict[str, object]:
    """From bytes to an object: canonical, with the right hash."""
    if len(data) > MOST_BYTES:
        raise Malformed(f"got more, expected at most {MOST_BYTES} bytes")
    try:
        value = json.loads(data.decode("ascii"))
        again = canonical(value)  # has no key twice; numbers that are no integers find no place in any form
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON in ASCII: {short(error)}") from error
    if again != data or not isinstance(value, dict):
        raise Malformed("not the canonical bytes of an object: sorted keys, no spaces, one newline at the end")
    digest = hashlib.sha256(canonical({k: v for k, v in value.items() if k != "sha256"})).hexdigest()
    return value if value.get("sha256") == digest else fail("sha256", value.get("sha256"), digest)


class Fields:
    """An object with exactly these keys."""

    def __init__(self, value: object, place: str, *keys: str) -> None:
        if not isinstance(value, dict) or sorted(value) != sorted(keys):
            fail(place, value, f"an object with keys {sorted(keys)}")
        self.values: dict[str, object] = value
        self.place = place

    def read(self, key: str, reader: Reader[T]) -> T:
        return reader(self.values[key], f"{self.place}.{key}")

    def inside(self, key: str, *keys: str) -> Fields:
        """The object under a key."""
        return Fields(self.values[key], f"{self.place}.{key}", *keys)


def any_value(value: object, _place: str) -> object:
    """What is read later, in a form of its own."""
    return value


def integer(value: object, place: str) -> int:
    if type(value) is int and value.bit_length() <= MOST_BITS:
        return value
    fail(place, value, f"an integer of at most {MOST_BITS} bits")


def one_of(*texts: str) -> Reader[str]:
    """A reader of one of these texts."""

    def read(value: object, place: str) -> str:
        return value if isinstance(value, str) and value in texts else fail(place, value, f"one of {texts}")

    return read


def entries(reader: Reader[T], most: int = MOST_BYTES) -> Reader[list[T]]:
    """A reader of lists of at most so many values."""

    def read(value: object, place: str) -> list[T]:
        if not isinstance(value, list) or len(value) > most:
            fail(place, value, f"a list of at most {most}")
        return [reader(entry, f"{place}[{i}]") for i, entry in enumerate(value)]

    return read


def table(keys: Iterable[str], reader: Reader[T]) -> Reader[dict[str, T]]:
    """A reader of objects with exactly these keys and values of one form."""
    names = list(keys)

    def read(value: object, place: str) -> dict[str, T]:
        fields = Fields(value, place, *names)
        return {key: fields.read(key, reader) for key in names}

    return read


def fraction(value: object, place: str) -> Fraction:
    pair = entries(integer)(value, place)
    reduced = len(pair) == 2 and pair[1] >= 1 and gcd(*pair) == 1
    return Fraction(*pair) if reduced else fail(place, value, "a reduced fraction [p, q] with q >= 1")


def common_denominator(values: Iterable[Fraction], most: int, place: str) -> int:
    """The least common denominator, which must be at most this."""
    common = 1
    for value in values:
        common = lcm(common, value.denominator)
        if common > most:
            fail(place, "a longer common denominator", f"at most {short(most)}")
    return common


def stated_sense(file: dict[str, object], *senses: str) -> str:
    """The sense of the claim, which decides what parts the file must have."""
    claim = file.get("claim")
    return one_of(*senses)(claim.get("sense") if isinstance(claim, dict) else None, "claim.sense")


def verdict(data: bytes, choose: Callable[[dict[str, object]], Rules]) -> Verdict:
    """The verdict on the bytes of a certificate by the rules that are chosen for its object, its detail on one line.

    Raises what a failure of the checker itself raises; a file alone is no reason.
    """
    try:
        file = parse(data)
        rules = choose(file)
        return Verdict("VERIFIED", "", f"{rules.prove(file)}; assumed: {rules.document}'s rules, Python")
    except Reject as reject:
        return Verdict("REJECTED", reject.rule, shown(str(reject)))
    except Malformed as malformed:
        return Verdict("MALFORMED", "", shown(str(malformed)))
