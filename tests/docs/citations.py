"""Citations of the theory, `docs/theory.md, 5.2 and 5.3`, found in texts; the sections that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
THEORY = ROOT / "docs" / "theory.md"
FOLDERS = ("margin", "proofs_check", "training", "paper_figures", "benchmarks", "tests", "docs")

_NUMBER = r"\d+(?:\.\d+)*"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+(?:and|or|to)\s+)"
_CITATION = re.compile(rf"docs/theory\.md`?,\s+({_NUMBER}(?:{_AND}{_NUMBER}(?![\w-]))*)")
_BARE = re.compile(r"\bTHEORY\s+(?:section\s+)?\d[\d.-]*")
_HEADING = re.compile(rf"^#+ ({_NUMBER}) ", re.MULTILINE)


def documents() -> Iterator[Path]:
    """Every Python and markdown file of the project, built ones apart."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".md"} and "_build" not in path.parts and "_generated" not in path.parts:
                yield path


def sections(text: str) -> set[str]:
    """Numbers of the numbered headings of a markdown text."""
    return set(_HEADING.findall(text))


def cited(text: str) -> list[str]:
    """Section numbers that a text cites, lists taken apart."""
    plain = re.sub(r"\n\s*#?\s*", " ", text)  # a citation may run over a line's end
    return [number for numbers in _CITATION.findall(plain) for number in re.findall(_NUMBER, numbers)]


def missing(text: str, existing: set[str]) -> list[str]:
    """Cited sections that do not exist."""
    return [number for number in cited(text) if number not in existing]


def bare(text: str) -> list[str]:
    """Citations in the old form, the word in capitals and a number, which name no document."""
    return _BARE.findall(text)
