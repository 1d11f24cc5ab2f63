"""The tree of the project with one line a file, for CONTRIBUTING.md: python -m tests.helpers.tree writes it anew.

The line of a file is the first sentence of its docstring, so that the tree cannot say something else than the file.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from margin.io.documents import marked
from tests.helpers.architecture import tracked
from tests.helpers.command_line import ROOT

PAGE = ROOT / "CONTRIBUTING.md"
FOLDERS = ("margin", "proofs_check", "training", "paper_figures", "benchmarks")


def line(path: Path) -> str:
    """The first sentence of a file's docstring. Raises ValueError where there is none."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    if not text:
        raise ValueError(f"{path}: no docstring, expected a line that says what is in the file")
    first = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])(?<!e\.g\.)(?<!et al\.) (?=[A-Z`])", first)[0].rstrip(":.")


def tree() -> str:
    """Folders as headings of lists, files below them in order; packages' __init__ files stand for their folders."""
    lines: list[str] = []
    folder: Path | None = None
    for path in sorted(tracked("*.py"), key=lambda p: (p.relative_to(ROOT).parent.parts, p.name)):
        place = path.relative_to(ROOT)
        if place.parts[0] not in FOLDERS or path.name == "__init__.py":
            continue
        if place.parent != folder:
            folder = place.parent
            own = path.parent / "__init__.py"
            says = f": {line(own)}" if own.is_file() and ast.get_docstring(ast.parse(own.read_text("utf-8"))) else ""
            lines += ["", f"`{folder}/`{says}", ""]
        lines.append(f"- `{path.name}` {line(path)}")
    return "\n".join(lines).strip()


def written(page: str) -> str:
    """The page with the tree anew between its marks. Raises ValueError where the marks are missing."""
    return marked(page, "tree", tree())


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
