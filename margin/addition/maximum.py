"""The maximum margin as a linear program over representations (docs/theory.md, 4.1 and 4.3), solved exactly for Z_n.

    gamma* = max over masses lambda  min over differences d != 0  sum_z lambda_z c_z (1 - cos(2 pi z d / n))
           = min over class weights tau  max over frequencies z   c_z (1 - tau_hat(z))

c_z is the best normalised value of one neuron of frequency z. For Z_n the optimum makes all
c_z (1 - tau_hat(z)) equal and uses every frequency, whatever n >= 2 and k >= 1.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from margin.answers.record import Block, ClassWeight, MaximumMargin
from margin.io.command import EXACT_BITS
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count

AdditionMargin = MaximumMargin[ModularAddition, Surd]


def require_size(task: ModularAddition) -> None:
    """Raise ValueError where the exact margin would be too long to print."""
    bits = task.k * (task.k.bit_length() + task.n.bit_length() + 2)
    if bits > EXACT_BITS:
        raise ValueError(
            f"the exact margin for n of {len(str(task.n))} digits and k = {task.k} would take about {bits} bits,"
            f" limit {EXACT_BITS}; choose a smaller n or k"
        )


def neuron_value(task: ModularAddition, dimension: int) -> Surd:
    """Best value of a unit neuron inside a representation of that real dimension (docs/theory.md, 3.4).

    c = k! n^(-k) (n / dimension)^((k-1)/2) (k+1)^(-(k+1)/2), by Plancherel and AM-GM.
    """
    n, k = task.n, task.k
    spread = Surd.half_power(Fraction(n, dimension), k - 1)
    return Fraction(factorial(k), n**k) * spread / Surd.half_power(k + 1, k + 1)


def maximum_margin(task: ModularAddition) -> AdditionMargin:
    """The exact maximum L_{2,k+1} margin of a task, with primal masses and dual class weights.

    For odd n this is 2 k! / ((2k+2)^((k+1)/2) (n-1) n^((k-1)/2)) (Li et al., Lemma 4.2, printed
    for primes; k = 2: Morwani et al., Theorem 7). For even n it is larger: the frequency n/2 is cheap.

    Raises ValueError where the square factors of n, which even k needs, are out of reach.

    >>> from margin.tasks import ModularAddition
    >>> print(maximum_margin(ModularAddition(23, 3)).exact)
    3/8096
    >>> [str(block.mass) for block in maximum_margin(ModularAddition(6, 2)).blocks]
    ['(16 - 2*sqrt(2))/31', '(4*sqrt(2) - 1)/31']
    """
    kinds = [("rotation", 2, task.rotation_frequencies), ("sign", 1, task.sign_frequencies)]
    used = [(kind, d, zs, neuron_value(task, d)) for kind, d, zs in kinds if count(zs)]
    # delta^2 / e (2 for a rotation, 1 for a sign) is the share of the regular representation
    gamma = task.n / sum((Fraction(d * count(zs)) / c for _, d, zs, c in used), Surd())
    blocks = tuple(_block(kind, d, zs, c, gamma * Fraction(d, task.n) / c) for kind, d, zs, c in used)
    return MaximumMargin(task, gamma, blocks, _class_weights(task, gamma, blocks), all_irreps=gamma)


def _block(kind: str, dimension: int, frequencies: range, neuron_value: Surd, mass: Surd) -> Block[Surd]:
    """A rotation is of complex type, as a pair of conjugate characters; the sign n/2 of real type."""
    real_type, commutant = ("complex", 2) if dimension == 2 else ("real", 1)
    size = count(frequencies)
    return Block(kind, dimension, real_type, commutant, size, neuron_value, mass, (mass, mass), frequencies)


def _class_weights(
    task: ModularAddition, gamma: Surd, blocks: tuple[Block[Surd], ...]
) -> tuple[ClassWeight[Surd], ...]:
    """Fourier inversion of tau_hat(z) = 1 - gamma / c_z with tau(0) = 0."""
    n = task.n
    ratio = {block.kind: gamma / block.neuron_value for block in blocks}
    rotation, sign = ratio.get("rotation"), ratio.get("sign")
    if rotation is None or sign is None or rotation == sign:
        return (ClassWeight("all", n - 1, Surd(Fraction(1, n - 1))),)
    odd = sign / n
    even = (2 * rotation - sign) / n
    return ClassWeight("odd", n // 2, odd), ClassWeight("even", n // 2 - 1, even)
