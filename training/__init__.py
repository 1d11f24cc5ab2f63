"""What gradient descent does: training from random weights, measured against the predicted maximum margin.

python -m training list | run PRESET | resume DIR | compare DIR... | experiments [NAME...] | tables [NAME...]

Arrays: U has shape (k, n, m) and W (m, n) for modular addition and groups, as in `margin.networks`; sparse parity has
U (1, n, m) while training, saved as (n, m), and W (m, 2), as in `margin.networks.network`. Importing this package loads
nothing: others read its saved tables, training/data, as package data. `inspect` runs any torch.nn.Module over the
population of a task; it is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.inspection.modules import inspect as inspect

__all__ = ["inspect"]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("training.inspection.modules"), name)
    raise AttributeError(f"module 'training' has no attribute {name!r}")
