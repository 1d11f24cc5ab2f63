"""Tables of logits of any model: structure of sums, margins, ranks."""

from __future__ import annotations

import numpy as np
import pytest

from margin import construct, inspect_logits, parse
from margin.networks.network import Network

A = np.arange(7)


def cosines(k: int, frequency: int) -> np.ndarray:
    total = sum(A.reshape((-1,) + (1,) * (k - j)) for j in range(k)) - A
    return np.cos(2 * np.pi * frequency * total / 7)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_logits_of_the_difference_alone(k: int) -> None:
    result = inspect_logits(cosines(k, 2) + 3 * cosines(k, 3))
    assert result.margins.accuracy == 1
    assert result.is_supported_on_diagonal is True
    assert result.diagonal is not None
    np.testing.assert_allclose(result.diagonal, [0, 0, 0.1, 0.9], atol=1e-12)
    assert result.shift_errors is not None
    assert max(result.shift_errors.values()) < 1e-12
    assert result.input_shift_errors is not None
    assert len(result.input_shift_errors) == k
    assert max(result.input_shift_errors) < 1e-12
    assert result.margins.ranks.tolist() == [7**k, 0, 0, 0, 0, 0, 0]


def test_logits_of_something_else() -> None:
    table = np.random.default_rng(0).standard_normal((7, 7, 7))
    result = inspect_logits(table)
    assert result.is_supported_on_diagonal is False
    assert result.on_diagonal is not None
    assert result.on_diagonal < 0.1
    assert result.shift_errors is not None
    assert min(result.shift_errors.values()) > 1
    right = table[np.arange(7)[:, None], np.arange(7), (A[:, None] + A) % 7]
    ranks = (table >= right[:, :, None]).sum(-1) - 1
    assert result.margins.ranks.tolist() == np.bincount(ranks.ravel(), minlength=7).tolist()
    assert result.margins.correct == (ranks == 0).sum()


def test_shifting_one_input_alone() -> None:
    table = np.cos(2 * np.pi * 2 * (A[:, None, None] - A[:, None] - 0 * A) / 7) * np.cos(2 * np.pi * A / 7)
    shifted = inspect_logits(cosines(2, 2) + 0.3 * table)
    assert shifted.input_shift_errors is not None
    assert min(shifted.input_shift_errors) > 0.1


def test_what_all_labels_have_in_common_changes_nothing() -> None:
    table, common = cosines(2, 2), np.random.default_rng(1).standard_normal((7, 7, 1))
    assert inspect_logits(table + common).is_supported_on_diagonal is True


def test_other_tasks() -> None:
    task = parse("group:S3", 2)
    network = construct(task)
    assert isinstance(network, Network)
    result = inspect_logits(network.logits(), task)
    assert result.margins.accuracy == 1
    assert (result.diagonal, result.on_diagonal, result.is_supported_on_diagonal) == (None, None, None)
    bits = parse("parity:4,2")
    odd = bits.labels(bits.inputs())
    table = np.stack([1 - odd, odd], 1)
    assert inspect_logits(table, bits).margins.accuracy == 1
    assert inspect_logits(-table, bits).margins.accuracy == 0


def test_tables_that_are_none() -> None:
    with pytest.raises(ValueError, match=r"table of shape \(7, 7\), expected \(7, 7, 7\) for addition"):
        inspect_logits(np.zeros((7, 7)), parse("mod:7", 2))
    with pytest.raises(ValueError, match=r"table of shape \(7, 6\), expected \(n, .., n, n\)"):
        inspect_logits(np.zeros((7, 6)))
    table = cosines(2, 1)
    table[1, 2, 3] = np.nan
    with pytest.raises(ValueError, match=r"logits\[1, 2, 3\] is nan, expected finite logits"):
        inspect_logits(table)
