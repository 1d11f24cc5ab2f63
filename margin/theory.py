"""The questions that theory answers, each asked of any task: one verb each, one wing for each kind of task.

A wing is a package with the same rooms: `maximum` (gamma* with masses and class weights), `construction` (a network
that reaches it), `width`, `check`, `certificate`, `vipr`, `finite_lambda` and `wording`. A new kind of task is a class
in `margin.tasks`, a wing, and a line here.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, overload

from margin.answers.check import CheckResult, no_check, require_method
from margin.answers.record import Answer, MaximumMargin, Prediction, Widths
from margin.tasks import GroupComposition, ModularAddition, SharedEmbedding, SparseParity, Task

if TYPE_CHECKING:
    from margin.answers.finite_lambda import FiniteLambda
    from margin.answers.report import Wording
    from margin.networks.cosines import CosineNetwork
    from margin.networks.network import Network
    from margin.numbers.ratio import Ratio
    from margin.numbers.square_roots import Surd
    from margin.parity.construction import SignPatterns
    from margin.shared.lower import SharedNetwork
    from margin.shared.maximum import SharedMargin

WINGS = {
    "modular_addition": "margin.addition",
    "group_composition": "margin.composition",
    "sparse_parity": "margin.parity",
}
ENCLOSED = {"shared_embedding": "margin.shared"}  # an enclosure; rooms maximum, construction, check, certificate
CONSTRUCTIONS = ("minimal", "paper")


def wing(task: Task, room: str, verb: str) -> ModuleType:
    """A room of the task's wing. Raises TypeError, naming the verb, for what is no task of a known kind.

    With a shared embedding only some of the questions are answered; the others raise TypeError too.
    """
    home = (WINGS | ENCLOSED).get(getattr(task, "kind", ""))
    if home == "margin.shared" and room not in ("maximum", "construction", "check", "certificate"):
        raise TypeError(f"{verb}: got {task!r}, expected separate embeddings; with a shared one it is not known")
    if home is None:
        raise TypeError(f"{verb}: got {task!r}, expected a task such as ModularAddition(23, 3) or parse('mod:23', k=3)")
    return import_module(f"{home}.{room}")


@overload
def maximum_margin(task: SharedEmbedding) -> SharedMargin: ...  # type: ignore[overload-overlap]  # an enclosure
@overload
def maximum_margin(task: ModularAddition) -> MaximumMargin[ModularAddition, Surd]: ...
@overload
def maximum_margin(task: GroupComposition) -> MaximumMargin[GroupComposition, Ratio]: ...
@overload
def maximum_margin(task: SparseParity) -> MaximumMargin[SparseParity, Surd]: ...
@overload
def maximum_margin(task: Task) -> Prediction: ...
def maximum_margin(task: Task) -> Prediction | SharedMargin:
    """The exact maximum L_{2,k+1} margin of a task, with optimal masses and dual class weights (docs/theory.md, 4).

    With a shared embedding it is an enclosure (docs/theory.md, 10). Raises TypeError for anything but a task,
    ValueError where a group has one element or is too large.

    >>> from margin.tasks import parse
    >>> print(maximum_margin(parse("mod:23", k=3)).exact, maximum_margin(parse("group:S5", k=3)).exact)
    3/8096 1/182400
    >>> print(maximum_margin(parse("parity:10,4")).exact)
    24*sqrt(10)/125
    """
    answer: Prediction | SharedMargin = wing(task, "maximum", "maximum_margin").maximum_margin(task)
    return answer


@overload
def construct(  # type: ignore[overload-overlap]  # of integers, by an enclosure
    task: SharedEmbedding, construction: str = "minimal", prediction: SharedMargin | None = None
) -> SharedNetwork: ...
@overload
def construct(
    task: ModularAddition, construction: str = "minimal", prediction: Prediction | None = None
) -> CosineNetwork: ...
@overload
def construct(
    task: GroupComposition, construction: str = "minimal", prediction: Prediction | None = None
) -> Network: ...
@overload
def construct(
    task: SparseParity, construction: str = "minimal", prediction: Prediction | None = None
) -> SignPatterns: ...
@overload
def construct(
    task: Task, construction: str = "minimal", prediction: Prediction | None = None
) -> CosineNetwork | Network | SignPatterns: ...
def construct(
    task: Task, construction: str = "minimal", prediction: Prediction | SharedMargin | None = None
) -> CosineNetwork | Network | SignPatterns | SharedNetwork:
    """A network of norm 1 that reaches the maximum margin (docs/theory.md, 5).

    Cosines with exact masses and phases for addition, arrays for a group (of order at most 200), sign patterns for
    parity; each has `width` and `normalised_margin()`. Raises ValueError for an unknown construction, MemoryError.
    """
    network: CosineNetwork | Network | SignPatterns | SharedNetwork
    network = wing(task, "construction", "construct").construct(task, construction, prediction)
    return network


def widths(task: Task, construction: str = "minimal", prediction: Prediction | None = None) -> Widths:
    """Width of the chosen construction and of the papers', the proved lower bound, and the minimum if it is known.

    >>> from margin.tasks import parse
    >>> widths(parse("mod:6", k=2)).minimal, widths(parse("parity:10,4")).minimal
    (14, 8)
    """
    counted: Widths = wing(task, "width", "widths").widths(task, construction, prediction)
    return counted


def check(
    prediction: Prediction | SharedMargin,
    method: str = "fast",
    construction: str = "minimal",
    progress: bool = False,
) -> CheckResult:
    """Is the prediction the maximum margin? "fast": exact, both sides; "slow": every logit of the network; "none".

    Raises ValueError for an unknown method, and where the slow check takes more than 10^12 operations.
    """
    require_method(method)
    if method == "none":
        return no_check()
    result: CheckResult = wing(prediction.task, "check", "check").check(prediction, method, construction, progress)
    return result


def certificate(
    answer: Task | Prediction | SharedMargin, sense: str | None = None, construction: str = "minimal"
) -> bytes:
    """A certificate that gamma* equals, is at least ("lower") or is at most ("upper") its value, for the checkers.

    Of a task or of its prediction. Without a sense all that is known: "equal", with a shared embedding "enclosure".
    Raises ValueError for another sense, and beyond the limits of the formats (`proofs_check/formats`).
    """
    prediction = maximum_margin(answer) if isinstance(answer, Task) else answer
    if sense is None:
        sense = "equal" if isinstance(prediction, MaximumMargin) else "enclosure"
    content: bytes = wing(prediction.task, "certificate", "certificate").certify(prediction, sense, construction)
    return content


def vipr(answer: Task | Prediction) -> bytes:
    """The linear program whose optimum is gamma*, with its solution and a proof, in the format VIPR 1.1 (`viprchk`).

    Of a task or of its prediction. Raises ValueError where the program has irrational numbers, and for parity.
    """
    from margin.answers.vipr import as_vipr

    prediction = answer if isinstance(answer, MaximumMargin) else maximum_margin(answer)
    return as_vipr(wing(prediction.task, "vipr", "vipr").rational_program(prediction))


def finite_lambda(task: Task, strength: float, loss: str = "cross_entropy", targets: str = "centred") -> FiniteLambda:
    """What training with loss + strength ||theta||^(k+1) on the population converges to (docs/theory.md, 7).

    `loss`: "cross_entropy", or "squared", the mean over inputs and labels, with `targets` "centred" or "one_hot".
    Raises ValueError for others, unless strength is a positive finite number, and for one-hot targets but for k = 2
    inputs that are elements.

    >>> from margin.tasks import parse
    >>> round(finite_lambda(parse("mod:23", k=2), 1e-3).ratio, 9)
    1.0
    >>> round(finite_lambda(parse("group:Dic3", k=3), 1e-9, "squared").ratio, 6)
    0.965517
    """
    room = wing(task, "finite_lambda", "finite_lambda")
    gamma, program = float(maximum_margin(task)), room.margin_program(task)
    if loss == "cross_entropy":
        optimum: FiniteLambda = program.optimum(strength, gamma)
        return optimum
    from margin.answers.squared_loss import TARGETS, SquaredProgram

    if loss != "squared" or targets not in TARGETS:
        raise ValueError(
            f"finite lambda: loss {loss!r} with targets {targets!r}, expected 'cross_entropy', or 'squared' with"
            f" {' or '.join(map(repr, TARGETS))}"
        )
    if targets == "centred":
        return SquaredProgram(program).optimum(strength, gamma)
    if task.k != 2 or isinstance(task, SparseParity):
        raise ValueError(f"finite lambda: one-hot targets for {task}, expected k = 2 elements; others are not known")
    return SquaredProgram(program, 2 / (3 * 3**0.5) * task.n**-1.5).optimum(strength, gamma)


def predict(task: Task, construction: str = "minimal", check: str = "fast", progress: bool = False) -> Answer:
    """Maximum margin, widths and check of a task: what `python -m margin.predict` prints.

    Raises as `maximum_margin`, `widths` and `check`.
    """
    require_method(check)
    if construction not in CONSTRUCTIONS:
        raise ValueError(f"construction {construction!r}, expected one of {', '.join(CONSTRUCTIONS)}")
    prediction = maximum_margin(task.listed() if check == "slow" else task)
    draft = Answer(prediction, construction, widths(prediction.task, construction, prediction), no_check())
    return checked(draft, check, progress)


def checked(answer: Answer, method: str, progress: bool = False) -> Answer:
    """The same answer with the outcome of a check; the slow one needs a task that is `listed`. Raises as `check`."""
    return replace(answer, check=check(answer.prediction, method, answer.construction, progress))


def require_size(task: Task) -> None:
    """Raise ValueError, before anything is computed, where exact numbers would be too long to print."""
    wing(task, "maximum", "require_size").require_size(task)


def wording(task: Task) -> Wording:
    """How the task's wing words its masses, widths and class weights."""
    words: Wording = wing(task, "wording", "wording").WORDING
    return words
