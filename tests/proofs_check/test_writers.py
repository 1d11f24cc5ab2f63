"""What the writers write is never malformed: drawn at random up to the limits of the formats, checked by all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from margin.addition import certificate as addition
from margin.addition import logits, weights
from margin.addition.certificate import certificate, certify, phase_work
from margin.addition.maximum import maximum_margin
from margin.answers import sealing
from margin.answers.sealing import ADDITION, GROUP, MOST_BITS, MOST_BYTES, MOST_K, MOST_N, PARITY, number, sealed
from margin.composition.certificate import certificate as group_certificate
from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseList
from margin.numbers.square_roots import Surd
from margin.parity.certificate import parity_certificate
from margin.parity.maximum import maximum_margin as parity_prediction
from margin.tasks import ModularAddition, SparseParity
from proofs_check.kernel import form, statements
from proofs_check.kernel import logits as kernel_logits
from proofs_check.kernel import weights as kernel_weights
from proofs_check.kernel.addition import MOST_N as CHECKED_N
from proofs_check.kernel.blocks import Blocks
from proofs_check.kernel.composition import LIMITS
from tests.proofs_check.building.checkers import NAMES, checker

SENSES = ("equal", "lower", "upper")
GROUPS = ("C2", "C7", "C12", "S3", "D5", "Q8", "Dic3", "A4", "S4", "C2^3", "A5")


def judged(data: bytes) -> set[str]:
    """The verdicts of the families that have rules for the kind of task."""
    verdicts = set()
    for name in NAMES:
        check = checker(name)
        if name == "check" or json.loads(data)["task"]["kind"] in known():
            verdicts.add(check(data).status)
    return verdicts


def known() -> set[str]:
    from proofs_check.second.verdicts import RULES

    return set(RULES)


def attempted(write: Callable[[], bytes]) -> tuple[bytes, str]:
    """The certificate, or in one line why the writer refuses."""
    try:
        return write(), ""
    except ValueError as error:
        refusal = str(error)
    assert re.match(r"certificate: [^\n]+$", refusal)
    return b"", refusal


@st.composite
def moduli(draw: st.DrawFn) -> int:
    """Products of small primes, so that square factors are found at once; below 2^256, of every length."""
    most = draw(st.integers(1, 255))
    n = 1
    for p in draw(st.lists(st.sampled_from([2, 2, 2, 3, 3, 5, 7, 11, 97, 99_991]), min_size=1, max_size=260)):
        if (n * p).bit_length() <= most + 1 and n * p < MOST_N:
            n *= p
    return max(n, 2)


@settings(max_examples=120, deadline=None)
@given(moduli(), st.integers(1, 64), st.sampled_from(SENSES))
@example(2**128, 64, "equal")  # n^k of 8193 bits
@example(2**128 - 2**64, 64, "equal")
@example(2**127, 64, "equal")
@example(2**250, 33, "lower")
@example(3**100, 63, "equal")
@example(2**255, 1, "upper")
@example(2**256 - 1, 31, "equal")
def test_addition(n: int, k: int, sense: str) -> None:
    assume(n < MOST_N)
    data, refusal = attempted(lambda: certify(maximum_margin(ModularAddition(n, k)), sense))
    if refusal:  # only where a number of the certificate is beyond the limits
        assert n ** (k + 1) * 200**k > 2**MOST_BITS or "square root" in refusal
    else:
        assert judged(data) == {"VERIFIED"}


@pytest.mark.parametrize(("n", "k"), [(2**128, 64), (2**250, 33), (3**100, 63)])
def test_addition_beyond_the_limits(n: int, k: int) -> None:
    assert (n**k).bit_length() > MOST_BITS
    with pytest.raises(
        ValueError, match=r"^certificate: it would have an integer of \d+ bits.*choose a smaller n or k$"
    ):
        certify(maximum_margin(ModularAddition(n, k)))
    fitting = next(j for j in range(k, 0, -1) if (n**j).bit_length() < MOST_BITS - 600)
    assert judged(certify(maximum_margin(ModularAddition(n, fitting)))) == {"VERIFIED"}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 64), st.integers(0, 2**256), st.sampled_from(SENSES))
def test_parity(k: int, others: int, sense: str) -> None:
    assume(k + others < MOST_N)
    data = parity_certificate(parity_prediction(SparseParity(k + others, k)), sense)
    assert judged(data) == {"VERIFIED"}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(GROUPS), st.integers(1, 64), st.sampled_from(SENSES))
@example("A5", 64, "equal")
@example("S4", 63, "equal")
def test_groups(name: str, k: int, sense: str) -> None:
    data, refusal = attempted(lambda: group_certificate(GroupProgram(group(name)).solve(k), sense))
    assert refusal or judged(data) == {"VERIFIED"}


def listed(whole: int, neurons: int = 1, common: int = 1) -> CosineNetwork:
    """n = 5, k = 1, one list of phases over a denominator; shares over another."""
    points = tuple((i * (whole // neurons), 0) for i in range(neurons))
    shares = [Fraction(1, neurons)] * neurons
    if common > 1:
        shares[:2] = [shares[0] + Fraction(1, common), shares[1] - Fraction(1, common)]
    block = Block(range(1, 3), Surd(Fraction(1, 2)), PhaseList(1, whole, points, tuple(shares)))
    return CosineNetwork(ModularAddition(5, 1), (block,))


def test_phases_beyond_the_limits() -> None:
    claim = maximum_margin(ModularAddition(5, 1))
    for network in (listed(10**7 + 19, 2), listed(6, 3, 2**1025)):
        with pytest.raises(ValueError, match=r"^certificate: (its phases take|the shares have)"):
            certificate(claim, network, "lower")
    for network in (listed(6, 3), listed(6, 3, 2**100)):  # the twin: within them, whatever a rule says of it
        assert judged(certificate(claim, network, "lower")) <= {"VERIFIED", "REJECTED"}


@pytest.mark.parametrize(("whole", "neurons"), [(1, 1), (6, 3), (60, 4), (210, 7)])
def test_the_work_of_phases_is_counted_as_the_checker_does(whole: int, neurons: int) -> None:
    network = listed(whole, neurons)
    primal = json.loads(certificate(maximum_margin(network.task), network, "lower"))["primal"]
    assert phase_work(network.task, network.blocks[0]) == Blocks(primal, statements.Task(5, 1)).work


def test_numbers_beyond_the_limits() -> None:
    root = Surd.sqrt(10**9 + 7)
    assert number(root) == [[10**9 + 7, 1, 1]]
    with pytest.raises(ValueError, match=r"the square root of 1000000007; the format takes those below 1e\+09"):
        number(root, GROUP)
    two = Surd.sqrt(2) + 1
    assert number(two, GROUP) == [[1, 1, 1], [2, 1, 1]]
    with pytest.raises(ValueError, match="a number of 2 terms; the format takes 1"):
        number(two, PARITY)
    with pytest.raises(ValueError, match="a number of 5 terms; the format takes 4"):
        number(sum((Surd.sqrt(r) for r in (2, 3, 5, 7)), Surd(1)))


def test_bytes_and_bits_beyond_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sealed({"x": [2**MOST_BITS - 1], "y": "z"})
    for body in ({"x": [2**MOST_BITS]}, {"x": {"y": -(2**MOST_BITS)}}):
        with pytest.raises(ValueError, match="an integer of 8193 bits"):
            sealed(body)
    monkeypatch.setattr(sealing, "MOST_BYTES", len(sealed({"x": 1})) - 1)
    with pytest.raises(ValueError, match=r"it would have \d+ bytes; the format takes"):
        sealed({"x": 1})


def test_group_weights_beyond_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    from margin.composition import certificate as groups

    solved = GroupProgram(group("S3")).solve(2)
    assert judged(group_certificate(solved)) == {"VERIFIED"}
    monkeypatch.setattr(groups, "MOST_BITS", 1)
    with pytest.raises(ValueError, match=r"^certificate: a common denominator of \d+ bits, limit 1$"):
        group_certificate(solved)


def test_the_writers_know_the_limits_of_the_checkers() -> None:
    assert (MOST_BYTES, MOST_BITS) == (form.MOST_BYTES, form.MOST_BITS)
    assert (MOST_K, MOST_N) == (64, CHECKED_N)
    assert (statements.LIMITS.work, statements.MOST_COMMON) == (sealing.ADDITION_WORK, addition.MOST_COMMON)
    assert (weights.MOST_SLOTS, logits.MOST_SLOTS) == (kernel_weights.MOST_SLOTS, kernel_logits.MOST_SLOTS)
    assert (sealing.ADDITION_WORK, addition.MOST_COMMON) == (kernel_logits.MOST_WORK, kernel_logits.MOST_COMMON)
    assert logits.MOST_COEFFICIENTS == kernel_logits.MOST_COEFFICIENTS
    assert (ADDITION.radicand, ADDITION.terms) == (statements.LIMITS.radicand, statements.LIMITS.terms)
    assert (GROUP.radicand, GROUP.terms) == (LIMITS.radicand, LIMITS.terms)
