"""What networks in exact form consist of: cosine neurons, and blocks of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from margin.networks.phases import PhaseSet
from margin.numbers.square_roots import Surd
from margin.tasks import count


@dataclass(frozen=True)
class Neuron:
    """A pure cosine neuron: mass = ||neuron||^(k+1), shared equally by its k+1 vectors; phases in turns."""

    frequency: int
    phases: tuple[Fraction, ...]
    output_phase: Fraction
    mass: Surd


@dataclass(frozen=True)
class Block:
    """The same phase set and mass at each of a range of frequencies."""

    frequencies: range
    mass_each: Surd
    phase_set: PhaseSet

    @property
    def width(self) -> int:
        return count(self.frequencies) * self.phase_set.size
