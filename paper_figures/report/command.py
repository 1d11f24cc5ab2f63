"""python -m paper_figures report --out DIR: the pages that open from disk."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tqdm import tqdm

from margin.io.catalogue import install
from margin.io.command import Parser, Refused, refusing, say
from margin.io.files import write_folder
from margin.io.output import remark, shown

if TYPE_CHECKING:
    from paper_figures.picture import Picture

PROG = "python -m paper_figures report"


def parser() -> Parser:
    """--out, --without-python, --pyodide and --figures."""
    result = Parser(
        PROG,
        "Makes a folder with the report: open its index.html in a browser. A report that is there is replaced.",
        "exit codes: 0 done, 2 wrong input or a missing table",
    )
    result.add_argument("--out", metavar="DIR", required=True, help="folder to be made, or an earlier report")
    engine = result.add_mutually_exclusive_group()
    engine.add_argument(
        "--without-python", action="store_true", help="hold answers, but run and check nothing in the page"
    )
    engine.add_argument(
        "--pyodide", metavar="FILE.tgz", help="the npm package's archive; default: the one fetched before, else by npm"
    )
    result.add_argument("--figures", metavar="NAME,NAME", help="only these; default: all, some minutes")
    return result


def main() -> int:
    """Make the report. Raises Refused."""
    arguments = parser().parse_args(sys.argv[2:])
    try:
        import markdown_it  # noqa: F401
        import matplotlib  # noqa: F401
    except ImportError:
        raise Refused(f"the report needs matplotlib and markdown-it-py; {install('matplotlib')}") from None
    from paper_figures.command import selected
    from paper_figures.registry import PICTURES
    from paper_figures.report import build

    out = Path(arguments.out)
    with refusing("--out"):
        build.require_place(out)
    pictures = selected(arguments.figures.split(",") if arguments.figures else ["all"], PICTURES)
    engine, without = _engine(arguments.without_python, arguments.pyodide)
    with refusing("report"):
        contents = build.contents(drawn_figures(pictures), engine, without)
        write_folder(out, contents, replace=True)
    if without:
        remark(f"without Python in the page: {without}")
    size = sum(map(len, contents.values()))
    say(shown(f"written {out / 'index.html'}: {len(contents)} files, {size / 1e6:.1f} MB"))
    return 0


def _engine(without: bool, given: str | None) -> tuple[Mapping[str, bytes] | None, str]:
    """The engine's scripts, or None and the reason. Raises Refused for a given archive that does not do."""
    from paper_figures.report.engine import Unavailable, scripts

    if without:
        return None, "built with --without-python"
    try:
        return scripts(None if given is None else Path(given)), ""
    except Unavailable as reason:
        if given is not None:
            raise Refused(f"--pyodide {reason}") from None
        return None, str(reason)


def drawn_figures(pictures: Sequence[Picture]) -> dict[Picture, dict[str, bytes]]:
    """The files of each picture by their endings."""
    from paper_figures.command import drawn

    found: dict[Picture, dict[str, bytes]] = {}
    with TemporaryDirectory() as folder, tqdm(total=len(pictures), desc="figures", disable=None) as bar:
        for picture, paths in drawn(list(pictures), Path(folder), ("svg",)):
            found[picture] = {path.suffix[1:]: path.read_bytes() for path in paths()}
            bar.update()
    return found
