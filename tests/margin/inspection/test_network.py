"""What is said of a network: against definitions in plain loops, and networks whose answers are known."""

from __future__ import annotations

from itertools import product
from math import inf

import numpy as np
import pytest

from margin import construct, inspect_network, maximum_margin, parse
from margin.inspection import margins as margins_module
from margin.inspection.certificate import certificate_of
from margin.inspection.network import Inspection
from margin.networks.network import Network
from margin.tasks import ElementTask, GroupComposition, ModularAddition, Task
from tests.helpers.assertions import assert_verified

TASKS = [("mod:7", 2), ("mod:6", 2), ("mod:4", 3), ("group:S3", 2), ("parity:4,2", None)]


def random(task: Task, m: int = 9) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(task.n)
    shape = (task.k, task.n) if isinstance(task, ElementTask) else (task.n,)
    return generator.standard_normal((*shape, m)), generator.standard_normal((m, task.classes))


def by_definition(
    task: Task, U: np.ndarray, W: np.ndarray, b: np.ndarray, c: np.ndarray
) -> list[tuple[float, tuple[int, ...], int]]:
    """Logit margins of all inputs, one after another, with input and label; activation x^k."""
    rows = []
    for x in task.inputs().tolist():
        hidden = b + (sum(U[j, a] for j, a in enumerate(x)) if isinstance(task, ElementTask) else np.array(x) @ U)
        logits = hidden**task.k @ W + c
        label = int(task.labels(np.array(x)))
        rows.append((logits[label] - max(f for i, f in enumerate(logits) if i != label), tuple(x), label))
    return sorted(rows)


