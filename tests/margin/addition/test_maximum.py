"""The maximum margin: against linear programs, published formulas, literal values and a search over neurons."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy

import margin
from margin.addition.maximum import AdditionMargin, maximum_margin, neuron_value
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count
from tests.helpers import oracles

SIZES = [(n, k) for n in range(2, 15) for k in range(1, 7)]


def predicted(n: int, k: int) -> AdditionMargin:
    return maximum_margin(ModularAddition(n, k))


def weights_by_difference(claim: AdditionMargin) -> list[Surd]:
    """The class weight at each difference d = 1..n-1."""
    each = {w.where: w.each for w in claim.class_weights}
    return [each.get("all", each.get(("even", "odd")[d % 2], Surd())) for d in range(1, claim.task.n)]


# -- the linear program --------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_margin_is_the_value_of_both_sides_of_the_program(n: int, k: int) -> None:
    gamma = float(predicted(n, k))
    assert gamma == pytest.approx(oracles.primal_margin(n, k), rel=1e-9)
    assert gamma == pytest.approx(oracles.dual_margin(n, k), rel=1e-9)
    assert gamma == pytest.approx(oracles.expected_margin(n, k), rel=1e-13)
    assert gamma != pytest.approx(oracles.primal_margin(n + 1, k), rel=1e-3)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_masses_reach_it_at_every_difference_and_sum_to_one(n: int, k: int) -> None:
    claim = predicted(n, k)
    masses = [c.mass for c in claim.blocks for _ in c.frequencies]
    assert [z for c in claim.blocks for z in c.frequencies] == list(range(1, n // 2 + 1))
    assert sum(masses, Surd()) == 1
    assert all(mass > 0 for mass in masses)
    at = [oracles.frequency_sum(n, k, [float(m) for m in masses], d) for d in range(n)]
    assert [at[0] - value for value in at[1:]] == pytest.approx([float(claim)] * (n - 1), rel=1e-12)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_class_weights_prove_it_and_are_a_distribution(n: int, k: int) -> None:
    claim = predicted(n, k)
    weights = weights_by_difference(claim)
    assert sum(weights, Surd()) == 1
    assert sum((w.count * w.each for w in claim.class_weights), Surd()) == 1
    assert sum(w.count for w in claim.class_weights) == n - 1
    assert all(weight >= 0 for weight in weights)
    assert oracles.neuron_bound(n, k, [float(w) for w in weights]) == pytest.approx(float(claim), rel=1e-12)


@pytest.mark.parametrize("n", [4, 6, 8, 12])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_uniform_masses_and_uniform_weights_are_worse_at_even_n(n: int, k: int) -> None:
    gamma = float(predicted(n, k))
    frequencies = n // 2
    at = [oracles.frequency_sum(n, k, [1 / frequencies] * frequencies, d) for d in range(n)]
    assert at[0] - max(at[1:]) < gamma * 0.999
    assert oracles.neuron_bound(n, k, [1 / (n - 1)] * (n - 1)) > gamma * 1.001


# -- closed forms --------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 5, 9, 15, 23, 31, 105, 10**9 + 7])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 8])
def test_published_formula_at_odd_n(n: int, k: int) -> None:
    claim = predicted(n, k)
    power = sympy.Rational(k + 1, 2)
    published = 2 * sympy.factorial(k) / (sympy.Integer(2 * k + 2) ** power * (n - 1) * sympy.sqrt(n) ** (k - 1))
    assert sympy.expand(sympy.sympify(str(claim.exact)) - published) == 0
    assert claim.squared.is_rational
    assert claim.squared == claim.exact**2
    assert claim.class_weights[0].where == "all"


@pytest.mark.parametrize("n", [2, 4, 6, 10, 18, 30, 97 * 2, 10**9])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 8])
def test_even_n_formula_is_at_least_the_published_one(n: int, k: int) -> None:
    claim = predicted(n, k)
    half = sympy.Rational(k - 1, 2)
    c = sympy.factorial(k) * sympy.Rational(n, 2) ** half / (n**k * sympy.Integer(k + 1) ** sympy.Rational(k + 1, 2))
    formula = n * c / (n - 1 - (1 - sympy.Integer(2) ** (-half)))
    assert sympy.simplify(sympy.sympify(str(claim.exact)) - formula) == 0
    published = oracles.published_margin(n, k)
    if k == 1:
        assert float(claim) == pytest.approx(published, rel=1e-13)
    else:
        assert float(claim.exact / n) * n > published * (1 + 1e-12)
    assert {r for r, _ in claim.squared.terms} <= {1, 2}


def test_literal_values() -> None:
    six = predicted(6, 2)
    root = Surd.sqrt(2)
    assert six.exact == (8 - root) / 279
    assert [c.mass for c in six.blocks] == [(16 - 2 * root) / 31, (4 * root - 1) / 31]
    assert predicted(23, 3).exact == Fraction(3, 8096)
    assert predicted(2, 1).exact == Fraction(1, 2)
    assert str(predicted(23, 2).exact) == "sqrt(138)/4554"
    assert predicted(23, 3).exact != Fraction(3, 8095)


@pytest.mark.parametrize("n", [5, 6, 23, 30])
def test_margin_of_two_inputs_is_the_one_printed_for_primes_when_odd(n: int) -> None:
    printed = Surd.sqrt(Fraction(2, 27)) / (Surd.sqrt(n) * (n - 1))
    assert (predicted(n, 2).exact == printed) == (n % 2 == 1)
    assert predicted(n, 2).exact >= printed


@pytest.mark.parametrize(("n", "k"), [(10**100, 2), (2**127 - 1, 4), (10**30 + 57, 1), (7, 200), (6, 151)])
def test_large_sizes_stay_exact(n: int, k: int) -> None:
    claim = predicted(n, k)
    total = sum((count(c.frequencies) * c.mass for c in claim.blocks), Surd())
    assert total == 1
    assert sum((w.count * w.each for w in claim.class_weights), Surd()) == 1
    assert claim.exact > 0


# -- one neuron ----------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 9])
def test_no_neuron_found_beats_the_margin_under_the_class_weights(n: int, k: int) -> None:
    claim = predicted(n, k)
    weights = [float(w) for w in weights_by_difference(claim)]
    found, vectors = oracles.best_neuron_found(n, k, weights)
    assert found == pytest.approx(float(claim), rel=1e-9)
    assert float((vectors**2).sum()) == pytest.approx(1, rel=1e-12)
    assert oracles.weighted_gap(n, k, weights, vectors) == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 2), (6, 3), (7, 2)])
def test_some_neuron_beats_the_margin_under_other_class_weights(n: int, k: int) -> None:
    claim = predicted(n, k)
    weights = [0.5, *[0.0] * (n - 3), 0.5]
    found, _ = oracles.best_neuron_found(n, k, weights)
    assert found > float(claim) * 1.01
    assert found == pytest.approx(oracles.neuron_bound(n, k, weights), rel=1e-6)


@pytest.mark.parametrize(("n", "k"), [(2, 3), (3, 2), (4, 3), (5, 2), (6, 2)])
def test_only_the_term_with_every_input_counts(n: int, k: int) -> None:
    generator = np.random.default_rng(10 * n + k)
    weights = generator.dirichlet(np.ones(n - 1)).tolist()
    vectors = generator.standard_normal((k + 1, n))
    expected = 0.0
    for a in product(range(n), repeat=k):
        y = sum(a) % n
        right = vectors[k][y] - sum(t * vectors[k][(y + d) % n] for d, t in enumerate(weights, 1))
        expected += np.prod([vectors[j][a[j]] for j in range(k)]) * right
    factorial = float(sympy.factorial(k))
    assert oracles.weighted_gap(n, k, weights, vectors) == pytest.approx(factorial * expected / n**k, rel=1e-9)
    assert oracles.weighted_gap(n, k, [0.0] * (n - 1), vectors) != pytest.approx(factorial * expected / n**k, rel=1e-3)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_neuron_value_is_that_of_a_pure_cosine(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    for z in range(1, n // 2 + 1):
        dimension = 1 if 2 * z == n else 2
        assert float(neuron_value(task, dimension)) == pytest.approx(oracles.best_neuron_value(n, k, z), rel=1e-13)
    assert (neuron_value(task, 1) > neuron_value(task, 2)) == (k > 1)


# -- refusals and tasks --------------------------------------------------------------------


@pytest.mark.parametrize("task", [23, "23", None, (23, 3)])
def test_only_tasks_have_a_margin(task: Any) -> None:
    with pytest.raises(TypeError, match=r"maximum_margin: got .*, expected a task such as"):
        margin.maximum_margin(task)


@pytest.mark.parametrize(("n", "k"), [(5.0, 2), (5, 2.0), ("5", 2), (True, 2), (5, True), (None, 1)])
def test_tasks_refuse_what_is_no_integer(n: Any, k: Any) -> None:
    with pytest.raises(TypeError, match="expected an integer >="):
        ModularAddition(n, k)


@pytest.mark.parametrize(("n", "k"), [(1, 2), (0, 2), (-5, 2), (5, 0), (5, -1)])
def test_tasks_refuse_sizes_out_of_range(n: int, k: int) -> None:
    with pytest.raises(ValueError, match="expected an integer >="):
        ModularAddition(n, k)


def test_tasks_list_their_population() -> None:
    sizes: Any = (np.int64(4), np.int8(2))
    task = ModularAddition(*sizes)
    assert task == ModularAddition(4, 2) != ModularAddition(4, 3)
    assert isinstance(task.n, int)
    inputs = task.inputs()
    assert [tuple(a) for a in inputs.tolist()] == list(product(range(4), repeat=2))
    assert task.labels(inputs).tolist() == [sum(a) % 4 for a in product(range(4), repeat=2)]
    assert (task.population, task.degree) == (16, 3)
    assert (str(task), str(ModularAddition(4, 1))) == ("addition of 2 inputs mod 4", "addition of 1 input mod 4")


@pytest.mark.parametrize("n", range(2, 20))
def test_frequencies_and_their_orders(n: int) -> None:
    task = ModularAddition(n, 2)
    assert [*task.rotation_frequencies, *task.sign_frequencies] == list(range(1, n // 2 + 1))
    assert list(task.sign_frequencies) == [z for z in range(1, n) if 2 * z == n]
    for z in range(1, n // 2 + 1):
        assert task.frequency_order(z) == len({z * a % n for a in range(n)})
