"""State dicts of PyTorch: how people save them, and what is none."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from margin.inspection.files import read_tensors
from training.inspection.files import read

A, B = torch.arange(6.0).reshape(2, 3), torch.tensor([1.0, -0.5])
STATE = {"fc.weight": A, "fc.bias": B}


def saved(folder: Path, content: object) -> Path:
    torch.save(content, folder / "net.pt")
    return folder / "net.pt"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: OrderedDict(state),
        lambda state: {"state_dict": state, "epoch": 3, "args": {"lr": 0.1}},
        lambda state: {"model": OrderedDict(state), "optimizer": {"state": {}, "param_groups": [{"lr": 0.1}]}},
        lambda state: {"module." + name: tensor for name, tensor in state.items()},
        lambda state: {"_orig_mod.module." + name: tensor for name, tensor in state.items()},
        lambda state: {name: nn.Parameter(tensor) for name, tensor in state.items()},
        lambda state: state | {"steps": 3},
    ],
)
def test_ways_to_save_a_state_dict(tmp_path: Path, wrap: Callable[[dict[str, torch.Tensor]], object]) -> None:
    file = read_tensors(saved(tmp_path, wrap(STATE)))
    assert set(file.tensors) == set(STATE)
    np.testing.assert_array_equal(file.tensors["fc.weight"], A.numpy())
    assert file.types["fc.weight"] == "float32"


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_types_strides_and_gradients(tmp_path: Path, dtype: torch.dtype) -> None:
    state = {"a": A.to(dtype).T.requires_grad_(), "b": A.to(dtype)[:, ::2]}
    arrays = read(saved(tmp_path, state))
    np.testing.assert_array_equal(arrays["a"].astype(float), A.T.numpy())
    np.testing.assert_array_equal(arrays["b"].astype(float), A[:, ::2].numpy())


def test_the_older_format_of_pytorch(tmp_path: Path) -> None:
    torch.save(STATE, tmp_path / "net.pth", _use_new_zipfile_serialization=False)
    np.testing.assert_array_equal(read_tensors(tmp_path / "net.pth").tensors["fc.bias"], B.numpy())


def test_a_list_of_tensors_is_numbered(tmp_path: Path) -> None:
    assert list(read(saved(tmp_path, [A, B]))) == ["0", "1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            nn.Linear(2, 3),
            r"tensors alone: it holds objects such as torch.nn.modules.linear.Linear; save a state dict: torch",
        ),
        ({"lr": 0.1, "name": "x"}, "holds a dict of lr, name, no state dict"),
        ({}, "holds a dict of nothing, no state dict"),
        (3, "holds a int, no state dict"),
        ([1, 2], "holds a list, no state dict"),
        (A, "holds a Tensor, no state dict"),
        ({"model": STATE, "ema": STATE}, "holds 2 state dicts, 'model', 'ema', expected one network"),
        ({"a": A * 1j}, "a is a torch.complex64 tensor that is not dense and real"),
        ({"a": A.to_sparse()}, "a is a torch.float32 tensor that is not dense"),
    ],
)
def test_what_is_no_state_dict_is_refused(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_tensors(saved(tmp_path, content))


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    content = saved(tmp_path, STATE).read_bytes()
    damages = {
        "half.pt": (content[: len(content) // 2], "a damaged archive"),
        "text.pt": (b"none", "alone: its bytes are damaged"),
    }
    for name, (damaged, said) in damages.items():
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(ValueError, match=said):
            read_tensors(tmp_path / name)


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
            return os.system, (f"touch '{tmp_path / 'run'}'",)

    torch.save({"a": A, "trap": Trap()}, tmp_path / "net.pt")
    with pytest.raises(ValueError, match="not a file of tensors alone"):
        read_tensors(tmp_path / "net.pt")
    assert not (tmp_path / "run").exists()
    call, arguments = Trap().__reduce__()
    call(*arguments)  # what a reader that runs things would do: the trap works
    assert (tmp_path / "run").exists()
