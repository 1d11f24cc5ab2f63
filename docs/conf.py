"""The documentation site: sphinx-build -W --keep-going docs docs/_build/html

Pages are docs/*.md, and the notebooks as they are written, cell by cell; the reference is a recursive listing made at
each build, so that no module is named here.
Docstrings are plain text and not reStructuredText: `as_text` escapes what would be read as markup.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

import jupytext
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("SYMPY_GROUND_TYPES", "python")  # else sympy asks the stand-in of flint for its version

import margin  # noqa: E402

project = "algebraic-margin"
author = "the algebraic-margin developers"
release = version = margin.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.apidoc"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "data", "figures", "notebooks"]
html_theme = "furo"
html_title = f"algebraic-margin {release}"
html_copy_source = False
smartquotes = False  # -- stays -- in options
myst_heading_anchors = 3
# annotations are short names, and settings are named like what they set: training.settings.Model, training.models.Model
suppress_warnings = ["ref.python"]

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.py"))
FORMATS = tuple(path.relative_to(ROOT) for path in sorted((ROOT / "proofs_check").rglob("*.md")))
apidoc_modules = [
    {"path": ROOT / package, "destination": f"_generated/{package}", "separate_modules": True, "module_first": True}
    for package in ("margin", "proofs_check", "training", "paper_figures")
]
autodoc_default_options = {"members": True, "member-order": "bysource", "ignore-module-all": True}
autodoc_preserve_defaults = True
# stand-ins for optional packages that are not installed, so that the modules that need them can be read
OPTIONAL = ("torch", "pyarrow", "matplotlib", "PIL", "flint", "cvxpy", "scipy")
autodoc_mock_imports = [name for name in OPTIONAL if find_spec(name) is None]

_BULLET = re.compile(r"(\s*)- (.*)")


def as_text(lines: list[str]) -> Iterator[str]:
    """Plain text as reStructuredText: paragraphs and lists escaped, indented blocks and transcripts as they are."""
    for blank, block in groupby(lines, key=lambda line: not line.strip()):
        paragraph = list(block)
        if blank:
            continue
        if paragraph[0].lstrip().startswith(">>>"):
            yield from paragraph
        elif paragraph[0].startswith("    "):
            yield from ("::", "", *(f"    {line}" for line in paragraph))
        else:
            for number, line in enumerate(paragraph):
                bullet = _BULLET.match(line)
                if bullet and number and not _BULLET.match(paragraph[number - 1]):
                    yield ""
                yield f"- {_escaped(bullet[2])}" if bullet else f"{_indent(paragraph, number)}{_escaped(line.strip())}"
        yield ""


def _indent(paragraph: list[str], number: int) -> str:
    """Two spaces for a line that continues a list."""
    return "  " if any(_BULLET.match(line) for line in paragraph[:number]) else ""


def _escaped(text: str) -> str:
    """A line in which nothing is markup but code in backquotes."""
    parts = re.split(r"`([^`]+)`", text)
    plain = [re.sub(r"([\\*|_`:<>])", r"\\\1", part) for part in parts]
    return "\\ " + "".join(rf"\ ``{parts[i]}``\ " if i % 2 else part for i, part in enumerate(plain))


def in_site(text: str) -> str:
    """A page's links to notebooks and to files outside docs/: to the site's own page, else the file's name as text."""

    def link(match: re.Match[str]) -> str:
        shown, path = match[1], Path(match[2])
        if path in FORMATS:
            return f"[{shown}](_generated/formats/{path.name})"
        return f"`{path}`" if shown in (str(path), path.name) else f"{shown} (`{path}`)"

    text = re.sub(r"\]\(notebooks/(\w+)\.py\)", r"](_generated/notebooks/\1.md)", text)
    return re.sub(r"\[([^\]]+)\]\(\.\./([^)#]+)[^)]*\)", link, text)


def notebook_page(path: Path) -> str:
    """A notebook that is kept as text, as a page: its text as it is, its code in blocks."""
    cells = jupytext.read(path).cells
    parts = [cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```" for cell in cells]
    heading, *rest = parts
    where = f"These are the cells of `{path.relative_to(ROOT)}`, which CI runs from top to bottom."
    return "\n\n".join([heading, where, *rest]) + "\n"


def _read(app: Sphinx, name: str, source: list[str]) -> None:
    source[0] = in_site(source[0])


def _emptied(name: str) -> Path:
    folder = ROOT / "docs" / "_generated" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _make_pages(app: Sphinx) -> None:
    formats, notebooks = _emptied("formats"), _emptied("notebooks")
    for path in FORMATS:
        shutil.copy(ROOT / path, formats)
    for path in NOTEBOOKS:
        (notebooks / f"{path.stem}.md").write_text(notebook_page(path), "utf-8")


def _process(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    lines[:] = list(as_text(lines))


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", _make_pages)
    app.connect("source-read", _read)
    app.connect("autodoc-process-docstring", _process)
