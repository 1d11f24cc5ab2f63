"""Which tensor of a file plays which role: every network whose sizes fit, less those that names or --map exclude.

Exactly one must be left. Where two fit, the refusal shows the --map that chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from margin.analysis.axes import Array
from margin.inspection.files import TensorFile
from margin.inspection.roles import (
    ATTENTION,
    FIXED,
    NORMALISES,
    POSITIONS,
    VECTORS,
    Mapped,
    order,
    require_names,
    stem,
    suits,
)
from margin.inspection.templates import Slot, Template, templates
from margin.tasks import ElementTask, ModularAddition, Task

ANY_MODEL = "for any other model take training.inspect(module, task), or margin.inspect_logits on its table of logits"
_AFTER = {"hidden": "bias", "input": "bias", "output": "offset", "unembedding": "offset"}
_AFTER |= {"embedding": "embedding_offset", "tokens": "embedding_offset", "projection": "projection_offset"}
_STACKED = {"in,out": (0, 1, 2), "out,in": (1, 2, 0)}  # inputs first, or neurons first: to (inputs, in, out)


@dataclass(frozen=True)
class Placed:
    """A tensor with its role, the input that it belongs to, and how it lies; `matrix` lies as (in, out)."""

    name: str
    role: str
    number: int | None
    orientation: str
    matrix: Array
    shape: tuple[int, ...]
    type: str


@dataclass(frozen=True)
class Layout:
    """The tensors of a network in the order of computation, and the template that they fill; `width` neurons."""

    template: Template
    placed: tuple[Placed, ...]
    width: int
    ignored: tuple[str, ...]

    def first(self, role: str) -> Array | None:
        """The matrix or vector of that role; None without one."""
        return next((tensor.matrix for tensor in self.placed if tensor.role == role), None)

    def every(self, role: str) -> list[Array]:
        """All of that role, by input."""
        return [tensor.matrix for tensor in self.placed if tensor.role == role]


Choice = tuple[Slot, str, str]  # a slot, the tensor in it, how that lies
Match = tuple[tuple[Choice, ...], dict[str, int]]


def find_layout(file: TensorFile, task: Task, mapped: Mapping[str, Mapped]) -> Layout:
    """The one network that a file holds. Raises ValueError where none fits, and where several do."""
    require_names(mapped, file.tensors)
    _refuse_other_models(file, mapped)
    used, ignored = _network_tensors(file, mapped)
    layouts = list(_layouts(file, task, mapped, used, ignored, True))
    if len(layouts) == 1:
        return layouts[0]
    shapes = ", ".join(f"{name} {file.tensors[name].shape}" for name in used)
    if layouts:
        raise ValueError(f"{shapes}: fits {len(layouts)} readings: {_choices(layouts)}")
    raise ValueError(f"{shapes}: {_nothing(file, task, mapped, used)}")


def _nothing(file: TensorFile, task: Task, mapped: Mapping[str, Mapped], used: list[str]) -> str:
    """Why no network fits, and what would help."""

    def fit(names: list[str], by_name: bool = True) -> list[Layout]:
        return list(_layouts(file, task, mapped, names, (), by_name))

    parts: dict[str, list[str]] = {}
    for name in used:
        parts.setdefault(name.partition(".")[0], []).append(name)
    networks = [part for part, names in parts.items() if len(names) < len(used) and fit(names)]
    if len(networks) > 1:
        return f"these are {len(networks)} networks, {', '.join(networks)}; expected one in a file"
    matrices = [name for name in used if file.tensors[name].ndim > 1]
    loose = fit(used, False)
    if len(matrices) > 2 and len({order(name)[0] for name in matrices}) == 1:
        linear = f"; if two of them have no activation between them, say {_choices(loose)}" if loose else ""
        return f"{len(matrices)} layers in a row, expected one hidden layer{linear}; {ANY_MODEL}"
    spare = next((name for name in used if len(used) > 1 and fit([other for other in used if other != name])), None)
    if spare is not None:
        return (
            f"{spare} has no place in a network of one hidden layer; if the logits do not depend on it, --map"
            f" {spare}=ignore leaves it out, else {ANY_MODEL}"
        )
    if loose:
        return f"the names do not say which is which; if it is so, say {_choices(loose)}"
    if next(_layouts(file, task, {}, used, (), True), None) is not None:
        return "a network of one hidden layer, but not as --map says"
    other = _other_task(file, mapped, task, used)
    return f"no network of one hidden layer for {task} has these shapes{other}; {ANY_MODEL}"


def _refuse_other_models(file: TensorFile, mapped: Mapping[str, Mapped]) -> None:
    for pattern, what in ((ATTENTION, "attention"), (NORMALISES, "normalisation")):
        name = next((name for name in file.tensors if pattern.search(name) and name not in mapped), None)
        if name is not None:
            raise ValueError(f"{name}: the file has {what}, expected a network of one hidden layer; {ANY_MODEL}")


def _network_tensors(file: TensorFile, mapped: Mapping[str, Mapped]) -> tuple[list[str], tuple[str, ...]]:
    """Names of what can be weights, and of what is left out: integers beside real numbers, and what --map ignores."""
    real = [name for name, kind in file.types.items() if "float" in kind]
    used, ignored = list[str](), list[str]()
    for name, tensor in file.tensors.items():
        role = mapped[name].role if name in mapped else None
        if role == "ignore" or (role is None and real and name not in real):
            ignored.append(name)
        elif not tensor.size:
            raise ValueError(f"{name} has shape {tensor.shape}, a width of 0, expected at least one neuron")
        elif not np.isfinite(tensor).all():
            where = np.argwhere(~np.isfinite(tensor))[0].tolist()
            raise ValueError(f"{name}{where} is {tensor[tuple(where)]}, expected finite weights")
        elif tensor.ndim not in (1, 2, 3):
            raise ValueError(
                f"{name} has shape {tensor.shape}, expected a vector or matrix; --map {name}=ignore leaves it out"
            )
        else:
            used.append(name)
    return used, tuple(ignored)


def _layouts(
    file: TensorFile,
    task: Task,
    mapped: Mapping[str, Mapped],
    used: Sequence[str],
    ignored: tuple[str, ...],
    by_name: bool,
) -> Iterator[Layout]:
    """Every reading; without `by_name`, whatever the names say."""

    def is_position(name: str) -> bool:
        return mapped[name].role == "position" if name in mapped else bool(POSITIONS.search(name))

    positions = [name for name in used if file.tensors[name].ndim == 2 and is_position(name)]
    matrices = {name: file.tensors[name] for name in used if file.tensors[name].ndim > 1 and name not in positions}
    vectors = [name for name in used if file.tensors[name].ndim == 1]
    for template in templates(task, len(matrices)):
        for choices, sizes in _matches(template, matrices, mapped, _allowed(mapped, by_name)):
            if by_name and not _in_order([choice for choice in choices if choice[1] not in mapped]):
                continue
            if by_name and template.tied and not _says_embedding(choices[0], mapped):
                continue
            rows = [file.tensors[name] for name in positions]
            embedded = template.slots[0].role in ("embedding", "tokens")
            if any(not embedded or p.shape[1] != sizes["d"] or len(p) < template.positions for p in rows):
                continue
            for roles in _vectors(file, vectors, choices, sizes, mapped):
                placed = [_place(file, slot, name, orientation) for slot, name, orientation in choices]
                placed += [_place(file, Slot("position", (0, ""), (0, "")), name, "in,out") for name in positions]
                placed += [
                    _place(file, Slot(role, (0, ""), (0, ""), _owner(name, choices)), name, "in,out")
                    for name, role in zip(vectors, roles, strict=True)
                ]
                yield Layout(template, tuple(placed), sizes["m"], ignored)


def _says_embedding(choice: Choice, mapped: Mapping[str, Mapped]) -> bool:
    """Whether a matrix that also gives the logits is said to embed the elements, by its name or by --map."""
    return choice[1] in mapped or suits(choice[1], "embedding")


def _allowed(mapped: Mapping[str, Mapped], by_name: bool) -> Callable[[Slot, str, str], bool]:
    def allowed(slot: Slot, name: str, orientation: str) -> bool:
        given = mapped.get(name)
        if given is None:
            return (not by_name or suits(name, slot.role)) and (orientation == "in,out" or not FIXED.search(name))
        same = given.role == slot.role and given.number in (None, slot.number)
        return same and given.orientation in (None, orientation)

    return allowed


def _matches(
    template: Template,
    matrices: Mapping[str, Array],
    mapped: Mapping[str, Mapped],
    allowed: Callable[[Slot, str, str], bool],
) -> Iterator[Match]:
    """All ways to fill the slots with the matrices; of separate inputs, in the order of their names."""

    def fill(number: int, chosen: tuple[Choice, ...], sizes: dict[str, int]) -> Iterator[Match]:
        if number == len(template.slots):
            alone = template.tied and "e" not in sizes and len(template.slots) > 1
            if not alone or template.slots[-1].role == "projection" or sizes["m"] == sizes["d"]:
                yield chosen, sizes
            return
        slot = template.slots[number]
        for name, matrix in matrices.items():
            if any(name == other for _, other, _ in chosen):
                continue
            for orientation, shape in _shapes(matrix, slot):
                known = _solved(slot, shape, sizes)
                if (
                    known is not None
                    and allowed(slot, name, orientation)
                    and _follows(chosen, slot, name, orientation, mapped)
                ):
                    yield from fill(number + 1, (*chosen, (slot, name, orientation)), known)

    yield from fill(0, (), {})


def _follows(chosen: tuple[Choice, ...], slot: Slot, name: str, orientation: str, mapped: Mapping[str, Mapped]) -> bool:
    """Separate inputs lie alike, and those that --map does not number come in the order of their names."""
    before = [choice for choice in chosen if choice[0].role == slot.role and slot.number is not None]
    if not before:
        return True
    _, other, lying = before[-1]
    numbered = name in mapped and mapped[name].number is not None
    return lying == orientation and (numbered or _key(other) < _key(name))


def _key(name: str) -> tuple[tuple[int, ...], str]:
    return order(name)[1], name


def _shapes(matrix: Array, slot: Slot) -> Iterator[tuple[str, tuple[int, int]]]:
    """How a matrix can lie in a slot, with its shape as (in, out)."""
    if matrix.ndim == 3:
        for orientation, axes in _STACKED.items():
            inputs, rows, columns = (matrix.shape[axis] for axis in axes)
            if inputs == slot.stack:
                yield orientation, (inputs * rows, columns)
    elif not slot.stacked:
        yield "in,out", (matrix.shape[0], matrix.shape[1])
        yield "out,in", (matrix.shape[1], matrix.shape[0])


def _solved(slot: Slot, shape: tuple[int, int], sizes: Mapping[str, int]) -> dict[str, int] | None:
    """The sizes with what a shape says of them; None where it contradicts them."""
    result = dict(sizes)
    for (factor, unknown), length in zip((slot.rows, slot.columns), shape, strict=True):
        if not unknown:
            if factor != length:
                return None
        elif length % factor or result.setdefault(unknown, length // factor) != length // factor:
            return None
    return result


def _in_order(choices: Sequence[Choice]) -> bool:
    """Whether of names alike but for their numbers the lower stands first."""
    seen: dict[str, tuple[int, ...]] = {}
    for _, name, _ in choices:
        words, numbers = order(name)
        if numbers < seen.get(words, ()):
            return False
        seen[words] = numbers
    return True


def _vectors(
    file: TensorFile,
    vectors: Sequence[str],
    choices: Sequence[Choice],
    sizes: Mapping[str, int],
    mapped: Mapping[str, Mapped],
) -> Iterator[tuple[str, ...]]:
    """Every way to give the vectors their roles: a vector named like a matrix is that matrix's bias."""
    lengths: dict[str, int] = {}
    for slot, _, _ in choices:
        factor, unknown = slot.columns
        lengths.setdefault(_AFTER[slot.role], factor * sizes[unknown] if unknown else factor)
    options = []
    for name in vectors:
        fitting = [role for role, length in lengths.items() if length == len(file.tensors[name])]
        owner = next((slot.role for slot, other, _ in choices if stem(other) == stem(name)), None)
        if name in mapped:
            fitting = [role for role in fitting if role == mapped[name].role]
        elif owner is not None:
            fitting = [role for role in fitting if role == _AFTER[owner]]
        options.append(fitting)
    yield from product(*options)


