"""Pricing: unit neurons of largest value under a dual, by alternating maximisation from many starts at once.

A dual D (N, classes) has D[x, y] = sum of the weights of x's wrong labels and D[x, c] = -weight(x, c). A neuron (u, w)
is worth sum_x act(x.u) <D[x], w>. The best w for u is along D^T act(Xu); then ||u||^2 : ||w||^2 = k : 1, and what is
left to maximise over unit u is F(u) = ||D^T act(Xu)||. Fixing w and linearising in u gives u = grad F / ||grad F||, the
power iteration of a homogeneous form; a shift (damping) is raised where a step would lower F, so that F only grows.
The maximum found is the largest of local maxima: a heuristic, never a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.io.resources import available_memory
from margin.solver.clock import Clock
from margin.solver.dataset import DataSet
from margin.solver.neurons import dual_matrix

Array = NDArray[np.float64]
TINY = 1e-300
_ZERO = 1e-8  # a hidden value below is taken for the kink of a piecewise linear activation
_KINKED = 100  # starts refined for such, one after another
_ENTRIES = 1_000_000  # hidden values of starts that climb together
_DERIVATIVES = 10_000_000  # entries of the derivatives of starts that are refined together
_PIECE = (
    2e8  # operations of a step of the starts that are refined together: a part of a second, as the clock is not asked
)
_PRODUCTS = 4_000_000  # inputs * features * classes: above, derivatives are made one start at a time
_TURNS = 4_000_000  # hidden values at points where sides change
_NULL = 512  # rows up to which a decomposition is made in full
_NEWTON_STEPS = 6  # that a start takes, about
_FEW = 12  # steps of an ascent that Newton's steps follow
_SETTLED = 1e-14  # a gain in F, relative, below which a start has reached its maximum
_MOST_PAIRS = 4_000_000  # products of two features of an input, of all inputs
_LARGE = 100_000  # features above which zeros are worth leaving out
_STEEP = 10  # exponent from which best neurons lie near single inputs, where random starts underflow


@dataclass(frozen=True)
class Priced:
    """Unit neurons U (d, m), W (m, classes) in order of falling price, with their prices (m,).

    `complete` is False where time ended the search: then the first price is no estimate of the largest one.
    """

    U: Array
    W: Array
    prices: Array
    complete: bool = True

    def distinct(self, most: int, closer_than: float = 1e-5, clock: Clock | None = None) -> Priced:
        """The first `most` that differ from each other in direction, up to the signs that change no function.

        With a clock, those of them that were compared in time.
        """
        far, count = 1 - closer_than**2 / 2, len(self.prices)
        near = np.zeros(count, dtype=bool)  # to one that is kept
        kept: list[int] = []
        for i in range(count):
            if len(kept) == most or (clock is not None and i % 16 == 15 and clock.late()):
                break
            if not near[i]:
                kept.append(i)
                inner, outer = self.U.T @ self.U[:, i], self.W @ self.W[i]
                near |= np.maximum(np.abs(inner) + outer, -inner - outer) > far
        return Priced(self.U[:, kept], self.W[kept], self.prices[kept], self.complete)


class Pricer:
    """Finds unit neurons of large value on one data set; `generator` draws the starts."""

    def __init__(self, data: DataSet, generator: np.random.Generator) -> None:
        self.data = data
        self.X: Any = sparse(data.features)
        self.columns, self.pairs = _pairs(data.features)
        self.generator = generator
        self.k = k = data.degree - 1
        self.scale = (k / (k + 1)) ** (k / 2) * (k + 1) ** -0.5  # value of norm-1 (u, w) over F of unit u

    def matrix(self, weights: Array) -> Array:
        """The dual as D (N, classes), from weights of the wrong labels (N * (classes - 1),) in order."""
        return dual_matrix(self.data, weights)

    def starts(self, count: int) -> Array:
        """Random unit directions, shape (d, count); for a steep activation half of them those of random inputs."""
        u = self.generator.standard_normal((self.data.features.shape[1], count))
        if self.k >= _STEEP:
            chosen = self.generator.integers(0, len(self.data), count // 2)
            u[:, : count // 2] = self.data.features[chosen].T
        return u / np.linalg.norm(u, axis=0)

    def _evaluate(self, D: Array, u: Array) -> tuple[Array, Array, Array]:
        """Hidden values, D^T act, F."""
        hidden = self.X @ u
        g = D.T @ self.data.activation.value(hidden)
        return hidden, g, np.sqrt((g**2).sum(axis=0))

    def _gradient(self, D: Array, hidden: Array, g: Array, F: Array) -> Array:
        v = D @ (g / np.maximum(F, TINY))
        result: Array = self.X.T @ (self.data.activation.slope(hidden) * v)
        return result

    def ascend(self, D: Array, u: Array, steps: int, clock: Clock, accuracy: float = 1e-13) -> Array:
        """Raise F from unit directions u (d, R) as long as the clock allows, as many at once as memory holds."""
        size = max(1, _ENTRIES // max(*self.X.shape, D.shape[1]))
        parts = range(0, u.shape[1], size)
        moved = []
        for i, first in enumerate(parts):
            own = clock.share(1 / (len(parts) - i))
            moved.append(self._ascend(D, u[:, first : first + size], steps, own, accuracy))
            clock.cut = clock.cut or own.cut
        return np.concatenate(moved, axis=1) if moved else u

    def _ascend(self, D: Array, u: Array, steps: int, clock: Clock, accuracy: float) -> Array:
        """All at once; rows that no longer move are left alone."""
        u = u.copy()
        shift = np.zeros(u.shape[1])
        active = np.arange(u.shape[1])
        state = self._evaluate(D, u)
        still = np.zeros(u.shape[1], dtype=int)
        for _ in range(steps):
            hidden, g, F = (array[..., active] for array in state)
            here = u[:, active]
            moved = self._gradient(D, hidden, g, F) + shift[active] * here
            moved /= np.maximum(np.sqrt((moved**2).sum(axis=0)), TINY)
            new = self._evaluate(D, moved)
            better = new[2] > F
            gain = new[2] - F
            winners = active[better]
            u[:, winners] = moved[:, better]
            for old, fresh in zip(state, new, strict=True):
                old[..., winners] = fresh[..., better]
            shift[winners] *= 0.4
            shift[active[~better]] = 2 * shift[active[~better]] + 0.2 * F[~better]
            quiet = gain <= accuracy * F
            still[active] = np.where(quiet, still[active] + 1, 0)
            active = active[still[active] < 12]
            if not active.size or clock.late():
                break
        return u

    def refine(self, D: Array, u: Array, clock: Clock, steps: int = 12) -> Array:
        """Newton's method for F^2/2 on the sphere, each step kept unless F falls; piecewise linear: `piecewise`.

        Directions u (d, R) come best first; those that time or memory leave no room for stay as they are.
        """
        if not u.shape[1]:
            return u
        act, d = self.data.activation, len(u)
        refined = u.copy()
        if act.sides is not None:
            for i in range(min(_KINKED, u.shape[1])):
                if clock.late():
                    break
                refined[:, i] = self.piecewise(D, u[:, i], act.sides, clock)
            return refined
        if 64 * d * d > available_memory():
            clock.cut = True
            return u
        count, classes = D.shape
        size = max(1, min(_DERIVATIVES // (d * max(count, d, classes)), int(_PIECE / self._newton_cost(classes))))
        for first in range(0, u.shape[1], size):
            part = slice(first, first + size)
            if not clock.allows(10 * d**3 * min(size, u.shape[1])):
                break
            refined[:, part] = self._refine(D, u[:, part], clock, steps)
        return refined

    def _newton_cost(self, classes: int) -> int:
        """Operations of a step of Newton's for one start."""
        count, d = self.data.features.shape
        made = count * d * (classes + d) if self.pairs is None else self.columns.nnz * classes + self.pairs.nnz
        return 2 * int(made) + 2 * classes * d**2 + 14 * d**3

    def _refine(self, D: Array, u: Array, clock: Clock, steps: int) -> Array:
        """All at once; those that a step no longer moves are left alone."""
        k, d = self.k, len(u)
        u = u.copy()
        active = np.arange(u.shape[1])
        for _ in range(steps):
            if not active.size or clock.late():
                break
            here = u[:, active]
            hidden, g, F = self._evaluate(D, here)
            J, H = self._derivatives(D, hidden, g)
            gradient = (g.T[:, None] @ J)[:, 0]
            radial = k * F**2
            H -= radial[:, None, None] * np.eye(d)
            column = here.T[:, :, None]
            along = H @ column
            along -= 0.5 * (column.transpose(0, 2, 1) @ along) * column
            H -= along @ column.transpose(0, 2, 1) + column @ along.transpose(0, 2, 1)  # no part along u
            tangent = gradient[:, :, None] - (gradient[:, None] @ column) * column
            values, vectors = np.linalg.eigh(H)
            curved = np.maximum(np.abs(values), 1e-6 * np.maximum(radial[:, None], TINY))
            step = (vectors @ (vectors.transpose(0, 2, 1) @ tangent / curved[:, :, None]))[:, :, 0].T
            step *= np.minimum(1.0, 0.3 / np.maximum(np.sqrt((step**2).sum(axis=0)), TINY))
            moved = here + step
            moved /= np.sqrt((moved**2).sum(axis=0))
            gain = self._evaluate(D, moved)[2] - F
            grown = gain > -_SETTLED * F  # up to rounding: the last step is the one that makes u exact
            u[:, active[grown]] = moved[:, grown]
            active = active[gain > _SETTLED * F]
        return u

    def _derivatives(self, D: Array, hidden: Array, g: Array) -> tuple[Array, Array]:
        """J (R, classes, d), derivative of g, and the Hessian of F^2/2 (R, d, d)."""
        act, X = self.data.activation, self.data.features
        slope = act.slope(hidden)
        curvature = act.bend(hidden) * (D @ g) if self.k > 1 else None
        (count, d), starts = X.shape, slope.shape[1]
        if self.pairs is not None:
            columns = (slope[:, :, None] * D[:, None, :]).reshape(count, -1)
            J = (self.columns @ columns).reshape(d, starts, -1).transpose(1, 2, 0)
            H = np.matmul(J.transpose(0, 2, 1), J)
            if curvature is not None:
                H += (self.pairs @ curvature).reshape(d, d, starts).transpose(2, 0, 1)
            return J, H
        if X.size * D.shape[1] <= _PRODUCTS:
            J = np.matmul((slope.T[:, :, None] * D).transpose(0, 2, 1), X)
            H = np.matmul(J.transpose(0, 2, 1), J)
            if curvature is not None:
                H += np.matmul((curvature.T[:, :, None] * X).transpose(0, 2, 1), X)
            return J, H
        J = np.stack([(self.X.T @ (D * column[:, None])).T for column in slope.T])
        H = np.matmul(J.transpose(0, 2, 1), J)
        if curvature is not None:
            for r, column in enumerate(curvature.T):
                bent = self.X.T @ (self.X * column[:, None])
                H[r] += bent if isinstance(bent, np.ndarray) else bent.toarray()
        return J, H

    def piecewise(self, D: Array, u: Array, sides: tuple[int, int], clock: Clock, steps: int = 60) -> Array:
        """A local maximum of F for a piecewise linear activation from a unit direction u (d,).

        While the side of 0 of each hidden value stays, F(u) = ||B u|| with B = (slope D)^T X, largest at a singular
        vector; maxima often lie where hidden values are 0, so inputs there that would lower F stay at 0. Each step goes
        to the best of the points where a side changes on the way to the singular vector, and of its end.
        """
        left, right = sides
        X = self.data.features
        F = self._evaluate(D, u[:, None])[2][0]
        released = np.zeros(len(self.X), dtype=np.int8)  # to the left (-1) or right (1) of 0
        for _ in range(steps):
            if clock.late():
                break
            hidden = self.X @ u
            zero = np.abs(hidden) <= _ZERO
            g = D.T @ self.data.activation.value(hidden)
            worth = D @ g / max(F, TINY)  # of an input's activation
            upward = (right - left) * worth < 0
            kept = zero & upward & (released == 0)
            side = np.where(zero, np.where(upward, released, 1), np.sign(hidden))
            slope = np.where(side > 0, right, left) * ~kept
            basis = np.eye(len(u))
            if kept.any():
                _, sizes, spanned = np.linalg.svd(X[kept], full_matrices=int(kept.sum()) <= max(_NULL, len(u)))
                basis = spanned[int((sizes > 1e-9).sum()) :].T
            sloping = slope != 0
            B = D[sloping].T @ (slope[sloping, None] * X[sloping])
            _, _, vectors = np.linalg.svd(B @ basis, full_matrices=False)
            end = basis @ vectors[0]
            end = end if end @ u >= 0 else -end
            change = self.X @ end - hidden
            moving = np.abs(change) > 1e-14
            turns = -hidden[moving] / change[moving]
            turns = turns[(turns > 1e-9) & (turns < 1)]
            most = max(1, _TURNS // len(X))
            if len(turns) > most:
                turns = np.sort(turns)[:: -(-len(turns) // most)]
            turns = np.concatenate([turns, [1.0, 0.5, 0.25, 0.1, 0.01]])
            points = u[:, None] + turns * (end - u)[:, None]
            points = np.append(points, (basis @ (basis.T @ u))[:, None], axis=1)  # what is kept, exactly at 0
            points /= np.maximum(np.sqrt((points**2).sum(axis=0)), TINY)
            values = self._evaluate(D, points)[2]
            best = int(values.argmax())
            if values[best] > F * (1 + 1e-14):
                u, F, released[:] = points[:, best], values[best], 0
                continue
            # at the maximum with `kept` at 0: which of them does the gradient not hold there from both sides?
            residual = B.T @ g / max(F, TINY) - F * u
            force, *_ = np.linalg.lstsq(X[kept].T, residual)
            size = -worth[kept]  # held: left * size <= force <= right * size
            excess = np.maximum(left * size - force, force - right * size)
            if not (excess > 1e-9 * F).any():
                break
            loose = int(excess.argmax())
            released[np.flatnonzero(kept)[loose]] = -1 if force[loose] < left * size[loose] else 1
        return u

    def climb(self, D: Array, U: Array, clock: Clock | None = None, steps: int = 60) -> tuple[Array, Array]:
        """Unit neurons (d, m), (m, classes) at the local maxima that input directions U (d, m) lead to, in order.

        Raises OutOfTime where the clock ends before.
        """
        clock = clock or Clock()
        u = self.refine(D, self.ascend(D, U / np.linalg.norm(U, axis=0), steps, clock), clock)
        clock.check()
        return self._unit(D, u)[:2]

    def _unit(self, D: Array, u: Array) -> tuple[Array, Array, Array]:
        """Unit neurons with input directions u and their best outputs; F."""
        _, g, F = self._evaluate(D, u)
        k = self.k
        w = (g / np.maximum(F, TINY)).T
        return u * np.sqrt(k / (k + 1)), w * np.sqrt(1 / (k + 1)), F

    def price(
        self, weights: Array, u: Array, steps: int = 150, refined: int = 200, clock: Clock | None = None
    ) -> Priced:
        """The neurons that starts u (d, R) lead to under weights of the wrong labels; the best `refined` by Newton.

        All of them where Newton's steps cost less than the last of the ascent's, which are then left out.
        """
        clock = clock or Clock()
        (count, d), classes = self.data.features.shape, self.data.classes
        newton = refined > 0 and self.data.activation.sides is None
        newton &= _NEWTON_STEPS * self._newton_cost(classes) < steps * 4 * count * (d + classes)
        refined = u.shape[1] if newton else refined
        D = self.matrix(weights)
        size = float(np.abs(D).max())
        D = D / size
        climbing = clock.share(0.6)
        u = self.ascend(D, u, _FEW if newton else steps, climbing)
        order = np.argsort(-self._evaluate(D, u)[2], kind="stable")
        u = u[:, order]
        u[:, :refined] = self.refine(D, u[:, :refined], clock)
        U, W, F = self._unit(D, u)
        order = np.argsort(-F, kind="stable")
        complete = not (climbing.cut or clock.cut)
        return Priced(U[:, order], W[order], F[order] * self.scale * size, complete)


def _pairs(X: Array) -> tuple[Any, Any]:
    """X^T (d, N) and the products of two features (d * d, N), as csr_arrays, where most of them are 0; else None."""
    count, d = X.shape
    nonzero = np.count_nonzero(X, axis=1)
    if not count or int((nonzero.astype(np.int64) ** 2).sum()) > min(count * d * d // 8, _MOST_PAIRS):
        return None, None
    from scipy.sparse import coo_array

    rows, columns = np.nonzero(X)
    counts = np.repeat(nonzero, nonzero)  # for each entry, the entries of its input
    first = np.repeat(np.arange(len(rows)), counts)
    starts = np.repeat(np.cumsum(nonzero) - nonzero, nonzero)
    second = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts) + starts[first]
    values = X[rows, columns]
    places = columns[first] * d + columns[second]
    products = coo_array((values[first] * values[second], (places, rows[first])), shape=(d * d, count))
    return coo_array((values, (columns, rows)), shape=(d, count)).tocsr(), products.tocsr()


def sparse(X: Array) -> Any:
    """X, or a scipy csr_array of it where most of many entries are 0: products then take a small part of the time."""
    if X.size <= _LARGE or np.count_nonzero(X) > X.size / 10:
        return X
    from scipy.sparse import csr_array

    return csr_array(X)
