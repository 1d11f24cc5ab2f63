"""docs/models.md names every parameter of every model with its shape and axes, and every place."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from tests.helpers.command_line import ROOT
from training.settings import KINDS, name_of

PAGE = (ROOT / "docs" / "models.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|", re.MULTILINE)
TASK, K = "mod:5", 2
SIZES = {"width": 11, "dimension": 6, "layers": 2, "heads": 3, "head_dimension": 4}
LETTERS = {"n": 5, "k": 2, "m": 11, "d": 6, "l": 2, "e": 4, "k d": 12, "k + 1": 3}


def test_every_model_has_a_section() -> None:
    assert list(SECTIONS) == list(KINDS["model"])


@pytest.mark.parametrize("kind", KINDS["model"])
def test_every_parameter_has_its_shape_and_axes_and_every_place_its_name(kind: str) -> None:
    torch = pytest.importorskip("torch")
    from training.config import Config
    from training.models.build import build
    from training.population import Population

    known = {name: SIZES[name] for name in map(name_of, fields(KINDS["model"][kind])) if name in SIZES}
    config = Config.of(**{"task": TASK, "k": K, "model": kind} | known)
    model = build(config, Population(config.task.posed()), torch.Generator())
    letters = LETTERS | {"h": SIZES["width"] if kind == "attention" else SIZES["heads"]}
    section = SECTIONS[kind]
    rows = {name: (shape, axes) for name, shape, axes in ROW.findall(section)}
    assert list(rows) == list(model.parameters)
    for name, (shape, axes) in rows.items():
        assert tuple(letters[letter] for letter in shape.split(", ")) == tuple(model.parameters[name].shape), name
        assert tuple(axes.split(", ")) == model.axes[name], name
    inputs = torch.tensor([[0, 1], [2, 3]])
    told = section[section.index("Places:") :]
    missing = [name for name in model.places(inputs) if f"`{name}`" not in told]
    assert [name for name in missing if name not in ("state2", "attention2", "hidden2", "stream2")] == []
