"""The maximum margin as a linear program over representations (THEORY 4), solved exactly for Z_n.

    gamma* = max over masses lambda  min over differences d != 0  sum_z lambda_z c_z (1 - cos(2 pi z d / n))
           = min over class weights tau  max over frequencies z   c_z (1 - tau_hat(z))

c_z is the best normalised value of one neuron of frequency z. For Z_n the optimum makes all
c_z (1 - tau_hat(z)) equal and uses every frequency, whatever n >= 2 and k >= 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count


@dataclass(frozen=True)
class FrequencyClass:
    """Frequencies that share a representation dimension, and the optimal mass of each of them."""

    kind: str  # "rotation" (dimension 2) or "sign" (dimension 1, the frequency n/2)
    frequencies: range
    neuron_value: Surd  # c_z
    mass_each: Surd  # lambda_z


@dataclass(frozen=True)
class ClassWeight:
    """Dual weight of every wrong label c whose difference c - y is of the given parity."""

    differences: str  # "all", "odd" or "even"
    count: int
    each: Surd


@dataclass(frozen=True)
class MaximumMargin:
    """gamma* of a task with an optimal mass per frequency and the dual class weights."""

    task: ModularAddition
    exact: Surd
    frequency_classes: tuple[FrequencyClass, ...]
    class_weights: tuple[ClassWeight, ...]

    @property
    def squared(self) -> Surd:
        """gamma*^2: rational for odd n, in Q(sqrt 2) for even n."""
        return self.exact**2

    def __float__(self) -> float:
        return float(self.exact)


def neuron_value(task: ModularAddition, dimension: int) -> Surd:
    """Best value of a unit neuron inside a representation of that real dimension (THEORY 3).

    c = k! n^(-k) (n / dimension)^((k-1)/2) (k+1)^(-(k+1)/2), by Plancherel and AM-GM.
    """
    n, k = task.n, task.k
    spread = Surd.half_power(Fraction(n, dimension), k - 1)
    return Fraction(factorial(k), n**k) * spread / Surd.half_power(k + 1, k + 1)


def maximum_margin(task: ModularAddition) -> MaximumMargin:
    """The exact maximum L_{2,k+1} margin of a task, with primal masses and dual class weights.

    For odd n this is 2 k! / ((2k+2)^((k+1)/2) (n-1) n^((k-1)/2)) (Li et al., Lemma 4.2, printed
    for primes; k = 2: Morwani et al., Theorem 7). For even n it is larger: the frequency n/2 is cheap.

    Raises TypeError for anything but a ModularAddition.

    >>> from margin import ModularAddition
    >>> print(maximum_margin(ModularAddition(23, 3)).exact)
    3/8096
    >>> [str(c.mass_each) for c in maximum_margin(ModularAddition(6, 2)).frequency_classes]
    ['(16 - 2*sqrt(2))/31', '(4*sqrt(2) - 1)/31']
    """
    if not isinstance(task, ModularAddition):
        raise TypeError(f"maximum_margin: got {task!r}, expected a task such as ModularAddition(23, 3)")
    kinds = [("rotation", 2, task.rotation_frequencies), ("sign", 1, task.sign_frequencies)]
    used = [(kind, d, zs, neuron_value(task, d)) for kind, d, zs in kinds if count(zs)]
    # delta^2 / e (2 for a rotation, 1 for a sign) is the share of the regular representation
    gamma = task.n / sum((Fraction(d * count(zs)) / c for _, d, zs, c in used), Surd())
    classes = tuple(FrequencyClass(kind, zs, c, gamma * Fraction(d, task.n) / c) for kind, d, zs, c in used)
    return MaximumMargin(task, gamma, classes, _class_weights(task, gamma, classes))


def _class_weights(task: ModularAddition, gamma: Surd, classes: tuple[FrequencyClass, ...]) -> tuple[ClassWeight, ...]:
    """Fourier inversion of tau_hat(z) = 1 - gamma / c_z with tau(0) = 0."""
    n = task.n
    ratio = {c.kind: gamma / c.neuron_value for c in classes}
    rotation, sign = ratio.get("rotation"), ratio.get("sign")
    if rotation is None or sign is None or rotation == sign:
        return (ClassWeight("all", n - 1, Surd(Fraction(1, n - 1))),)
    odd = sign / n
    even = (2 * rotation - sign) / n
    return ClassWeight("odd", n // 2, odd), ClassWeight("even", n // 2 - 1, even)
