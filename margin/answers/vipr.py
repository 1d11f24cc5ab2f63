"""Linear programs for an outside checker: a maximum margin as a file of the format VIPR 1.1, which `viprchk` checks.

The program is that over representations (docs/theory.md, 4.1), summed over orbits of the Galois group, so that
characters are rational:

    maximise t    subject to    sum_O m_O a_O(K) - t >= 0 for every orbit K of classes,   sum_O m_O = 1,   m >= 0,

a_O(K) the mean of c_rho (1 - chi_rho(C) / delta_rho) over rho in O. Its data are rational where every c_rho is; where
they are rational multiples of one square root, that is the unit of the file's numbers. The format: Cheung, Gleixner and
Steffy, Verifying integer programming results, IPCO 2017.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from margin.io.output import shown
from margin.numbers.square_roots import Surd

MOST_ENTRIES = 1_000_000  # coefficients of the program


@dataclass(frozen=True)
class RationalProgram:
    """The program of a task with an optimal solution and optimal multipliers, all in units of `unit`.

    `representations` and `classes` say what is meant by each of the masses and each of the wrong labels; `values` are
    their c_rho, `gaps` (classes, representations) the means of 1 - chi_rho(C) / delta_rho; `masses` and
    `class_weights`, each of sum 1, belong to the optimum `margin`.
    """

    task: str
    unit: Surd
    representations: tuple[str, ...]
    classes: tuple[str, ...]
    values: tuple[Fraction, ...]
    gaps: tuple[tuple[Fraction, ...], ...]
    masses: tuple[Fraction, ...]
    class_weights: tuple[Fraction, ...]
    margin: Fraction


def common_unit(values: Sequence[tuple[str, Surd]]) -> Surd:
    """1, or the square root of which all values are rational multiples; each comes with what to call it.

    Raises ValueError, naming an irrational number, where there is none.
    """
    (first, start), *others = values
    ((radicand, _),) = start.terms
    for name, value in others:
        ratio = value / start
        if not ratio.is_rational:
            raise ValueError(
                f"the best value of a neuron for {name} over that for {first} is {ratio}, which is irrational; the"
                " format takes rational programs, which those of odd k are: choose an odd k"
            )
    return Surd.sqrt(radicand)


def require_entries(count: int) -> None:
    """Raise ValueError for a program of more than `MOST_ENTRIES` coefficients."""
    if count > MOST_ENTRIES:
        raise ValueError(f"the program would have {count} coefficients, expected at most {MOST_ENTRIES}")


def as_vipr(program: RationalProgram) -> bytes:
    """The file: the program, its optimal solution, and one derivation that nothing is better."""
    count, labels = len(program.representations), len(program.classes)
    coefficients = [[c * gap for c, gap in zip(program.values, row, strict=True)] for row in program.gaps]
    margin, weights = program.margin, program.class_weights
    bounds = [f"B{i} G 0 1 {i} 1" for i in range(1, count + 1)]
    norm = f"norm E 1 {_sparse((i, Fraction(1)) for i in range(1, count + 1))}"
    wrong = [
        f"wrong{j} G 0 {_sparse([(0, Fraction(-1)), *enumerate(row, 1)])}" for j, row in enumerate(coefficients, 1)
    ]
    # t = -(sum_K tau_K (sum_O m_O a_O(K) - t)) - sum_O (margin - b_O) m_O + margin sum_O m_O, b_O = sum_K tau_K a_O(K)
    slack = [
        margin - sum((w * row[i] for w, row in zip(weights, coefficients, strict=True)), Fraction())
        for i in range(count)
    ]
    multipliers = [*((i, -s) for i, s in enumerate(slack)), (count, margin)]
    multipliers += [(count + 1 + j, -w) for j, w in enumerate(weights)]
    solution = [(0, margin), *enumerate(program.masses, 1)]
    lines = [
        *(f"% {_ascii(line)}" for line in _comments(program)),
        "VER 1.1",
        f"VAR {count + 1}",
        " ".join(["margin", *(f"mass{i}" for i in range(1, count + 1))]),
        "INT 0",
        "OBJ max",
        "1 0 1",
        f"CON {count + 1 + labels} {count}",
        *bounds,
        norm,
        *wrong,
        f"RTP range {margin} {margin}",
        "SOL 1",
        f"optimum {_sparse(solution)}",
        "DER 1",
        f"bound L {margin} OBJ {{ lin {_sparse(multipliers)} }} -1",
    ]
    return ("\n".join(lines) + "\n").encode("ascii")


def _comments(program: RationalProgram) -> list[str]:
    unit = "" if program.unit == 1 else f", in units of {program.unit}"
    return [
        f"{program.task}: its maximum margin is the optimum of this linear program{unit}.",
        *(f"mass{i}: mass of {text}" for i, text in enumerate(program.representations, 1)),
        *(f"wrong{j}: wrong labels at {text}" for j, text in enumerate(program.classes, 1)),
    ]


def _ascii(text: str) -> str:
    return shown(text).encode("ascii", "backslashreplace").decode()


def _sparse(pairs: Iterable[tuple[int, Fraction]]) -> str:
    """The number of entries that are not 0, then each with its index."""
    kept = [f"{index} {value}" for index, value in pairs if value]
    return " ".join([str(len(kept)), *kept])
