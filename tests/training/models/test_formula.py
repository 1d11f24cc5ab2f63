"""Networks by their formula: found in their folder, built as they say, and refused where they contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
import torch
from torch import Tensor

from training import settings
from training.config import Config
from training.loop import Training
from training.models import kinds, own
from training.models.build import build
from training.models.formula import Formula
from training.population import Population
from training.settings import setting

CODE = """
from __future__ import annotations

from dataclasses import dataclass

from training.models.formula import Formula
from training.settings import setting


@dataclass(frozen=True)
class Linear(Formula):
    kind = "linear"
    axes = {"U": ("input", "element", "label")}
    repeats: int = setting(2, least=1)

    def shapes(self, k, n, classes):
        return {"U": (k, n, classes)}

    def forward(self, parameters, inputs):
        total = sum(table[column] for table, column in zip(parameters["U"], inputs.T))
        return {"logits": self.repeats * total}


MODELS = [Linear]
"""


@pytest.fixture
def linear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "linear_for_a_test.py").write_text(CODE)
    monkeypatch.setattr(own, "__path__", [*own.__path__, str(tmp_path)])
    kinds._own.cache_clear()
    yield
    kinds._own.cache_clear()


def config(**values: Any) -> Config:
    chosen = {"task": "mod:5", "k": 2, "width": 3, "model": "linear", "strength_unit": "one", "strength": 0.0}
    return Config.of(**chosen | values)


@pytest.mark.usefixtures("linear")
def test_a_file_in_the_folder_is_a_model() -> None:
    chosen = config(repeats=3, dtype="float64")
    model = build(chosen, Population(chosen.task.posed()), torch.Generator().manual_seed(0))
    U = model.parameters["U"]
    assert U.shape == (2, 5, 5)
    inputs = torch.tensor([[1, 4], [0, 2]])
    assert torch.equal(model.logits(inputs), 3 * (U[0][inputs[:, 0]] + U[1][inputs[:, 1]]))
    assert model.degree is None
    assert chosen.model.shown(2) == "linear, width 3"
    assert Config.from_mapping(chosen.flat()).digest() == chosen.digest()
    run = Training.begin(chosen)
    losses = [float(run.advance()) for _ in range(30)]
    assert losses[-1] < losses[0]


@pytest.mark.usefixtures("linear")
def test_initial_weights_have_the_deviation_asked_for() -> None:
    chosen = config(task="mod:97", init=0.5)
    U = build(chosen, Population(chosen.task.posed()), torch.Generator().manual_seed(0)).parameters["U"]
    assert float(U.std()) == pytest.approx(0.5 / 97**0.5, rel=0.03)


def test_without_the_file_the_model_is_unknown() -> None:
    with pytest.raises(ValueError, match="model = 'linear', expected one of neurons"):
        config()
    assert kinds.kinds() is settings.KINDS


@pytest.mark.usefixtures("linear")
def test_tasks_that_are_not_on_elements_are_refused() -> None:
    with pytest.raises(ValueError, match=r"model = linear on .*, expected a task on group elements"):
        Training.begin(config(task="parity:6"))


@dataclass(frozen=True)
class Named(Formula):
    kind = "named"


def test_a_name_or_a_setting_of_two_meanings_is_refused() -> None:
    @dataclass(frozen=True)
    class Taken(Formula):
        kind = "neurons"

    @dataclass(frozen=True)
    class Other(Formula):
        kind = "other"
        layers: float = setting(1.0)

    @dataclass(frozen=True)
    class Listed(Formula):
        kind = "listed"
        sizes: list[int] = setting(None)  # noqa: RUF009

    assert kinds.allowed([Named]) == {"named": Named}
    for found, message in (
        ([Taken], "model = 'neurons' is there twice"),
        ([Named, Named], "model = 'named' is there twice"),
        ([Other], "setting layers of type float, expected int"),
        ([Listed], r"setting sizes of type list\[int\], expected str, int"),
    ):
        with pytest.raises(ValueError, match=message):
            kinds.allowed(found)


def test_shapes_and_axes_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(Named):
        axes = {"U": ("input", "element")}  # noqa: RUF012

        def shapes(self, k: int, n: int, classes: int) -> dict[str, tuple[int, ...]]:
            return {"U": (k, n, classes)}

    chosen = config(model="neurons")
    monkeypatch.setattr(kinds, "_own", lambda: {"named": Wrong})
    object.__setattr__(chosen, "model", Wrong(width=2))
    with pytest.raises(ValueError, match="expected one name an axis"):
        build(chosen, Population(chosen.task.posed()), torch.Generator())


def test_a_formula_without_forward_is_none() -> None:
    parameters: Mapping[str, Tensor] = {}
    with pytest.raises(NotImplementedError):
        Named(width=1).forward(parameters, torch.zeros(1, 2))
