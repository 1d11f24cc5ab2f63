"""Weights on disk: safetensors, written whole or not at all, with metadata that say what they are.

U and W in float64; metadata `task` (JSON: kind, numbers, names), `activation`, `axes` (JSON: the names of the axes of U
and W) and `construction` (how they were made). `load` believes the metadata, and refuses shapes that contradict them.
Files without metadata, of anyone's weights, are read as addition mod n from U (k, n, m) and W (m, n).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from margin.io.files import require_place, write_whole
from margin.io.resources import available_memory, free_disk, readable_bytes
from margin.networks.activations import Activation, Power, parse
from margin.networks.inputs import AbsentData, Data, inputs_of
from margin.networks.network import Network
from margin.tasks import KINDS, Task

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray


READABLE = ("F64", "F32", "F16", "I64", "I32", "I16", "I8")
SUFFIX = ".safetensors"
W_AXES = ("neuron", "label")
DATA_SET = "data_set"


class Construction(Protocol):
    """A network in exact form that can be made into arrays."""

    @property
    def task(self) -> Task: ...
    @property
    def width(self) -> int: ...
    def numeric(self) -> Network: ...


def require_name(path: str | PathLike[str]) -> None:
    """Raise ValueError for a file name that promises another format, such as .pt or .npz."""
    suffix = Path(path).suffix
    if suffix not in ("", SUFFIX):
        raise ValueError(f"{path}: weights are written as safetensors, not as {suffix}; expected a name in {SUFFIX}")


def require_space(path: str | PathLike[str], on: Task | Data, width: int) -> None:
    """Raise, before anything is computed, if the weights cannot be written to `path`.

    ValueError for a name as `require_name`, OSError for a place that cannot be written, MemoryError where they do not
    fit. Three copies stand in memory at the worst moment: the arrays, their bytes, and the file's image.
    """
    require_name(path)
    inputs = inputs_of(on)
    u, w = inputs.shape, inputs.classes
    size = 8 * width * (_product(u) + w)
    folder = require_place(Path(path))
    memory, disk = available_memory(), free_disk(folder)
    if 3 * size > memory or size > disk:
        what = f"U ({', '.join(map(str, u))}, m) and W (m, {w}) for m = {_short(width)} neurons"
        raise MemoryError(
            f"{what} take {readable_bytes(size)} in float64 and three times that while writing;"
            f" {readable_bytes(memory)} of memory and {readable_bytes(disk)} of disk are free; choose a smaller n or k"
        )


def _product(shape: tuple[int, ...]) -> int:
    result = 1
    for length in shape:
        result *= length
    return result


def _short(number: int) -> str:
    return str(number) if number < 10**12 else readable_bytes(number).removesuffix(" bytes")


def save(network: Network | Construction, path: str | PathLike[str], construction: str = "unknown") -> None:
    """Write U and W in float64 with the metadata of this module; `construction` says how they were made.

    A temporary file beside the target is renamed over it at the end, so that an interruption leaves the old
    file or none. Raises ValueError, OSError or MemoryError as `require_space`.
    """
    on = network.on if isinstance(network, Network) else network.task
    require_space(path, on, network.width)
    numeric = network if isinstance(network, Network) else network.numeric()
    metadata = {
        "task": json.dumps(_description(numeric), sort_keys=True),
        "activation": numeric.activation.name,
        "axes": _axes(numeric),
        "construction": construction,
    }
    save_arrays(path, {"U": numeric.U, "W": numeric.W}, metadata)


def _axes(network: Network) -> str:
    return json.dumps({"U": network.inputs.axes, "W": W_AXES}, sort_keys=True)


def _description(network: Network) -> dict[str, Any]:
    if isinstance(network.on, Task):
        return network.on.description()
    (features,) = network.inputs.shape
    return {"kind": DATA_SET, "name": network.on.name, "features": features, "classes": network.on.classes}


def save_arrays(path: str | PathLike[str], arrays: Mapping[str, NDArray[float64]], metadata: Mapping[str, str]) -> None:
    """Write arrays in any memory order with metadata, whole or not at all. Raises OSError, ValueError for the name."""
    from safetensors.numpy import save as to_bytes

    require_name(path)
    ordered = {name: np.ascontiguousarray(array) for name, array in arrays.items()}  # the library ignores strides
    write_whole(Path(path), *_ordered_header(to_bytes(ordered, dict(metadata))))


def _ordered_header(content: bytes) -> tuple[bytes, memoryview]:
    """The same file with its header's keys sorted: the library writes metadata in random order."""
    length = int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8 : 8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header, memoryview(content)[8 + length :]


