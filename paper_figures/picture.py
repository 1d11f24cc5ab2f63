"""What a figure is: a name, the tables it reads, its data, and how these are drawn and described."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from margin.io.files import write_whole
from paper_figures.style import FORMATS, content, settle, styled


@dataclass(frozen=True)
class Picture:
    """`data` reads the tables (names in `tables`) and the theory; `draw` and `caption` take nothing but its result.

    A caption says what is measured and over how many seeds. `frames`, if given, makes an animation of the data: the
    file is a gif whatever format is asked for.
    """

    name: str
    summary: str
    tables: tuple[str, ...]
    data: Callable[[], Any]
    caption: Callable[[Any], str]
    draw: Callable[[Any], Figure] | None = None
    frames: Callable[[Any], bytes] | None = None

    def write(self, folder: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
        """Write the figure in every format, and its caption as NAME.txt; returns the paths.

        Raises MissingTable or ValueError for its tables, OSError where a file cannot be written.
        """
        written = []
        with styled():
            data = self.data()
            if self.draw is not None:
                figure = self.draw(data)
                settle(figure)
                contents = {form: content(figure, form) for form in formats}
            else:
                assert self.frames is not None
                contents = {"gif": self.frames(data)}
        contents["txt"] = self.caption(data).encode() + b"\n"
        for suffix, written_bytes in contents.items():
            written.append(folder / f"{self.name}.{suffix}")
            write_whole(written[-1], written_bytes)
        return written
