"""The population as tables: labels, inputs by number, refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch

from margin.tasks import SparseParity, parse
from training.models.neurons import shapes
from training.population import Population


@pytest.mark.parametrize(("task", "k"), [("mod:5", 1), ("mod:6", 3), ("group:S3", 1), ("group:S3", 2), ("group:Q8", 3)])
def test_labels_are_those_of_the_task(task: str, k: int) -> None:
    population = Population(parse(task, k))
    n = population.n
    inputs = np.array(list(product(range(n), repeat=k)))
    assert population.labels.shape == (n ** (k - 1), n)
    assert (population.labels.reshape(-1) == population.task.labels(inputs)).all()
    assert (population.prefixes.repeat(n, axis=0) == inputs[:, :-1]).all()
    assert (population.inputs(torch.arange(population.size)).numpy() == inputs).all()
    numbers = population.of_prefixes(torch.tensor([0, len(population.prefixes) - 1]))
    assert numbers.tolist() == [*range(n), *range(population.size - n, population.size)]


def test_labels_of_parity() -> None:
    population = Population(parse("parity:5", 3))
    bits = np.array(list(product([1, -1], repeat=5)))
    assert (population.labels[:, 0] == (bits[:, :3].prod(1) < 0)).all()
    assert (population.classes, shapes(population, 7)) == (2, ((1, 5, 7), (7, 2)))
    assert (population.inputs(torch.arange(32)).numpy() == bits).all()
    assert not population.elements


def test_bits_have_no_table_of_products() -> None:
    with pytest.raises(TypeError, match="inputs are bits"):
        _ = Population(SparseParity(4, 2)).products


def test_populations_beyond_memory_are_refused() -> None:
    with pytest.raises(MemoryError, match="choose a smaller n or k"):
        _ = Population(parse("mod:997", 6)).labels
