"""A semidefinite program's last step on disk, so that a long one goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import load, save

from margin.io.files import write_whole
from margin.minimal_width.interior import Point


def keep(path: str, point: Point) -> None:
    """Write the point whole, in place of an earlier one."""
    arrays = {"s": point.s, "y": point.y, "z": point.z}
    arrays |= {f"X{i}": matrix for i, matrix in enumerate(point.X)}
    arrays |= {f"Z{i}": matrix for i, matrix in enumerate(point.Z)}
    write_whole(Path(path), save(arrays))


def kept(path: str) -> Point | None:
    """The point of a file, or None if there is no file. Raises ValueError for a file that `keep` did not write."""
    if not Path(path).is_file():
        return None
    try:
        arrays = load(Path(path).read_bytes())
        count = sum(name.startswith("X") for name in arrays)
        X, Z = ([arrays[f"{side}{i}"] for i in range(count)] for side in "XZ")
        return Point(X, arrays["s"], arrays["y"], Z, arrays["z"])
    except (OSError, KeyError, SafetensorError) as error:
        raise ValueError(f"{path} holds no step of a program ({error}); expected a file that --resume wrote") from None
