"""The training runs behind the tables: for each experiment presets with changed settings, seeds, and steps to keep.

python -m training experiments [EXPERIMENT...] --out runs

Finished runs are not repeated, interrupted ones go on. `python -m training tables` makes the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.config import Config
from training.presets import preset

SEEDS = tuple(range(8))
# what the saved tables have; a new preset joins them when it is named here, and the tables are made anew
RECIPES = ("mod23", "mod71", "k3-n13", "k3-n23", "even30", "even32", "s3", "s4", "dic3-k3", "parity")
AS_PRINTED = (
    *("morwani-mod71", "morwani-mod71-relu", "morwani-parity", "morwani-s3", "morwani-s4", "morwani-s5"),
    *("li-k3-p97", "li-k4-p47", "li-k5-p23"),
)


@dataclass(frozen=True)
class Source:
    """Runs of one preset: changed settings, seeds, and the steps after which the weights are kept."""

    preset: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = SEEDS
    snapshots: tuple[int, ...] = ()
    scale: str = "default"

    def configs(self) -> list[Config]:
        """One for each seed. Raises ValueError for an unknown preset or setting."""
        return [preset(self.preset).config(self.scale).changed({**self.settings, "seed": seed}) for seed in self.seeds]


# measured every 5 steps, the others every 10, so that the rise is seen; the presets measure more seldom
_STEEP = ("mod23", "mod71", "s3", "parity")
_GD_STEPS = (0, 250, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000)
_GD71_STEPS = (0, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000, 12_000, 20_000, 40_000)
_LI_STEPS = (0, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_CIRCUIT_STEPS = (0, 500, 1000, 2000, 4000, 6000)
_RECURRENT_STEPS = tuple(range(0, 20_001, 1000))
_SMALL_TRANSFORMER = {"dimension": 32, "head_dimension": 8, "width": 128, "batch": 256, "evaluate_every": 200}
_LI_K5 = {"task": "mod:11", "width": 1024, "steps": 5000, "evaluate_every": 500}
_GD23 = {"task": "mod:23", "width": 162, "steps": 20_000}

# lambda in units of lambda_c = c_rho: gamma* (n - 1)/n for odd n
_OF_CRITICAL = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.2)
_EVEN_STRENGTHS = (1e-5, 3e-5, 1e-4, 3e-4, 6e-4, 1e-3, 1.5e-3, 2e-3)  # lambda_c is 2.34e-3


def _relu() -> list[Source]:
    """ReLU on sums mod n, soft minimum; its sharpness is in units of a margin of 0.15/n, near what is reached."""
    recipe = {"width": 256, "activation": "relu", "beta2": 0.999, "steps": 3000, "evaluate_every": 500}
    return [
        Source(
            "even30",
            {
                **recipe,
                "task": f"mod:{n}",
                "stop_ratio": None,
                "sharpness_first": 10 / (0.15 / n),
                "sharpness_last": 3000 / (0.15 / n),
            },
            (0,),
        )
        for n in range(3, 14)
    ]


def _moduli() -> list[Source]:
    settings = {"steps": 1000, "stop_ratio": 0.9999}
    return [
        Source("even30", settings | {"task": f"mod:{n}", "width": 256 if n <= 16 else 512}, (0, 1, 2))
        for n in range(3, 33)
    ]


def _strengths() -> list[Source]:
    """Strength by strength, without stopping; long runs, because convergence is slow near lambda_c."""
    odd = [
        Source("mod23", {"strength": round(x * 22 / 23, 6), "steps": 1500, "stop_ratio": None, "init": 1.0}, (0, 1, 2))
        for x in _OF_CRITICAL
    ]
    even = [
        Source(
            "mod23",
            {
                "task": "mod:30",
                "width": 512,
                "strength": x,
                "strength_unit": "one",
                "steps": 1200,
                "stop_ratio": None,
                "init": 1.0,
            },
            (0, 1),
        )
        for x in _EVEN_STRENGTHS
    ]
    return odd + even


def _squared() -> list[Source]:
    """Squared loss: to its optimum for odd n, even n and a group, one-hot targets; and published recipes."""
    return [
        Source("squared-mod23", {}, (0,)),
        Source("squared-mod23", {"targets": "one_hot"}, (0,)),
        Source("squared-mod23", {"task": "mod:12", "width": 128, "strength": 2e-4, "init": 0.2}, (0,)),
        Source("squared-mod23", {"task": "group:S3", "width": 64, "strength": 1e-3, "init": 0.3}, (0,)),
        *(Source(name, {}, (0,)) for name in ("cogs-mod23", "doshi-mod23", "he-mod23")),
    ]


def _shared() -> list[Source]:
    """One embedding for all inputs, to the last step: x^k, whose powers are predicted, and ReLU, whose are not."""
    powers = [Source(name, {"stop_ratio": None}) for name in ("shared7", "shared11", "shared23", "shared7-k3")]
    return [*powers, *(_shared_relu(name, n) for name, n in (("shared7", 7), ("shared11", 11), ("shared23", 23)))]


def _shared_relu(name: str, n: int) -> Source:
    """Sharpness in units of a margin of 0.15/n, as for separate embeddings."""
    sharpness = {"sharpness_first": 10 / (0.15 / n), "sharpness_last": 3000 / (0.15 / n)}
    return Source(name, {"stop_ratio": None, "activation": "relu", "beta2": 0.999, **sharpness})


def _pizza() -> list[Source]:
    """ReLU on the sum of one embedding, mod 59: the modulus of the network of Zhong et al. whose neurons are pizzas."""
    settings = {"task": "shared:59", "width": 256, "evaluate_every": 500}
    return [Source("shared23", {**_shared_relu("shared23", 59).settings, **settings}, (0,))]


def _splits() -> list[Source]:
    """Addition on a random part of the pairs by the soft minimum of their margins: half mod 7; half and more mod 23."""
    settings = {"batch_kind": "inputs", "stop_ratio": None, "evaluate_every": 20}
    seven = {"task": "mod:7", "width": 128, "steps": 2000, "train_share": 0.5}
    larger = [{"task": "mod:23", "width": 256, "steps": 1500, "train_share": share} for share in (0.5, 0.8)]
    return [Source("even30", {**settings, **own}, (0,)) for own in (seven, *larger)]


# the fewest neurons of a maximum-margin network (docs/theory.md, 5.6), and their multiples that are trained
FEWEST = {"mod23": 66, "k3-n13": 96}
MULTIPLES = (1, 1.5, 2, 3, 4, 6, 8)
_WIDTH_SEEDS = {"mod23": 16, "k3-n13": 16}


def _widths() -> list[Source]:
    """From the fewest neurons to eight times as many, the same steps for all."""
    settings = {"steps": 500, "stop_ratio": None, "evaluate_every": 250}
    return [
        Source(name, settings | {"width": round(multiple * fewest)}, tuple(range(_WIDTH_SEEDS[name])))
        for name, fewest in FEWEST.items()
        for multiple in MULTIPLES
    ]


# n and k, the recipe and what it changes: neurons, steps at most, lambda; what gamma* costs as both grow
_COSTS: dict[tuple[int, int], tuple[str, int, int, float]] = {
    (11, 2): ("mod23", 112, 225, 0.3),
    (23, 2): ("mod23", 208, 225, 0.3),
    (47, 2): ("mod23", 424, 225, 0.3),
    (71, 2): ("mod71", 640, 225, 0.3),
    (7, 3): ("k3-n13", 384, 500, 0.2),
    (13, 3): ("k3-n13", 640, 400, 0.1),
    (17, 3): ("k3-n23", 800, 500, 0.08),
    (23, 3): ("k3-n23", 1024, 700, 0.08),
    (5, 4): ("k3-n13", 384, 1000, 0.2),
    (7, 4): ("k3-n13", 768, 1000, 0.2),
}


def _cost() -> list[Source]:
    """Addition mod n to 0.999 of gamma*; k = 4 with all sign patterns of its neurons, or it ends at 0.997."""
    return [
        Source(
            name,
            {"task": f"mod:{n}", "k": k, "width": m, "steps": steps, "strength": strength, "stop_ratio": 0.999}
            | ({"signs": "balanced"} if k == 4 else {}),
            (0,),
        )
        for (n, k), (name, m, steps, strength) in _COSTS.items()
    ]


EXPERIMENTS: dict[str, list[Source]] = {
    "curves": [
        Source(
            name,
            {"evaluate_every": 5 if name in _STEEP else 10},
            SEEDS[:4] if name == "k3-n23" else SEEDS,
        )
        for name in RECIPES
    ],
    "moduli": _moduli(),
    "strengths": _strengths(),
    "gradient-descent": [
        Source("morwani-mod71", _GD23, (0,), _GD_STEPS),
        Source("morwani-mod71-relu", _GD23, (0,), _GD_STEPS),
        Source("morwani-parity", seeds=(0, 1, 2)),
        Source("morwani-s3", seeds=(0, 1, 2)),
    ],
    "paper-scale": [
        Source("morwani-mod71", {}, (0,), _GD71_STEPS, "paper"),
        Source("morwani-mod71-relu", {}, (0,), _GD71_STEPS, "paper"),
        *(Source(f"li-k{k}-p{p}", {}, (0,), _LI_STEPS, "paper") for k, p in ((3, 97), (4, 47), (5, 23))),
    ],
    "li": [
        Source("li-k4-p47", seeds=(0,)),
        # p = 7, the preset's default scale, has so few inputs that half of them are memorised first
        Source("li-k5-p23", _LI_K5, (0,), _LI_STEPS[:6]),
    ],
    "recurrent": [
        Source("rangamani-rnn", {}, (0, 1, 2), _RECURRENT_STEPS, "paper"),
        *(Source(f"rangamani-rnn-{percent}", {}, (0,), _RECURRENT_STEPS, "paper") for percent in (40, 50, 60, 70)),
    ],
    "attention": [
        Source(f"li-attention-k{k}-p{p}", {}, (0, 1, 2), _CIRCUIT_STEPS) for k, p in ((3, 61), (4, 31), (5, 17))
    ],
    # the paper's moduli, and those whose populations differ least
    "grokking": [
        Source(f"li-grokking-k{k}-p{p}", {}, (0, 1, 2), _CIRCUIT_STEPS)
        for k, p in ((2, 97), (3, 31), (4, 11), (5, 5), (3, 23), (5, 7))
    ],
    # primes whose populations differ least among small ones: 2209, 2197, 2401 and 3125 inputs
    "grokking-small": [
        Source(f"li-grokking-{name}", _SMALL_TRANSFORMER | {"task": f"mod:{p}"}, (0, 1, 2), _CIRCUIT_STEPS)
        for name, p in (("k2-p97", 47), ("k3-p31", 13), ("k4-p11", 7), ("k5-p5", 5))
    ],
    # of the last of these, which learns the other half: narrower and wider; its own width, 128, is above
    "grokking-widths": [
        Source("li-grokking-k5-p5", _SMALL_TRANSFORMER | {"task": "mod:5", "width": m}, (0, 1, 2), _CIRCUIT_STEPS)
        for m in (32, 512)
    ],
    "recipes": [Source(name) for name in RECIPES],
    "relu": _relu(),
    "squared": _squared(),
    "splits": _splits(),
    "shared": _shared(),
    "pizza": _pizza(),
    "widths": _widths(),
    "cost": _cost(),
}


def require_known(names: Iterable[str]) -> None:
    """Raises ValueError for a name that is no experiment."""
    for name in names:
        if name not in EXPERIMENTS:
            raise ValueError(f"unknown experiment {name!r}, expected some of {', '.join(EXPERIMENTS)}")


def run_all(names: Iterable[str], out: Path) -> Iterator[str]:
    """Train what experiments need under `out`, all of them by default; yields a line after each run.

    Raises ValueError for a name that is no experiment.
    """
    from tqdm import tqdm

    from training import runs

    require_known(names)
    for name in list(names) or EXPERIMENTS:
        pairs = [(source, config) for source in EXPERIMENTS[name] for config in source.configs()]
        for source, config in tqdm(pairs, desc=name, disable=None):
            folder = run(source, config, out)
            result = runs.read_result(folder)
            reached = f"{config.task.name} {config.seed} {folder.name} {result['step']} {result.get('ratio')}"
            yield f"{name} {source.preset} {reached}"


def run(source: Source, config: Config, out: Path) -> Path:
    """Train one config under `out` unless its run is finished; returns its folder."""
    from training import runs
    from training.loop import train

    provenance = {"preset": source.preset, "scale": source.scale, "choices": list(preset(source.preset).choices)}
    folder = runs.open_run(out, config, provenance)
    train(config, folder, progress=True, snapshots=() if runs.is_finished(folder) else _ahead(source, config, folder))
    return folder


def _ahead(source: Source, config: Config, folder: Path) -> tuple[int, ...]:
    """Steps to keep the weights at; none for an interrupted run that kept none, whose steps are past."""
    from training import runs

    started = (
        any((folder / state).is_file() for state in (runs.STATE, runs.PREVIOUS))
        and not (folder / runs.snapshot(0)).is_file()
    )
    return () if started else tuple(step for step in source.snapshots if step <= config.steps)
