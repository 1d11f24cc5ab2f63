"""Paper-size runs on an accelerator: share of its products' ceiling, time to 0.99 and 0.999 of gamma*; resumable.

python -m benchmarks.gpu --device cuda --budget 600 --out gpu

The same command again goes on where the last one stopped, until every case is finished. OUT has the runs' folders, a
JSON of each case's timings and gpu.csv, one line a case. Margins are measured in float64 throughout.
"""

from __future__ import annotations

import json
import platform
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from margin.io.command import Parser, Refused, integer, refusing, run
from margin.io.files import write_whole
from margin.io.tables import as_csv
from training import limits, runs
from training.config import Config
from training.folders.checkpoints import kept_step
from training.folders.trajectory import read_trajectory
from training.loop import Training, train
from training.presets import PRESETS, preset

PROG, SCALES = "python -m benchmarks.gpu", ("paper", "smoke")
GOALS = (0.99, 0.999)
PRECISIONS = {"float32": "highest", "tf32": "high"}  # torch's names for them
SQUARE = {"paper": 8192, "smoke": 256}  # side of the matrices whose product is the ceiling
WARM, TIMED = 2, 5  # steps, products
LEAST_SECONDS = 1.0  # of a budget that are worth beginning a case
COLUMNS = ["case", "run", "device", "torch", "flops"]
COLUMNS += [f"{what}_{precision}" for precision in PRECISIONS for what in ("ceiling", "step_seconds", "share")]
COLUMNS += ["steps", "of_steps", "ratio", *(f"{what}_{goal}" for goal in GOALS for what in ("step", "seconds"))]


@dataclass(frozen=True)
class Case:
    """A preset at its paper's size, and the settings that differ from it; `smoke`: those that differ in a test too."""

    preset: str
    changes: dict[str, Any]
    smoke: dict[str, Any]

    def config(self, scale: str, device: str) -> Config:
        more = self.smoke if scale == "smoke" else {}
        return preset(self.preset).config(scale).changed({**self.changes, **more, "device": device})


# The whole population, which no step of the paper's sees: the network of its recipe by the project's own.
_FULL = {"task": "mod:47", "k": 4, "width": 2944, "strength": 0.05, "steps": 3000, "stop_ratio": 0.9995}
CASES = {
    "li-k4-p47-full": Case("k3-n23", _FULL, {"task": "mod:3", "width": 64, "steps": 20}),
    **{
        name: Case(name, {}, {})
        for name in (one.name for one in PRESETS.values())
        if name in ("li-k3-p97", "li-k5-p23", "morwani-s5") or name.startswith(("li-attention", "li-grokking"))
    },
}


class TimeUp(BaseException):
    """The budget is over; a checkpoint holds what was done. No Exception: nothing on the way takes it for a failure."""


def synchronise(device: str) -> None:
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()


def device_name(device: str) -> str:
    return torch.cuda.get_device_name() if torch.device(device).type == "cuda" else f"cpu {platform.machine()}"


@contextmanager
def precision(name: str) -> Iterator[None]:
    """Products of float32 matrices in it; products of float64 are what they are."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(PRECISIONS[name])
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def seconds(work: Callable[[], object], device: str) -> float:
    """Median seconds of a piece of work, to its end."""
    times = []
    for number in range(WARM + TIMED):
        synchronise(device)
        start = perf_counter()
        work()
        synchronise(device)
        if number >= WARM:
            times.append(perf_counter() - start)
    return median(times)


def ceiling(scale: str, device: str) -> float:
    """Operations per second of a product of square matrices."""
    side = SQUARE[scale]
    first, second = torch.randn(2, side, side, device=device)
    return 2 * side**3 / seconds(lambda: torch.mm(first, second), device)


class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations of matrix products as they are called. That of torch.utils imports torch._dynamo."""

    operations = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__.rstrip("_")
        if name in ("mm", "addmm", "bmm", "baddbmm"):
            factor = args[-2]
            assert isinstance(factor, Tensor)
            self.operations += 2 * factor.numel() * args[-1].shape[-1]
        return func(*args, **(kwargs or {}))


def products_of(step: Callable[[], object]) -> int:
    """Operations of the matrix products in a step, padding included."""
    with Counter() as counter:  # type: ignore[no-untyped-call]
        step()
    return int(counter.operations)


