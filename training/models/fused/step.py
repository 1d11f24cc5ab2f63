"""One training step, forward and backward fused by hand over chunks of the population.

Neither form stores a population x m array. With the sum S = x + y of a prefix (all inputs but the last) and a last
input, D the gradient of the logits and f = S^k W:

- `DirectStep`: S, S^k, logits, D, dW += (S^k)^T D, dS = k S^(k-1) (D W^T), summed into dx and dy.
- `FactoredStep`: (x + y)^k is x^k + y^k + sum_j C(k,j) x^j y^(k-j), so the logits of all (x, y, c) are matrix products
  of the powers x^j with the Khatri-Rao products y^(k-j) w_c. That is k - 1 times the arithmetic, but nothing of size
  population x m is ever touched: fastest for small n at k = 3.

`GatherStep` takes any list of inputs (mini-batches, a training split), `BitStep` sparse parity.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import comb

import torch
from torch import Tensor

from training import settings
from training.losses import Loss
from training.models.fused.output import Output
from training.population import Population

DIRECT_FLOATS = 320_000  # hidden sums per chunk: four such buffers stay in the last-level cache
OTHER = 256  # times as many where the device is not a processor: it wants much work at once
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
        self.squares = torch.empty_like(self.dU), torch.empty_like(self.dW)
        self.labels = torch.as_tensor(population.labels, device=device)
        self.accumulators: list[Tensor] = [self.dU, self.dW]

    def empty(self, *shape: int) -> Tensor:
        return torch.empty(shape, dtype=self.dtype, device=self.device)

    def __call__(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None = None) -> Tensor:
        """The loss; leaves its gradients in dU and dW. `batch`: numbers of prefixes (inputs for `GatherStep`)."""
        degree = self.degree
        squares = torch.mul(U, U, out=self.squares[0]).sum((0, 1)).add_(torch.mul(W, W, out=self.squares[1]).sum(1))
        loss.begin(self.inputs(batch), (squares ** (degree / 2)).sum())
        self.dU.zero_()
        self.dW.zero_()
        self.accumulate(U, W, loss, batch)
        value, factor, slope = loss.finish()
        pull = squares.pow_(degree / 2 - 1).mul_(degree).mul_(slope)
        self.multiply(factor)
        self.dU.addcmul_(U, pull)
        self.dW.addcmul_(W, pull[:, None])
        return value

    def inputs(self, batch: Tensor | None) -> int:
        """How many inputs a batch stands for."""
        return self.labels.numel() if batch is None else len(batch) * self.labels.shape[1]

    @abstractmethod
    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        """Add the gradients of the data term to dU and dW, up to what `multiply` does with the loss's factor."""

    def multiply(self, factor: Tensor | float) -> None:
        """Complete dU and dW, times a factor."""
        self.dU.mul_(factor)
        self.dW.mul_(factor)

    def differentiate(self, loss: Loss, logits: Tensor, labels: Tensor) -> None:
        """Logits to gradients in place; earlier gradients are rescaled where the loss says so.

        Columns beyond the classes hold nothing: W has zeros there, and their part of its gradient is dropped.
        """
        padding = logits[:, self.population.classes :]
        if padding.numel() and loss.takes_padding:  # one piece of memory is gone through faster than a part of it
            padding.fill_(-torch.inf)
        elif padding.numel():
            logits = logits[:, : self.population.classes]
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
    def in_place(self) -> bool:
        """Whether `activate` needs no `spare`."""
        return self.chosen.activation == "power" and self.k <= 2

    @property
    def slope(self) -> int:
        """Constant factor of the activation's derivative, applied where sums are smallest."""
        return self.k if self.chosen.activation == "power" else 1


def _rows(batch: Tensor | None, count: int, size: int, device: torch.device) -> list[Tensor]:
    numbers = torch.arange(count, device=device) if batch is None else batch
    return list(torch.split(numbers, size))


@dataclass(frozen=True)
class Chunk:
    """Prefixes with all last inputs: `columns`, the prefixes input by input; `labels` (prefixes, n).

    `elements`: the prefixes as a range, where k = 2 and they follow each other; None elsewhere.
    """

    columns: tuple[Tensor, ...]
    labels: Tensor
    elements: slice | None

    def __len__(self) -> int:
        return len(self.labels)


