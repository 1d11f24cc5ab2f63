"""Activations: values, slopes, bends against the definition and differences, on every kind of array; one spelling."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.networks.activations import NAMED, Absolute, Activation, Polynomial, Power, ReLU, parse
from tests.helpers import oracles

HOMOGENEOUS: list[Activation] = [*map(Power, (1, 2, 3, 4, 7, 64)), *dict.fromkeys(NAMED.values())]
POLYNOMIALS: list[Activation] = [
    Polynomial((1, 0, 2)),
    Polynomial((0, -0.5, 0, 3)),
    Polynomial((-2.5, 1)),
    Polynomial((0, 0, 3)),
]
ALL = [*HOMOGENEOUS, *POLYNOMIALS]


def defined(activation: Activation, x: Fraction) -> Fraction:
    if isinstance(activation, Polynomial):
        return sum((Fraction(c) * x**i for i, c in enumerate(activation.coefficients)), Fraction(0))
    return oracles.activated(activation.name, x)


@pytest.mark.parametrize("activation", HOMOGENEOUS + POLYNOMIALS[:1], ids=str)
@given(st.lists(st.integers(-(10**30), 10**30), min_size=1, max_size=5))
def test_values_of_integers_are_exact(activation: Activation, numbers: list[int]) -> None:
    result = activation.value(np.array(numbers, dtype=object))
    assert result.tolist() == [defined(activation, Fraction(x)) for x in numbers]
    assert all(type(value) is int for value in result)
    assert activation.slope(np.array([x + 1 for x in numbers], dtype=object)).shape == (len(numbers),)


@pytest.mark.parametrize("activation", ALL, ids=str)
def test_values_slopes_and_bends_of_floats(activation: Activation) -> None:
    x = np.array([-1.25, -0.5, -0.125, 0.25, 0.75, 1.5])
    expected = [float(defined(activation, Fraction(v))) for v in x]
    assert activation.value(x) == pytest.approx(np.array(expected), rel=1e-14)
    step = 1e-5
    slope = (activation.value(x + step) - activation.value(x - step)) / (2 * step)
    assert activation.slope(x) == pytest.approx(slope, rel=1e-6, abs=1e-9)
    bend = (activation.slope(x + step) - activation.slope(x - step)) / (2 * step)
    assert activation.bend(x) == pytest.approx(bend, rel=1e-6, abs=1e-9)
    assert activation.value(x) != pytest.approx(activation.value(x + 0.01), rel=1e-4)
    for method in (activation.value, activation.slope, activation.bend):
        assert method(x).dtype == np.float64
        assert method(x.reshape(2, 3)).shape == (2, 3)


@pytest.mark.parametrize("activation", ALL, ids=str)
def test_tensors_give_the_same_numbers(activation: Activation) -> None:
    torch = pytest.importorskip("torch")
    x = np.array([[-1.5, -0.25, 0.0], [0.5, 1.0, 2.0]])
    tensor = torch.from_numpy(x)
    for method in (activation.value, activation.slope, activation.bend):
        assert method(tensor).dtype == torch.float64
        assert method(tensor).numpy() == pytest.approx(method(x), rel=1e-14)
    single = activation.slope(tensor.float())
    assert single.dtype == torch.float32


@pytest.mark.parametrize("activation", HOMOGENEOUS, ids=str)
def test_homogeneity(activation: Activation) -> None:
    x, k = np.array([-2.0, -0.5, 1.0, 3.0]), activation.homogeneity
    assert k is not None
    assert activation.network_degree() == k + 1
    assert activation.value(3 * x) == pytest.approx(3.0**k * activation.value(x))
    assert activation.value(3 * x) != pytest.approx(3.0 ** (k + 1) * activation.value(x))
    assert activation.slope(x) * x == pytest.approx(k * activation.value(x))  # Euler


@pytest.mark.parametrize("activation", [ReLU(), Absolute()], ids=str)
def test_sides_are_the_slopes_beside_the_kink(activation: Activation) -> None:
    assert activation.sides == tuple(activation.slope(np.array([-1e-9, 1e-9])))
    assert min(activation.sides) <= activation.slope(np.zeros(1))[0] <= max(activation.sides)
    assert Power(1).sides is None


def test_polynomials_have_no_norm_but_monomials() -> None:
    assert Polynomial((0, 0, 3)).homogeneity == 2
    assert Polynomial((0, 0, 3)).network_degree() == 3
    assert Polynomial((1, 0, 3)).homogeneity is None
    with pytest.raises(ValueError, match=r"activation 1 \+ 3\*x\^2 is not homogeneous, so there is no norm"):
        Polynomial((1, 0, 3)).network_degree()


def test_every_named_activation_is_tested_and_defined_here() -> None:
    assert {ReLU(), Absolute()} <= set(NAMED.values()) <= set(HOMOGENEOUS)
    assert {activation.name for activation in NAMED.values()} == set(oracles.NAMED)
    assert all(spelling == spelling.lower() for spelling in NAMED)


@pytest.mark.parametrize("activation", ALL, ids=str)
def test_names_are_read_back(activation: Activation) -> None:
    assert parse(activation.name) == activation
    assert parse(f" {activation.name.upper()} ") == activation
    assert str(activation) == activation.name


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6).filter(lambda c: c[-1] != 0))
def test_every_polynomial_is_read_back(coefficients: list[float]) -> None:
    polynomial = Polynomial(tuple(coefficients))
    x = np.array([-1.5, 0.5, 2.0])
    assert (parse(polynomial.name).value(x) == polynomial.value(x)).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("relu", ReLU()),
        ("abs", Absolute()),
        ("|x|", Absolute()),
        ("x", Power(1)),
        ("+x^2", Power(2)),
        ("x^2 + x^2 - x^2", Power(2)),
        ("2x^2", Polynomial((0, 0, 2))),
        ("-x", Polynomial((0, -1))),
        ("1 - 0.5*x^3", Polynomial((1, 0, 0, -0.5))),
    ],
)
def test_spellings(text: str, expected: Activation) -> None:
    assert parse(text) == expected
    assert parse("x^5") != expected


@pytest.mark.parametrize(
    "text", ["", "tanh", "x^", "x^-1", "x^2.5", "x**2", "y", "1 +", "x x", "--x", "|x", "x^2;", "٣"]
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"activation .*, expected x\^2, relu, abs or a polynomial") as refusal:
        parse(text)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3", "expected finite ones"),
        ("x - x", "the last not 0"),
        ("x^1001", "at most 1000"),
        ("x^0", "polynomial with"),
    ],
)
def test_constants_and_long_polynomials_are_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(text)


@pytest.mark.parametrize("k", [0, -1, 2.0, "2", True, None])
def test_other_powers_are_refused(k: Any) -> None:
    assert Power(1).name == "x^1"
    with pytest.raises(ValueError, match="expected an integer exponent >= 1"):
        Power(k)


@pytest.mark.parametrize("coefficients", [(), (1,), (1, 0), (0, 0), (float("nan"), 1), (1, float("inf"))])
def test_other_polynomials_are_refused(coefficients: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"polynomial with coefficients .*, expected finite ones"):
        Polynomial(coefficients)


def test_an_activation_is_a_class_of_four_methods() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Activation()  # type: ignore[abstract]


def test_an_activation_of_ones_own_works_in_networks_and_solver() -> None:
    """x |x|: one class and no other file."""
    from margin import ModularAddition, Network
    from margin.networks.integer_margin import exact_margin
    from margin.solver import from_task, solve

    class SignedSquare(Activation):
        homogeneity = 2
        name = "x|x|"

        def value(self, x: Any) -> Any:
            return x * abs(x)

        def slope(self, x: Any) -> Any:
            return abs(x) * 2

        def bend(self, x: Any) -> Any:
            return Absolute().slope(x) * 2

    task = ModularAddition(3, 2)
    solution = solve(from_task(task, SignedSquare()), tolerance=1e-4)
    assert solution.converged
    assert float(exact_margin(solution.network)) == pytest.approx(solution.value, rel=1e-9)
    on_task = Network(task, solution.network.U.reshape(2, 3, -1), solution.network.W, SignedSquare())
    assert on_task.normalised_margin() == pytest.approx(solution.value, rel=1e-12)
