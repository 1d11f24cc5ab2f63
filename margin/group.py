"""A finite group: its order, its conjugacy classes and its real irreducible characters, exactly.

python -m margin.group S3
python -m margin.group A5 --csv
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from margin.io.command import Parser, answer, refusing, run, say
from margin.io.output import shown

if TYPE_CHECKING:
    from margin.finite_groups.real_irreps import RealIrrep

PROG = "python -m margin.group"
SCHEMA = 1
IRREP = "real irreducible representation"
COLUMNS = (
    *("irrep", "dimension", "type", "class", "representative", "element_order", "class_size"),
    *("character", "character_float"),
)
Row = dict[str, Any]


@cache
def exact(multiplicities: tuple[int, ...]) -> str:
    """The real number sum_j m[j] exp(2 pi i j / o), m of length o, as text that sympy reads.

    A rational number or square roots where that is possible, else cosines. Raises ValueError if it is not real.
    """
    from margin.numbers.number_field import RealField

    field = RealField([multiplicities])
    if field.degree <= 2:
        return str(field(multiplicities).surd())
    o = len(multiplicities)
    terms = [(multiplicities[0], "1")] if multiplicities[0] else []
    terms += [(2 * multiplicities[j], _cosine(Fraction(2 * j, o))) for j in range(1, (o + 1) // 2) if multiplicities[j]]
    terms += [(-multiplicities[o // 2], "1")] if o % 2 == 0 and multiplicities[o // 2] else []
    return " + ".join(str(m) if factor == "1" else f"{m}*{factor}" for m, factor in terms).replace("+ -", "- ")


def _cosine(turns: Fraction) -> str:
    """cos(turns pi)."""
    times = "" if turns.numerator == 1 else f"{turns.numerator}*"
    return f"cos({times}pi/{turns.denominator})"


def described(name: str) -> dict[str, Any]:
    """The group for programs, schema 1. Raises ValueError as `margin.finite_groups.names.group`."""
    from margin.finite_groups.find_characters import character_table
    from margin.finite_groups.names import group
    from margin.finite_groups.real_irreps import real_irreps

    g = group(name)
    table = character_table(g)
    classes = zip(g.class_representatives.tolist(), g.class_orders.tolist(), g.class_sizes.tolist(), strict=True)
    return {
        "schema": SCHEMA,
        "group": g.name,
        "order": g.order,
        "exponent": g.exponent,
        "classes": [
            {"representative": g.labels[first], "element_order": order, "size": size} for first, order, size in classes
        ],
        "irreps": [_irrep(irrep) for irrep in real_irreps(table)],
    }


def _irrep(irrep: RealIrrep) -> Row:
    return {
        "dimension": irrep.dimension,
        "type": irrep.type,
        "commutant": irrep.commutant,
        "character": [exact(tuple(block.tolist())) for block in irrep.multiplicities],
        "character_float": irrep.character.tolist(),
    }


def rows(group: dict[str, Any]) -> list[Row]:
    """One row for each irreducible representation and class, in the order of both."""
    return [
        dict(
            zip(
                COLUMNS,
                (
                    *(number, irrep["dimension"], irrep["type"]),
                    *(place, kind["representative"], kind["element_order"], kind["size"]),
                    *(irrep["character"][place - 1], irrep["character_float"][place - 1]),
                ),
                strict=True,
            )
        )
        for number, irrep in enumerate(group["irreps"], 1)
        for place, kind in enumerate(group["classes"], 1)
    ]


def as_text(group: dict[str, Any]) -> str:
    """Order, classes and the table of real characters, a column for each class."""
    classes, irreps = group["classes"], group["irreps"]
    lines = [
        ["class", *(str(number) for number, _ in enumerate(classes, 1))],
        ["representative", *(kind["representative"] for kind in classes)],
        ["element order", *(str(kind["element_order"]) for kind in classes)],
        ["elements", *(str(kind["size"]) for kind in classes)],
        *([f"dimension {irrep['dimension']}, {irrep['type']}", *irrep["character"]] for irrep in irreps),
    ]
    counts = (
        f"{_counted(len(classes), 'class', 'classes')}, {_counted(len(irreps), *(f'{IRREP}{s}' for s in ('', 's')))}"
    )
    head = f"{shown(group['group'])}: order {group['order']}, exponent {group['exponent']}, {counts}"
    return "\n".join([head, "", *_aligned([list(map(shown, line)) for line in lines])])


def _counted(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    ]


def main() -> int:
    parser = Parser(
        PROG,
        "Order, conjugacy classes and real irreducible characters of a finite group, exactly, with their types"
        " (real, complex, quaternionic) and dimensions.",
        "exit codes: 0 done, 2 wrong input",
    )
    parser.add_argument("name", metavar="NAME", help="a group as for --group of predict: S3, Q8, C2xC4, FILE.csv")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object, for programs")
    form.add_argument("--csv", action="store_true", help="a line for each representation and class")
    arguments = parser.parse_args()
    with refusing("NAME"):
        group = described(arguments.name)
    if arguments.csv:
        from margin.io.tables import as_csv

        say(as_csv(rows(group), COLUMNS).removesuffix("\n"))
    else:
        answer(group if arguments.json else as_text(group), [])
    return 0


if __name__ == "__main__":
    run(PROG, main)