@pytest.mark.parametrize(("spec", "k"), TASKS)
@pytest.mark.parametrize("chunk", [1 << 21, 20])
def test_margins_are_those_of_the_definition(
    spec: str, k: int | None, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(margins_module, "_CHUNK", chunk)
    task = parse(spec, k)
    U, W = random(task)
    b, c = np.linspace(-1, 1, len(W)), np.linspace(0, 0.5, task.classes)
    result = inspect_network(task, U, W, bias=b, offset=c)
    expected = by_definition(task, U, W, b, c)
    seen = result.margins
    assert (seen.population, seen.correct) == (len(expected), sum(margin > 0 for margin, _, _ in expected))
    assert [t.margin for t in seen.tightest] == pytest.approx([margin for margin, _, _ in expected[:10]], rel=1e-9)
    assert [(t.input, t.label) for t in seen.tightest] == [(x, label) for _, x, label in expected[:10]]
    assert all(t.wrong != t.label for t in seen.tightest)
    assert seen.ranks.sum() == len(expected)
    assert seen.ranks[0] == seen.correct


def test_margins_by_difference() -> None:
    task = GroupComposition("S3", 2)
    U, W = random(task)
    seen = inspect_network(task, U, W).margins.by_difference
    assert seen is not None
    logits, table = Network(task, U, W).logits(), task.products()
    for g in range(6):
        values = [
            logits[a, b, table[a, b]] - logits[a, b, table[table[a, b], g]] for a, b in product(range(6), repeat=2)
        ]
        assert (seen.mean[g], seen.least[g], seen.largest[g]) == pytest.approx(
            (np.mean(values), min(values), max(values)), rel=1e-9, abs=1e-9
        )
    bits = parse("parity:4,2")
    assert inspect_network(bits, *random(bits)).margins.by_difference is None


@pytest.mark.parametrize(("spec", "k"), TASKS)
def test_the_network_of_the_theory_has_the_whole_share(spec: str, k: int | None) -> None:
    task = parse(spec, k)
    made = construct(task)
    network = made if isinstance(made, Network) else made.numeric()
    result = inspect_network(task, network.U, network.W)
    assert result.margins.accuracy == 1
    assert result.normalised.share == pytest.approx(1, rel=1e-9)
    assert result.normalised.maximum == pytest.approx(float(maximum_margin(task)))
    assert result.normalised.why is None
    assert result.normalised.norm_name == f"L_{{2,{task.k + 1}}}"
    assert inspect_network(task, network.U * 1.2, network.W).normalised.value is not None
    worse = inspect_network(task, network.U, network.W * np.linspace(0.5, 1, len(network.W))[:, None])
    assert worse.normalised.share is not None
    assert worse.normalised.share < 1 - 1e-6


def of(activation: str, spec: str = "mod:5", k: int | None = 2, **biases: float) -> Inspection:
    task = parse(spec, k)
    U, W = random(task)
    b = np.full(len(W), biases.get("bias", 0.0))
    c = np.arange(task.classes) * biases.get("offset", 0.0)
    return inspect_network(task, U, W, activation, b, c)


@pytest.mark.parametrize(
    ("result", "value", "why"),
    [
        (of("x^2"), True, None),
        (of("x^2", bias=1.0), True, None),
        (of("relu"), True, "gamma* is known for x^2, not for ReLU"),
        (of("x^3"), True, "gamma* is known for x^2, not for x^3"),
        (of("x^2", offset=1.0), True, "the logits have a bias, and gamma* is that of networks without one"),
        (of("1 + x^2"), False, "not homogeneous, so there is no norm"),
        (of("x^2", "parity:4,2", None, bias=1.0), False, "bits have no constant input to fold them into"),
    ],
)
def test_what_the_normalised_margin_may_be_compared_with(result: Inspection, value: bool, why: str | None) -> None:
    normal = result.normalised
    assert (normal.value is not None) is value
    assert (normal.share is None) is (why is not None)
    assert normal.why is None if why is None else why in (normal.why or "")


def test_a_bias_of_neurons_is_a_constant_input() -> None:
    task = parse("mod:5", 2)
    U, W = random(task)
    b = np.linspace(-1, 1, len(W))
    folded = inspect_network(task, U, W, bias=b)
    same = inspect_network(task, U + b / 2, W)
    assert folded.normalised.value == same.normalised.value
    assert folded.effective.homogeneous
    other = inspect_network(task, U, W)
    assert other.margins.least != folded.margins.least


def test_a_bias_of_logits_counts_in_their_margins_alone() -> None:
    task = ModularAddition(5, 2)
    network = construct(task).numeric()
    offset = np.array([0.0, 9.0, 0.0, 0.0, 0.0])
    result = inspect_network(task, network.U, network.W, offset=offset)
    assert result.margins.accuracy == pytest.approx(1 / 5)
    assert result.normalised.value == pytest.approx(network.normalised_margin())
    assert "without the bias of its logits" in result.normalised.meaning


def test_weights_of_any_size() -> None:
    task = ModularAddition(5, 2)
    network = construct(task).numeric()
    for factor in (1e-60, 1e60):
        result = inspect_network(task, network.U * factor, network.W * factor)
        assert result.normalised.share == pytest.approx(1, rel=1e-9)
    zero = inspect_network(task, network.U * 0, network.W * 0)
    assert (zero.normalised.value, zero.normalised.why, zero.margins.least) == (None, "all weights are zero", 0.0)
    assert not zero.neurons.live.any()
    with pytest.raises(OverflowError, match=r"a weight has size .*, expected at most 2\^500"):
        inspect_network(task, network.U * 1e200, network.W)
    with pytest.raises(OverflowError, match="a logit exceeds the float64 range"):
        inspect_network(task, network.U * 1e149, network.W * 1e149)


def test_neurons_of_known_frequencies_and_phases() -> None:
    n, frequency, turns = 11, np.array([1, 3, 3]), np.array([[0.1, 0.2, 0.0], [0.15, 0.6, 0.0]])
    a = np.arange(n)[:, None]
    U = np.stack([np.cos(2 * np.pi * (a * frequency / n + theta)) for theta in turns])
    W = np.cos(2 * np.pi * (a * frequency / n + turns.sum(0) + [0.0, 0.05, 0.0])).T
    W[2], U[:, :, 2] = 1e-4 * W[2], 1e-4 * U[:, :, 2]
    seen = inspect_network(parse(f"mod:{n}", 2), U, W).neurons
    assert seen.kind == "frequency"
    assert (seen.features.dominant + 1).tolist() == [1, 3, 3]
    assert seen.live.tolist() == [True, True, False]
    assert seen.clusters.sizes.tolist() == [1, 0, 1, 0, 0]
    assert seen.phases is not None
    np.testing.assert_allclose(seen.phases[:2, :2], turns[:, :2], atol=1e-9)
    assert seen.features.residuals is not None
    np.testing.assert_allclose(seen.features.residuals[:2], [0.0, 0.05], atol=1e-9)
    assert seen.features.power[:2] == pytest.approx(1)
    assert seen.norm[0] == pytest.approx(np.sqrt(3 * n / 2))
    assert seen.shares.sum() == pytest.approx(1)


def test_features_of_groups_and_bits() -> None:
    network = construct(GroupComposition("S3", 2))
    group = inspect_network(GroupComposition("S3", 2), network.U, network.W)
    assert group.neurons.kind == "irrep"
    assert group.neurons.features.names == ("1:dim1", "2:dim2")
    assert group.neurons.clusters.covered == 2
    bits = inspect_network(parse("parity:4,2"), *random(parse("parity:4,2")))
    assert (bits.neurons.kind, set(bits.spectra)) == ("parity", {"u", "w"})


def test_singular_spectra() -> None:
    task = parse("mod:5", 2)
    U, W = random(task)
    spectra = inspect_network(task, U, W).spectra
    assert set(spectra) == {"u1", "u2", "w"}
    np.testing.assert_allclose(spectra["u2"].values, np.linalg.svd(U[1], compute_uv=False))
    assert 1 < spectra["w"].effective_rank <= 5


def test_shapes_and_values_are_checked() -> None:
    task = parse("mod:5", 2)
    U, W = random(task)
    with pytest.raises(ValueError, match="expected"):
        inspect_network(task, U[:1], W)
    with pytest.raises(ValueError, match=r"bias of shape \(3,\), expected \(9,\) with finite values"):
        inspect_network(task, U, W, bias=np.ones(3))
    with pytest.raises(ValueError, match=r"offset of shape \(5,\), expected \(5,\) with finite values"):
        inspect_network(task, U, W, offset=np.full(5, inf))
    with pytest.raises(ValueError, match="activation 'tanh'"):
        inspect_network(task, U, W, "tanh")


def test_a_certificate_of_the_margin_that_it_has() -> None:
    task = ModularAddition(5, 2)
    network = construct(task).numeric()
    result = inspect_network(task, network.U, network.W, bias=np.full(network.width, 1e-3))
    content, _, bound, logits = certificate_of(result.effective, task)
    assert_verified(content)
    assert result.normalised.value is not None
    assert bound is not None
    assert logits is None
    assert float(bound) == pytest.approx(result.normalised.value, rel=1e-6)
    with pytest.raises(ValueError, match="the network is one on addition of 2 inputs mod 5, expected"):
        certificate_of(result.effective, parse("mod:7", 2))


def test_a_population_without_end_is_refused() -> None:
    task = parse("parity:50,2")
    with pytest.raises(
        ValueError, match=r"parity of 2 of 50 bits with 3 neurons takes 6.8e\+15 products, limit 1e\+13"
    ):
        inspect_network(task, np.ones((50, 3)), np.ones((3, 2)))


def test_progress_is_shown_after_two_seconds_and_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[dict[str, object]]()

    def bar(chunks: range, **options: object) -> range:
        asked.append(options)
        return chunks

    monkeypatch.setattr(margins_module, "tqdm", bar)
    task = parse("mod:5", 2)
    for progress in (True, False):
        inspect_network(task, *random(task), progress=progress)
    assert [(options["delay"], options["disable"]) for options in asked] == [(2, None), (2, True)]  # None: no terminal
