"""Z1: two is even. A file to copy for a new claim.

Copy it into the folder of the paper as LETTER NUMBER _ WORDS, for example `li/networks/b24_spectrum.py`: its name is
all that the register needs. Then, in this order:

1. Claim: what the paper says, in our words, in a line or two; and its id, in the decorator.
2. Source: paper, theorem or section. `kind` is identity, theorem, statement or empirical; `requires` lists the ids of
   claims it rests on.
3. What is checked: the steps, each a function that takes what could be wrong with the claim (a constant, a sign, a
   hypothesis) as an argument, so that a test can change it and see the claim refuted. `demand` stops the check where a
   step fails. `effort` is "quick" (seconds) or "full". The docstring of `check` says in a line what it goes through.
4. Proof idea: `scope` says for what range the check is a proof and why the claim holds beyond it, or that it is
   claimed no further. `evidence` says what was computed, with the numbers.

`python -m proofs_check Z1` checks it, `python -m proofs_check --write` records the verdict and makes the documents.
What several claims compute with belongs in `shared`: no claim imports another.
"""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def is_even(n: int, modulus: int = 2) -> bool:
    """Whether n is a multiple of 2, or of another modulus."""
    return n % modulus == 0


@claim(
    id="Z1",
    claim="2 is even, and so is every multiple of it",
    source="Author et al., Theorem 1",
    kind="theorem",
    requires=(),
)
def check(effort: str) -> Finding:
    """Every even number up to a limit."""
    most = 100 if effort == "quick" else 1000
    for n in range(0, most + 1, 2):
        demand(is_even(n), f"n = {n} is odd")
    return Finding(
        "holds",
        f"""integers: every multiple of 2 up to {most}. With `fails` there would be a counterexample beside this, with
        `holds with a correction` also the corrected statement, which the check has checked too""",
        scope="all n: 2 m is m and m",
        data={"most": most},
    )
