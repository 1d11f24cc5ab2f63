"""Configs that cannot run, refused before anything is made for them; each refusal names the setting."""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection
from math import log, prod

import torch

from margin.io.resources import available_memory, readable_bytes
from margin.tasks import Task
from training import settings
from training.config import Config
from training.models import neuron_norm
from training.population import Population
from training.prediction import by_neurons, exponent, strength

MOST_INPUTS = 64  # k: more than 2^64 inputs fit into no memory
MOST_NUMBER = 1e30  # of any setting: its products stay numbers in float32
LEAST_SHARPNESS = 1e-30
LARGEST = {"float32": 85.0, "float64": 700.0}  # natural logarithm of the largest number


def refuse(config: Config, snapshots: Collection[int] = ()) -> None:
    """Raise ValueError or MemoryError for a config that cannot run, before anything is made for it."""
    _refuse_numbers(config)
    task = config.task.posed()
    Population(task).require_memory()
    config.model.require(task)
    _require_memory(config, task)
    strength(config)
    if isinstance(config.loss, settings.SoftMinimum) and config.model.degree(config.task.k) is None:
        raise ValueError(
            f"loss = soft_minimum with model = {config.model.kind}: it has no normalised margin, as it is not"
            " homogeneous; expected loss = cross_entropy"
        )
    if config.measuring.stop_ratio is not None and config.model.degree(config.task.k) is None:
        raise ValueError(
            f"stop_ratio = {config.measuring.stop_ratio} with model = {config.model.kind}, of which no gamma* is"
            " predicted; expected stop_ratio = none"
        )
    _refuse_norm(config)
    _refuse_regulariser(config, task)
    device(config.execution.device)
    if snapshots and max(snapshots) > config.steps:
        raise ValueError(f"snapshot after step {max(snapshots)}, expected at most the {config.steps} steps of the run")


def device(name: str) -> torch.device:
    """A device that holds numbers and gives them back. Raises ValueError for any other."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of names that torch gives up
            result = torch.device(name)
            torch.zeros(1, device=result).item()
    except Exception as error:  # each kind of device has its own
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"device {name!r} is not available ({said[:200]}), expected for example cpu") from None
    return result


def most_threads() -> int:
    """More than these no machine of this size can start, or gains from."""
    return max(256, os.cpu_count() or 1)


def _refuse_numbers(config: Config) -> None:
    """ValueError for numbers that are out of the range of what they are used in."""
    if config.execution.threads > most_threads():
        raise ValueError(f"threads = {config.execution.threads}, expected at most {most_threads()}")
    if config.task.k > MOST_INPUTS:
        raise ValueError(f"k = {config.task.k}, expected at most {MOST_INPUTS}: a step goes through all inputs")
    for name, value in config.flat().items():
        if isinstance(value, float) and value > MOST_NUMBER:
            raise ValueError(f"{name} = {value:g}, expected at most {MOST_NUMBER:g}")
        if name.startswith("sharpness") and value < LEAST_SHARPNESS:
            raise ValueError(f"{name} = {value:g}, expected at least {LEAST_SHARPNESS:g}")


def shapes(config: Config, task: Task) -> list[tuple[int, ...]]:
    """The shapes of a network's parameters."""
    chosen, inputs = config.model, Population(task).embeddings
    if isinstance(chosen, settings.Shaped):
        return list(chosen.shapes(inputs, task.n, task.classes).values())
    return [(inputs, task.n, chosen.width), (chosen.width, task.classes)]


def _require_memory(config: Config, task: Task) -> None:
    """MemoryError for a network or a batch that does not fit, whatever else is needed."""
    size = 8 if config.execution.dtype == "float64" else 4
    copies = 2 + (2 if isinstance(config.optimiser, settings.Adam) else 0)  # weights, gradients, two means
    needs = {"width": size * copies * sum(map(prod, shapes(config, task)))}
    if isinstance(config.model, (settings.Embedding, settings.Tokens)):
        needs = {"dimension" if config.model.dimension > config.model.width else "width": needs["width"]}
    if isinstance(config.data, settings.Batches) and config.data.batch_kind == "inputs":
        needs["batch"] = 16 * config.data.batch  # their numbers and labels
    if isinstance(config.model, settings.Shaped):
        rows = _rows(config, task)
        needs["batch"] = max(needs.get("batch", 0), size * config.model.held(config.task.k) * rows)
    for name, bytes_ in needs.items():
        if bytes_ > available_memory():
            whole = name == "batch" and not isinstance(config.data, settings.Batches)
            raise MemoryError(
                f"{name} = {config.flat().get(name, 0)}: needs at least {readable_bytes(bytes_)} of memory,"
                f" {readable_bytes(available_memory())} are available; choose"
                f" {'batches of inputs (batch = 1024, batch_kind = inputs)' if whole else f'a smaller {name}'}"
            )


def _refuse_norm(config: Config) -> None:
    """ValueError for the norm neuron by neuron of another network, and for an exponent without gradients."""
    chosen = by_neurons(config)
    if chosen is None:
        return
    if not isinstance(config.model, settings.Embedding):
        raise ValueError(f"norm = neurons with model = {config.model.kind}, expected model = embedding")
    neuron_norm.require(chosen)


def _rows(config: Config, task: Task) -> int:
    """Inputs in the largest step."""
    data, inputs = config.data, round(config.data.train_share * Population(task).size)
    if not isinstance(data, settings.Batches) or data.batch_share < 1:
        return inputs
    # batches of inputs are drawn with replacement
    return data.batch if data.batch_kind == "inputs" else min(inputs, data.batch * task.classes)


def _refuse_regulariser(config: Config, task: Task) -> None:
    """ValueError where lambda ||theta||^r of the initial weights is no number of their type."""
    value = strength(config)
    if not value:
        return
    all_shapes, width = shapes(config, task), config.model.width
    entries = sum(map(prod, all_shapes))
    init: float = config.flat()["init"]
    degree = config.model.degree(config.task.k) or 2
    if isinstance(config.model, settings.Neurons):  # the mass: width neurons, each of the square norm init^2 entries/m
        logarithm = log(width) + degree / 2 * (2 * log(init) + log(entries / width))
    elif by_neurons(config) is None:
        logarithm = 2 * log(init) + log(prod(all_shapes[0]))
    else:  # a neuron: n weights of variance init^2/(3 k) from each of k inputs
        logarithm = 2 * log(init) + log(task.n / 3)
        value *= width
    penalty = log(value) + exponent(config) / degree * logarithm
    if penalty > LARGEST[config.execution.dtype]:
        name = "init" if exponent(config) == degree else "exponent"
        raise ValueError(
            f"{name} = {config.flat()[name]:g}: lambda ||theta||^r of the initial weights is about"
            f" 10^{penalty / log(10):.0f}, beyond {config.execution.dtype}; choose a smaller {name}"
        )
