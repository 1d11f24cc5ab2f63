"""Finished runs, wherever they lie, and which of them a table has used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training import runs
from training.config import Config
from training.experiments import Source
from training.presets import preset

EXPERIMENTS = "python -m training experiments"


@dataclass(frozen=True)
class Table:
    """Columns and rows of a table, values as they are printed."""

    columns: Sequence[str]
    rows: list[Sequence[Any]]

    def records(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass
class Collection:
    """Where runs may lie, and which were used so far; `earlier`: a folder of tables whose runs are kept."""

    folders: list[Path]
    used: list[dict[str, Any]] = field(default_factory=list)
    earlier: Path | None = None

    def find(self, config: Config) -> Path | None:
        """The folder of a run under any of the folders, finished or not."""
        places = (runs.find(folder, config) for folder in self.folders)
        return next((folder for folder in places if folder is not None), None)

    def is_finished(self, config: Config) -> bool:
        folder = self.find(config)
        return folder is not None and runs.is_finished(folder)

    def finished(self, source: Source) -> Iterable[tuple[Config, Path]]:
        """Finished runs of a source, all its seeds. Raises FileNotFoundError naming the first that is missing."""
        for config in source.configs():
            yield config, self.finished_run(source, config)

    def finished_run(self, source: Source, config: Config) -> Path:
        """The folder of one of them. Raises FileNotFoundError if there is none."""
        folder = self.find(config)
        if folder is None or not runs.is_finished(folder):
            raise FileNotFoundError(
                f"no finished run {config.digest()} ({source.preset}, seed {config.seed}) under"
                f" {', '.join(map(str, self.folders))}; make it with `{EXPERIMENTS}`"
            )
        self.use(source, config, folder)
        return folder

    def use(self, source: Source, config: Config, folder: Path) -> None:
        """Note a run for the provenance: its hash, preset, scale and changed settings, and versions.

        Raises ValueError for a run whose settings are not those that its folder is named after.
        """
        runs.read_config(folder, config)
        base = preset(source.preset).config(source.scale).flat()
        changed = {name: value for name, value in config.flat().items() if name not in base or value != base[name]}
        origin = runs.read_provenance(folder)
        entry: dict[str, Any] = {
            "run": config.digest(),
            "preset": source.preset,
            "scale": source.scale,
            "changed": changed,
        }
        entry |= {"versions": origin["versions"], "finished": runs.is_finished(folder)}
        if entry not in self.used:
            self.used.append(entry)


def number(value: float | None, digits: int = 7) -> str:
    return "" if value is None else f"{value:.{digits}g}"


def named(source: Source) -> str:
    """The name of a recipe in the tables: the preset's, with the modulus where that is changed."""
    changed = source.settings.get("task")
    return f"{source.preset}:{changed.partition(':')[2]}" if changed else source.preset
