"""Training steps against JAX: the same network, loss and optimiser, jitted; one network and 64 together, on one thread.

pip install jax; python -m benchmarks.rivals.against_jax

JAX goes through steps in two ways: a jitted call for each step, as a training loop has it that sees every step, and 50
steps in one jitted loop. Before anything is timed both sides take 10 steps in float64, which must agree. Seconds are
this process's own, all its threads, so that other work on the machine counts little; contenders take turns.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import torch

from benchmarks.timing import rounds_argument
from margin.io.command import complain
from training.config import Config
from training.ensembles.ensemble import Ensemble
from training.loop import Training
from training.prediction import strength
from training.presets import preset

SIZES = ((11, 32, 2.0), (23, 128, 1.2))  # n, neurons, most times JAX's seconds
MEMBERS, MOST_TOGETHER = 64, 1.0
INSIDE = 50  # steps of a jitted loop
CHECKED, AGREE = 10, 1e-9  # steps, relative difference of weights in float64
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
Step = Callable[[Any], tuple[Any, Any]]


def settings(n: int, width: int, dtype: str = "float32", seed: int = 0) -> Config:
    """Addition mod n with k = 2, cross-entropy with the norm's regulariser, Adam at a constant rate."""
    changes = {"task": f"mod:{n}", "width": width, "schedule": "constant", "steps": 10**6, "dtype": dtype, "seed": seed}
    return preset("mod23").config().changed(changes)


def jax_step(jax: Any, config: Config) -> Step:
    """One step of (weights, averages, squares, steps): the loss by its definition, differentiated by JAX, and Adam."""
    numpy, n, adam = jax.numpy, config.task.posed().n, config.optimiser
    rate, regulariser = adam.lr, strength(config)
    first, second, epsilon = (config.flat()[name] for name in ("beta1", "beta2", "epsilon"))
    labels = (np.add.outer(np.arange(n), np.arange(n)) % n).reshape(-1)

    def loss(weights: Any) -> Any:
        U, W = weights
        logits = ((U[0][:, None] + U[1]).reshape(n * n, -1) ** 2) @ W
        entropy = -numpy.take_along_axis(jax.nn.log_softmax(logits, 1), labels[:, None], 1).mean()
        mass = (((U**2).sum((0, 1)) + (W**2).sum(1)) ** 1.5).sum()
        return entropy + regulariser * mass

    def step(state: Any) -> tuple[Any, Any]:
        weights, averages, squares, taken = state
        value, gradients = jax.value_and_grad(loss)(weights)
        taken = taken + 1
        averages = [first * a + (1 - first) * g for a, g in zip(averages, gradients, strict=True)]
        squares = [second * s + (1 - second) * g * g for s, g in zip(squares, gradients, strict=True)]
        moved = [
            w - rate * (a / (1 - first**taken)) / (numpy.sqrt(s / (1 - second**taken)) + epsilon)
            for w, a, s in zip(weights, averages, squares, strict=True)
        ]
        return (moved, averages, squares, taken), value

    return step


def state(jax: Any, runs: list[Training], together: bool) -> Any:
    """The runs' first weights, and an optimiser that has taken no step; a leading axis of networks if `together`."""
    arrays = [[tensor.numpy() for tensor in run.model.parameters.values()] for run in runs]
    weights = [np.stack(parts) if together else parts[0] for parts in zip(*arrays, strict=True)]
    taken = np.zeros(len(runs) if together else (), weights[0].dtype)
    lists = [[jax.numpy.array(w) for w in weights], *([jax.numpy.zeros_like(w) for w in weights] for _ in range(2))]
    return (*lists, jax.numpy.array(taken))


def difference(jax: Any, n: int, width: int) -> float:
    """Largest relative difference of the weights after some steps in float64."""
    run = Training.begin(settings(n, width, "float64"))
    found, step = state(jax, [run], False), jax.jit(jax_step(jax, run.config))
    for _ in range(CHECKED):
        run.advance()
        found, _ = step(found)
    pairs = zip(found[0], run.model.parameters.values(), strict=True)
    return max(float(np.abs(np.asarray(a) - b.numpy()).max() / b.abs().max()) for a, b in pairs)


def each_call(jax: Any, step: Step, first: Any, steps: int) -> Callable[[], object]:
    """`steps` steps, a jitted call each, which may write over the state."""
    jitted, kept = jax.jit(step, donate_argnums=0), [first]

    def run() -> None:
        for _ in range(steps):
            kept[0], value = jitted(kept[0])
        jax.block_until_ready(value)

    return run


def one_loop(jax: Any, step: Step, first: Any, steps: int) -> Callable[[], object]:
    """`steps` steps in one jitted loop."""
    jitted = jax.jit(lambda begun: jax.lax.fori_loop(0, steps, lambda _, now: step(now)[0], begun))
    kept = [first]

    def run() -> None:
        kept[0] = jax.block_until_ready(jitted(kept[0]))

    return run


def ours(advance: Callable[[], object], steps: int) -> Callable[[], object]:
    return lambda: [advance() for _ in range(steps)]


def contenders(jax: Any, n: int, width: int, members: int) -> dict[str, Callable[[], object]]:
    """Each takes INSIDE steps of all members."""
    seeds = [settings(n, width, seed=seed) for seed in range(members)]
    runs, together = [Training.begin(config) for config in seeds], members > 1
    step = jax_step(jax, seeds[0])
    step = jax.vmap(step) if together else step
    own = Ensemble(seeds).advance if together else runs[0].advance
    return {
        "jax, a call a step": each_call(jax, step, state(jax, runs, together), INSIDE),
        "jax, one loop": one_loop(jax, step, state(jax, runs, together), INSIDE),
        "ours": ours(own, INSIDE),
    }


def report(jax: Any, n: int, width: int, members: int, target: float, rounds: int) -> None:
    ways = contenders(jax, n, width, members)
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for index in range(rounds + 1):  # the first compiles
        for way, run in ways.items():
            start = process_time()
            run()
            if index:
                seconds[way].append((process_time() - start) / INSIDE)
    print(f"n = {n}, m = {width}, {members} network{'s' * (members > 1)}, one thread, {rounds} rounds")
    for way, times in seconds.items():
        line = f"  {way:<19}{1e6 * median(times):9.0f} us a step"
        if way != "ours":
            ratios = sorted(mine / theirs for mine, theirs in zip(seconds["ours"], times, strict=True))
            verdict = "met" if median(ratios) <= target else "MISSED"
            line += f", ours {median(ratios):.2f} x [{ratios[0]:.2f}, {ratios[-1]:.2f}], target <= {target}: {verdict}"
        print(line)


def main() -> int:
    rounds = rounds_argument("Training steps against JAX, on one thread", 9)
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {ONE_THREAD}".strip()
    try:
        jax: Any = import_module("jax")
    except ModuleNotFoundError:
        complain(
            "python -m benchmarks.rivals.against_jax",
            "JAX is not installed, and the comparison needs it: pip install jax",
        )
        return 2
    jax.config.update("jax_enable_x64", True)
    torch.set_num_threads(1)
    for n, width, _ in SIZES:
        found = difference(jax, n, width)
        if not found <= AGREE:
            print(f"n = {n}, m = {width}: weights differ by {found:.1e} after {CHECKED} steps, most {AGREE}")
            return 1
        print(f"n = {n}, m = {width}: weights agree to {found:.1e} after {CHECKED} steps in float64")
    for n, width, target in SIZES:
        report(jax, n, width, 1, target, rounds)
    report(jax, *SIZES[0][:2], MEMBERS, MOST_TOGETHER, rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
