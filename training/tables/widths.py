"""What training reaches at widths from the fewest neurons on, and what is left of the widest networks when pruned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from margin.inspection.reading import read_network
from margin.pruning.steps import prune
from training import runs
from training.experiments import EXPERIMENTS, FEWEST, MULTIPLES
from training.tables.collection import Collection, Table, number


def widths(collection: Collection) -> Table:
    """Share of gamma* reached by width and seed; of the widest also neurons and share after pruning."""
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["widths"]:
        fewest = FEWEST[source.preset]
        for config, folder in collection.finished(source):
            width, task = config.model.width, config.task
            result = runs.read_result(folder)
            after: tuple[Any, Any] = ("", "")
            if width == round(MULTIPLES[-1] * fewest):
                pruned = prune(read_network(folder).network)
                after = pruned.network.width, number(pruned.share, 9)
            reached = number(result["ratio"], 9), f"{result['covered']}"
            rows.append(
                (task.name, task.k, fewest, width, config.seed, config.digest(), result["step"], *reached, *after)
            )
    head = ("task", "k", "fewest", "width", "seed", "run", "steps", "ratio", "covered")
    return Table((*head, "pruned_width", "pruned_ratio"), rows)
