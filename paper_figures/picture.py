"""What a figure is: a name, the tables it reads, its data, and how these are drawn and described."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from margin.io.files import write_whole
from paper_figures.animation import Animation
from paper_figures.style import FORMATS, content, head, settle, styled


@dataclass(frozen=True)
class Picture:
    """`data` reads the tables (names in `tables`) and the theory; `draw` and `caption` take nothing but its result.

    A caption says what is measured and over how many seeds. A heading, in one line above the panels, says the task, the
    activation and the size of what is shown. Both go into the metadata of every file. `frames`, if given, makes an
    animation of data and heading: the file is a gif whatever format is asked for.
    """

    name: str
    summary: str
    tables: tuple[str, ...]
    data: Callable[[], Any]
    caption: Callable[[Any], str]
    draw: Callable[[Any], Figure] | None = None
    frames: Callable[[Any, str], Animation] | None = None
    heading: str | Callable[[Any], str] = ""

    def told(self, data: Any) -> tuple[str, str]:
        """Heading and caption of the data, as they stand in the picture and beside it."""
        return self.heading if isinstance(self.heading, str) else self.heading(data), self.caption(data)

    def drawn(self, data: Any) -> Figure:
        """The figure with its heading, laid out; within `style.styled`. Raises ValueError for an animation."""
        if self.draw is None:
            raise ValueError(f"{self.name} is an animation, expected a figure to draw")
        figure = self.draw(data)
        if heading := self.told(data)[0]:
            head(figure, heading)
        settle(figure)
        return figure

    def write(self, folder: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
        """Write the figure in every format, and its caption as NAME.txt; returns the paths.

        Raises MissingTable or ValueError for its tables, OSError where a file cannot be written.
        """
        written = []
        with styled():
            data = self.data()
            heading, caption = self.told(data)
            about = f"{self.name}: {heading or self.summary}", caption
            if self.draw is not None:
                figure = self.drawn(data)
                contents = {form: content(figure, form, about) for form in formats}
            else:
                assert self.frames is not None
                contents = {"gif": self.frames(data, heading).content(about)}
        contents["txt"] = caption.encode() + b"\n"
        for suffix, written_bytes in contents.items():
            written.append(folder / f"{self.name}.{suffix}")
            write_whole(written[-1], written_bytes)
        return written
