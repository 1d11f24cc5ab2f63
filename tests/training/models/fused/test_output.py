"""Padded output weights: how many columns, and that they change no product."""

from __future__ import annotations

import pytest
import torch

from training.models.fused.output import Output, columns

CPU = torch.device("cpu")


def test_columns() -> None:
    """A table of the measured cases: at least 16, a multiple of 8 where it costs at most a sixteenth more."""
    wanted = {2: 16, 5: 16, 11: 16, 16: 16, 17: 17, 23: 24, 24: 24, 25: 25, 47: 48, 71: 72, 97: 97, 113: 120, 121: 128}
    assert {classes: columns(classes) for classes in wanted} == wanted
    assert all(classes <= columns(classes) <= max(16, classes * 17 / 16) for classes in range(1, 300))


@pytest.mark.parametrize("classes", [1, 6, 17, 23])
def test_products_are_those_of_the_weights(classes: int) -> None:
    generator = torch.Generator().manual_seed(classes)
    hidden, W, slopes = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((9, 5), (5, classes), (9, classes))
    )
    output, dW = Output(5, classes, torch.float64, CPU), torch.full((5, classes), torch.nan, dtype=torch.float64)
    for factor in (1.0, 0.25):  # the second time nothing of the first is left
        output.begin(factor * W)
        logits = torch.mm(hidden, output.weights, out=output.logits(9))
        assert torch.allclose(logits[:, :classes], factor * hidden @ W)
        assert not logits[:, classes:].any()
        logits[:, :classes] = slopes
        assert torch.allclose(logits @ output.transposed, factor * slopes @ W.T)
        output.gradient.addmm_(logits.T, hidden)
        output.finish(factor, dW)
        assert torch.allclose(dW, factor * hidden.T @ slopes)
