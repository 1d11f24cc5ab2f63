"""One step of many embedding networks at once, by hand: batched matrix products with a leading axis of networks.

Where a step has many inputs the first layer is one table per input, S_j = E_j H_j^T (n, m), of which an input takes the
rows: its products with H are those of n elements, not those of all inputs.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.losses import CrossEntropy, Loss
from training.models import neuron_norm
from training.population import Population

ROWS = 1024  # inputs that are worked on at a time: their arrays stay near the processor
NUMBERS = 400_000  # of a work array of several networks, for the same reason
OTHER = 256  # times as many of both where the device is not a processor: it wants much work at once
PER_ELEMENT = 2  # inputs for each element of a table from which on the tables pay


class Products:
    """Loss and gradients of networks as `training.models.embedding` has them, with a leading axis of networks.

    `alone`: one network after another, each in memory that lies as in a run of its own: then its bits do not depend on
    the others. Together they are faster, and equal to rounding: a library's batched products may round otherwise.
    `by_neurons`: the exponent of `training.models.neuron_norm`; None for the norm of all parameters.
    """

    def __init__(
        self,
        population: Population,
        labels: Tensor,
        dtype: torch.dtype,
        alone: bool,
        by_neurons: float | None = None,
    ) -> None:
        self.by_neurons, self.larger = by_neurons, 1 if labels.device.type == "cpu" else OTHER
        self.population, self.labels, self.dtype, self.alone = population, labels, dtype, alone
        self.elements = population.inputs(torch.arange(population.size, device=labels.device))
        self.memory: dict[tuple[str, tuple[int, ...]], Tensor] = {}

    def step(
        self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
    ) -> Tensor:
        """Losses (networks,) on the inputs of these numbers (networks, rows), None for the population.

        Writes the gradients. Both mappings have the names of `Embedding.axes`, with the networks as first axis. Raises
        TypeError for a loss that is not cross-entropy.
        """
        if not isinstance(loss, CrossEntropy):
            raise TypeError(f"batched products of {type(loss).__name__}, expected CrossEntropy")
        networks, width = parameters["bias"].shape
        if numbers is None:
            numbers = torch.arange(self.population.size, device=self.labels.device).expand(networks, -1)
        count = numbers.shape[1]
        widest = max(width, self.population.classes)
        at_once = 1 if self.alone else max(1, self.larger * NUMBERS // (min(count, self.larger * ROWS) * widest))
        values = [
            self._part(
                {name: tensor[first : first + at_once] for name, tensor in parameters.items()},
                {name: tensor[first : first + at_once] for name, tensor in gradients.items()},
                numbers[first : first + at_once],
                loss,
            )
            for first in range(0, networks, at_once)
        ]
        return values[0] if len(values) == 1 else torch.cat(values)

    def _part(self, p: Mapping[str, Tensor], g: Mapping[str, Tensor], numbers: Tensor, loss: CrossEntropy) -> Tensor:
        count = numbers.shape[1]
        penalty = self._charge(p, g, loss)  # the regulariser's part of the gradients; the products are added to it
        total = torch.zeros_like(penalty)
        first = self._tables(p) if count > PER_ELEMENT * self.population.n else None
        back = torch.zeros_like(first) if first is not None else None
        for rows in torch.split(numbers, self.larger * ROWS, 1):
            total += self._rows(p, g, rows, first, back, 1 / count)
        if back is not None:
            self._tables_back(p, g, back)
        return total / count + penalty

    def _charge(self, p: Mapping[str, Tensor], g: Mapping[str, Tensor], loss: CrossEntropy) -> Tensor:
        """The regulariser of each network (networks,); writes its gradients."""
        if self.by_neurons is not None:
            return neuron_norm.charge(p, g, self.by_neurons, loss.strength)
        networks = len(p["bias"])
        norms = [torch.linalg.vector_norm(tensor.reshape(networks, -1), dim=1) for tensor in p.values()]
        squares = torch.stack(norms).square().sum(0)
        power = loss.exponent / loss.degree
        slope = 2 * power * loss.strength * squares ** (power - 1)
        for name, tensor in g.items():
            torch.mul(p[name], slope.reshape(-1, *(1 for _ in tensor.shape[1:])), out=tensor)
        return loss.strength * squares**power

    def _rows(
        self,
        p: Mapping[str, Tensor],
        g: Mapping[str, Tensor],
        numbers: Tensor,
        tables: Tensor | None,
        back: Tensor | None,
        share: float,
    ) -> Tensor:
        """Cross-entropy of some inputs, added up; adds their part of the gradients."""
        (networks, rows), k, d = numbers.shape, self.population.k, p["embedding"].shape[3]
        m, classes = p["bias"].shape[1], self.population.classes
        elements = self.elements[numbers]
        hidden, logits = self._array("hidden", numbers, m), self._array("logits", numbers, classes)
        if tables is None:
            places = self._places(elements, k, 1).reshape(-1)
            embedded = self._array("embedded", numbers, k * d)
            torch.index_select(p["embedding"].reshape(-1, d), 0, places, out=embedded.view(-1, d))
            torch.baddbmm(p["bias"][:, None], embedded, p["hidden"].transpose(1, 2), out=hidden)
        else:
            places = self._places(elements, 1, networks).reshape(-1, k)
            summed = torch.nn.functional.embedding_bag(places, tables.view(-1, m), mode="sum")
            torch.add(summed.view(networks, rows, m), p["bias"][:, None], out=hidden)
        hidden.relu_()
        torch.baddbmm(p["offset"][:, None], hidden, p["output"].transpose(1, 2), out=logits)
        torch.log_softmax(logits, 2, out=logits)
        labels = self.labels[numbers][..., None]
        value = -logits.gather(2, labels).sum((1, 2))
        logits.exp_().scatter_add_(2, labels, torch.full_like(labels, -1, dtype=self.dtype))
        g["output"].baddbmm_(logits.transpose(1, 2), hidden, alpha=share)
        g["offset"].add_(logits.sum(1), alpha=share)
        before = torch.bmm(logits, p["output"], out=self._array("before", numbers, m))
        torch.ops.aten.threshold_backward(before, hidden, 0, grad_input=before)
        g["bias"].add_(before.sum(1), alpha=share)
        if back is None:
            g["hidden"].baddbmm_(before.transpose(1, 2), embedded, alpha=share)
            torch.bmm(before, p["hidden"], out=embedded)
            g["embedding"].view(-1, d).index_add_(0, places, embedded.view(-1, d), alpha=share)
        else:
            for j in range(k):
                back.view(-1, m).index_add_(0, places[:, j], before.view(-1, m), alpha=share)
        return value

    def _places(self, elements: Tensor, per_network: int, per_input: int) -> Tensor:
        """Rows of tables (..., n, .) where each element (networks, rows, k) is, the tables in either order."""
        networks, _, k = elements.shape
        tables = per_network * torch.arange(networks, device=elements.device)[:, None, None]
        return elements + self.population.n * (tables + per_input * torch.arange(k, device=elements.device))

    def _tables(self, p: Mapping[str, Tensor]) -> Tensor:
        """What each element of each input adds to the hidden layer, shape (k, networks, n, m)."""
        networks, k, n, d = p["embedding"].shape
        result = p["embedding"].new_empty(k, networks, n, p["bias"].shape[1])
        for j in range(k):
            torch.bmm(p["embedding"][:, j], p["hidden"][:, :, j * d : (j + 1) * d].transpose(1, 2), out=result[j])
        return result

    def _tables_back(self, p: Mapping[str, Tensor], g: Mapping[str, Tensor], back: Tensor) -> None:
        """Add the gradients that the tables hand on to embeddings and hidden layer."""
        d = p["embedding"].shape[3]
        for j in range(self.population.k):
            part = slice(j * d, (j + 1) * d)
            g["embedding"][:, j] += torch.bmm(back[j], p["hidden"][:, :, part])
            g["hidden"][:, :, part] += torch.bmm(back[j].transpose(1, 2), p["embedding"][:, j])

    def _array(self, name: str, numbers: Tensor, size: int) -> Tensor:
        """Work memory of shape (networks, rows, size), the same in every step."""
        shape = (*numbers.shape, size)
        if (name, shape) not in self.memory:
            self.memory[name, shape] = torch.empty(shape, dtype=self.dtype, device=numbers.device)
        return self.memory[name, shape]
