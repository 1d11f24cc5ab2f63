"""The answers that the report holds, for groups and for reports without Python: the command's own, at each build."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tqdm import tqdm

from margin.finite_groups.small_groups import described
from paper_figures.report.bridge import Json, answer

MOST_MODULUS, MOST_INPUTS = 40, 4
MOST_BITS, MOST_PARITY = 12, 6
# by the names that people use; every group of order up to 31 is there by its number too
NAMED = (
    *(f"C{n}" for n in range(2, 13)),
    *("C2xC2", "C2xC4", "C2xC2xC2", "C3xC3", "C4xC4", "C2xC2xC2xC2"),
    *(f"D{n}" for n in range(3, 17)),
    *(f"Dic{n}" for n in range(2, 9)),
    *("Q8", "Q16", "Q32", "SD16", "S3", "S4", "S5", "A4", "A5", "SL(2,3)", "GL(2,3)", "AGL(1,5)", "PSL(2,7)", "S3xS3"),
)
Arguments = tuple[str, ...]


def asked() -> Iterator[Arguments]:
    """The command lines of `python -m margin.predict` whose answers are held."""
    for n in range(2, MOST_MODULUS + 1):
        yield from (("--p", str(n), "--k", str(k)) for k in range(1, MOST_INPUTS + 1))
    for n in range(1, MOST_BITS + 1):
        yield from (("--parity", f"{n},{k}") for k in range(1, min(n, MOST_PARITY) + 1))
    for name in NAMED:
        yield from (("--group", name, "--k", str(k)) for k in (2, 3, 4))
    for order, number in described():
        if order > 1:
            yield from (("--group", f"SmallGroup({order},{number})", "--k", str(k)) for k in (2, 3))


def held(more: Iterable[Sequence[str]] = ()) -> dict[str, Json]:
    """Answers by their command lines, those of `asked` and more. Raises ValueError for one that the command refuses."""
    wanted = dict.fromkeys([*asked(), *map(tuple, more)])
    return {" ".join(arguments): given(arguments) for arguments in tqdm(wanted, desc="answers", disable=None)}


def given(arguments: Sequence[str]) -> Json:
    """The command's answer. Raises ValueError where there is none."""
    found = answer(arguments)
    if "answer" not in found or found["code"] != 0:
        raise ValueError(f"python -m margin.predict {' '.join(arguments)}: {found}")
    return found


def script(answers: dict[str, Json], python: bool, certificates: Mapping[str, str]) -> bytes:
    """What the explorer reads: the answers, whether the report has Python, and certificates of other kinds by name."""
    held = {"python": python, "answers": answers, "certificates": certificates}
    return f"globalThis.REPORT = {json.dumps(held, separators=(',', ':'))};\n".encode()
