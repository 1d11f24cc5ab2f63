"""Parts of documents that commands write: what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`."""

from __future__ import annotations


def marked(text: str, name: str, content: str) -> str:
    """The document with what stands between the marks of a name replaced by the content, on lines of its own.

    Raises ValueError unless each mark is there once, in order.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"expected the lines {begin} and {end}, once each and in this order")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{content.strip()}\n{end}{rest.split(end)[1]}"
