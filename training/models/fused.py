"""One training step, forward and backward fused by hand over chunks of the population.

Neither form stores a population x m array. With the sum S = x + y of a prefix (all inputs but the last) and a last
input, D the gradient of the logits and f = S^k W:

- `DirectStep`: S, S^k, logits, D, dW += (S^k)^T D, dS = k S^(k-1) (D W^T), summed into dx and dy.
- `FactoredStep`: (x + y)^k is x^k + y^k + sum_j C(k,j) x^j y^(k-j), so the logits of all (x, y, c) are matrix products
  of the powers x^j with the Khatri-Rao products y^(k-j) w_c. That is k - 1 times the arithmetic, but nothing of size
  population x m is ever touched: fastest for small n at k = 3.

`GatherStep` takes any list of inputs (mini-batches, a training split), `BitStep` sparse parity; `SharedStep` has one
embedding for all inputs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import comb

import torch
from torch import Tensor

from margin.tasks import ModularAddition, SharedEmbedding
from training import settings
from training.losses import Loss
from training.population import Population

DIRECT_FLOATS = 320_000  # hidden sums per chunk: four such buffers stay in the last-level cache
FACTORED_FLOATS = 1 << 23  # Khatri-Rao products held at a time
FACTORED_ROWS = 640


class Step(ABC):
    """Holds the gradients dU (k, n, m) and dW (m, classes) of the last call, and the buffers; abstract."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        self.population, self.chosen = population, chosen
        self.k, self.width, self.degree = population.k, chosen.width, chosen.degree(population.k)
        self.function = chosen.function(population.k)
        self.dtype, self.device = dtype, device
        self.dU = self.empty(population.embeddings, population.n, self.width).zero_()
        self.dW = self.empty(self.width, population.classes).zero_()
        self.labels = torch.as_tensor(population.labels, device=device)
        self.accumulators: list[Tensor] = [self.dU, self.dW]

    def empty(self, *shape: int) -> Tensor:
        return torch.empty(shape, dtype=self.dtype, device=self.device)

    def __call__(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None = None) -> Tensor:
        """The loss; leaves its gradients in dU and dW. `batch`: numbers of prefixes (inputs for `GatherStep`)."""
        degree = self.degree
        squares = U.square().sum((0, 1)).add_(W.square().sum(1))
        loss.begin(self.inputs(batch), (squares ** (degree / 2)).sum())
        self.dU.zero_()
        self.dW.zero_()
        self.accumulate(U, W, loss, batch)
        value, factor, slope = loss.finish()
        pull = squares.pow_(degree / 2 - 1).mul_(degree).mul_(slope)
        self.dU.mul_(factor).addcmul_(U, pull)
        self.dW.mul_(factor).addcmul_(W, pull[:, None])
        return value

    def inputs(self, batch: Tensor | None) -> int:
        """How many inputs a batch stands for."""
        return self.labels.numel() if batch is None else len(batch) * self.labels.shape[1]

    @abstractmethod
    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        """Add the gradients of the data term to dU and dW, up to the factor of the loss."""

    def differentiate(self, loss: Loss, logits: Tensor, labels: Tensor) -> None:
        """Logits to gradients in place; earlier gradients are rescaled where the loss says so."""
        factor = loss.chunk(logits, labels)
        if factor is not None:
            for tensor in self.accumulators:
                tensor.mul_(factor)

    def activate(self, sums: Tensor, hidden: Tensor, spare: Tensor) -> Tensor:
        """Fill `hidden` with the activations of `sums`; returns their derivative over `slope`.

        It lies in `sums` or `spare`, or anew for an activation that has no code of its own here.
        """
        if self.chosen.activation == "relu":
            torch.clamp(sums, min=0, out=hidden)
            return torch.gt(sums, 0, out=spare)
        if self.chosen.activation != "power":
            hidden.copy_(self.function.value(sums))
            return self.function.slope(sums)
        if self.k == 1:
            hidden.copy_(sums)
            return sums.fill_(1)
        power = sums if self.k == 2 else torch.mul(sums, sums, out=spare)
        for _ in range(self.k - 3):
            power.mul_(sums)
        torch.mul(power, sums, out=hidden)
        return power

    @property
    def slope(self) -> int:
        """Constant factor of the activation's derivative, applied where sums are smallest."""
        return self.k if self.chosen.activation == "power" else 1


def _rows(batch: Tensor | None, count: int, size: int, device: torch.device) -> list[Tensor]:
    numbers = torch.arange(count, device=device) if batch is None else batch
    return list(torch.split(numbers, size))


