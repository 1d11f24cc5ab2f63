"""The tensors of a file by name, in float64: .npz and safetensors by numpy alone, PyTorch's files by a reader above.

What a file is stands in its first bytes, whatever its name. Nothing in a file is ever run.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array
from margin.io.catalogue import TORCH_READER
from margin.io.resources import require_memory

PREFIXES = ("module.", "_orig_mod.")  # of wrappers: torch.nn.DataParallel, torch.compile
FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}  # bfloat16: the upper half of a float32
INTEGERS = {"I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1", "U8": "<u1", "BOOL": "?"}
EXPECTED = "expected .pt or .pth (a state dict), .npz or safetensors"


@dataclass(frozen=True)
class TensorFile:
    """Tensors by name in float64, the types that they have in the file, and the file's metadata.

    `wrappers`: what stood before every name, or around all tensors, and was left out.
    """

    tensors: dict[str, Array]
    types: dict[str, str]
    metadata: dict[str, str]
    wrappers: tuple[str, ...] = ()


def read_tensors(path: str | PathLike[str]) -> TensorFile:
    """The tensors of a file. Raises OSError, MemoryError, and ValueError for a file that holds none.

    ModuleNotFoundError for a file of PyTorch where PyTorch is not installed.
    """
    place = Path(path)
    if place.is_dir():
        raise IsADirectoryError(f"{path} is a folder, expected a file of weights")
    size = place.stat().st_size
    if not size:
        raise ValueError(f"{path}: the file is empty, {EXPECTED}")
    require_memory(4 * size, f"the tensors of {path}")
    with place.open("rb") as file:
        head = file.read(9)
    if head[:4] == b"PK\x03\x04":
        arrays, metadata, wrappers = _zipped(place)
    elif head[8:] == b"{" and int.from_bytes(head[:8], "little") <= size - 8:
        arrays, metadata, wrappers = *_safetensors(place), ()
    elif place.suffix in (".pt", ".pth", ".bin", ".ckpt"):
        arrays, metadata, wrappers = *_torch(place), ()
    else:
        raise ValueError(f"{path}: no file of weights that is known here, {EXPECTED}")
    if not arrays:
        raise ValueError(f"{path}: holds no tensors, {EXPECTED}")
    names, prefixes = _unwrapped(list(arrays))
    return TensorFile(
        {
            name: np.array(array, dtype=np.float64, order="C")
            for name, array in zip(names, arrays.values(), strict=True)
        },
        {name: array.dtype.name for name, array in zip(names, arrays.values(), strict=True)},
        metadata,
        (*wrappers, *prefixes),
    )


def _zipped(path: Path) -> tuple[dict[str, NDArray[np.generic]], dict[str, str], tuple[str, ...]]:
    """A zip archive: numpy's, else PyTorch's."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
        if not members or not all(name.endswith(".npy") for name in members):
            return *_torch(path), ()
        with np.load(path) as file:  # objects are refused
            return {name: _numbers(path, name, _member(path, name, file)) for name in file.files}, {}, ()
    except (ValueError, zipfile.BadZipFile, EOFError, KeyError) as error:
        text = str(error)
        raise ValueError(text if text.startswith(str(path)) else f"{path}: a damaged archive ({text})") from None


def _member(path: Path, name: str, file: Mapping[str, NDArray[np.generic]]) -> NDArray[np.generic]:
    try:
        return file[name]
    except ValueError as error:
        if not str(error).startswith("Object arrays"):  # as numpy calls them
            raise
        raise ValueError(f"{path}: {name} holds Python objects, which are not read; save arrays of numbers") from None


def _numbers(path: Path, name: str, array: NDArray[np.generic]) -> NDArray[np.generic]:
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{path}: {name} has type {array.dtype}, expected real numbers such as float32")
    return array


def _safetensors(path: Path) -> tuple[dict[str, NDArray[np.generic]], dict[str, str]]:
    """By the file's own header, once the library has found it sound: numpy has no bfloat16."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = dict(file.metadata() or {})
    except SafetensorError as error:
        raise ValueError(f"{path}: not a safetensors file ({error})") from None
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, entry in json.loads(content[8:start]).items():
        if name == "__metadata__":
            continue
        kind, (first, last) = entry["dtype"], entry["data_offsets"]
        if kind not in FLOATS | INTEGERS:
            raise ValueError(f"{path}: {name} has type {kind}, expected one of {', '.join(FLOATS | INTEGERS)}")
        values = np.frombuffer(content[start + first : start + last], dtype=(FLOATS | INTEGERS)[kind])
        plain = (values.astype("<u4") << 16).view("<f4") if kind == "BF16" else values
        arrays[name] = plain.reshape(entry["shape"])
    return arrays, metadata


def _torch(path: Path) -> tuple[dict[str, NDArray[np.generic]], dict[str, str]]:
    """What PyTorch alone can read, by a reader that stands above this package and is known by its name."""
    if find_spec(TORCH_READER.partition(".")[0]) is None:
        raise ValueError(f"{path}: a file of PyTorch, whose reader is not installed beside margin; save it as .npz")
    arrays: Mapping[str, NDArray[np.generic]] = import_module(TORCH_READER).read(path)
    return dict(arrays), {}


def _unwrapped(names: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Names without what a wrapper put before all of them."""
    prefixes = list[str]()
    while prefix := next((p for p in PREFIXES if all(name.startswith(p) for name in names)), None):
        names = [name.removeprefix(prefix) for name in names]
        prefixes.append(prefix)
    return names, tuple(prefixes)
