"""D1 to D7: a recurrent network that adds mod 113. No such network has been trained here."""

from __future__ import annotations

from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113 (tanh, state 256, 30% of the data)"
CLAIMS = {
    "D1": "zero test loss after about 4000 full-batch epochs (Adam 0.01, weight decay 5e-5, 20000 epochs)",
    "D2": "the same 6 frequencies (6 to 8 over runs and data fractions 30% to 70%) carry W_E, W_fc, h1, h2 and h3",
    "D3": "100% accuracy survives truncation to rank 12 of W_E, W_fc, W_ih and rank 32 of W_hh; rank = 2 x frequencies",
    "D4": "keeping only the complementary singular directions drops accuracy to chance (0.885%)",
    "D5": "singular vectors of W_fc pair up two per frequency; in W_E, W_ih, W_hh there is no such map",
    "D6": "removing one frequency keeps >= 99.4%; removing 1 to 6 leaves 100, 100, 87.3, 28.3, 6.2, 0.885%",
    "D7": "V_fc^k h3 fits alpha cos w(a+b) + beta sin w(a+b) with relative error 3.3e-3 to 1.7e-2",
}


def _not_run(effort: str) -> Finding:
    """Nothing is computed: no such network has been trained."""
    return Finding("not yet run", "no recurrent network has been trained in this project; no saved run to judge by")


for _id, _text in CLAIMS.items():
    claim(id=_id, claim=_text, source=SOURCE, kind="empirical")(_not_run)
