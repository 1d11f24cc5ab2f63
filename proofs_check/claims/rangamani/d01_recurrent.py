"""D1 to D7: a recurrent network that adds mod 113. No such network has been trained here."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113 (tanh, state 256, 30% of the data)"
CLAIMS = {
    "D1": "zero test loss after about 4000 full-batch epochs (Adam 0.01, weight decay 5e-5, 20000 epochs)",
    "D2": "the same 6 frequencies (6 to 8 over runs and data fractions 30% to 70%) carry W_E, W_fc, h1, h2 and h3",
    "D3": "100% accuracy survives truncation to rank 12 of W_E, W_fc, W_ih and rank 32 of W_hh; rank = 2 x frequencies",
    "D4": "keeping only the complementary singular directions drops accuracy to chance (0.885%)",
    "D5": "singular vectors of W_fc pair up two per frequency; in W_E, W_ih, W_hh there is no such map",
    "D6": "removing one frequency keeps >= 99.4%; removing 1 to 6 leaves 100, 100, 87.3, 28.3, 6.2, 0.885%",
}
ERRORS = {47: 7.42e-3, 29: 4.65e-3, 54: 6.82e-3, 6: 3.32e-3, 15: 1.69e-2, 20: 1.39e-2}  # Table II, by frequency
SAID = 1e-2  # "all relative errors are all <~ 1e-2"


def above(errors: dict[int, float] = ERRORS, said: float = SAID) -> list[int]:
    """Frequencies whose printed error is above what the text says of all."""
    return [frequency for frequency, error in errors.items() if error > said]


def _not_run(effort: str) -> Finding:
    """Nothing is computed: no such network has been trained."""
    return Finding("not yet run", "no recurrent network has been trained in this project; no saved run to judge by")


for _id, _text in CLAIMS.items():
    claim(id=_id, claim=_text, source=SOURCE, kind="empirical")(_not_run)


@claim(
    id="D7",
    claim="""V_fc^k h3 fits alpha cos w(a+b) + beta sin w(a+b) with relative errors 'all <~ 1e-2' (3.32e-3 to 1.69e-2 in
    its Table II)""",
    source=SOURCE,
    kind="empirical",
)
def check_fit(effort: str) -> Finding:
    """The printed errors against the printed bound; no network has been trained."""
    over = above()
    demand(len(ERRORS) == 6 and over == [15, 20], f"printed errors above {SAID}: {over}")
    worst = max(ERRORS.values())
    return Finding(
        "not yet run",
        f"""no recurrent network has been trained in this project; no saved run to judge by. Of the {len(ERRORS)}
        printed errors ({", ".join(f"{x:.2e} at {f}" for f, x in ERRORS.items())}) {len(over)} are above {SAID:.0e}, up
        to {worst / SAID:.2f} times (frequency {over[0]})""",
        data={"above": over},
    )
