"""Certificates of logits: the corpus, what the writer writes, and random changes; both checkers, and the definition."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin.addition.logits import certificate_of, logits_certificate
from margin.networks.activations import Absolute, Activation, Polynomial, Power, ReLU
from margin.networks.network import Network
from margin.tasks import GroupComposition, ModularAddition
from tests.proofs_check.building.checkers import NAMES, checker, short
from tests.proofs_check.building.editing import Json, put, sealed
from tests.proofs_check.building.logits.files import forgeries, margins, valid_files
from tests.proofs_check.building.make_corpus import FOLDERS, stored
from tests.proofs_check.building.mutants import byte_mutant, mutant

Floats = NDArray[np.float64]
ACTIVATIONS = [ReLU(), Power(2), Power(3), Polynomial((0.5, -1.25, 1, 0.125))]


def is_true(body: Json) -> bool:
    found, claim = margins(body), body["claim"]
    return Fraction(*claim["value"]) <= min(found) and claim["right"] == sum(margin > 0 for margin in found)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_status(folder: str, name: str) -> None:
    """As the folder says; a forgery is rejected by the rule in its name."""
    files = stored("logits", folder)
    expected = {
        stem: f"REJECTED {stem.partition('--')[0]}" if folder == "invalid" else FOLDERS[folder] for stem in files
    }
    verdicts = {stem: checker(name)(data) for stem, data in files.items()}
    assert {stem: short(verdict) for stem, verdict in verdicts.items()} == expected
    assert not [stem for stem, verdict in verdicts.items() if "gave up" in verdict.detail]
    assert len(files) >= {"valid": 15, "invalid": 30, "malformed": 50}[folder]


def test_valid_claims_are_true_and_most_forgeries_are_not() -> None:
    assert [name for name, body in valid_files().items() if not is_true(body)] == []
    false = [name for bodies in forgeries().values() for name, body in bodies.items() if "limit" not in name]
    assert [name for name in false if is_true(_forged(name))] == []


def _forged(name: str) -> Json:
    return next(bodies[name] for bodies in forgeries().values() if name in bodies)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said(name: str) -> None:
    """The margin, the inputs that are right and which network; a long value as a decimal below it."""
    body = valid_files()["relu-identity-half"]
    detail = checker(name)(sealed(body)).detail
    assert detail.startswith("least logit margin >= 1/2")
    assert "2 of 2 inputs right" in detail
    assert json.loads(sealed(body))["sha256"][:16] in detail
    long = checker(name)(sealed(valid_files()["long-value"])).detail
    assert "rounded" in long
    assert len(long) < 500


# -- the writer --------------------------------------------------------------------------------


@given(st.sampled_from(ACTIVATIONS), st.integers(2, 5), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_what_the_writer_writes_is_verified_and_true(activation: Activation, n: int, k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    U = random.standard_normal((k, n, 4)).astype(np.float32)
    network = Network(ModularAddition(n, k), U, random.standard_normal((4, n)).astype(np.float16), activation)
    hidden, output = (random.integers(-9, 10, size) / 8 for size in (4, n))
    made = logits_certificate(network, hidden, output)
    body = json.loads(made.content)
    assert {short(checker(name)(made.content)) for name in NAMES} == {"VERIFIED"}
    assert is_true(body)
    assert made.exact
    assert made.inputs == n**k
    logits = network.activation.value(_hidden(network, hidden)) @ network.W + output
    right = (np.indices((n,) * k).sum(axis=0) % n)[..., None]
    value = np.take_along_axis(logits, right, axis=-1)[..., 0]
    np.put_along_axis(logits, right, -np.inf, axis=-1)
    gaps = value - logits.max(axis=-1)
    assert float(made.least_margin) == pytest.approx(gaps.min(), rel=1e-9, abs=1e-9)
    assert made.accuracy == pytest.approx((gaps > 1e-12).mean())


def _hidden(network: Network, bias: Floats) -> Floats:
    k, n, m = network.U.shape
    total = np.zeros((n,) * k + (m,)) + bias
    for j in range(k):
        total = total + network.U[j].reshape((1,) * j + (n,) + (1,) * (k - 1 - j) + (m,))
    return total


def test_weights_that_are_too_long_are_rounded() -> None:
    """Twelve decimal digits and more a weight do not fit; what is certified then is a rounded network, and said so."""
    random = np.random.default_rng(0)
    U, W = random.standard_normal((2, 30, 2000)), random.standard_normal((2000, 30))
    made = logits_certificate(Network(ModularAddition(30, 2), U, W, ReLU()))
    assert not made.exact
    body = json.loads(made.content)
    assert body["network"]["denominator"] <= 2**24
    assert abs(np.array(body["network"]["U"]) / body["network"]["denominator"] - U).max() < 1e-2


def test_what_the_writer_refuses() -> None:
    U, W = np.ones((2, 3, 4)), np.ones((4, 3))
    good = Network(ModularAddition(3, 2), U, W, ReLU())
    for network in (Network(ModularAddition(3, 2), U, W, Absolute()), Network(GroupComposition("C3", 2), U, W, ReLU())):
        with pytest.raises(ValueError, match="certificates of logits exist for addition mod n with ReLU"):
            logits_certificate(network)
    with pytest.raises(ValueError, match=r"hidden_bias has shape \(3,\), expected \(4,\)"):
        logits_certificate(good, np.ones(3))
    with pytest.raises(ValueError, match=r"output_bias has shape \(3,\), expected \(3,\) and finite numbers"):
        logits_certificate(good, None, [0, np.nan, 0])
    large = Network(ModularAddition(200, 3), np.ones((3, 200, 50)), np.ones((50, 200)), ReLU())
    with pytest.raises(ValueError, match="steps to check"):
        logits_certificate(large)
    assert logits_certificate(good).right == 0


def test_the_certificate_that_a_network_has() -> None:
    """A bound on gamma* for x^k without biases, logits for the rest."""
    from margin import construct

    network = construct(ModularAddition(5, 2)).numeric()
    content, said, *_ = certificate_of(network)
    assert json.loads(content)["task"]["kind"] == "modular_addition"
    assert said.startswith("gamma* >= 0.0")
    content, said, *_ = certificate_of(network, np.zeros(network.width), [1, 0, 0, 0, 0])
    assert json.loads(content)["task"]["kind"] == "addition_logits"
    assert "of 25 inputs right" in said
    other = certificate_of(Network(network.on, network.U, -network.W))[0]
    assert json.loads(other)["task"]["kind"] == "addition_logits"
    assert {short(checker(name)(other)) for name in NAMES} == {"VERIFIED"}


# -- random changes ----------------------------------------------------------------------------


def examine(seed: int, count: int) -> None:
    random, seen = Random(seed), Counter[str]()
    pool = sorted({name: body for name, body in valid_files().items() if name != "inputs-12"}.items())
    while seen.total() < count:
        name, body = random.choice(pool)
        try:
            changed = mutant(random, body, random.choice(pool)[1])
        except ValueError:  # an integer beyond what Python writes in decimal
            continue
        data = byte_mutant(random, changed) if seen.total() % 12 == 0 else changed
        verdict, second = (checker(which)(data) for which in NAMES)
        assert short(verdict) == short(second), (name, verdict, second, data)
        assert "gave up" not in second.detail
        seen[short(verdict)] += 1
        if verdict.status == "VERIFIED":
            assert is_true(json.loads(data)), (name, verdict)
    assert seen["VERIFIED"] > count / 200
    assert min(seen["REJECTED MARGIN"], seen["REJECTED ACCURACY"]) > count / 200
    assert seen["MALFORMED"] < count * 0.9


def test_mutants() -> None:
    examine(0, 600)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(4))
def test_many_more_mutants(chunk: int) -> None:
    examine(1000 + chunk, 4000)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_that_json_has_no_word_for(name: str) -> None:
    body = valid_files()["cubic-biased"]
    for place in ("claim.value", "claim.right", "network.U.0.0.0", "network.hidden_bias.1", "network.denominator"):
        for bad in (float("nan"), float("inf"), 1.0, None, "1"):
            assert checker(name)(sealed(put(body, place, bad))).status == "MALFORMED", (place, bad)


@pytest.mark.parametrize("activation", [ReLU(), Power(2)])
def test_neurons_without_a_value_may_have_any_weights(activation: ReLU | Power) -> None:
    """The logits are those of the bias alone, however large what is multiplied by 0."""
    U, W = np.zeros((2, 3, 1)), np.array([[2.0**60, -(2.0**60), 1.0]])
    made = logits_certificate(Network(ModularAddition(3, 2), U, W, activation), None, [0, 0, 0])
    assert (made.least_margin, made.right) == (Fraction(0), 0)
    for which in NAMES:
        assert checker(which)(made.content).status == "VERIFIED"
