"""Which tables there are, and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from training.tables import curves, embeddings, files, finals, li, recipes, shared, squared, widths
from training.tables.circuits import attention, kept, recurrent, steps
from training.tables.collection import Collection, Table
from training.tables.multiscale import clusters, example, growth, networks, separations
from training.tables.trajectories import trajectories

PARQUET = "trajectories"
TABLES: dict[str, Callable[[Collection], Table]] = {
    "presets": recipes.presets,
    "recipes": recipes.recipes,
    "seconds": recipes.seconds,
    "cost": recipes.cost,
    "relu_trained": recipes.relu_trained,
    "curves": curves.curves,
    "final": finals.final,
    "moduli": finals.moduli,
    "strengths": finals.strengths,
    "parity": finals.parity,
    "stuck": finals.stuck,
    "widths": widths.widths,
    **{f"embedding-{name}": embeddings.embedding(name) for name in embeddings.EMBEDDINGS},
    "phases": embeddings.phases,
    **{f"li-spectra-k{k}": partial(li.li_spectra, k=k) for k in (3, 4, 5)},
    **{f"li-neurons-k{k}": partial(li.li_neurons, k=k) for k in (3, 4, 5)},
    **recurrent.TABLES,
    "rangamani-steps": steps.steps,
    "li-heads": attention.heads,
    "li-scores": attention.scores,
    "li-grokking": kept.grokking,
    "circuit-margins": kept.margins,
    "squared": squared.squared,
    "splits": squared.splits,
    "shared": shared.shared,
    "pizza": shared.neurons,
}

SWEPT: dict[str, Callable[[Collection], Table]] = {  # of the shards of sweeps, made only if named
    "multiscale-networks": networks.networks,
    "multiscale-weights": networks.weights,
    "multiscale-margins": networks.margins,
    "multiscale-fine": networks.fine,
    "multiscale-separations": separations.separations,
    "multiscale-growth": growth.growth,
    "multiscale-clusters": clusters.clusters,
    "multiscale-ranks": clusters.ranks,
    "multiscale-pairs": clusters.pairs,
    "multiscale-ablation": clusters.ablation,
}
ALL_SWEPT = "multiscale"  # the name for all of these
ONE: dict[str, Callable[[Collection], Table]] = {"multiscale-example": example.example}  # of a certain network


def require_known(names: Iterable[str]) -> None:
    """Raises ValueError for a name that is no table."""
    known = (*TABLES, PARQUET, *SWEPT, *ONE, ALL_SWEPT)
    for name in names:
        if name not in known:
            raise ValueError(f"unknown table {name!r}, expected some of {', '.join(known)}")


def make(
    names: Iterable[str], folders: list[Path], date: str, out: Path, earlier: Path | None = None
) -> Iterator[tuple[str, Callable[[], str]]]:
    """Names of the tables, all but those of sweeps by default, each with the function that writes it and tells of it.

    `earlier`: a folder of tables of sweeps or widths, to whose networks those of the folders are added. The function
    raises FileNotFoundError, naming a run that is missing under the folders; this ValueError for a name unknown.
    """
    require_known(names)
    chosen = list(names) or [*TABLES, PARQUET]
    expanded = [made for name in chosen for made in (SWEPT if name == ALL_SWEPT else (name,))]
    for name in dict.fromkeys(expanded):
        yield name, partial(_write, name, Collection(folders, earlier=earlier), date, out)


def _write(name: str, collection: Collection, date: str, out: Path) -> str:
    if name == PARQUET:
        content, described = trajectories(collection)
        return files.write(name, date, content, described, out, "parquet")
    table = (TABLES | SWEPT | ONE)[name](collection)
    return files.write(name, date, (table.records(), table.columns), collection.used, out)
