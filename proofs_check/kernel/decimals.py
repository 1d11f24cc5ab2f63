"""Claims as verdict lines state them: whole where they are short, else in decimals that are proved as well."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from proofs_check.kernel.form import MOST_CHARACTERS, number_text
from proofs_check.kernel.numbers import Number, rational

DIGITS, BITS = 15, 64  # significant digits of a decimal; of a relative enclosure that is narrow enough


class Value(NamedTuple):
    """What a claim states: a quotient of two numbers, the second one positive, and its text if that is short."""

    text: str
    numerator: Number
    denominator: Number


def quantity(squared: bool) -> str:
    return "gamma*^2" if squared else "gamma*"


def plain(number: Number) -> Value:
    return Value(_whole(number), number, rational(1))


def quotient(numerator: Number, denominator: Number) -> Value:
    texts = _whole(numerator), _whole(denominator)
    return Value(f"({texts[0]})/({texts[1]})" if all(texts) else "", numerator, denominator)


def claim(quantity: str, sense: str, values: list[Value], digest: str) -> str:
    """The claim exactly; where a value is too long, what follows from it in decimals, and the certificate's id.

    `values` are the lower end and the upper end, for a sense other than "enclosure" the same one twice.
    """
    low, high = values
    if low.text and high.text:
        relations = {"equal": "=", "lower": ">=", "upper": "<=", "enclosure": f"<= {high.text} and >="}
        return f"{quantity} {relations[sense]} {low.text}"
    id, least, most = digest[:16], below(low), above(high)
    rounded = {
        "equal": f"= the value of certificate {id}, between {least} and {most},",
        "lower": f">= {least}, rounded down from the value of certificate {id},",
        "upper": f"<= {most}, rounded up from the value of certificate {id},",
        "enclosure": f"<= {most} and >= {least}, rounded outwards from the values of certificate {id},",
    }
    return f"{quantity} {rounded[sense]}"


def below(value: Value) -> str:
    """A decimal that is at most the value, of DIGITS significant digits."""
    return _text(*_floor(enclosure(value)[0]))


def above(value: Value) -> str:
    """A decimal that is at least the value."""
    digits, exponent = _floor(-enclosure(value)[1])
    return _text(-digits, exponent)


def enclosure(value: Value) -> tuple[Fraction, Fraction]:
    """Fractions below and above the value, 0 only for 0, and at most 2^-BITS of the value apart."""
    bits = BITS
    while True:
        (low, high), (least, most) = (_ends(x, bits) for x in (value.numerator, value.denominator))
        if least > 0 and (low > 0 or high < 0 or low == high):
            ends = low / (most if low > 0 else least), high / (least if high > 0 else most)
            if (ends[1] - ends[0]) * 2**BITS <= min(map(abs, ends)):
                return ends
        bits *= 2


def _ends(number: Number, bits: int) -> tuple[Fraction, Fraction]:
    """By enclosures of the square roots between consecutive multiples of 2^-bits."""
    low = high = Fraction(0)
    for r, q in number.items():
        root = isqrt(r << 2 * bits)
        ends = [q * Fraction(end, 1 << bits) for end in (root, root + (r > 1))]
        low, high = low + min(ends), high + max(ends)
    return low, high


def _floor(value: Fraction) -> tuple[int, int]:
    """m and e with m 10^e <= value < (m + 1) 10^e, m of DIGITS digits (one more for a power of ten below 0)."""
    if value == 0:
        return 0, 0
    length = abs(value.numerator).bit_length() - value.denominator.bit_length()
    exponent = length * 30103 // 100000 - 2  # log10(2) = 0.30103 nearly; never too large, and corrected from below
    while abs(value) < Fraction(10) ** exponent:
        exponent -= 1
    while abs(value) >= Fraction(10) ** (exponent + 1):
        exponent += 1
    exponent -= DIGITS - 1
    return value // Fraction(10) ** exponent, exponent


def _text(digits: int, exponent: int) -> str:
    """The decimal digits 10^exponent, with an exponent where it is very large or small."""
    sign, text = "-" if digits < 0 else "", str(abs(digits))
    point = len(text) + exponent  # digits before the point
    text = text.rstrip("0") or "0"
    if text == "0":
        return text
    if not -5 < point <= DIGITS + 1:
        return f"{sign}{text[0]}{'.' * (len(text) > 1)}{text[1:]}e{point - 1}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{text}"
    text = text.ljust(point, "0")
    return f"{sign}{text[:point]}{'.' * (len(text) > point)}{text[point:]}"


def _whole(number: Number) -> str:
    """The text of the number, empty where it is too long for a line."""
    parts = [abs(part) for q in number.values() for part in (q.numerator, q.denominator)]
    if max(parts, default=0).bit_length() > 4 * MOST_CHARACTERS:  # nor does Python write integers of any length
        return ""
    text = number_text(number)
    return text if len(text) <= MOST_CHARACTERS else ""
