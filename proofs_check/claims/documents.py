"""What is kept of a run: docs/verdicts.json, and docs/errata.md and the README's table, both made from it alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from proofs_check.claims.claim import Claim
from proofs_check.claims.runner import Outcome

ROOT = Path(__file__).resolve().parents[2]
VERDICTS = ROOT / "docs" / "verdicts.json"
ERRATA = ROOT / "docs" / "errata.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- claims: begin -->", "<!-- claims: end -->"
COMMAND = "python -m proofs_check --write"
PAPERS = {
    "A": "Morwani et al., *Feature emergence via margin maximization* (arXiv 2311.07568), and its blog post",
    "B": "Li et al., *Fourier circuits in neural networks and transformers* (arXiv 2402.09469)",
    "C": "*Mechanistic interpretations at multiple scales of abstraction: revisiting modular addition* (anonymous)",
    "D": "Rangamani, *Low rank and sparse Fourier structure in recurrent networks trained on modular addition*",
}
Entry = dict[str, Any]
Record = dict[str, Entry]


def entry(claim: Claim, outcome: Outcome) -> Entry:
    """What is recorded of a claim: its statement and the finding, without the time it took."""
    finding = outcome.finding
    return {
        "claim": claim.claim,
        "source": claim.source,
        "kind": claim.kind,
        "requires": list(claim.requires),
        "verdict": finding.verdict,
        "evidence": finding.evidence,
        "counterexample": finding.counterexample,
        "correction": finding.correction,
        "scope": finding.scope,
    }


def read(path: Path = VERDICTS) -> Record | None:
    """The recorded entries by id; None where there is no such file. Raises ValueError for a file of another form."""
    try:
        content = json.loads(path.read_text("utf-8"))
        claims: Record = content["claims"]
        if content["schema"] != 1 or not all("verdict" in value for value in claims.values()):
            raise ValueError("schema")
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{path}: not a record of verdicts; remove it and run {COMMAND}") from None
    return claims


def as_json(record: Record) -> str:
    return json.dumps({"schema": 1, "claims": record}, indent=1, ensure_ascii=False) + "\n"


def differences(record: Record, outcomes: Iterable[Outcome]) -> list[str]:
    """One line for each verdict that is not the recorded one, or that stands because a check failed inside."""
    found = []
    for outcome in outcomes:
        recorded = record.get(outcome.id, {}).get("verdict", "no verdict")
        if recorded != outcome.finding.verdict:
            found.append(f"{outcome.id}: {outcome.finding.verdict}, but {recorded} is recorded")
        elif outcome.finding.data.get("refuted"):
            found.append(f"{outcome.id}: {outcome.finding.evidence}")
    return found


def table(record: Record) -> str:
    """The README's table."""
    rows = ["| claim | as its paper makes it | verdict |", "|---|---|---|"]
    rows += [f"| {id} | {_cell(value['claim'])} | {value['verdict']} |" for id, value in record.items()]
    return "\n".join(rows)


def counted(verdicts: Iterable[str]) -> str:
    """`3 holds, 1 fails`: how often each verdict, most frequent first."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict] = counts.get(verdict, 0) + 1
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in sorted(counts, key=lambda v: (-counts[v], v)))


def with_table(text: str, record: Record) -> str:
    """A README with the table between its marks made anew. Raises ValueError unless each mark is there once."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"README: expected the lines {BEGIN} and {END}, once each and in this order")
    before, rest = text.split(BEGIN)
    summary = f"{len(record)} claims: {counted(value['verdict'] for value in record.values())}."
    return f"{before}{BEGIN}\n{summary}\n\n{table(record)}\n{END}{rest.split(END)[1]}"


def errata(record: Record) -> str:
    """Claims that do not hold as printed, with corrections and counterexamples, as markdown."""
    wrong = {
        id: v for id, v in record.items() if v["verdict"] in ("fails", "holds with a correction", "not reproduced")
    }
    lines = [
        "# Errata",
        "",
        "Claims that do not hold as printed (wording ours), what to say instead, and the smallest counterexample.",
        f"Written by `{COMMAND}`; `python -m proofs_check ID` checks one anew.",
    ]
    papers = dict.fromkeys(id[0] for id in wrong)
    for letter in papers:
        lines += ["", f"## {letter}: {PAPERS.get(letter, letter)}"]
        lines += [line for id, value in wrong.items() if id[0] == letter for line in _erratum(id, value)]
    return "\n".join(lines) + "\n"


def _erratum(id: str, value: Mapping[str, Any]) -> list[str]:
    parts = {
        "Claim": f"{value['claim']} ({value['source']})",
        "Correction": value["correction"],
        "Counterexample": value["counterexample"],
        "Evidence": value["evidence"],
        "Scope": value["scope"],
    }
    listed = [f"- {name}: {_sentence(text)}" for name, text in parts.items() if text]
    return ["", f"### {id}: {value['verdict']}", "", *listed]


def _sentence(text: str) -> str:
    return " ".join(text.replace("*", r"\*").split())


def _cell(text: str) -> str:
    return _sentence(text).replace("|", r"\|")
