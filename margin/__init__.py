"""What the theory says: exact maximum margins, the networks that reach them, exact checks.

    >>> from margin import construct, maximum_margin, parse
    >>> for task in (parse("mod:6", k=2), parse("group:Q8", k=2), parse("parity:10,4")):
    ...     print(maximum_margin(task).exact)
    (8 - sqrt(2))/279
    sqrt(6)/198
    24*sqrt(10)/125
    >>> construct(parse("mod:6", k=2)).normalised_margin() == maximum_margin(parse("mod:6", k=2)).exact
    True

Names are loaded on first use, so that a prediction needs no numerical package.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from margin.addition.check import fast_check as fast_check
    from margin.addition.check import slow_check as slow_check
    from margin.addition.recognise import recognise as recognise
    from margin.answers.record import MaximumMargin as MaximumMargin
    from margin.answers.record import Widths as Widths
    from margin.inspection.logits import inspect_logits as inspect_logits
    from margin.inspection.network import inspect_network as inspect_network
    from margin.networks.cosines import CosineNetwork as CosineNetwork
    from margin.networks.cosines import ExactNetwork as ExactNetwork
    from margin.networks.network import Network as Network
    from margin.networks.storage import load as load
    from margin.networks.storage import save as save
    from margin.numbers.square_roots import Surd as Surd
    from margin.tasks import GroupComposition as GroupComposition
    from margin.tasks import ModularAddition as ModularAddition
    from margin.tasks import SparseParity as SparseParity
    from margin.tasks import parse as parse
    from margin.theory import certificate as certificate
    from margin.theory import check as check
    from margin.theory import construct as construct
    from margin.theory import finite_lambda as finite_lambda
    from margin.theory import maximum_margin as maximum_margin
    from margin.theory import widths as widths

_HOME = {
    "ModularAddition": "tasks",
    "GroupComposition": "tasks",
    "SparseParity": "tasks",
    "parse": "tasks",
    "maximum_margin": "theory",
    "construct": "theory",
    "widths": "theory",
    "check": "theory",
    "certificate": "theory",
    "finite_lambda": "theory",
    "MaximumMargin": "answers.record",
    "Widths": "answers.record",
    "Network": "networks.network",
    "CosineNetwork": "networks.cosines",
    "ExactNetwork": "networks.cosines",
    "recognise": "addition.recognise",
    "inspect_network": "inspection.network",
    "inspect_logits": "inspection.logits",
    "load": "networks.storage",
    "save": "networks.storage",
    "Surd": "numbers.square_roots",
    "fast_check": "addition.check",
    "slow_check": "addition.check",
}
__version__ = "0.1.0"
__all__ = [*_HOME]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"margin.{_HOME[name]}"), name)
    raise AttributeError(f"module 'margin' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
