"""Markdown as HTML: headings that can be linked, tables that scroll, links within the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from paper_figures.report.pages import scrolling

Link = Callable[[str], str | None]


def slug(heading: str) -> str:
    """The anchor of a heading: its letters and digits in lower case, with hyphens between words."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def rendered(text: str, link: Link = lambda address: address, shift: int = 0, anchor: str = "") -> str:
    """A document as HTML. `link` gives each address anew, None for one that is shown as text.

    Headings are `shift` levels lower (h6 at most), and their anchors begin with `anchor`.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        if token.type == "heading_open" and following is not None:
            token.attrSet("id", f"{anchor}{slug(re.sub('`[^`]*`', '', following.content))}")
        if token.type == "inline":
            token.children = _linked(token.children or [], link)
    written: str = reader.renderer.render(tokens, reader.options, {})
    return written.replace("<table>", f"{scrolling('table')}<table>").replace("</table>", "</table></div>")


def sections(text: str, mark: str = "### ") -> dict[str, str]:
    """Parts of a document by the words before any backquote of their headings of that level, which are left out."""
    found: dict[str, str] = {}
    name = None
    for line in text.splitlines(keepends=True):
        if line.startswith("#"):
            name = line.removeprefix(mark).partition("`")[0].strip() if line.startswith(mark) else None
        if name is not None:
            found[name] = found.get(name, "") + ("" if line.startswith("#") else line)
    return found


def _linked(children: Sequence[Token], link: Link) -> list[Token]:
    """The tokens with their links' addresses given anew; a link without an address is its text alone."""
    kept, dropped = list[Token](), list[bool]()
    for token in children:
        if token.type == "link_open":
            address = link(str(token.attrs["href"]))
            dropped.append(address is None)
            if address is None:
                continue
            token.attrs["href"] = address
        elif token.type == "link_close" and dropped.pop():
            continue
        kept.append(token)
    return kept
