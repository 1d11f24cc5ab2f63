"""Weights on disk: exactly what was saved, the same bytes every time, whole or not at all; and nothing else loads."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save as to_bytes

from margin import ModularAddition, Network, NumericNetwork, construct
from margin.io.files import write_whole
from margin.io.resources import available_memory, free_disk, readable_bytes, require_memory
from margin.networks.rendering import array_bytes
from margin.networks.storage import load, require_space, save
from tests.helpers.command_line import listing, spawn

TASK = ModularAddition(6, 2)
SAVE = """
import sys
from margin import ModularAddition, construct
construct(ModularAddition(6, 2)).save(sys.argv[1], "minimal")
"""


def random_network(k: int, n: int, m: int) -> NumericNetwork:
    random = np.random.default_rng(k * n * m)
    return Network.from_arrays(random.standard_normal((k, n, m)), random.standard_normal((m, n)))


def header_only(dtype: str, size: int) -> bytes:
    """A safetensors file of zeros in a type of `size` bytes, written by hand."""
    header = {
        "U": {"dtype": dtype, "shape": [2, 5, 3], "data_offsets": [0, 30 * size]},
        "W": {"dtype": dtype, "shape": [3, 5], "data_offsets": [30 * size, 45 * size]},
    }
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(45 * size)


@pytest.mark.parametrize(("k", "n", "m"), [(1, 2, 1), (2, 5, 3), (3, 4, 7)])
def test_round_trip_is_bitwise(tmp_path: Path, k: int, n: int, m: int) -> None:
    network = random_network(k, n, m)
    network.U[0, 0, 0], network.W[0, 0] = -0.0, 5e-324
    network.save(tmp_path / "w")
    back = Network.load(tmp_path / "w")
    assert (back.U.shape, back.W.shape, back.task) == ((k, n, m), (m, n), ModularAddition(n, k))
    assert back.U.dtype == back.W.dtype == np.float64
    assert back.U.tobytes() == network.U.tobytes()
    assert back.W.tobytes() == network.W.tobytes()
    network.W[0, 0] = 1e-323
    assert back.W.tobytes() != network.W.tobytes()


def test_arrays_in_another_memory_layout_are_saved_as_they_read(tmp_path: Path) -> None:
    U, W = np.arange(30.0).reshape(3, 5, 2).transpose(2, 1, 0), np.arange(15.0).reshape(5, 3).T
    assert not U.flags.c_contiguous
    Network.from_arrays(U, W).save(tmp_path / "w")
    back = load(str(tmp_path / "w"))
    assert np.array_equal(back.U, U)
    assert np.array_equal(back.W, W)
    assert not np.array_equal(back.U, U[::-1])


def test_what_a_file_holds(tmp_path: Path) -> None:
    construct(TASK, "paper").save(tmp_path / "w", "paper")
    random_network(3, 4, 2).save(tmp_path / "v")
    with safe_open(tmp_path / "w", framework="numpy") as file:
        assert sorted(file.keys()) == ["U", "W"]
        assert sorted(file.metadata()) == ["construction", "task"]
        assert json.loads(file.metadata()["task"]) == {"kind": "modular_addition", "n": 6, "k": 2}
        assert file.metadata()["construction"] == "paper"
        U, W = file.get_tensor("U"), file.get_tensor("W")
    assert (U.shape, W.shape, U.dtype, W.dtype) == ((2, 6, 18), (18, 6), np.float64, np.float64)
    with safe_open(tmp_path / "v", framework="numpy") as file:
        assert file.metadata()["construction"] == "unknown"
        assert json.loads(file.metadata()["task"]) == {"kind": "modular_addition", "n": 4, "k": 3}


def test_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        construct(TASK).save(tmp_path / name, "minimal")
    for name in ("c", "d"):
        assert spawn(str(tmp_path / name), program=SAVE).code == 0
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
    construct(TASK).save(tmp_path / "e", "another")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 2


def test_saved_network_still_has_its_margin(tmp_path: Path) -> None:
    network = construct(TASK)
    network.save(tmp_path / "w")
    assert Network.load(tmp_path / "w").exact().normalised_margin() == network.normalised_margin()
    random_network(2, 6, 14).save(tmp_path / "v")
    with pytest.raises(ValueError, match=r"Network\.exact"):
        Network.load(tmp_path / "v").exact()


@pytest.mark.parametrize("kept", [0, 4, 8, 60, -8, -1])
def test_truncated_file(tmp_path: Path, kept: int) -> None:
    random_network(2, 5, 3).save(tmp_path / "w")
    content = (tmp_path / "w").read_bytes()
    assert load(tmp_path / "w").width == 3
    (tmp_path / "w").write_bytes(content[:kept])
    with pytest.raises(ValueError, match="not a safetensors file"):
        load(tmp_path / "w")


@pytest.mark.parametrize("content", [b"", b"hello", bytes(100), b"\xff" * 100, b"\x02\0\0\0\0\0\0\0[]", b"{}"])
def test_garbage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(ValueError, match=r"w: not a safetensors file"):
        load(tmp_path / "w")


@pytest.mark.parametrize(
    ("tensors", "says"),
    [
        ({"U": np.ones((2, 5, 3))}, r"holds tensors \['U'\], expected U of shape"),
        ({"U": np.ones((2, 5, 3)), "V": np.ones((3, 5))}, r"holds tensors \['U', 'V'\]"),
        ({"U": np.ones((2, 5, 3)), "W": np.ones((3, 5)), "b": np.ones(3)}, r"holds tensors \['U', 'W', 'b'\]"),
        ({"U": np.ones((2, 5, 3)), "W": np.ones((5, 3))}, r"U has shape \(2, 5, 3\) and W \(5, 3\)"),
        ({"U": np.ones((5, 3)), "W": np.ones((3, 5))}, r"expected \(k, n, m\) and \(m, n\)"),
        ({"U": np.ones((2, 1, 3)), "W": np.ones((3, 1))}, r"n = 1, expected"),
        ({"U": np.full((2, 5, 3), np.nan), "W": np.ones((3, 5))}, r"U\[0, 0, 0\] is nan, expected finite"),
        ({"U": np.ones((2, 5, 3)), "W": np.full((3, 5), -np.inf)}, r"W\[0, 0\] is -inf, expected finite"),
    ],
)
def test_tensors_that_are_no_network(tmp_path: Path, tensors: dict[str, np.ndarray], says: str) -> None:
    (tmp_path / "w").write_bytes(to_bytes(tensors))
    with pytest.raises(ValueError, match=says):
        load(tmp_path / "w")


def test_other_types_become_float64(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(to_bytes({"U": np.ones((2, 5, 3), np.float32), "W": np.full((3, 5), 2, np.int8)}))
    network = load(tmp_path / "w")
    assert network.U.dtype == network.W.dtype == np.float64
    assert network.W.sum() == 30


@pytest.mark.parametrize(("dtype", "size"), [("BF16", 2), ("F8_E4M3", 1)])
def test_types_that_numpy_lacks(tmp_path: Path, dtype: str, size: int) -> None:
    (tmp_path / "w").write_bytes(header_only("F64", 8))
    assert load(tmp_path / "w").width == 3
    (tmp_path / "w").write_bytes(header_only(dtype, size))
    with pytest.raises(ValueError):
        load(tmp_path / "w")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")
    with pytest.raises(OSError):
        load(tmp_path)
    network = construct(TASK)
    with pytest.raises(FileNotFoundError, match=r"the folder .*none does not exist; make it first"):
        save(network, tmp_path / "none" / "w")
    with pytest.raises(IsADirectoryError, match="is a folder, expected"):
        save(network, tmp_path)
    assert listing(tmp_path) == {}


def test_space_is_checked_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = construct(TASK)
    size = array_bytes(network)
    assert size == construct(TASK).numeric().U.nbytes + construct(TASK).numeric().W.nbytes
    monkeypatch.setattr("margin.networks.storage.available_memory", lambda: 3 * size)
    monkeypatch.setattr("margin.networks.storage.free_disk", lambda folder: size)
    require_space(tmp_path / "w", network.task, network.width)
    monkeypatch.setattr("margin.networks.storage.free_disk", lambda folder: size - 1)
    with pytest.raises(MemoryError, match="of disk are free; choose a smaller n or k"):
        require_space(tmp_path / "w", network.task, network.width)
    monkeypatch.setattr("margin.networks.storage.free_disk", lambda folder: size)
    monkeypatch.setattr("margin.networks.storage.available_memory", lambda: 3 * size - 1)
    with pytest.raises(MemoryError, match=r"m = 14 neurons take 2\.02 kB in float64"):
        network.save(tmp_path / "w")
    assert listing(tmp_path) == {}


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "no space left"), KeyboardInterrupt(), SystemExit(143)])
def test_write_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    target = tmp_path / "w"

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    for before in ({}, {"w": b"older"}):
        for name, content in before.items():
            (tmp_path / name).write_bytes(content)
        with pytest.raises(type(error)):
            write_whole(target, b"new")
        assert listing(tmp_path) == before
    monkeypatch.undo()
    write_whole(target, b"ne", memoryview(b"w"), b"er")
    assert listing(tmp_path) == {"w": b"newer"}


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_files_get_the_usual_permissions(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "w", b"new")
        assert (tmp_path / "w").stat().st_mode & 0o777 == mode
        assert os.umask(umask) == umask
    finally:
        os.umask(before)


def test_longest_file_name(tmp_path: Path) -> None:
    write_whole(tmp_path / ("w" * 255), b"new")
    assert list(listing(tmp_path)) == ["w" * 255]


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1439, "1.44 kB"),
        (180 * 10**6, "180 MB"),
        (10**9, "1 GB"),
        (2 * 10**12, "2 TB"),
        (2 * 10**31, "2.0e+31 bytes"),
    ],
)
def test_readable_bytes(size: int, text: str) -> None:
    assert readable_bytes(size) == text
    assert readable_bytes(size + size // 5 + 1) != text


@pytest.mark.parametrize("digits", [300, 310, 5000])
def test_readable_bytes_beyond_floats(digits: int) -> None:
    text = readable_bytes(10**digits)
    assert text.startswith("about 10^")
    assert text.endswith(" bytes")
    assert abs(int(text.removeprefix("about 10^").removesuffix(" bytes")) - digits) <= 1


def test_require_memory() -> None:
    require_memory(0, "nothing")
    with pytest.raises(MemoryError, match=r"logits: needs 1\.0e\+30 bytes of memory, .* are available; choose"):
        require_memory(10**30, "logits")


def test_available_memory_is_the_least_known_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < available_memory() <= physical
    assert free_disk(tmp_path) > 0
    files: dict[str, str] = {}

    def read_text(path: Path) -> str:
        if str(path) not in files:
            raise FileNotFoundError(path)
        return files[str(path)]

    monkeypatch.setattr(Path, "read_text", read_text)
    assert available_memory() == physical
    files["/proc/meminfo"] = "MemTotal:       10 kB\nMemAvailable:    7 kB\n"
    assert available_memory() == 7 * 1024
    files |= {"/sys/fs/cgroup/memory.max": "5000\n", "/sys/fs/cgroup/memory.current": "1000\n"}
    assert available_memory() == 4000
    files["/sys/fs/cgroup/memory.max"] = "max\n"
    assert available_memory() == 7 * 1024
    files.clear()
    monkeypatch.delattr(os, "sysconf")
    assert available_memory() == 1 << 62


def test_saving_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"
