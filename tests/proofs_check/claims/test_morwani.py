"""Claims of Morwani et al.: recorded verdicts are found anew, and each claim with a constant changed is refuted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, permutations, product
from math import comb, cos, pi, prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from margin.addition.construction import construct
from margin.addition.maximum import maximum_margin
from margin.composition.certificate import certificate as group_certificate
from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from margin.networks.network import Network
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.morwani.addition import a01_argmax as a01
from proofs_check.claims.morwani.addition import a02_interference as a02
from proofs_check.claims.morwani.addition import a03_margin as a03
from proofs_check.claims.morwani.addition import a04_sinusoids as a04
from proofs_check.claims.morwani.addition import a05_frequencies as a05
from proofs_check.claims.morwani.addition import a08_memorising as a08
from proofs_check.claims.morwani.addition import a21_clock as a21
from proofs_check.claims.morwani.margins import a06_small_lambda as a06
from proofs_check.claims.morwani.margins import a07_certificate_pair as a07
from proofs_check.claims.morwani.margins import a09_norm as a09
from proofs_check.claims.morwani.margins import a09b_norm_formula as a09b
from proofs_check.claims.morwani.margins import a19_min_norm as a19
from proofs_check.claims.morwani.margins import a22_local_minimum as a22
from proofs_check.claims.morwani.tasks import a10_parity as a10
from proofs_check.claims.morwani.tasks import a11_groups as a11
from proofs_check.claims.morwani.tasks import a12_used as a12
from proofs_check.claims.morwani.tasks import a13_symmetric as a13
from proofs_check.claims.morwani.tasks import a14_uniform_weights as a14
from proofs_check.claims.morwani.tasks import a18_characters as a18
from proofs_check.claims.morwani.trained import a15_margin as a15
from proofs_check.claims.morwani.trained import a16_power as a16
from proofs_check.claims.morwani.trained import a17_uniform as a17
from proofs_check.claims.morwani.trained import a20_one_frequency as a20
from proofs_check.claims.shared import groups, saved_runs
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.exact import cosine_sign, primes
from proofs_check.register import documents
from proofs_check.register.claim import Refuted
from proofs_check.register.registry import load

OURS = [id for id in load() if id[0] in "AD"]


def program(name: str) -> GroupProgram:
    return GroupProgram(group(name))


@pytest.mark.parametrize("id", OURS)
def test_what_is_recorded_is_found_anew(id: str) -> None:
    """Texts and the number of conditions too, but of training runs, which other machines make a little otherwise."""
    claim, recorded = load()[id], documents.read()[id]
    found = claim.run("quick")
    assert (found.verdict, found.scope) == (recorded["verdict"], recorded["scope"])
    assert (found.counterexample, found.correction) == (recorded["counterexample"], recorded["correction"])
    if claim.kind != "empirical":
        assert (found.evidence, found.checks) == (recorded["evidence"], recorded["checks"])
        assert claim.claim == recorded["claim"]


def _refuted(call: Callable[[], Any]) -> bool:
    """What a call returns; False where it raises Refuted."""
    try:
        return bool(call())
    except Refuted:
        return False


S3, D4, C4, A5 = (program(name) for name in ("S3", "D4", "C4", "A5"))
COS3, ONE = a04.COS3, [Fraction(1)] * 3

# each pair: the claim's statement, and the same with one constant, sign or hypothesis changed
TWINS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "A1 shift": (lambda: a01.is_argmax(7, 3), lambda: a01.is_argmax(7, 3, shift=1)),
    "A1 composite": (lambda: a01.is_argmax(9, 2), lambda: a01.is_argmax(9, 3)),
    "A2 one frequency": (lambda: a02.enlarged(7, [1, 2]), lambda: a02.enlarged(7, [1])),
    "A2 pointwise": (lambda: a02.nearer(5, [1, 2]) == [2], lambda: a02.nearer(3, [1])),
    "A3 constant": (
        lambda: a03.confirmed(7, a03.printed(7), 4),
        lambda: a03.confirmed(7, a03.printed(7, Fraction(2, 9)), 4),
    ),
    "A3 width": (lambda: a03.confirmed(5, a03.printed(5), 4), lambda: a03.confirmed(5, a03.printed(5), 3)),
    "A3 symbolic": (a03.is_symbolic_identity, lambda: a03.is_symbolic_identity(Fraction(2, 25))),
    "A3 even": (
        lambda: a03.confirmed(3, a03.printed(3), 4),
        lambda: kernel_says(ModularAddition(4, 2), a03.printed(4)),
    ),
    "A4 AM-GM": (a04.am_gm_identity, lambda: a04.am_gm_identity(26)),
    "A4 cross term": (lambda: a04.cross_term_only(5), lambda: a04.cross_term_only(5, factor=3)),
    "A4 sign": (
        lambda: a04.reaches_maximum(COS3, COS3, COS3),
        lambda: a04.reaches_maximum(COS3, COS3, [-x for x in COS3]),
    ),
    "A4 norms": (
        lambda: a04.reaches_maximum(COS3, COS3, COS3),
        lambda: a04.reaches_maximum(COS3, COS3, [2 * x for x in COS3]),
    ),
    "A4 constants": (lambda: a04.objective(COS3, COS3, COS3), lambda: a04.objective(COS3, ONE, COS3)),
    "A5 group": (lambda: not groups.not_always_used("C12", 2), lambda: not groups.not_always_used("S5", 3)),
    "A5 nothing left": (lambda: a05.equal_masses_tie(3), lambda: _refuted(lambda: a05.equal_masses_tie(3, left_out=1))),
    "A5 left out": (lambda: a05.equal_masses_tie(9), lambda: a05.equal_masses_tie(9, left_out=2)),
    "A6 rate": (lambda: a06.share_of_bound(30) <= 1, lambda: a06.share_of_bound(30, constant=899 * 29 / 1.001) <= 1),
    "A6 rate is sharp": (lambda: a06.is_sharp(30), lambda: a06.is_sharp(30, constant=0.69)),
    "A6 rate is no more": (lambda: a06.is_sharp(6), lambda: a06.is_sharp(6, constant=0.75)),
    "A7 condition": (
        lambda: not a07.counterexample(True, True, inputs=1),
        lambda: not a07.counterexample(True, False, inputs=1),
    ),
    "A7 q": (
        lambda: not a07.counterexample(False, True),
        lambda: not a07.counterexample(False, True, any_q=True),
    ),
    "A8 sign": (lambda: a08.memorises(5), lambda: a08.memorises(5, sign=1)),
    "A9 power": (lambda: a09.splitting_invariant(3, 3), lambda: a09.splitting_invariant(3, 2)),
    "A9b root": (lambda: a09b.homogeneity([1, 2], True) == 1, lambda: a09b.homogeneity([1, 2], False) == 1),
    "A10 constant": (lambda: a10.confirmed(9, 4, a10.printed(4), 8), lambda: a10.confirmed(9, 4, a10.printed(4, 3), 8)),
    "A10 width": (lambda: a10.confirmed(5, 3, a10.printed(3), 4), lambda: a10.confirmed(5, 3, a10.printed(3), 3)),
    "A10 factor": (lambda: a10.only_the_product_survives(4, 3), lambda: a10.only_the_product_survives(4, 3, factor=5)),
    "A11 constant": (
        lambda: a11.confirmed(S3, a11.formula(S3)),
        lambda: a11.confirmed(S3, a11.formula(S3, numerator=3)),
    ),
    "A11 certificate": (
        lambda: a11.states(group_certificate(S3.solve(2)), a11.formula(S3)),
        lambda: a11.states(group_certificate(S3.solve(3)), a11.formula(S3)),
    ),
    "A11 real type": (lambda: a11.confirmed(D4, a11.formula(D4)), lambda: a11.confirmed(C4, a11.formula(C4))),
    "A11 condition": (lambda: groups.has_condition(S3), lambda: groups.has_condition(A5)),
    "A12 group": (lambda: not a12.partly_used(S3), lambda: not a12.partly_used(program("D4xC4"))),
    "A12 real type": (lambda: not a12.partly_used(D4), lambda: not a12.partly_used(program("D4xS3"))),
    "A12 k": (lambda: a12.mixing_loses(2, Fraction(1, 2)), lambda: a12.mixing_loses(1, Fraction(1, 2))),
    "A13 exponent": (lambda: not a13.violations(5), lambda: not a13.violations(5, half_power=6)),
    "A13 n": (lambda: not a13.violations(4), lambda: not a13.violations(6)),
    "A14 group": (lambda: a14.maximisers("S4") == [1], lambda: a14.maximisers("D4") == [1]),
    "A14 k": (lambda: a14.maximisers("S4", 3) == [1], lambda: a14.maximisers("S4", 1) == [1]),
    "A18 faithful": (lambda: (2, 1) in a18.maximal_sets(S3), lambda: (1, 1) in a18.maximal_sets(S3)),
    "A19 power": (lambda: a19.least_norm_at_margin_one(6, 2), lambda: a19.least_norm_at_margin_one(6, 2, power=2)),
    "A21 phases": (
        lambda: a21.is_clock(a21.phase_list("paper"), 7),
        lambda: a21.is_clock(a21.phase_list("paper", 1), 7),
    ),
    "A22 exponent": (
        lambda: all(a22.shows_local_minimum(3, Fraction(1, 100), 2)),
        lambda: all(a22.shows_local_minimum(3, Fraction(1, 100), 3)),
    ),
    "A22 strength": (
        lambda: a22.beats_zero(3, Fraction(1, 100)),
        lambda: a22.beats_zero(3, Fraction(1)),
    ),
    "A15 level": (
        lambda: a15.ratio_verdict({"x": {0: 0.9995}}) == "reproduced",
        lambda: a15.ratio_verdict({"x": {0: 0.998}}) == "reproduced",
    ),
    "A16 ReLU": (
        lambda: a16.power_verdict([0.9999], [0.9], 0.91) == "reproduced",
        lambda: a16.power_verdict([0.9999], [0.9], 0.91, expected=0.7) == "reproduced",
    ),
    "A16 ReLU, all vectors": (
        lambda: a16.power_verdict([0.9999], [0.93], 0.96) == "mixed",
        lambda: a16.power_verdict([0.9999], [0.96], 0.96) == "mixed",
    ),
    "A16 x^2": (
        lambda: a16.power_verdict([0.9999], [0.92], 0.9) == "reproduced",
        lambda: a16.power_verdict([0.9999, 0.9], [0.92], 0.9) == "reproduced",
    ),
    "A17 skew": (
        lambda: a17.uniform_verdict({"x": [[200] * 11] * 8}) == "reproduced",
        lambda: a17.uniform_verdict({"x": [[600] + [160] * 10] * 8}) == "reproduced",
    ),
    "A17 left out": (
        lambda: a17.uniform_verdict({"x": [[2000] * 35] * 8}) == "reproduced",
        lambda: a17.uniform_verdict({"x": [[1500] + [2000] * 34] * 8}) == "reproduced",
    ),
    "A17 few neurons": (
        lambda: a17.uniform_verdict({"x": [[20] * 11] * 8}) == "reproduced",
        lambda: a17.uniform_verdict({"x": [[2] * 11] * 8}) == "reproduced",
    ),
    "A17 seeds": (
        lambda: a17.uniform_verdict({"x": [[200] * 11] * 8}) == "reproduced",
        lambda: a17.uniform_verdict({"x": [[200] * 11] * 7}) == "reproduced",
    ),
    "A20 share": (
        lambda: a20.one_frequency_verdict({"x": [0.99]}) == "reproduced",
        lambda: a20.one_frequency_verdict({"x": [0.99, 0.6]}) == "reproduced",
    ),
    "A20 anew": (
        lambda: a20.one_frequency_verdict({"x": [0.99]}, [0.99]) == "reproduced",
        lambda: a20.one_frequency_verdict({"x": [0.99]}, [0.6]) == "reproduced",
    ),
}


@pytest.mark.parametrize("name", TWINS)
def test_claim_holds_and_its_twin_is_refuted(name: str) -> None:
    held, changed = TWINS[name]
    assert held()
    assert not changed()


# -- oracles ----------------------------------------------------------------------------------


def test_signs_of_cosine_sums() -> None:
    assert cosine_sign([1, 1, 1]) == cosine_sign([Fraction(1, 3)] * 6) == 0
    assert (cosine_sign([1, 0, 0]), cosine_sign([0, 1, 1])) == (1, -1)
    tight = [-1, 0, 0, 0, 10**40, 0, 0, 0]  # 10^40 cos(pi) - 1, and cos(pi/4) sqrt(2) rounded down
    assert cosine_sign(tight) == -1
    root = 14142135623730950488016887242096980785696718753769
    assert [cosine_sign([-root - i, 2 * 10**49, 0, 0, 0, 0, 0, 0]) for i in (0, 1)] == [1, -1]
    assert primes(12) == [2, 3, 5, 7, 11]


def test_argmax_against_floating_point() -> None:
    for n, z, s in product(range(2, 9), range(1, 9), range(5)):
        values = [round(cos(2 * pi * z * (s - c) / n), 9) for c in range(n)]
        assert a01.maximisers(n, z, s) == [c for c, v in enumerate(values) if v == max(values)]


def test_objective_against_its_definition() -> None:
    u, v, w = [Fraction(1), Fraction(-2), Fraction(3)], [Fraction(0), Fraction(1), Fraction(1, 2)], COS3
    wanted = sum(
        Fraction(1, 9) * ((u[a] + v[b]) ** 2 * (w[y] - sum(w[c] for c in range(3) if c != y) / 2))
        for a in range(3)
        for b in range(3)
        for y in [(a + b) % 3]
    )
    assert a04.objective(u, v, w) == wanted


def test_objective_of_a_pure_cosine_is_gamma() -> None:
    """p = 3: lambda^2 = 2/9, so that the neuron has norm 1."""
    value = a04.objective(COS3, COS3, COS3) * Surd.half_power(Fraction(2, 9), 3)
    assert value == maximum_margin(ModularAddition(3, 2)).exact


def test_symmetric_characters() -> None:
    """Degrees and orthogonality, a character by counting fixed points, and the sums of S_3 by hand."""
    for n in range(1, 8):
        shapes = list(a13.partitions(n))
        assert sum(a13.character(s, (1,) * n) ** 2 for s in shapes) == len(list(permutations(range(n))))
    assert [a13.character((3, 1), c) for c in a13.partitions(4)] == [-1, 0, -1, 1, 3]  # fixed points less 1
    for c in a13.partitions(6):
        assert a13.character((1,) * 6, c) == (-1) ** (6 - len(c))
    assert all(a13.character((5 - r, *(1,) * r), (5,)) == (-1) ** r for r in range(5))
    assert a13.sums(3) == {(3,): 1 - Surd.half_power(2, 3), (2, 1): Surd(-1)}
    cycle = sum(((-1) ** r * Surd.half_power(comb(6, r), 3) for r in range(1, 7)), Surd())
    assert a13.sums(7)[(7,)] == cycle


def test_abelian_groups_are_counted_by_partitions() -> None:
    found = a12.abelian_groups(64)
    orders = [prod(chain) for chain in found]
    assert [orders.count(n) for n in (2, 16, 24, 32, 36, 49, 64)] == [1, 5, 3, 7, 4, 2, 11]
    assert all(b % a == 0 for chain in found for a, b in pairwise(chain))


def test_zero_weights_are_a_strict_local_minimum_and_not_the_least() -> None:
    """Random small weights at p = 3 and r = 2 have a larger objective than zero; a large network has a smaller one."""
    strength, random = 0.01, np.random.default_rng(0)
    network = construct(ModularAddition(3, 2)).numeric()

    def objective(U: np.ndarray, W: np.ndarray) -> float:
        numeric = Network.from_arrays(U, W)
        logits = numeric.logits().reshape(9, 3)
        labels = np.add.outer(range(3), range(3)).ravel() % 3
        entropy = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(9), labels]
        return float(entropy.mean() + strength * numeric.norm() ** 2)

    radius = strength / float(a22.critical(3))
    for _ in range(50):
        U, W = random.standard_normal((2, 3, 4)), random.standard_normal((4, 3))
        scale = 0.99 * radius / Network.from_arrays(U, W).norm() * random.random()
        assert objective(scale * U, scale * W) > np.log(3)
    assert objective(4 * network.U, 4 * network.W) < np.log(3)


def test_certificate_pair_finds_what_a_wrong_theorem_would_miss() -> None:
    found = a07.counterexample(use_proxy=True, condition=False, inputs=1)
    assert found is not None
    ours, other = found
    assert min(map(min, other)) > min(map(min, ours))
    half = (Fraction(1, 2), Fraction(1, 2))
    assert a07.margin(((1, 2), (0, 5)), half) == Fraction(1, 2)
    assert a07.proxy(((1, 2), (0, 5)), half, half) == 2
    assert a07.tied(((1, 1), (0, 0)), half, half)
    assert not a07.tied(((1, 1), (0, 1)), half, half)


def test_a_certificate_of_nothing_states_no_value() -> None:
    """0/0 is every value if it is multiplied out; another sense, or another value, is not what is claimed."""
    content = json.loads(group_certificate(S3.solve(2)))
    assert a11.states(json.dumps(content).encode(), a11.formula(S3))
    changes: list[dict[str, Any]] = [{"value": {"numerator": [], "denominator": []}}, {"sense": "at most"}]
    for change in changes:
        changed = content | {"claim": content["claim"] | change}
        assert not a11.states(json.dumps(changed).encode(), a11.formula(S3))


def test_distance_from_uniform() -> None:
    assert a17.distance([10, 30]) == 0.25
    assert a17.distance([7, 7, 7]) == 0
    assert a17.pooled([[1, 2], [3, 4]]) == [4, 6]


def test_distance_of_the_law_is_below_its_bound() -> None:
    """A law with known distance: the bound holds in all of 200 draws, and is below 0.1 only for laws that are close."""
    random = np.random.default_rng(1)
    law = np.full(11, 1 / 11) + np.array([0.3, *[-0.03] * 10]) / 11
    for _ in range(200):
        bound = a17.distance_below(random.multinomial(2000, law).tolist())
        assert bound >= 0.3 / 11
    far = np.array([3, *[1] * 10]) / 13
    assert a17.distance_below(random.multinomial(2000, far).tolist()) > a17.DISTANCE


IMPOSSIBLE: dict[str, Callable[[], Any]] = {
    "margin": lambda: a15.ratio_verdict({"x": {0: 0.9999, 1: 1.5}}),
    "margin, a little": lambda: a15.ratio_verdict({"x": {0: 1 + 1e-8}}),
    "power x^2": lambda: a16.power_verdict([1.5], [0.9], 0.9),
    "power ReLU": lambda: a16.power_verdict([1], [0.9, 1.1], 0.9),
    "power together": lambda: a16.power_verdict([1], [0.9], 1.1),
    "share": lambda: a20.one_frequency_verdict({"x": [1.01]}),
    "share anew": lambda: a20.one_frequency_verdict({"x": [1]}, [1.01]),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_impossible_refutes(name: str) -> None:
    with pytest.raises(Refuted, match="is above 1"):
        IMPOSSIBLE[name]()


def test_rounding_is_not_the_impossible() -> None:
    assert a15.ratio_verdict({"x": {0: 1 + 1e-12}}) == "reproduced"
    assert a20.one_frequency_verdict({"x": [1 + 1e-12]}) == "reproduced"


# -- saved runs -------------------------------------------------------------------------------


def test_without_saved_runs_nothing_is_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_runs, "replay", lambda preset, seed, **changes: None)
    for check in (a15.check, a17.check, a20.check):
        found = check("quick", tmp_path)  # type: ignore[call-arg]
        assert found.verdict == "not yet run"
    assert a16.check("quick", tmp_path).verdict == "not yet run"  # type: ignore[call-arg]
    assert saved_runs.NO_TORCH in a15.check("quick", tmp_path).evidence  # type: ignore[call-arg]


def test_runs_that_appear_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paper-scale runs in a JSON file of their own; a ReLU mean of 0.5 is no 0.9, and 0.9 of gamma* is not gamma*."""
    monkeypatch.setattr(saved_runs, "replay", lambda preset, seed, **changes: None)
    (tmp_path / "recipes.csv").write_text("preset,run,seed,ratio\nmod23,a,0,0.9999\nmod71,b,3,0.9998\n")
    assert a15.check("quick", tmp_path).verdict == "reproduced"  # type: ignore[call-arg]

    def write(relu: float, ratio: float) -> None:
        runs = [
            {"preset": p, "scale": "paper", "run": p, "config": {}, "result": result}
            for p, result in (
                ("morwani-mod71", {"ratio": ratio, "power_min": 0.9999, "live": 500, "neurons": [14] * 35}),
                ("morwani-mod71-relu", {"ratio": None, "power_mean": relu, "power_median": relu, "live": 500}),
            )
        ]
        (tmp_path / "paper.json").write_text(json.dumps({"runs": runs}))

    write(relu=0.91, ratio=0.999)
    assert "mod 71: 0.9100 (500 neurons)" in a16.check("quick", tmp_path).evidence  # type: ignore[call-arg]
    assert "0.99900" in a15.check("quick", tmp_path).evidence  # type: ignore[call-arg]
    write(relu=0.5, ratio=0.9)
    assert a15.check("quick", tmp_path).verdict == "not reproduced"  # type: ignore[call-arg]


