"""A certificate of the margin that inspected weights really have."""

from __future__ import annotations

from fractions import Fraction

from margin.addition.certificate import weights_certificate
from margin.networks.network import Network
from margin.tasks import Task


def certificate_of(network: Network, task: Task) -> tuple[bytes, Fraction]:
    """A certificate that gamma* of the task is at least the normalised margin of the network, and that lower bound.

    Raises ValueError for a network on another task, without a kind of certificate, or beyond the limits of the format.
    """
    if network.task != task:
        raise ValueError(f"the network is one on {network.task}, expected {task}")
    return weights_certificate(network)
