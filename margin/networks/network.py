"""The network of the theory: f(a_1..a_k)[c] = sum_i (u_i1(a_1) + ... + u_ik(a_k))^k w_i(c).

`Network` is the common face of its two forms: `ExactNetwork` (masses and phases, any size, no
numerical package) and `NumericNetwork` (arrays U and W, anyone's weights).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition

if TYPE_CHECKING:
    from os import PathLike

    from numpy import float64, int64
    from numpy.typing import ArrayLike, NDArray

    from margin.networks.cosines import ExactNetwork
    from margin.networks.numeric import NumericNetwork


class Network(ABC):
    """A one-hidden-layer network with activation x^k on a task; abstract."""

    task: ModularAddition

    @property
    @abstractmethod
    def width(self) -> int:
        """Number of neurons m."""

    @abstractmethod
    def exact(self) -> ExactNetwork:
        """The same network as masses and rational phases; ValueError if it has no such form."""

    @abstractmethod
    def numeric(self) -> NumericNetwork:
        """The same network as float64 arrays."""

    @abstractmethod
    def norm(self) -> Surd | float:
        """(sum_i ||neuron_i||_2^(k+1))^(1/(k+1)), each neuron the concatenation of its k+1 vectors."""

    @abstractmethod
    def normalised_margin(self) -> Surd | float:
        """Margin divided by norm^(k+1)."""

    def logits(self, inputs: ArrayLike | None = None) -> NDArray[float64]:
        """Logits of inputs of shape (..., k): shape (..., n). Without inputs, of the population: (n,)*k + (n,)."""
        return self.numeric().logits(inputs)

    def margin(self) -> Surd | float:
        """min over the population of f[y] - max_{c != y} f[c]."""
        return self.numeric().margin()

    def frequencies(self) -> NDArray[int64]:
        """Dominant frequency of each neuron, shape (m,), in 0..n//2."""
        return self.numeric().frequencies()

    def phases(self) -> NDArray[float64]:
        """Phases in turns at that frequency, shape (m, k+1): the k inputs, then the output."""
        return self.numeric().phases()

    def save(self, path: str | PathLike[str], construction: str = "unknown") -> None:
        """Write U and W as safetensors, whole or not at all. Raises as `margin.networks.storage.save`."""
        from margin.networks.storage import save

        save(self, path, construction)

    @staticmethod
    def from_arrays(U: ArrayLike, W: ArrayLike) -> NumericNetwork:
        """A network from weights U of shape (k, n, m) and W of shape (m, n). Raises ValueError (shapes, NaN)."""
        from margin.networks.numeric import NumericNetwork

        return NumericNetwork(U, W)

    @staticmethod
    def load(path: str | PathLike[str]) -> NumericNetwork:
        """Read what `save` wrote, or any safetensors file with tensors U and W."""
        from margin.networks.storage import load

        return load(path)
