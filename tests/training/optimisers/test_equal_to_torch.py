"""Optimisers do what torch.optim's do, to the last bit, whatever the settings; and go on from torch's state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import hypothesis
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from training import settings
from training.optimisers.adam import Adam
from training.optimisers.build import build
from training.optimisers.muon import Muon, orthogonal
from training.optimisers.optimiser import Optimiser
from training.optimisers.sgd import Sgd

SHAPES = ((3, 5, 17), (17, 5), (7,), (1,), (64, 33))  # short ends of vector instructions too
RATES = (0.02, 1e-3, 0.3, 0.0, 0.02)
Torch = Callable[[list[Tensor]], torch.optim.Optimizer]
Own = Callable[[list[Tensor]], Optimiser]

shares = st.one_of(st.just(0.0), st.floats(0.01, 0.99), st.sampled_from([0.9, 0.95, 0.98, 0.999]))
decays = st.one_of(st.just(0.0), st.floats(1e-6, 0.5))
epsilons = st.floats(1e-12, 0.1)
dtypes = st.sampled_from([torch.float32, torch.float64])


def tensors(dtype: torch.dtype, seed: int, spread: bool = False) -> list[Tensor]:
    """Random ones; `spread` over magnitudes and with zeros, as gradients are."""
    generator = torch.Generator().manual_seed(seed)
    drawn = [torch.randn(shape, generator=generator, dtype=dtype) for shape in SHAPES]
    if spread:
        drawn = [tensor * 10 ** (6 * tensor.roll(1)).clamp(-20, 6) for tensor in drawn]
        for tensor in drawn:
            tensor.view(-1)[::3] = 0
    return drawn


def moved(parameters: list[Tensor], step: Callable[[float], object], rates: Sequence[float], first: int = 0) -> None:
    """Steps along gradients that depend on the number of the step alone."""
    for number, rate in enumerate(rates, first):
        for tensor, gradient in zip(parameters, tensors(parameters[0].dtype, 100 + number, spread=True), strict=True):
            tensor.grad = gradient
        step(rate)


def by_torch(optimiser: torch.optim.Optimizer) -> Callable[[float], object]:
    def step(rate: float) -> None:
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()

    return step


def same(first: Sequence[Tensor], second: Sequence[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def require_equal(own: Own, torchs: Torch, dtype: torch.dtype) -> None:
    """The same weights after every step; and so when the first steps were torch's, and when own state is put back."""
    ours, theirs, handed, resumed = (tensors(dtype, 1) for _ in range(4))
    reference = torchs(theirs)
    mine = own(ours)
    moved(ours, mine.step, RATES[:3])
    moved(theirs, by_torch(reference), RATES[:3])
    assert same(ours, theirs)
    saved = reference.state_dict()["state"]
    state = {
        f"{i}.{name}": torch.as_tensor(x).clone() for i, v in saved.items() for name, x in v.items() if x is not None
    }
    assert set(state) == set(mine.state())
    assert all(torch.equal(tensor, mine.state()[name]) for name, tensor in state.items())
    for later, values in ((handed, state), (resumed, {name: t.clone() for name, t in mine.state().items()})):
        for tensor, before in zip(later, theirs, strict=True):
            tensor.copy_(before)
        again = own(later)
        again.put_back(values)
        moved(later, again.step, RATES[3:], 3)
    moved(ours, mine.step, RATES[3:], 3)
    moved(theirs, by_torch(reference), RATES[3:], 3)
    assert same(ours, theirs)
    assert same(ours, handed)
    assert same(ours, resumed)
    assert not same(ours, tensors(dtype, 1))


@hypothesis.settings(max_examples=40)
@given(momentum=shares, decay=decays, dtype=dtypes)
def test_gradient_descent(momentum: float, decay: float, dtype: torch.dtype) -> None:
    require_equal(
        lambda p: Sgd(p, momentum, decay), lambda p: torch.optim.SGD(p, 1.0, momentum, weight_decay=decay), dtype
    )


