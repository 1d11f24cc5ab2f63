"""The network of a shared embedding that reaches the lower end of its enclosure, in integers."""

from __future__ import annotations

from margin.shared.lower import SharedNetwork
from margin.shared.maximum import SharedMargin, maximum_margin
from margin.tasks import SharedEmbedding


def construct(
    task: SharedEmbedding, construction: str = "minimal", prediction: SharedMargin | None = None
) -> SharedNetwork:
    """The network found by cutting planes. Raises ValueError for a construction other than "minimal".

    Its width is n phi(n) for each kind of neuron, an upper bound only: fewer may do.
    """
    if construction != "minimal":
        raise ValueError(f"construction {construction!r} with a shared embedding, expected minimal")
    return (maximum_margin(task) if prediction is None else prediction).network
