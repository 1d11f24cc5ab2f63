"""The command: pictures of one's own run, weights or margins, into a new folder."""

from __future__ import annotations

from pathlib import Path

from margin.inspection.options import ROLES, add_options, parsed
from margin.io.command import Parser, Refused, refusing, say
from margin.io.files import require_new_folder
from margin.io.output import shown
from paper_figures.command import FORMATS, formats

PROG = "python -m paper_figures.own"
OUT = "pictures"


def parser() -> Parser:
    """The file or folder, what it is, --out and --format."""
    result = Parser(
        PROG,
        "Draws one's own network: weights, phases, frequencies, logits by difference and norms, and the margin against"
        " steps. From the folder of a run, a file of weights as `inspect` reads it (.pt, .pth, .npz, safetensors), or a"
        " table with the columns step and ratio (.csv, .parquet, .jsonl). Into a new or empty folder, with index.md.\n"
        + ROLES,
        "exit codes: 0 drawn, 2 wrong input",
    )
    result.add_argument("file", metavar="RUN|FILE")
    add_options(result)
    result.add_argument("--out", metavar="DIR", default=OUT, help=f"a new or empty folder; default: {OUT}")
    result.add_argument("--format", type=formats, default=("png",), metavar=FORMATS, help="some of these; default: png")
    return result


def main() -> int:
    """Write the pictures. Raises Refused."""
    arguments = parser().parse_args()
    with refusing("--out"):
        require_new_folder(Path(arguments.out))
    task, activation = parsed(arguments)
    from margin.inspection.network import inspect_file
    from margin.inspection.reading import RUN_WEIGHTS
    from paper_figures.own.report import write_report
    from paper_figures.own.trajectory import is_trajectory, read, read_run

    source = Path(arguments.file)
    inspection = seen = None
    with refusing():
        if is_trajectory(source) and not source.is_dir():
            if arguments.map:
                raise Refused("--map with a table of margins, expected a file of weights")
            seen = read(source, task, activation)
        else:
            seen = read_run(source)
            if seen is None or (source / RUN_WEIGHTS).is_file():
                inspection = inspect_file(source, task, activation, arguments.map, progress=True)
    with refusing("--out"):
        names = write_report(inspection, seen, arguments.file, arguments.out, arguments.format)
    say(*(shown(str(Path(arguments.out) / name)) for name in names))
    return 0
