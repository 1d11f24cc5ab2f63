"""Presets: they can run at every scale, are as printed, and say what they aim at."""

from __future__ import annotations

import pytest
import torch

from training.config import Config
from training.loop import Training
from training.population import Population
from training.presets import LI, MORWANI, OWN, PRESETS, RANGAMANI, SCALES, preset
from training.settings import Whole

EQUAL = ("k2-p97", "k3-p23", "k4-p11", "k5-p7")  # populations that differ by less than two times


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_run_at_every_scale(name: str) -> None:
    """The smoke scale also takes one step."""
    digests = {preset(name).config(scale).digest() for scale in SCALES}
    assert len(digests) > 1
    config = preset(name).config("smoke")
    if Population(config.task.posed()).size * config.model.width < 2e7:
        assert bool(torch.isfinite(Training.begin(config).advance()))


def test_presets_of_papers_are_as_printed() -> None:
    mod71 = preset("morwani-mod71").config("paper")
    printed = {
        "task": "mod:71",
        "k": 2,
        "width": 500,
        "strength": 1e-4,
        "lr": 0.05,
        "steps": 40_000,
        "optimiser": "sgd",
    }
    assert printed.items() <= mod71.flat().items()
    li = preset("li-k3-p97").config("paper")
    printed = {
        "task": "mod:97",
        "width": 1536,
        "lr": 5e-3,
        "beta2": 0.98,
        "batch": 1024,
        "warmup": 10,
        "strength": 5e-3,
    }
    assert printed.items() <= li.flat().items()
    rnn = preset("rangamani-rnn").config("paper")
    printed = {
        "task": "mod:113",
        "k": 2,
        "width": 256,
        "optimiser": "adam",
        "lr": 0.01,
        "weight_decay": 5e-5,
        "train_share": 0.3,
        "steps": 20_000,
    }
    assert printed.items() <= rnn.flat().items()
    assert isinstance(rnn.data, Whole)
    shares = [preset(f"rangamani-rnn-{percent}").config("paper").data.train_share for percent in (40, 50, 60, 70)]
    assert shares == [0.4, 0.5, 0.6, 0.7]
    printed = {"optimiser": "adamw", "lr": 1e-3, "beta1": 0.9, "beta2": 0.98, "batch": 1024, "warmup": 10}
    printed |= {"train_share": 0.5, "dimension": 128}
    for name in (name for name in PRESETS if name.startswith(("li-attention", "li-grokking"))):
        flat = preset(name).config("paper").flat()
        assert printed.items() <= flat.items()
        attention = name.startswith("li-attention")
        assert (flat["width" if attention else "heads"], flat["strength" if attention else "weight_decay"]) == (
            160,
            1e-3,
        )
        assert name.endswith(f"k{flat['k']}-p{flat['task'].removeprefix('mod:')}")
    sizes = [preset(f"li-grokking-{name}").config("paper").task.posed().population for name in EQUAL]
    assert max(sizes) < 2 * min(sizes)
    for name, known in PRESETS.items():
        papers = "morwani", "li", "multiscale", "rangamani", "cogs", "doshi", "he-"
        assert bool(known.choices) == name.startswith(papers)


def test_own_recipes_aim_below_where_they_stop_and_papers_at_nothing() -> None:
    for recipe in OWN:
        assert recipe.aim is not None
        stop = recipe.config().measuring.stop_ratio
        assert stop is not None
        assert 0.99 < recipe.aim.share <= stop < 1
        assert recipe.aim.seconds > 0
    assert [recipe.name for recipe in (*MORWANI, *LI, *RANGAMANI) if recipe.aim is not None] == []
    known = [*OWN, *MORWANI, *LI, *RANGAMANI]
    assert list(PRESETS.values())[: len(known)] == known


def test_titles_tell_tasks_apart() -> None:
    titles = {recipe.config().task.posed().title for recipe in OWN}
    assert {"n = 71, k = 2", "Dic3, k = 3", "parity of 4 of 10 bits"} <= titles
    assert len(titles) == len(OWN)


def test_unknown_presets_and_scales_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown preset 'mod24'; the nearest known one is 'mod23'"):
        preset("mod24")
    with pytest.raises(ValueError, match="unknown preset ''"):
        preset("")
    with pytest.raises(ValueError, match="scale 'huge', expected one of smoke, default, paper"):
        preset("mod23").config("huge")
    assert isinstance(preset("mod23").config("smoke"), Config)
