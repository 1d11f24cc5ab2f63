"""Stacks: the tensors of all networks in one memory, side by side or apart."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from training.ensembles.stack import ALIGNED, Stack


def numbered(count: int) -> list[dict[str, Tensor]]:
    return [{"a": torch.full((3, 5), float(i)), "b": torch.full((2,), -float(i))} for i in range(count)]


def test_the_optimisers_tensors_are_the_networks_and_have_their_gradients() -> None:
    for apart, count in ((False, 2), (True, 8)):
        networks = numbered(4)
        stack = Stack(networks, apart)
        for number, tensors in enumerate(networks):
            assert all(torch.equal(stack.network(number)[name], tensor) for name, tensor in tensors.items())
        assert len(stack.tensors) == count
        for gradient in stack.gradients.values():
            gradient[1] = 1.0
        torch.optim.SGD(stack.tensors, 0.5).step()
        for number, tensors in enumerate(networks):
            moved = 0.5 if number == 1 else 0.0
            assert all(torch.equal(stack.network(number)[n], tensor - moved) for n, tensor in tensors.items())
        assert float(networks[2]["a"].sum()) == 30  # the networks' own tensors are copied


def test_parts_that_are_apart_begin_at_multiples() -> None:
    for apart, distance in ((True, ALIGNED), (False, 15 * 4)):
        stack = Stack(numbered(3), apart)
        places = [stack.network(i)["a"].data_ptr() for i in range(3)]
        assert [place - places[0] for place in places] == [0, distance, 2 * distance]
        assert stack.network(2)["a"].is_contiguous()


@pytest.mark.parametrize("apart", [False, True])
def test_networks_with_a_number_that_is_none_are_told(apart: bool) -> None:
    for value in (torch.nan, torch.inf, -torch.inf):
        for name, number in (("a", 0), ("b", 2), ("b", 3)):
            stack = Stack(numbered(4), apart)
            assert stack.finite().tolist() == [True] * 4
            stack.parameters[name][number].view(-1)[-1] = value
            assert stack.finite().tolist() == [other != number for other in range(4)]
            stack.gradients[name][1] = torch.nan  # of which a network knows nothing yet
            assert stack.finite().tolist() == [other != number for other in range(4)]
