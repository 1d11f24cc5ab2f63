"""C8 to C16: what trained ReLU networks for addition mod n look like. No such networks have been trained here."""

from __future__ import annotations

from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim

SOURCE = "modular addition at several scales,"
CLAIMS = {
    "C8": ("learned frequencies are uniform over 1..(n-1)/2 for n = 89, over the coprime ones for n = 91", "Figure 4a"),
    "C9": ("if f is learned, 2f and f/2 are less likely", "Figure 4b"),
    "C10": (
        """the number of clusters is O(log n), about 4 to 5 for n = 89, 91, whatever the width (128 to 8196, as
        printed) and batch size; it scales as log n""",
        "Figures 5b, 29, 30",
    ),
    "C11": (
        "with batch size n about 5% of embedding weights exceed 1 in size, with full batch fewer than 0.5%",
        "Figure 3",
    ),
    "C12": (
        "simple neurons are the majority; fine-tuning clusters are at most about 0.24 of the others",
        "Section 4.1 and appendices A.1, B.3.1",
    ),
    "C13": (
        "multiplying a cluster's weights by exp(N(0, sigma)) barely changes the loss up to sigma 0.225",
        "Figure 26",
    ),
    "C14": ("shifting a and b by 2 shifts every cluster's contribution to the logits by 4", "Figure 31"),
    "C15": ("one cluster alone rarely ranks the right logit first; all together always do", "Figure 5a"),
    "C16": (
        "non-circular (Lissajous) pairs of principal components are those whose components differ in frequency",
        "appendix B.1",
    ),
}


def _not_run(effort: str) -> Finding:
    """Nothing is computed: no such network has been trained."""
    return Finding(
        "not yet run", "no ReLU network with biases and embeddings has been trained in this project; no saved run"
    )


for _id, (_text, _where) in CLAIMS.items():
    claim(id=_id, claim=_text, source=f"{SOURCE} {_where}", kind="empirical")(_not_run)
