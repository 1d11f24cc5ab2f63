"""What the heads of Li et al.'s attention have learned: the wave of largest power in E^T W^KQ E, head by head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from margin.analysis.circuits.sums import plane_fit
from training.models import attention
from training.tables.circuits import KEY, trained
from training.tables.collection import Collection, Table, number

ALIVE = 0.01  # a head's scores vary by this share of those of the strongest head, or it has died out


def heads(collection: Collection) -> Table:
    """Of each head: how much its scores vary, over the strongest head, and the best wave of both elements."""
    rows: list[Sequence[Any]] = []
    for run in trained(collection, "attention"):
        with torch.no_grad():
            scores, _ = attention.tables(run.parameters)
        n = run.config.task.posed().n
        # softmax over what is seen takes no notice of what all seen inputs share
        tables = scores.T.reshape(-1, n, n).numpy()
        tables = tables - tables.mean(axis=1, keepdims=True)
        sizes = (tables**2).sum(axis=(1, 2)) ** 0.5
        for i, table in enumerate(tables):
            fit, size = plane_fit(table), sizes[i] / sizes.max()
            values = (number(x, 5) for x in (size, fit.share, fit.product_share))
            rows.append((*run.key, run.config.task.k, n, i, *values, fit.first, fit.second, int(size >= ALIVE)))
    return Table((*KEY, "k", "p", "head", "size", "share", "product_share", "first", "second", "alive"), rows)
