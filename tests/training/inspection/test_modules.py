"""Any module run over a population: its logits by a loop over single inputs, its places, and it stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import training
from margin import parse
from tests.training.inspection.networks import build, population
from training.inspection.modules import inspect


class Sequence(nn.Module):
    """A little transformer-like module: tokens in, logits of every position and token out, with dropout."""

    def __init__(self, n: int, length: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(n + 1, 8)
        self.mix = nn.Linear(8 * length, 8 * length)
        self.drop = nn.Dropout(0.5)
        self.unembed = nn.Linear(8, n + 1)
        self.length = length

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embed(tokens).flatten(1)
        logits: Tensor = self.unembed(self.drop(self.mix(x).relu()).reshape(len(tokens), self.length, 8))
        return logits


class Two(nn.Module):
    """Two arguments."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.a, self.b = nn.Embedding(n, 6), nn.Embedding(n, 6)
        self.out = nn.Linear(6, n)

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        logits: Tensor = self.out((self.a(a) + self.b(b)).relu())
        return logits


@pytest.mark.parametrize("batch", [4096, 7])
def test_logits_are_those_of_single_inputs(batch: int) -> None:
    task, module = parse("mod:5", 2), Sequence(5, 3)
    result = inspect(module, task, "equals", ("mix", "unembed"), batch)
    module.eval()
    for a in range(5):
        for b in range(5):
            with torch.no_grad():
                logits = module(torch.tensor([[a, b, 5]]))
            np.testing.assert_allclose(result.logits[a, b], logits[0, -1, :5].double(), rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(result.places["unembed"][5 * a + b], logits[0].double(), rtol=1e-5, atol=1e-6)
    assert result.places["mix"].shape == (25, 24)
    assert result.table.margins.population == 25


def test_a_dictionary_of_inputs_is_not_needed_for_two_arguments() -> None:
    task, module = parse("mod:5", 2), Two(5)
    result = inspect(module, task, "separate")
    with torch.no_grad():
        logits = module(torch.tensor([3]), torch.tensor([4]))[0]
    np.testing.assert_allclose(result.logits[3, 4], logits.double(), rtol=1e-5)


def test_tokens_one_hot_and_bits() -> None:
    n, (inputs, _) = 17, population(17, 2)
    module = build("square")
    with torch.no_grad():
        expected = module(inputs).double().reshape(n, n, n)
    np.testing.assert_allclose(inspect(module, parse("mod:17", 2)).logits, expected, rtol=1e-4, atol=1e-6)
    inner = module.net
    assert isinstance(inner, nn.Module)
    np.testing.assert_allclose(inspect(inner, parse("mod:17", 2), "one-hot").logits, expected, rtol=1e-4, atol=1e-6)
    bits, task = nn.Linear(4, 2), parse("parity:4,2")
    expected = bits(torch.from_numpy(task.inputs()).float()).detach().double()
    np.testing.assert_allclose(inspect(bits, task).logits, expected, rtol=1e-5, atol=1e-6)


def test_the_module_stays_as_it_was() -> None:
    module = Sequence(5, 3)
    module.drop.eval()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    inspect(module, parse("mod:5", 2), "equals", ("mix",))
    assert (module.training, module.drop.training, module.mix.training) == (True, False, True)
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())
    assert not module.mix._forward_hooks
    with pytest.raises(RuntimeError):
        inspect(module, parse("mod:5", 2), "tokens", ("mix",))  # two tokens in place of three
    assert module.training
    assert not module.mix._forward_hooks


def test_what_is_no_table_of_logits_is_refused() -> None:
    task = parse("mod:5", 2)
    for convention in ("token", "bits"):
        with pytest.raises(
            ValueError, match=rf"convention '{convention}', expected one of tokens, equals, separate, one"
        ):
            inspect(Two(5), task, convention)
    with pytest.raises(ValueError, match="convention 'tokens', expected one of bits for parity"):
        inspect(Two(5), parse("parity:4,2"), "tokens")
    with pytest.raises(ValueError, match="place 'hidden', expected one of a, b, out"):
        inspect(Two(5), task, "separate", ["hidden"])
    with pytest.raises(ValueError, match=r"the module gives shape \(25, 4\) for 25 inputs, expected \(25, 5\) or"):
        inspect(nn.Linear(10, 4), task, "one-hot")
    with pytest.raises(ValueError, match="the module gives a tuple, expected a tensor of logits"):
        inspect(nn.LSTM(10, 5), task, "one-hot")
    with pytest.raises(ValueError, match="place '0' gives a tuple, expected a tensor"):
        inspect(nn.Sequential(nn.LSTM(10, 5)), task, "one-hot", ["0"])


def test_it_is_a_name_of_the_package() -> None:
    assert training.inspect is inspect
    with pytest.raises(AttributeError, match="module 'training' has no attribute 'no_such_name'"):
        training.no_such_name  # noqa: B018
