"""How many neurons a representation needs, by type, dimension and number of inputs: a table, each entry computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from margin.finite_groups.finite_group import FiniteGroup
    from margin.finite_groups.real_irreps import RealIrrep

COLUMNS = (
    *("type", "dimension", "k", "paper", "constructed", "design", "lower_bound", "generic_lower_bound", "checked_on"),
    "greatest_error",
)
WITNESSES = {  # a group with a representation of that type and dimension
    ("real", 1): "C2", ("real", 2): "S3", ("real", 3): "S4", ("real", 4): "S5", ("real", 5): "A5", ("real", 6): "S5",
    ("complex", 2): "C7", ("complex", 4): "SL(2,3)", ("complex", 6): "SmallGroup(21,1)",
    ("quaternionic", 4): "Dic3", ("quaternionic", 8): "SL(2,5)", ("quaternionic", 12): "SL(2,5)",
}  # fmt: skip
INPUTS = (1, 2, 3, 4, 5)
GROUPS = ("C3", "C4", "C5", "C6", "C2xC4", "S3", "D4", "D5", "D6", "D8", "Q8", "Dic3", "A4", "SD16", "S4", "SL(2,3)")
GROUP_INPUTS = (2, 3)
MOST_OPERATIONS = 10**10  # of a check that evaluates every logit
Row = dict[str, Any]


def rows(most_operations: int) -> Iterator[Row]:
    """One row per type, dimension and k; the check is left out (empty) where it takes more operations."""
    from margin.composition.width import irrep_width
    from margin.finite_groups.find_characters import character_table
    from margin.finite_groups.names import group
    from margin.finite_groups.real_irreps import real_irreps

    for (kind, dimension), name in WITNESSES.items():
        g = group(name)
        irreps = real_irreps(character_table(g))[1:]
        irrep = next(r for r in irreps if (r.type, r.dimension) == (kind, dimension))
        for k in INPUTS:
            width = irrep_width(dimension, irrep.commutant, k)
            affordable = g.order**k * width.constructed * (2 * g.order + k) <= most_operations
            yield {
                "type": kind,
                "dimension": dimension,
                "k": k,
                "paper": width.paper,
                "constructed": width.constructed,
                "design": width.design,
                "lower_bound": width.lower_bound,
                "generic_lower_bound": width.generic_lower_bound,
                "checked_on": name,
                "greatest_error": f"{block_error(g, irrep, k):.0e}" if affordable else None,
            }


def block_error(group: FiniteGroup, irrep: RealIrrep, k: int) -> float:
    """Greatest error of a logit of unit mass on one representation, over all inputs and labels, relative to c_rho.

    The logit of g_1..g_k at c should be c_rho chi_rho(g_1 ... g_k c^-1) / delta_rho.
    """
    import numpy as np

    from margin.composition.construction import group_network
    from margin.composition.program import neuron_scale

    network = group_network(group, k, [(irrep, 1.0)])
    best = float(neuron_scale(group.order, k)) / irrep.dimension ** ((k - 1) / 2)
    wanted = irrep.character[group.class_of][group.table()[:, group.inverse]] / irrep.dimension  # rows y, columns c
    worst, n = 0.0, group.order
    for start in range(0, n**k, 4096):
        index = np.arange(start, min(start + 4096, n**k))
        inputs = np.stack(np.unravel_index(index, (n,) * k), axis=1)
        worst = max(worst, float(np.abs(network.logits(inputs) / best - wanted[network.task.labels(inputs)]).max()))
    return worst


def as_markdown(table: Iterable[Row]) -> str:
    """A table of `constructed (paper; lower bound)` for each type, dimension and k."""
    cells: dict[tuple[str, int], list[str]] = {}
    for row in table:
        bound = row["lower_bound"], row["generic_lower_bound"]
        best = max((b for b in bound if b is not None), default=None)
        text = f"{row['constructed']} ({row['paper']}; {'-' if best is None else best})"
        cells.setdefault((row["type"], row["dimension"]), []).append(text)
    lines = [
        "# Neurons per representation",
        "",
        "Neurons that compute the character of one real irreducible representation and nothing else: constructed here",
        "(published construction; lower bound). Written by `python -m margin.survey widths`. In",
        "`margin/data/surveys/widths.csv`, `lower_bound` holds for every group and `generic_lower_bound` where entries",
        "of the representation satisfy no accidental relations; here is the larger. `greatest_error` is that of any",
        "logit, relative, over all inputs of the group named; it is empty where that takes too long. The designs and",
        "the proofs of the bounds stand in `margin/composition/tuple_designs.py` and [theory, 5.16](theory.md). Those",
        "of real type and dimension 2 at k = 2 and 3 have certificates (`margin/data/widths/dihedral-k3.json`; from",
        "nothing by `python -m margin.width --k 3 --group D5 --certificate w.json`).",
        "",
        "| type | dimension | " + " | ".join(f"k = {k}" for k in INPUTS) + " |",
        "|---|--:|" + "---|" * len(INPUTS),
    ]
    lines += [f"| {kind} | {dimension} | {' | '.join(texts)} |" for (kind, dimension), texts in cells.items()]
    return "\n".join([*lines, "", *OPEN, "", *_groups()]) + "\n"


OPEN = [
    "Where the last number is smaller than the first, the fewest are open. What stops the proof ([theory, 5.10 and",
    "5.16](theory.md)): for real types at k = 3 the bound by polynomials still rises with their degree, and no",
    "program for k >= 4 was computed to the end; for complex types of dimension 4 or more the same bound holds with",
    "polynomials on discs, which are not built here; for quaternionic types the coefficients of F would be matrices,",
    "and F no polynomial in single products of vectors, so that nothing is proved for k >= 3 (-).",
]


def _groups() -> list[str]:
    """Neurons of whole groups, whose representations may need fewer where their image is small."""
    from margin.tasks import parse
    from margin.theory import widths

    lines = [
        "## Whole groups",
        "",
        "Neurons of the network that `margin.construct` makes (published construction; lower bound that is proved, -",
        "where there is none). Representations whose image is D4 or dicyclic (k = 2) or a small cyclic group need",
        "fewer neurons than the table above says ([theory, 5.13](theory.md)). Where the first and the last number",
        "agree, it is minimal.",
        "",
        "| group | " + " | ".join(f"k = {k}" for k in GROUP_INPUTS) + " |",
        "|---|" + "---|" * len(GROUP_INPUTS),
    ]
    for name in GROUPS:
        counted = [widths(parse(f"group:{name}", k)) for k in GROUP_INPUTS]
        cells = (f"{w.constructed} ({w.paper}; {'-' if w.lower_bound is None else w.lower_bound})" for w in counted)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines
