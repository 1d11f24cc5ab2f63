"""Claims of Li et al.: verdicts, and each claim with a constant changed is refuted."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import cos, factorial, isclose, pi, prod, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.addition.construction import construct
from margin.addition.maximum import maximum_margin
from margin.minimal_width.shipped import shipped
from margin.tasks import ModularAddition
from proofs_check.claims.li.networks import b09_frequency_sum as b09
from proofs_check.claims.li.networks import b13_ties as b13
from proofs_check.claims.li.networks import b14_modulus as b14
from proofs_check.claims.li.networks import b16_stationary_pair as b16
from proofs_check.claims.li.networks import b21_one_input as b21
from proofs_check.claims.li.networks import b23_class_weights as b23
from proofs_check.claims.li.neurons import b04_fourier_objective as b04
from proofs_check.claims.li.neurons import b05_single_neuron as b05
from proofs_check.claims.li.neurons import b06_means as b06
from proofs_check.claims.li.neurons import b07_expansion as b07
from proofs_check.claims.li.neurons import b22_terms as b22
from proofs_check.claims.li.trained import b17_networks as b17
from proofs_check.claims.li.trained import b19b_sizes as b19b
from proofs_check.claims.li.trained import b20_exponent as b20
from proofs_check.claims.shared import checkers, exact, single_neuron, waves, widths
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.register import documents
from proofs_check.register.claim import Refuted
from proofs_check.register.registry import load
from tests.helpers import oracles
from tests.helpers.assertions import assert_max_margin
from tests.proofs_check.claims.verdicts import listed

VERDICTS = {
    "holds": "B1 B2 B3 B4 B6 B7 B11 B12 B13 B22 B23",
    "holds with a correction": "B5 B9 B10 B14 B16 B21",
    "fails": "B8 B15 B19b",
    "mixed": "B17 B18",
    "not reproduced": "B19",
}


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    claim, recorded = load()[id], documents.read()[id]
    found = claim.run("quick")
    assert found.verdict == recorded["verdict"] == verdict
    if claim.kind != "empirical":
        texts = (found.evidence, found.counterexample, found.correction, found.scope)
        assert texts == tuple(recorded[name] for name in ("evidence", "counterexample", "correction", "scope"))
        assert (found.checks, claim.claim) == (recorded["checks"], recorded["claim"])
    assert (found.counterexample is not None) == (verdict in ("fails", "holds with a correction"))
    assert found.scope or verdict == "not yet run"


def test_every_claim_is_here() -> None:
    here = {id for ids in VERDICTS.values() for id in ids.split()} | {"B20"}
    assert here | listed("B") == {id for id in load() if id.startswith("B")}


def test_logits_are_those_of_the_network() -> None:
    """Against float64 arrays of the same neurons."""
    order, neurons = waves.network(5, 2, "minimal")
    values = waves.logits(5, 2, order, neurons) @ np.cos(2 * np.pi * np.arange(order) / order)
    turn = np.arange(5)[:, None] / 5
    U = np.array([[2 * np.cos(2 * pi * (z * turn + p[j] / order)) for z, p, _ in neurons] for j in range(2)])
    W = np.array([2 * np.cos(2 * pi * (z * turn + p[2] / order))[:, 0] for z, p, _ in neurons])
    expected = [f for _, f in oracles.logits(U[..., 0].transpose(0, 2, 1), W).items()]
    assert np.allclose(values, expected)


def test_logits_refuse_an_order_that_n_does_not_divide() -> None:
    with pytest.raises(ValueError, match="order 8, expected a multiple of n = 5"):
        waves.logits(5, 2, 8, [])


@pytest.mark.parametrize(("k", "constant"), [(2, 8), (3, 48), (4, 384)])
def test_polarisation_has_one_constant(k: int, constant: int) -> None:
    assert exact.is_product(k, constant)
    assert not exact.is_product(k, constant + 1)
    assert not exact.is_product(k, constant, half=True)
    assert not exact.is_product(k, 0)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6))
def test_polarisation_of_integers(values: list[int]) -> None:
    k = len(values)
    total = sum(prod(c) * sum(s * a for s, a in zip(c, values, strict=True)) ** k for c in product((1, -1), repeat=k))
    assert total == 2**k * factorial(k) * prod(values)


@pytest.mark.parametrize(("n", "k"), [(2, 3), (4, 2), (5, 2), (3, 3)])
def test_objective_has_one_factor_and_convention(n: int, k: int) -> None:
    ours = b04.expected_gap(n, k)
    assert ours == b04.printed_form(n, k, b04.claimed_factor(n, k))
    assert ours != b04.printed_form(n, k, b04.claimed_factor(n, k, power=k + 1))
    assert ours != b04.printed_form(n, k, b04.claimed_factor(n, k) * Fraction(n - 1, n))
    assert (ours != b04.printed_form(n, k, b04.claimed_factor(n, k), sign=1)) == (n > 2)
    assert b04.plancherel(n)
    assert not b04.plancherel(n, 1)
    assert b04.character_sum(n, 1) == -1


def test_objective_against_floats() -> None:
    generator = np.random.default_rng(4)
    u, w = generator.standard_normal((2, 5)), generator.standard_normal(5)
    value = 0.0
    for (factors, c), coefficient in b04.expected_gap(5, 2).items():
        value += float(coefficient) * prod(u[j, a] ** m for j, a, m in factors) * w[c]
    assert isclose(value, oracles.weighted_gap(5, 2, [1 / 4] * 4, np.vstack([u, w])))


@pytest.mark.parametrize(("n", "k"), [(3, 2), (5, 3), (9, 2), (7, 4)])
def test_single_neuron_maximum(n: int, k: int) -> None:
    assert isclose(float(single_neuron.printed(n, k)), oracles.published_margin(n, k))
    assert kernel_says(ModularAddition(n, k), single_neuron.printed(n, k))
    assert not kernel_says(ModularAddition(n, k), single_neuron.printed(n, k, numerator=3))
    assert not kernel_says(ModularAddition(n, k), single_neuron.printed(n, k, spread=1))
    assert b05.value_of_bound()
    assert not b05.value_of_bound(3)


@pytest.mark.parametrize(("k", "beta", "sign"), [(2, 1, 1), (2, -1, -1), (3, 1, 1), (3, -1, 1)])
def test_sign_of_beta(k: int, beta: int, sign: int) -> None:
    assert b05.objective(3, k, 1, [1] * k + [k], 24, beta) == single_neuron.printed(3, k) * sign


def test_phases_that_do_not_add_up() -> None:
    value = b05.objective(5, 2, 1, [0, 0, 10], 20)
    assert value == -single_neuron.printed(5, 2)
    assert b05.objective(5, 2, 1, [0, 0, 5], 20) == 0
    assert b05.objective(5, 2, 1, [0, 0, 1], 20) is None
    assert b05.superposition(2, 2) ** 2 == Fraction(1, 2)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_hurwitz_needs_its_constant(size: int) -> None:
    assert b06.hurwitz(size)
    assert not b06.hurwitz(size, constant=2)


def test_means_have_a_direction() -> None:
    assert b06.mean_exceeds_product((0, 1))
    assert not b06.mean_exceeds_product((0, 1), reverse=True)
    assert b06.mean_exceeds_product((3, 3, 3), reverse=True)
    assert not b06.power_sum([Fraction(1), Fraction(1)], 1)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_expansion_needs_even_sines_and_signs(k: int) -> None:
    assert b07.expands(k)
    assert not b07.expands(k, parity=1)
    assert not b07.expands(k, sign=lambda sines: 1)
    assert not b07.makes_one_product(k, 2**k)
    assert len(b07.products(k)) != 2 ** (k + 1)
    assert b07.per_frequency(k, range(3, 9)) == 2 ** (2 * k - 1)
    assert b07.per_frequency(k, range(2, 9)) is None


def test_widths() -> None:
    assert checkers.suffices(5, 3, 32)
    assert checkers.suffices(5, 3, 16)
    assert not checkers.suffices(5, 3, 15)
    assert not checkers.suffices(5, 2, 5)
    assert checkers.suffices(3, 2, 6)  # fewer than the 8 that a max-margin network is said to consist of


def test_a_certificate_of_widths_counts_only_where_the_kernel_verifies_it() -> None:
    assert [widths.certified_least(k) for k in (2, 3, 4, 5, 7)] == [6, 16, 40, 96, None]
    content = shipped(3)
    assert content is not None
    assert widths.certified_least(3, content) == 16
    assert widths.certified_least(2, content) is None
    assert widths.certified_least(3, content.replace(b'"value":16', b'"value":17')) is None
    assert widths.certified_least(3, b"{}") is None
    assert widths.certified_least(3, shipped(3, order=3)) is None


@pytest.mark.parametrize("n", [3, 5, 9, 15])
def test_block_is_not_zero_at_wrong_labels(n: int) -> None:
    assert b09.is_sum(n, Fraction(-1, 2))
    assert not b09.is_sum(n, Fraction(0))
    assert not b09.is_sum(n, Fraction(-1, 2), right=Fraction(n + 1, 2))
    assert b09.cosine_sum(6, 1) == 0


def test_a_sum_that_is_no_half_integer() -> None:
    total = sum(cos(2 * pi * z / 9) for z in range(1, 5))
    assert isclose(total, float(b09.cosine_sum(9, 1) or 0))


def test_spectrum_lies_on_the_diagonal() -> None:
    order, neurons = waves.network(3, 2, "paper")
    found = waves.spectrum(3, 2, order, waves.logits(3, 2, order, neurons))
    assert found == waves.diagonal(3, 2)
    assert found != waves.diagonal(3, 2, sign=1)
    broken = waves.spectrum(3, 2, order, waves.logits(3, 2, order, neurons[1:]))
    assert broken > found  # without one neuron other terms are left


def test_spectrum_has_what_varies_with_the_label() -> None:
    """n = 2, k = 1: logits of the label alone, of the input alone, and of both."""
    label = np.array([[[1, 0], [0, 0]], [[1, 0], [0, 0]]])
    assert waves.spectrum(2, 1, 2, label) == {(0, 1)}
    assert waves.spectrum(2, 1, 2, label.swapaxes(0, 1)) == set()
    assert waves.spectrum(2, 1, 2, np.array([[[1, 0], [0, 0]], [[0, 0], [0, 0]]])) == {(0, 1), (1, 1)}


def test_a_frequency_left_out_breaks_the_ties() -> None:
    assert b13.common_gap(5, 2, "minimal") is not None
    assert b13.common_gap(5, 2, "minimal", left_out=1) is None
    assert b13.ties(6, 2, "minimal")
    margins = b13.equal_mass_margins(6, 3)
    assert margins is not None
    assert margins["odd"] != margins["even"]


def test_ties_against_brute_force() -> None:
    assert_max_margin(construct(ModularAddition(9, 2), "paper"), ModularAddition(9, 2))


@pytest.mark.parametrize(("n", "holds"), [(9, True), (15, True), (7, True), (4, False), (2, False)])
def test_prime_or_not(n: int, holds: bool) -> None:
    assert b14.theorem_holds(n, 3) == holds
    if not holds:
        gamma = maximum_margin(ModularAddition(n, 3)).exact
        assert b14.even_value(n, 3) == gamma > single_neuron.printed(n, 3)
        assert isclose(float(gamma), oracles.primal_margin(n, 3))


def test_parity_needs_half_the_square() -> None:
    gamma = maximum_margin(ModularAddition(2, 3)).exact
    assert kernel_says(ModularAddition(2, 3), gamma, "minimal", 4)
    assert not kernel_says(ModularAddition(2, 3), gamma, "minimal", 16)
    assert not kernel_says(ModularAddition(2, 3), single_neuron.printed(2, 3))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_stationary_pairs(k: int) -> None:
    assert b16.is_stationary(k, -1, theta_minimises=True)
    assert not b16.is_stationary(k, 1, theta_minimises=True)
    assert b16.is_stationary(k, 1, theta_minimises=False)
    assert set(b16.parity_gaps(k, 1).values()) == {maximum_margin(ModularAddition(2, k)).exact}


def test_gaps_of_parity_networks() -> None:
    U, W = oracles.arrays(construct(ModularAddition(2, 3)))
    assert np.allclose(oracles.gaps(U, W).ravel(), [float(x) for x in b16.parity_gaps(3, 1).values()])


def test_uniform_on_p_inputs_bounds_nothing() -> None:
    neuron = [Fraction(x) for x in (1, -1, 1, 0, 1, -1)]
    assert b16.exceeds([(0, 0), (1, 0)], neuron)
    assert not b16.exceeds([(0, 0), (1, 0), (0, 1), (1, 1)], neuron)
    assert not b16.exceeds([(0, 0), (1, 0)], [-x for x in neuron])


def run(k: int, **changes: Any) -> b17.Trained:
    """A network of the paper's size that supports the claim."""
    p = b17.MODULI[k]
    share = {"shares": (0.99,) * (p // 2), "frequencies": tuple(range(1, p // 2 + 1))}
    return b17.Trained(**{"k": k, "p": p, "width": 2 ** (2 * k - 2) * (p - 1), "accuracy": 1.0, **share} | changes)


def small(k: int, **changes: Any) -> b17.Trained:
    """A network mod 7 that supports the claim."""
    return run(k, **{"p": 7, "width": 64, "shares": (0.99,) * 3, "frequencies": (1, 2, 3)} | changes)


def test_trained_networks_are_judged() -> None:
    runs = [run(3), run(4), run(5)]
    assert b17.judged(runs).verdict == "reproduced"
    assert b17.judged(runs[:2]).verdict == "mixed"
    assert b17.judged([*runs[:2], small(5)]).verdict == "mixed"
    assert b17.judged([small(3), small(4), small(5)]).verdict == "not yet run"
    assert b17.judged([]).verdict == "not yet run"


BAD = [{"shares": (0.9,) * 3}, {"frequencies": (1, 2, 2)}, {"shares": (float("nan"),) * 3}]


@pytest.mark.parametrize("change", BAD)
def test_one_bad_run_is_enough(change: dict[str, Any]) -> None:
    assert b17.judged([run(3), run(3, **change), run(4), run(5)]).verdict == "not reproduced"
    assert b17.judged([run(3), run(4), small(5, **change)]).verdict == "not reproduced"
    unfinished = small(5, **change, accuracy=0.9)
    assert b17.judged([run(3), run(4), unfinished]).verdict == "mixed"


DOCTORED = [
    ({"shares": (1.5,) * 3}, "1.5 is above 1"),
    ({"frequencies": (1, 2, 4)}, r"4\] modulo 7"),
    ({"accuracy": 1.1}, "1.1 is above 1"),
]


@pytest.mark.parametrize(("change", "message"), DOCTORED)
def test_the_impossible_is_refuted(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Refuted, match=message):
        small(5, **change)


def test_saved_networks_are_read(tmp_path: Path) -> None:
    """The neurons of 0.99 of the mass, greatest first; without a table there is none."""
    assert b17.read(3, tmp_path) is None
    (tmp_path / "li-neurons-k3.csv").write_text("k,p,width,test_accuracy\n3,7,64,0.95\n")
    spectra = "neuron,mass,frequency,share\n0,0.004,3,0.2\n1,0.6,1,0.98\n2,0.396,2,0.97\n"
    (tmp_path / "li-spectra-k3.csv").write_text(spectra)
    assert b17.read(3, tmp_path) == b17.Trained(3, 7, 64, 0.95, (0.98, 0.97), (1, 2))
    assert load()["B17"].check("quick", tmp_path).verdict == "not yet run"  # type: ignore[call-arg]


def test_presets_of_li_exist() -> None:
    presets = pytest.importorskip("training.presets")
    for k, name in b17.PRESETS.items():
        config = presets.preset(name).config("paper")
        p = int(config.task.name.removeprefix("mod:"))
        assert (config.task.k, config.model.width) == (k, 2 ** (2 * k - 2) * (p - 1))


def test_data_sets_of_similar_size_exist() -> None:
    best = b19b.best_sizes()
    assert b19b.spread(best) < 2 < 9 < b19b.spread(b19b.SIZES)
    assert best == {2: 97, 3: 23, 4: 11, 5: 7}


def test_exponent_one() -> None:
    pytest.importorskip("torch")
    small_size = {"task": "mod:5", "width": 48, "steps": 600}
    good = b20.trained(1.0, 0.05, 0, **small_size)
    small = b20.trained(1.0, 0.003, 0, **small_size)
    assert good is not None
    assert small is not None
    assert b20.exponent_verdict({"good": [good]}) == "reproduced"
    assert b20.exponent_verdict({"small": [small]}) == "not reproduced"


def test_exponent_is_judged_by_every_setting() -> None:
    good, bad = [0.9995, 1.0], [0.9995, 0.94]
    assert b20.exponent_verdict({"a": good, "b": good}) == "reproduced"
    assert b20.exponent_verdict({"a": good, "b": bad}) == "mixed"
    assert b20.exponent_verdict({"a": good, "b": [float("nan")]}) == "mixed"
    assert b20.exponent_verdict({"a": [-10.6], "b": bad}) == "not reproduced"
    assert b20.exponent_verdict({"a": []}) == b20.exponent_verdict({}) == "not reproduced"
    with pytest.raises(Refuted, match=r"b: normalised margin over gamma\*: 1\.5 is above 1"):
        b20.exponent_verdict({"a": good, "b": [1.5]})


def test_zero_is_beaten_by_the_max_margin_network() -> None:
    assert b20.objective_below_collapse(7, 2, 0.1, 7.0)
    assert not b20.objective_below_collapse(7, 2, 0.3, 7.0)
    gamma = float(maximum_margin(ModularAddition(7, 2)))
    assert np.log1p(6 * np.exp(-gamma * 343)) + 0.7 < np.log(7)


def test_without_torch_nothing_is_claimed(without_torch: None) -> None:
    assert b20.check("quick").verdict == "not yet run"


@pytest.mark.slow
def test_exponent_one_in_full() -> None:
    pytest.importorskip("torch")
    assert load()["B20"].run("quick").verdict == "mixed"


@pytest.mark.parametrize("p", [5, 7, 11])
def test_one_input_mixes_frequencies(p: int) -> None:
    assert b21.normalised_margin(p) == maximum_margin(ModularAddition(p, 1)).exact
    assert all(len(b21.frequencies(b)) > 1 for b in b21.helmert(p))
    assert b21.frequencies([2, -1, -1]) == [1]


def test_count_of_terms() -> None:
    assert b22.terms(3) == 10 != 3**3
    assert b22.terms(4) == 35


def test_weighted_margin_is_no_lower() -> None:
    half = (Fraction(1, 2), Fraction(1, 2))
    assert b23.proxy_exceeds((1, 3), half, strictly=True)
    assert not b23.proxy_exceeds((1, 1), half, strictly=True)
    assert not b23.proxy_exceeds((1, 3), (Fraction(0), Fraction(0)))


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 12), st.integers(1, 5), st.integers(0, 11))
def test_cosine_neurons_never_exceed_the_maximum(n: int, z: int, phase: int) -> None:
    """Any phases, k = 2: the float64 objective of a unit cosine neuron is at most the bound of its frequency."""
    z = 1 + z % (n // 2)
    angles = [0.0, phase / 12, 0.3]
    vectors = np.array([[cos(2 * pi * (z * a / n + x)) for a in range(n)] for x in angles])
    norms = np.linalg.norm(vectors, axis=1)
    if norms.min() < 1e-6:
        return
    vectors = vectors / norms[:, None] / sqrt(3)
    value = oracles.weighted_gap(n, 2, [1 / (n - 1)] * (n - 1), vectors)
    squared = Fraction(1 if 2 * z == n else 2)
    bound = float(single_neuron.printed(n, 2)) * float(2 / squared) ** 0.5
    assert value <= bound * (1 + 1e-12)
