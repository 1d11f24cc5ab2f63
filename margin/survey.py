"""The project's surveys: tables over many groups, data sets and representations.

python -m margin.survey                              groups: all of them, k = 2..6
python -m margin.survey groups --group S5 --k 3      some of them
python -m margin.survey solver missing               a table of `margin.solve` on data that no formula covers
python -m margin.survey widths                       neurons that a representation needs
python -m margin.survey quadratic                    a network with random phases, by width
python -m margin.survey draws --table thresholds     random parts of the pairs
python -m margin.survey shared --n 7 --k 2           one shared embedding: gamma* enclosed, and proved
python -m margin.survey shared --variant free-bias   the same with a free bias in the output

In a checkout the outputs go to margin/data/surveys and docs; elsewhere --out says where.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from margin.io.command import Parser, Refused, group_tables, integer, refusing, require_places, run, say
from margin.io.output import shown

PROG = "python -m margin.survey"
PLACE = Path("margin/data/surveys")  # in a checkout


def in_checkout() -> bool:
    """Whether the current folder is the checkout that this package runs from: only there are outputs at home."""
    here = Path("pyproject.toml").is_file() and PLACE.is_dir()
    return here and os.path.realpath(str(files("margin").joinpath("data", "surveys"))) == os.path.realpath(PLACE)


def at_home(out: str | None, default: Path | str) -> str:
    """The output named, or the one of a checkout. Raises Refused where there is neither."""
    if out is None and not in_checkout():
        raise Refused(f"no --out; outside a checkout of the project it must be given (in one it is {default})")
    return str(default) if out is None else out


def groups() -> int:
    """Representations by group and number of inputs; without a name."""
    from margin.composition.maximum import require_inputs
    from margin.surveys.groups import INPUTS, all_groups, as_markdown, partial_file, run_survey

    parser = Parser(
        PROG,
        "Survey of groups: representations that networks of maximum margin always, optionally or never use. All surveys"
        f" (the name comes first), each with its options in `{PROG} NAME --help`:\n"
        + "\n".join(f"  {name:<10}{survey.__doc__}" for name, survey in SURVEYS.items()),
        "exit codes: 0 done, 2 wrong input",
    )
    home = "default in a checkout"
    parser.add_argument("--group", action="append", metavar="NAME", help="a group (repeatable); default: all")
    parser.add_argument("--k", action="append", type=integer("--k", 1, "3"), help="number of inputs (repeatable)")
    parser.add_argument("--out", metavar="FILE.csv", help=f"{home}: {PLACE}/groups.csv")
    parser.add_argument("--table", metavar="FILE.md", help=f"also write the table; {home}, all groups: docs/survey.md")
    arguments = parser.parse_args()
    tables = group_tables(*(arguments.group or ()))
    names = arguments.group or all_groups()
    inputs = sorted(set(arguments.k or INPUTS))
    everything = arguments.out is None and not arguments.group and not arguments.k
    out = at_home(arguments.out, PLACE / "groups.csv")
    table = arguments.table or ("docs/survey.md" if everything else None)
    partial = str(partial_file(Path(out)))  # of an interrupted survey
    require_places({"--out": out, "--table": table, "what --out keeps of an interrupted survey": partial}, tables)
    with refusing("--k"):
        for k in arguments.k or ():
            require_inputs(k)
    with refusing("--group"):
        rows = run_survey(names, inputs, Path(out))
    text = as_markdown(rows)
    if table is not None:
        _write("--table", table, text)
    say(text.splitlines()[-1], *(shown(path) for path in (out, table) if path))
    return 0


def solver() -> int:
    """Maximum margins that no formula covers."""
    from margin.surveys.solver import TABLES, document, write_table

    parser = Parser(
        f"{PROG} solver", "Tables of maximum margins that no formula covers.", "exit codes: 0 done, 2 wrong"
    )
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"{', '.join(TABLES)}; default: all")
    parser.add_argument(
        "--out", metavar="FOLDER", help=f"default in a checkout: {PLACE}/solver, and the tables of docs/solver.md"
    )
    parser.add_argument("--time-limit", type=float, default=120.0, metavar="SECONDS", help="of a case; default: 120")
    arguments = parser.parse_args()
    out = Path(at_home(arguments.out, PLACE / "solver"))
    with refusing("--out"):
        if not out.is_dir():
            raise FileNotFoundError(f"the folder {out} does not exist; make it first")
    kinds = {".csv": "table", ".json": "provenance", ".partial.jsonl": "interrupted survey"}
    files = {f"{word} of {name}": f"{out}/{name}{end}" for name in TABLES for end, word in kinds.items()}
    require_places(files | ({"docs/solver.md": "docs/solver.md"} if arguments.out is None else {}))
    for name in arguments.tables or TABLES:
        with refusing():
            rows = write_table(name, out, arguments.time_limit)
        say(shown(f"{out}/{name}.csv: {len(rows)} rows"))
    if arguments.out is None:
        page = Path("docs/solver.md")
        with refusing(str(page)):
            _write(str(page), str(page), document(out, page.read_text("utf-8")))
        say(str(page))
    return 0


def widths() -> int:
    """Neurons that a representation needs."""
    from tqdm import tqdm

    from margin.io.tables import as_csv
    from margin.surveys.widths import COLUMNS, INPUTS, MOST_OPERATIONS, WITNESSES, as_markdown, rows

    parser = Parser(
        f"{PROG} widths",
        "Neurons per representation, by type, dimension and number of inputs: widths.csv and group_widths.md.",
        "exit codes: 0 done, 2 wrong input",
    )
    parser.add_argument("--out", metavar="FOLDER", help=f"default in a checkout: {PLACE} and docs")
    out = parser.parse_args().out
    table, page = (
        Path(at_home(out, PLACE)) / "widths.csv",
        Path(at_home(out, "docs")) / "group_widths.md",
    )
    with refusing("--out"):
        table.parent.mkdir(parents=True, exist_ok=True)
    require_places({"the table": str(table), "the page": str(page)})
    made = list(tqdm(rows(MOST_OPERATIONS), total=len(WITNESSES) * len(INPUTS), disable=None))
    _write("--out", str(table), as_csv(made, COLUMNS))
    _write("--out", str(page), as_markdown(made))
    say(shown(f"written {table}, {page}"))
    return 0


def quadratic() -> int:
    """Gromov's network with random phases."""
    from tqdm import tqdm

    from margin.io.tables import as_csv
    from margin.surveys.quadratic import COLUMNS, MODULI, WIDTHS, as_markdown, rows

    parser = Parser(
        f"{PROG} quadratic",
        "Normalised margin of Gromov's quadratic network with random phases, by width: quadratic.csv and quadratic.md.",
        "exit codes: 0 done, 2 wrong input",
    )
    parser.add_argument("--out", metavar="FOLDER", help=f"default in a checkout: {PLACE} and docs")
    out = parser.parse_args().out
    table, page = Path(at_home(out, PLACE)) / "quadratic.csv", Path(at_home(out, "docs")) / "quadratic.md"
    with refusing("--out"):
        table.parent.mkdir(parents=True, exist_ok=True)
    require_places({"the table": str(table), "the page": str(page)})
    made = list(tqdm(rows(), total=len(MODULI) * len(WIDTHS), disable=None))
    _write("--out", str(table), as_csv(made, COLUMNS))
    _write("--out", str(page), as_markdown(made))
    say(shown(f"written {table}, {page}"))
    return 0


