"""What the theory says: exact maximum margins, the networks that reach them, exact checks.

    >>> from margin import ModularAddition, construct, maximum_margin
    >>> task = ModularAddition(6, 2)
    >>> print(maximum_margin(task).exact)
    (8 - sqrt(2))/279
    >>> construct(task).normalised_margin() == maximum_margin(task).exact
    True

Names are loaded on first use, so that a prediction needs no numerical package.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from margin.addition.check import fast_check as fast_check
    from margin.addition.check import slow_check as slow_check
    from margin.addition.construction import construct as construct
    from margin.addition.maximum import MaximumMargin as MaximumMargin
    from margin.addition.maximum import maximum_margin as maximum_margin
    from margin.addition.recognise import recognise as recognise
    from margin.addition.width import widths as widths
    from margin.networks.cosines import CosineNetwork as CosineNetwork
    from margin.networks.cosines import ExactNetwork as ExactNetwork
    from margin.networks.network import Network as Network
    from margin.networks.storage import load as load
    from margin.networks.storage import save as save
    from margin.numbers.square_roots import Surd as Surd
    from margin.tasks import ModularAddition as ModularAddition

_HOME = {
    "ModularAddition": "tasks",
    "Surd": "numbers.square_roots",
    "MaximumMargin": "addition.maximum",
    "maximum_margin": "addition.maximum",
    "construct": "addition.construction",
    "Network": "networks.network",
    "CosineNetwork": "networks.cosines",
    "ExactNetwork": "networks.cosines",
    "recognise": "addition.recognise",
    "load": "networks.storage",
    "save": "networks.storage",
    "fast_check": "addition.check",
    "slow_check": "addition.check",
    "widths": "addition.width",
}
__version__ = "0.1.0"
__all__ = [*_HOME]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"margin.{_HOME[name]}"), name)
    raise AttributeError(f"module 'margin' has no attribute {name!r}")