def _owner(name: str, choices: Sequence[Choice]) -> int | None:
    """The input of the matrix that a vector is named like."""
    return next((slot.number for slot, other, _ in choices if stem(other) == stem(name)), None)


def _place(file: TensorFile, slot: Slot, name: str, orientation: str) -> Placed:
    tensor = file.tensors[name]
    matrix = tensor
    if tensor.ndim == 3:
        stacked = tensor.transpose(_STACKED[orientation])
        matrix = stacked.reshape(-1, stacked.shape[-1])
    elif tensor.ndim == 2 and orientation == "out,in":
        matrix = tensor.T
    return Placed(name, slot.role, slot.number, orientation, matrix, tensor.shape, file.types[name])


def _choices(layouts: Sequence[Layout]) -> str:
    """What --map says for each of the first readings: of all tensors that it does not read alike."""
    spelled = [
        {p.name: _spelled(p, layouts) for p in layout.placed if p.role not in ("position",)} for layout in layouts
    ]
    ways = []
    for reading in spelled[:3]:
        decisive = {n: r for n, r in reading.items() if len(layouts) == 1 or any(o.get(n) != r for o in spelled)}
        ways.append(" ".join(f"--map {name}={role}" for name, role in decisive.items()))
    return ", or ".join(ways) + (", ..." if len(spelled) > 3 else "")


