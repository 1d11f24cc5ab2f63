"""Which tables there are, and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from training.tables import attention, circuits, curves, embeddings, files, finals, li, recipes, recurrent
from training.tables.collection import Collection, Table
from training.tables.trajectories import trajectories

PARQUET = "trajectories"
TABLES: dict[str, Callable[[Collection], Table]] = {
    "presets": recipes.presets,
    "recipes": recipes.recipes,
    "seconds": recipes.seconds,
    "relu_trained": recipes.relu_trained,
    "curves": curves.curves,
    "final": finals.final,
    "moduli": finals.moduli,
    "strengths": finals.strengths,
    "parity": finals.parity,
    **{f"embedding-{name}": embeddings.embedding(name) for name in embeddings.EMBEDDINGS},
    **{f"li-spectra-k{k}": partial(li.li_spectra, k=k) for k in (3, 4, 5)},
    **{f"li-neurons-k{k}": partial(li.li_neurons, k=k) for k in (3, 4, 5)},
    **recurrent.TABLES,
    "li-heads": attention.heads,
    "li-grokking": circuits.grokking,
    "circuit-margins": circuits.margins,
}


def require_known(names: Iterable[str]) -> None:
    """Raises ValueError for a name that is no table."""
    for name in names:
        if name not in (*TABLES, PARQUET):
            raise ValueError(f"unknown table {name!r}, expected some of {', '.join((*TABLES, PARQUET))}")


def make(names: Iterable[str], folders: list[Path], date: str, out: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    """Names of the tables, all by default, each with the function that writes it and returns a line on it.

    That raises FileNotFoundError, naming a run that is missing under the folders; this ValueError for a name unknown.
    """
    require_known(names)
    for name in list(names) or (*TABLES, PARQUET):
        yield name, partial(_write, name, folders, date, out)


def _write(name: str, folders: list[Path], date: str, out: Path) -> str:
    collection = Collection(folders)
    if name == PARQUET:
        content, described = trajectories(collection)
        return files.write(name, date, content, described, out, "parquet")
    table = TABLES[name](collection)
    return files.write(name, date, (table.records(), table.columns), collection.used, out)
