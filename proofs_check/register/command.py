"""python -m proofs_check [IDS...]: check the claims of the papers and say what was found; or `agreement`."""

from __future__ import annotations

import difflib
import json
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

from margin.io.command import Parser, Refused, refusing, say
from proofs_check.register import agreement, documents
from proofs_check.register.claim import EFFORTS, Claim
from proofs_check.register.registry import load
from proofs_check.register.runner import Outcome, check_all

PROG = "python -m proofs_check"
_DESCRIPTION = """Check the papers' claims. `python -m proofs_check verify FILE...` checks certificates;
`python -m proofs_check agreement --date DATE` makes the table of what agrees with what."""
_EPILOG = """exit codes: 0 every verdict is the recorded one (proofs_check/data/verdicts.json), 1 some verdict differs,
2 wrong input, or no record"""


def main(arguments: Sequence[str]) -> int:
    """Run the claims named (all by default); 1 if a verdict differs from the recorded one. Raises Refused.

    The first argument `agreement` runs that command instead.
    """
    if arguments[:1] == ["agreement"]:
        return agreement.main(arguments[1:])
    parser = Parser(PROG, _DESCRIPTION, _EPILOG)
    parser.add_argument("ids", nargs="*", metavar="ID", help="claims such as A3; default: all")
    parser.add_argument("--effort", choices=EFFORTS, default="quick", help="size of the ranges; default: %(default)s")
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.add_argument("--write", action="store_true", help="record the verdicts; write docs/errata.md and claims.md")
    options = parser.parse_args(arguments)
    claims = load()
    ids = chosen(options.ids, claims)
    if options.write:
        with refusing("--write"):
            documents.require_documents()
    record = _record(options.write)
    with tqdm(total=len(ids), desc="claims", disable=None) as bar:
        outcomes = {}
        for outcome in check_all(ids, options.effort):
            outcomes[outcome.id] = outcome
            bar.set_postfix_str(outcome.id)
            bar.update()
    checked = [outcomes[id] for id in ids]
    if options.write:
        record = _write(claims, record, checked)
    differing = documents.differences(record, checked)
    if options.json:
        say(json.dumps({"claims": [described(claims[outcome.id], outcome) for outcome in checked]}, indent=2))
    else:
        width = shutil.get_terminal_size((140, 24)).columns
        say(*lines(claims, checked, width), *(f"DIFFERS {line}" for line in differing))
    return 1 if differing else 0


def chosen(wanted: Sequence[str], claims: dict[str, Claim]) -> list[str]:
    """The ids asked for, in the register's order, each once; all for none. Raises Refused for an unknown one."""
    for id in wanted:
        if id not in claims:
            near = difflib.get_close_matches(id.upper(), claims, 1, 0) or list(claims)[:1]
            raise Refused(f"unknown claim {id[:40]!r}; the nearest known one is {near[0]}; known: {', '.join(claims)}")
    return [id for id in claims if id in wanted or not wanted]


def described(claim: Claim, outcome: Outcome) -> dict[str, Any]:
    """A claim and its finding for programs: id, claim, verdict, seconds, evidence; then the rest of the finding."""
    first = {
        "id": claim.id,
        "claim": claim.claim,
        "verdict": outcome.finding.verdict,
        "seconds": round(outcome.seconds, 3),
        "evidence": outcome.finding.evidence,
    }
    return first | documents.entry(claim, outcome) | {"data": outcome.finding.data}


def lines(claims: dict[str, Claim], outcomes: Sequence[Outcome], width: int) -> list[str]:
    """The table: id, claim in one line, verdict, time. One claim alone: everything found."""
    if len(outcomes) == 1:
        return _in_full(claims[outcomes[0].id], outcomes[0], width)
    longest = max(len(outcome.finding.verdict) for outcome in outcomes)
    room = max(20, width - longest - 17)
    rows = [f"{'id':<6}{'claim':<{room}} {'verdict':<{longest}} {'time':>8}"]
    for outcome in outcomes:
        shown = textwrap.shorten(claims[outcome.id].claim, room, placeholder=" ...")
        rows.append(f"{outcome.id:<6}{shown:<{room}} {outcome.finding.verdict:<{longest}} {outcome.seconds:6.2f} s")
    verdicts = documents.counted(outcome.finding.verdict for outcome in outcomes)
    return [*rows, f"{len(outcomes)} claims: {verdicts}"]


def _in_full(claim: Claim, outcome: Outcome, width: int) -> list[str]:
    finding = outcome.finding
    parts = {
        claim.id: claim.claim,
        "source": claim.source,
        "verdict": f"{finding.verdict} ({outcome.seconds:.2f} s)",
        "evidence": finding.evidence,
        "counterexample": finding.counterexample,
        "correction": finding.correction,
        "scope": finding.scope,
    }
    wrap = textwrap.TextWrapper(max(60, width), subsequent_indent=" " * 16)
    return [line for name, text in parts.items() if text for line in wrap.wrap(f"{name:<15} {text}")]


def _record(begin: bool) -> documents.Record:
    """What is recorded; nothing where a record is to be begun. Raises Refused without one, or for another form."""
    try:
        return documents.read()
    except FileNotFoundError as error:
        if begin:
            return {}
        raise Refused(str(error)) from None
    except ValueError as error:
        raise Refused(str(error)) from None


def _write(claims: dict[str, Claim], record: documents.Record, outcomes: Sequence[Outcome]) -> documents.Record:
    """Record what was found beside what is recorded of other claims; make the documents anew."""
    new = {id: value for id, value in record.items() if id in claims}
    new |= {outcome.id: documents.entry(claims[outcome.id], outcome) for outcome in outcomes}
    new = {id: new[id] for id in claims if id in new}
    with refusing("--write"):
        documents.write(new)
    return new