def test_a_run_made_anew() -> None:
    run = saved_runs.replay("mod23", 1, steps=60)
    assert run is not None
    assert run["step"] == 60
    assert 0.5 < run["ratio"] < 1


def test_without_torch_no_run_is_made(without_torch: None) -> None:
    assert saved_runs.replay("mod23", 1, steps=60) is None


def test_without_pyarrow_spectra_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert saved_runs.final("mod23", "neurons") is not None
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert saved_runs.final("mod23", "neurons") is None


def write_finals(folder: Path, **changes: str) -> None:
    """final.csv with eight seeds of every recipe, the last row changed."""
    rows = [
        {"recipe": name, "width": "400", "seed": str(seed), "live": str(10 * size), "least_power": "0.99999"}
        | {"neurons": " ".join(["10"] * size)}
        for name, size in (("mod23", 11), ("mod71", 35), ("morwani-mod71", 35))
        for seed in range(8)
    ]
    rows[-9] |= changes  # the last of mod71
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    (folder / "final.csv").write_text("\n".join(lines) + "\n")


DAMAGED = {
    "lost neurons": {"neurons": " ".join(["10"] * 34 + ["9"])},
    "a frequency too many": {"neurons": " ".join(["10"] * 34 + ["5", "5"])},
    "more than the width": {"width": "100"},
}


