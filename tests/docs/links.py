"""Relative links of markdown documents, with the headings they point at, and the modules that commands name."""

from __future__ import annotations

import re
from pathlib import Path

_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_MODULE = re.compile(r"\bpython3? (?:-\w )*-m ([a-z_]+(?:\.[a-z_]+)*)")


def links(text: str) -> list[str]:
    """Targets of links and images that are no web addresses; blocks of code apart."""
    return [target for target in _LINK.findall(_FENCE.sub("", text)) if "://" not in target]


def anchors(text: str) -> set[str]:
    """Names that a link may put after #, as GitHub makes them from headings."""
    names = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(_FENCE.sub("", text)))
    return {name.strip().replace(" ", "-") for name in names}


def broken(document: Path, text: str) -> list[str]:
    """Links of a document that lead to no file, or to no heading of a file."""
    bad = []
    for target in links(text):
        name, _, anchor = target.partition("#")
        path = document.parent / name if name else document
        if not path.exists() or (anchor and anchor not in anchors(path.read_text("utf-8"))):
            bad.append(target)
    return bad


def modules(text: str) -> set[str]:
    """Modules that a text runs with python -m."""
    return set(_MODULE.findall(text))
