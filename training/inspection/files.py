"""Tensors of a PyTorch file as numpy arrays: state dicts alone, and nothing in the file is run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike

import numpy as np
import torch
from numpy.typing import NDArray

ADVICE = "save a state dict: torch.save(model.state_dict(), 'net.pt')"


def read(path: str | PathLike[str]) -> dict[str, NDArray[np.generic]]:
    """The tensors of a state dict by name, also where it is the one entry with tensors of a dict around it.

    bfloat16 comes as float32, which holds it exactly. Raises ValueError for a file that holds no state dict, or more
    than one; OSError.
    """
    try:
        content: object = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # whatever bytes do to a reader of a foreign format
        object_name = re.search(r"GLOBAL ([\w.]+)", str(error))
        reason = (
            f"it holds objects such as {object_name[1]}"
            if object_name
            else "its bytes are damaged, or of another format"
        )
        raise ValueError(f"{path}: not a file of tensors alone: {reason}; {ADVICE}") from None
    return {name: _array(path, name, tensor) for name, tensor in _state(path, content).items()}


def _state(path: str | PathLike[str], content: object) -> Mapping[str, torch.Tensor]:
    tensors = _tensors(dict(enumerate(content)) if isinstance(content, list | tuple) else content)
    if tensors:
        return tensors
    inner = {str(name): _tensors(value) for name, value in content.items()} if isinstance(content, Mapping) else {}
    states = {name: value for name, value in inner.items() if value}
    if not states:
        raise ValueError(f"{path}: holds {_described(content)}, no state dict; {ADVICE}")
    if len(states) > 1:
        names = ", ".join(repr(name) for name in states)
        raise ValueError(f"{path}: holds {len(states)} state dicts, {names}, expected one network; {ADVICE}")
    return next(iter(states.values()))


def _tensors(content: object) -> dict[str, torch.Tensor]:
    """The entries that are tensors."""
    if not isinstance(content, Mapping):
        return {}
    return {str(name): value for name, value in content.items() if isinstance(value, torch.Tensor)}


def _described(content: object) -> str:
    kind = type(content).__name__
    return (
        f"a {kind}"
        if not isinstance(content, Mapping)
        else f"a {kind} of {', '.join(map(str, content))[:60] or 'nothing'}"
    )


def _array(path: str | PathLike[str], name: str, tensor: torch.Tensor) -> NDArray[np.generic]:
    if tensor.is_complex() or tensor.is_quantized or tensor.layout != torch.strided or tensor.is_meta:
        raise ValueError(f"{path}: {name} is a {tensor.dtype} tensor that is not dense and real, expected real numbers")
    plain = tensor.detach()
    array: NDArray[np.generic] = (plain.float() if plain.dtype == torch.bfloat16 else plain).contiguous().numpy()
    return array
