"""Brute-force oracles written from the definitions (docs/theory.md, 1 to 3), sharing no code with the package.

Arrays: U has shape (k, n, m), W (m, n). Nothing here knows about surds, phase groups or parity shortcuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache, reduce
from itertools import product
from math import cos, factorial, isclose, pi, prod, sqrt
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

if TYPE_CHECKING:
    from margin.networks.cosines import CosineNetwork
    from margin.networks.network import Network
    from margin.parity.construction import SignPatterns

    AnyNetwork = Network | CosineNetwork | SignPatterns

Array = NDArray[np.float64]
Real = TypeVar("Real", float, Fraction)
TOLERANCE = 1e-9


def logits(U: Array, W: Array) -> dict[tuple[int, ...], Array]:
    """f(a)[c] = sum_i (sum_j U[j, a_j, i])^k W[i, c] of every input a."""
    k, n, _ = U.shape
    table = {}
    for a in product(range(n), repeat=k):
        hidden = sum((U[j, a[j]] for j in range(k)), np.zeros(U.shape[2]))
        table[a] = hidden**k @ W
    return table


def gaps(U: Array, W: Array) -> Array:
    """f(a)[y] - f(a)[c] of every input a and every wrong label c, shape (n^k, n - 1)."""
    n = U.shape[1]
    rows = []
    for a, f in logits(U, W).items():
        y = sum(a) % n
        rows.append([f[y] - f[c] for c in range(n) if c != y])
    return np.array(rows)


def group_gaps(U: Array, W: Array, table: NDArray[np.integer]) -> Array:
    """As `gaps`, with the product of the inputs in a group as label; table[g, h] is g times h."""
    k, n, _ = U.shape
    rows = []
    for a in product(range(n), repeat=k - 1):
        labels = table[reduce(lambda g, h: table[g, h], a)] if a else np.arange(n)
        hidden = sum((U[j, g] for j, g in enumerate(a)), U[-1])  # of all last inputs at once
        for y, f in zip(labels, hidden**k @ W, strict=True):
            rows.append(f[y] - np.delete(f, y))
    return np.array(rows)


def parity_gaps(U: Array, W: Array, k: int) -> Array:
    """f(x)[y] - f(x)[1 - y] of every x in {1, -1}^n, U of shape (n, m); y = 0 where the first k bits multiply to 1."""
    rows = []
    for x in product((1, -1), repeat=len(U)):
        f = (np.array(x) @ U) ** k @ W
        y = 0 if prod(x[:k]) == 1 else 1
        rows.append([f[y] - f[1 - y]])
    return np.array(rows)


def norm_power(U: Array, W: Array, degree: int | None = None) -> float:
    """||theta||_{2,k+1}^(k+1): over neurons, the (k+1)-th power of the Euclidean norm of all its weights.

    k is the degree of the activation, by default the number of inputs.
    """
    inputs, _, width = U.shape
    k = degree or inputs
    total = 0.0
    for i in range(width):
        squares = sum(float((U[j, :, i] ** 2).sum()) for j in range(inputs)) + float((W[i] ** 2).sum())
        total += sqrt(squares) ** (k + 1)
    return total


def normalised_margin(U: Array, W: Array) -> float:
    return float(gaps(U, W).min()) / norm_power(U, W)


def best_neuron_value(n: int, k: int, z: int) -> float:
    """c_z = k! n^-k (n / delta)^((k-1)/2) (k+1)^(-(k+1)/2), delta = 1 at n/2 and 2 elsewhere."""
    delta = 1 if 2 * z == n else 2
    return factorial(k) / n**k * (n / delta) ** ((k - 1) / 2) * (k + 1) ** (-(k + 1) / 2)


def published_margin(n: int, k: int) -> float:
    """2 k! / ((2k+2)^((k+1)/2) (n-1) n^((k-1)/2)), printed for primes n."""
    return 2 * factorial(k) / ((2 * k + 2) ** ((k + 1) / 2) * (n - 1) * n ** ((k - 1) / 2))


def expected_margin(n: int, k: int) -> float:
    """gamma* of docs/theory.md, 4.1 in floats; `primal_margin` and `dual_margin` confirm it."""
    if n == 2:
        return 2 * best_neuron_value(2, k, 1)
    cheap = 1 - 2 ** (-(k - 1) / 2) if n % 2 == 0 else 0.0
    return n * best_neuron_value(n, k, 1) / (n - 1 - cheap)


def _program(n: int, k: int) -> tuple[Array, float]:
    """Rows: differences d = 1..n-1; columns: frequencies; entries c_z (1 - cos(2 pi z d / n)) / scale."""
    scale = best_neuron_value(n, k, 1)
    entries = [
        [best_neuron_value(n, k, z) / scale * (1 - cos(2 * pi * z * d / n)) for z in range(1, n // 2 + 1)]
        for d in range(1, n)
    ]
    return np.array(entries), scale


def primal_margin(n: int, k: int) -> float:
    """Best distribution of mass over frequencies: max over masses, min over differences."""
    table, scale = _program(n, k)
    differences, frequencies = table.shape
    result = linprog(
        [0.0] * frequencies + [-1.0],
        A_ub=np.hstack([-table, np.ones((differences, 1))]),
        b_ub=np.zeros(differences),
        A_eq=[[1.0] * frequencies + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * frequencies + [(None, None)],
    )
    assert result.status == 0
    return -float(result.fun) * scale


def dual_margin(n: int, k: int) -> float:
    """Best class weights, one per difference: min over weights, max over frequencies."""
    table, scale = _program(n, k)
    differences, frequencies = table.shape
    result = linprog(
        [0.0] * differences + [1.0],
        A_ub=np.hstack([table.T, -np.ones((frequencies, 1))]),
        b_ub=np.zeros(frequencies),
        A_eq=[[1.0] * differences + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * differences + [(None, None)],
    )
    assert result.status == 0
    return float(result.fun) * scale


def neuron_bound(n: int, k: int, class_weights: Sequence[float]) -> float:
    """max over frequencies of c_z (1 - sum_d tau(d) cos(2 pi z d / n)); class_weights[d - 1] = tau(d)."""
    return max(
        best_neuron_value(n, k, z) * (1 - sum(t * cos(2 * pi * z * d / n) for d, t in enumerate(class_weights, 1)))
        for z in range(1, n // 2 + 1)
    )


def weighted_gap(n: int, k: int, class_weights: Sequence[float], vectors: Array) -> float:
    """E over inputs of (sum_j u_j(a_j))^k (w(y) - sum_d tau(d) w(y + d)) of one neuron (u_1..u_k, w)."""
    total = 0.0
    for a in product(range(n), repeat=k):
        y = sum(a) % n
        right = vectors[k][y] - sum(t * vectors[k][(y + d) % n] for d, t in enumerate(class_weights, 1))
        total += sum(float(vectors[j][a[j]]) for j in range(k)) ** k * float(right)
    return total / n**k


def best_neuron_found(n: int, k: int, class_weights: Sequence[float], restarts: int = 8) -> tuple[float, Array]:
    """Largest k! E[u_1(a_1)...u_k(a_k) w~(y)] over norm 1, by alternating maximisation; the k+1 vectors too.

    The form is linear in each vector, so that its best direction is the gradient and, by AM-GM, all have one norm.
    """
    form = np.zeros((n,) * (k + 1))
    for a in product(range(n), repeat=k):
        for d, weight in enumerate([-1.0, *class_weights]):
            form[(*a, (sum(a) + d) % n)] = -weight * factorial(k) / n**k
    generator = np.random.default_rng(n * 100 + k)
    found, best = -np.inf, np.zeros((k + 1, n))
    for _ in range(restarts):
        vectors = generator.standard_normal((k + 1, n))
        value = 0.0
        for _ in range(2000):
            for j in range(k + 1):
                gradient = form
                for other in reversed([i for i in range(k + 1) if i != j]):
                    gradient = np.tensordot(gradient, vectors[other], axes=(other, 0))
                vectors[j] = gradient / np.linalg.norm(gradient)
            before, value = value, float(np.linalg.norm(gradient))
            if isclose(before, value, rel_tol=1e-14):
                break
        if value > found:
            found, best = value, vectors / sqrt(k + 1)
    return found * (k + 1) ** (-(k + 1) / 2), best


def renders_wanted_cosine(order: int, neurons: Iterable[tuple[Sequence[Fraction], Fraction, Fraction]]) -> bool:
    """Whether neurons (input phases, output phase, share) of unit cosines compute nothing but the wanted cosine.

    Every input and output of a frequency of that order, above 2: their weighted sum must be
    k! 2^-k cos 2 pi (a_1 + ... + a_k - c) / order.
    """
    listed = [([float(p) for p in phases], float(omega), float(share)) for phases, omega, share in neurons]
    k = len(listed[0][0])
    wave = [[[cos(2 * pi * (a / order + p)) for a in range(order)] for p in phases] for phases, _, _ in listed]
    for a in product(range(order), repeat=k):
        powers = [share * sum(wave[i][j][a[j]] for j in range(k)) ** k for i, (_, _, share) in enumerate(listed)]
        for c in range(order):
            value = sum(x * cos(2 * pi * (c / order + omega)) for x, (_, omega, _) in zip(powers, listed, strict=True))
            wanted = factorial(k) / 2**k * cos(2 * pi * (sum(a) - c) / order)
            if not isclose(value, wanted, abs_tol=1e-9 * factorial(k)):
                return False
    return True


def frequency_sum(n: int, k: int, masses: Sequence[float], difference: int) -> float:
    """sum_z mass_z c_z cos(2 pi z d / n): what a max-margin network outputs at label y + d."""
    return sum(mass * best_neuron_value(n, k, z) * cos(2 * pi * z * difference / n) for z, mass in enumerate(masses, 1))


def arrays(network: AnyNetwork) -> tuple[Array, Array]:
    """U and W, of the numeric form of a network in exact form."""
    from margin.networks.network import Network

    numeric = network if isinstance(network, Network) else network.numeric()
    return numeric.U, numeric.W


def mass_by_frequency(network: CosineNetwork) -> list[float]:
    """Mass at each of the frequencies 1..n/2, summed over neurons."""
    masses = [0.0] * (network.task.n // 2)
    for neuron in network.neurons():
        masses[neuron.frequency - 1] += float(neuron.mass)
    return masses


@cache
def multinomial_expansion(k: int) -> dict[tuple[int, ...], int]:
    """(sum_j e^(i x_j) + e^(-i x_j))^k term by term: all sequences of k signed unit vectors, counted."""
    terms: dict[tuple[int, ...], int] = {}
    for steps in product([(j, s) for j in range(k) for s in (1, -1)], repeat=k):
        m = tuple(sum(s for j, s in steps if j == i) for i in range(k))
        terms[m] = terms.get(m, 0) + 1
    return terms


def activated(name: str, x: Real) -> Real:
    """The activation of one number, from its name: ReLU, |x| or x^k."""
    if name in ("ReLU", "|x|"):
        return max(x, -x if name == "|x|" else 0 * x)
    result: Real = x ** int(name.removeprefix("x^"))
    return result


def margin_on_data(network: Network) -> float:
    """Normalised margin by the definition, one input and one neuron at a time."""
    data, lowest, mass = network.data, np.inf, 0.0
    for x, y in zip(data.features, data.labels, strict=True):
        logits = np.zeros(data.classes)
        for i in range(network.width):
            hidden = float(x @ network.U[:, i])
            logits += activated(data.activation.name, hidden) * network.W[i]
        lowest = min(lowest, logits[y] - np.delete(logits, y).max())
    for i in range(network.width):
        mass += float((network.U[:, i] ** 2).sum() + (network.W[i] ** 2).sum()) ** (network.degree / 2)
    return float(lowest) / mass
