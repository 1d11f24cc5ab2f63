"""A certificate of what inspected weights really do: the margin that they have, or accuracy and margin in logits."""

from __future__ import annotations

from margin.addition.logits import Certified
from margin.addition.logits import certificate_of as certificate_of_network
from margin.inspection.effective import Effective
from margin.tasks import Task


def certificate_of(effective: Effective, task: Task) -> Certified:
    """The strongest certificate of the network: gamma* is at least its normalised margin, else its margin in logits.

    Raises ValueError for a network on another task, without a kind of certificate, or beyond the limits of the format.
    """
    if effective.network.task != task:
        raise ValueError(f"the network is one on {effective.network.task}, expected {task}")
    return certificate_of_network(effective.network, effective.bias, effective.offset)