def shared() -> int:
    """Enclosures with one shared embedding."""
    from margin.shared.squares import require_codes
    from margin.surveys import shared as plain
    from margin.surveys import shared_variants as variants

    parser = Parser(
        f"{PROG} shared",
        "Encloses gamma* of addition with one shared embedding. Cases that the file has are kept; --anew makes them"
        " again. All: n <= 31 for k = 2 and n <= 9 for k = 3, some hours.",
        "exit codes: 0 done, 2 wrong input",
    )
    parser.add_argument("--n", action="append", type=integer("--n", 2, "7"), help="modulus (repeatable); default: all")
    parser.add_argument("--k", action="append", type=integer("--k", 1, "2"), help="inputs (repeatable); default: all")
    parser.add_argument("--anew", action="store_true", help="compute also what the file has")
    parser.add_argument(
        "--variant",
        choices=tuple(variants.VARIANTS),
        help="not gamma* itself, but without a constant part in any u, or with a free bias in the output",
    )
    parser.add_argument("--out", metavar="FILE.json", help=f"default in a checkout: {PLACE}/shared.json, or -VARIANT")
    arguments = parser.parse_args()
    variant = arguments.variant
    out = at_home(arguments.out, PLACE / (f"shared-{variant}.json" if variant else "shared.json"))
    require_places({"--out": out})
    known = variants.VARIANTS[variant][1] if variant else tuple(plain.CASES)
    inputs = set(arguments.k or {k for _, k in known})
    cases = [(n, k) for k in sorted(inputs) for n in sorted(set(arguments.n or {n for n, j in known if j == k}))]
    with refusing("--k" if arguments.n is None else "--n"):
        for n, k in [*cases, *((3, k) for k in inputs)]:  # all of them, before the first
            require_codes(n, k, variant != "without-constant")
    for k in sorted(inputs - {j for _, j in cases}):
        raise Refused(f"--k {k} without --n; there is no list of n for it: give --n, for example --n 3 --k {k}")
    with refusing("--n"):
        anew, place = arguments.anew, Path(out)
        rows = variants.write(variant, place, cases, anew) if variant else plain.write(place, cases, anew)
    say(shown(f"{out}: {len(rows)} cases"))
    if arguments.out is None:
        with refusing("docs/shared.md"):
            text = Path("docs/shared.md").read_text("utf-8")
            text = variants.page(variant, place, text) if variant else plain.page(place, text)
            _write("docs/shared.md", "docs/shared.md", text)
    return 0


