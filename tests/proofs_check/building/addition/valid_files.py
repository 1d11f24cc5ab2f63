"""True statements with their proofs: by the package's own writer, by hand, tight, loose and at the edge."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from margin import ModularAddition, maximum_margin
from margin.addition.certificate import certificate, weights_certificate
from margin.addition.construction import construct_uniform
from margin.networks.network import Network
from margin.numbers.square_roots import Surd
from tests.proofs_check.building.addition.phase_lists import (
    four_neurons,
    group_list,
    group_points,
    order_six,
    unequal_shares,
    weighted_sums,
)
from tests.proofs_check.building.addition.steps import (
    Exact,
    around,
    best_weights,
    both,
    enclosure,
    even_masses,
    even_weights,
    gamma,
    group,
    listing,
    lower,
    upper,
    weights,
)
from tests.proofs_check.building.editing import number, put, sealed

MODULI = (*range(2, 14), 23, 71)
LARGE_PRIME = 10**15 - 11  # the largest prime below the limit on radicands


def _written() -> dict[str, bytes]:
    """By the package: every modulus with two numbers of inputs, each with one construction."""
    files = {}
    for i, n in enumerate(MODULI):
        for k, construction in ((i % 5 + 1, "minimal"), ((i + 2) % 5 + 1, "paper")):
            task = ModularAddition(n, k)
            claim, network = maximum_margin(task), construct_uniform(task, construction)
            squared = (i + k) % 3 == 0
            name = f"equal-{'squared-' * squared}n{n}-k{k}-{construction}"
            files[name] = certificate(claim, network, "equal", squared)
    for i, n in enumerate((2, 3, 4, 7, 8, 12, 23, 71)):
        task = ModularAddition(n, i % 5 + 1)
        claim = maximum_margin(task)
        for sense in ("lower", "upper"):
            squared = i % 2 == (sense == "upper")
            name = f"{sense}-{'squared-' * squared}n{n}-k{task.k}"
            files[name] = certificate(claim, construct_uniform(task), sense, squared)
    return files


def _enclosures() -> dict[str, bytes]:
    files = {}
    for n, k, squared in ((2, 2, False), (4, 1, False), (6, 2, True), (9, 3, False), (12, 4, True), (23, 5, False)):
        even = upper(n, k, even_weights(n), squared=squared), lower(n, k, masses=even_masses(n), squared=squared)
        files[f"enclosure-{'squared-' * squared}n{n}-k{k}-even-weights-even-masses"] = sealed(enclosure(*even))
    exact = upper(10, 2, best_weights(10, 2)), lower(10, 2)
    files["enclosure-n10-k2-lo-is-hi"] = sealed(enclosure(*exact))
    files["enclosure-n10-k2-wide"] = sealed(both("enclosure", *exact, [number(-1), number(1)]))
    integers = weights([[[1, 0], [0, 1], [-1, -1]]], [[1, 0, -1], [0, 1, -1]])
    files["enclosure-n3-k1-weights"] = sealed(enclosure(upper(3, 1, even_weights(3)), integers))
    return files


def _phases() -> dict[str, bytes]:
    """Explicit lists and unusual groups."""
    files = {}
    for n, k in ((3, 2), (4, 2), (5, 2), (8, 1), (6, 3), (9, 3), (3, 4), (71, 2)):
        phases = {"rotation": listing(group_list(k)), "sign": listing(group_list(k, Fraction(1, 2)))}
        files[f"list-n{n}-k{k}"] = sealed(lower(n, k, phases=phases))
    quarters = listing(group_list(2, Fraction(1, 4), joint=False))
    files["list-n7-k2-paper-phases"] = sealed(lower(7, 2, phases={"rotation": quarters}))
    special = lower(4, 2, phases={"rotation": listing(four_neurons())})
    files["list-n4-k2-four-neurons-of-order-4"] = sealed(special)
    files["list-n4-k3-coincident-exponents"] = sealed(lower(4, 3, phases={"rotation": listing(weighted_sums())}))
    files["list-n6-k3-order-6"] = sealed(lower(6, 3, phases={"rotation": listing(order_six())}))
    equal = both("equal", upper(4, 2, best_weights(4, 2)), special, number(gamma(4, 2)))
    files["list-n4-k2-four-neurons-of-order-4-equal"] = sealed(equal)
    files["list-n8-k1-unequal-shares"] = sealed(lower(8, 1, phases={"rotation": listing(unequal_shares())}))
    longest = listing(unequal_shares(Fraction(1, 2**1024)))
    files["list-n5-k1-shares-of-1024-bits"] = sealed(lower(5, 1, phases={"rotation": longest}))
    files["group-n5-k1-boundary-quarter-turn"] = sealed(lower(5, 1, phases={"rotation": group(Fraction(1, 4))}))
    files["group-n9-k3-alone-third-of-a-turn"] = sealed(
        lower(9, 3, phases={"rotation": group(Fraction(1, 3), joint=False)})
    )
    files["group-n9-k3-joint-boundary"] = sealed(lower(9, 3, phases={"rotation": group(Fraction(5, 8))}))
    files["group-n6-k2-sign-alone"] = sealed(lower(6, 2, phases={"sign": group(Fraction(1, 2), joint=False)}))
    doubled = [(p, w, s / 2) for p, w, s in group_list(1)]  # both representatives of each class
    doubled += [((p[0] + Fraction(1, 2),), w + Fraction(1, 2), s) for p, w, s in doubled]
    files["list-n3-k1-both-representatives"] = sealed(lower(3, 1, phases={"rotation": listing(doubled)}))
    assert len(group_points(2, Fraction(1, 6), True)) == 6
    return files


def _weights() -> dict[str, bytes]:
    """Weights primals: tiny by hand, and rounded constructions with noise."""
    files = {
        "weights-n2-k1-optimal": sealed(weights([[[1], [-1]]], [[1, -1]])),
        "weights-n2-k1-denominator": sealed(weights([[[3], [-2]]], [[2, -3]], denominator=5)),
        "weights-n2-k1-margin-0": sealed(weights([[[1], [1]]], [[1, 1]])),
        "weights-n2-k1-squared": sealed(weights([[[1], [-1]]], [[1, -1]], squared=True)),
        "weights-n2-k2-root-bound-boundary": sealed(
            weights([[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], [[4, -4], [-4, 4]], denominator=3)
        ),
        "weights-n2-k2-root-bound-loose": sealed(
            weights([[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], [[1, -1], [-1, 1]], roots=[Fraction(5, 2), 3])
        ),
        "weights-n2-k2-root-of-1024-bits": sealed(
            weights(
                [[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], [[1, -1], [-1, 1]], roots=[3, 3 + Fraction(1, 2**1024 - 1)]
            )
        ),
        "weights-n2-k2-root-below-one": sealed(
            weights([[[1, 1], [-1, -1]], [[1, -1], [-1, 1]]], [[4, -4], [-4, 4]], denominator=99)
        ),
        "weights-n3-k1-two-neurons": sealed(weights([[[2, 0], [-1, 1], [-1, -1]]], [[2, -1, -1], [0, 2, -2]])),
        "weights-n4-k1-long-integers": sealed(weights([[[2**4000], [0], [0], [0]]], [[2**4000, 1, 1, 1]], 3**1000)),
    }
    generator = np.random.default_rng(20261121)
    for n, k in ((3, 1), (5, 1), (6, 1), (2, 2), (3, 2), (4, 2), (2, 3), (3, 3), (2, 4), (2, 5)):
        exact = construct_uniform(ModularAddition(n, k)).numeric()
        noise = [generator.uniform(-0.02, 0.02, array.shape) for array in (exact.U, exact.W)]
        network = Network.from_arrays(exact.U + noise[0], exact.W + noise[1])
        files[f"weights-n{n}-k{k}-rounded"] = weights_certificate(network, bits=12 if n * k < 12 else 8)[0]
    return files


def _loose() -> dict[str, bytes]:
    """Claims weaker than the proof, and numbers at the limits of the format."""
    below, above = around(gamma(6, 2))
    edge = 2**8192 - 1
    four = Surd.sqrt(2) + Surd.sqrt(3) - Surd.sqrt(5) - Surd.sqrt(7)

    def at_least(value: Exact) -> bytes:
        return sealed(lower(6, 2, value=value))

    def at_most(value: Exact) -> bytes:
        return sealed(upper(6, 2, best_weights(6, 2), value=value))

    negative_weight_zero = upper(4, 1, {"odd": Fraction(1, 2), "even": 0})
    large = upper(2**256 - 1, 1, even_weights(2**256 - 1))
    return {
        "loose-lower-just-below": at_least(below),
        "loose-lower-zero": at_least(0),
        "loose-lower-negative": at_least(-3),
        "loose-lower-squared-zero": sealed(lower(6, 2, value=0, squared=True)),
        "loose-lower-four-terms": at_least(four),
        "loose-lower-longest-integers": at_least(Fraction(1, edge)),
        "loose-lower-largest-radicand": at_least(-Surd.sqrt(LARGE_PRIME)),
        "loose-upper-just-above": at_most(above),
        "loose-upper-four-terms": at_most(-four),
        "loose-upper-longest-integers": at_most(Fraction(edge, edge - 1)),
        "loose-upper-semiprime-radicand": at_most(Surd.sqrt(31622743 * 31622741) / 10**8),
        "loose-upper-squared": sealed(upper(6, 2, best_weights(6, 2), value=1, squared=True)),
        "loose-upper-even-weights": sealed(upper(8, 3, even_weights(8))),
        "loose-upper-no-weight-on-even-differences": sealed(negative_weight_zero),
        "largest-modulus": sealed(large),
        "most-inputs": sealed(both("equal", upper(2, 64, even_weights(2)), lower(2, 64), number(gamma(2, 64)))),
        "largest-integer-value": sealed(put(lower(5, 1), "claim.value", [[1, -edge, 1]])),
    }


def valid_files() -> dict[str, bytes]:
    return _written() | _enclosures() | _phases() | _weights() | _loose()
