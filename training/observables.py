"""What is measured of a network while it trains: exact margins in float64, spectra, frequencies, phases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.reference import masses
from training.tasks import Problem

Array = NDArray[np.float64]
CHUNK = 400_000  # float64 hidden sums held at a time (3 MB)
LIVE = 1e-4  # neurons below this share of the largest mass are not counted: they have died out
COVERED = 0.02  # a frequency is covered if it holds this share of an equal share of the mass


def logits_in_chunks(problem: Problem, U: Tensor, W: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Logits (rows, classes) and labels (rows, 1) of the population, in order, in the weights' type."""
    labels = torch.as_tensor(problem.labels, device=U.device)
    m = U.shape[2]

    def activate(sums: Tensor) -> Tensor:
        if problem.activation == "relu":
            return sums.clamp_(min=0)
        power = sums
        for _ in range(problem.k - 1):  # several times faster than **
            power = power * sums
        return power

    if not problem.one_hot:
        bits = torch.as_tensor(problem.task.inputs(), device=U.device)
        for part, label in zip(
            torch.split(bits, max(1, CHUNK // m)), torch.split(labels, max(1, CHUNK // m)), strict=True
        ):
            yield activate(part.to(U.dtype) @ U[0]) @ W, label
        return
    prefixes = torch.as_tensor(problem.prefixes, device=U.device)
    size = max(1, CHUNK // (m * problem.n))
    for part, label in zip(torch.split(prefixes, size), torch.split(labels, size), strict=True):
        x = U.new_zeros(len(part), m)
        for j in range(problem.k - 1):
            x += U[j][part[:, j]]
        yield activate((x[:, None] + U[-1]).view(-1, m)) @ W, label.reshape(-1, 1)


def margins(problem: Problem, U: Tensor, W: Tensor) -> Tensor:
    """f[y] - max_{c != y} f[c] of every input in the population, float64, shape (population,)."""
    found = []
    for logits, labels in logits_in_chunks(problem, U.double(), W.double()):
        right = logits.gather(1, labels)
        found.append(right[:, 0] - logits.scatter_(1, labels, -torch.inf).amax(1))
    return torch.cat(found)


def mass(problem: Problem, U: Tensor, W: Tensor) -> float:
    """||theta||^nu in float64."""
    return float(masses(U.double(), W.double(), problem.degree).sum())


@dataclass(frozen=True)
class Features:
    """Per neuron: the share of its squared norm at its dominant frequency (irrep), which one, and phase residuals.

    `residuals`: theta_w - sum_j theta_u_j in turns, in [-1/2, 1/2); modular addition only, else None. `names` of the
    features, in the order of `dominant`.
    """

    power: Array
    dominant: NDArray[np.int64]
    names: tuple[str, ...]
    residuals: Array | None


def features(problem: Problem, U: Array, W: Array) -> Features:
    """Features of weights U (k, n, m) and W (m, classes), or (1, n, m) and (m, 2) for parity."""
    from margin.tasks import GroupComposition, ModularAddition

    if isinstance(problem.task, ModularAddition):
        return _modular(problem.n, U, W)
    if isinstance(problem.task, GroupComposition):
        return _irreps(problem, U, W)
    total = _floor((U**2).sum((0, 1)) + (W**2).sum(1))
    wanted = (U[0, : problem.k] ** 2).sum(0) + (W[:, 0] - W[:, 1]) ** 2 / 2
    return Features(wanted / total, np.zeros(len(W), np.int64), ("parity",), None)


def _modular(n: int, U: Array, W: Array) -> Features:
    spectrum = np.fft.rfft(np.concatenate([U, W.T[None]]), axis=1)  # (k + 1, n//2 + 1, m)
    power = (np.abs(spectrum) ** 2).sum(0)
    power[1 : (n + 1) // 2] *= 2  # a frequency below n/2 stands for itself and its negative
    power /= _floor(power.sum(0))
    dominant = power[1:].argmax(0) + 1
    angles = np.angle(np.take_along_axis(spectrum, dominant[None, None], axis=1)[:, 0]) / (2 * np.pi)
    difference = angles[-1] - angles[:-1].sum(0)
    names = tuple(map(str, range(1, n // 2 + 1)))
    return Features(power.max(0), dominant - 1, names, (difference + 0.5) % 1 - 0.5)


def _irreps(problem: Problem, U: Array, W: Array) -> Features:
    """Isotypic projections: P_rho = delta / (e n) times the matrix of chi_rho(g^-1 h)."""
    n = problem.n
    quotients = np.empty((n, n), np.int64)  # g^-1 h: the x with g x = h
    np.put_along_axis(quotients, problem.table, np.arange(n)[None].repeat(n, 0), axis=1)
    vectors = np.concatenate([U, W.T[None]])
    total = _floor((vectors**2).sum((0, 1)))
    powers, names = [], []
    for number, (dimension, commutant, character) in enumerate(problem.irreps(), 1):
        projector = dimension / (commutant * n) * character[quotients]
        powers.append(((projector @ vectors) ** 2).sum((0, 1)) / total)
        names.append(f"{number}:dim{dimension}")
    power = np.array(powers)
    return Features(power.max(0), power.argmax(0), tuple(names), None)


def _floor(total: Array) -> Array:
    return np.maximum(total, np.finfo(np.float64).tiny)


def summary(problem: Problem, U: Tensor, W: Tensor) -> dict[str, Any]:
    """The features of the live neurons, for the trajectory.

    power_min, power_median and, weighted by mass, power_mean; neurons and mass share per frequency; largest and mean
    absolute phase residual in turns, weighted by mass.
    """
    u, w = U.double().cpu().numpy(), W.double().cpu().numpy()
    weight = masses(U.double(), W.double(), problem.degree).cpu().numpy()
    found = features(problem, u, w)
    live = weight > LIVE * weight.max()
    weight = np.where(live, weight, 0.0)
    weight = weight / _floor(weight.sum())
    size = len(found.names)
    result: dict[str, Any] = {
        "live": int(live.sum()),
        "power_min": float(found.power[live].min(initial=1.0)),
        "power_median": float(np.median(found.power[live])) if live.any() else 0.0,
        "power_mean": float(found.power @ weight),
        "neurons": np.bincount(found.dominant[live], minlength=size).tolist(),
        "shares": [float(f"{x:.6g}") for x in np.bincount(found.dominant, weight, minlength=size)],
    }
    if found.residuals is not None:
        result["residual_mean"] = float(np.abs(found.residuals) @ weight)
        result["residual_max"] = float(np.abs(found.residuals[live]).max(initial=0.0))
    return result


def covered(shares: list[float]) -> int:
    """How many frequencies (irreps) hold mass: at least 2% of an equal share."""
    return sum(share >= COVERED / len(shares) for share in shares)