def _spelled(tensor: Placed, layouts: Sequence[Layout]) -> str:
    role = f"{tensor.role}{tensor.number or ''}"
    lying = {p.orientation for layout in layouts for p in layout.placed if p.name == tensor.name}
    return role if tensor.role in VECTORS or len(lying) == 1 else f"{role}:{tensor.orientation}"


def _other_task(file: TensorFile, mapped: Mapping[str, Mapped], task: Task, used: Sequence[str]) -> str:
    """The orders that would fit, for a wrong n or k."""
    if not isinstance(task, ElementTask):
        return ""
    lengths = {length for name in used for length in file.tensors[name].shape if 2 <= length <= 10_000}
    fitting = list[str]()
    for n in sorted(lengths - {task.n}):
        for k in dict.fromkeys((task.k, 2, 3, 4)):
            if next(_layouts(file, ModularAddition(n, k), mapped, used, (), True), None) is not None:
                fitting.append(f"n = {n} with k = {k}")
    for k in dict.fromkeys((2, 3, 4)):
        if k != task.k and next(_layouts(file, ModularAddition(task.n, k), mapped, used, (), True), None) is not None:
            fitting.append(f"n = {task.n} with k = {k}")
    return f"; {', '.join(fitting[:3])} would fit" if fitting else ""
