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
    from margin.checks import fast_check as fast_check
    from margin.checks import slow_check as slow_check
    from margin.constructions import construct as construct
    from margin.exact_network import ExactNetwork as ExactNetwork
    from margin.networks import Network as Network
    from margin.numeric_network import NumericNetwork as NumericNetwork
    from margin.program import MaximumMargin as MaximumMargin
    from margin.program import maximum_margin as maximum_margin
    from margin.surds import Surd as Surd
    from margin.tasks import ModularAddition as ModularAddition
    from margin.width import widths as widths

_HOME = {
    "ModularAddition": "tasks",
    "Surd": "surds",
    "MaximumMargin": "program",
    "maximum_margin": "program",
    "construct": "constructions",
    "Network": "networks",
    "ExactNetwork": "exact_network",
    "NumericNetwork": "numeric_network",
    "fast_check": "checks",
    "slow_check": "checks",
    "widths": "width",
}
__version__ = "0.1.0"
__all__ = [*_HOME]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"margin.{_HOME[name]}"), name)
    raise AttributeError(f"module 'margin' has no attribute {name!r}")
