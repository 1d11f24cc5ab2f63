"""What a picture of one's own network is: a name, a caption, and a figure whose file says what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from matplotlib.figure import Figure

from margin.inspection.network import Inspection
from paper_figures.style import content, settle, styled

_LONGEST = 90  # characters of a heading: the width of a page


@dataclass(frozen=True)
class Drawing:
    """A picture that can be drawn: `heading` stands above it and says the task and the activation."""

    name: str
    title: str
    heading: str
    caption: str
    draw: Callable[[], Figure]

    def contents(self, formats: Iterable[str]) -> dict[str, bytes]:
        """The file in each of the formats, the same bytes each time, with title and caption in its metadata."""
        with styled():
            figure = self.draw()
            figure.suptitle(self.heading, x=0.01, ha="left", fontsize=8)
            settle(figure)
            about = f"{self.title}: {self.heading}", self.caption
            return {form: content(figure, form, about) for form in formats}

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        return self.contents(("png",))["png"]


def heading(inspection: Inspection) -> str:
    """Task, activation and width."""
    network = inspection.effective.network
    return printable(f"{inspection.task}, activation {network.activation}, {counted(network.width, 'neuron')}")


def printable(text: str) -> str:
    """Text of anybody's, such as a file's name, as a figure can show it: no formulas, only letters of its font."""
    plain = text.encode("ascii", "replace").decode()
    cut = plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 3]}..."
    return "".join(letter if letter.isprintable() else "?" for letter in cut).replace("$", r"\$")


def counted(count: int, noun: str) -> str:
    """'1 neuron', '2 neurons'."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