@hypothesis.settings(max_examples=60)
@given(
    betas=st.tuples(shares, shares),
    epsilon=epsilons,
    decay=decays,
    dtype=dtypes,
    decoupled=st.booleans(),
    fused=st.booleans(),
)
def test_adam(
    betas: tuple[float, float], epsilon: float, decay: float, dtype: torch.dtype, decoupled: bool, fused: bool
) -> None:
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    require_equal(
        lambda p: Adam(p, betas, epsilon, decay, decoupled, fused),
        lambda p: kind(p, 1.0, betas, epsilon, decay, fused=fused, foreach=False),
        dtype,
    )


class PerMatrix:
    """torch.optim.Muon of every matrix of a stack, torch.optim.AdamW of the vectors."""

    def __init__(self, parameters: list[Tensor], momentum: float, decay: float) -> None:
        self.parameters = parameters
        self.parts = [part for tensor in parameters for part in _matrices(tensor)]
        matrices, vectors = ([part for part in self.parts if (part.dim() == 2) == two] for two in (True, False))
        self.muon = torch.optim.Muon(matrices, 1.0, decay, momentum)
        self.adam = torch.optim.AdamW(vectors, 1.0, weight_decay=decay, fused=True)

    def step(self, rate: float) -> None:
        for part, gradient in zip(self.parts, (g for t in self.parameters for g in _matrices(_grad(t))), strict=True):
            part.grad = gradient
        for optimiser in (self.muon, self.adam):
            by_torch(optimiser)(rate)


def _grad(tensor: Tensor) -> Tensor:
    assert tensor.grad is not None
    return tensor.grad


def _matrices(tensor: Tensor) -> list[Tensor]:
    return list(tensor) if tensor.dim() == 3 else [tensor]


@hypothesis.settings(max_examples=25)
@given(momentum=shares, decay=decays, dtype=dtypes)
def test_muon(momentum: float, decay: float, dtype: torch.dtype) -> None:
    ours, theirs, resumed = (tensors(dtype, 1) for _ in range(3))
    mine, reference = Muon(ours, momentum, decay), PerMatrix(theirs, momentum, decay)
    moved(ours, mine.step, RATES[:3])
    moved(theirs, reference.step, RATES[:3])
    assert same(ours, theirs)
    again = Muon(resumed, momentum, decay)
    again.put_back({name: tensor.clone() for name, tensor in mine.state().items()})
    for tensor, before in zip(resumed, theirs, strict=True):
        tensor.copy_(before)
    moved(ours, mine.step, RATES[3:], 3)
    moved(theirs, reference.step, RATES[3:], 3)
    moved(resumed, again.step, RATES[3:], 3)
    assert same(ours, theirs)
    assert same(ours, resumed)
    other = tensors(dtype, 1)
    moved(other, Muon(other, momentum * 0.5 + 0.4, decay + 0.1).step, RATES)
    assert not same(ours, other)


def test_muon_of_an_ensemble_is_that_of_each_network() -> None:
    first, second = ({"a": t[0].clone(), "b": t[2]} for t in (tensors(torch.float32, 1), tensors(torch.float32, 2)))
    stacked = [torch.stack([first[name], second[name]]) for name in ("a", "b")]
    gradients = [torch.stack([2 * first[name], second[name].roll(1)]) for name in ("a", "b")]
    for tensor, gradient in zip(stacked, gradients, strict=True):
        tensor.grad = gradient
    Muon(stacked, 0.9, leading=1).step(0.1)
    for number, network in enumerate((first, second)):
        for tensor, gradient in zip(network.values(), gradients, strict=True):
            tensor.grad = gradient[number]
        Muon(list(network.values()), 0.9).step(0.1)
        assert torch.allclose(stacked[0][number], network["a"])
        assert torch.allclose(stacked[1][number], network["b"])


def test_muons_directions_are_nearly_orthogonal() -> None:
    for shape in ((6, 30), (30, 6), (1, 9), (5, 5)):
        matrix = torch.randn(shape, generator=torch.Generator().manual_seed(3))
        values = torch.linalg.svdvals(orthogonal(matrix).double())
        assert 0.5 < float(values.min()) <= float(values.max()) < 1.3
        assert float(torch.linalg.svdvals(matrix.double()).max()) > 1.3


