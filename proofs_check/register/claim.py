"""A claim of a paper, and what checking it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

Verdict = Literal["holds", "holds with a correction", "fails", "reproduced", "mixed", "not reproduced", "not yet run"]
Kind = Literal["identity", "theorem", "statement", "empirical"]
Effort = Literal["quick", "full"]

VERDICTS: tuple[str, ...] = get_args(Verdict)
KINDS: tuple[str, ...] = get_args(Kind)
EFFORTS: tuple[str, ...] = get_args(Effort)


def _fold(record: object, *names: str) -> None:
    """Make every run of white space in these fields a single blank, so that a text may be written over many lines."""
    for name in names:
        text = getattr(record, name)
        if text is not None:
            object.__setattr__(record, name, " ".join(text.split()))


@dataclass(frozen=True)
class Finding:
    """What a check found.

    `evidence` is a line or two with the numbers; `counterexample` the smallest one; `correction` the corrected
    statement, which the check has checked too; `scope` for what range that was checked and why it holds beyond it,
    or that it is claimed no further; `data` holds numbers for programs (JSON); `checks` is the number of conditions
    that the check demanded, filled in by `Claim.run`. Texts may run over several lines: white space is folded. Raises
    ValueError for an unknown verdict, no evidence, `fails` without a counterexample and `holds with a correction`
    without the correction.
    """

    verdict: Verdict
    evidence: str
    counterexample: str | None = None
    correction: str | None = None
    scope: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    checks: int = 0

    def __post_init__(self) -> None:
        _fold(self, "evidence", "counterexample", "correction", "scope")
        if self.verdict not in VERDICTS:
            raise ValueError(f"Finding: verdict {self.verdict!r}, expected one of {', '.join(VERDICTS)}")
        if not self.evidence:
            raise ValueError("Finding: no evidence, expected a line with what was found")
        if self.verdict == "fails" and not self.counterexample:
            raise ValueError("Finding: a claim that fails needs a counterexample")
        if self.verdict == "holds with a correction" and not self.correction:
            raise ValueError("Finding: a claim that holds with a correction needs the corrected statement")


class Refuted(Exception):
    """A part of a claim that its check expects to hold does not; the message says which, with the values."""


_checks: ContextVar[int] = ContextVar("checks", default=0)  # of the claim that is being checked


def demand(condition: bool, what: str) -> None:
    """Inside a check: raise Refuted unless `condition`, which makes the verdict `fails`. Counted."""
    _checks.set(_checks.get() + 1)
    if not condition:
        raise Refuted(what)


def every(conditions: Iterable[bool], what: str) -> None:
    """Inside a check: `demand` each condition. Raises Refuted where there is none too: an empty range shows nothing."""
    before = _checks.get()
    for condition in conditions:
        demand(condition, what)
    if _checks.get() == before:
        raise Refuted(f"{what} (no case was looked at)")


@dataclass(frozen=True)
class Claim:
    """A claim as a paper makes it, in our words, with its source; `requires` are ids of claims it rests on.

    Both texts may run over several lines: white space is folded.

    `check(effort)`, effort `quick` or `full`, does the work; `run` also refuses another effort (ValueError), and
    turns Refuted into the verdict `fails`. Raises ValueError for an unknown kind and for an empty id, claim or source.
    """

    id: str
    claim: str
    source: str
    kind: Kind
    requires: tuple[str, ...]
    check: Callable[[str], Finding]

    def __post_init__(self) -> None:
        _fold(self, "claim", "source")
        if self.kind not in KINDS:
            raise ValueError(f"claim {self.id}: kind {self.kind!r}, expected one of {', '.join(KINDS)}")
        if not (self.id and self.claim and self.source):
            raise ValueError(f"claim {self.id!r}: expected an id, the claim in one line and its source")

    def run(self, effort: str = "quick") -> Finding:
        """What the check finds. Raises ValueError for another effort."""
        if effort not in EFFORTS:
            raise ValueError(f"claim {self.id}: effort {effort!r}, expected {' or '.join(EFFORTS)}")
        _checks.set(0)
        try:
            finding = self.check(effort)
        except Refuted as refuted:
            finding = Finding(
                "fails", f"the check expects otherwise: {refuted}", counterexample=str(refuted), data={"refuted": True}
            )
        checks = _checks.get()
        return replace(finding, checks=checks) if checks else finding
