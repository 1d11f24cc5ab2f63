"""The settings of a run in blocks: task, model, loss, optimiser, schedule, data, measuring, execution.

A block is a frozen dataclass of one kind (an optimiser is sgd, adam or adamw) that knows its own settings. Every
setting has one name among all blocks, the name in `--set NAME=VALUE`, in config.json and in tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import lru_cache
from math import isfinite
from typing import Any, ClassVar

from margin.networks.activations import Activation, Power
from margin.networks.activations import parse as activation_of
from margin.tasks import ElementTask, SharedEmbedding, parse
from margin.tasks import Task as Posed

PLAIN = ("str", "int", "float", "float | None", "tuple[int, ...]")  # the types of settings


def setting(
    default: Any = MISSING,
    *,
    name: str | None = None,
    choices: tuple[str, ...] | None = None,
    least: int | None = None,
    above: float | None = None,
    share: bool = False,
    later: bool = False,
) -> Any:
    """A field of a block.

    `name` among all settings, where it is not the field's; `choices`, `least` (integers), `above` (numbers) and `share`
    (0 <= value < 1) bound its values. `later`: it came after runs were saved, and at its first value, the default, it
    does not enter their hashes; its default must never change.
    """
    limits = {"name": name, "choices": choices, "least": least, "above": above, "share": share, "later": later}
    return field(default=default, metadata=limits)


@dataclass(frozen=True)
class Block:
    """Settings that belong together. Raises ValueError, naming the setting, for values out of range; abstract."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        for part in fields(self):
            name, limits = name_of(part), part.metadata
            value = typed(name, str(part.type), getattr(self, part.name))
            object.__setattr__(self, part.name, value)
            if value is None:
                continue
            if limits["choices"] is not None and value not in limits["choices"]:
                raise ValueError(f"{name} = {value!r}, expected one of {', '.join(limits['choices'])}")
            if limits["least"] is not None and value < limits["least"]:
                raise ValueError(f"{name} = {value}, expected an integer >= {limits['least']}")
            if limits["above"] is not None and not value > limits["above"]:
                raise ValueError(f"{name} = {value}, expected a number above {limits['above']:g}")
            if limits["share"] and not 0 <= value < 1:
                raise ValueError(f"{name} = {value}, expected 0 <= {name} < 1")

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names and values of the settings."""
        return ((name_of(part), getattr(self, part.name)) for part in fields(self))


def name_of(part: Field[Any]) -> str:
    """The name of a block's field among all settings."""
    return part.metadata["name"] or part.name


def typed(name: str, kind: str, value: Any) -> Any:
    """The value as the setting's type, without surprises: no booleans, no fractions for integers, no NaN.

    Raises ValueError for anything else.
    """
    if value is None and "None" in kind:
        return None
    if kind == "str" and isinstance(value, str):
        return value
    if kind.startswith("tuple") and isinstance(value, (list, tuple)):
        return tuple(typed(name, "int", v) for v in value)
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if kind.startswith("float") and isinstance(value, (int, float)) and not isinstance(value, bool):
        if not isfinite(value):
            raise ValueError(f"{name} = {value}, expected a finite number")
        return float(value)
    raise ValueError(f"{name} = {value!r}, expected {kind.replace(' | ', ' or ')}")


