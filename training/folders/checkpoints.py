"""Checkpoints of a run: two generations, each with a hash over its tensors and the trajectory up to its step.

The metadata of state.safetensors: `step`; `clock`; `config`, the digest of the run's settings; `trajectory_bytes` and
`trajectory_sha256`, length and SHA-256 of the trajectory up to the step; `sha256`, over all of these and the tensors.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor

from margin.io.files import write_whole
from training.clock import Clock
from training.config import Config
from training.folders.documents import SECONDS, parse_object, require_kinds
from training.folders.trajectory import TRAJECTORY, Trajectory
from training.optimisers.optimiser import Optimiser

STATE, PREVIOUS, NEXT = "state.safetensors", "state-previous.safetensors", "state-next.safetensors"
OPTIMISER = "optimiser."  # how the names of its tensors begin; the rest are torch.optim's, as earlier versions saved
DAMAGE = (SafetensorError, ValueError, KeyError, TypeError, RuntimeError, OverflowError, OSError)


@dataclass(frozen=True)
class Checkpoint:
    """What a run goes on from: the step, the seconds so far, the tensors, and the bytes of the trajectory up to it."""

    step: int
    clock: Clock
    tensors: Mapping[str, Tensor]
    trajectory: int
    hashed: bool


def save_state(
    folder: Path,
    config: Config,
    step: int,
    weights: Mapping[str, Tensor],
    optimiser: Optimiser,
    generator: torch.Generator,
    clock: Clock,
    trajectory: Trajectory,
) -> None:
    """Everything needed to go on after `step` steps; the checkpoint before is kept.

    Raises OSError, which names the file, where it cannot be written; then both checkpoints are what they were.
    """
    tensors = {name: tensor.detach().cpu() for name, tensor in weights.items()}
    tensors |= {f"{OPTIMISER}{name}": tensor.detach().cpu() for name, tensor in optimiser.state().items()}
    tensors["generator"] = generator.get_state()
    tensors = {name: tensor.clone().contiguous() for name, tensor in tensors.items()}
    meta = {
        "step": str(step),
        "clock": json.dumps(asdict(clock)),
        "config": config.digest(),
        "trajectory_bytes": str(trajectory.length),
        "trajectory_sha256": trajectory.sha256,
    }
    content = to_bytes(tensors, meta | {"sha256": _hash(tensors, meta)})
    trajectory.sync()  # not before the trajectory
    write_whole(folder / NEXT, content)  # on a full disk no other is touched
    if (folder / STATE).is_file():
        os.replace(folder / STATE, folder / PREVIOUS)
    os.replace(folder / NEXT, folder / STATE)


def latest(
    folder: Path, config: Config, weights: Mapping[str, Tensor], notice: Callable[[str], None]
) -> Checkpoint | None:
    """The newest good checkpoint, None where there is none; `notice` is told when it is not simply the newest.

    Raises ValueError where there are some and none is good.
    """
    if (folder / NEXT).is_file() and not (folder / STATE).exists():  # it was whole, and killed before it got its name
        os.replace(folder / NEXT, folder / STATE)
    problems = []
    for name in (STATE, PREVIOUS):
        path = folder / name
        if not path.exists():
            problems.append(f"{name} is missing")
            continue
        try:
            checkpoint = _read(path, config, weights)
        except DAMAGE as error:
            problems.append(f"{name}: {str(error) or type(error).__name__}")
            continue
        if not checkpoint.hashed:
            notice(f"{path} has no hash, as an earlier version wrote it; it is taken as it is")
        if problems:
            notice(f"{folder}: {problems[0]}; going on from the checkpoint before, of step {checkpoint.step}")
            os.replace(path, folder / STATE)  # the damaged one must not become the one before
        return checkpoint
    if not any((folder / name).exists() for name in (STATE, PREVIOUS)):
        return None
    raise ValueError(
        f"{folder}: not a checkpoint of this run ({'; '.join(problems)}); delete {STATE} and {PREVIOUS} to start again"
    )


def kept_step(folder: Path) -> int | None:
    """The step of the newest checkpoint that is there, by its own metadata; None where there is none."""
    path = folder / STATE
    if not path.is_file():
        return None
    with safe_open(path, framework="pt") as file:
        return int(file.metadata()["step"])


def put_back(
    checkpoint: Checkpoint, weights: Mapping[str, Tensor], optimiser: Optimiser, generator: torch.Generator
) -> None:
    """Set weights, optimiser and generator to a checkpoint's. Raises ValueError for one that does not fit them."""
    try:
        with torch.no_grad():
            for name, tensor in weights.items():
                tensor.copy_(checkpoint.tensors[name])
        named = {name: tensor for name, tensor in checkpoint.tensors.items() if name.startswith(OPTIMISER)}
        optimiser.put_back({name.removeprefix(OPTIMISER): tensor for name, tensor in named.items()})
        generator.set_state(checkpoint.tensors["generator"])
    except DAMAGE as error:
        raise ValueError(f"not a checkpoint of this run ({error}); delete it to start again") from error


def _read(path: Path, config: Config, weights: Mapping[str, Tensor]) -> Checkpoint:
    """A checkpoint's file. Raises one of DAMAGE where it is not what this run has written."""
    with safe_open(path, framework="pt") as file:
        meta = dict(file.metadata() or {})
    tensors, given = load_file(path), meta.pop("sha256", None)
    if given is not None and given != _hash(tensors, meta):
        raise ValueError("its bytes are not those that were written")
    if given is not None and meta["config"] != config.digest():
        raise ValueError(f"it belongs to the run {meta['config']}")
    for name, tensor in weights.items():
        if name not in tensors:
            raise ValueError(f"no tensor {name}")
        if (tensors[name].shape, tensors[name].dtype) != (tensor.shape, tensor.dtype):
            raise ValueError(f"{name} has shape {tuple(tensors[name].shape)}, expected {tuple(tensor.shape)}")
    if "generator" not in tensors:
        raise ValueError("no tensor generator")
    if "step" not in meta or "clock" not in meta:
        raise ValueError("no step or no clock")
    step, seconds = int(meta["step"]), parse_object("clock", meta["clock"].encode())
    if not 0 < step <= config.steps:
        raise ValueError(f"step {step} of a run of {config.steps}")
    require_kinds("clock", seconds, SECONDS)
    if not all(isfinite(value) and value >= 0 for value in seconds.values()):
        raise ValueError(f"clock {meta['clock']}")
    trajectory = path.parent / TRAJECTORY
    content = trajectory.read_bytes() if trajectory.is_file() else b""
    length = int(meta["trajectory_bytes"]) if given is not None else _until(content, step)
    if given is not None and hashlib.sha256(content[:length]).hexdigest() != meta["trajectory_sha256"]:
        raise ValueError(f"{TRAJECTORY} is not what was recorded up to step {step}")
    return Checkpoint(step, Clock(**seconds), tensors, length, given is not None)


def _hash(tensors: Mapping[str, Tensor], meta: Mapping[str, str]) -> str:
    """SHA-256 over metadata and tensors, each with its name, type and shape."""
    digest = hashlib.sha256(json.dumps(dict(meta), sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"\n{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        digest.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _until(content: bytes, step: int) -> int:
    """The bytes of a trajectory's whole lines up to a step. Raises ValueError for a damaged line."""
    length = 0
    for number, record in enumerate(content.split(b"\n")[:-1], 1):
        value = parse_object(f"{TRAJECTORY}, line {number}", record)
        require_kinds(f"{TRAJECTORY}, line {number}", value, {"step": (int,)})
        if value["step"] > step:
            break
        length += len(record) + 1
    return length