@pytest.mark.parametrize("name", DAMAGED)
def test_counts_that_are_not_those_of_a_network_refute(name: str, tmp_path: Path) -> None:
    write_finals(tmp_path)
    assert len(a17.read("mod71", tmp_path)) == 8
    write_finals(tmp_path, **DAMAGED[name])
    with pytest.raises(Refuted, match=r"mod71, seed 7: .* are not the 350 living neurons"):
        a17.read("mod71", tmp_path)


def test_doctored_tables_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share above 1 refutes; one of 0.5 is not reproduced; the same table undoctored is."""
    monkeypatch.setattr(saved_runs, "replay", lambda preset, seed, **changes: None)
    write_finals(tmp_path)
    assert a20.check("quick", tmp_path).verdict == "reproduced"  # type: ignore[call-arg]
    write_finals(tmp_path, least_power="0.5")
    assert a20.check("quick", tmp_path).verdict == "not reproduced"  # type: ignore[call-arg]
    write_finals(tmp_path, least_power="1.5")
    with pytest.raises(Refuted, match=r"1\.5 is above 1"):
        a20.check("quick", tmp_path)  # type: ignore[call-arg]
    head = "preset,run,seed,ratio\n"
    (tmp_path / "recipes.csv").write_text(head + "mod23,a,0,1.5\nmod71,b,3,0.9998\n")
    with pytest.raises(Refuted, match=r"1\.5 is above 1"):
        a15.check("quick", tmp_path)  # type: ignore[call-arg]
    monkeypatch.setattr(saved_runs, "folders", lambda: (tmp_path,))
    found = load()["A15"].run("quick")
    assert (found.verdict, found.data) == ("fails", {"refuted": True})


def test_a_run_made_anew_enters_the_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "recipes.csv").write_text("preset,run,seed,ratio\nmod23,a,0,0.9999\nmod71,b,3,0.9998\n")
    write_finals(tmp_path)
    for value, verdict in ((0.9999, "reproduced"), (0.5, "not reproduced")):
        run = {"ratio": value, "power_min": value}
        monkeypatch.setattr(saved_runs, "small_run", lambda run=run: run)
        assert a15.check("quick", tmp_path).verdict == verdict  # type: ignore[call-arg]
        assert a20.check("quick", tmp_path).verdict == verdict  # type: ignore[call-arg]
    monkeypatch.setattr(saved_runs, "small_run", lambda: {"ratio": 1.5, "power_min": 1.5})
    for check in (a15.check, a20.check):
        with pytest.raises(Refuted, match="is above 1"):
            check("quick", tmp_path)  # type: ignore[call-arg]


def test_embeddings_that_appear_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cosines with a second frequency of known share; the first step's row is not looked at."""
    monkeypatch.setattr(saved_runs, "replay", lambda preset, seed, **changes: None)

    def write(name: str, share: float) -> None:
        wave = [cos(6 * pi * a / 7) + (1 / share - 1) ** 0.5 * cos(2 * pi * a / 7) for a in range(7)]
        rows = [["step", "neuron", *range(7)], [0, 0, *[1.0] * 7], [50, 0, *wave], [50, 3, *reversed(wave)]]
        (tmp_path / f"embedding-{name}.csv").write_text("\n".join(",".join(map(str, row)) for row in rows))

    write("mod71", 0.9999)
    assert saved_runs.embedding_power("mod71", tmp_path) == pytest.approx([0.9999] * 2)
    write_finals(tmp_path)
    result = {"power_mean": 0.93, "live": 2}
    run = {"preset": a16.RUN, "scale": "paper", "run": "x", "config": {}, "result": result}
    (tmp_path / "paper.json").write_text(json.dumps({"runs": [run]}))
    for share, verdict in ((0.93, "reproduced"), (0.96, "mixed")):
        write("mod71-relu", share)
        assert a16.check("quick", tmp_path).verdict == verdict  # type: ignore[call-arg]
