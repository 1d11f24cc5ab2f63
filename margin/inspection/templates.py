"""The networks of one hidden layer that a file can hold: their matrices, and how the sizes of these hang together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from margin.tasks import ElementTask, Task

Size = tuple[int, str]  # a multiple of an unknown size "d", "e" or "m"; of no unknown: the number itself
MOST_TOKENS = 2  # beyond the elements


@dataclass(frozen=True)
class Slot:
    """A matrix (rows, columns), from inputs to outputs.

    `number`, from 1: it belongs to one input. `stack`: it may have an axis of that length more, the inputs; the rows
    are then those of all inputs. `stacked`: it must have it.
    """

    role: str
    rows: Size
    columns: Size
    number: int | None = None
    stack: int = 0
    stacked: bool = False


@dataclass(frozen=True)
class Template:
    """Slots in the order of computation; `tokens` rows of embeddings, `positions` inputs with the `=` after them.

    `summed`: the inputs share one matrix, whose rows are added up. `tied`: the unembedding (or the output) is the
    transposed embedding (or input).
    """

    slots: tuple[Slot, ...]
    tokens: int
    positions: int
    summed: bool = False
    tied: bool = False


def templates(task: Task, matrices: int) -> Iterator[Template]:
    """Every network for a task that has so many matrices."""
    return (template for template in _templates(task, matrices) if len(template.slots) == matrices)


def _templates(task: Task, matrices: int) -> Iterator[Template]:
    """Those, and others of fewer matrices or not many more."""
    m = (1, "m")
    if not isinstance(task, ElementTask):
        yield Template((Slot("input", (task.n, ""), m), Slot("output", m, (task.classes, ""))), task.n, 1)
        return
    n, k = task.n, task.k
    for tokens in range(n, n + MOST_TOKENS + 1):
        for positions in (k, k + 1) if tokens > n else (k,):
            for start in _starts(k, tokens, positions, matrices):
                for slots, tied in _ends(start, tokens, n):
                    yield replace(start, slots=(*start.slots, *slots), tied=tied)


def _starts(k: int, tokens: int, positions: int, matrices: int) -> Iterator[Template]:
    """From elements to neurons, `m`."""
    T, d, m = (tokens, ""), (1, "d"), (1, "m")
    beside = Slot("hidden", (positions, "d"), m, stack=positions)
    yield Template((Slot("input", (positions * tokens, ""), m, stack=positions),), tokens, positions)
    yield Template((Slot("embedding", T, d), beside), tokens, positions)
    if k == 1:
        return
    added = Slot("hidden", d, m)
    if positions > k:
        yield Template((Slot("tokens", T, d), added), tokens, positions, True)
        return
    yield Template((Slot("input", T, m),), tokens, positions, True)
    yield Template((Slot("embedding", T, d), added), tokens, positions, True)
    yield Template((Slot("embedding", (k * tokens, ""), d, stack=k, stacked=True), beside), tokens, positions)
    yield Template((Slot("embedding", (k * tokens, ""), d, stack=k, stacked=True), added), tokens, positions)
    if k > matrices:
        return
    numbers = range(1, k + 1)
    hidden = tuple(Slot("hidden", d, m, i) for i in numbers)
    yield Template((Slot("embedding", T, d), *hidden), tokens, positions)
    yield Template(tuple(Slot("input", T, m, i) for i in numbers), tokens, positions)
    embeddings = tuple(Slot("embedding", T, d, i) for i in numbers)
    yield Template((*embeddings, beside), tokens, positions)
    yield Template((*embeddings, added), tokens, positions)


def _ends(start: Template, tokens: int, n: int) -> Iterator[tuple[tuple[Slot, ...], bool]]:
    """From neurons to logits, and whether the last matrix is the first one once more."""
    m, d = (1, "m"), (1, "d")
    first = start.slots[0]
    embedded = len(start.slots) > 1
    for labels in sorted({n, tokens}):
        c = (labels, "")
        yield (Slot("output", m, c),), False
        yield (Slot("projection", m, (1, "e")), Slot("unembedding", (1, "e"), c)), False
    if first.number is None and not first.stacked and first.rows == (tokens, ""):
        if embedded:
            yield (Slot("projection", m, d),), True
        yield (), True
