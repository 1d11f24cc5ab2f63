"""One shared embedding with a constraint or a freedom more: no constant part in any u; a free bias in the output."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from margin.io.documents import marked
from margin.io.tables import provenance
from margin.shared.classes import bias_gaps
from margin.shared.conic import solve
from margin.shared.maximum import decimals, enclose
from margin.shared.squares import program
from margin.surveys.shared import PROG, saved
from margin.tasks import SharedEmbedding


def without_constant(n: int, k: int) -> dict[str, Any]:
    """gamma* among networks whose u all have the mean 0: both ends proved, and relative to k^(k/2) the separate one."""
    margin = enclose(SharedEmbedding(n, k), constant=False)
    ends = [float(end) / margin.unshared for end in (margin.low, margin.high)]
    return {"n": n, "k": k, "low": decimals(margin.low), "high": decimals(margin.high), "ratio": ends}


def free_bias(n: int, k: int) -> dict[str, Any]:
    """By what a bias that is not counted in the norm multiplies gamma*: two optima in float64, and their relative gaps.

    Raises ValueError where gcd(k, n) = 1: there it changes nothing.
    """
    rows = bias_gaps(n, k)
    if not rows:
        raise ValueError(f"n = {n}, k = {k}: gcd(k, n) = 1, a bias changes nothing; expected a common divisor")
    form = program(n, k)
    free, plain = solve(form, balanced=rows), solve(form)
    return {"n": n, "k": k, "factor": free.t / plain.t, "gaps": [free.gap, plain.gap]}


Maker = Callable[[int, int], dict[str, Any]]
VARIANTS: dict[str, tuple[Maker, tuple[tuple[int, int], ...]]] = {
    "without-constant": (without_constant, (*((n, 2) for n in (3, 4, 5, 6, 7, 8, 9, 11, 13)), (5, 3), (7, 3))),
    "free-bias": (free_bias, (*((n, 2) for n in (2, 4, 6, 8, 10, 12)), (3, 3), (6, 3))),
}


def write(variant: str, path: Path, wanted: Iterable[tuple[int, int]], anew: bool = False) -> list[dict[str, Any]]:
    """Compute the wanted (n, k) that the file lacks, or all of them anew; the file is whole after each case.

    Returns the cases of the file. Raises ValueError as `saved` and the maker, ArithmeticError as `solve`.
    """
    from margin.io.files import write_whole

    maker, _ = VARIANTS[variant]
    cases = {(case["n"], case["k"]): case for case in saved(path)}
    for n, k in tqdm(list(wanted), desc=variant, disable=None):
        if anew or (n, k) not in cases:
            cases[n, k] = maker(n, k)
            write_whole(path, document(variant, cases.values()).encode())
    return saved(path)


def as_markdown(variant: str, cases: Iterable[dict[str, Any]]) -> str:
    """The cases side by side, the digits on which both ends agree."""
    listed = list(cases)
    label = {"without-constant": "with c_0 = 0, of k^(k/2) gamma* separate", "free-bias": "with a free bias"}[variant]
    values = [_agreed(*case["ratio"]) if variant == "without-constant" else f"{case['factor']:.5f}" for case in listed]
    lines = [
        f"| n, k | {' | '.join(f'''{case['n']}, {case['k']}''' for case in listed)} |",
        f"|---|{'--:|' * len(listed)}",
        f"| {label} | {' | '.join(values)} |",
    ]
    return "\n".join(lines)


def _agreed(low: float, high: float) -> str:
    """The middle, to as many of six digits as both ends have when rounded."""
    for digits in range(6, 0, -1):
        if f"{low:.{digits}f}" == f"{high:.{digits}f}":
            return f"{low:.{digits}f}"
    return f"{low:.1g} to {high:.1g}"


def page(variant: str, path: Path, text: str) -> str:
    """A document with the table of a file between its marks. Raises ValueError as `saved`, `marked`."""
    made = json.loads(path.read_text("utf-8"))["provenance"]
    table = f"{as_markdown(variant, saved(path))}\n\n`{made['command']}`, {made['date']}."
    return marked(text, f"shared-{variant}", table)


def document(variant: str, cases: Iterable[dict[str, Any]]) -> str:
    """The file's text: provenance, and a line for each case."""
    made = provenance(f"{PROG} --variant {variant}", ("numpy", "scipy"))
    ordered = sorted(cases, key=lambda case: (case["k"], case["n"]))
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in ordered)
    return f'{{"provenance": {json.dumps(made)},\n"cases": [\n{lines}\n]}}\n'
