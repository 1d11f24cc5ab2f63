"""What an answer is, whatever the task: maximum margin with its masses and class weights, widths, check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from margin.answers.check import CheckResult
from margin.numbers.ratio import Ratio
from margin.numbers.square_roots import Surd
from margin.tasks import Task

if TYPE_CHECKING:
    from margin.finite_groups.real_irreps import RealIrrep

ExactT = TypeVar("ExactT", Surd, Ratio)  # the kind of exact number: Ratio for groups
TaskT = TypeVar("TaskT", bound=Task)
Used = Literal["always", "optional", "never"]


@dataclass(frozen=True)
class Block(Generic[ExactT]):
    """Representations that the optimum treats alike, with the optimal mass of each of them.

    `dimension` and `commutant` (1, 2, 4 for real, complex, quaternionic `type`) are those of the real representation;
    `count` representations are meant; `neuron_value` is c_rho, the best value of a unit neuron; `mass` belongs to the
    lexicographically least optimum in the order of the blocks, `mass_range` to all optima. `frequencies` are those of
    addition mod n, else none; `irrep` is there where the group's elements are known.
    """

    kind: str  # "rotation" or "sign" (a frequency of addition), "representation", or "parity"
    dimension: int
    type: str
    commutant: int
    count: int
    neuron_value: Surd
    mass: ExactT
    mass_range: tuple[ExactT, ExactT]
    frequencies: range = range(0)
    irrep: RealIrrep | None = None

    @property
    def used(self) -> Used:
        """Whether every optimum, some, or none puts mass on it."""
        low, high = self.mass_range
        return "always" if low.sign() > 0 else "optional" if high.sign() > 0 else "never"


@dataclass(frozen=True)
class ClassWeight(Generic[ExactT]):
    """Dual weight `each` of every wrong label in a class; `count` such labels.

    `where` names the class: "all", "odd" or "even" differences (addition, parity), or a representative of the conjugacy
    classes of y^-1 c and its inverse (groups), whose elements have `element_order`.
    """

    where: str
    count: int
    each: ExactT
    element_order: int | None = None


@dataclass(frozen=True)
class MaximumMargin(Generic[TaskT, ExactT]):
    """gamma* of a task, exact, with optimal masses and dual class weights.

    `all_irreps` is the best margin when every representation carries its share delta^2 / e of the regular character,
    which is gamma* for addition and parity.
    """

    task: TaskT
    exact: ExactT
    blocks: tuple[Block[ExactT], ...]
    class_weights: tuple[ClassWeight[ExactT], ...]
    all_irreps: ExactT

    @property
    def squared(self) -> ExactT:
        """gamma*^2."""
        return self.exact.squared()

    def __float__(self) -> float:
        return float(self.exact)


Prediction = MaximumMargin[Any, Any]  # of a task of any kind


@dataclass(frozen=True)
class Widths:
    """Numbers of neurons: of the chosen construction, in all and by block (each), and of the papers' construction.

    `lower_bound` and `minimal` are None where nothing is proved. `blocks` are those that `neurons_each` counts where
    they are not the prediction's: cut where a frequency needs fewer neurons than its neighbours.
    """

    constructed: int
    paper: int
    lower_bound: int | None
    minimal: int | None
    neurons_each: tuple[int, ...]
    blocks: tuple[Block[Any], ...] = ()


@dataclass(frozen=True)
class Answer:
    """Everything that a prediction says: maximum margin, construction and its widths, check."""

    prediction: Prediction
    construction: str
    widths: Widths
    check: CheckResult

    @property
    def counted_blocks(self) -> tuple[tuple[Block[Any], int], ...]:
        """Every block with the neurons of each of its representations."""
        return tuple(zip(self.widths.blocks or self.prediction.blocks, self.widths.neurons_each, strict=True))
