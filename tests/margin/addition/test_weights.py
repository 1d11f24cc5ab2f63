"""Large weights: exact margins by products of matrices, the rounding that fits, networks of the sizes people train."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin import ModularAddition, Network, construct, maximum_margin
from margin.addition.certificate import weights_certificate
from margin.addition.logits import logits_certificate
from margin.addition.recognise import recognise
from margin.addition.weights import MOST_SLOTS, chosen, large_work, population_work
from margin.answers.sealing import ADDITION_WORK
from margin.networks.integer_margin import cubic_margin, largest_logit, packed_margin
from margin.tasks import SharedEmbedding
from tests.helpers.assertions import assert_verified
from tests.proofs_check.building.checkers import NAMES, checker, short

Integers = NDArray[np.int64]


def integers(n: int, k: int, m: int, bits: int, seed: int) -> tuple[Integers, Integers]:
    random = np.random.default_rng(seed)
    most = 2**bits - 1
    return random.integers(-most, most + 1, (k, n, m)), random.integers(-most, most + 1, (m, n))


@given(st.integers(2, 6), st.integers(1, 12), st.integers(1, 12), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_cubes_by_matrices_have_the_margin_of_every_logit(n: int, m: int, bits: int, seed: int) -> None:
    U, W = integers(n, 3, m, bits, seed)
    assert cubic_margin(U, W) == packed_margin(ModularAddition(n, 3), U.tolist(), W.tolist(), bits)


def test_cubes_that_may_not_fit_are_refused() -> None:
    U, W = np.full((3, 2, 1), 2**15), np.full((1, 2), 2**13)  # (3 2^15)^3 2^13 = 27 2^58
    assert cubic_margin(U, W // 2) == 0  # 27 2^57 < 2^62
    with pytest.raises(ValueError, match="logits may be 2\\^63 or more"):
        cubic_margin(U, W * 2)


@given(st.integers(2, 5), st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_no_logit_is_larger_than_the_largest(n: int, k: int, seed: int) -> None:
    U, W = integers(n, k, 3, 7, seed)
    hidden = np.zeros((n,) * k + (3,), dtype=np.int64)
    for j in range(k):
        hidden = hidden + U[j].reshape((1,) * j + (n,) + (1,) * (k - 1 - j) + (3,))
    logits = (hidden**k) @ W
    bound = largest_logit(U.tolist(), W.tolist())
    assert abs(logits).max() <= bound
    single = U[:, :, :1] * 0 + 2, W[:1] * 0 + 3  # all weights 2 and 3: reached
    assert largest_logit(single[0].tolist(), single[1].tolist()) == 3 * (2 * k) ** k


def noisy(n: int, k: int, construction: str, noise: float = 1e-3) -> Network:
    exact, random = construct(ModularAddition(n, k), construction).numeric(), np.random.default_rng(n)
    return Network.from_arrays(
        exact.U * (1 + noise * random.standard_normal(exact.U.shape)),
        exact.W * (1 + noise * random.standard_normal(exact.W.shape)),
    )


@pytest.mark.slow
def test_three_inputs_beyond_the_smaller_kind() -> None:
    """Written as large weights, verified by both, and hardly less than what the weights have."""
    network = noisy(31, 3, "paper")
    task = ModularAddition(31, 3)
    assert population_work(task, network.width, 13) > ADDITION_WORK
    content, value = weights_certificate(network)
    assert json.loads(content)["primal"]["kind"] == "large_weights"
    assert {short(checker(name)(content)) for name in NAMES} == {"VERIFIED"}
    margin = network.normalised_margin()
    assert 0.998 * margin < float(value) < maximum_margin(task).exact
    assert float(value) == pytest.approx(margin, rel=2e-3)


def test_the_smaller_kind_where_it_fits() -> None:
    weights = chosen(ModularAddition(5, 2), noisy(5, 2, "minimal"))
    assert (weights.kind, weights.bits) == ("weights", 40)
    coarse = chosen(ModularAddition(5, 2), noisy(5, 2, "minimal"), 9)
    assert (coarse.kind, coarse.bits) == ("weights", 9)
    assert abs(coarse.U).max() <= 2**9


def test_slots_are_counted() -> None:
    """Few steps, but more bytes of slots than a checker takes."""
    U, W = np.ones((3, 2, 120_000), dtype=np.int64), np.ones((120_000, 2), dtype=np.int64)
    U[0, 0, 0] = 2**62
    assert largest_logit(U.tolist(), W.tolist()).bit_length() == 187
    assert MOST_SLOTS > 4 * 120_000 * 24
    assert large_work(ModularAddition(2, 3), U, W) < ADDITION_WORK
    many = np.ones((3, 2, 500_000), dtype=np.int64)
    many[0, 0, 0] = 2**62
    assert MOST_SLOTS < 4 * 500_000 * 24
    assert large_work(ModularAddition(2, 3), many, np.ones((500_000, 2), dtype=np.int64)) > ADDITION_WORK


def split(network: Network, width: int) -> Network:
    """The same function by so many neurons: some are halved, which keeps the masses too."""
    extra, half = width - network.width, 2.0 ** (-1 / network.degree)
    arrays = (network.U, 2), (network.W, 0)
    U, W = (np.concatenate([array, array.take(range(extra), axis)], axis) for array, axis in arrays)
    halved = np.r_[0:extra, network.width : width]
    U[:, :, halved] *= half
    W[halved] *= half
    return Network.from_arrays(U, W)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "k", "construction", "width"),
    [(113, 2, "minimal", 512), pytest.param(59, 3, "paper", 1024, marks=pytest.mark.exhaustive)],  # two minutes
)
def test_networks_of_the_sizes_people_train(n: int, k: int, construction: str, width: int) -> None:
    network = split(noisy(n, k, construction), width)
    assert network.width == width
    content, value = weights_certificate(network)
    assert len(json.loads(content)["primal"]["W"]) == width
    assert {short(checker(name)(content)) for name in NAMES} == {"VERIFIED"}
    assert float(value) == pytest.approx(network.normalised_margin(), rel=1e-6 if k == 2 else 2e-3)


@pytest.mark.slow
def test_the_own_preset_is_certified(tmp_path: Path) -> None:
    """From random weights to a proved 0.999 of gamma*."""
    pytest.importorskip("torch", reason="training needs torch")
    from margin.networks.storage import load
    from tests.helpers.command_line import start

    done = start("-m", "training", "run", "mod71", "--out", str(tmp_path), timeout=600)
    assert done.code == 0, done.err
    (weights,) = tmp_path.glob("*/weights.safetensors")
    network = load(weights)
    content, value = weights_certificate(network)
    assert json.loads(content)["primal"]["kind"] == "large_weights"
    assert_verified(content)
    assert {short(checker(name)(content)) for name in NAMES} == {"VERIFIED"}
    assert 0.999 < float(value) / float(maximum_margin(ModularAddition(71, 2))) < 1


def test_a_shared_embedding_has_no_certificate_of_weights() -> None:
    random = np.random.default_rng(0)
    network = Network(SharedEmbedding(5, 2), random.standard_normal((1, 5, 3)), random.standard_normal((3, 5)))
    for certify in (weights_certificate, logits_certificate, recognise):
        with pytest.raises(ValueError, match="shared embedding"):
            certify(network)
