"""Few neurons that keep a network's margin, step by step: dead ones, pure features, moved phases, blocks, masses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from margin.analysis.axes import Array
from margin.analysis.clusters import live
from margin.answers.record import Widths
from margin.inspection.features import Features, features
from margin.networks.activations import Power
from margin.networks.network import Network
from margin.pruning.functions import independent, neuron_products, products
from margin.pruning.paths import Cluster, gathered, onto
from margin.pruning.pure import cosines, phases_and_masses, pure
from margin.pruning.sums import Sums
from margin.solver.master import linear_program
from margin.tasks import ModularAddition
from margin.theory import WINGS, construct, maximum_margin, widths

KEEP = 0.9999
WANTED = 0.9  # share of a feature's logits that is the wanted function, from which its neurons may be replaced
EXACT = 1 - 1e-9  # the same, from which nothing else is computed
_DROPPED = 1e-9  # share of a feature's mass


@dataclass(frozen=True)
class Step:
    """A network on the way: what was done, its neurons, normalised margin and share of gamma*."""

    name: str
    what: str
    width: int
    value: float
    share: float


@dataclass(frozen=True)
class Feature:
    """A frequency (representation) that the optimum uses: its neurons before and after, and why.

    `wanted` is the share of its neurons' logits, as a squared norm, that is the wanted function of this feature.
    """

    name: str
    before: int
    after: int
    wanted: float
    state: str  # "complete", "incomplete" (left as it was), "missing" (no neurons), "spare" (not used by the optimum)


@dataclass(frozen=True)
class Pruned:
    """The network after all steps. `kept`: its share of gamma* is at least `keep`.

    `agreement` is the cosine between the logits of both networks over the population, means over labels apart.
    """

    network: Network
    steps: tuple[Step, ...]
    features: tuple[Feature, ...]
    keep: float
    widths: Widths
    gamma: float
    agreement: float

    @property
    def share(self) -> float:
        return self.steps[-1].share

    @property
    def kept(self) -> bool:
        return self.share >= self.keep

    @property
    def missing(self) -> tuple[str, ...]:
        """Features of the optimum whose neurons are missing or do not compute what they should."""
        return tuple(f.name for f in self.features if f.state in ("missing", "incomplete"))


def prune(network: Network, keep: float = KEEP, own: bool = False, progress: bool = False) -> Pruned:
    """Few neurons that compute what a network of activation x^k does, with at least `keep` of gamma* where it can.

    A feature whose neurons compute the wanted function (`WANTED`) is replaced by fewer neurons of the same function:
    on addition its own, moved (`margin.pruning.paths`); else its own, linearly independent; and where the block of
    `margin.construct` is smaller still, by that, unless `own`. Then the features' masses are balanced, and features are
    dropped as long as `keep` is kept. No claim that fewer neurons are impossible: `widths.minimal` has what is proved.

    Raises ValueError for another activation, for `keep` outside (0, 1] and where gamma* or a network is not known;
    ImportError without scipy; TypeError for a task without features.

    >>> from margin import construct, parse
    >>> wide = construct(parse("mod:7", k=2), "paper").numeric()
    >>> result = prune(wide)
    >>> wide.width, result.network.width, result.share > 0.999999
    (24, 18, True)
    """
    return _Pruning(network, keep, own, progress).result()


@dataclass
class _Pruning:
    original: Network
    keep: float
    own: bool
    progress: bool
    steps: list[Step] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)

    def __post_init__(self) -> None:
        task, activation = self.original.task, self.original.activation
        if task.kind not in WINGS:
            raise ValueError(f"{task}: expected separate embeddings, for which gamma* is known")
        if activation != Power(task.k):
            raise ValueError(f"activation {activation}, expected x^{task.k}: gamma* is known for that one")
        if not 0 < self.keep <= 1:
            raise ValueError(f"keep {self.keep}, expected a share of gamma* above 0, at most 1")
        self.task = task
        self.gamma = float(maximum_margin(task))
        made = construct(task)
        self.optimal = made if isinstance(made, Network) else made.numeric()
        self.network, self.names = self.original, self._features(self.optimal).names
        used = self._features(self.optimal).dominant
        self.blocks = {int(f): _part(self.optimal, used == f) for f in np.unique(used)}

    def result(self) -> Pruned:
        self._note("read", "the network as it was read")
        self._without_dead()
        dominant = self._features(self.network).dominant
        parts = {int(f): _part(self.network, dominant == f) for f in np.unique(dominant)}
        wanted = {f: self._wanted(parts[f], block) for f, block in self.blocks.items() if f in parts}
        complete = sorted(f for f, share in wanted.items() if share >= WANTED)
        before = {f: part.width for f, part in parts.items()}
        if complete:
            self._shrink(parts, complete)
            if len(complete) == len(parts.keys() & self.blocks.keys()):
                for f in parts.keys() - self.blocks.keys():
                    del parts[f]
                self._balance(parts)
        if self._go_back():
            dominant = self._features(self.network).dominant
            parts = {int(f): _part(self.network, dominant == f) for f in np.unique(dominant)}
        states = [self._feature(f, parts, before, wanted) for f in sorted(self.blocks.keys() | before.keys())]
        gram = products([self.original, self.network])
        size = float(np.sqrt(gram[0, 0] * gram[1, 1]))
        agreement = float(gram[0, 1]) / size if size > 0 else 0.0
        return Pruned(
            self.network, tuple(self.steps), tuple(states), self.keep, widths(self.task), self.gamma, agreement
        )

    def _features(self, network: Network) -> Features:
        U = network.U if network.U.ndim == 3 else network.U[None]
        return features(self.task, U, network.W)

    def _note(self, name: str, what: str) -> None:
        value = self.network.normalised_margin()
        self.steps.append(Step(name, what, self.network.width, value, value / self.gamma))
        self.networks.append(self.network)

    def _go_back(self) -> bool:
        """To the fewest neurons of a step that has kept the margin, or as much as was read; whether that undoes any."""
        enough = min(self.keep, self.steps[0].share)
        good = [i for i, step in enumerate(self.steps) if step.share >= enough]
        last = min(good, key=lambda i: (self.steps[i].width, -i))
        undone = self.steps[last + 1 :]
        if undone:
            self.network = self.networks[last]
            names = ", ".join(step.name for step in undone)
            self._note("undone", f"{names}: the margin would be less than was read")
        return bool(undone)

    def _without_dead(self) -> None:
        alive = live(self.network.masses())
        dead = int((~alive).sum())
        if dead and alive.any():
            self.network = _part(self.network, alive)
            self._note("dead", f"{dead} neurons of less than 1e-4 of the largest mass are dropped")

    def _wanted(self, part: Network, block: Network) -> float:
        gram = products([part, block])
        size = float(gram[0, 0] * gram[1, 1])
        return float(gram[0, 1]) ** 2 / size if size > 0 and gram[0, 1] > 0 else 0.0

    def _shrink(self, parts: dict[int, Network], complete: list[int]) -> None:
        """Each complete feature by pure neurons, then by fewer of the same function."""
        self._each(parts, complete, pure)
        self._join(parts, "pure", f"{self._several(len(complete))}: neurons have nothing else, vectors of one norm")
        self._each(parts, complete, self._fewer)
        moved = isinstance(self.task, ModularAddition) and self.task.k > 1
        self._join(parts, "fewer", f"own neurons, {'moved along the same function' if moved else 'independent ones'}")
        worse = [f for f in complete if self._is_worse(parts[f], self.blocks[f])]
        if worse and not self.own:
            self._each(parts, worse, lambda part, f: _scaled(self.blocks[f], float(part.masses().sum())))
            self._join(parts, "blocks", f"{self._several(len(worse))}: the constructed block of the same function")

    def _is_worse(self, part: Network, block: Network) -> bool:
        """Whether the block has fewer neurons, or as many that compute the wanted function more exactly."""
        return block.width < part.width or (block.width == part.width and self._wanted(part, block) < EXACT)

    def _each(self, parts: dict[int, Network], chosen: list[int], change: Callable[[Network, int], Network]) -> None:
        for f in tqdm(chosen, desc="features", delay=2, disable=None if self.progress else True):
            parts[f] = change(parts[f], f)

    def _join(self, parts: dict[int, Network], name: str, what: str) -> None:
        self.network = _joined([parts[f] for f in sorted(parts)])
        self._note(name, what)

    def _several(self, count: int) -> str:
        one, many = {
            "modular_addition": ("frequency", "frequencies"),
            "group_composition": ("representation", "representations"),
        }.get(self.task.kind, ("feature", "features"))
        return f"{count} {one if count == 1 else many}"

    def _fewer(self, part: Network, f: int) -> Network:
        """Fewer of a feature's own neurons with the same function."""
        task = self.task
        if isinstance(task, ModularAddition) and task.k > 1 and task.frequency_order(f + 1) > 2:
            phases, masses = phases_and_masses(task, part, f + 1)
            total = float(masses.sum())
            sums = Sums(task.k, task.frequency_order(f + 1))
            start = onto(sums, Cluster(phases, masses / total))
            if start is not None:
                few = gathered(sums, start, fewest=self.blocks[f].width)
                return cosines(task, f + 1, few.parameters, few.shares * total)
        masses = part.masses()
        factors = independent(neuron_products(part), masses)
        kept = factors * masses > _DROPPED * masses.sum()
        scale = factors[kept] ** (1 / task.degree)
        few_neurons = _part(part, kept)
        return Network(part.on, few_neurons.U * scale, few_neurons.W * scale[:, None], part.activation)

    def _balance(self, parts: dict[int, Network]) -> None:
        """The best masses of the features that there are, without those that `keep` can do without."""
        gaps = {f: self._gaps(self.blocks[f]) for f in parts}
        chosen, dropped = sorted(parts), list[int]()
        while len(chosen) > 1:
            options = ((self._best(gaps, [g for g in chosen if g != f])[1], parts[f].width, f) for f in chosen)
            value, _, spare = max(options)
            if value < self.keep * self.gamma:
                break
            chosen.remove(spare)
            dropped.append(spare)
        masses = dict(zip(chosen, self._best(gaps, chosen)[0].tolist(), strict=True))
        for f in sorted(parts):
            if masses.get(f, 0.0) > 0:
                parts[f] = _scaled(parts[f], masses[f])
            else:
                del parts[f]
        without = f", without {', '.join(self.names[f] for f in sorted(dropped))}" if dropped else ""
        self._join(parts, "masses", f"the best masses, {self._several(len(parts))}{without}")

    def _gaps(self, block: Network) -> Array:
        """f[y] - f[c] for every c but the label, of one input, as of all, by unit mass of a block."""
        inputs = self.task.inputs()[:1] if self.task.kind == "sparse_parity" else np.zeros((1, self.task.k), np.int64)
        logits, label = block.logits(inputs)[0], int(self.task.labels(inputs)[0])
        gaps: Array = np.delete(logits[label] - logits, label) / float(block.masses().sum())
        return gaps

    def _best(self, gaps: dict[int, Array], chosen: list[int]) -> tuple[Array, float]:
        """Masses of sum 1 on chosen features with the largest least gap, and that."""
        M = np.array([gaps[f] for f in chosen]).T / self.gamma
        masses, _ = linear_program(M)
        return masses, float((M @ masses).min()) * self.gamma

    def _feature(self, f: int, parts: dict[int, Network], before: dict[int, int], wanted: dict[int, float]) -> Feature:
        share, after = wanted.get(f, 0.0), parts[f].width if f in parts else 0
        state = (
            "spare"
            if f not in self.blocks
            else "missing"
            if f not in before
            else "complete"
            if share >= WANTED
            else "incomplete"
        )
        return Feature(self.names[f] if f >= 0 else "constant", before.get(f, 0), after, share, state)


def _part(network: Network, which: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Network:
    return Network(network.on, network.U[..., which], network.W[which], network.activation)


def _joined(parts: list[Network]) -> Network:
    U = np.concatenate([part.U for part in parts], axis=-1)
    return Network(parts[0].on, U, np.concatenate([part.W for part in parts]), parts[0].activation)


def _scaled(network: Network, mass: float) -> Network:
    """The network with this total mass."""
    return network.scaled((mass / float(network.masses().sum())) ** (1 / network.degree))
