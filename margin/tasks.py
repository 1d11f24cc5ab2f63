"""Tasks: what the network has to compute (docs/theory.md, 1), and their one spelling.

A task has inputs with labels; its population is all of its inputs. `parse` reads what `Task.spec` writes: "mod:23",
"group:S4", "parity:10,4", "shared:7", the number of inputs k beside it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from operator import index
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy import integer
    from numpy.typing import ArrayLike, NDArray

    from margin.finite_groups.finite_group import FiniteGroup
    from margin.finite_groups.structure import AbelianStructure, DihedralStructure

EXAMPLES = "mod:23, group:S4 or parity:10,4"
MOST_BITS = 1_000_000  # of the number of inputs
_IN_FULL = 50  # bits of numbers of inputs that are shown with all of their digits


class Task(ABC):
    """What every kind of task has: `n` (modulus, order of the group, bits), k inputs, classes, population."""

    kind: ClassVar[str]  # as in files: "modular_addition", "group_composition" or "sparse_parity"
    needed: ClassVar[tuple[str, ...]] = ("n", "k")  # what `described` reads of a description
    k: int

    if TYPE_CHECKING:  # a property here would be taken for the default value of the children's fields

        @property
        def n(self) -> int:
            """The modulus, the order of the group, or the number of bits."""

    @property
    def degree(self) -> int:
        """nu = k + 1: the degree of homogeneity of a network with activation x^k, the outer exponent of the norm."""
        return self.k + 1

    @property
    @abstractmethod
    def classes(self) -> int:
        """Number of labels."""

    @property
    @abstractmethod
    def population(self) -> int:
        """Number of inputs. Raises ValueError where it has more than MOST_BITS bits."""

    @property
    def counted(self) -> str:
        """The number of inputs in a few characters: a power of 2 below it where it is large. Raises as `population`."""
        count = self.population
        return str(count) if count.bit_length() <= _IN_FULL else f"at least 2^{count.bit_length() - 1}"

    @property
    @abstractmethod
    def spec(self) -> str:
        """The task as `parse` reads it, k apart."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The task in figures and tables, short."""

    @abstractmethod
    def inputs(self) -> NDArray[integer]:
        """The population in lexicographic order, shape (population, ...)."""

    @abstractmethod
    def labels(self, inputs: ArrayLike) -> NDArray[integer]:
        """Labels of inputs of shape (..., inputs); shape (...)."""

    def listed(self) -> Task:
        """The same task with everything that its population needs at hand."""
        return self

    @abstractmethod
    def description(self) -> dict[str, Any]:
        """The task for files: kind, numbers and names (JSON)."""

    @classmethod
    def described(cls, description: Mapping[str, Any]) -> Task:
        """The task of a description that has all that is `needed`. Raises as the class itself."""
        return cls(*(description[name] for name in cls.needed))


def _power(base: int, exponent: int) -> int:
    bits = (base.bit_length() - 1) * exponent
    if bits > MOST_BITS:
        raise ValueError(f"at least 2^{bits} inputs, expected at most 2^{MOST_BITS}; choose a smaller n or k")
    return int(base**exponent)


class ElementTask(Task):
    """k inputs g_1..g_k, elements 0..n-1 of a finite group of order n, label their product; abstract."""

    @property
    def classes(self) -> int:
        return self.n

    @property
    def population(self) -> int:
        """Number of inputs, n^k. Raises ValueError where it has more than MOST_BITS bits."""
        return _power(self.n, self.k)

    def inputs(self) -> NDArray[integer]:
        """The population, shape (n^k, k), in lexicographic order."""
        import numpy as np

        return np.indices((self.n,) * self.k).reshape(self.k, -1).T

    @abstractmethod
    def products(self) -> NDArray[integer]:
        """The label of two inputs, shape (n, n): the group's multiplication table."""


