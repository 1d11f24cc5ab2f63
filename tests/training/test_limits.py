"""What cannot run is refused, naming the setting; what can is not."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch

from tests.training.test_loop import CONFIGS, EMBEDDING, SMALL
from training import limits
from training.limits import device, most_threads, refuse, shapes
from training.loop import Training
from training.presets import PRESETS, SCALES
from training.settings import Tokens

HUGE = 10**12
REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "threads": ({"threads": 100_000}, ValueError, "threads = 100000, expected at most"),
    "inputs": ({"k": 10**9}, ValueError, "k = 1000000000, expected at most 64"),
    "modulus": ({"task": "mod:99999999999"}, MemoryError, "choose a smaller n or k"),
    "width": ({"width": HUGE}, MemoryError, "width = 1000000000000: needs at least .* choose a smaller width"),
    "batch": ({"batch": HUGE, "batch_kind": "inputs"}, MemoryError, "batch = 1000000000000: needs at least"),
    "exponent": (
        {"exponent": 500.0},
        ValueError,
        r"exponent = 500: lambda .* beyond float32; choose a smaller exponent",
    ),
    "init": ({"init": 1e20}, ValueError, r"init = 1e\+20: lambda .* choose a smaller init"),
    "strength": ({"strength": 1e300}, ValueError, r"strength = 1e\+300, expected at most 1e\+30"),
    "decay": ({"weight_decay": 1e300}, ValueError, r"weight_decay = 1e\+300, expected at most"),
    "sharp": (
        {"loss": "soft_minimum", "sharpness_last": 1e308},
        ValueError,
        "sharpness_last = 1e.308, expected at most",
    ),
    "blunt": (
        {"loss": "soft_minimum", "sharpness_first": 1e-308},
        ValueError,
        "sharpness_first = 1e-308, expected at l",
    ),
    "meta": ({"device": "meta"}, ValueError, "device 'meta' is not available .*, expected for example cpu"),
    "no device": ({"device": ""}, ValueError, "device '' is not available"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_configs_that_cannot_run(name: str) -> None:
    changes, kind, message = REFUSED[name]
    refuse(SMALL)
    with pytest.raises(kind, match=message):
        refuse(SMALL.changed(changes))
    with pytest.raises(MemoryError, match="dimension = 1000000000000: needs"):
        refuse(EMBEDDING.changed({"dimension": HUGE}))
    with pytest.raises(MemoryError, match="width = 1000000000000: needs"):
        refuse(EMBEDDING.changed({"width": HUGE}))


@pytest.mark.parametrize(
    ("name", "least", "changes"),
    [
        # half of 31^4 inputs, 16 pairs of them, 160 heads: scores, softmax, gradient, mean
        ("li-attention-k4-p31", 160 * 4 * (3 * 4 + 2) * 4 * (31**4 // 2), {}),
        ("li-attention-k4-p31", 160 * 4 * (3 + 2) * 4 * (31**4 // 2), {"query": "last"}),
        ("li-grokking-k3-p31", 0, {}),
    ],
)
def test_the_whole_training_set_at_once(
    name: str, least: int, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused where the step would not fit, to the byte of the estimate; and not in batches."""
    config = PRESETS[name].config("paper").changed(changes)
    whole = config.changed({"batch": 0})
    monkeypatch.setattr(limits, "available_memory", lambda: 10**12)
    refuse(whole)
    monkeypatch.setattr(limits, "available_memory", lambda: 3 * 10**9)
    refuse(config)
    with pytest.raises(
        MemoryError, match=r"batch = 0: needs at least .* of memory, 3 GB are available; choose batches of"
    ):
        refuse(whole)
    if least:
        monkeypatch.setattr(limits, "available_memory", lambda: least)
        refuse(whole)
        monkeypatch.setattr(limits, "available_memory", lambda: least - 1)
        with pytest.raises(MemoryError, match="batch = 0: needs at least"):
            refuse(whole)


def test_a_step_holds_at_least_what_is_estimated() -> None:
    """Bytes that autograd keeps for the gradients of one step, counted."""
    for name in ("li-attention-k3-p61", "li-grokking-k3-p31"):
        config = PRESETS[name].config("smoke")
        training = Training.begin(config)
        kept: dict[int, int] = {}

        def pack(tensor: torch.Tensor, kept: dict[int, int] = kept) -> torch.Tensor:
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            rows = torch.arange(config.flat()["batch"])
            leaves = {key: tensor.detach().requires_grad_() for key, tensor in training.model.parameters.items()}
            training.model.forward(leaves, training.model.population.inputs(rows))["logits"].sum()
        assert isinstance(config.model, Tokens)
        estimate = 4 * config.model.held(config.task.k) * len(rows)
        assert 0 < estimate <= 2 * sum(kept.values())
        # the attention's gradient is made later: two thirds of its estimate are kept


def test_what_runs_is_not_refused() -> None:
    for config in CONFIGS.values():
        refuse(config)
    refuse(SMALL.changed({"threads": most_threads(), "exponent": 5.0, "device": "cpu:0"}))
    refuse(SMALL.changed({"exponent": 500.0, "init": 1e-3}))  # its regulariser is small at first
    for preset in PRESETS.values():
        for scale in SCALES:
            refuse(preset.config(scale))


@pytest.mark.parametrize("name", ["mkldnn", "xla", "hpu", "abacus", "cpu:x"])
def test_devices_that_are_not_there_are_refused_without_a_warning(name: str) -> None:
    with warnings.catch_warnings(action="error"):
        assert device("cpu").type == "cpu"
        with pytest.raises(ValueError, match=f"device '{name}' is not available"):
            device(name)


@pytest.mark.parametrize("name", CONFIGS)
def test_shapes_are_those_of_the_network(name: str) -> None:
    run = Training.begin(CONFIGS[name])
    expected = [tuple(tensor.shape) for tensor in run.model.parameters.values()]
    assert sorted(shapes(CONFIGS[name], run.model.population.task)) == sorted(expected)
