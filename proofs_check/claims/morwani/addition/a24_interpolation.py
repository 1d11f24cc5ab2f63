"""A24: the interpolation through the weights, the function over the reals with the same spectrum."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def agree_on_residues(p: int, f: int, g: int) -> bool:
    """Whether e^(2 pi i f x/p) and e^(2 pi i g x/p) agree at every whole x."""
    return all((f - g) * x % p == 0 for x in range(p))


def candidates(p: int, frequency: int, limit: int) -> list[int]:
    """Whole frequencies of size up to a limit whose waves have that one's values at all residues."""
    return [g for g in range(-limit, limit + 1) if agree_on_residues(p, frequency, g)]


@claim(
    id="A24",
    claim="""the interpolation of a weight vector is the function over the reals with the same Fourier spectrum as the
    vector""",
    source="Morwani et al., blog post, captions of the embedding figures (mod 71)",
    kind="statement",
)
def check(effort: str) -> Finding:
    """For every residue class of frequencies the waves that pass through the same points, with and without a limit."""
    most = 71 if effort == "quick" else 151
    for n in range(2, most + 1):
        half = (n - 1) // 2
        demand(2 * half + 1 == n or 2 * half + 2 == n, f"n = {n}: frequencies up to {half}")
        for f in range(-half, half + 1):
            demand(candidates(n, f, half) == [f], f"n = {n}, f = {f}: below n/2 it is not unique")
        every((len(candidates(n, f, half + n)) == 3 for f in (0, 1) if f <= half), f"n = {n}: no other wave")
        demand((candidates(n, n // 2, n // 2) == [-(n // 2), n // 2]) == (n % 2 == 0), f"n = {n}: frequency n/2")
    return Finding(
        "holds with a correction",
        f"""moduli up to {most}: each of the frequencies -(n-1)/2..(n-1)/2 has no other of that range with its values at
        whole x, so for odd n the interpolation exists and is unique; frequencies up to 3n/2 allow others""",
        counterexample="n = 3, weights cos(2 pi x/3): cos(2 pi x/3) and cos(4 pi x/3) agree at whole x alone",
        correction="the one with all frequencies below n/2 in size (n odd)",
        scope="all n: waves agree at whole x exactly if n divides the difference of their frequencies",
        data={"most": most},
    )
