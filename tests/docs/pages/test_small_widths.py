"""The two rows of docs/theory.md, 5.13 on groups: fewer neurons than the minimal construction, on every input."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

Array = NDArray[np.float64]
Tuples = list[tuple[Array, Array, Array]]
# x_2 and x_3 as signs of the coordinates 1, i, j, k of (+-1 +- i +- j +- k)/2
QUATERNIONS = "-+++ +-+-; -++- ++-+; -+-+ -+++; -+-- --++; --++ -+--; --+- +--+; ---+ ----; ---- +++-"


def dihedral() -> Array:
    """The eight signed permutation matrices of R^2, closed under products."""
    turn, flip = np.array([[0.0, -1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
    rotations = [np.linalg.matrix_power(turn, r) for r in range(4)]
    return np.array([a @ b for b in (np.eye(2), flip) for a in rotations])


def quaternions() -> Array:
    """Left multiplication by +-1, +-i, +-j, +-k on R^4."""
    i = np.array([[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1], [0, 0, 1, 0]], dtype=np.float64)
    j = np.array([[0, 0, -1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, -1, 0, 0]], dtype=np.float64)
    return np.array([sign * a for a in (np.eye(4), i, j, i @ j) for sign in (1, -1)])


def dihedral_tuples() -> Tuples:
    e = np.eye(2)
    return [(e[a], (e[0] + s * e[1]) / np.sqrt(2), s * e[b]) for a, b, s in product((0, 1), (0, 1), (1, -1))]


def quaternion_tuples() -> Tuples:
    def unit(word: str) -> Array:
        return np.array([0.5 if sign == "+" else -0.5 for sign in word])

    pairs = [pair.split() for pair in QUATERNIONS.split("; ")]
    return [(np.eye(4)[0], unit(second), unit(third)) for second, third in pairs]


def error(rho: Array, tuples: Tuples) -> float:
    """Greatest deviation of the tuples' mean of (u_1(g) + u_2(h))^2 w(c) from 2 delta^-3 tr rho(g h c^-1)."""
    x_1, x_2, x_3 = (np.array(vectors) for vectors in zip(*tuples, strict=True))
    u_1, u_2, w = (np.einsum("ma,gab,mb->mg", left, rho, right) for left, right in ((x_1, x_2), (x_2, x_3), (x_1, x_3)))
    reached = np.einsum("mgh,mc->ghc", (u_1[:, :, None] + u_2[:, None, :]) ** 2, w) / len(tuples)
    wanted = 2 / rho.shape[1] ** 3 * np.einsum("gab,hbd,cad->ghc", rho, rho, rho)
    return float(np.abs(reached - wanted).max())


CASES = [(dihedral(), dihedral_tuples()), (quaternions(), quaternion_tuples())]


@pytest.mark.parametrize(("rho", "tuples"), CASES, ids=["D4", "Q8"])
def test_eight_neurons_compute_the_character_on_every_input(rho: Array, tuples: Tuples) -> None:
    assert len(tuples) == 8
    assert len({matrix.tobytes() for matrix in rho + 0.0}) == 8
    assert error(rho, tuples) < 1e-15


@pytest.mark.parametrize(("rho", "tuples"), CASES, ids=["D4", "Q8"])
def test_no_neuron_can_be_left_out_or_turned(rho: Array, tuples: Tuples) -> None:
    assert error(rho, tuples[1:]) > 1e-3
    first, second, third = tuples[0]
    assert error(rho, [(first, second, -third), *tuples[1:]]) > 1e-3
