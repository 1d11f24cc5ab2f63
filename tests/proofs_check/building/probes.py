"""Questions to a copy of the kernel that no file can ask: signs of chosen numbers, smaller limits, rules not chosen."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.proofs_check.building.checker_mutants import Copy
from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.dihedral.files import constant as dihedral
from tests.proofs_check.building.edge_files import convergent
from tests.proofs_check.building.editing import Json, put, sealed
from tests.proofs_check.building.logits.files import IDENTITY, UNIT, certificate
from tests.proofs_check.building.shared.files import small
from tests.proofs_check.building.width.files import constant

MOST_BITS = 2**14
STEPS = 6 * 3 * 2 + 4 * 6 * 3 + 27 + 6 * 3  # of S3: elements, rational classes, CENTRAL, DEGREES

TOO_MUCH = f"group: got more than {STEPS - 1} steps of work, expected fewer"


def _numbers() -> list[dict[int, Fraction]]:
    """A number that is nearly 0, a zero, one that is decided with exactly 2^14 bits, and one beyond."""
    p = 2**64
    above = {1: Fraction(-p), p * p + 1: Fraction(1)}  # of 64 bits, the enclosure ends 1 above 0
    close = [{1: Fraction(a), 2: Fraction(-b)} for a, b in (convergent(8000), convergent(9000))]
    return [above, {2: Fraction(0)}, *close]


def _signs(copy: Copy) -> list[int]:
    sign, malformed, signs = copy.package.numbers.sign, copy.package.form.Malformed, list[int]()
    for number in _numbers():
        try:
            signs.append(sign(number, MOST_BITS))
        except malformed:
            signs.append(9)
    return signs


def _worked(copy: Copy, most: int) -> str:
    """S3 with so many steps of work."""
    form, composition = copy.package.form, copy.package.composition
    file = form.parse(sealed(true("S3", 2)))
    try:
        return str(composition.Composition(file, composition.LIMITS._replace(work=most)).run())
    except form.Malformed as malformed:
        return str(malformed)


def _forced(copy: Copy, kind: str) -> str:
    """Rules for a file that states another kind of task, as check_groups.py and check_parity.py apply them."""
    rules = copy.package.verdicts.RULES[kind]
    bodies: dict[str, Callable[[], dict[str, Json]]] = {
        "group_composition": lambda: true("S3", 2),
        "sparse_parity": lambda: parity(10, 4),
        "shared_embedding": small,
        "width": constant,
        "dihedral_width": dihedral,
        "addition_logits": lambda: certificate(IDENTITY, UNIT),
    }
    body = bodies[kind]()
    data = sealed(put(body, "task.kind", "modular_addition"))
    return str(copy.package.form.verdict(data, lambda file: rules).status)


# by name: what is asked, and the right answer
PROBES: dict[str, tuple[Callable[[Copy], object], object]] = {
    "signs": (_signs, [1, 0, 1, 9]),
    "enough work": (lambda copy: _worked(copy, STEPS)[:8], "gamma* ="),
    "too much work": (lambda copy: _worked(copy, STEPS - 1), TOO_MUCH),
    "forced group": (lambda copy: _forced(copy, "group_composition"), "MALFORMED"),
    "forced logits": (lambda copy: _forced(copy, "addition_logits"), "MALFORMED"),
    "forced parity": (lambda copy: _forced(copy, "sparse_parity"), "MALFORMED"),
    "forced shared": (lambda copy: _forced(copy, "shared_embedding"), "MALFORMED"),
    "forced dihedral": (lambda copy: _forced(copy, "dihedral_width"), "MALFORMED"),
    "forced width": (lambda copy: _forced(copy, "width"), "MALFORMED"),
}


def answer(copy: Copy, question: Callable[[Copy], object]) -> object:
    """An exception is an answer too."""
    copy.steps, copy.most_steps = 0, float("inf")
    try:
        return question(copy)
    except Exception as error:
        return type(error).__name__
