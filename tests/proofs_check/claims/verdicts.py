"""What the tests of a claim's verdict share: the finding, with what its verdict obliges it to say."""

from __future__ import annotations

from proofs_check.register.claim import Finding
from proofs_check.register.registry import load

# Claims whose tests stand in the folders of the papers beside this file.
LISTED = {
    "A": "A23 A24 A25",
    "B": "B24 B25 B26 B27 B28 B29",
    "C": "C23 C24 C25 C26 C27 C28 C29 C30 C31 C32 C33 C34 C35 C36 C37 C38 C39 C40 C41 C42",
    "D": "D8 D9 D10 D11 D12 D13 D14 D15",
}


def listed(paper: str) -> set[str]:
    """Ids of the paper's claims that have their tests here."""
    return set(LISTED[paper].split())


def judged(id: str, verdict: str) -> Finding:
    """The quick finding of a claim; it has that verdict, and the counterexample and scope that go with it."""
    found = load()[id].run("quick")
    assert found.verdict == verdict, found
    assert (found.counterexample is not None) == (verdict in ("fails", "holds with a correction"))
    assert (found.correction is not None) == (verdict in ("fails", "holds with a correction"))
    assert found.scope or verdict == "not yet run"
    return found