@pytest.mark.parametrize("fused", [True, False])
def test_other_settings_move_otherwise(fused: bool) -> None:
    """The twin: the comparison sees every setting."""
    adam: dict[str, Any] = {"betas": (0.9, 0.99), "epsilon": 1e-3, "weight_decay": 0.1, "decoupled": False}
    changes: list[dict[str, Any]] = [{"betas": (0.91, 0.99)}, {"betas": (0.9, 0.98)}, {"epsilon": 2e-3}]
    changes += [{"weight_decay": 0.2}, {"decoupled": True}]
    found = []
    for settings_ in [adam, *(adam | change for change in changes)]:
        ours = tensors(torch.float32, 1)
        moved(ours, Adam(ours, fused=fused, **settings_).step, RATES[:3])
        found.append(ours)
    assert not any(same(found[0], other) for other in found[1:])
    kept = []
    for momentum, decay in ((0.9, 0.1), (0.8, 0.1), (0.9, 0.2)):
        ours = tensors(torch.float32, 1)
        moved(ours, Sgd(ours, momentum, decay).step, RATES[:3])
        kept.append(ours)
    assert not same(kept[0], kept[1])
    assert not same(kept[0], kept[2])


def test_a_config_chooses() -> None:
    parameters = tensors(torch.float32, 1)
    adam = build(settings.Adam(0.1, 0.2, 0.3, 0.4, 0.5), parameters)
    assert isinstance(adam, Adam)
    assert (adam.betas, adam.epsilon, adam.weight_decay) == ((0.3, 0.4), 0.5, 0.2)
    assert (adam.decoupled, adam.fused) == (False, True)
    other = build(settings.AdamW(0.1, 0.2, 0.3, 0.4, 0.5), parameters)
    assert isinstance(other, Adam)
    assert (other.decoupled, other.betas) == (True, (0.3, 0.4))
    muon = build(settings.Muon(0.1, 0.2, 0.3), parameters)
    assert isinstance(muon, Muon)
    assert (muon.momentum, muon.weight_decay, muon.others) == (0.3, 0.2, [2, 3])
    sgd = build(settings.Sgd(0.1, 0.2, 0.3), parameters)
    assert isinstance(sgd, Sgd)
    assert (sgd.momentum, sgd.weight_decay) == (0.3, 0.2)


@pytest.mark.parametrize("own", [Adam, lambda p: Sgd(p, 0.9), Muon])
def test_a_state_that_does_not_fit_is_refused(own: Own) -> None:
    parameters = tensors(torch.float32, 1)
    optimiser = own(parameters)
    with pytest.raises(ValueError, match="no gradient of parameter 0, expected one in its grad"):
        optimiser.step(0.1)
    moved(parameters, optimiser.step, RATES[:2])
    state = {name: tensor.clone() for name, tensor in optimiser.state().items()}
    own(parameters).put_back(state)
    name = next(reversed(state))
    with pytest.raises(ValueError, match=f"state has no {name}"):
        own(parameters).put_back({key: tensor for key, tensor in state.items() if key != name})
    with pytest.raises(ValueError, match=r"state has an unknown 0\.exp_avg_max"):
        own(parameters).put_back(state | {"0.exp_avg_max": state[name]})
    with pytest.raises(ValueError, match=rf"optimiser's {name} has shape \(9,\), expected \((64, 33|1,)\)"):
        own(parameters).put_back(state | {name: torch.zeros(9)})


def test_parameters_with_other_counts_of_steps_are_refused() -> None:
    parameters = tensors(torch.float32, 1)
    optimiser = Adam(parameters)
    moved(parameters, optimiser.step, RATES[:2])
    with pytest.raises(ValueError, match="parameters had 2 to 3 steps of the optimiser, expected one number"):
        Adam(parameters).put_back(optimiser.state() | {"1.step": torch.tensor(3.0)})