class PrefixStep(Step):
    """Group tasks whose chunks are lists of prefixes; abstract."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device, most: int
    ) -> None:
        super().__init__(population, chosen, dtype, device)
        self.prefixes = torch.as_tensor(population.prefixes, device=device)
        chunks = -(-len(self.prefixes) // most)
        self.count = -(-len(self.prefixes) // chunks)  # equal chunks: a narrow last one would be slow
        self.whole = self._chunks(torch.arange(len(self.prefixes), device=device))
        self.kept: tuple[Tensor | None, list[tuple[Tensor, Tensor]]] = (None, self.whole)

    def _chunks(self, numbers: Tensor) -> list[tuple[Tensor, Tensor]]:
        return [(self.prefixes[part], self.labels[part]) for part in torch.split(numbers, self.count)]

    def chunks(self, batch: Tensor | None) -> list[tuple[Tensor, Tensor]]:
        """Prefixes (rows, k - 1) and labels (rows, n), a chunk at a time."""
        if batch is None:
            return self.whole
        if batch is not self.kept[0]:  # a process's part of the population is the same in every step
            self.kept = batch, self._chunks(batch)
        return self.kept[1]

    def prefix_sums(self, U: Tensor, prefixes: Tensor, out: Tensor) -> Tensor:
        """x = sum_j u_j(a_j) over the inputs of the prefix, shape (rows, m)."""
        if self.k == 1:
            return out.zero_()
        out.copy_(U[0].index_select(0, prefixes[:, 0]))
        for j in range(1, self.k - 1):
            out += U[j].index_select(0, prefixes[:, j])
        return out


class DirectStep(PrefixStep):
    """Group tasks, chunked over prefixes."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        super().__init__(population, chosen, dtype, device, max(1, DIRECT_FLOATS // (population.n * chosen.width)))
        rows = self.count * population.n
        self.sums = self.empty(self.count, self.width)
        self.buffers = [self.empty(rows, self.width) for _ in range(4)]
        self.logits = self.empty(rows, population.classes)

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        n, k, m = self.population.n, self.k, self.width
        transposed = W.T.contiguous()
        for prefixes, table in self.chunks(batch):
            labels = table.view(-1, 1)
            sums, hidden, gradient, spare = (buffer[: len(labels)] for buffer in self.buffers)
            logits = self.logits[: len(labels)]
            x = self.prefix_sums(U, prefixes, self.sums[: len(prefixes)])
            torch.add(x[:, None, :], U[k - 1], out=sums.view(-1, n, m))
            derivative = self.activate(sums, hidden, spare)
            torch.mm(hidden, W, out=logits)
            self.differentiate(loss, logits, labels)
            self.dW.addmm_(hidden.T, logits)
            torch.mm(logits, transposed, out=gradient)
            cube = gradient.mul_(derivative).view(-1, n, m)
            self.dU[k - 1].add_(cube.sum(0), alpha=self.slope)
            dx = cube.sum(1)
            for j in range(k - 1):
                self.dU[j].index_add_(0, prefixes[:, j], dx, alpha=self.slope)


