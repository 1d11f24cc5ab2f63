"""The report's files: pages, figures, certificates, answers, checks, and the engine with its licences."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path

from margin import __version__
from margin.io.files import require_new_folder
from margin.tasks import Task
from paper_figures.picture import Picture
from paper_figures.report import agreement, answers, certificates, claims, kinds
from paper_figures.report.bridge import arguments_of
from paper_figures.report.engine import PYODIDE
from paper_figures.report.pages import ASSETS, filled, page, section

MARK = "report.txt"  # by it the command knows a folder that it has made
FILES = "\nIts files:\n"
STYLES = ("page.css", "page.js", "drawing.js", "explorer.js", "engine.js")
LICENCES = {"MPL-2.0.txt": "Pyodide", "PYTHON.txt": "CPython, inside Pyodide"}


def contents(
    figures: Mapping[Picture, Mapping[str, bytes]], engine: Mapping[str, bytes] | None, without: str = ""
) -> dict[str, bytes]:
    """Every file of the report by its path.

    `figures` has the files of each picture by their endings; `engine` the scripts of `engine.scripts`, None for a
    report without Python, `without` says why. Raises OSError or ValueError for tables that are missing or out of date.
    """
    rows = agreement.rows()
    tasks = {row["recipe"]: task for row, task in rows}
    lines = {recipe: arguments_of(task.description()) for recipe, task in tasks.items()}
    held = answers.held(lines.values())
    named = {recipe: held[" ".join(line)] for recipe, line in lines.items()}
    others = kinds.made()
    files = {
        "index.html": _index(figures, tasks, held, others, engine is not None),
        agreement.SOURCES: agreement.sources(named),
        "data/answers.js": answers.script(
            held, engine is not None, {example.name: text for example, text in others.items()}
        ),
        **certificates.format_pages(),
        **claims.texts(),
        **{f"assets/{name}": (ASSETS / name).read_bytes() for name in STYLES},
    }
    for recipe, found in named.items():
        files[f"certificates/{recipe}.json"] = found["certificate"].encode()
        files[f"certificates/{recipe}.html"] = certificates.reading(
            recipe, tasks[recipe].title, found["certificate"], " ".join(lines[recipe])
        )
    for example, text in others.items():
        files[f"certificates/{example.name}.json"] = text.encode()
        files[f"certificates/{example.name}.html"] = certificates.reading(
            example.name, example.about, text, f"certificate={example.name}", example.lines
        )
    for picture, written in figures.items():
        files |= {f"figures/{picture.name}.{ending}": data for ending, data in written.items()}
    if engine is not None:
        files |= {f"engine/{name}": data for name, data in engine.items()}
        files |= {f"engine/{name}": (ASSETS / name).read_bytes() for name in LICENCES}
    return files | {MARK: _told(engine is not None, without) + "\n".join(sorted(files)).encode() + b"\n"}


def _index(
    figures: Mapping[Picture, Mapping[str, bytes]],
    tasks: Mapping[str, Task],
    held: Mapping[str, object],
    others: Mapping[kinds.Example, str],
    python: bool,
) -> bytes:
    groups = dict.fromkeys(key.split(" --k ")[0].removeprefix("--group ") for key in held if key.startswith("--group"))
    parts = [
        f'<section class="first" aria-label="What this is">{filled("about.html")}</section>',
        section("agreement", "What agrees with what", agreement.content()),
        section("explore", "Explorer", _explorer(groups, python)),
        section("claims", "The papers' claims", claims.content()),
        section("figures", "Figures", _gallery(figures)),
        section("certificates", "Certificates", certificates.content(tasks, others)),
        filled("zoom.html"),
    ]
    scripts = ["data/answers.js", *(f"assets/{name}" for name in ("page.js", "drawing.js", "engine.js", "explorer.js"))]
    return page("algebraic-margin: the report", "\n".join(parts), scripts)


def _gallery(figures: Mapping[Picture, Mapping[str, bytes]]) -> str:
    shown = "\n".join(_figure(picture, written) for picture, written in figures.items())
    return (
        "<p>Every figure is drawn from saved tables. Theory is drawn as black lines, training as blue marks.</p>"
        f'<div class="gallery">{shown}</div>'
    )


def _figure(picture: Picture, written: Mapping[str, bytes]) -> str:
    ending = next(name for name in written if name != "txt")
    name, summary = escape(picture.name), escape(picture.summary)
    caption = escape(written["txt"].decode().strip())
    return (
        f'<figure id="figure-{name}"><h3>{name}</h3><p>{summary}</p>'
        f'<a href="figures/{name}.{ending}"><img loading="lazy" src="figures/{name}.{ending}" alt="{summary}"></a>'
        f'<button type="button" class="zoom" data-name="{name}" hidden aria-label="Enlarge {name}">Enlarge</button>'
        f"<figcaption><details><summary>What is shown</summary><p>{caption}</p>"
        f"<p><code>python -m paper_figures {name}</code></p></details></figcaption></figure>"
    )


def _explorer(groups: Collection[str], python: bool) -> str:
    how = (
        "The answers below are those of the project's own Python. It is in this folder and runs in this page, without"
        " network; starting it takes some seconds."
        if python
        else "This report was built without Python: it holds answers for a range of tasks, and checks no certificates."
    )
    known = "".join(f'<option value="{escape(name)}"></option>' for name in groups)
    return filled("explorer.html", how=how, count=str(len(groups)), known=known)


def _told(python: bool, without: str) -> bytes:
    lines = [
        f"A report of algebraic-margin {__version__}, made by: python -m paper_figures report --out DIR",
        "Open index.html in a browser. This folder is replaced as a whole when the command is given it again.",
        "",
    ]
    if python:
        lines += [
            f"engine/ holds Pyodide {PYODIDE.version} (https://github.com/pyodide/pyodide, Mozilla Public License 2.0,",
            f"engine/MPL-2.0.txt), as the npm package pyodide has it (sha512 {PYODIDE.sha512}),",
            "with CPython's interpreter and library in it (engine/PYTHON.txt); each file as base64 of its zlib stream.",
            "engine/project.zip.js holds modules of this project, under its own licence (MIT).",
        ]
    else:
        lines.append(f"It has no Python: {without}." if without else "It has no Python.")
    return "\n".join([*lines, ""]).encode() + FILES.encode()


def require_place(folder: Path) -> None:
    """Raise OSError unless a report can be made there: a new or an empty folder, or one that holds a report alone."""
    mark = folder / MARK
    if not (mark.is_file() and mark.read_bytes().startswith(b"A report of algebraic-margin ")):
        require_new_folder(folder)
        return
    if folder.resolve() == Path.cwd():
        raise FileExistsError(f"{folder} is the current folder, expected another one, which is replaced")
    known = {MARK, *mark.read_text("utf-8").partition(FILES)[2].splitlines()}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in known and not path.is_dir():
            raise FileExistsError(f"{folder} holds {name[:60]!r}, which is no file of the report; move it elsewhere")
    if not os.access(folder.parent, os.W_OK):
        raise PermissionError(f"the folder {folder.parent} is not writable; choose another")