@dataclass(frozen=True)
class ModularAddition(ElementTask):
    """k-input addition modulo n: inputs a_1..a_k in Z_n, label a_1 + ... + a_k mod n.

    n may be any integer >= 2 (prime or not, odd or even), k any integer >= 1; numpy integers
    are accepted, booleans and floats are not. Raises TypeError or ValueError saying what came.
    """

    n: int
    k: int
    kind = "modular_addition"

    def __post_init__(self) -> None:
        _set_integers(self, n=2, k=1)

    @property
    def rotation_frequencies(self) -> range:
        """Frequencies 0 < z < n/2, whose real representation is a rotation (dimension 2)."""
        return range(1, (self.n + 1) // 2)

    @property
    def sign_frequencies(self) -> range:
        """The frequency n/2 of even n, whose representation is a sign (dimension 1); else empty."""
        return range(self.n // 2, self.n // 2 + 1 - self.n % 2)

    def frequency_order(self, z: int) -> int:
        """How many values 2 pi z a / n takes: n / gcd(z, n)."""
        return self.n // gcd(z, self.n)

    @property
    def spec(self) -> str:
        return f"mod:{self.n}"

    @property
    def title(self) -> str:
        return f"n = {self.n}, k = {self.k}"

    def labels(self, inputs: ArrayLike) -> NDArray[integer]:
        """Labels of inputs of shape (..., k); shape (...)."""
        import numpy as np

        return np.asarray(inputs).sum(axis=-1) % self.n

    def products(self) -> NDArray[integer]:
        import numpy as np

        return np.add.outer(np.arange(self.n), np.arange(self.n)) % self.n

    def description(self) -> dict[str, Any]:
        return {"kind": self.kind, "n": self.n, "k": self.k}

    def __str__(self) -> str:
        return f"addition of {_count(self.k, 'input')} mod {self.n}"


@dataclass(frozen=True)
class SharedEmbedding(ModularAddition):
    """k-input addition modulo n by networks with one embedding u for all inputs, counted once in the norm.

    Spelled "shared:7". Raises as `ModularAddition`.
    """

    kind = "shared_embedding"

    @property
    def spec(self) -> str:
        return f"shared:{self.n}"

    @property
    def title(self) -> str:
        return f"{super().title}, shared"

    def __str__(self) -> str:
        return f"{super().__str__()} with one shared embedding"


class GroupComposition(ElementTask):
    """Composition of k elements of a finite group of order n: inputs g_1..g_k, label g_1 g_2 ... g_k.

    The group comes as a `FiniteGroup` or by name (`margin.finite_groups.names`); a name is looked up at once and its
    elements are made when they are first asked for, so that an abelian or dihedral group may have any order. Elements
    are numbered as in the group, whose products act from left to right. Raises TypeError or ValueError unless k is an
    integer >= 1, and ValueError for an unknown name.
    """

    kind = "group_composition"
    needed = ("group", "k")

    def __init__(self, group: FiniteGroup | str, k: int) -> None:
        self.k, self._given = k, group
        _set_integers(self, k=1)
        self.structure: AbelianStructure | DihedralStructure | None = None
        if isinstance(group, str):
            from margin.finite_groups.names import plain_name, structure

            self.structure = structure(group)
            self.name = plain_name(group)
        else:
            self.name = group.name
            self.group = group

    @cached_property
    def group(self) -> FiniteGroup:
        """The group with its elements. Raises ValueError where it is too large to enumerate."""
        from margin.finite_groups.names import group

        assert isinstance(self._given, str)  # else the attribute was set
        return group(self._given)

    @property
    def addition(self) -> ModularAddition | None:
        """The same task as addition mod n, where the group is known to be cyclic of order n."""
        from margin.finite_groups.structure import AbelianStructure

        cyclic = isinstance(self.structure, AbelianStructure) and len(self.structure.invariants) == 1
        return ModularAddition(self.n, self.k) if cyclic else None

    def listed(self) -> GroupComposition:
        """The same task with the group's elements at hand. Raises ValueError where it is too large to enumerate."""
        return GroupComposition(self.group, self.k)

    @property
    def n(self) -> int:
        """Order of the group, the number of labels."""
        return self.structure.order if self.structure is not None else self.group.order

    @property
    def spec(self) -> str:
        return f"group:{self.name}"

    @property
    def title(self) -> str:
        return f"{self.name}, k = {self.k}"

    def labels(self, inputs: ArrayLike) -> NDArray[integer]:
        """Labels of inputs of shape (..., k); shape (...)."""
        import numpy as np

        first, *others = np.moveaxis(np.asarray(inputs), -1, 0)
        label: NDArray[integer] = first
        for element in others:
            label = self.group.multiply(label, element)
        return label

    def products(self) -> NDArray[integer]:
        return self.group.table()

    def description(self) -> dict[str, Any]:
        return {"kind": self.kind, "group": self.name, "n": self.n, "k": self.k}

    @classmethod
    def described(cls, description: Mapping[str, Any]) -> GroupComposition:
        return cls(str(description["group"]), description["k"])

    def __str__(self) -> str:
        return f"composition of {_count(self.k, 'element')} of {self.name}"

    def __repr__(self) -> str:
        return f"GroupComposition({self.name!r}, {self.k})"

    def __eq__(self, other: object) -> bool:
        """The same k, and the group given by the same name or as the same object."""
        same = isinstance(other, GroupComposition) and (self._given, self.k) == (other._given, other.k)
        return same if isinstance(other, GroupComposition) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.k))


