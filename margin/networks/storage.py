"""Weights on disk: safetensors, written whole or not at all."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from margin.io.files import require_place, write_whole
from margin.io.resources import available_memory, free_disk, readable_bytes
from margin.tasks import ElementTask, Task

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from margin.networks.network import Network
    from margin.networks.numeric import NumericNetwork

READABLE = ("F64", "F32", "F16", "I64", "I32", "I16", "I8")


def require_space(path: str | PathLike[str], task: Task, width: int) -> None:
    """Raise OSError or MemoryError, before anything is computed, if the weights cannot be written to `path`.

    Three copies stand in memory at the worst moment: the arrays, their bytes, and the file's image.
    """
    vectors = task.k + 1 if isinstance(task, ElementTask) else 1  # of n numbers a neuron, and labels of bits
    size = 8 * width * (vectors * task.n + (0 if isinstance(task, ElementTask) else task.classes))
    folder = require_place(Path(path))
    memory, disk = available_memory(), free_disk(folder)
    if 3 * size > memory or size > disk:
        what = f"U ({task.k}, {task.n}, m) and W (m, {task.classes}) for m = {_short(width)} neurons"
        raise MemoryError(
            f"{what} take {readable_bytes(size)} in float64 and three times that while writing;"
            f" {readable_bytes(memory)} of memory and {readable_bytes(disk)} of disk are free; choose a smaller n or k"
        )


def _short(number: int) -> str:
    return str(number) if number < 10**12 else readable_bytes(number).removesuffix(" bytes")


def save(network: Network, path: str | PathLike[str], construction: str = "unknown") -> None:
    """Write U (k, n, m), W (m, n) in float64 with metadata `task` and `construction` (JSON strings).

    A temporary file beside the target is renamed over it at the end, so that an interruption leaves the old
    file or none. Raises OSError or MemoryError as `require_space`.
    """
    require_space(path, network.task, network.width)
    numeric = network.numeric()
    task = {"k": network.task.k, "kind": "modular_addition", "n": network.task.n}
    save_arrays(path, numeric.U, numeric.W, task, construction)


def save_arrays(
    path: str | PathLike[str], U: NDArray[float64], W: NDArray[float64], task: dict[str, object], construction: str
) -> None:
    """Write two arrays with metadata `task` and `construction`, whole or not at all. Raises OSError."""
    from safetensors.numpy import save as to_bytes

    metadata = {"task": json.dumps(task, sort_keys=True), "construction": construction}
    write_whole(Path(path), *_ordered_header(to_bytes({"U": U, "W": W}, metadata)))


def _ordered_header(content: bytes) -> tuple[bytes, memoryview]:
    """The same file with its header's keys sorted: the library writes metadata in random order."""
    length = int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8 : 8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header, memoryview(content)[8 + length :]


def load(path: str | PathLike[str]) -> NumericNetwork:
    """Read tensors U and W. Raises FileNotFoundError, or ValueError for a file that holds no such network."""
    from safetensors import SafetensorError, safe_open

    from margin.networks.numeric import NumericNetwork

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
            return NumericNetwork(file.get_tensor("U"), file.get_tensor("W"))
    except SafetensorError as error:
        raise ValueError(f"{path}: not a safetensors file ({error})") from error
