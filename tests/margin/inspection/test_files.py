"""Tensors of files without PyTorch: types, what is damaged, what is no file of weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from margin.inspection import files
from margin.inspection.files import read_tensors
from tests.margin.inspection.layouts import write_npz

VALUES = np.array([[1.0, -2.5, 0.15625], [0.0, 3.0, -0.5]])  # exact in all types


def safetensors(path: Path, arrays: dict[str, tuple[str, list[int], bytes]], metadata: dict[str, str]) -> None:
    """By the format's definition: length of the header, header, bytes."""
    header, data = dict[str, object](), b""
    for name, (kind, shape, content) in arrays.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps({"__metadata__": metadata, **header}).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def as_bfloat16(values: np.ndarray) -> bytes:
    return (values.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()


@pytest.mark.parametrize(
    ("kind", "encode"),
    [
        ("F64", lambda v: v.astype("<f8").tobytes()),
        ("F32", lambda v: v.astype("<f4").tobytes()),
        ("F16", lambda v: v.astype("<f2").tobytes()),
        ("BF16", as_bfloat16),
    ],
)
def test_every_type_of_safetensors(tmp_path: Path, kind: str, encode: Callable[[np.ndarray], bytes]) -> None:
    path = tmp_path / "w.safetensors"
    safetensors(path, {"b": (kind, [2, 3], encode(VALUES)), "a": ("I64", [1], b"\1" + 7 * b"\0")}, {"format": "pt"})
    file = read_tensors(path)
    assert list(file.tensors) == ["b", "a"]
    np.testing.assert_array_equal(file.tensors["b"], VALUES)
    assert (file.types["a"], file.tensors["a"].tolist(), file.metadata) == ("int64", [1.0], {"format": "pt"})


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_every_type_of_npz(tmp_path: Path, kind: str) -> None:
    np.savez(tmp_path / "w", a=VALUES.astype(kind), b=np.asfortranarray(VALUES.astype(kind)), c=np.float64(2))
    file = read_tensors(tmp_path / "w.npz")
    for name in "ab":
        np.testing.assert_array_equal(file.tensors[name], VALUES)
    assert (file.types["a"], file.tensors["c"].shape) == (kind, ())


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", a=VALUES)
    (tmp_path / "w.npz").rename(tmp_path / "w.weights")
    np.testing.assert_array_equal(read_tensors(tmp_path / "w.weights").tensors["a"], VALUES)


def test_a_prefix_of_all_names_is_left_out_and_said(tmp_path: Path) -> None:
    write_npz(tmp_path / "w.npz", {"module.a": VALUES, "module.b": VALUES})
    file = read_tensors(tmp_path / "w.npz")
    assert (set(file.tensors), file.wrappers) == ({"a", "b"}, ("module.",))
    write_npz(tmp_path / "w.npz", {"module.a": VALUES, "b": VALUES})
    assert set(read_tensors(tmp_path / "w.npz").tensors) == {"module.a", "b"}


def broken(folder: Path, name: str) -> Path:
    path = folder / name
    np.savez(folder / "good.npz", a=VALUES)
    good = (folder / "good.npz").read_bytes()
    contents = {
        "empty.pt": b"",
        "text.txt": b"1,2,3\n" * 9,
        "cut.npz": good[: len(good) // 2],
        "flipped.npz": good[:130] + bytes([good[130] ^ 255]) + good[131:],
        "cut.safetensors": (20).to_bytes(8, "little") + b'{"a":{"dtype":"F64" ' + b"x" * 9,
    }
    path.write_bytes(contents[name])
    return path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty.pt", "the file is empty, expected .pt or .pth"),
        ("text.txt", "no file of weights that is known here, expected .pt or .pth"),
        ("cut.npz", "damaged archive|not a file of tensors alone"),
        ("flipped.npz", "a damaged archive"),
        ("cut.safetensors", "not a safetensors file"),
    ],
)
def test_what_holds_no_tensors_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_tensors(broken(tmp_path, name))


def test_objects_complex_numbers_and_unknown_types_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", a=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r"w\.npz: a holds Python objects, which are not read; save arrays of numbers"):
        read_tensors(tmp_path / "w.npz")
    np.savez(tmp_path / "w.npz", a=VALUES * 1j)
    with pytest.raises(ValueError, match="a has type complex128, expected real numbers"):
        read_tensors(tmp_path / "w.npz")
    safetensors(tmp_path / "w.safetensors", {"a": ("F8_E4M3", [2], b"ab")}, {})
    with pytest.raises(ValueError, match="a has type F8_E4M3, expected one of F64"):
        read_tensors(tmp_path / "w.safetensors")
    safetensors(tmp_path / "w.safetensors", {}, {})
    with pytest.raises(ValueError, match="holds no tensors"):
        read_tensors(tmp_path / "w.safetensors")


def test_folders_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder, expected a file of weights"):
        read_tensors(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_tensors(tmp_path / "w.npz")


def test_without_the_package_that_reads_pytorch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "w.pt").write_bytes(b"something")
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"a file of PyTorch, whose reader is not installed beside margin; save it as"):
        read_tensors(tmp_path / "w.pt")
