"""What the heads of Li et al.'s attention have learned: the wave of largest power in E^T W^KQ E, head by head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from margin.analysis.axes import Array
from margin.analysis.circuits.sums import plane_fit
from training.models import attention
from training.tables.circuits.kept import KEY, Trained, trained
from training.tables.collection import Collection, Table, number

ALIVE = 0.01  # a head's scores vary by this share of those of the strongest head, or it has died out
SHOWN = 4  # heads of a run whose scores are kept


def heads(collection: Collection) -> Table:
    """Of each head: how much its scores vary, over the strongest head, and the best wave of both elements."""
    rows: list[Sequence[Any]] = []
    for run in trained(collection, "attention"):
        tables = varying(run)
        sizes = (tables**2).sum(axis=(1, 2)) ** 0.5
        for i, table in enumerate(tables):
            fit, size = plane_fit(table), sizes[i] / sizes.max()
            values = (number(x, 5) for x in (size, fit.share, fit.product_share))
            place = run.config.task.k, tables.shape[1], i
            rows.append((*run.key, *place, *values, fit.first, fit.second, int(size >= ALIVE)))
    return Table((*KEY, "k", "p", "head", "size", "share", "product_share", "first", "second", "alive"), rows)


def scores(collection: Collection) -> Table:
    """The scores of the SHOWN strongest heads of each run of seed 0, a row for each element that is seen."""
    rows: list[Sequence[Any]] = []
    for run in trained(collection, "attention"):
        if run.config.seed != 0:
            continue
        tables = varying(run)
        strongest = np.argsort(-(tables**2).sum(axis=(1, 2)), kind="stable")[:SHOWN]
        for head in strongest:
            for seen, values in enumerate(tables[head]):
                text = " ".join(number(x, 4) for x in values)
                rows.append((*run.key, run.config.task.k, tables.shape[1], len(tables), int(head), seen, text))
    return Table((*KEY, "k", "p", "heads", "head", "seen", "values"), rows)


def varying(run: Trained) -> Array:
    """E^T W^KQ E of every head, (h, n seen, n attending), less its mean over what is seen, of which softmax is free."""
    with torch.no_grad():
        made, _ = attention.tables(run.parameters)
    n = run.config.task.posed().n
    tables: Array = made.T.reshape(-1, n, n).numpy()
    return tables - tables.mean(axis=1, keepdims=True)
