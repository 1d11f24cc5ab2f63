"""Any torch.nn.Module run over the whole population of a task: its table of logits, and what stands at named places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot
from tqdm import tqdm

from margin.analysis.axes import Array
from margin.inspection.logits import LogitTable, inspect_logits
from margin.inspection.margins import numbered
from margin.io.resources import require_memory
from margin.tasks import ElementTask, Task

BATCH = 4096  # inputs
_SECONDS = 2  # before progress is shown

# how inputs (rows, k) of a task are handed over, as the module's arguments
CONVENTIONS: dict[str, Callable[[Tensor, Task, torch.dtype], tuple[Tensor, ...]]] = {
    "tokens": lambda inputs, task, dtype: (inputs,),
    "equals": lambda inputs, task, dtype: (torch.nn.functional.pad(inputs, (0, 1), value=task.n),),
    "separate": lambda inputs, task, dtype: tuple(inputs.unbind(1)),
    "one-hot": lambda inputs, task, dtype: (one_hot(inputs, task.n).flatten(1).to(dtype),),
    "bits": lambda inputs, task, dtype: (inputs.to(dtype),),
}


@dataclass(frozen=True)
class Module:
    """A module's logits (n, .., n, classes), what they say, and the activations at each place, (population, ...)."""

    logits: Array
    table: LogitTable
    places: dict[str, Array]


def inspect(
    module: torch.nn.Module,
    task: Task,
    convention: str | None = None,
    places: Sequence[str] = (),
    batch: int = BATCH,
    progress: bool = False,
) -> Module:
    """Run a module over every input of a task, in order, in evaluation mode and without gradients.

    `convention`: "tokens", integers (rows, k), the default; "equals", integers (rows, k + 1) that end in the token n;
    "separate", k arguments of integers (rows,); "one-hot", (rows, k n), the inputs side by side; "bits", (rows, n) of
    1 and -1, the default for parity. Of logits (rows, positions, classes) those of the last position are taken, and
    of more classes than the task's the first. `places`: names of submodules as in `named_modules()`, whose outputs are
    collected in float64. The module is left as it was. Raises ValueError for an unknown convention or place and for
    outputs that are no logits of the task, saying their shape; MemoryError where the table does not fit.
    """
    chosen = convention or ("tokens" if isinstance(task, ElementTask) else "bits")
    fitting = [name for name in CONVENTIONS if (name == "bits") != isinstance(task, ElementTask)]
    if chosen not in fitting:
        raise ValueError(f"convention {chosen!r}, expected one of {', '.join(fitting)} for {task}")
    require_memory(16 * task.population * task.classes, f"logits of all {task.population} inputs")
    example = next((p for p in module.parameters() if p.is_floating_point()), torch.zeros(()))
    parts, numbers = list[Array](), range(0, task.population, batch)
    with _watched(module, places) as collected, torch.no_grad():
        for first in tqdm(numbers, desc="inputs", delay=_SECONDS, disable=None if progress else True):
            rows = numbered(task, np.arange(first, min(first + batch, task.population)))
            arguments = CONVENTIONS[chosen](torch.from_numpy(rows), task, example.dtype)
            output = module(*(argument.to(example.device) for argument in arguments))
            parts.append(_logits(output, len(rows), task))
    logits = np.concatenate(parts)
    shape = (task.n,) * task.k if isinstance(task, ElementTask) else (task.population,)
    table = logits.reshape(*shape, task.classes)
    return Module(table, inspect_logits(table, task), {name: np.concatenate(collected[name]) for name in places})


def _logits(output: object, rows: int, task: Task) -> Array:
    if not isinstance(output, Tensor):
        raise ValueError(f"the module gives a {type(output).__name__}, expected a tensor of logits")
    last = output[:, -1] if output.ndim == 3 else output
    if last.ndim != 2 or len(last) != rows or last.shape[1] < task.classes:
        raise ValueError(
            f"the module gives shape {tuple(output.shape)} for {rows} inputs, expected ({rows}, {task.classes}) or"
            f" ({rows}, positions, {task.classes}) for {task}"
        )
    return _array(last[:, : task.classes])


def _array(tensor: Tensor) -> Array:
    return tensor.detach().to("cpu", torch.float64).numpy()


@contextmanager
def _watched(module: torch.nn.Module, places: Sequence[str]) -> Iterator[dict[str, list[Array]]]:
    """The module in evaluation mode with its places collected; afterwards as it was before."""
    known = dict(module.named_modules())
    unknown = next((name for name in places if name not in known), None)
    if unknown is not None:
        raise ValueError(f"place {unknown!r}, expected one of {', '.join(name for name in known if name)}")
    collected: dict[str, list[Array]] = {name: [] for name in places}

    def collector(name: str) -> Callable[[torch.nn.Module, object, object], None]:
        def collect(_: torch.nn.Module, arguments: object, output: object) -> None:
            if not isinstance(output, Tensor):
                raise ValueError(f"place {name!r} gives a {type(output).__name__}, expected a tensor")
            collected[name].append(_array(output))

        return collect

    modes = {name: part.training for name, part in known.items()}
    hooks = [known[name].register_forward_hook(collector(name)) for name in places]
    module.eval()
    try:
        yield collected
    finally:
        for hook in hooks:
            hook.remove()
        for name, part in known.items():
            part.training = modes[name]
