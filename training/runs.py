"""A run's folder: config, checkpoint, trajectory, weights, result; everything is written whole or not at all.

config.json           canonical; its hash stands in the folder's name
provenance.json       preset, choices that a paper leaves open, the config once more, versions, command
trajectory.jsonl      one record per exact margin, from step 0 on; trajectory.parquet when done
state.safetensors     checkpoint: weights, optimiser, generator, step, and a hash over them and the trajectory;
                      state-previous.safetensors is the one before, state-next.safetensors one that is being written
weights.safetensors   the network's tensors, float64, when done; weights-STEP.safetensors after steps asked for
seal.json             when done: SHA-256 of every file here, which is asked whenever one is read
result.json           when done; the same bytes for the same config on the same machine
timing.json           seconds of training and of measuring, which are never the same
.lock                 while a process trains in the folder
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from margin.io.files import write_whole
from margin.networks.network import Network
from margin.networks.storage import save, save_arrays
from training.config import Config
from training.folders.checkpoints import NEXT, PREVIOUS, STATE
from training.folders.documents import (
    CONFIG,
    PROVENANCE,
    RESULT,
    TIMING,
    read_json,
    read_provenance,
    read_result,
    read_timing,
    write_json,
    write_result,
)
from training.folders.names import find, name, read_config
from training.folders.seal import require_sealed
from training.folders.trajectory import PARQUET, TRAJECTORY, read_trajectory, thinned, write_parquet
from training.models.model import Model
from training.models.neurons import Neurons

__all__ = ["CONFIG", "NEXT", "PARQUET", "PREVIOUS", "PROVENANCE", "RESULT", "STATE", "TIMING", "TRAJECTORY", "WEIGHTS"]
__all__ += [
    "find",
    "is_finished",
    "load_weights",
    "name",
    "open_run",
    "save_weights",
    "snapshot",
    "thinned",
    "versions",
]
__all__ += ["read_config", "read_json", "read_provenance", "read_result", "read_timing", "read_trajectory"]
__all__ += ["write_json", "write_parquet", "write_result"]
WEIGHTS = "weights.safetensors"


def snapshot(step: int) -> str:
    """Name of the file of the weights after `step` steps."""
    return f"weights-{step}.safetensors"


def open_run(out: Path, config: Config, provenance: Mapping[str, Any]) -> Path:
    """Make (or find) the folder of a config under `out`; writes its config and provenance if they are missing.

    Raises ValueError for a folder of this name whose settings are others.
    """
    folder = find(out, config) or out / name(config, str(provenance.get("preset", "")))
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / CONFIG).exists():
        read_config(folder, config)
    else:
        settings = json.loads(config.canonical())
        write_json(folder / PROVENANCE, dict(provenance) | {"config": settings} | versions())
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
    """The saved tensors by name, float64.

    Raises FileNotFoundError if there are none, ValueError for a damaged file, or one that the run did not write.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path.parent} holds no {path.name}, expected the folder of a finished run")
    require_sealed(path)
    try:
        return load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path}: damaged ({error})") from None
