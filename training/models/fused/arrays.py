"""The step of one small network for two inputs: `DirectStep` with cross-entropy by numpy, whose calls cost less.

A call of torch takes 2 to 5 us, one of numpy 0.5 to 1 us, and a step has about 40; tensors and arrays share memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training import settings
from training.losses import LEAST, CrossEntropy, Loss
from training.models.fused.step import DIRECT_FLOATS, DirectStep
from training.population import Population

Array = NDArray[Any]
PRODUCT = 1 << 18  # multiplications of a product up to which numpy's library starts no threads, whatever it is told
GRAIN = 1 << 15  # numbers up to which torch, too, takes one thread


def has_arrays(population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device) -> bool:
    """Whether a network has this step: x^2 on two inputs, on a processor, all hidden sums in one chunk.

    Numpy goes through arrays on one thread, torch on as many as it has, from `GRAIN` numbers on.
    """
    small = population.size * chosen.width <= (DIRECT_FLOATS if torch.get_num_threads() == 1 else GRAIN)
    squares = population.elements and population.embeddings == population.k == 2 and chosen.activation == "power"
    return squares and small and device.type == "cpu" and dtype in (torch.float32, torch.float64)


def product(first: Array, second: Array, out: Array) -> Callable[[], object]:
    """The matrix product of arrays that stay where they are, on as many threads as torch has."""
    if first.shape[0] * second.size <= PRODUCT:
        return partial(np.matmul, first, second, out=out)
    return partial(torch.mm, *map(torch.from_numpy, (first, second)), out=torch.from_numpy(out))


class ArrayStep(DirectStep):
    """`DirectStep` for `has_arrays`. Other losses, and steps on a part of the population, go by torch as there.

    The buffers are those of `DirectStep`, whose names they have here. With s_i = ||neuron_i||^2, the mass is
    sum_i s_i^(3/2) and its gradient 3 s_i^(1/2) times the weights.
    """

    def __init__(
        self, population: Population, chosen: settings.Neurons, dtype: torch.dtype, device: torch.device
    ) -> None:
        super().__init__(population, chosen, dtype, device)
        if len(self.whole) > 1:
            return
        n, m, rows = population.n, self.width, population.size
        self.dU_array, self.dW_array = self.dU.numpy(), self.dW.numpy()
        self.U_squares, self.W_squares = (tensor.numpy() for tensor in self.squares)
        self.sums_array, self.hidden_array = self.sums.numpy(), self.hidden.numpy()
        self.sums_cube, self.hidden_cube = (a.reshape(n, n, m) for a in (self.sums_array, self.hidden_array))
        logits = self.logits_array = self.logits.numpy()
        self.live, self.padding = np.split(logits, [population.classes], axis=1)
        self.flat = logits.reshape(-1)
        self.right = np.arange(rows) * logits.shape[1] + np.asarray(population.labels).reshape(-1)
        self.chosen_logits, self.column = np.empty(rows, logits.dtype), np.empty((rows, 1), logits.dtype)
        self.norms, self.of_W, self.roots = (np.empty(m, logits.dtype) for _ in range(3))
        weights, transposed, gradient = (
            tensor.numpy() for tensor in (self.output.weights, self.output.transposed, self.output.gradient)
        )
        self.W_places = weights[:, : population.classes], transposed[: population.classes].T
        self.gradient = gradient[: population.classes].T
        self.products = (
            product(self.hidden_array, weights, logits),
            product(logits.T, self.hidden_array, gradient),
            product(logits, transposed, self.hidden_array),
        )

    def __call__(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None = None) -> Tensor:
        if batch is not None or not isinstance(loss, CrossEntropy) or len(self.whole) > 1:
            return super().__call__(U, W, loss, batch)
        value = self.by_arrays(U.numpy(), W.numpy(), loss)
        return torch.from_numpy(np.array(value, self.dU_array.dtype))  # half the time of torch.tensor

    @np.errstate(all="ignore")  # as torch does; numbers that are not finite end a run in its loop
    def by_arrays(self, U: Array, W: Array, loss: CrossEntropy) -> float:
        """The loss; leaves its gradients in dU and dW."""
        sums, hidden, norms, roots = self.sums_array, self.hidden_array, self.norms, self.roots
        dU, dW, U_squares, W_squares = self.dU_array, self.dW_array, self.U_squares, self.W_squares
        logits_of, gradient_of, hidden_of = self.products
        np.multiply(U, U, out=U_squares)
        np.multiply(W, W, out=W_squares)
        np.add.reduce(U_squares.reshape(-1, self.width), 0, out=norms)
        np.add(norms, np.add.reduce(W_squares, 1, out=self.of_W), out=norms)
        mass = np.dot(norms, np.sqrt(norms, out=roots))
        for place in self.W_places:
            np.copyto(place, W)
        np.add(U[0][:, None], U[1], out=self.sums_cube)
        np.multiply(sums, sums, out=hidden)
        logits_of()
        total = self.differentiated()
        gradient_of()
        hidden_of()
        np.multiply(hidden, sums, out=hidden)
        np.add.reduce(self.hidden_cube, 1, out=dU[0])
        np.add.reduce(self.hidden_cube, 0, out=dU[1])
        penalty, slope = loss.penalty(mass)
        inputs = dU.dtype.type(self.population.size)
        np.multiply(dU, self.slope / inputs, out=dU)
        np.multiply(self.gradient, 1 / inputs, out=dW)
        roots *= self.degree * slope
        np.add(dU, np.multiply(U, roots, out=U_squares), out=dU)
        np.add(dW, np.multiply(W, roots[:, None], out=W_squares), out=dW)
        return float(total / inputs + penalty)

    def differentiated(self) -> Any:
        """The sum of the cross-entropy over inputs; replaces the logits by its gradients, as `CrossEntropy.chunk`."""
        logits, flat, column, right, chosen = (
            self.logits_array,
            self.flat,
            self.column,
            self.right,
            self.chosen_logits,
        )
        np.subtract(logits, np.maximum.reduce(self.live, 1, out=column, keepdims=True), out=logits)
        flat.take(right, out=chosen, mode="clip")
        np.maximum(logits, LEAST, out=logits)
        np.exp(logits, out=logits)
        self.padding.fill(0)  # products of these are near 0, and slow
        np.divide(logits, np.add.reduce(logits, 1, out=column, keepdims=True), out=logits)
        flat[right] -= 1
        return np.add.reduce(np.log(column, out=column), None) - np.add.reduce(chosen)