@dataclass(frozen=True)
class Task(Block):
    """What is learned: "mod:23", "shared:7", "group:S4" or "parity:10", with k inputs (k of the bits)."""

    kind = "task"
    name: str = setting(name="task")
    k: int = setting(least=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        bits, comma, within = self.name.partition(",")
        if bits.startswith("parity:") and comma:  # one spelling, one hash
            if within != str(self.k):
                raise ValueError(f"task = {self.name!r} with k = {self.k}, expected k = {within}")
            object.__setattr__(self, "name", bits)

    def posed(self) -> Posed:
        """The task itself. Raises ValueError for a name that is none."""
        return _posed(self.name, self.k)


@lru_cache(maxsize=32)
def _posed(name: str, k: int) -> Posed:
    return parse(name, k)


@dataclass(frozen=True)
class Model(Block):
    """A network; abstract. `degree` is that of homogeneity, None for a network that is not homogeneous."""

    width: int = setting(least=1)

    @property
    def predicted(self) -> bool:
        """Whether the theory predicts the maximum normalised margin of this network."""
        return False

    def degree(self, k: int) -> int | None:
        return None

    def shown(self, k: int) -> str:
        """The network for a reader, in a few words."""
        raise NotImplementedError

    def without_theory(self, k: int) -> str:
        """What nothing is predicted of, in a message."""
        return f"model = {self.kind}"

    def require(self, task: Posed) -> None:
        """Raise ValueError for a task that this network does not take."""


@dataclass(frozen=True)
class Neurons(Model):
    """f(x) = sum_i w_i activation(sum_j u_ij(x_j)), no biases: `margin.networks`, trained."""

    kind = "neurons"
    activation: str = setting("power")  # x^k, in the L_{2,k+1} norm; or one of `margin.networks`: ReLU, in the L_2 norm
    init: float = setting(0.1, above=0)  # standard deviation of the initial weights
    signs: str = setting("independent", choices=("independent", "balanced"))  # see `initial_weights`

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.activation == "power":
            return
        try:
            function = activation_of(self.activation)
            function.network_degree()
        except ValueError:
            expected = "one of power, relu, abs or another homogeneous one such as 2*x^3"
            raise ValueError(f"activation = {self.activation!r}, expected {expected}") from None
        object.__setattr__(self, "activation", function.name.lower())  # one spelling, one hash

    @property
    def predicted(self) -> bool:
        return self.activation == "power"

    def function(self, k: int) -> Activation:
        """The activation itself, on a task of k inputs."""
        return Power(k) if self.activation == "power" else activation_of(self.activation)

    def degree(self, k: int) -> int:
        """nu: exponent of the norm."""
        return self.function(k).network_degree()

    def shown(self, k: int) -> str:
        return f"activation {self.function(k)}, width {self.width}"

    def without_theory(self, k: int) -> str:
        return str(self.function(k))

    def require(self, task: Posed) -> None:
        if self.activation != "power" and self.function(task.k) == Power(task.k):
            raise ValueError(f"activation = {self.activation} with k = {task.k}, expected power, its name there")


@dataclass(frozen=True)
class Shaped(Model):
    """A network on elements of a group that knows the shapes of its parameters; abstract."""

    def shapes(self, k: int, n: int, classes: int) -> dict[str, tuple[int, ...]]:
        """The parameters by name, for k inputs out of n elements: the one place that knows their shapes."""
        raise NotImplementedError

    def held(self, k: int) -> int:
        """Numbers that a step keeps for each of its inputs, at least; 0 where it goes through them in parts."""
        return 0

    def require(self, task: Posed) -> None:  # nor a task that says what only neurons have
        if not isinstance(task, ElementTask):
            raise ValueError(f"model = {self.kind} on {task}, expected a task on group elements, such as mod:23")
        if isinstance(task, SharedEmbedding):
            raise ValueError(f"model = {self.kind} on {task}, expected model = neurons, or the task mod:{task.n}")


@dataclass(frozen=True)
class Embedding(Shaped):
    """Embeddings of the inputs side by side, one hidden layer of ReLU with biases, logits; group tasks only."""

    kind = "embedding"
    dimension: int = setting(32, least=1)  # of an embedding
    init: float = setting(1.0, above=0)  # standard deviation of the initial embeddings; layers as torch.nn.Linear

    def shown(self, k: int) -> str:
        return f"embeddings of dimension {self.dimension}, hidden ReLU with biases, width {self.width}"

    def shapes(self, k: int, n: int, classes: int) -> dict[str, tuple[int, ...]]:
        d, m = self.dimension, self.width
        neurons = {"hidden": (m, k * d), "bias": (m,)}
        return {"embedding": (k, n, d)} | neurons | {"output": (classes, m), "offset": (classes,)}


@dataclass(frozen=True)
class Tokens(Shaped):
    """A network that reads the inputs as tokens; abstract."""

    dimension: int = setting(128, least=1)  # of the embedding
    init: float = setting(1.0, above=0)  # standard deviation of the initial embedding


@dataclass(frozen=True)
class Recurrent(Tokens):
    """Embedding, one layer of tanh states over `a b ... =`, the last of them normalised, unembedding."""

    kind = "recurrent"
    dimension: int = setting(256, least=1)  # of the embedding
    normalise: str = setting("layer", choices=("layer", "length", "none"))  # as torch.nn.LayerNorm, or x/||x||

    def shapes(self, k: int, n: int, classes: int) -> dict[str, tuple[int, ...]]:
        d, m = self.dimension, self.width
        states = {"weight_ih": (m, d), "weight_hh": (m, m), "bias_ih": (m,), "bias_hh": (m,)}
        return {"embedding": (n, d), "equals": (d,)} | states | {"unembedding": (classes, m)}

    def shown(self, k: int) -> str:
        return f"recurrent, embedding of dimension {self.dimension}, tanh states of width {self.width}"


@dataclass(frozen=True)
class Attention(Tokens):
    """One layer of attention without biases, from the embedding straight to the logits; `width` counts its heads."""

    kind = "attention"
    query: str = setting("last", choices=("last", "every"))  # the inputs that attend: the last one, or the mean of all

    def shapes(self, k: int, n: int, classes: int) -> dict[str, tuple[int, ...]]:
        d, h = self.dimension, self.width
        return {"embedding": (n, d), "key_query": (h, d, d), "value": (h, d, d), "projection": (h, classes, d)}

    def held(self, k: int) -> int:
        attending = k if self.query == "every" else 1
        return self.width * k * (3 * attending + 2)  # scores, their softmax, a gradient; its mean, twice

    def shown(self, k: int) -> str:
        return f"one layer of attention, {self.width} heads, embedding of dimension {self.dimension}"


@dataclass(frozen=True)
class Transformer(Tokens):
    """A causal transformer on `a b ... =`, norms first, without biases; `width` counts the neurons of a layer."""

    kind = "transformer"
    layers: int = setting(2, least=1)
    heads: int = setting(4, least=1)  # of a layer
    head_dimension: int = setting(32, least=1)  # of the queries, keys and values of a head

    def shapes(self, k: int, n: int, classes: int) -> dict[str, tuple[int, ...]]:
        d, m, attended = self.dimension, self.width, (self.layers, self.heads, self.head_dimension, self.dimension)
        return {
            "embedding": (n, d),
            "equals": (d,),
            "positions": (k + 1, d),
            "query": attended,
            "key": attended,
            "value": attended,
            "output": (self.layers, self.heads, d, self.head_dimension),
            "hidden": (self.layers, m, d),
            "back": (self.layers, d, m),
            "norm_attention": (self.layers, d),
            "norm_hidden": (self.layers, d),
            "norm_last": (d,),
            "unembedding": (classes, d),
        }

    def held(self, k: int) -> int:
        seen, joint = k + 1, self.heads * self.head_dimension
        whole = seen * (3 * joint + 2 * self.width) + seen**2 * self.heads  # a layer; of the last = alone attends
        return (self.layers - 1) * whole + seen * (2 * joint + self.heads)

    def shown(self, k: int) -> str:
        parts = f"{self.layers} layers of {self.heads} heads and {self.width} neurons"
        return f"transformer, {parts}, embedding of dimension {self.dimension}"


@dataclass(frozen=True)
class Loss(Block):
    """What is minimised; abstract."""


@dataclass(frozen=True)
class Penalised(Loss):
    """A mean over inputs + strength * ||theta||^exponent; abstract."""

    strength: float = setting(0.4)  # lambda
    unit: str = setting("gamma", name="strength_unit", choices=("gamma", "one"))  # lambda in gamma*, or absolute
    exponent: float | None = setting(None, above=0)  # r; None is nu, the degree of the network

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.strength < 0 or (self.strength == 0 and self.unit == "gamma"):
            expected = "a number above 0; without a regulariser strength = 0 with strength_unit = one"
            raise ValueError(f"strength = {self.strength}, expected {expected}")


@dataclass(frozen=True)
class CrossEntropy(Penalised):
    """Cross-entropy + strength * ||theta||^exponent; or strength * sum over neurons of ||neuron||_2^exponent."""

    kind = "cross_entropy"
    norm: str = setting("parameters", choices=("parameters", "neurons"), later=True)  # see models.neuron_norm


@dataclass(frozen=True)
class Squared(Penalised):
    """The mean over inputs and labels of (f - target)^2 + strength * ||theta||^exponent."""

    kind = "squared"
    targets: str = setting("centred", choices=("centred", "one_hot"))  # one-hot ones less their mean, or as they are


@dataclass(frozen=True)
class SoftMinimum(Loss):
    """The soft minimum of the normalised margins, its sharpness geometric in the step."""

    kind = "soft_minimum"
    first: float = setting(10.0, name="sharpness_first", above=0)
    last: float = setting(3000.0, name="sharpness_last", above=0)


@dataclass(frozen=True)
class Optimiser(Block):
    """How weights follow gradients; abstract."""

    lr: float = setting(0.02, above=0)
    weight_decay: float = setting(0.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.weight_decay >= 0:
            raise ValueError(f"weight_decay = {self.weight_decay}, expected a number >= 0")


@dataclass(frozen=True)
class Sgd(Optimiser):
    kind = "sgd"
    momentum: float = setting(0.0, share=True)


@dataclass(frozen=True)
class Adam(Optimiser):
    kind = "adam"
    beta1: float = setting(0.9, share=True)
    beta2: float = setting(0.999, share=True)
    epsilon: float = setting(1e-8, above=0)


@dataclass(frozen=True)
class AdamW(Adam):
    kind = "adamw"


@dataclass(frozen=True)
class Muon(Sgd):
    kind = "muon"


@dataclass(frozen=True)
class Schedule(Block):
    """How many steps, and at which share of the learning rate; abstract."""

    steps: int = setting(1000, least=1)
    warmup: int = setting(0, least=0)  # steps of linear warm-up


@dataclass(frozen=True)
class Cosine(Schedule):
    kind = "cosine"


@dataclass(frozen=True)
class Constant(Schedule):
    kind = "constant"


@dataclass(frozen=True)
class Doubling(Schedule):
    kind = "doubling"
    doublings: tuple[int, ...] = setting(())  # steps at which the rate doubles

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.doublings, default=0) < 0:
            raise ValueError(f"doublings = {self.doublings}, expected steps >= 0")


@dataclass(frozen=True)
class Data(Block):
    """Which inputs a step sees; abstract."""

    batch_kind: str = setting("prefixes", choices=("prefixes", "inputs"))  # values of the first k-1 inputs, or inputs
    train_share: float = setting(1.0)  # share of the population that is trained on, drawn at random

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.train_share <= 1:
            raise ValueError(f"train_share = {self.train_share}, expected a share above 0, at most 1")
        if self.train_share < 1 and self.batch_kind != "inputs":
            raise ValueError("train_share below 1 with batch_kind = prefixes, expected batch_kind = inputs")


@dataclass(frozen=True)
class Whole(Data):
    """The whole training set in every step: batch = 0."""

    kind = "whole"


@dataclass(frozen=True)
class Batches(Data):
    """Random inputs, or random values of the first k-1 inputs, each with all last inputs."""

    kind = "batches"
    batch: int = setting(1, least=1)  # inputs or prefixes per step
    batch_share: float = setting(1.0)  # share of the steps that use batches; the rest use the whole training set

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.batch_share <= 1:
            raise ValueError(f"batch_share = {self.batch_share}, expected a share, 0 to 1")


@dataclass(frozen=True)
class Measuring(Block):
    """When margins are measured, and when they suffice."""

    kind = "measuring"
    evaluate_every: int = setting(0, least=0)  # steps between exact margins; 0: as often as costs a tenth of the time
    stop_ratio: float | None = setting(None, above=0)  # stop when this share of gamma* is reached


@dataclass(frozen=True)
class Execution(Block):
    """The seed, and on what machine."""

    kind = "execution"
    seed: int = setting(0, least=0)
    dtype: str = setting("float32", choices=("float32", "float64"))
    device: str = setting("cpu")
    threads: int = setting(1, least=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.seed >= 2**63:
            raise ValueError(f"seed = {self.seed}, expected a seed below 2^63")


# the kinds of each block; the first is the default
KINDS: dict[str, dict[str, type[Block]]] = {
    block: {kind.kind: kind for kind in kinds}
    for block, kinds in {
        "task": (Task,),
        "model": (Neurons, Embedding, Recurrent, Attention, Transformer),
        "loss": (CrossEntropy, SoftMinimum, Squared),
        "optimiser": (Adam, AdamW, Sgd, Muon),
        "schedule": (Cosine, Constant, Doubling),
        "data": (Whole, Batches),
        "measuring": (Measuring,),
        "execution": (Execution,),
    }.items()
}
CHOSEN = ("model", "loss", "optimiser", "schedule")  # blocks whose kind is itself a setting, of the block's name