class PrefixStep(Step):
    """Group tasks whose chunks are lists of prefixes; abstract."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device, most: int
    ) -> None:
        super().__init__(population, chosen, dtype, device)
        self.prefixes = torch.as_tensor(population.prefixes, device=device)
        chunks = -(-len(self.prefixes) // most)
        self.count = -(-len(self.prefixes) // chunks)  # equal chunks: a narrow last one would be slow
        self.whole = self._chunks(torch.arange(len(self.prefixes), device=device), whole=True)
        self.kept: tuple[Tensor | None, list[Chunk]] = (None, self.whole)

    def _chunks(self, numbers: Tensor, whole: bool = False) -> list[Chunk]:
        chunks, first = [], 0
        for part in torch.split(numbers, self.count):
            columns = tuple(column.contiguous() for column in self.prefixes[part].unbind(1))
            elements = slice(first, first + len(part)) if whole and self.k == 2 else None
            chunks.append(Chunk(columns, self.labels[part], elements))
            first += len(part)
        return chunks

    def chunks(self, batch: Tensor | None) -> list[Chunk]:
        """The chunks of a batch of prefixes, None for all."""
        if batch is None:
            return self.whole
        if batch is not self.kept[0]:  # a process's part of the population is the same in every step
            self.kept = batch, self._chunks(batch)
        return self.kept[1]

    def prefix_sums(self, U: Tensor, chunk: Chunk, out: Tensor) -> Tensor:
        """x = sum_j u_j(a_j) over the inputs of the prefix, shape (prefixes, m)."""
        if not chunk.columns:
            return out.zero_()
        out.copy_(U[0].index_select(0, chunk.columns[0]))
        for u, column in zip(U[1:], chunk.columns[1:], strict=False):  # U has the last input's too
            out += u.index_select(0, column)
        return out


class DirectStep(PrefixStep):
    """Group tasks, chunked over prefixes."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        larger = 1 if device.type == "cpu" else OTHER
        most = max(1, larger * DIRECT_FLOATS // (population.n * chosen.width))
        super().__init__(population, chosen, dtype, device, most)
        rows = self.count * population.n
        self.x = self.empty(self.count, self.width)
        self.sums, self.hidden = self.empty(rows, self.width), self.empty(rows, self.width)
        self.spare = self.sums if self.in_place else torch.empty_like(self.sums)
        self.output = Output(self.width, population.classes, dtype, device)
        self.logits = self.output.logits(rows)
        self.accumulators = [self.dU, self.output.gradient]
        self.slopes = self.dU.unbind()
        self.views: dict[int, tuple[Tensor, ...]] = {}

    def parts(self, count: int) -> tuple[Tensor, ...]:
        """What `count` prefixes fill of the buffers: views, made once."""
        if count not in self.views:
            n, m = self.population.n, self.width
            sums, hidden, spare, logits = (
                buffer[: count * n] for buffer in (self.sums, self.hidden, self.spare, self.logits)
            )
            cubes = sums.view(count, n, m), hidden.view(count, n, m)
            self.views[count] = (self.x[:count], sums, hidden, spare, *cubes, logits, logits.T)
        return self.views[count]

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        output, chunks, u, last = self.output, self.chunks(batch), U.unbind(), self.slopes[-1]
        output.begin(W)
        for chunk in chunks:
            x, sums, hidden, spare, sums_cube, cube, logits, transposed = self.parts(len(chunk))
            if chunk.elements is None:
                x = self.prefix_sums(U, chunk, x)
            else:
                x = u[0] if len(chunks) == 1 else u[0][chunk.elements]
            torch.add(x.unsqueeze(1), u[-1], out=sums_cube)
            derivative = self.activate(sums, hidden, spare)
            torch.mm(hidden, output.weights, out=logits)
            self.differentiate(loss, logits, chunk.labels.view(-1, 1))
            output.gradient.addmm_(transposed, hidden)
            torch.mm(logits, output.transposed, out=hidden).mul_(derivative)
            if len(chunks) == 1:
                torch.sum(cube, 0, out=last)
            else:
                last.add_(cube.sum(0))
            if chunk.elements is not None:
                torch.sum(cube, 1, out=self.slopes[0][chunk.elements])
                continue
            dx = cube.sum(1)
            for slope, column in zip(self.slopes, chunk.columns, strict=False):  # the last input has no column
                slope.index_add_(0, column, dx)

    def multiply(self, factor: Tensor | float) -> None:
        self.dU.mul_(self.slope * factor)
        self.output.finish(factor, self.dW)


class FactoredStep(PrefixStep):
    """Group tasks with activation x^k, k >= 2, as matrix products with Khatri-Rao products."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        super().__init__(population, chosen, dtype, device, FACTORED_ROWS * (1 if device.type == "cpu" else OTHER))
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
            for chunk in self.chunks(batch):
                self._tile(U, W, transposed, loss, chunk, part, products, dproducts, last_logits)
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
        chunk: Chunk,
        part: slice,
        products: Tensor,
        dproducts: Tensor,
        last_logits: Tensor,
    ) -> None:
        """The prefixes of a chunk with last inputs `part`."""
        n, k, m, size = self.population.n, self.k, self.width, part.stop - part.start
        powers, dpowers = self.powers[: len(chunk)], self.dpowers[: len(chunk)]
        x = self.prefix_sums(U, chunk, powers[:, :m])
        for j in range(1, k - 1):
            torch.mul(powers[:, (j - 1) * m : j * m], x, out=powers[:, j * m : (j + 1) * m])
        highest = powers[:, -m:]  # x^(k-1)
        activation = highest * x
        logits = self.logits.view(-1)[: len(chunk) * size * n].view(len(chunk), size * n)
        torch.mm(powers, products.T, out=logits)
        cube = logits.view(len(chunk), size, n)
        cube.add_((activation @ W)[:, None, :]).add_(last_logits[part])
        self.differentiate(loss, logits.view(-1, n), chunk.labels[:, part].reshape(-1, 1))
        dproducts.addmm_(logits.T, powers)
        torch.mm(logits, products, out=dpowers)
        shared = cube.sum(1)
        self.dy[part] += cube.sum(0)
        self.dW.addmm_(activation.T, shared)
        dx = (shared @ transposed).mul_(highest).mul_(k)
        for j in range(1, k):
            block = dpowers[:, (j - 1) * m : j * m]
            dx.add_(block) if j == 1 else dx.addcmul_(block, powers[:, (j - 2) * m : (j - 1) * m], value=j)
        for j, column in enumerate(chunk.columns):
            self.dU[j].index_add_(0, column, dx)


class GatherStep(Step):
    """Group tasks on any inputs, given by their numbers in the population."""

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        super().__init__(population, chosen, dtype, device)
        larger = 1 if device.type == "cpu" else OTHER // 8
        self.most = max(population.n, larger * 8 * DIRECT_FLOATS // self.width)
        self.output = Output(self.width, population.classes, dtype, device)
        self.accumulators = [self.dU, self.output.gradient]
        self.buffers = self._buffers(0)

    def inputs(self, batch: Tensor | None) -> int:
        return self.labels.numel() if batch is None else len(batch)

    def _buffers(self, rows: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        sums = self.empty(rows, self.width)
        spare = sums if self.in_place else torch.empty_like(sums)
        return sums, torch.empty_like(sums), spare, self.output.logits(rows)

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        n, k, output = self.population.n, self.k, self.output
        output.begin(W)
        for numbers in _rows(batch, self.labels.numel(), self.most, U.device):
            if len(self.buffers[0]) < len(numbers):
                self.buffers = self._buffers(len(numbers))
            sums, hidden, spare, logits = (buffer[: len(numbers)] for buffer in self.buffers)
            digits = [numbers // n ** (k - 1 - j) % n for j in range(k)]
            torch.index_select(U[0], 0, digits[0], out=sums)
            for j in range(1, k):
                sums += U[j].index_select(0, digits[j])
            derivative = self.activate(sums, hidden, spare)
            torch.mm(hidden, output.weights, out=logits)
            self.differentiate(loss, logits, self.labels.view(-1)[numbers, None])
            output.gradient.addmm_(logits.T, hidden)
            gradient = torch.mm(logits, output.transposed, out=hidden).mul_(derivative)
            for j in range(k):
                self.dU[j].index_add_(0, digits[j], gradient, alpha=self.slope)

    def multiply(self, factor: Tensor | float) -> None:
        self.dU.mul_(factor)
        self.output.finish(factor, self.dW)


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