def timings(config: Config, scale: str) -> dict[str, Any]:
    """Products of a step, the ceiling, the step's seconds and its share of the ceiling, in both precisions."""
    device, probe = config.execution.device, Training.begin(config)
    values: dict[str, Any] = {"flops": products_of(probe.advance)}
    for name in PRECISIONS:
        with precision(name):
            most, time = ceiling(scale, device), seconds(probe.advance, device)
        values |= {
            f"ceiling_{name}": most,
            f"step_seconds_{name}": time,
            f"share_{name}": values["flops"] / time / most,
        }
    return values | {"device": device_name(device), "torch": torch.__version__}


@contextmanager
def budget_of(limit: float) -> Iterator[None]:
    """Raise TimeUp in what runs when so many seconds are over."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def row(name: str, config: Config, folder: Path, timed: dict[str, Any]) -> dict[str, Any]:
    """A case's line: how far its run is, and the first recorded steps at the goals, times the seconds of a step."""
    records = read_trajectory(folder)
    values: dict[str, Any] = dict.fromkeys(COLUMNS) | timed
    values |= {"case": name, "run": config.digest(), "of_steps": config.steps, "steps": 0}
    if records:
        steps = records[-1]["step"] if runs.is_finished(folder) else kept_step(folder) or 0
        values |= {"steps": steps, "ratio": records[-1].get("ratio")}
    for goal in GOALS:
        step = next((r["step"] for r in records if r.get("ratio") is not None and r["ratio"] >= goal), None)
        if step is not None:
            values |= {f"step_{goal}": step, f"seconds_{goal}": step * timed["step_seconds_float32"]}
    return values


def measure(name: str, scale: str, device: str, out: Path, limit: float) -> dict[str, Any]:
    """Time a case's step, if that is not done for this device, and train until it is finished or the time is over."""
    start, config = perf_counter(), CASES[name].config(scale, device)
    provenance = {"preset": name, "scale": scale}
    folder, kept = runs.open_run(out, config, provenance), out / f"{name}.json"
    timed = json.loads(kept.read_bytes()) if kept.is_file() else {}
    if (timed.get("device"), timed.get("torch")) != (device_name(device), torch.__version__):
        timed = timings(config, scale)  # to its end, whatever the limit: without it there is no line
        write_whole(kept, json.dumps(timed, indent=2).encode())
    left = limit - (perf_counter() - start)
    if left > 0 or runs.is_finished(folder):
        try:
            with budget_of(max(left, LEAST_SECONDS)):
                train(config, folder, progress=True)
        except TimeUp:
            pass
    done = "finished" if runs.is_finished(folder) else "not finished; the same command goes on"
    print(f"{name}: {done} after {perf_counter() - start:.0f} s of this call", flush=True)
    return row(name, config, folder, timed)


def finished(name: str, scale: str, device: str, out: Path) -> bool:
    folder = runs.find(out, CASES[name].config(scale, device))
    return folder is not None and runs.is_finished(folder)


def main() -> int:
    parser = Parser(PROG, __doc__.partition("\n")[0] if __doc__ else "", "")
    parser.add_argument("--device", default="cuda", help="default: cuda")
    parser.add_argument("--budget", type=integer("--budget", 1, "600"), default=600, help="seconds of this call")
    parser.add_argument("--out", type=Path, required=True, help="folder of runs, timings and gpu.csv")
    parser.add_argument("--scale", choices=SCALES, default="paper", help="smoke: seconds, for a test of the command")
    parser.add_argument("--only", nargs="+", metavar="CASE", default=list(CASES), help=f"of {', '.join(CASES)}")
    arguments = parser.parse_args()
    start, scale, device, out = perf_counter(), arguments.scale, arguments.device, arguments.out
    unknown = [name for name in arguments.only if name not in CASES]
    if unknown:
        raise Refused(f"--only {unknown[0]}: no such case, expected of {', '.join(CASES)}")
    with refusing("--device"):
        limits.device(device)
    out.mkdir(parents=True, exist_ok=True)
    rows: dict[str, dict[str, Any]] = {}
    waiting = [name for name in arguments.only if not finished(name, scale, device, out)]
    for name in arguments.only:
        left = arguments.budget - (perf_counter() - start)
        later = waiting[waiting.index(name) :] if name in waiting else [name]
        share = left / len(later)  # what a case does not use is left to the others
        if name in waiting and share < LEAST_SECONDS:
            print(f"{name}: not begun in this call", flush=True)
            continue
        rows[name] = measure(name, scale, device, out, share if name in waiting else 0.0)
        write_whole(out / "gpu.csv", as_csv(rows.values(), COLUMNS).encode())
    print(f"wrote {out / 'gpu.csv'}")
    return 0


if __name__ == "__main__":
    run(PROG, main)