def draws() -> int:
    """Random parts of the pairs."""
    from margin.surveys.draws import DRAWS, MODULI, SHARES, TABLES, cases, page, write

    parser = Parser(
        f"{PROG} draws",
        "Maximum margins of random parts of the pairs, or how many pairs the linear conditions for gamma* need. Cases"
        " that the file has are kept.",
        "exit codes: 0 done, 2 wrong input",
    )
    parser.add_argument("--table", choices=tuple(TABLES), default="draws", help="default: draws")
    parser.add_argument("--n", action="append", type=integer("--n", 3, "7"), help="odd modulus (repeatable)")
    parser.add_argument("--share", action="append", type=float, help="of the pairs (repeatable), with draws")
    parser.add_argument("--draws", type=integer("--draws", 1, "20"), default=DRAWS, help=f"default: {DRAWS}")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of processor time, then no further case")
    parser.add_argument("--out", metavar="FILE.csv", help=f"default in a checkout: {PLACE}/TABLE.csv")
    arguments = parser.parse_args()
    out = at_home(arguments.out, PLACE / f"{arguments.table}.csv")
    require_places({"--out": out, "provenance of --out": str(Path(out).with_suffix(".json"))})
    moduli = tuple(arguments.n or MODULI)
    wanted = cases(moduli, tuple(arguments.share or SHARES), arguments.draws)
    if arguments.table == "thresholds":
        wanted = [(n, draw) for draw in range(arguments.draws) for n in moduli]
    with refusing("--n"):
        rows = write(arguments.table, Path(out), wanted, arguments.seconds)
    say(shown(f"{out}: {rows} rows"))
    if arguments.out is None:
        with refusing("docs/missing_data.md"):
            text = page(PLACE, Path("docs/missing_data.md").read_text("utf-8"))
            _write("docs/missing_data.md", "docs/missing_data.md", text)
    return 0


def _write(option: str, path: str, text: str) -> None:
    from margin.io.files import write_whole

    with refusing(option):
        write_whole(Path(path), text.encode())


SURVEYS: dict[str, Callable[[], int]] = {
    "groups": groups,
    "solver": solver,
    "widths": widths,
    "quadratic": quadratic,
    "shared": shared,
    "draws": draws,
}


def main() -> int:
    """The survey named first; without a name, that of the groups. Raises Refused for a name that is none."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if not name or name.startswith("-"):
        return groups()
    if name not in SURVEYS:
        raise Refused(f"survey {name[:40]!r}; expected one of {', '.join(SURVEYS)}, for example {PROG} groups --k 3")
    del sys.argv[1]
    return SURVEYS[name]()


if __name__ == "__main__":
    run(PROG, main)