class FactoredStep(PrefixStep):
    """Group tasks with activation x^k, k >= 2, as matrix products with Khatri-Rao products."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        super().__init__(population, chosen, dtype, device, FACTORED_ROWS)
        n, width, terms, rows = population.n, self.width, self.k - 1, self.count
        limit = FACTORED_FLOATS if self.k > 2 else 2 * DIRECT_FLOATS
        self.lasts = max(1, min(n, limit // (n * width * terms)))
        self.products = self.empty(self.lasts * n, terms * width)
        self.dproducts = torch.empty_like(self.products)
        self.powers = self.empty(rows, terms * width)
        self.dpowers = torch.empty_like(self.powers)
        self.spare = self.empty(self.lasts, n, width)
        self.logits = self.empty(rows, self.lasts * n)
        self.dy = self.empty(n, n)
        self.accumulators = [self.dU, self.dW, self.dproducts, self.dy]

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        n, k, m = self.population.n, self.k, self.width
        y, transposed = U[k - 1], W.T.contiguous()
        self.dy.zero_()
        last_logits = y**k @ W
        for first in range(0, n, self.lasts):
            part = slice(first, min(first + self.lasts, n))
            size = part.stop - part.start
            products, dproducts = self.products[: size * n], self.dproducts[: size * n].zero_()
            cube, dcube = products.view(size, n, -1), dproducts.view(size, n, -1)
            for j in range(1, k):
                factor = comb(k, j) * y[part] ** (k - j)
                torch.mul(factor[:, None, :], transposed, out=cube[..., (j - 1) * m : j * m])
            for prefixes, labels in self.chunks(batch):
                self._tile(U, W, transposed, loss, prefixes, labels[:, part], part, products, dproducts, last_logits)
            spare = self.spare[:size]
            for j in range(1, k):
                power, lower = y[part] ** (k - j), y[part] ** (k - j - 1)
                block = dcube[..., (j - 1) * m : j * m]
                torch.mul(block, transposed, out=spare)
                self.dU[k - 1, part].addcmul_(spare.sum(1), lower, value=comb(k, j) * (k - j))
                torch.mul(block, power[:, None, :], out=spare)
                self.dW.add_(spare.sum(0).T, alpha=comb(k, j))
        self.dW.addmm_((y**k).T, self.dy)
        self.dU[k - 1].addcmul_(self.dy @ transposed, y ** (k - 1), value=k)

    def _tile(
        self,
        U: Tensor,
        W: Tensor,
        transposed: Tensor,
        loss: Loss,
        prefixes: Tensor,
        labels: Tensor,
        part: slice,
        products: Tensor,
        dproducts: Tensor,
        last_logits: Tensor,
    ) -> None:
        """Prefixes with last inputs `part`, and their labels."""
        n, k, m, size = self.population.n, self.k, self.width, part.stop - part.start
        powers, dpowers = self.powers[: len(prefixes)], self.dpowers[: len(prefixes)]
        x = self.prefix_sums(U, prefixes, powers[:, :m])
        for j in range(1, k - 1):
            torch.mul(powers[:, (j - 1) * m : j * m], x, out=powers[:, j * m : (j + 1) * m])
        highest = powers[:, -m:]  # x^(k-1)
        activation = highest * x
        logits = self.logits.view(-1)[: len(prefixes) * size * n].view(len(prefixes), size * n)
        torch.mm(powers, products.T, out=logits)
        cube = logits.view(len(prefixes), size, n)
        cube.add_((activation @ W)[:, None, :]).add_(last_logits[part])
        self.differentiate(loss, logits.view(-1, n), labels.reshape(-1, 1))
        dproducts.addmm_(logits.T, powers)
        torch.mm(logits, products, out=dpowers)
        shared = cube.sum(1)
        self.dy[part] += cube.sum(0)
        self.dW.addmm_(activation.T, shared)
        dx = (shared @ transposed).mul_(highest).mul_(k)
        for j in range(1, k):
            block = dpowers[:, (j - 1) * m : j * m]
            dx.add_(block) if j == 1 else dx.addcmul_(block, powers[:, (j - 2) * m : (j - 1) * m], value=j)
        for j in range(k - 1):
            self.dU[j].index_add_(0, prefixes[:, j], dx)


class GatherStep(Step):
    """Group tasks on any inputs, given by their numbers in the population."""

    def inputs(self, batch: Tensor | None) -> int:
        return self.labels.numel() if batch is None else len(batch)

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        n, k, m = self.population.n, self.k, self.width
        for numbers in _rows(batch, self.labels.numel(), max(n, 8 * DIRECT_FLOATS // m), U.device):
            digits = [numbers // n ** (k - 1 - j) % n for j in range(k)]
            sums = U[0].index_select(0, digits[0])
            for j in range(1, k):
                sums += U[j].index_select(0, digits[j])
            hidden, spare = torch.empty_like(sums), torch.empty_like(sums)
            derivative = self.activate(sums, hidden, spare)
            logits = hidden @ W
            self.differentiate(loss, logits, self.labels.view(-1)[numbers, None])
            self.dW.addmm_(hidden.T, logits)
            gradient = torch.mm(logits, W.T, out=hidden).mul_(derivative)
            for j in range(k):
                self.dU[j].index_add_(0, digits[j], gradient, alpha=self.slope)


class SharedStep(Step):
    """Addition with one embedding (1, n, m) for all inputs: the step of separate ones, all equal, its gradients added.

    The norm counts the embedding once.
    """

    def __init__(
        self,
        population: Population,
        chosen: settings.Neurons,
        dtype: torch.dtype,
        device: torch.device,
        rows: bool = False,
    ) -> None:
        super().__init__(population, chosen, dtype, device)
        separate = Population(ModularAddition(population.n, population.k))
        self.separate = step_for(separate, chosen, dtype, device, rows)

    def inputs(self, batch: Tensor | None) -> int:
        return self.separate.inputs(batch)

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        self.separate.dU.zero_()
        self.separate.dW.zero_()
        self.separate.accumulate(U.expand(self.k, -1, -1), W, loss, batch)
        torch.sum(self.separate.dU, 0, keepdim=True, out=self.dU)
        self.dW.copy_(self.separate.dW)


class BitStep(Step):
    """Sparse parity: inputs are vectors of +-1, U has shape (1, n, m)."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        super().__init__(population, chosen, dtype, device)
        self.bits = torch.as_tensor(population.task.inputs(), dtype=dtype, device=device)

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        for numbers in _rows(batch, len(self.bits), max(1, 8 * DIRECT_FLOATS // self.width), U.device):
            bits = self.bits[numbers]
            sums = bits @ U[0]
            hidden, spare = torch.empty_like(sums), torch.empty_like(sums)
            derivative = self.activate(sums, hidden, spare)
            logits = hidden @ W
            self.differentiate(loss, logits, self.labels[numbers])
            self.dW.addmm_(hidden.T, logits)
            gradient = torch.mm(logits, W.T, out=hidden).mul_(derivative)
            self.dU[0].addmm_(bits.T, gradient, alpha=self.slope)


def step_for(
    population: Population,
    chosen: settings.Neurons,
    dtype: torch.dtype,
    device: torch.device,
    rows: bool = False,
) -> Step:
    """The fastest step known for a task; `rows`: batches are inputs rather than prefixes."""
    if isinstance(population.task, SharedEmbedding):
        return SharedStep(population, chosen, dtype, device, rows)
    if not population.elements:
        return BitStep(population, chosen, dtype, device)
    if rows:
        return GatherStep(population, chosen, dtype, device)
    if chosen.activation == "power" and population.k == 3 and population.n <= 40:
        return FactoredStep(population, chosen, dtype, device)
    return DirectStep(population, chosen, dtype, device)
