"""`python -m margin.certify`, `predict --certificate` and `python -m proofs_check verify`, end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from margin import ModularAddition, Network, construct, maximum_margin, save
from margin.addition.certificate import certificate, weights_certificate
from margin.addition.construction import construct_uniform
from margin.answers.sealing import fraction, number, seal
from margin.networks.activations import Activation, Power, ReLU
from margin.tasks import GroupComposition, SparseParity, Task
from tests.helpers.assertions import assert_not_refused, assert_refused, assert_rejected, assert_verified
from tests.helpers.command_line import ROOT, Answer, start

CERTIFY, CHECKERS = "python -m margin.certify", "python -m proofs_check"


def run(module: str, *arguments: str) -> Answer:
    return start("-m", module, *arguments)


@pytest.mark.parametrize("k", range(1, 6))
@pytest.mark.parametrize("n", [2, 3, 6, 23, 71, 997, 1000003])
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_every_prediction_has_a_certificate(n: int, k: int, construction: str) -> None:
    task = ModularAddition(n, k)
    claim = maximum_margin(task)
    assert_verified(certificate(claim, construct_uniform(task, construction)))
    for sense in ("lower", "upper"):
        assert_verified(certificate(claim, construct_uniform(task), sense, squared=True))


@pytest.mark.parametrize(("n", "k"), [(5, 2), (12, 3), (2, 4)])
def test_another_value_is_rejected(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    file = json.loads(certificate(maximum_margin(task), construct_uniform(task)))
    file["claim"]["value"] = number(2 * maximum_margin(task).exact)
    assert_rejected(seal(file), "CLAIM")


def test_size_does_not_grow_with_n() -> None:
    small, large = (
        len(certificate(maximum_margin(t), construct_uniform(t)))
        for t in (ModularAddition(23, 3), ModularAddition(1000003, 3))
    )
    assert large < small + 300  # longer numbers, no longer lists


def test_predict_writes_a_certificate_that_both_commands_verify(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    assert run("margin.predict", "--p", "6", "--k", "2", "--certificate", str(path)).code == 0
    verified = run("proofs_check", "verify", str(path))
    assert_not_refused(verified)
    assert verified.out.startswith("VERIFIED")
    bare = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "proofs_check" / "check.py"), str(path)], capture_output=True, text=True
    )
    assert (bare.returncode, bare.stdout) == (0, verified.out)
    path.write_bytes(path.read_bytes().replace(b'"n":6', b'"n":8'))
    assert run("proofs_check", "verify", str(path)).code == 2


@pytest.mark.parametrize(
    ("arguments", "said"), [(("verify",), "verify"), (("verify", "--x", "f"), "--x"), (("X9",), "nearest known one is")]
)
def test_verify_refuses_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    program = f"{CHECKERS} verify" if arguments[0] == "verify" else CHECKERS
    assert_refused(run("proofs_check", *arguments), said, program=program)


def test_verify_missing_file() -> None:
    refused = run("proofs_check", "verify", "/nowhere/c.json")
    assert refused.code == 2
    assert "cannot be read" in refused.out


@pytest.mark.parametrize(("n", "k"), [(3, 1), (4, 2), (5, 2), (3, 3), (2, 4)])
def test_a_perturbed_construction_is_certified_below_gamma(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    exact = construct(task).numeric()
    noise = np.random.default_rng(n * 10 + k)
    network = Network.from_arrays(
        exact.U * (1 + 0.05 * noise.standard_normal(exact.U.shape)),
        exact.W * (1 + 0.05 * noise.standard_normal(exact.W.shape)),
    )
    content, value = weights_certificate(network)
    assert_verified(content)
    assert float(value) <= network.normalised_margin() * (1 + 1e-9)
    assert float(value) >= network.normalised_margin() * (1 - 1e-6)
    assert value < maximum_margin(task).exact


def test_no_certificate_above_what_the_weights_reach() -> None:
    network = construct(ModularAddition(5, 2)).numeric()
    content, value = weights_certificate(network)
    file = json.loads(content)
    file["claim"]["value"] = [[1, *fraction(value * 1001 / 1000)]]
    assert_rejected(seal(file), "CLAIM")


def test_certify_command(tmp_path: Path) -> None:
    weights, out = tmp_path / "w.safetensors", tmp_path / "c.json"
    save(construct(ModularAddition(5, 2)), weights)
    done = run("margin.certify", str(weights), "--out", str(out))
    assert_not_refused(done, "gamma* >=")
    assert_verified(out.read_bytes())


def test_certify_refuses(tmp_path: Path) -> None:
    weights, out = tmp_path / "w.safetensors", tmp_path / "c.json"
    save(construct(ModularAddition(5, 2)), weights)
    for arguments in (
        (str(tmp_path / "missing"), "--out", str(out)),
        (str(weights), "--out", str(tmp_path / "no" / "c.json")),
        (str(weights),),
    ):
        assert_refused(run("margin.certify", *arguments), program=CERTIFY)
        assert not out.exists()


@pytest.mark.parametrize(
    ("task", "activation", "said"),
    [
        (GroupComposition("S3", 2), None, "weights on composition of 2 elements of S3 with activation x^2"),
        (GroupComposition("C5", 2), None, "weights on composition of 2 elements of C5"),
        (SparseParity(3, 2), None, "weights on parity of 2 of 3 bits with activation x^2"),
        (ModularAddition(5, 2), ReLU(), "weights on addition of 2 inputs mod 5 with activation ReLU"),
        (ModularAddition(5, 2), Power(3), "with activation x^3"),
    ],
    ids=str,
)
def test_only_addition_with_its_own_power_is_certified(
    tmp_path: Path, task: Task, activation: Activation | None, said: str
) -> None:
    weights, out = tmp_path / "w.safetensors", tmp_path / "c.json"
    shape = (task.n, 1) if isinstance(task, SparseParity) else (task.k, task.n, 1)
    save(Network(task, np.ones(shape), np.ones((1, task.classes)), activation), weights)
    refused = run("margin.certify", str(weights), "--out", str(out))
    scope = "certificates from weights exist for addition mod n with activation x^k"
    assert_refused(refused, said, scope, program=CERTIFY)
    assert not out.exists()


def test_weights_that_prove_nothing_are_refused() -> None:
    U, W = np.ones((2, 3, 4)), np.ones((4, 3))
    with pytest.raises(ValueError, match="all weights are zero"):
        weights_certificate(Network.from_arrays(0 * U, 0 * W))
    W[:, 1] = -1
    with pytest.raises(ValueError, match="expected >= 0"):
        weights_certificate(Network.from_arrays(U, W))
    with pytest.raises(ValueError, match="steps to check"):
        weights_certificate(Network.from_arrays(np.ones((3, 101, 1000)), np.ones((1000, 101))))
    with pytest.raises(ValueError, match="4000000 bytes"):
        weights_certificate(Network.from_arrays(np.ones((1, 1000, 1000)), np.ones((1000, 1000))))


def test_certificates_beyond_the_format_are_refused() -> None:
    task = ModularAddition(5, 65)
    with pytest.raises(ValueError, match="k <= 64"):
        certificate(maximum_margin(task), construct_uniform(task))
    task = ModularAddition(5, 2)
    with pytest.raises(ValueError, match="expected equal, lower or upper"):
        certificate(maximum_margin(task), construct_uniform(task), "about")


def test_certify_does_not_write_over_the_weights(tmp_path: Path) -> None:
    weights, link = tmp_path / "w.safetensors", tmp_path / "link"
    save(construct(ModularAddition(5, 2)), weights)
    link.symlink_to(weights)
    before = weights.read_bytes()
    for out in (weights, link):
        refused = run("margin.certify", str(weights), "--out", str(out))
        assert_refused(refused, "is the file of the weights, which would be lost", program=CERTIFY)
    assert weights.read_bytes() == before


@pytest.mark.parametrize("activation", [None, ReLU()], ids=str)
def test_certify_logits(tmp_path: Path, activation: Activation | None) -> None:
    weights, out = tmp_path / "w.safetensors", tmp_path / "c.json"
    exact = construct(ModularAddition(5, 2)).numeric()
    save(Network(exact.on, exact.U.astype(np.float32), exact.W.astype(np.float32), activation), weights)
    done = run("margin.certify", str(weights), "--out", str(out), "--logits")
    assert_not_refused(
        done, "least logit margin >= ", "of 25 inputs right for addition of 2 inputs mod 5, these weights"
    )
    verified = assert_verified(out.read_bytes())
    assert " of 25 inputs right" in verified.detail
    assert ("25 of 25" in verified.detail) == (activation is None)


def test_certify_logits_refuses_what_has_none(tmp_path: Path) -> None:
    weights, out = tmp_path / "w.safetensors", tmp_path / "c.json"
    save(Network(SparseParity(3, 2), np.ones((3, 1)), np.ones((1, 2))), weights)
    refused = run("margin.certify", str(weights), "--out", str(out), "--logits")
    assert_refused(refused, "certificates of logits exist for addition mod n", program=CERTIFY)
    assert not out.exists()
