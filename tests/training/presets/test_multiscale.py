"""The presets of the paper on several scales: as printed, down to the number of training pairs."""

from __future__ import annotations

import pytest

from training.loop import Training
from training.presets import MULTISCALE, preset
from training.presets.multiscale import multiscale


@pytest.mark.parametrize(("n", "pairs"), [(89, 4717), (91, 5096)])
@pytest.mark.parametrize("name", ["batch", "full"])
def test_presets_are_as_printed(n: int, pairs: int, name: str) -> None:
    config = preset(f"multiscale-n{n}-{name}").config("paper")
    printed = {"task": f"mod:{n}", "width": 128, "dimension": 32, "lr": 0.008, "strength": 1e-4, "exponent": 2.0}
    assert printed.items() <= config.flat().items()
    assert config.flat().get("batch", 0) == (n if name == "batch" else 0)
    run = Training.begin(config)
    assert run.rows is not None
    assert len(run.rows) == pairs
    batch = run.batch()
    assert batch is not None
    assert len(batch) == (n if name == "batch" else pairs)
    assert sum(tensor.numel() for tensor in run.model.parameters.values()) == 2 * n * 32 + 65 * 128 + 129 * n


def test_other_moduli_have_the_share_of_91() -> None:
    assert multiscale(59, True)["train_share"] == pytest.approx(multiscale(91, True)["train_share"])
    assert multiscale(59, True)["batch"] == 59
    assert len(MULTISCALE) == 4
