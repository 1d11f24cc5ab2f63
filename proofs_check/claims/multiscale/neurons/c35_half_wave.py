"""C35: the frequencies of the fine-tuning neuron of Figure 2, and the half of a sine that it becomes."""

from __future__ import annotations

import numpy as np

from margin.analysis.fourier import spectrum
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

NAMED = (27, 35, 19)  # in falling order, n = 89
FIGURE_20 = (42, 35, 28, 21, 14, 7)  # n = 91 = 7 * 13


def remapped(n: int, frequencies: tuple[int, ...]) -> tuple[int, ...]:
    """The frequencies after x -> f x, f the first of them, up to sign: divided by f modulo n."""
    inverse = pow(frequencies[0], -1, n)
    return tuple(min(f * inverse % n, -f * inverse % n) for f in frequencies)


def strongest(n: int, f: int, phase: float, count: int, cut: bool = True) -> list[int]:
    """The frequencies of greatest size, falling, of max(0, cos(2 pi (f x/n + phase))); without `cut`, of its |.|."""
    wave = np.cos(2 * np.pi * (f * np.arange(n) / n + phase))
    sizes = np.abs(spectrum(np.maximum(wave, 0) if cut else np.abs(wave)))[1:]
    return [int(i) + 1 for i in np.argsort(-sizes)[:count]]


def agreeing_phases(n: int, frequencies: tuple[int, ...], phases: int) -> int:
    """For how many phases, evenly spaced over a turn, the half-wave has these strongest frequencies in this order."""
    wanted = list(frequencies)
    return sum(strongest(n, wanted[0], j / phases, len(wanted)) == wanted for j in range(phases))


@claim(
    id="C35",
    claim="""the fine-tuning neuron (n = 89) whose transform is strongest at (27, 35, 19) becomes one half of the period
    of a sine by the remapping""",
    source="modular addition at several scales, Figure 2 and Section 4.1",
    kind="statement",
)
def check(effort: str) -> Finding:
    """The three frequencies after remapping; the spectrum of a cosine cut at 0, at many phases."""
    phases = 356 if effort == "quick" else 3560
    demand(remapped(89, NAMED) == (1, 2, 4), f"remapped {remapped(89, NAMED)}")
    agreeing = agreeing_phases(89, NAMED, phases)
    demand(agreeing == phases, f"{agreeing} of {phases} phases")
    uncut = [(f, *strongest(89, f, j / phases, len(NAMED), cut=False)) for f in NAMED for j in range(phases)]
    harmonics = {remapped(89, strong)[1:] for strong in uncut}
    demand(harmonics == {(2, 4, 6)}, f"of a wave without its sign: {harmonics}")
    demand(list(FIGURE_20) == list(range(42, 0, -7)), f"multiples of 7: {FIGURE_20}")
    other = remapped(13, tuple(f // 7 for f in FIGURE_20))
    demand(other == (1, 3, 5, 6, 4, 2), f"remapped {other}")
    return Finding(
        "holds",
        f"""27, 35, 19 are f, -2f, 4f mod 89 for f = 27. A cosine of frequency 27 cut at 0 has just these as its
        strongest, in this order, at all {phases} phases tried: the harmonics 1, 2, 4 of a half-wave (of |cos| they
        are 2, 4, 6). The other example, 42, 35, 28, 21, 14, 7 mod 91, becomes 1, 3, 5, 6, 4, 2: if its order is one
        of size, that neuron is no half-wave""",
        scope="n = 89 and these frequencies; that trained networks have such neurons is the paper's observation",
        data={"phases": phases},
    )
