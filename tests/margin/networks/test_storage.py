"""Weights on disk: exactly what was saved, the same bytes every time, whole or not at all; and nothing else loads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save as to_bytes

from margin import ModularAddition, Network, construct, load, recognise, save
from margin.networks.activations import Absolute, Activation, Polynomial, Power, ReLU
from margin.networks.cosine_arrays import array_bytes
from margin.networks.storage import require_name, require_space, save_arrays
from margin.solver import from_task
from margin.tasks import GroupComposition, SharedEmbedding, SparseParity, Task
from tests.helpers.command_line import listing, spawn

TASK = ModularAddition(6, 2)
SAVE = """
import sys
from margin import ModularAddition, construct, save
save(construct(ModularAddition(6, 2)), sys.argv[1], "minimal")
"""


def random_network(k: int, n: int, m: int) -> Network:
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
    save(network, tmp_path / "w")
    back = load(tmp_path / "w")
    assert (back.U.shape, back.W.shape, back.task) == ((k, n, m), (m, n), ModularAddition(n, k))
    assert back.U.dtype == back.W.dtype == np.float64
    assert back.U.tobytes() == network.U.tobytes()
    assert back.W.tobytes() == network.W.tobytes()
    network.W[0, 0] = 1e-323
    assert back.W.tobytes() != network.W.tobytes()


def test_arrays_in_another_memory_layout_are_saved_as_they_read(tmp_path: Path) -> None:
    U, W = np.arange(30.0).reshape(3, 5, 2).transpose(2, 1, 0), np.arange(15.0).reshape(5, 3).T
    assert not U.flags.c_contiguous
    save(Network.from_arrays(U, W), tmp_path / "w")
    back = load(str(tmp_path / "w"))
    assert np.array_equal(back.U, U)
    assert np.array_equal(back.W, W)
    assert not np.array_equal(back.U, U[::-1])


def test_what_a_file_holds(tmp_path: Path) -> None:
    save(construct(TASK, "paper"), tmp_path / "w", "paper")
    save(random_network(3, 4, 2), tmp_path / "v")
    with safe_open(tmp_path / "w", framework="numpy") as file:
        assert sorted(file.keys()) == ["U", "W"]
        assert sorted(file.metadata()) == ["activation", "axes", "construction", "task"]
        assert file.metadata()["activation"] == "x^2"
        axes = {"U": ["input", "element", "neuron"], "W": ["neuron", "label"]}
        assert json.loads(file.metadata()["axes"]) == axes
        assert json.loads(file.metadata()["task"]) == {"kind": "modular_addition", "n": 6, "k": 2}
        assert file.metadata()["construction"] == "paper"
        U, W = file.get_tensor("U"), file.get_tensor("W")
    assert (U.shape, W.shape, U.dtype, W.dtype) == ((2, 6, 18), (18, 6), np.float64, np.float64)
    with safe_open(tmp_path / "v", framework="numpy") as file:
        assert file.metadata()["construction"] == "unknown"
        assert json.loads(file.metadata()["task"]) == {"kind": "modular_addition", "n": 4, "k": 3}


def test_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(construct(TASK), tmp_path / name, "minimal")
    for name in ("c", "d"):
        assert spawn(str(tmp_path / name), program=SAVE).code == 0
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
    save(construct(TASK), tmp_path / "e", "another")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 2


def test_saved_network_still_has_its_margin(tmp_path: Path) -> None:
    network = construct(TASK)
    save(network, tmp_path / "w")
    assert recognise(load(tmp_path / "w")).normalised_margin() == network.normalised_margin()
    save(random_network(2, 6, 14), tmp_path / "v")
    with pytest.raises(ValueError, match="recognise:"):
        recognise(load(tmp_path / "v"))


@pytest.mark.parametrize("kept", [0, 4, 8, 60, -8, -1])
def test_truncated_file(tmp_path: Path, kept: int) -> None:
    save(random_network(2, 5, 3), tmp_path / "w")
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
        save(network, tmp_path / "w")
    assert listing(tmp_path) == {}


# -- what a file says ------------------------------------------------------------------------

OLDER = Path(__file__).parent / "older_files"
KINDS: list[tuple[Task, Activation | None]] = [
    (ModularAddition(5, 2), None),
    (ModularAddition(5, 2), ReLU()),
    (ModularAddition(4, 3), Absolute()),
    (ModularAddition(4, 2), Polynomial((0.5, 0, -1.25))),
    (GroupComposition("S3", 2), None),
    (GroupComposition("C2xC4", 1), ReLU()),
    (SparseParity(4, 3), None),
    (SparseParity(4, 3), Power(2)),
    (SharedEmbedding(5, 2), None),
]


def network_on(task: Task, activation: Activation | None) -> Network:
    random = np.random.default_rng(task.n)
    embeddings = 1 if isinstance(task, SharedEmbedding) else task.k
    shape = (task.n, 2) if isinstance(task, SparseParity) else (embeddings, task.n, 2)
    return Network(task, random.standard_normal(shape), random.standard_normal((2, task.classes)), activation)


@pytest.mark.parametrize(("task", "activation"), KINDS, ids=str)
def test_every_kind_is_read_as_what_it_was(tmp_path: Path, task: Task, activation: Activation | None) -> None:
    network = network_on(task, activation)
    save(network, tmp_path / "w.safetensors", "by hand")
    back = load(tmp_path / "w.safetensors")
    assert (back.task, back.activation) == (task, activation or Power(task.k))
    assert (back.U.tobytes(), back.W.tobytes()) == (network.U.tobytes(), network.W.tobytes())
    assert back.margin() == network.margin()
    assert back.task != ModularAddition(6, 2)


def test_data_sets_are_read_by_name_and_stand_on_their_data_again(tmp_path: Path) -> None:
    data = from_task(ModularAddition(3, 2), ReLU())
    network = Network(data, np.arange(12.0).reshape(6, 2), np.ones((2, 3)))
    save(network, tmp_path / "w", "solver")
    back = load(tmp_path / "w")
    assert str(back.on) == "data set addition of 2 inputs mod 3"
    assert (back.activation, back.inputs.population) == (ReLU(), 0)
    assert back.norm() == network.norm()
    again = load(tmp_path / "w", data)
    assert again.normalised_margin() == network.normalised_margin()
    with pytest.raises(ValueError, match=r"w: Network: U has shape \(6, 2\) .* expected \(8, m\)"):
        load(tmp_path / "w", from_task(ModularAddition(4, 2), ReLU()))


def test_one_hot_blocks_stand_in_a_row_on_data(tmp_path: Path) -> None:
    network = construct(TASK).numeric()
    save(network, tmp_path / "w")
    on_data = load(tmp_path / "w", from_task(TASK))
    assert on_data.U.shape == (12, 14)
    assert on_data.margin() == pytest.approx(network.margin(), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "said", "width"),
    [
        ("addition", "addition of 2 inputs mod 3", 6),
        ("trained_addition", "addition of 2 inputs mod 5", 3),
        ("group", "composition of 2 elements of S3", 12),
        ("trained_group", "composition of 2 elements of S3", 3),
        ("parity", "parity of 2 of 3 bits", 2),
        ("trained_parity", "parity of 3 of 4 bits", 3),
        ("data_set", "data set addition of 2 inputs mod 3", 11),
    ],
)
def test_older_files_are_still_read(name: str, said: str, width: int) -> None:
    """Files that the commands wrote before the metadata held activation and axes."""
    network = load(OLDER / f"{name}.safetensors")
    assert (str(network.on), network.width) == (said, width)
    assert network.activation == (ReLU() if name == "data_set" else Power(network.task.k))
    if "_" not in name:
        assert network.normalised_margin() > 0.02
        assert network.norm() == pytest.approx(1)
    with safe_open(OLDER / f"{name}.safetensors", framework="numpy") as file:
        assert "axes" not in file.metadata()


DESCRIBED = {"kind": "modular_addition", "n": 5, "k": 2}


@pytest.mark.parametrize(
    ("task", "others", "says"),
    [
        (DESCRIBED, {}, None),
        (DESCRIBED | {"n": 6}, {}, r"expected \(2, 6, m\) and \(m, 6\) for addition of 2 inputs mod 6"),
        (DESCRIBED | {"k": 3}, {}, r"expected \(3, 5, m\)"),
        (DESCRIBED | {"k": "two"}, {}, "k = 'two', expected an integer"),
        (DESCRIBED | {"n": 1}, {}, "n = 1, expected an integer >= 2"),
        ({"kind": "modular_addition", "n": 5}, {}, "of kind modular_addition lacks k"),
        ({"kind": "sparse_parity", "n": 5, "k": 2}, {}, r"expected \(5, m\) and \(m, 2\) for parity"),
        ({"kind": "group_composition", "k": 2}, {}, "lacks group"),
        ({"kind": "group_composition", "group": "S3", "k": 2}, {}, r"expected \(2, 6, m\) .* of S3"),
        ({"kind": "group_composition", "group": "S3", "k": 2, "n": 5}, {}, "S3 has order 5, it has 6"),
        ({"kind": "group_composition", "group": "X9", "k": 2}, {}, "group 'X9': unknown name"),
        ({"kind": "group_composition", "group": "none.csv", "k": 2}, {}, "none.csv"),
        ({"kind": "regression"}, {}, "of kind 'regression', expected modular_addition, .*, data_set"),
        ({}, {}, "of kind None"),
        ({"kind": "data_set", "features": 7, "classes": 5}, {}, r"expected \(7, m\) and \(m, 5\)"),
        ({"kind": "data_set", "features": "7"}, {}, "'7' features"),
        (DESCRIBED, {"activation": "tanh"}, "activation 'tanh', expected x"),
        (DESCRIBED, {"axes": "{}"}, "axes are {}, expected .*input.* for addition"),
        ([], {}, r"task is '\[\]', expected a JSON object"),
        (DESCRIBED, {"task": "addition"}, "task is 'addition', expected a JSON object"),
        ({"kind": "data_set", "activation": 3}, {}, "activation is 3, expected its name"),
    ],
)
def test_metadata_that_contradict_the_weights(
    tmp_path: Path, task: object, others: dict[str, str], says: str | None
) -> None:
    arrays = {"U": np.ones((2, 5, 3)), "W": np.ones((3, 5))}
    save_arrays(tmp_path / "w", arrays, {"task": json.dumps(task)} | others)
    if says is None:
        assert load(tmp_path / "w").task == ModularAddition(5, 2)
        return
    with pytest.raises(ValueError, match=says) as refusal:
        load(tmp_path / "w")
    assert str(refusal.value).startswith(f"{tmp_path / 'w'}: ")
    assert "\n" not in str(refusal.value)


def test_arrays_of_any_memory_order_are_written_as_they_read(tmp_path: Path) -> None:
    U, W = np.arange(30.0).reshape(3, 5, 2).T, np.asfortranarray(np.arange(15.0).reshape(3, 5))
    save_arrays(tmp_path / "w", {"U": U, "W": W}, {})
    with safe_open(tmp_path / "w", framework="numpy") as file:
        assert np.array_equal(file.get_tensor("U"), U)
        assert np.array_equal(file.get_tensor("W"), W)
        assert not np.array_equal(file.get_tensor("W"), W.ravel(order="K").reshape(3, 5))


@pytest.mark.parametrize("name", ["w.pt", "w.npz", "w.safetensors.bin", "w.json"])
def test_names_of_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    for good in ("w.safetensors", "w"):
        require_name(tmp_path / good)
    attempts: tuple[Callable[[], None], ...] = (
        lambda: require_name(tmp_path / name),
        lambda: require_space(tmp_path / name, TASK, 6),
        lambda: save(construct(TASK), tmp_path / name),
        lambda: save_arrays(tmp_path / name, {"U": np.ones(1)}, {}),
    )
    for attempt in attempts:
        with pytest.raises(ValueError, match=r"weights are written as safetensors, not as \.\w+; expected a name in"):
            attempt()
    assert listing(tmp_path) == {}
