"""A run's folder: config, checkpoint, trajectory, weights, result; everything is written whole or not at all.

config.json           canonical; its hash names the folder
provenance.json       preset, choices that a paper leaves open, versions, command
trajectory.jsonl      one record per exact margin, while running; trajectory.parquet when done
state.safetensors     checkpoint: weights, optimiser, generator, step
weights.safetensors   the network's tensors, float64, when done; weights-STEP.safetensors after steps asked for
result.json           when done; the same bytes for the same config on the same machine
timing.json           seconds of training and of measuring, which are never the same
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor

from margin.io.files import write_whole
from margin.networks.network import Network
from margin.networks.storage import save, save_arrays
from training.clock import Clock
from training.config import Config
from training.models.model import Model
from training.models.neurons import Neurons

CONFIG, STATE, WEIGHTS, RESULT = "config.json", "state.safetensors", "weights.safetensors", "result.json"
TRAJECTORY, PARQUET, TIMING, PROVENANCE = "trajectory.jsonl", "trajectory.parquet", "timing.json", "provenance.json"


def snapshot(step: int) -> str:
    """Name of the file of the weights after `step` steps."""
    return f"weights-{step}.safetensors"


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    write_whole(path, json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises FileNotFoundError, or ValueError for anything else than an object."""
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not JSON ({error})") from None
    if not isinstance(value, dict):
        raise ValueError(f"{path}: expected a JSON object")
    return value


def read_config(folder: Path) -> Config:
    """The config of a run's folder. Raises FileNotFoundError or ValueError."""
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(f"{folder} holds no {CONFIG}, expected the folder of a run")
    return Config.from_mapping(read_json(folder / CONFIG))


def open_run(out: Path, config: Config, provenance: Mapping[str, Any]) -> Path:
    """Make (or find) the folder of a config under `out`; writes its config and provenance if they are missing."""
    folder = out / config.digest()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / CONFIG).exists():
        write_json(folder / PROVENANCE, dict(provenance) | versions())
        write_whole(folder / CONFIG, config.canonical())
    return folder


def versions() -> dict[str, Any]:
    return {
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "machine": platform.machine(),
        },
        "command": ["python", *sys.orig_argv[1:]],
    }


def is_finished(folder: Path) -> bool:
    return (folder / RESULT).is_file()


def save_state(
    folder: Path,
    step: int,
    weights: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
    generator: torch.Generator,
    clock: Clock,
) -> None:
    """Everything needed to go on after `step` steps."""
    tensors = {name: tensor.detach().cpu() for name, tensor in weights.items()}
    for number, values in optimiser.state_dict()["state"].items():
        tensors |= {
            f"optimiser.{number}.{name}": torch.as_tensor(value).detach().cpu()
            for name, value in values.items()
            if value is not None
        }
    tensors["generator"] = generator.get_state()
    tensors = {name: tensor.clone().contiguous() for name, tensor in tensors.items()}
    meta = {"step": str(step), "clock": json.dumps(asdict(clock))}
    write_whole(folder / STATE, to_bytes(tensors, meta))


def load_state(
    folder: Path, weights: Mapping[str, Tensor], optimiser: torch.optim.Optimizer, generator: torch.Generator
) -> tuple[int, Clock]:
    """Put back what `save_state` wrote; returns the step and the clock. Raises ValueError for a damaged file."""
    path = folder / STATE
    try:
        with safe_open(path, framework="pt") as file:
            meta = file.metadata()
        tensors = load_file(path)
        step, clock = int(meta["step"]), Clock(**json.loads(meta["clock"]))
        with torch.no_grad():
            for name, tensor in weights.items():
                tensor.copy_(tensors[name])
        state = optimiser.state_dict()
        for key in tensors:
            if key.startswith("optimiser."):
                _, number, name = key.split(".")
                state["state"].setdefault(int(number), {})[name] = tensors[key]
        optimiser.load_state_dict(state)
        generator.set_state(tensors["generator"])
    except (SafetensorError, KeyError, TypeError, RuntimeError) as error:
        raise ValueError(f"{path}: not a checkpoint of this run ({error}); delete it to start again") from error
    return step, clock


def read_trajectory(folder: Path) -> list[dict[str, Any]]:
    """Records of a trajectory, whole lines only."""
    path = folder / TRAJECTORY
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    return [json.loads(line) for line in lines]


def thinned(records: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The first, the last and others evenly between, at most `most` >= 2 of them."""
    last = len(records) - 1
    return [records[i] for i in sorted({round(i * last / (most - 1)) for i in range(most)})] if records else []


def trim_trajectory(folder: Path, step: int) -> None:
    """Drop what was recorded after the checkpoint."""
    kept = [record for record in read_trajectory(folder) if record["step"] <= step]
    write_whole(folder / TRAJECTORY, b"".join(line(record) for record in kept))


def line(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def write_parquet(folder: Path) -> bool:
    """trajectory.parquet from the JSONL; False where pyarrow is not installed (the JSONL stays either way)."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        return False
    table = pyarrow.Table.from_pylist(read_trajectory(folder))
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    write_whole(folder / PARQUET, sink.getvalue().to_pybytes())
    return True


def save_weights(path: Path, model: Model) -> None:
    """The parameters in float64 by name, with what they are.

    Neurons as `margin.networks.storage`: U (k, n, m) and W (m, classes), for parity U (n, m). Other networks have
    `task` and `model`, their axes and degree, in the metadata.
    """
    arrays = {name: tensor.detach().double().cpu().numpy() for name, tensor in model.parameters.items()}
    task = model.population.task
    if isinstance(model, Neurons):
        U = arrays["U"] if model.population.elements else arrays["U"][0]
        save(Network(task, U, arrays["W"], model.function), path, "training")
        return
    described = {"task": task.description(), "model": model.described()}
    save_arrays(path, arrays, {name: json.dumps(value, sort_keys=True) for name, value in described.items()})


def load_weights(path: Path) -> dict[str, Tensor]:
    """The saved tensors by name, float64. Raises FileNotFoundError if there are none."""
    if not path.is_file():
        raise FileNotFoundError(f"{path.parent} holds no {path.name}, expected the folder of a finished run")
    return load_file(path)
