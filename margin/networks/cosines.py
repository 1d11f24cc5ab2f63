"""Networks in exact form: a mass per frequency and a set of rational phases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, gcd
from typing import TYPE_CHECKING

from margin.networks.cosine_blocks import Block, Neuron
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count

if TYPE_CHECKING:
    from margin.networks.network import Network


@dataclass(frozen=True)
class CosineNetwork:
    """Blocks of pure cosine neurons; frequencies in 1..n/2, masses positive.

    Raises ValueError for no blocks, a frequency out of range, a mass that is not positive, a block that mixes the
    frequency n/2 with others or has phases there that are not half turns, or a phase set for another k.
    """

    task: ModularAddition
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        n = self.task.n
        if not self.blocks:
            raise ValueError("CosineNetwork: got no blocks, expected at least one")
        for block in self.blocks:
            zs = block.frequencies
            if not (zs.step == 1 and 1 <= zs.start < zs.stop <= n // 2 + 1):
                raise ValueError(f"CosineNetwork: frequencies {zs}, expected a range inside 1..{n // 2}")
            if 2 * (zs.stop - 1) == n and count(zs) > 1:
                raise ValueError(f"CosineNetwork: the frequency {n // 2} = n/2 needs a block of its own")
            if block.mass_each.sign() <= 0:
                raise ValueError(f"CosineNetwork: mass {block.mass_each}, expected a positive number")
            if 2 * zs.start == n and not block.phase_set.half_turns_only:
                raise ValueError(f"CosineNetwork: at the frequency {n // 2} = n/2 phases must be 0 or half a turn")
            if block.phase_set.k != self.task.k:
                raise ValueError(f"CosineNetwork: phases for k = {block.phase_set.k}, the task has k = {self.task.k}")

    @property
    def width(self) -> int:
        return sum(block.width for block in self.blocks)

    @property
    def mass(self) -> Surd:
        """||theta||^(k+1), the sum of all neurons' masses."""
        return sum((count(b.frequencies) * b.mass_each for b in self.blocks), Surd())

    def neurons(self) -> Iterator[Neuron]:
        """Every neuron, frequency by frequency."""
        for block in self.blocks:
            steps = block.phase_set.denominator  # of a turn
            for z in block.frequencies:
                for (alpha, omega), share in zip(block.phase_set.points(), block.phase_set.weights(), strict=True):
                    phases = tuple(Fraction(a, steps) for a in alpha)
                    yield Neuron(z, phases, Fraction(omega, steps), block.mass_each * share)

    def numeric(self) -> Network:
        """The same network as float64 arrays. Raises MemoryError when they would not fit."""
        from margin.networks.cosine_arrays import arrays
        from margin.networks.network import Network

        return Network(self.task, *arrays(self))

    def norm(self) -> Surd | float:
        """L_{2,k+1}: exact where the mass is 1, else float64."""
        mass = self.mass
        return mass if mass == 1 else float(mass) ** (1 / self.task.degree)

    def margin_by_parity(self) -> dict[str, Surd] | None:
        """f[y] - f[c] for odd and for even c - y, where the exponential sums prove it; else None.

        They do when every phase set computes the wanted term only, so that f(x)[c] = sum_z mass_z value_z
        cos(2 pi z (y - c) / n), and all rotation frequencies carry one mass: then the cosines add up to
        (-1 - (-1)^d [n even]) / 2 at the difference d != 0 and to their number at d = 0.
        """
        masses = self._masses_by_kind()
        if masses is None:
            return None
        n, rotations = self.task.n, count(self.task.rotation_frequencies)
        turning, flipping = (masses[kind] * self.neuron_value(kind) for kind in ("rotation", "sign"))
        cosines = {"odd": Fraction((n % 2 == 0) - 1, 2), "even": Fraction(-(n % 2 == 0) - 1, 2)}
        if n == 2:
            return {"odd": 2 * flipping}
        margins = {parity: turning * (rotations - cosines[parity]) for parity in cosines}
        return {"odd": margins["odd"] + 2 * flipping, "even": margins["even"]}

    def _masses_by_kind(self) -> dict[str, Surd] | None:
        """Mass of each rotation frequency and of n/2, if the sets prove their cosines and rotations share one mass."""
        n, masses = self.task.n, dict[range, Surd]()
        for block in self.blocks:
            zs = block.frequencies
            if any(zs.start < other.stop and other.start < zs.stop for other in masses):
                return None  # several sets at one frequency: left to brute force
            if not all(block.phase_set.wanted_term_only(order) for order in self._orders(block)):
                return None
            masses[zs] = block.mass_each
        sign = sum((mass for zs, mass in masses.items() if 2 * zs.start == n), Surd())
        rotations = {zs: mass for zs, mass in masses.items() if 2 * zs.start != n}
        covered = sum(count(zs) for zs in rotations)
        if len(set(rotations.values())) > 1 or covered not in (0, count(self.task.rotation_frequencies)):
            return None
        return {"rotation": next(iter(rotations.values()), Surd()), "sign": sign}

    def _orders(self, block: Block) -> set[int]:
        """Orders of the block's frequencies, those above 2k (where no exponents coincide) as 2k + 1."""
        n, k, zs = self.task.n, self.task.k, block.frequencies
        small = {
            d: sum(1 for j in range(1, d) if gcd(j, d) == 1 and n // d * j in zs)
            for d in range(2, 2 * k + 1)
            if n % d == 0
        }
        others = count(zs) - sum(small.values())
        return {d for d, present in small.items() if present} | ({2 * k + 1} if others else set())

    def neuron_value(self, kind: str) -> Surd:
        """Coefficient of cos(2 pi z (y - c) / n) that unit mass at a frequency of that kind produces.

        Straight from the expansion: k! A^(k+1) times 2^(-k) for rotations, A the common amplitude.
        """
        n, k = self.task.n, self.task.k
        squared = Fraction(2 if kind == "rotation" else 1, (k + 1) * n)  # A^2: vectors of norm (k+1)^(-1/2)
        halves = Fraction(1, 2**k) if kind == "rotation" else 1
        return factorial(k) * halves * Surd.half_power(squared, k + 1)

    def normalised_margin(self) -> Surd | float:
        """Exact where `margin_by_parity` is; otherwise float64 by brute force over the population."""
        margins = self.margin_by_parity()
        return self.numeric().normalised_margin() if margins is None else min(margins.values()) / self.mass

    def margin(self) -> Surd | float:
        """min over the population of f[y] - max_{c != y} f[c], exact and in float64 as `normalised_margin`."""
        margins = self.margin_by_parity()
        return self.numeric().margin() if margins is None else min(margins.values())


ExactNetwork = CosineNetwork  # its name until now, kept for code that imports it from `margin`
