"""What every page of the report has: its frame, its navigation, tables, and texts made safe for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

from margin import __version__

ASSETS = Path(str(resources.files("paper_figures").joinpath("report", "assets")))
GAMMA = "\N{GREEK SMALL LETTER GAMMA}*"  # of the maximum margin
SECTIONS = {
    "agreement": "Agreement",
    "explore": "Explorer",
    "claims": "Claims",
    "figures": "Figures",
    "certificates": "Certificates",
}


def page(title: str, content: str, scripts: Sequence[str] = (), depth: int = 0) -> bytes:
    """A whole page; `depth` is the number of folders that it lies in, `scripts` are addresses from the root."""
    root = "../" * depth
    links = [f'<a class="name" href="{root}index.html">algebraic-margin</a>']
    links += [f'<a href="{root}index.html#{anchor}">{name}</a>' for anchor, name in SECTIONS.items()]
    return filled(
        "shell.html",
        title=escape(title),
        root=root,
        navigation="".join(links),
        content=content,
        footer=f"algebraic-margin {escape(__version__)}. Everything lies in this folder; nothing is fetched.",
        scripts="\n".join(f'<script src="{root}{script}"></script>' for script in scripts),
    ).encode()


def filled(name: str, **parts: str) -> str:
    """A file of the assets with its parts filled in."""
    return Template((ASSETS / name).read_text("utf-8")).substitute(parts)


def section(anchor: str, title: str, content: str, kind: str = "") -> str:
    """A section of a page with its heading."""
    classes = f' class="{kind}"' if kind else ""
    heading = f'<h2 id="{anchor}-title">{title}</h2>'
    return f'<section id="{anchor}"{classes} aria-labelledby="{anchor}-title">{heading}\n{content}\n</section>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """A table that scrolls where the page is narrow; cells are HTML, the first of a row is its heading."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    named = f"<caption>{caption}</caption>" if caption else ""
    return (
        f"{scrolling(caption or 'table')}<table>{named}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def scrolling(name: str) -> str:
    """The beginning of a part that scrolls where the page is narrow, by keyboard too, with a name to be read out."""
    return f'<div class="wide" tabindex="0" role="group" aria-label="{escape(re.sub("<[^>]*>", "", name))}">'


def link(address: str, text: str) -> str:
    """A link; the text is escaped."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def options(values: Iterable[str], every: str) -> str:
    """Choices of a list, all of them first."""
    return f'<option value="">{every}</option>' + "".join(
        f'<option value="{escape(value)}">{escape(value)}</option>' for value in values
    )
