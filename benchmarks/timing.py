"""Interleaved timing: every contender once per round, so that a busy machine slows all of them alike."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

from tqdm import tqdm

Contenders = Mapping[str, Callable[[], object]]


def measure(contenders: Contenders, rounds: int) -> dict[str, list[float]]:
    """Seconds of each contender in each round, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for index in tqdm(range(rounds + 1), desc="rounds", disable=None):
        for name, contender in contenders.items():
            start = perf_counter()
            contender()
            if index:
                seconds[name].append(perf_counter() - start)
    return seconds


def table(seconds: Mapping[str, list[float]], targets: Mapping[str, tuple[str, float]]) -> str:
    """A line per contender: median seconds, median ratio to its reference with the range, target, met or not."""
    width = max(map(len, seconds))
    lines = [f"{platform.machine()}, Python {platform.python_version()}, {len(next(iter(seconds.values())))} rounds"]
    for name, times in seconds.items():
        line = f"{name:<{width}}  {1e3 * median(times):9.1f} ms"
        if name in targets:
            reference, target = targets[name]
            ratios = sorted(t / r for t, r in zip(times, seconds[reference], strict=True))
            verdict = "met" if median(ratios) <= target else "MISSED"
            line += f"  {median(ratios):.2f} x {reference} [{ratios[0]:.2f}, {ratios[-1]:.2f}]"
            line += f", target <= {target}: {verdict}"
        lines.append(line)
    return "\n".join(lines)


def rounds_argument(description: str, default: int) -> int:
    """Parse --rounds, at least 5."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=default, help=f"at least 5, default {default}")
    arguments = parser.parse_args()
    if arguments.rounds < 5:
        parser.error(f"--rounds {arguments.rounds}: expected at least 5")
    return int(arguments.rounds)
