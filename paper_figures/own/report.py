"""A folder of pictures of one's own network or run, with an index for people and one for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from tqdm import tqdm

from margin.inspection.network import Inspection
from margin.inspection.report import as_json, as_text
from margin.io.files import write_folder
from margin.tasks import ModularAddition
from paper_figures.own.drawing import Drawing
from paper_figures.own.features import bits, histogram, powers
from paper_figures.own.margins import differences, norms
from paper_figures.own.neurons import phases, weights
from paper_figures.own.trajectory import Trajectory, read_run, trajectory

FORMAT, SCHEMA = "algebraic-margin pictures", 1
_SECONDS = 2  # before progress is shown
INDEX, LIST, RECORD = "index.md", "index.json", "inspection.json"


def drawings(inspection: Inspection | None, seen: Trajectory | None = None) -> list[Drawing]:
    """The pictures that an inspection and a trajectory have. A network without live neurons has fewer."""
    made = list[Drawing]()
    if inspection is not None:
        kind, any_live = inspection.neurons.kind, bool(inspection.neurons.clusters.live.any())
        if any_live and isinstance(inspection.task, ModularAddition):
            made += [weights(inspection), phases(inspection)]
        if any_live and kind == "irrep":
            made.append(powers(inspection))
        if any_live:
            made.append(bits(inspection) if kind == "parity" else histogram(inspection))
        if inspection.margins.by_difference is not None and inspection.task.classes > 1:
            made.append(differences(inspection))
        made.append(norms(inspection))
    return made if seen is None else [*made, trajectory(seen)]


def write(inspection: Inspection, source: str | PathLike[str], folder: str | PathLike[str]) -> list[str]:
    """What `inspect --report` writes: pictures as png, index and record, with the trajectory of a run's folder.

    Returns the names of the files. Raises as `write_report`, and ValueError for a damaged trajectory.
    """
    return write_report(inspection, read_run(Path(source)), source, folder, ("png",))


def write_report(
    inspection: Inspection | None,
    seen: Trajectory | None,
    source: str | PathLike[str],
    folder: str | PathLike[str],
    formats: Iterable[str],
) -> list[str]:
    """Pictures in each format, index.md, index.json, and inspection.json where there is an inspection.

    The folder is new or empty, and it is there with everything or not at all. Returns the names of the files. Raises
    OSError.
    """
    chosen, contents = tuple(formats), dict[str, bytes]()
    made = drawings(inspection, seen)
    entries = []
    for drawing in tqdm(made, desc="pictures", delay=_SECONDS, disable=None):
        files = {f"{drawing.name}.{form}": data for form, data in drawing.contents(chosen).items()}
        contents |= files
        entries.append(
            {"name": drawing.name, "title": drawing.title, "heading": drawing.heading, "caption": drawing.caption}
            | {"files": list(files)}
        )
    listing = {"format": FORMAT, "schema": SCHEMA, "source": str(source), "pictures": entries}
    contents[LIST] = _as_bytes(listing)
    contents[INDEX] = _index(made, chosen, None if inspection is None else as_text(inspection)).encode()
    if inspection is not None:
        contents[RECORD] = _as_bytes(as_json(inspection, str(source)))
    write_folder(Path(folder), contents)
    return list(contents)


def _as_bytes(value: object) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


def _index(made: list[Drawing], formats: tuple[str, ...], text: str | None) -> str:
    parts = [f"# {made[0].heading}"]
    if text is not None:
        parts.append("\n".join(f"    {line}" for line in text.splitlines()))
    for drawing in made:
        shown = next((form for form in ("svg", "png") if form in formats), None)
        file = f"{drawing.name}.{shown or formats[0]}"
        link = f"![{drawing.title}]({file})" if shown else f"[{file}]({file})"
        parts += [f"## {drawing.title}", link, drawing.caption]
    return "\n\n".join(parts) + "\n"
