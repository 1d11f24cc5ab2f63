"""The command: list, or write figures."""

from __future__ import annotations

import argparse
import difflib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from typing import TYPE_CHECKING

from margin.io.catalogue import install
from margin.io.command import Parser, Refused, refusing, require_places, say
from margin.io.output import shown
from margin.io.processes import deaf, follow

if TYPE_CHECKING:
    from paper_figures.picture import Picture

PROG = "python -m paper_figures"
FORMATS = "svg,pdf,png"


def parser() -> Parser:
    """Names, --out and --format."""
    result = Parser(
        PROG,
        "Draws the figures from saved tables: list | NAME... | all. Each comes with its caption, NAME.txt.",
        "exit codes: 0 done, 2 wrong input or a missing table\n`report --out DIR` makes the report; see report --help",
    )
    result.add_argument("names", nargs="+", metavar="list | all | NAME")
    result.add_argument("--out", metavar="DIR", help="folder for the files; default: figures")
    result.add_argument("--format", type=formats, metavar=FORMATS, help="some of these; animations are gif always")
    return result


def formats(text: str) -> tuple[str, ...]:
    """An argument type: some of svg, pdf and png, with commas between them."""
    known = FORMATS.split(",")
    chosen = tuple(dict.fromkeys(text.split(",")))
    for form in chosen:
        if form not in known:
            raise argparse.ArgumentTypeError(f"got {form!r}, expected some of {FORMATS}")
    return chosen


def main() -> int:
    """List the figures, or write those chosen. Raises Refused."""
    arguments = parser().parse_args()
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise Refused(f"figures need matplotlib; {install('matplotlib')}") from None
    from paper_figures.registry import PICTURES

    if "list" in arguments.names:
        if len(arguments.names) > 1 or arguments.out or arguments.format:
            raise Refused("list takes no names and no options")
        width = max(map(len, PICTURES))
        say(*(f"{picture.name:<{width}}  {picture.summary}" for picture in PICTURES.values()))
        return 0
    chosen = selected(arguments.names, PICTURES)
    out = Path(arguments.out or "figures")
    with refusing("--out"):
        out.mkdir(parents=True, exist_ok=True)
    wanted = arguments.format or tuple(FORMATS.split(","))
    require_places(_places(chosen, out, wanted))
    from tqdm import tqdm

    with tqdm(total=len(chosen), disable=None, desc="figures") as bar:
        for picture, written in drawn(chosen, out, wanted):
            with refusing(picture.name):
                paths = written()
            bar.clear()
            say(shown(" ".join(map(str, paths))))
            bar.update()
    return 0


def drawn(
    chosen: list[Picture], out: Path, formats: tuple[str, ...]
) -> Iterator[tuple[Picture, Callable[[], list[Path]]]]:
    """Each figure with a call that writes it, or waits until another process has, and returns the paths."""
    workers = min(os.cpu_count() or 1, len(chosen))
    if workers == 1:
        yield from ((picture, partial(picture.write, out, formats)) for picture in chosen)
        return
    alive, ours = Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, initializer=follow, initargs=(alive, ours))
    try:
        with deaf():
            waiting = [(picture, pool.submit(_write, picture.name, out, formats)) for picture in chosen]
        yield from ((picture, future.result) for picture, future in waiting)
    finally:
        with deaf():
            ours.close()  # which ends them, whatever figure they are at
            pool.shutdown(cancel_futures=True)
            alive.close()


def _write(name: str, out: Path, formats: tuple[str, ...]) -> list[Path]:
    from paper_figures.registry import PICTURES

    return PICTURES[name].write(out, formats)


def _places(chosen: list[Picture], out: Path, formats: tuple[str, ...]) -> dict[str, str | None]:
    """The files to be written, by figure and format."""
    ends = {picture.name: ("gif", "txt") if picture.draw is None else (*formats, "txt") for picture in chosen}
    return {f"{name} as {end}": f"{out}/{name}.{end}" for name, forms in ends.items() for end in forms}


def selected(names: list[str], known: dict[str, Picture]) -> list[Picture]:
    """The figures of these names, each once, or all. Raises Refused for an unknown one."""
    if "all" in names:
        if len(names) > 1:
            raise Refused("all takes no further names")
        return list(known.values())
    for name in names:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, 1, 0)[0] if name else next(iter(known))
            raise Refused(f"unknown figure {name!r}; the nearest known one is {nearest!r} (see `{PROG} list`)")
    return [known[name] for name in dict.fromkeys(names)]
