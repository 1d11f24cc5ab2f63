"""A file of weights as a network: our own files believe their metadata, anybody else's are read by their layout."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from os import PathLike
from pathlib import Path

from margin.inspection.effective import Effective, folded, multiplied_out
from margin.inspection.files import TensorFile, read_tensors
from margin.inspection.layout import find_layout
from margin.inspection.roles import Mapped, parse
from margin.networks.activations import Activation, Power, ReLU
from margin.networks.activations import parse as parse_activation
from margin.networks.storage import DATA_SET
from margin.tasks import KINDS, ElementTask, ModularAddition, SharedEmbedding, Task

RUN_WEIGHTS = "weights.safetensors"  # in the folder of a finished run
# the network of training.models.embedding, in the words of its metadata
EMBEDDING = {
    "embedding": Mapped("embedding"),
    "hidden": Mapped("hidden", orientation="out,in"),
    "bias": Mapped("bias"),
    "output": Mapped("output", orientation="out,in"),
    "offset": Mapped("offset"),
}


def read_network(
    path: str | PathLike[str],
    task: Task | None = None,
    activation: Activation | None = None,
    maps: Iterable[str] = (),
) -> Effective:
    """The network in a file or in the folder of a finished run, of a task that the file's metadata or the caller says.

    `maps`: NAME=ROLE of tensors, as `roles.parse`. Raises OSError, MemoryError, and ValueError for a file that holds no
    such network or fits two readings, for metadata that contradict the task or the activation, and without a task.
    """
    mapped = parse(maps)
    run = Path(path) / RUN_WEIGHTS
    file = read_tensors(run if run.is_file() else path)
    mapped = {name.removeprefix("".join(file.wrappers)): role for name, role in mapped.items()}
    try:
        chosen, lines = _task(file, task)
        function, said, assumed = _activation(file, chosen, activation)
        if _is_ours(file, chosen) and not mapped:
            effective = folded(chosen, file.tensors["U"], file.tensors["W"], function)
            shapes = ", ".join(f"{name} {'x'.join(map(str, file.tensors[name].shape))}" for name in ("U", "W"))
            lines.append(f"{shapes}: weights from inputs and to labels, as this project writes them")
            return replace(effective, lines=(*lines, *effective.lines, said), assumed=assumed)
        roles = EMBEDDING if "model" in file.metadata and not mapped and set(file.tensors) == set(EMBEDDING) else mapped
        effective = multiplied_out(find_layout(file, chosen, roles), chosen, function)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if file.wrappers:
        lines.append(f"names without {', '.join(file.wrappers)}")
    return replace(effective, lines=(*lines, *effective.lines, said), assumed=assumed)


def _is_ours(file: TensorFile, task: Task) -> bool:
    """U (k, n, m) or, of bits, (n, m), and W (m, classes), by those names."""
    if set(file.tensors) != {"U", "W"}:
        return False
    U, W = file.tensors["U"], file.tensors["W"]
    described = "task" in file.metadata
    if U.ndim == 2 and isinstance(task, ElementTask) and described:  # of a data set: one-hot blocks in a row
        file.tensors["U"] = U = U.reshape(task.k, task.n, -1) if len(U) == task.k * task.n else U
    shape = (task.k, task.n) if isinstance(task, ElementTask) else (task.n,)
    fits = U.shape[:-1] == shape and U.ndim > 1 and W.shape == (U.shape[-1], task.classes)
    if described and not fits:
        raise ValueError(f"U has shape {U.shape} and W {W.shape}, expected {(*shape, 'm')} and {('m', task.classes)}")
    return fits and (described or U.ndim == 3)


def _task(file: TensorFile, task: Task | None) -> tuple[Task, list[str]]:
    """The task, and what is to be said of it."""
    if "task" not in file.metadata:
        if task is None:
            raise ValueError("the file does not say its task, expected --task, for example --task mod:59 --k 2")
        return task, []
    try:
        description = json.loads(file.metadata["task"])
    except ValueError:
        description = None
    if not isinstance(description, dict):
        raise ValueError(f"the metadata's task is {file.metadata['task'][:60]!r}, expected a JSON object")
    if description.get("kind") == DATA_SET:
        if task is None:
            raise ValueError(f"the file is of the data set {str(description.get('name'))[:40]!r}, expected a --task")
        return task, [f"the file's data set {str(description.get('name'))[:40]} is taken for {task}"]
    kind = KINDS.get(str(description.get("kind")))
    if kind is None or any(name not in description for name in kind.needed):
        raise ValueError(f"the metadata's task is {file.metadata['task'][:60]!r}, expected one of {', '.join(KINDS)}")
    try:
        told = kind.described(description)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the metadata's task is none: {error}") from error
    if isinstance(told, SharedEmbedding):
        raise ValueError(f"the metadata say {told}, which is not inspected; expected separate embeddings, U (k, n, m)")
    if task is None or _described(task) == _described(told):
        return told, [f"task {told}, by the file's metadata"]
    raise ValueError(f"the metadata say {told}, --task says {task}; expected the same, or no --task")


def _described(task: Task) -> object:
    """Equal for one task under two names: a cyclic group's composition is addition."""
    addition = getattr(task, "addition", None)
    return addition.description() if isinstance(addition, ModularAddition) else task.description()


def _activation(file: TensorFile, task: Task, activation: Activation | None) -> tuple[Activation, str, bool]:
    """The activation, what is to be said of it, and whether nobody has said it."""
    told = None
    if "activation" in file.metadata:
        told = parse_activation(file.metadata["activation"])
    elif "model" in file.metadata:
        told = ReLU()
    if told is not None and activation not in (None, told):
        raise ValueError(f"the metadata say activation {told}, --activation says {activation}; expected the same")
    if told is not None:
        return told, f"activation {told}, by the file's metadata", False
    if activation is not None:
        return activation, f"activation {activation}", False
    said = f"activation x^{task.k}, as none is given: say --activation for another, such as relu"
    return Power(task.k), said, True