def load(path: str | PathLike[str], data: Data | None = None) -> Network:
    """Read tensors U and W, and what they are; with `data`, as a network on these data, one-hot blocks in a row.

    A group comes by its name, whose elements are looked up; a data set by its name alone. Raises FileNotFoundError,
    IsADirectoryError, and ValueError for a file that holds no such network, an unknown task or activation, and shapes
    that contradict the metadata or the data.
    """
    metadata, U, W = _read(path)
    try:
        if data is not None:
            return Network(data, U.reshape(-1, U.shape[-1]) if U.ndim else U, W, _activation(metadata))
        return _described(metadata, U, W) if "task" in metadata else Network.from_arrays(U, W)
    except (ValueError, TypeError, OSError) as error:
        raise ValueError(f"{path}: {error}") from error


def _read(path: str | PathLike[str]) -> tuple[dict[str, str], NDArray[float64], NDArray[float64]]:
    from safetensors import SafetensorError, safe_open

    if Path(path).is_dir():
        raise IsADirectoryError(f"{path} is a folder, expected a safetensors file")
    try:
        with safe_open(path, framework="numpy") as file:
            names = sorted(file.keys())
            if names != ["U", "W"]:
                raise ValueError(f"{path}: holds tensors {names}, expected U of shape (k, n, m) and W of shape (m, n)")
            for name in names:
                kind = file.get_slice(name).get_dtype()
                if kind not in READABLE:
                    raise ValueError(f"{path}: {name} has type {kind}, expected one of {', '.join(READABLE)}")
            return file.metadata() or {}, file.get_tensor("U"), file.get_tensor("W")
    except SafetensorError as error:
        raise ValueError(f"{path}: not a safetensors file ({error})") from error


def _activation(metadata: Mapping[str, str]) -> Activation | None:
    """None where the metadata say nothing; older files of data sets say it in their task."""
    spelling = metadata["activation"] if "activation" in metadata else _json(metadata).get("activation")
    if spelling is not None and not isinstance(spelling, str):
        raise ValueError(f"the metadata's activation is {spelling!r}, expected its name")
    return None if spelling is None else parse(spelling)


def _json(metadata: Mapping[str, str]) -> dict[str, Any]:
    try:
        description = json.loads(metadata.get("task", "{}"))
    except ValueError:
        description = None
    if not isinstance(description, dict):
        raise ValueError(f"the metadata's task is {metadata['task'][:60]!r}, expected a JSON object")
    return description


def _described(metadata: Mapping[str, str], U: NDArray[float64], W: NDArray[float64]) -> Network:
    description, activation = _json(metadata), _activation(metadata)
    if description.get("kind") == DATA_SET:
        network = Network(_absent(description, U, W, activation or Power(1)), U, W)
    else:
        network = Network(_task(description), U, W, activation)
    if metadata.get("axes", _axes(network)) != _axes(network):
        raise ValueError(
            f"the metadata's axes are {metadata['axes'][:100]}, expected {_axes(network)} for {network.on}"
        )
    return network


def _task(description: Mapping[str, Any]) -> Task:
    name = description.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"the metadata's task is of kind {name!r}, expected {', '.join([*KINDS, DATA_SET])}")
    missing = [needed for needed in kind.needed if needed not in description]
    if missing:
        raise ValueError(f"the metadata's task of kind {name} lacks {', '.join(missing)}")
    task = kind.described(description)
    if description.get("n", task.n) != task.n:
        given = description[kind.needed[0]]
        raise ValueError(f"the metadata say that {given} has order {description['n']}, it has {task.n}")
    return task


def _absent(
    description: Mapping[str, Any], U: NDArray[float64], W: NDArray[float64], activation: Activation
) -> AbsentData:
    """Older files name the data set alone: then the shapes say the rest."""
    features, classes = (
        description.get(key, shape[-1] if shape else 0)
        for key, shape in (("features", U.shape[:1]), ("classes", W.shape))
    )
    if not all(isinstance(number, int) and number >= 0 for number in (features, classes)):
        raise ValueError(f"the metadata say {features!r} features and {classes!r} classes, expected numbers")
    return AbsentData(str(description.get("name", "data set")), features, classes, activation)
