"""What is kept of a run: data/verdicts.json, and docs/errata.md and docs/claims.md, both made from it alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from margin.io.command import require_places
from margin.io.files import require_place, write_whole
from proofs_check.register.claim import Claim
from proofs_check.register.runner import Outcome

PACKAGE = Path(str(resources.files("proofs_check")))
RECORD = PACKAGE / "data" / "verdicts.json"
DOCS = PACKAGE.parent / "docs"  # of a checkout; an installed copy has none
ERRATA, TABLE = "errata.md", "claims.md"
BEGIN, END = "<!-- claims: begin -->", "<!-- claims: end -->"
COMMAND = "python -m proofs_check --write"
PAPERS = {
    "A": "Morwani et al., *Feature emergence via margin maximization* (arXiv 2311.07568), and its blog post",
    "B": "Li et al., *Fourier circuits in neural networks and transformers* (arXiv 2402.09469)",
    "C": "*Mechanistic interpretations at multiple scales of abstraction: revisiting modular addition* (anonymous)",
    "D": "Rangamani, *Low rank and sparse Fourier structure in recurrent networks trained on modular addition*",
    "E": "This project's own results",
}
WRONG = ("fails", "holds with a correction", "mixed", "not reproduced")
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
        "checks": finding.checks,
    }


def read() -> Record:
    """The recorded entries by id. Raises FileNotFoundError without a record, ValueError for a file of another form."""
    try:
        content = json.loads(RECORD.read_text("utf-8"))
        claims: Record = content["claims"]
        if content["schema"] != 1 or not all("verdict" in value for value in claims.values()):
            raise ValueError("schema")
    except FileNotFoundError:
        raise FileNotFoundError(f"no record of verdicts, expected {RECORD}; {COMMAND} makes it") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{RECORD}: not a record of verdicts; remove it and run {COMMAND}") from None
    return claims


def as_json(record: Record) -> str:
    """The record as it is kept."""
    return json.dumps({"schema": 1, "claims": record}, indent=1, ensure_ascii=False) + "\n"


def require_documents() -> None:
    """Raise OSError, ValueError or Refused where the documents cannot be written, each in a file of its own.

    An installed copy has no folder docs.
    """
    if not (DOCS / TABLE).is_file():
        raise FileNotFoundError(f"no {DOCS / TABLE}: an installed copy has no documents; call it in a checkout")
    require_place(RECORD)
    require_place(DOCS / TABLE)
    require_places({"the record": str(RECORD), "errata": str(DOCS / ERRATA), "claims": str(DOCS / TABLE)})
    with_table((DOCS / TABLE).read_text("utf-8"), {})


def write(record: Record) -> None:
    """Write the record and both documents. Raises OSError, or ValueError for a docs/claims.md without its marks."""
    table = with_table((DOCS / TABLE).read_text("utf-8"), record)
    write_whole(RECORD, as_json(record).encode())
    write_whole(DOCS / ERRATA, errata(record).encode())
    write_whole(DOCS / TABLE, table.encode())


def differences(record: Record, outcomes: Iterable[Outcome]) -> list[str]:
    """One line for each verdict that is not the recorded one, or that stands because a check failed inside."""
    lines = []
    for outcome in outcomes:
        recorded = record.get(outcome.id, {}).get("verdict", "no verdict")
        if recorded != outcome.finding.verdict:
            lines.append(f"{outcome.id}: {outcome.finding.verdict}, but {recorded} is recorded")
        elif outcome.finding.data.get("refuted"):
            lines.append(f"{outcome.id}: {outcome.finding.evidence}")
    return lines


def table(record: Record) -> str:
    """The table of docs/claims.md."""
    rows = ["| claim | as its paper makes it | verdict |", "|---|---|---|"]
    rows += [f"| {id} | {_cell(value['claim'])} | {value['verdict']} |" for id, value in record.items()]
    return "\n".join(rows)


def counted(verdicts: Iterable[str]) -> str:
    """`3 holds, 1 fails`: how often each verdict, most frequent first."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict] = counts.get(verdict, 0) + 1
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in sorted(counts, key=lambda v: (-counts[v], v)))


def between(text: str, begin: str, end: str, content: str, name: str) -> str:
    """A document with the lines between its two marks replaced. Raises ValueError unless each mark is there once."""
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"{name}: expected the lines {begin} and {end}, once each and in this order")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{content}\n{end}{rest.split(end)[1]}"


def with_table(text: str, record: Record) -> str:
    """docs/claims.md with the table between its marks made anew. Raises ValueError unless each mark is there once."""
    summary = f"{len(record)} claims: {counted(value['verdict'] for value in record.values())}."
    return between(text, BEGIN, END, f"{summary}\n\n{table(record)}", f"docs/{TABLE}")


def errata(record: Record) -> str:
    """Claims that do not hold as printed, with corrections and counterexamples, as markdown."""
    wrong = {id: value for id, value in record.items() if value["verdict"] in WRONG}
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
