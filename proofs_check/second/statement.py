"""The statement that a certificate proves, in words: exact, or rounded to the side on which it stays proved."""

from __future__ import annotations

from flint import arb, ctx, fmpq

from proofs_check.second.form import show
from proofs_check.second.numbers import Number, num

PLACES, LONGEST = 15, 120  # significant digits; characters of a value


def state(name: str, sense: str, low: Number, high: Number, sha256: str, under: Number | None = None) -> str:
    """What is proved of `name`: values low and high, both over `under` (positive) where that is given."""
    exact = [written(value, under) for value in (low, high)]
    words = {"equal": "{2} = {0}", "lower": "{2} >= {0}", "upper": "{2} <= {1}", "enclosure": "{0} <= {2} <= {1}"}
    if all(exact):
        return words[sense].format(*exact, name)
    bottom = num(1) if under is None else under
    ends = decimal(low, bottom, -1), decimal(high, bottom, 1)
    words["equal"] = "{0} <= {2} <= {1}"
    return words[sense].format(*ends, name) + f" (rounded; certificate {sha256[:16]})"


def written(value: Number, under: Number | None) -> str:
    """The exact text, or nothing if that is long."""
    numbers = [value] if under is None else [value, under]
    if any(part.height_bits() > 400 for x in numbers for part in (fmpq(c) for c in x.values())):
        return ""
    text = show(value) if under is None else f"({show(value)})/({show(under)})"
    return text if len(text) <= LONGEST else ""


def decimal(value: Number, under: Number, side: int) -> str:
    """A decimal not above (side -1) or not below (side 1) the quotient."""
    if not value:
        return "0"
    sign, bits = value.sign(), 64
    while True:
        bits *= 2
        with ctx.workprec(bits):
            top, bottom = (sum((arb(c) * arb(r).sqrt() for r, c in x.items()), arb(0)) for x in (value, under))
            ball = top * sign / bottom if bottom > 0 else arb(0)
            if ball > 0 and ball.rel_accuracy_bits() > 60:
                break
    away = sign == side  # the size is rounded up, then
    return "-" * (sign < 0) + digits(end(ball, 1 if away else -1), away)


def end(ball: arb, side: int) -> fmpq:
    """The end of a positive ball, exactly."""
    mid, rad = (fmpq(man) * fmpq(2) ** int(exp) for man, exp in (ball.mid().man_exp(), ball.rad().man_exp()))
    return mid + side * rad


def digits(size: fmpq, up: bool) -> str:
    """A positive fraction with PLACES digits as m e x, rounded up or down."""
    power = (size.p.height_bits() - size.q.height_bits()) * 3 // 10 - 2
    while size >= fmpq(10) ** (power + 1):
        power += 1
    while size < fmpq(10) ** power:
        power -= 1
    scaled = size * fmpq(10) ** (PLACES - 1 - power)
    mantissa = -int(-scaled.p // scaled.q) if up else int(scaled.p // scaled.q)
    text = str(mantissa)
    return f"{text[0]}.{text[1:PLACES].rstrip('0') or '0'}e{power + len(text) - PLACES}"