@dataclass(frozen=True)
class SparseParity(Task):
    """Parity of k among n bits: inputs all vectors of +-1, label 0 where the product of the first k is 1, else 1.

    Any other k bits are the same task with the bits renamed. Raises TypeError or ValueError unless 1 <= k <= n.
    """

    n: int
    k: int
    kind = "sparse_parity"

    def __post_init__(self) -> None:
        _set_integers(self, n=1, k=1)
        if self.k > self.n:
            raise ValueError(f"SparseParity: k = {self.k} of n = {self.n} bits, expected k <= n")

    @property
    def classes(self) -> int:
        return 2

    @property
    def population(self) -> int:
        """Number of inputs, 2^n. Raises ValueError where it has more than MOST_BITS bits."""
        return _power(2, self.n)

    @property
    def spec(self) -> str:
        return f"parity:{self.n},{self.k}"

    @property
    def title(self) -> str:
        return str(self)

    def inputs(self) -> NDArray[integer]:
        """The population, shape (2^n, n), entries 1 and -1, in lexicographic order with 1 first."""
        import numpy as np

        return 1 - 2 * np.indices((2,) * self.n, dtype=np.int8).reshape(self.n, -1).T

    def labels(self, inputs: ArrayLike) -> NDArray[integer]:
        """Labels of inputs of shape (..., n); shape (...)."""
        import numpy as np

        return (np.asarray(inputs)[..., : self.k] < 0).sum(axis=-1) % 2

    def description(self) -> dict[str, Any]:
        return {"kind": self.kind, "n": self.n, "k": self.k}

    def __str__(self) -> str:
        return f"parity of {self.k} of {self.n} bits"


KINDS: dict[str, type[Task]] = {
    kind.kind: kind for kind in (ModularAddition, GroupComposition, SparseParity, SharedEmbedding)
}


def parse(text: str, k: int | None = None) -> Task:
    """The task of a spelling: "mod:23", "shared:7", "group:S4" with k beside it, "parity:10,4", or "parity:10" with k.

    Raises ValueError, with an example, for anything else, for a missing k, and for one that contradicts the text.

    >>> parse("mod:23", k=3)
    ModularAddition(n=23, k=3)
    >>> parse("parity:10,4").spec
    'parity:10,4'
    """
    kind, _, name = text.partition(":")
    parity = re.fullmatch(r"([0-9]{1,9})(?:,([0-9]{1,9}))?", name, re.ASCII) if kind == "parity" else None
    if parity is not None:
        within = None if parity[2] is None else int(parity[2])
        if within is not None and k not in (None, within):
            raise ValueError(f"task {_shown(text)} with k = {k}, expected k = {within} or none")
        chosen = within if within is not None else k
        if chosen is None:
            raise ValueError(f"task {_shown(text)} without k, expected for example {text},4 or k = 4")
        return SparseParity(int(parity[1]), chosen)
    number = re.fullmatch(r"[0-9]{1,4000}", name, re.ASCII) if kind in ("mod", "shared") else None
    if number is None and not text.startswith("group:"):
        raise ValueError(f"task {_shown(text)}, expected {EXAMPLES}")
    if k is None:
        raise ValueError(f"task {_shown(text)} without k, expected the number of inputs, for example k = 2")
    if number is None:
        return GroupComposition(name, k)
    return SharedEmbedding(int(name), k) if kind == "shared" else ModularAddition(int(name), k)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'s' if number > 1 else ''}"


def _set_integers(task: object, **least: int) -> None:
    """Make the named fields plain integers; TypeError or ValueError, saying what came, unless they are >= least."""
    for name, lowest in least.items():
        value = getattr(task, name)
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{type(task).__name__}: {name} = {value!r}, expected an integer >= {lowest}")
        if index(value) < lowest:
            raise ValueError(f"{type(task).__name__}: {name} = {value}, expected an integer >= {lowest}")
        object.__setattr__(task, name, index(value))


def count(frequencies: range) -> int:
    """Length of a unit-step range; `len` fails above 2^63."""
    return max(0, frequencies.stop - frequencies.start)
