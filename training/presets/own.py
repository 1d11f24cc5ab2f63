"""The project's own recipes: the fastest known to gamma*, each with what it aims at."""

from __future__ import annotations

from typing import Any

from margin.tasks import parse
from training.presets.recipe import Aim, Preset


def _own(name: str, task: str, k: int, width: int, steps: int, smoke: int, aim: Aim, **more: Any) -> Preset:
    """Steps at scale default and smoke; stops at 0.9999 of gamma* unless told otherwise."""
    settings = {"stop_ratio": 0.9999, "task": task, "k": k, "width": width, "steps": steps} | more
    summary = f"{parse(task, k)}, the fastest known recipe to gamma*"
    return Preset(name, summary, settings, {"smoke": {"steps": smoke}}, aim=aim)


# A short memory of squared gradients (beta2) is what makes the last steps fast: with 0.999 they are still measured
# against the gradients of the first steps. Larger lambda lets neurons die that k = 3 needs.
_FAST = {"lr": 0.03, "beta2": 0.95, "init": 0.03}
_SOFT = {"loss": "soft_minimum", "beta2": 0.95, "init": 1.0}
# One embedding for all inputs: the soft minimum in a longer run at a lower rate, up to the last step.
_SHARED = _SOFT | {"lr": 0.01, "stop_ratio": 0.9995}
_GROUP = _SOFT | {"lr": 0.03, "stop_ratio": 0.9995}
OWN = [
    _own("mod23", "mod:23", 2, 256, 225, 50, Aim(0.9999, 1), strength=0.3, **_FAST),
    _own("mod71", "mod:71", 2, 640, 275, 10, Aim(0.9999, 30), strength=0.3, **_FAST),
    _own("k3-n13", "mod:13", 3, 768, 500, 20, Aim(0.9999, 10), strength=0.2, **_FAST),
    _own("k3-n23", "mod:23", 3, 1024, 700, 10, Aim(0.9999, 90), strength=0.08, **_FAST),
    _own("even30", "mod:30", 2, 512, 700, 20, Aim(0.9999, 10), **_SOFT),
    _own("even32", "mod:32", 2, 512, 700, 20, Aim(0.9999, 10), **_SOFT),
    _own("s3", "group:S3", 2, 64, 700, 100, Aim(0.999, 20), **_GROUP),
    _own("s4", "group:S4", 2, 512, 700, 20, Aim(0.999, 20), **_GROUP),
    _own("dic3-k3", "group:Dic3", 3, 768, 550, 20, Aim(0.999, 20), **_GROUP | {"stop_ratio": 0.999}),
    _own("shared7", "shared:7", 2, 256, 3000, 50, Aim(0.999, 20), **_SHARED),
    _own("shared11", "shared:11", 2, 384, 3000, 20, Aim(0.999, 30), **_SHARED),
    _own("shared23", "shared:23", 2, 512, 2000, 10, Aim(0.999, 40), **_SHARED),
    _own("shared7-k3", "shared:7", 3, 512, 8000, 10, Aim(0.999, 100), **_SHARED | {"stop_ratio": 0.999}),
    _own("parity", "parity:10", 4, 64, 300, 50, Aim(0.9999, 20), strength=0.1, **_FAST),
]
