"""D7: how well the last state along singular vectors is a wave of a + b; the printed errors, and saved fits."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from proofs_check.claims.shared.circuits import (
    DEPARTS,
    Part,
    Row,
    at_other_steps,
    by_run,
    finished,
    judged,
    not_yet,
    title,
)
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

TABLE = "rangamani-fits"
ERRORS = {47: 7.42e-3, 29: 4.65e-3, 54: 6.82e-3, 6: 3.32e-3, 15: 1.69e-2, 20: 1.39e-2}  # Table II, by frequency
SAID = 1e-2  # "all relative errors are all <~ 1e-2"
WANTED = (
    1e-6,
    2e-2,
)  # of every fit: the largest printed error rounded up; less than rounding leaves is a damaged table


def above(errors: dict[int, float] = ERRORS, said: float = SAID) -> list[int]:
    """Frequencies whose printed error is above what the text says of all."""
    return [frequency for frequency, error in errors.items() if error > said]


def fits(rows: list[Row], wanted: tuple[float, float] = WANTED) -> Part:
    """Whether the error of every fit of a run, along singular vectors, is in these bounds."""
    errors = [float(row["error"]) for row in rows if row["along"] == "vector"]
    numbers = f"{min(errors):.2e} to {max(errors):.2e}, median {median(errors):.2e}"
    text = f"{title(rows[0])}: {len(errors)} fits with relative errors {numbers} (squared {median(errors) ** 2:.2e})"
    return text, all(wanted[0] <= error <= wanted[1] for error in errors)


def along_waves(rows: list[Row]) -> str:
    """The errors along what W_fc has of each key frequency, whatever its singular vectors are; empty without any."""
    errors = [float(row["error"]) for row in rows if row["along"] != "vector"]
    if not errors:
        return ""
    shares = [float(row["sum_share"]) for row in rows if row["along"] != "vector"]
    return f"""Along what W_fc has of the cosine and sine of each frequency {min(errors):.3f} to {max(errors):.3f},
        median {median(errors):.3f} (squared {min(errors) ** 2:.4f} to {max(errors) ** 2:.3f}, median
        {median(errors) ** 2:.4f}); {min(shares):.2f} to {max(shares):.2f} of the
        squared norm there depends on a + b alone"""


@claim(
    id="D7",
    claim="""V_fc^k h3 fits alpha cos w(a+b) + beta sin w(a+b) with relative errors 'all <~ 1e-2' (3.32e-3 to 1.69e-2 in
    its Table II)""",
    source="Rangamani, recurrent networks on addition mod 113 (tanh, state 256, 30% of the data)",
    kind="empirical",
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """The printed errors against the printed bound, and the saved fits against the printed errors."""
    over = above()
    demand(len(ERRORS) == 6 and over == [15, 20], f"printed errors above {SAID}: {over}")
    worst = max(ERRORS.values())
    printed = f"""Of the {len(ERRORS)} printed errors ({", ".join(f"{x:.2e} at {f}" for f, x in ERRORS.items())})
        {len(over)} are above {SAID:.0e}, up to {worst / SAID:.2f} times (frequency {over[0]})"""
    runs = list(by_run(finished(TABLE, folder)).values())
    scope = f"""{DEPARTS}. Wanted: errors of {WANTED[1]} or less, the state scaled to length 1, along the first 2 x
        frequencies singular vectors. {printed}"""
    if not runs:
        return not_yet(TABLE, scope)
    steps = at_other_steps(
        lambda row: float(row["error"]) <= WANTED[1], f"the median error is {WANTED[1]} or less", folder
    )
    more = ". ".join(text for text in (along_waves([row for rows in runs for row in rows]), steps) if text)
    return judged([fits(rows) for rows in runs], scope, len(runs), more=more)
