"""Networks as arrays: logits and margins against naive loops, norms, spectra; what is refused."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin import ModularAddition, Network, construct
from margin.networks.activations import NAMED, Activation, Polynomial, Power
from margin.networks.inputs import AbsentData
from margin.shared.maximum import maximum_margin
from margin.solver import DataSet, from_task
from margin.tasks import GroupComposition, SharedEmbedding, SparseParity, Task
from tests.helpers import oracles
from tests.margin.shared.brute_force import images

Array = NDArray[np.float64]
SHAPES = [(1, 2, 1), (1, 5, 4), (2, 2, 3), (2, 5, 3), (3, 4, 2), (4, 3, 5)]  # k, n, m


def weights(k: int, n: int, m: int) -> tuple[Array, Array]:
    random = np.random.default_rng([k, n, m])
    return random.standard_normal((k, n, m)), random.standard_normal((m, n))


@st.composite
def integer_networks(draw: st.DrawFn) -> tuple[Array, Array]:
    k, n, m = draw(st.integers(1, 3)), draw(st.integers(2, 4)), draw(st.integers(1, 3))
    entries = st.integers(-4, 4)
    U = draw(st.lists(entries, min_size=k * n * m, max_size=k * n * m))
    W = draw(st.lists(entries, min_size=m * n, max_size=m * n))
    return np.array(U, np.float64).reshape(k, n, m), np.array(W, np.float64).reshape(m, n)


@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_from_arrays_copies_its_input(k: int, n: int, m: int) -> None:
    U, W = weights(k, n, m)
    network = Network.from_arrays(U, W)
    assert (network.task, network.width) == (ModularAddition(n, k), m)
    before = network.U.copy(), network.W.copy()
    U += 1
    W += 1
    assert np.array_equal(network.U, before[0])
    assert np.array_equal(network.W, before[1])
    assert not np.array_equal(network.U, U)


def test_lists_integers_and_float32_become_float64() -> None:
    ones = np.ones((2, 5, 3))
    for U in (ones.tolist(), ones.astype(np.int8), ones.astype(np.float32), ones.astype(bool)):
        network = Network.from_arrays(U, np.ones((3, 5), np.int64))
        assert network.U.dtype == network.W.dtype == np.float64
        assert (network.U == 1).all()


@pytest.mark.parametrize(
    ("U", "W"),
    [
        (np.ones((2, 5, 3)), np.ones((5, 3))),
        (np.ones((2, 5, 3)), np.ones((4, 5))),
        (np.ones((2, 5, 3)), np.ones((3, 4))),
        (np.ones((2, 5, 3)), np.ones(3)),
        (np.ones((5, 3)), np.ones((3, 5))),
        (np.ones((1, 2, 5, 3)), np.ones((3, 5))),
        (np.ones((0, 5, 3)), np.ones((3, 5))),
        (np.ones((2, 5, 0)), np.ones((0, 5))),
        (np.ones((2, 0, 3)), np.ones((3, 0))),
        (1.0, 2.0),
    ],
)
def test_other_shapes_are_refused(U: Any, W: Any) -> None:
    with pytest.raises(ValueError, match=r"U has shape \(.*\) and W \(.*\), expected \(k, n, m\) and \(m, n\)"):
        Network.from_arrays(U, W)


def test_one_residue_and_words_are_refused() -> None:
    with pytest.raises(ValueError, match="n = 1, expected an integer >= 2"):
        Network.from_arrays(np.ones((2, 1, 3)), np.ones((3, 1)))
    with pytest.raises(ValueError, match="could not convert"):
        Network.from_arrays("weights", np.ones((3, 5)))
    with pytest.raises(ValueError, match="inhomogeneous"):
        Network.from_arrays([[1, 2], [3]], np.ones((3, 5)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["U", "W"])
def test_weights_that_are_not_finite_are_refused(value: float, name: str) -> None:
    arrays = dict(zip(("U", "W"), weights(2, 5, 3), strict=True))
    Network.from_arrays(**arrays)
    place = (1, 2, 0)[-arrays[name].ndim :]
    arrays[name][place] = value
    with pytest.raises(ValueError) as refusal:
        Network.from_arrays(**arrays)
    assert f"{name}{list(place)} is {value}, expected finite weights" in str(refusal.value)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 22])
@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_logits_and_margin_agree_with_a_naive_loop(
    monkeypatch: pytest.MonkeyPatch, k: int, n: int, m: int, chunk: int
) -> None:
    monkeypatch.setattr("margin.networks.network._CHUNK", chunk)
    U, W = weights(k, n, m)
    network = Network.from_arrays(U, W)
    naive = oracles.logits(U, W)
    table = network.logits()
    assert table.shape == (n,) * (k + 1)
    assert all(np.allclose(table[a], naive[a], rtol=1e-12, atol=1e-12) for a in product(range(n), repeat=k))
    assert not np.allclose(table, np.roll(table, 1, axis=-1))
    inputs = np.array([(n - 1,) * k, (0,) * k, (1,) * (k - 1) + (0,)])
    assert np.allclose(network.logits(inputs), [naive[tuple(map(int, a))] for a in inputs], rtol=1e-12, atol=1e-12)
    assert network.margin() == pytest.approx(oracles.gaps(U, W).min(), rel=1e-12, abs=1e-12)
    assert network.normalised_margin() == pytest.approx(oracles.normalised_margin(U, W), rel=1e-12, abs=1e-12)
    assert abs(network.margin() - oracles.gaps(U, np.roll(W, 1, axis=1)).min()) > 1e-6


@given(integer_networks())
def test_margin_of_integer_weights_is_exact(arrays: tuple[Array, Array]) -> None:
    U, W = arrays
    network = Network.from_arrays(U, W)
    assert network.margin() == oracles.gaps(U, W).min()
    assert Network.from_arrays(U, -W).margin() == (-oracles.gaps(U, W)).min()
    shifted = Network.from_arrays(U, W + np.arange(network.width)[:, None])  # the same for every label
    assert shifted.margin() == network.margin()


def test_logits_of_any_leading_shape() -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    table = network.logits()
    assert network.logits([1, 2]).shape == (5,)
    assert (network.logits(np.array([[[1, 2]], [[4, 0]]], np.uint8)) == table[[[1], [4]], [[2], [0]]]).all()
    assert network.logits(np.zeros((0, 2), np.int64)).shape == (0, 5)
    assert network.logits(network.task.inputs()).reshape(5, 5, 5) == pytest.approx(table, rel=1e-14)


@pytest.mark.parametrize(
    "inputs", [[0, 5], [-1, 0], [0.0, 1.0], [True, False], [0, 1, 2], [0], 3, [], np.zeros((4, 0), np.int64), "ab"]
)
def test_other_inputs_are_refused(inputs: Any) -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    with pytest.raises(ValueError, match=r"got inputs of shape .* expected integers in 0\.\.4 of shape \(\.\.\., 2\)"):
        network.logits(inputs)


def test_population_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    monkeypatch.setattr("margin.io.resources.available_memory", lambda: 8 * 5**3)
    assert network.logits().shape == (5, 5, 5)
    monkeypatch.setattr("margin.io.resources.available_memory", lambda: 8 * 5**3 - 1)
    with pytest.raises(MemoryError, match=r"logits of all 5\^2 inputs: needs 1 kB"):
        network.logits()
    assert network.logits([1, 2]).shape == (5,)


@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_norm_and_masses(k: int, n: int, m: int) -> None:
    U, W = weights(k, n, m)
    network = Network.from_arrays(U, W)
    each = [oracles.norm_power(U[:, :, [i]], W[[i]]) for i in range(m)]
    assert network.masses() == pytest.approx(each, rel=1e-12)
    assert network.norm() == pytest.approx(sum(each) ** (1 / (k + 1)), rel=1e-12)
    assert network.norm() != pytest.approx(network.scaled(1.01).norm(), rel=1e-3)


@pytest.mark.parametrize("factor", [3, 0.5, -2.0, Fraction(1, 3)])
def test_scaling_keeps_the_normalised_margin(factor: float | Fraction) -> None:
    network = Network.from_arrays(*weights(3, 4, 5))
    scaled = network.scaled(factor)
    assert np.allclose(scaled.U, network.U * float(factor))
    assert scaled.margin() == pytest.approx(network.margin() * float(factor) ** 4, rel=1e-9)
    assert scaled.normalised_margin() == pytest.approx(network.normalised_margin(), rel=1e-9)
    assert scaled.margin() != pytest.approx(network.margin(), rel=1e-3)


def test_zero_weights_have_no_normalised_margin() -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    assert network.scaled(0).margin() == 0
    assert network.scaled(0).norm() == 0
    with pytest.raises(ValueError, match="all weights are zero"):
        network.scaled(0).normalised_margin()
    with pytest.raises(ValueError, match="is nan, expected finite"):
        network.scaled(float("nan"))


def test_overflow_is_refused() -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    assert np.isfinite(network.scaled(1e100).margin())
    for factor in (1e110, 1e150, 1e200):
        with np.errstate(all="ignore"), pytest.raises(OverflowError, match="a logit exceeds the float64 range"):
            network.scaled(factor).margin()


def test_overflow_is_refused_without_warnings() -> None:
    with pytest.raises(OverflowError, match="a logit exceeds the float64 range"):
        Network.from_arrays(*weights(2, 5, 3)).scaled(1e200).margin()


def test_complex_weights_are_refused() -> None:
    U, W = np.ones((2, 3, 1)), np.ones((1, 3))
    assert Network.from_arrays(U, W).width == 1
    for bad in ((U + 1j, W), (U, W + 0j)):
        with pytest.raises(ValueError, match="complex"):
            Network.from_arrays(*bad)


@pytest.mark.parametrize("factor", [1e-200, 1e-60, 1e60, 1e150])
def test_normalised_margin_of_tiny_and_huge_weights(factor: float) -> None:
    network = construct(ModularAddition(5, 2)).numeric()
    assert network.scaled(factor).normalised_margin() == pytest.approx(network.normalised_margin(), rel=1e-12)
    assert network.scaled(factor).normalised_margin() != pytest.approx(2 * network.normalised_margin())


def test_logits_beyond_float64_are_refused() -> None:
    network = construct(ModularAddition(5, 2)).numeric()
    assert np.isfinite(network.scaled(1e50).logits()).all()
    with pytest.raises(OverflowError, match="a logit exceeds"):
        network.scaled(1e150).logits()


# -- every kind of task ----------------------------------------------------------------------

KINDS: list[Task] = [
    ModularAddition(4, 2),
    ModularAddition(3, 3),
    GroupComposition("S3", 1),
    GroupComposition("S3", 2),
    GroupComposition("Q8", 2),
    GroupComposition("S3", 3),
    SparseParity(1, 1),
    SparseParity(4, 2),
    SparseParity(6, 3),
]
ACTIVATIONS: list[Activation | None] = [None, *dict.fromkeys(NAMED.values()), Power(3), Polynomial((1, 0, 2))]


def random_network(task: Task, m: int = 3, activation: Activation | None = None) -> Network:
    random = np.random.default_rng([task.n, task.k, m])
    shape = (task.n, m) if isinstance(task, SparseParity) else (task.k, task.n, m)
    return Network(task, random.standard_normal(shape), random.standard_normal((m, task.classes)), activation)


def loop_margins(network: Network) -> list[float]:
    """By the definition, one input, neuron and label at a time; labels from products and signs."""
    task, act, U, W = network.task, network.activation, network.U.tolist(), network.W.tolist()
    margins = []
    for x in task.inputs().tolist():
        if isinstance(task, SparseParity):
            hidden = [sum(U[j][i] * bit for j, bit in enumerate(x)) for i in range(len(W))]
            label = 0 if np.prod(x[: task.k]) == 1 else 1
        else:
            hidden = [sum(U[j][g][i] for j, g in enumerate(x)) for i in range(len(W))]
            label = x[0]
            for g in x[1:]:
                product = (label + g) % task.n if isinstance(task, ModularAddition) else group_product(task, label, g)
                label = product
        if isinstance(act, Polynomial):
            active = [sum(c * h**i for i, c in enumerate(act.coefficients)) for h in hidden]
        else:
            active = [oracles.activated(act.name, h) for h in hidden]
        logits = [sum(a * row[c] for a, row in zip(active, W, strict=True)) for c in range(task.classes)]
        margins.append(logits[label] - max(v for c, v in enumerate(logits) if c != label))
    return margins


def group_product(task: Task, left: int, right: int) -> int:
    assert isinstance(task, GroupComposition)
    return int(task.group.table()[left, right])


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("task", KINDS, ids=str)
@pytest.mark.parametrize("chunk", [1, 7, 48, 1 << 22])
def test_margin_of_any_weights_is_that_of_the_loop(
    task: Task, activation: Activation | None, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("margin.networks.network._CHUNK", chunk)
    network = random_network(task, activation=activation)
    margins = loop_margins(network)
    assert network.margin() == pytest.approx(min(margins), rel=1e-12, abs=1e-13)
    inputs = task.inputs()
    logits = network.logits(inputs)
    assert logits.shape == (task.population, task.classes)
    assert (logits == network.logits().reshape(logits.shape)).all()
    labels = task.labels(inputs)[:, None].astype(np.intp)
    right = np.take_along_axis(logits, labels, axis=1)[:, 0]
    np.put_along_axis(logits, labels, -np.inf, axis=1)
    assert (right - logits.max(axis=1)).tolist() == pytest.approx(margins, rel=1e-12, abs=1e-12)
    other = Network(task, network.U, 1.1 * network.W, activation)
    assert other.margin() != pytest.approx(network.margin(), rel=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS[:-1], ids=str)
@pytest.mark.parametrize("task", KINDS, ids=str)
def test_norm_of_every_kind(task: Task, activation: Activation | None) -> None:
    network = random_network(task, 4, activation)
    name = activation.name if activation else f"x^{task.k}"
    degree = round(np.log2(oracles.activated(name, 2) / oracles.activated(name, 1))) + 1
    masses = [np.sqrt((network.U[..., i] ** 2).sum() + (network.W[i] ** 2).sum()) ** degree for i in range(4)]
    assert (network.degree, network.width) == (degree, 4)
    assert network.masses() == pytest.approx(np.array(masses), rel=1e-12)
    assert network.norm() == pytest.approx(sum(masses) ** (1 / degree), rel=1e-12)
    assert network.normalised_margin() == pytest.approx(network.margin() / sum(masses), rel=1e-12)
    for factor in (1e-60, 1e-20, 3.0, 1e60):
        assert network.scaled(factor).normalised_margin() == pytest.approx(network.normalised_margin(), rel=1e-10)


@pytest.mark.parametrize("task", KINDS, ids=str)
def test_a_network_on_data_is_the_network_on_its_task(task: Task) -> None:
    for activation in ACTIVATIONS[:-1]:
        network = random_network(task, 3, activation)
        on_data = Network(from_task(task, activation), network.U.reshape(-1, 3), network.W)
        assert on_data.activation == network.activation
        assert on_data.margin() == pytest.approx(network.margin(), rel=1e-12, abs=1e-13)
        assert on_data.normalised_margin() == pytest.approx(network.normalised_margin(), rel=1e-12, abs=1e-13)
        assert on_data.logits() == pytest.approx(network.logits().reshape(task.population, -1), rel=1e-12)
    with pytest.raises(ValueError, match="which is no task"):
        on_data.task  # noqa: B018
    with pytest.raises(ValueError, match="which is no data set"):
        network.data  # noqa: B018
    assert (network.task, len(on_data.data.labels)) == (task, task.population)


def test_a_network_without_homogeneity_has_a_margin_and_no_norm() -> None:
    network = random_network(KINDS[0], activation=Polynomial((1, 0, 2)))
    assert np.isfinite(network.margin())
    for method in (network.norm, network.masses, network.normalised_margin):
        with pytest.raises(ValueError, match=r"activation 1 \+ 2\*x\^2 is not homogeneous, so there is no norm"):
            method()


@pytest.mark.parametrize("task", KINDS, ids=str)
def test_weights_of_every_kind_are_refused(task: Task) -> None:
    network = random_network(task)
    U, W = network.U, network.W
    shape = re.escape(str((*U.shape[:-1], "m")).replace("'", ""))
    for bad in ((U[..., :2], W), (U, W[:2]), (U, W[:, :-1]), (U[:-1], W), (U[None], W), (U[..., :0], W[:0]), (1.0, W)):
        with pytest.raises(ValueError, match=rf"expected {shape} and \(m, {task.classes}\) for {re.escape(str(task))}"):
            Network(task, *bad)
    for imaginary in ((1j * U, W), (U, W + 0j)):
        with pytest.raises(ValueError, match="complex weights, expected real ones"):
            Network(task, *imaginary)
    with pytest.raises(ValueError, match=r"W\[0, 1\] is nan, expected finite weights"):
        Network(task, U, np.where(np.arange(W.size).reshape(W.shape) == 1, np.nan, W))
    with pytest.raises(ValueError, match="all weights are zero"):
        Network(task, 0 * U, 0 * W).normalised_margin()
    with pytest.raises(OverflowError, match="scale the weights down"):
        network.scaled(1e200).margin()
    assert Network(task, U.tolist(), W.tolist()).margin() == network.margin()
    transposed = Network(task, np.asfortranarray(U), np.asfortranarray(W))
    assert transposed.U.flags.c_contiguous
    assert transposed.W.flags.c_contiguous


@pytest.mark.parametrize(
    ("task", "inputs", "says"),
    [
        (GroupComposition("S3", 2), [0, 1, 2], r"integers in 0\.\.5 of shape \(\.\.\., 2\)"),
        (GroupComposition("S3", 2), [0, 6], "integers in"),
        (GroupComposition("S3", 2), [-1, 0], "integers in"),
        (GroupComposition("S3", 2), [0.5, 1.0], "integers in"),
        (SparseParity(3, 2), [1, -1], r"bits 1 and -1 of shape \(\.\.\., 3\)"),
        (SparseParity(3, 2), [1, 0, 1], "bits 1 and -1"),
        (SparseParity(3, 2), [True, True, True], "bits 1 and -1"),
        (SparseParity(3, 2), 1, "bits 1 and -1"),
    ],
)
def test_inputs_of_every_kind_are_refused(task: Task, inputs: Any, says: str) -> None:
    network = random_network(task)
    assert network.logits(task.inputs()[0]).shape == (task.classes,)
    with pytest.raises(ValueError, match=f"expected {says}"):
        network.logits(inputs)


def test_networks_on_data() -> None:
    data = DataSet(np.array([[1.0, 0.5], [0.0, -1.0], [2.0, 0.0]]), np.array([0, 1, 1]), 2, Power(2), "three points")
    network = Network(data, np.array([[1.0], [1.0]]), np.array([[1.0, -1.0]]))
    assert network.logits().tolist() == [[2.25, -2.25], [1, -1], [4, -4]]
    assert network.logits([[1, 1]]).tolist() == [[4, -4]]
    assert network.margin() == -8
    for bad in ([1.0], [[1, 2, 3]], ["a", "b"]):
        with pytest.raises(ValueError, match=r"expected numbers of shape \(\.\.\., 2\)"):
            network.logits(bad)
    with pytest.raises(ValueError, match=r"expected \(2, m\) and \(m, 2\) for three points"):
        Network(data, np.ones((3, 1)), np.ones((1, 2)))
    absent = Network(AbsentData("elsewhere", 2, 2, Power(2)), network.U, network.W)
    assert absent.norm() == network.norm()
    assert absent.logits([[1, 1]]).tolist() == [[4, -4]]
    with pytest.raises(ValueError, match="no inputs of data set elsewhere are known"):
        absent.margin()


@pytest.mark.parametrize("task", [None, 5, "mod:5", (5, 2), np.ones(3)])
def test_what_is_no_task_is_refused(task: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a task such as ModularAddition\(23, 3\), or a data set"):
        Network(task, np.ones((2, 5, 1)), np.ones((1, 5)))


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 2), (3, 3)])
def test_a_shared_embedding_counts_once_and_reaches_the_lower_end(n: int, k: int) -> None:
    """All images of the integer network as arrays: its margin by brute force is that of the enclosure."""
    answer = maximum_margin(SharedEmbedding(n, k))
    neurons = images(answer.network)
    scales = [mass ** (1 / (k + 1)) / 2.0**40 for mass, _, _ in neurons]
    U = np.array([[x * s for x in u] for s, (_, u, _) in zip(scales, neurons, strict=True)]).T[None]
    W = np.array([[x * s for x in w] for s, (_, _, w) in zip(scales, neurons, strict=True)])
    network = Network(SharedEmbedding(n, k), U, W)
    assert network.U.shape[0] == 1
    assert network.normalised_margin() == pytest.approx(float(answer.low), rel=1e-10)
    each = Network(ModularAddition(n, k), np.repeat(U, k, 0), W)
    assert each.margin() == pytest.approx(network.margin(), rel=1e-12)
    assert each.normalised_margin() < network.normalised_margin()
    with pytest.raises(ValueError, match="expected"):
        Network(SharedEmbedding(n, k), np.repeat(U, k, 0), W)
